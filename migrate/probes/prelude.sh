# What every probe may use, and the frame around them. Runs under dash, busybox ash, bash 3 and ksh. It makes no file, so
# it has no here-documents either: shells keep those in temporary files.
# MARK is set before this text. It holds a nonce, so that nothing a host says can look like one of our lines. It is never
# exported or passed as an argument, where others could read it.

LC_ALL=C
LANGUAGE=
SYSTEMD_COLORS=0
SYSTEMD_PAGER=
# The system's own programs first: what lies in /usr/local may be anything.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
export LC_ALL LANGUAGE PATH SYSTEMD_COLORS SYSTEMD_PAGER
unset IFS CDPATH ENV BASH_ENV GREP_OPTIONS POSIXLY_CORRECT AWKPATH
umask 077
set -f

have() { command -v "$1" >/dev/null 2>&1; }

# The quickest of those that may be here.
! have mawk || awk() { mawk "$@"; }

# part NAME: what follows belongs to this part of the section. The first thing that a section prints.
part() { printf '\n%s part %s\n' "$MARK" "$1"; }

# gap WHAT WHY: something could not be read. WHY is a sentence, or the word "root" or "permission".
gap() { printf '\n%s gap %s\t%s\n' "$MARK" "$(printf %s "$1" | tr '\n\t' '??')" "$2"; }

# Sets EFFECTIVE (user id) without a fork.
who_are_we() {
    EFFECTIVE=
    while read -r key real_ effective_ rest_; do
        case $key in Uid:) EFFECTIVE=$effective_ ;; esac
    done </proc/self/status
}

root() { [ "$EFFECTIVE" = 0 ]; }

# packed COMMAND…: what it prints, compressed where gzip is here. A whole section or a large part of one may stand in it;
# marks are good inside, too.
packed() {
    if [ -n "$PACKS" ]; then
        printf '\n%s packed\n' "$MARK"
        "$@" | gzip -1c
    else "$@"
    fi
}

# need_root WHAT: a gap where we are not root.
need_root() { root || gap "$1" root; }

# show FILE…: the readable regular files among them, each behind ">NAME" (a newline in it as \001), each line behind "|".
show() {
    for file_; do
        shift
        if [ -f "$file_" ]; then
            if [ -r "$file_" ]; then set -- "$@" "$file_"; else gap "$file_" permission; fi
        fi
    done
    [ $# -eq 0 ] || awk '
        FNR == 1 { name = FILENAME; gsub(/\n/, "\001", name); print ">" name }
        { print "|" $0 }' "$@"
}

# bare FILE…: what counts in the readable regular files among them, without comments and blank lines: each file behind
# ">NAME", each line behind its number and "|". Files of the kernel's may be among them, and ones that fail half-way.
bare() {
    for file_; do
        shift
        if [ -f "$file_" ]; then
            if [ -r "$file_" ]; then set -- "$@" "$file_"; else gap "$file_" permission; fi
        fi
    done
    [ $# -eq 0 ] || awk 'BEGIN {
        for (i = 1; i < ARGC; i++) {
            name = ARGV[i]; gsub(/\n/, "\001", name); print ">" name
            more = n = 0
            while (n < 5000 && (getline line < ARGV[i]) > 0) {
                n++
                # In sudoers, "#include" and "#1000" are no comments.
                kept = more || line !~ /^[ \t]*[#;]/ && line ~ /[^ \t\r]/ || line ~ /^[ \t]*#(include|[0-9])/
                if (kept) print n "|" line
                more = kept && line ~ /\\$/
            }
            close(ARGV[i])
        }
    }' "$@"
}

# links FILE…: the symbolic links among them, as "NAME<NUL>TARGET<NUL>".
links() {
    for file_; do
        shift
        [ ! -h "$file_" ] || set -- "$@" "$file_"
    done
    [ $# -ne 0 ] || return 0
    find "$@" -maxdepth 0 -printf '%p\0%l\0' && return
    for file_; do printf '%s\000%s\000' "$file_" "$(readlink "$file_")"; done
}

# manager: the package manager that keeps this host's packages, by its database; tools of others may lie around.
manager() {
    if [ -s /var/lib/dpkg/status ] && have dpkg-query; then echo dpkg
    elif [ -s /lib/apk/db/installed ] || [ -s /usr/lib/apk/db/installed ]; then echo apk
    elif have rpm && { [ -d /var/lib/rpm ] || [ -d /usr/lib/sysimage/rpm ]; }; then echo rpm
    fi
}

# as_nobody COMMAND…: without root's rights, without PAM (which would log it).
as_nobody() {
    if have setpriv; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    else chroot --userspec=65534:65534 / "$@"
    fi
}

# rpm_query ARGUMENT…: rpm, read-only. For root it writes into __db.* files beside a Berkeley database even when it only
# asks, so another user asks where that works.
rpm_query() {
    if root && [ -n "$(as_nobody rpm -qa --qf '.\n' | head -n 1)" ]; then as_nobody rpm "$@"; else rpm "$@"; fi
}

# pristine FILE…: "NAME<tab>PACKAGE" for those that are as their package brought them.
pristine() {
    for file_; do
        shift
        if [ -f "$file_" ] && [ -r "$file_" ]; then set -- "$@" "$file_"; fi
    done
    [ $# -ne 0 ] || return 0
    case $(manager) in
        dpkg) pristine_dpkg "$@" ;;
        rpm) pristine_rpm "$@" ;;
    esac
}

pristine_dpkg() {
    { echo; md5sum "$@"; } | awk '
        NR == FNR { sum[substr($0, 35)] = substr($0, 1, 32); next }
        /^Package: / { package = $2 }
        /^ \// && ($1 in sum) && sum[$1] == $2 { print $1 "\t" package }' - /var/lib/dpkg/status
}

pristine_rpm() {
    {
        md5sum "$@"
        have sha256sum && sha256sum "$@"
        printf '%s\n' --
        rpm_query -q --whatprovides --qf '[%{=NAME}\t%{FILENAMES}\t%{FILEMD5S}\n]' "$@"
    } | awk '
        $0 == "--" { listed = 1; next }
        !listed { at = index($0, "  "); sum[substr($0, at + 2), length($1)] = $1; next }
        { split($0, f, "\t"); if (f[3] != "" && sum[f[2], length(f[3])] == f[3]) print f[2] "\t" f[1] }'
}

# --- the frame ---------------------------------------------------------------------------------------------------------

now() {
    NOW=-
    read -r NOW rest_ </proc/uptime
}

# tree PID: that process and all below it, as "PID:START" words; "PID:START:rpm" for rpm, "…:gzip" for gzip.
tree() {
    set +f
    awk -v top="$1" 'BEGIN {
        for (i = 1; i < ARGC; i++) {
            line = ""
            while ((getline more < (ARGV[i] "/stat")) > 0) line = line more
            close(ARGV[i] "/stat")
            if (line == "") continue
            pid = line; sub(/ .*/, "", pid)
            # rpm would leave locks behind; gzip has the rest of what was said, and ends by itself.
            kept = index(line, "(rpm)") > 0 ? ":rpm" : (index(line, "(gzip)") > 0 ? ":gzip" : "")
            sub(/.*\) /, "", line); split(line, f, " ")
            parent[pid] = f[2]; word[pid] = pid ":" f[20] kept
        }
        for (pid in parent) {
            for (up = pid; up + 0 > 1 && up != top && (up in parent); up = parent[up]);
            if (up == top) print word[pid]
        }
    }' /proc/[0-9]*
    set -f
}

