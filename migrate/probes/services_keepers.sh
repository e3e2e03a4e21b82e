# Beside services.sh: what other supervisors than init are told to keep. Found from those that run (their arguments and
# the directory they run in), else in the usual places. Nothing is forked where none of them is there.

# Lines "C<tab>PID<tab>ARGUMENT<tab>…" of keepers and their children, in ALIVE. Some awks end a line at its first NUL.
arguments() {
    case $NL$ALIVE in
        *"${NL}N$NL"*) ;;
        *) return 0 ;;
    esac
    for line_ in $(printf '%s\n' "$ALIVE" | sed -n 's/^K.//p'); do
        ALIVE="$ALIVE${NL}C$TAB$line_$TAB$(tr '\n\t\000' '\001\001\t' <"/proc/$line_/cmdline")"
    done
}

# Lines "KIND<tab>PATTERN" of files to read, for the keepers in ALIVE. What is relative is seen from where they run.
places() {
    printf '%s\n' "$ALIVE" | awk -F'\t' '
        function base(path) { sub(/.*\//, "", path); return path }
        function seen_from(path) { return path ~ /^\// ? path : "/proc/" $2 "/cwd/" path }
        function option(short, long,    i) {
            for (i = at + 1; i <= NF; i++) {
                if ($i == short || $i == long) return $(i + 1)
                if (index($i, long "=") == 1) return substr($i, length(long) + 2)
                if (index($i, short) == 1 && substr($i, 1, 2) != "--") return substr($i, length(short) + 1)
            }
            return ""
        }
        function last(    i) { for (i = NF; i > at; i--) if ($i != "" && $i !~ /^-/) return $i; return "" }
        function first(    i) { for (i = at + 1; i <= NF; i++) if ($i != "" && $i !~ /^-/) return $i; return "" }
        function say(kind, pattern) { if (!((kind, pattern) in said)) print kind "\t" pattern; said[kind, pattern] = 1 }
        $1 != "C" { next }
        {
            at = 3; program = base($3)
            if (program ~ /^(python|ruby|node|pypy|perl|sh|bash|dash|env|busybox)[0-9.]*$/)
                for (i = 4; i <= NF && i < 8; i++)
                    if ($i !~ /^-[^m]*$/ || $i == "-m") { at = i + ($i == "-m"); program = base($at); break }
            if ($3 ~ /^PM2 v.*God Daemon \(/) {
                home = $3; sub(/.*God Daemon \(/, "", home); sub(/\).*/, "", home)
                say("pm2", home "/dump.pm2"); say("pid", home "/pids/*.pid")
            } else if (program ~ /^supervisord$|^supervisor\.supervisord$|^supervisor$/) {
                file = option("-c", "--configuration")
                if (file != "") say("supervisor", seen_from(file))
                else {
                    dir = $at; sub(/\/[^\/]*$/, "", dir)
                    if (dir ~ /^\//) { say("supervisor1", dir "/../etc/supervisord.conf"); say("supervisor1", dir "/../supervisord.conf") }
                    say("supervisor1", seen_from("supervisord.conf")); say("supervisor1", seen_from("etc/supervisord.conf"))
                    say("supervisor1", "/etc/supervisord.conf"); say("supervisor1", "/etc/supervisor/supervisord.conf")
                }
            } else if (program ~ /^circusd$|^circus\.circusd$|^circus$/) { if ((file = last()) != "") say("circus", seen_from(file)) }
            else if (program == "god") { if ((file = option("-c", "--config-file")) != "") say("god", seen_from(file)) }
            else if (program == "monit") {
                file = option("-c", "-c")
                if (file != "") say("monit", seen_from(file))
                else { say("monit", "/etc/monitrc"); say("monit", "/etc/monit/monitrc"); say("monit", "/root/.monitrc") }
            } else if (program ~ /^xinetd/) { file = option("-f", "-f"); say("xinetd", file != "" ? seen_from(file) : "/etc/xinetd.conf") }
            else if (program ~ /inetd$/) {
                n = 0
                for (i = at + 1; i <= NF; i++) if ($i ~ /^\//) { say("inetd", $i); say("inetd", $i "/*"); n++ }
                if (!n) { say("inetd", "/etc/inetd.conf"); say("inetd", "/etc/inetd.d/*") }
            } else if (program ~ /^(svscan|runsvdir|s6-svscan)$/) {
                dir = first(); dir = dir == "" ? "/proc/" $2 "/cwd" : seen_from(dir)
                sub(/\/+$/, "", dir)
                say("run", dir "/*/run"); say("run", dir "/*/log/run"); say("down", dir "/*/down"); say("pid", dir "/*/supervise/pid")
                if (program == "runsvdir") say("run", "/etc/sv/*/run")
            }
        }'
}

# expand LINES: the regular files behind their patterns as "K=KIND" and names, in FILES, one a line.
expand() {
    FILES=
    IFS=$NL
    set -f
    one_=
    for line_ in $1; do
        kind_=${line_%%"$TAB"*}
        case $line_ in
            *"$TAB"/proc/*/cwd/*)
                place_=${line_#*"$TAB"}
                place_=${place_%%/cwd/*}
                [ -x "$place_/cwd/." ] || gap "what process ${place_#/proc/} keeps running" root ;;
        esac
        IFS=
        set +f
        for file_ in ${line_#*"$TAB"}; do
            [ -f "$file_" ] || continue
            case $kind_ in down) DOWN=$DOWN$file_$NL; continue ;; esac
            # Of those with a number behind them only the first that is there counts.
            case $kind_ in *1) [ "$one_" != "$kind_" ] || continue; one_=$kind_ ;; esac
            if [ -r "$file_" ]; then FILES="${FILES}K=${kind_%1}$NL$file_$NL"; else gap "$file_" permission; fi
        done
        set -f
        IFS=$NL
    done
    unset IFS
    set +f
}

# small: those of FILES that are no larger than a configuration is.
small() {
    IFS=$NL
    set -f
    set -- $FILES
    small_=$(find -L "$@" -maxdepth 0 -type f -size -2048 -print)
    FILES=
    kind_=
    for file_; do
        case $file_ in
            K=*) kind_=$file_ ;;
            *) case $NL$small_$NL in *"$NL$file_$NL"*) FILES="$FILES$kind_$NL$file_$NL" ;; esac ;;
        esac
    done
    unset IFS
    set +f
}

# included: "KIND<tab>PATTERN" of what FILES include, and of pid files that they name.
included() {
    IFS=$NL
    set -f
    awk '
        function from(path) { if (path ~ /^\//) return path; dir = FILENAME; sub(/[^\/]*$/, "", dir); return dir path }
        function bare(word) { gsub(/["\047,;]/, "", word); return word }
        FNR == 1 { inside = 0 }
        K == "supervisor" || K == "circus" {
            if ($0 ~ /^\[/) inside = $0 ~ /^\[(include|circus)\]/
            line = $0
            if (inside && sub(/^(files|include|include_dir)[ \t]*[=:][ \t]*/, "", line) || inside > 1 && line ~ /^[ \t]+[^ \t]/) {
                inside = 2
                sub(/[ \t][;#].*/, "", line)
                n = split(line, word, " ")
                for (i = 1; i <= n; i++) {
                    gsub(/%\(here\)s\//, "", word[i])
                    print K "\t" from(word[i]) ($0 ~ /^include_dir/ ? "/*.ini" : "")
                }
            } else if (inside > 1) inside = 1
        }
        K == "monit" && tolower($1) == "include" { print K "\t" from(bare($2)) }
        K == "monit" { for (i = 1; i < NF; i++) if (tolower($i) == "pidfile") print "pid\t" bare($(i + 1)) }
        K == "xinetd" && $1 == "includedir" { print K "\t" $2 "/*" }
        K == "xinetd" && $1 == "include" { print K "\t" $2 }
        K == "god" && match($0, /God\.load[ (]*["\047][^"\047]+/) {
            line = substr($0, RSTART, RLENGTH); sub(/.*["\047]/, "", line); print K "\t" from(line)
        }' $FILES
    unset IFS
    set +f
}

# told: FILES, each behind ">KIND NAME". Whoever runs a process of some name can make us read any file as root, so of each
# only lines go out that have the form which that kind of file has, and none that hold passwords.
told() {
    IFS=$NL
    set -f
    awk '
        FNR == 1 { name = FILENAME; gsub(/\n/, "\001", name); print ">" K " " name; inside = skip = 0 }
        FNR > 4000 { next }
        K == "supervisor" || K == "circus" {
            if ($0 ~ /^\[/) inside = $0 ~ /^\[(program|fcgi-program|eventlistener|group|watcher|env|socket)[]:]/
            if (inside && $0 !~ /^[ \t]*[;#]/ && $0 != "") print "|" $0
        }
        K == "monit" {
            line = tolower($0)
            if (line ~ /^[ \t]*(check|start|stop|restart|with|as|and|using|pidfile|matching|group|every|mode|depends|onreboot)[ \t"]/ && line !~ /password|username/)
                print "|" $0
        }
        K == "god" && /\.(name|dir|start|stop|restart|uid|gid|env|pid_file|group)[ \t]*=|God\.watch|^[ \t]*end/ { print "|" $0 }
        K == "inetd" && $2 ~ /^(stream|dgram|raw|seqpacket|rdm)$/ && NF > 5 { print "|" $0; names[$1] = 1 }
        K == "xinetd" && /^[ \t]*(defaults[ \t]*\{?|service[ \t]+[^ \t]+[ \t]*\{?|[{}])[ \t]*$/ { print "|" $0; if ($1 == "service") names[$2] = 1 }
        K == "xinetd" && /^[ \t]*(id|type|flags|socket_type|protocol|wait|user|group|server|server_args|port|env|instances|disable|bind|interface|redirect|umask|disabled|enabled)[ \t]*[-+]?=/ { print "|" $0 }
        K == "run" && FNR == 1 { inside = /^#!/ }
        K == "run" && inside && /[^ \t]/ && !/^[ \t]*#[^!]/ && FNR < 120 { print "|" $0 }
        K == "pid" && FNR == 1 && /^[ \t]*[0-9]+[ \t]*$/ { print "|" $0 }
        # JSON as pm2 writes it: of each program only what it is started with.
        K == "pm2" && FNR == 1 { skip = 1 }
        K == "pm2" && /^( |  )?[][{}],?$/ { print "|" $0 }
        K == "pm2" && /^    "/ {
            skip = $0 !~ /^    "(name|namespace|args|node_args|env|pm_exec_path|pm_cwd|exec_interpreter|exec_mode|instances|username|uid|gid|autorestart|autostart|watch|cron_restart|pm_pid_path|status|kill_signal)":/
            if (!skip) print "|" $0
        }
        K == "pm2" && !skip && /^    (  |[]}])/ { print "|" $0 }
        END {
            for (name in names) any = 1
            while (any && (getline line < "/etc/services") > 0)
                if (split(line, f, " ") > 1 && (f[1] in names)) print "=" f[1] " " f[2]
        }' $FILES
    unset IFS
    set +f
}

keepers() {
    list_=
    case $ALIVE in *"${NL}C$TAB"*) list_=$(places) ;; esac
    case $list_ in *supervisor*) ;; *) list_="$list_${NL}supervisor1$TAB/etc/supervisor/supervisord.conf${NL}supervisor1$TAB/etc/supervisord.conf" ;; esac
    case $list_ in
        *run"$TAB"*) ;;
        *) list_="$list_${NL}run$TAB/etc/service/*/run${NL}run$TAB/var/service/*/run${NL}run$TAB/service/*/run" ;;
    esac
    DOWN=
    expand "$list_"
    [ -n "$FILES" ] || return 0
    part down
    printf %s "$DOWN"
    small
    [ -n "$FILES" ] || return 0
    whole_=$FILES
    # What is included may include more.
    for round_ in 1 2 3; do
        more_=$(included)
        [ -n "$more_" ] || break
        expand "$more_"
        [ -n "$FILES" ] || break
        small
        whole_=$whole_$FILES
    done
    FILES=$whole_
    part keepers
    told
    case $FILES in
        */proc/*)
            part cwds
            links /proc/[0-9]*/cwd ;;
    esac
}
