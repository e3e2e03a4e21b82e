# The shell of services.py.
# systemctl list-unit-files costs 350 ms: the folders are read in its place. The text of a unit travels where it runs,
# failed, is enabled, is triggered, or was put into /etc; the others are only named.

set +f
part machine
uname -n
[ ! -d /run/systemd/system ] || part systemd
part units
if [ -d /run/systemd/system ]; then
    systemctl --no-pager show '*.service' -p Id -p Description -p LoadState -p ActiveState -p SubState -p UnitFileState \
        -p Type -p MainPID -p ControlGroup -p FragmentPath -p SourcePath -p DropInPaths -p MemoryCurrent -p TriggeredBy \
        -p ExecStart -p User -p Restart | awk '
        function text(path,    line, goes_on) {
            if (path in shown) return
            shown[path] = 1
            print "\f>" path
            while ((getline line < path) > 0) {
                if (line ~ /^[ \t]*[#;]/) continue
                if (line ~ /^(Documentation|After|Before|Wants|Requires|Conflicts|WantedBy|Also)=/) continue
                if (line == "" && !goes_on) continue
                goes_on = line ~ /\\$/
                print "|" line
            }
            close(path)
        }
        function unit(    i, n, all) {
            if (p["Id"] == "" || p["LoadState"] == "not-found") { split("", p); return }
            for (i in p) {
                if (p[i] == "" || i == "MainPID" && p[i] == 0 || p[i] == "[not set]") continue
                if (i == "ExecStart" && p["FragmentPath"] != "") continue
                if (i == "ExecStart") sub(/ ; ignore_errors=.*/, "", p[i])
                print i "=" p[i]
            }
            print ""
            loaded[p["Id"]] = 1
            if (p["ActiveState"] != "inactive" || p["FragmentPath"] ~ /^\/(etc|usr\/local)\// ||
                p["UnitFileState"] ~ /^enabled/ || p["TriggeredBy"] != "") {
                if (p["FragmentPath"] != "") file[++files] = p["FragmentPath"]
                n = split(p["DropInPaths"], all, " ")
                for (i = 1; i <= n; i++) file[++files] = all[i]
            }
            split("", p)
        }
        BEGIN { for (i = 1; i < ARGC; i++) path[i] = ARGV[i]; paths = ARGC; ARGC = 1 }
        $0 == "" { unit(); next }
        { at = index($0, "="); p[substr($0, 1, at - 1)] = substr($0, at + 1) }
        END {
            unit()
            for (i = 1; i < paths; i++) {
                name = path[i]; sub(/.*\//, "", name)
                if (name in loaded || name ~ /@\.service$|\*/ || name in listed) continue
                listed[name] = 1
                print "\fu" path[i]
                if (path[i] ~ /^\/(etc|usr\/local)\//) file[++files] = path[i]
            }
            for (i = 1; i <= files; i++) text(file[i])
            print "\f."
        }' /etc/systemd/system/*.service /run/systemd/system/*.service /usr/local/lib/systemd/system/*.service \
            /lib/systemd/system/*.service /usr/lib/systemd/system/*.service
    part links
    links /etc/systemd/system/*.service /etc/systemd/system/*.wants/*.service
else
    part scripts
    set -- /etc/init.d/*
    for file; do shift; if [ -f "$file" ] && [ -r "$file" ] && [ -x "$file" ]; then set -- "$@" "$file"; fi; done
    [ $# -eq 0 ] || awk '
        FNR == 1 { print ">" FILENAME }
        FNR == 1 || FNR < 80 && /^#/ || FNR < 300 && /^[ \t]*(export |local )?[A-Za-z_][A-Za-z0-9_]*=/ { print "|" $0 }' "$@"
    part runlevels
    links /etc/rc[0-6S].d/[SK]* /etc/rc.d/rc[0-6].d/[SK]* /etc/runlevels/*/*
    part inittab
    awk '/^[^#].*:initdefault:/ || /^[^#].*:(respawn|once):/' /etc/inittab
    part settings
    for file in /etc/default/* /etc/sysconfig/* /etc/conf.d/*; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
    part openrc
    for file in /run/openrc/started/* /lib/rc/init.d/started/*; do [ ! -e "$file" ] || printf '%s\n' "${file##*/}"; done
    part pidfiles
    show /var/run/*.pid /var/run/*/*.pid
    if have initctl && [ -d /etc/init ]; then
        part upstart
        initctl list
        part jobs
        show /etc/init/*.conf
    fi
fi
part alive
awk 'BEGIN { for (i = 1; i < ARGC; i++) {
    line = ""
    while ((getline more < (ARGV[i] "/stat")) > 0) line = line more
    close(ARGV[i] "/stat")
    name = line; sub(/^[^(]*\(/, "", name); sub(/\)[^)]*$/, "", name)
    sub(/.*\) /, "", line)
    if (split(line, f, " ") > 2) print substr(ARGV[i], 7) "\t" f[2] "\t" name
} }' /proc/[0-9]*
part supervisor
show /etc/supervisor/supervisord.conf /etc/supervisord.conf /etc/supervisor/conf.d/*.conf /etc/supervisord.d/*.ini \
    /etc/supervisord.d/*.conf
part runit
show /etc/service/*/run /var/service/*/run /service/*/run
part end