# still PID START: whether that process lives, and is not another one with its number.
still() {
    line_=
    read -r line_ <"/proc/$1/stat" || return 1
    start_=$2
    # Unquoted on purpose: words.
    set -- ${line_##*\) }
    [ "${20}" = "$start_" ]
}

# end_tree PID: ask a process and all below it to end, then make those that stay. Never rpm: it would leave locks behind.
end_tree() {
    doomed_=$(tree "$1")
    # Stopped first: a shell whose child ends would go on to its next command.
    for signal_ in STOP TERM CONT; do
        for one_ in $doomed_; do
            case $one_ in *:gzip) ;; *) kill -"$signal_" "${one_%%:*}" ;; esac
        done
    done
    sleep 2
    for one_ in $doomed_; do
        pid_=${one_%%:*}
        case $one_ in
            *:rpm) ;;
            *) one_=${one_#*:}; ! still "$pid_" "${one_%:*}" || kill -KILL "$pid_" ;;
        esac
    done
}

# ticker: once a second, have the main shell look at the time. One for all sections: a watch for each would cost two
# processes more every time.
ticker() {
    before_=${!-}
    # KILL: a child that has not become sleep yet catches TERM as its parent does, and sleeps on. Not by a variable: the
    # signal may come before it is set.
    trap '[ "${!-}" = "$before_" ] || kill -KILL "$!"; exit' TERM
    while sleep 1 & wait "$!"; do
        kill -USR1 $$ || exit
    done
}

start_ticker() {
    trap 'TICKED=1' USR1
    (ticker) >/dev/null 2>&1 &
    TICKER=$!
}

end_ticker() {
    trap '' USR1
    kill "$TICKER"
    wait "$TICKER"
} 2>/dev/null

# await PID SECONDS: wait for a process, and end its tree when the time is over. Sets STATUS.
await() {
    now
    until_=$((${NOW%%[!0-9]*}0 / 10 + $2))
    STATUS=
    gone_=
    while :; do
        TICKED=
        wait "$1"
        ended_=$?
        # Where the tick came at the very end, its status was told already, and is unknown now.
        [ "$ended_" = 127 ] && [ -n "$STATUS" ] || STATUS=$ended_
        [ -n "$TICKED" ] || break
        # Bash may miss the end of a child that comes with the tick, and would wait for ever: where nothing has been
        # there for a whole tick, it has ended. Whether it ended well is seen from what it wrote.
        if kill -0 "$1"; then gone_=; elif [ -n "$gone_" ]; then STATUS=0; break; else gone_=1; fi
        now
        [ "$((${NOW%%[!0-9]*}0 / 10))" -lt "$until_" ] || end_tree "$1"
    done
} 2>/dev/null

# section INDEX NAME SECONDS COMMAND…: run one section in its frame.
section() {
    index_=$1 budget_=$3
    now
    printf '\n%s begin %s %s %s\n' "$MARK" "$1" "$2" "$NOW"
    shift 3
    ("$@") 2>/dev/null &
    await $! "$budget_"
    now
    printf '\n%s end %s %s %s\n' "$MARK" "$index_" "$STATUS" "$NOW"
}

# know_gzip: whether it compresses as "packed" wants it.
know_gzip() {
    PACKS=
    ! gzip -1c </dev/null || PACKS=1
} >/dev/null 2>&1

# gently: take only what the host has left over.
gently() {
    renice 19 -p $$ || renice -n 19 -p $$
    ionice -c3 -p $$ || ionice -c2 -n7 -p $$
} >/dev/null 2>&1
