# The shell of schedule.py.

set +f
part debian
[ ! -f /etc/debian_version ] || echo yes
part system
show /etc/crontab /etc/cron.d/*
part users
for folder in /var/spool/cron/crontabs /var/spool/cron/tabs /var/spool/cron /etc/crontabs /var/cron/tabs; do
    [ -d "$folder" ] || continue
    if [ -r "$folder" ] && [ -x "$folder" ]; then show "$folder"/*; else gap "$folder" root; fi
done
part anacron
show /etc/anacrontab
part periodic
for file in /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/* /etc/periodic/*/*; do
    if [ -f "$file" ] && [ -x "$file" ]; then printf '%s\n' "$file"; fi
done
part pristine
pristine /etc/crontab /etc/cron.d/* /etc/anacrontab /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* \
    /etc/cron.monthly/* /etc/periodic/*/*
part at
for file in /var/spool/cron/atjobs/[a-z=]* /var/spool/at/[a-z=]* /var/spool/atjobs/[a-z=]*; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
done
part timers
[ ! -d /run/systemd/system ] || systemctl --no-pager show '*.timer' -p Id -p Unit -p LoadState -p ActiveState -p FragmentPath \
    -p TimersCalendar -p TimersMonotonic | awk '
    function text(path,    line, any) {
        while ((getline line < path) > 0) {
            if (!any) print "\f>" path
            any = 1
            if (line !~ /^[ \t]*[#;]/) print "|" line
        }
        close(path)
        return any
    }
    { print }
    /^FragmentPath=./ { wanted[substr($0, 14)] = 1 }
    /^Unit=/ { units[substr($0, 6)] = 1 }
    END {
        for (path in wanted) text(path)
        n = split("/etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /lib/systemd/system /usr/lib/systemd/system", folders, " ")
        for (unit in units) {
            template = unit; sub(/@.*\./, "@.", template)
            for (i = 1; i <= n; i++) if (text(folders[i] "/" unit) || template != unit && text(folders[i] "/" template)) break
        }
        print "\f."
    }'
part end
