# The shell of schedule.py.

# jobs_at FOLDER…: what at and batch are to run once. Of each only the beginning: what it is to run may be long.
jobs_at() {
    for folder; do
        shift
        [ -d "$folder" ] || continue
        if [ ! -r "$folder" ] || [ ! -x "$folder" ]; then gap "$folder" root; continue; fi
        for file in "$folder"/[a-zA-Z=][0-9a-f]*; do
            [ ! -f "$file" ] || if [ -r "$file" ]; then set -- "$@" "$file"; else gap "$file" permission; fi
        done
    done
    [ $# -eq 0 ] || awk 'FNR == 1 { print ">" FILENAME } FNR <= 300 { print "|" substr($0, 1, 4096) }' "$@"
}

# scripts FILE…: those that may be carried out.
scripts() {
    for file; do if [ -f "$file" ] && [ -x "$file" ]; then printf '%s\n' "$file"; fi; done
}

set +f
part debian
[ ! -f /etc/debian_version ] || echo yes
part files
set -- /etc/crontab /etc/cron.d/* /etc/anacrontab /etc/cron.allow /etc/cron.deny
for folder in /var/spool/cron/crontabs /var/spool/cron/tabs /var/spool/cron /etc/crontabs /var/cron/tabs /var/spool/fcron; do
    [ -d "$folder" ] || continue
    # Alpine has one of them as a link to the other.
    if [ -h "$folder" ] && [ "$folder" -ef /etc/crontabs ]; then continue; fi
    if [ -r "$folder" ] && [ -x "$folder" ]; then set -- "$@" "$folder"/*; else gap "$folder" root; fi
done
# What is run once at each start by a script that is no service's.
for file in /etc/rc.local /etc/rc.d/rc.local /etc/init.d/boot.local /etc/rc.d/boot.local /etc/init.d/after.local /etc/local.d/*.start; do
    if [ -f "$file" ] && [ -x "$file" ]; then set -- "$@" "$file"; fi
done
show "$@"
part periodic
scripts /etc/cron.*ly/* /etc/periodic/*/*
part pristine
pristine /etc/crontab /etc/cron.d/* /etc/anacrontab /etc/cron.*ly/* /etc/periodic/*/*
part at
jobs_at /var/spool/cron/atjobs /var/spool/at /var/spool/atjobs
part timers
[ ! -d /run/systemd/system ] || systemctl --no-pager show '*.timer' -p Id -p Unit -p LoadState -p ActiveState -p FragmentPath \
    -p TimersCalendar -p TimersMonotonic -p DropInPaths -p Persistent -p RandomizedDelayUSec | awk '
    function text(path,    line, any) {
        while ((getline line < path) > 0) {
            if (!any) print "\f>" path
            any = 1
            if (line !~ /^[ \t]*[#;]/) print "|" line
        }
        close(path)
        return any
    }
    BEGIN { for (i = 1; i < ARGC; i++) given[i] = ARGV[i]; count = ARGC; ARGC = 1 }
    { print }
    /^FragmentPath=./ { wanted[substr($0, 14)] = 1 }
    /^DropInPaths=./ { n = split(substr($0, 13), each, " "); for (i = 1; i <= n; i++) wanted[each[i]] = 1 }
    /^Unit=/ { units[substr($0, 6)] = 1 }
    END {
        for (path in wanted) text(path)
        n = split("/etc/systemd/system /run/systemd/system /run/systemd/transient /run/systemd/generator /usr/local/lib/systemd/system /lib/systemd/system /usr/lib/systemd/system", folders, " ")
        for (unit in units) {
            template = unit; sub(/@.*\./, "@.", template)
            for (i = 1; i <= n; i++) if (text(folders[i] "/" unit) || template != unit && text(folders[i] "/" template)) break
            for (i = 1; i < count; i++)
                if (index(given[i], "/" unit ".d/") || template != unit && index(given[i], "/" template ".d/")) text(given[i])
        }
        print "\f."
    }' /etc/systemd/system/*.service.d/*.conf /run/systemd/system/*.service.d/*.conf
people
[ -z "$PEOPLE" ] || user_units timer service
part end
