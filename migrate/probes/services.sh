# The shell of services.py.
# systemctl list-unit-files costs 350 ms: the folders are read in its place. The text of a unit travels where it runs,
# failed, is enabled, is triggered, or was put into /etc; the others are only named.

# upstart_jobs FILE…: what is set in them, and the commands at the end of their scripts.
upstart_jobs() {
    for file; do shift; if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; fi; done
    [ $# -eq 0 ] || awk '
        FNR == 1 { print ">" FILENAME; inside = 0 }
        /^[ \t]*(pre|post)-(start|stop)[ \t]+script/ { inside = 2 }
        /^[ \t]*script[ \t]*$/ { inside = 1 }
        /^[ \t]*end script/ { inside = 0; next }
        inside == 1 && /^[ \t]*exec[ \t]/ { sub(/^[ \t]*exec/, "script-exec"); print "|" $0 }
        !inside && /^[ \t]*(description|start on|stop on|exec|expect|respawn|env|setuid|setgid|chdir|umask|kill|limit|manual|console|instance|task|script)/ { print "|" $0 }
    ' "$@"
}

set +f
INIT=
[ -d /run/systemd/system ] || INIT=1
NL='
'
TAB='	'
part machine
hostname_=
read -r hostname_ </proc/sys/kernel/hostname
printf '%s\n' "$hostname_"
people
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
    [ -z "$PEOPLE" ] || user_units service
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
    [ ! -f /etc/inittab ] || awk '/^[^#].*:initdefault:/ || /^[^#]*:(respawn|once|ondemand|askfirst):/' /etc/inittab
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
        upstart_jobs /etc/init/*.conf /etc/init/*.override
    fi
fi
part alive
ALIVE=$(awk -v init="$INIT" -v people="${PEOPLE:+1}" '
    function arguments(pid, most,    file, line, out, n) {
        file = "/proc/" pid "/cmdline"
        out = ""
        RS = "\0"
        while ((getline line < file) > 0) {
            n++
            if (length(out) > most) continue
            gsub(/[\t\n]/, "\001", line)
            out = out "\t" line
        }
        RS = "\n"
        close(file)
        if (pid == "self" && n < 3) return ""
        return out
    }
    BEGIN {
        keeper = "^(supervisord|circusd|god|monit|x?inetd|inetutils-inetd|rlinetd|svscan|runsvdir|runsv|supervise|s6-svscan|s6-supervise|supervise-daemo)|^PM2 v"
        able = arguments("self", 8192) != ""
        if (!able) print "N"
        for (i = 1; i < ARGC; i++) {
            line = ""
            while ((getline more < (ARGV[i] "/stat")) > 0) line = line more
            close(ARGV[i] "/stat")
            pid = substr(ARGV[i], 7)
            name = line; sub(/^[^(]*\(/, "", name); sub(/\)[^)]*$/, "", name)
            sub(/.*\) /, "", line)
            if (split(line, f, " ") < 3) continue
            group = ""
            if (people != "") {
                while ((getline more < (ARGV[i] "/cgroup")) > 0)
                    if (match(more, /\/user@[0-9]+\.service\/.*\.service/)) group = "\t" substr(more, RSTART, RLENGTH)
                close(ARGV[i] "/cgroup")
            }
            print pid "\t" f[2] "\t" name group
            above[pid] = f[2]; called[pid] = name
        }
        for (pid in called) {
            if (called[pid] ~ keeper) keeps[pid] = 1
            else if (called[pid] ~ /^(python|pypy|ruby|node|perl|busybox)/) {
                if (!able) { print "K\t" pid; continue }
                line = arguments(pid, 8192)
                if (line ~ /supervisord|circus|\/god\t|busybox\t[a-z]*inetd|forever\/bin\/monitor/) keeps[pid] = 1
            }
        }
        for (pid in called)
            if (pid in keeps || above[pid] in keeps || init && above[pid] == 1) {
                if (able) print "C\t" pid arguments(pid, pid in keeps ? 8192 : 1500)
                else if (!(above[pid] == 1 && !(pid in keeps))) print "K\t" pid
            }
    }' /proc/[0-9]*)
arguments
printf '%s\n' "$ALIVE"
keepers
part end
