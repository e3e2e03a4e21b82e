# The files scope. paths.sh stands before this.


# --- what is known beforehand, as lines of a letter and fields ----------------------------------------------------------

# Directories that are links (merged /usr, /var/run): lines "J<tab>/lib/<tab>/usr/lib/".
linked_directories() {
    for one_ in /bin /sbin /lib /lib32 /lib64 /libx32 /usr/sbin /usr/lib64 /usr/tmp /var/run /var/lock /var/spool/mail /var/mail; do
        [ -h "$one_" ] && [ -d "$one_/." ] && printf 'J\t%s/\t%s/\n' "$one_" "$(cd "$one_/." && pwd -P)"
    done
}

# M package path [flags size mtime mode verify]: what packages own, of the managers whose lists are no plain files.
managed() {
    if rpm_here; then
        rpm_query -qa --qf '[M\t%{=NAME}\t%{FILENAMES}\t%{FILEFLAGS}\t%{FILESIZES}\t%{FILEMTIMES}\t%{FILEMODES}\t%{FILEVERIFYFLAGS}\n]'
    fi
    if [ -r "$APK" ]; then
        awk '/^P:/ { p = substr($0, 3) } /^t:/ { t = substr($0, 3) }
            /^F:/ { d = "/" substr($0, 3); if (d != "/") print "M\t" p "\t" d }
            /^R:/ { print "M\t" p "\t" (d == "/" ? "" : d) "/" substr($0, 3) "\t\t\t" t }' "$APK"
    fi
}

# I begin end: when dpkg was at work, from its log (what was packed is of long ago). One run of apt calls it several times.
installations() {
    set -- /var/log/dpkg.log.1 /var/log/dpkg.log
    for file_; do shift; [ ! -r "$file_" ] || set -- "$@" "$file_"; done
    [ $# -eq 0 ] || awk -v zone="$(date +%z)" '
        function seconds(d, t,   a, b, y, m) {
            split(d, a, "-"); split(t, b, ":"); y = a[1]; m = a[2] - 3
            if (m < 0) { m += 12; y-- }
            d = int(365.25 * y) - int(y / 100) + int(y / 400) + int(30.6001 * m + 0.5) + a[3] - 719469
            return d * 86400 + b[1] * 3600 + b[2] * 60 + b[3] - offset
        }
        function say() { if (begin) print "I\t" begin "\t" end }
        BEGIN { offset = (substr(zone, 2, 2) * 60 + substr(zone, 4, 2)) * 60; if (zone ~ /^-/) offset = -offset }
        $2 == last { next }
        {
            last = $2; now = seconds($1, $2)
            if (!begin || $3 == "startup" && now > end + 2 || now < end) { say(); begin = now }
            end = now
        }
        END { say() }' "$@"
}

# Some package scripts are programs; busybox has no -a.
words_of() { grep -aoh "$@" || grep -oh "$@"; }

# T list mtime ctime: when dpkg unpacked that package.  V from to package: diversions.  U path: ucf's files.
# A name: alternatives that a person chose.  X path: named by the scripts of packages.  E name: what they enable.
registries() {
    set +f
    if [ -d /var/lib/dpkg/info ]; then
        if [ -n "$PRINTF" ]; then find /var/lib/dpkg/info -name '*.list' -printf 'T\t%f\t%T@\t%C@\n'
        else stat -c "T$TAB%n$TAB%Y$TAB%Z" /var/lib/dpkg/info/*.list | sed 's,/var/lib/dpkg/info/,,'
        fi
        set -- /var/lib/dpkg/info/*.postinst
        words_of '/[A-Za-z][A-Za-z0-9_.@+/-]*[A-Za-z0-9_]' "$@" /var/lib/dpkg/info/*.config \
            /var/lib/dpkg/info/*.preinst | awk '/\/.*\// && !($0 in seen) { seen[$0]; print "X\t" $0 }'
        words_of '[0-9][0-9]*-[a-z0-9-]*\.conf' "$@" | sed "s/^/E$TAB/"
        find /var/lib/php/modules /var/lib/apache2 -path '*/enabled_by_maint/*' |
            sed -n "s/^\/var\/lib\/\([a-z0-9]*\).*\/enabled_by_maint\//E$TAB\1\//p"
    fi
    installations
    [ ! -r /var/lib/dpkg/diversions ] ||
        awk 'NR % 3 == 1 { f = $0 } NR % 3 == 2 { t = $0 } NR % 3 == 0 { print "V\t" f "\t" t "\t" $0 }' /var/lib/dpkg/diversions
    [ ! -r /var/lib/ucf/hashfile ] || awk '{ sub(/^[^ ]+ +/, ""); print "U\t" $0 }' /var/lib/ucf/hashfile
    for file_ in /var/lib/dpkg/alternatives /var/lib/alternatives /var/lib/rpm/alternatives; do
        [ ! -d "$file_" ] || awk 'FNR == 1 && $1 == "manual" { n = FILENAME; sub(/.*\//, "", n); print "A\t" n }' "$file_"/*
    done
    set -f
}

# Files that processes have open: W<tab>path for writing, O<tab>path for reading.
open_files() {
    set +f
    ls -l /proc/[0-9]*/fd | awk '/ -> \// {
        p = substr($0, index($0, " -> /") + 4); t = (substr($0, 3, 1) == "w" ? "W" : "O")
        if (p !~ / \(deleted\)$/ && p !~ /^\/(dev|proc|sys)\// && !((t, p) in seen) && n++ < 20000) { seen[t, p]; print t "\t" p }
    }'
    set -f
}

# --- what lies in the directories that packages know ----------------------------------------------------------------------

# Directories that no package need own and that are no finding themselves.
FRAME='/ /boot /etc /home /media /mnt /opt /root /srv /usr /usr/local /usr/local/bin /usr/local/etc /usr/local/games
/usr/local/include /usr/local/lib /usr/local/lib64 /usr/local/libexec /usr/local/man /usr/local/sbin /usr/local/share
/usr/local/src /usr/local/share/ca-certificates /usr/local/share/man /usr/local/share/fonts /var /var/backups /var/cache
/var/lib /var/local /var/log /var/mail /var/opt /var/spool /var/tmp /var/www /var/spool/cron /var/spool/cron/crontabs'

# Input: lines B, then names of directories one on a line; then the lists of dpkg as files. Output: the directories to look
# into, one on a line; those that hold a mount apart with "!" before. Documentation and translations are not looked into.
directories() {
    awk -F'\t' -v frame="$FRAME" '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        function take(p,   q) {
            if (p in seen) return
            seen[p]
            if (match(p, /^\/usr\/(share\/(doc|man|ri|javadoc|gtk-doc|lintian|locale|info|icons|help|gnome|i18n|zoneinfo|fonts)|include|src)\/[^\/]+/)) {
                keep = substr(p, 1, RLENGTH) "/"
                return
            }
            if (p ~ /\/LC_MESSAGES$/) return
            for (i = 1; i <= links; i++) if (index(p "/", from[i]) == 1) { p = to[i] substr(p, length(from[i]) + 1); sub(/\/$/, "", p); take(p); return }
            q = substr(p, 2); sub(/\/.*/, "", q)
            if (q in tops) for (q = p; q != ""; q = up(q)) if (q in apart) return
            print ((p in holds) ? "!" : "") (p == "" ? "/" : p)
        }
        BEGIN { here = keep = "\n" }
        FNR == 1 { listed = (FILENAME != "-") }
        listed {
            if (index($0, here) == 1 && !index(substr($0, depth), "/") || index($0, keep) == 1) next
            if (length($0) < 2 || $0 == "/.") next
            here = up($0); take(here); here = here "/"; depth = length(here) + 1
            next
        }
        $1 == "B" { apart[$3]; holds[up($3)]; q = substr($3, 2); sub(/\/.*/, "", q); tops[q]; next }
        $1 == "J" { from[++links] = $2; to[links] = substr($3, 1); next }
        $0 == "." { n = split(frame, f, /[ \n]+/); for (j = 1; j <= n; j++) take(f[j] == "/" ? "" : f[j]); next }
        { sub(/\/$/, ""); take($0) }' "$@"
}

# The directories of packages, of the managers whose lists are no plain files.
managed_directories() {
    ! rpm_here || rpm_query -qa --qf '[%{DIRNAMES}\n]' | awk '!($0 in seen) { seen[$0]; print }'
    [ ! -r "$APK" ] || sed -n 's,^F:,/,p' "$APK"
}

# The children of the directories named on standard input (lines that begin with "!"), but for the mounts apart.
children_apart() {
    while IFS= read -r dir_; do
        dir_=${dir_#!}
        children "${dir_%/}"
    done | nul_to_lines | { printf '%s\n.\n' "$APART"; cat; } | awk -F'\t' '
        !ended { if ($0 == ".") ended = 1; else apart[$3]; next }
        !($0 in apart)' | lines_to_nul
}

children() {
    set +f
    for child_ in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        case $child_ in */\* | */.\[!.\]\* | */..\?\*) ;; *) printf '%s\000' "$child_" ;; esac
    done
    set -f
}

# What is looked at, as records behind the time of the last change, which is the end of all days where it says nothing (of
# directories). LOOKED is the end of a command that does it. BRIEF, where little is enough for nearly all, as dpkg has neither
# modes nor sizes: a line of the times of change of file and content, and the path; of links 9999999998, and the target as
# another line.
BRIEF=
if [ -n "$PRINTF" ]; then
    LOOKED="-printf '9999999999\\t$FIELDS' | tr '\\n\\000' '\\001\\n'"
    rpm_here || [ -r "$APK" ] || BRIEF=1
    stamped() {
        d="9999999999\t$FIELDS" l="%C@\t$FIELDS" f="%C@\t$FIELDS"
        [ -z "$BRIEF" ] || d='9999999999 %p\0' l='9999999998 %p\0%l\0' f='%C@ %T@%p\0'
        xargs -0 -r sh -c 'o=$1 d=$2 l=$3 f=$4; shift 4
            exec find "$@" $o \( -type d -printf "$d" -o -type l -printf "$l" -o -printf "$f" \)' sh "$*" "$d" "$l" "$f" | nul_to_lines
    }
else
    LOOKED="! -name '*$NL*' -exec stat -c '9999999999$TAB%f$TAB%a$TAB%u$TAB%g$TAB%s$TAB%Y$TAB%Z$TAB$NL%n' {} +"
    stamped() { look "$@" | awk 'NR % 2 { print "9999999999\t" $0; next } { print }'; }
fi

# What is directly in the directories named on standard input, one on a line.
one_level() {
    given_=$(cat)
    printf '%s\n' "$given_" | grep '^!' | children_apart | stamped -maxdepth 0
    printf '%s\n' "$given_" | grep -v '^!' | lines_to_nul | stamped -mindepth 1 -maxdepth 1
}

# Input: the mark, known things, managed, the directories; then the lists of dpkg as files; then what is in the directories,
# as a file, too.
# Output, in parts, as records:
#   suspects   files of packages that may have changed; the package, and "c" for configuration, behind the fields
#   owners     files of ucf, with the package of their directory
#   metadata   files of packages with other permissions than they came with; the same behind the fields
#   missing    files of packages that are not there; the same
#   unmanaged  what no package owns; flags behind the fields: m named by package scripts, t leads to a package's file,
#              i and a time: made in a run of the package manager that ended then
# What is remembered is bounded: the lists of the packages, and a limited number of findings.
survey() {
    LOOKED=$LOOKED awk -F'\t' -v frame="$FRAME" -v records="$RECORDS" -v brief="$BRIEF" '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        function place(p,   i) {
            for (i = 1; i <= links; i++) if (index(p, link[i]) == 1) return leads_to[i] substr(p, length(link[i]) + 1)
            return p
        }
        # A path of one of the lists, or of package n. Of documentation and the like, the first level counts.
        function remember(p, n) {
            if (links && p ~ /^\/(s?bin|lib[x0-9]*|usr\/(sbin|lib64|tmp)|var\/(run|lock|mail|spool\/mail))\//) p = place(p)
            if (match(p, /^\/usr\/(share\/(doc|man|ri|javadoc|gtk-doc|lintian|locale|info|icons|help|gnome|i18n|zoneinfo|fonts)|include|src)\/[^\/]*\//)) {
                keep = substr(p, 1, RLENGTH)
                kept[substr(keep, 1, RLENGTH - 1)]
                return
            }
            if (p in own) { if (own[p] != n) shared[p] }
            own[p] = n
        }
        function kind(k) {
            if (length(k) < 4) return k
            k = substr(k, 1, length(k) - 3)
            return k == "8" ? "f" : k == "4" ? "d" : k == "a" ? "l" : k == "1" ? "p" : k == "c" ? "s" : k == "6" ? "b" : "c"
        }
        function owned(p) { return (p in own) || ("/usr" p) in own && p ~ /^\/(s?bin|lib[0-9x]*)\// }
        function leads(p, t) {
            if (substr(t, 1, 1) != "/") t = up(p) "/" t
            gsub(/\/\.\//, "/", t); gsub(/\/\/+/, "/", t)
            while (sub(/\/[^\/]+\/\.\.(\/|$)/, "/", t)) ;
            if (length(t) > 1) sub(/\/$/, "", t)
            return t
        }
        function suspect(p, n) {
            if (p in diverted) return 0
            if (n in limit) return f[7] + 0 > limit[n] || (n in fresh) && f[6] + 0 > fresh[n]
            if (n in built) return int(f[6]) > built[n]
            return (p in bytes) && (f[5] != bytes[p] || int(f[6]) != times[p])
        }
        function decimal(octal,   i, n) {
            for (i = 1; i <= length(octal); i++) n = n * 8 + substr(octal, i, 1)
            return n + 0
        }
        function enabled(p, name) {
            if (name in maint) return 1
            sub(/^[0-9]+-/, "", name); sub(/\.(ini|load|conf)$/, "", name)
            return (p ~ /^\/etc\/php\// && ("php/" name) in maint) || (p ~ /^\/etc\/apache2\// && ("apache2/" name) in maint)
        }
        # What the system notes about itself.
        function noted(p) { return p ~ /^\/(var\/lib\/(dpkg|apt|rpm|ucf|systemd|pam|alternatives)|usr\/lib\/sysimage)\// }
        function judge(fields, p,   n) {
            if (!(p in own)) { judge_other(p, substr(fields, index(fields, "\t") + 1)); return }
            n = own[p]
            judge_owned(p, n < 0 ? -n : n, substr(fields, index(fields, "\t") + 1))
        }
        # Of directories, whether packages keep them empty.
        function met(p, n, k) {
            own[p] = -n
            if (k == "d" && !(p in parent) && !(p in kept) && up(p) != "" && p !~ /\/LC_MESSAGES$/) empty[++empties] = p
        }
        function judge_owned(p, n, fields,   k) {
            split(fields, f, "\t"); k = kind(f[1])
            met(p, n, k)
            if (k == "f" && !(p in ucf) && (!(p in config) || (p in bytes)) && suspect(p, n)) {
                if (suspects++ < 20000) suspected[suspects] = fields "\t" name[n] ((p in config) ? "\tc" : "") "\n" p
            }
            if (k == "f" && (p in modes) && decimal(f[2]) != modes[p] && others < 2000)
                other[++others] = fields "\t" name[n] ((p in config) ? "\tc" : "") "\n" p
        }
        # Whether the name alone says that it is no finding.
        function passed_over(p,   base) {
            if (p in moved_from) return 1
            if (p in ucf) return 0
            if ((p in parent) || (p in kept) || (p in framed)) return 1
            base = p; sub(/.*\//, "", base)
            return (base == "__pycache__" || base ~ /\.py[co]$/) && p ~ /^\/usr\/(lib|share)/ || noted(p)
        }
        function link_passed_over(p, t, base) {
            return t ~ /^\/etc\/alternatives\// || p ~ /^\/etc\/alternatives\// && !(base in manual) ||
                p ~ /^\/etc\/(rc\.d\/)?rc[0-9S]\.d\// ||
                p ~ /^\/etc\/ssl\/certs\// && (base ~ /^[0-9a-f]+\.[0-9]+$/ || t ~ /^\/usr\/(local\/)?share\/ca-certificates\//) ||
                base ~ /\.so(\.[0-9.]+)?$/ && t !~ /\// && owned(up(p) "/" t)
        }
        function judge_other(p, fields,   k, base, dir, flags, t) {
            if (passed_over(p)) return
            split(fields, f, "\t"); k = kind(f[1]); t = f[8]; dir = up(p)
            if (p in ucf) {
                ucfs[++n_ucf] = fields "\t" (((dir in shared) || !(dir in own)) ? "" : name[own[dir] < 0 ? -own[dir] : own[dir]]) "\n" p
                return
            }
            base = p; sub(/.*\//, "", base)
            if (k == "l" && link_passed_over(p, t, base)) return
            flags = (p in named) ? "m" : ""
            if (k == "l" && (owned(leads(p, t)) || (leads(p, t) in ucf))) flags = flags "t" (enabled(p, base) ? "m" : "")
            if (p ~ /^\/etc\//)
                for (i = 1; i <= runs; i++)
                    if (f[6] >= run_began[i] && f[6] < run_ended[i] && f[7] < run_ended[i]) { flags = flags "i" run_ended[i]; break }
            if (++found[dir] > 1000 || unmanaged >= 20000) { more[dir]++; return }
            found_at[++unmanaged] = p; found_as[unmanaged] = fields "\t" flags
        }
        function quoted(s,   a, i, n, out) {
            n = split(s, a, "\047"); out = a[1]
            for (i = 2; i <= n; i++) out = out "\047\\\047\047" a[i]
            gsub(/\001/, "\n", out)
            return "\047" out "\047"
        }
        # Whether it is a mount apart or in one: not even its name is looked up.
        function apart(p) {
            for (; p != ""; p = up(p)) if (p in mounted) return 1
            return 0
        }
        # A brief record of something that is not plainly as it was.
        function glance(p, n, stamp,   t, base) {
            if (stamp == 9999999998 && (getline t) <= 0) return
            if (n) {
                n = n < 0 ? -n : n
                if (stamp >= 9999999998 || (p in config) || (p in ucf)) { met(p, n, stamp == 9999999999 ? "d" : "f"); return }
            } else if (passed_over(p)) return
            else if (found[up(p)] > 1000) { more[up(p)]++; return }
            base = p; sub(/.*\//, "", base)
            if (!n && stamp == 9999999998 && !(p in ucf) && link_passed_over(p, t, base)) return
            glanced = glanced " " quoted(p)
            if (length(glanced) > 30000) look_again()
        }
        function look_again() {
            if (glanced != "") list(glanced " -maxdepth 0 ")
            glanced = ""
        }
        # What is in the directories that packages keep empty. Short commands: some awks go through them for each line.
        function look_into_empty(   i, args, n) {
            n = empties
            for (i = 1; i <= n; i++) {
                if ((empty[i] in holds) || apart(empty[i])) continue
                args = args " " quoted(empty[i])
                if (length(args) > 6000) { list(args " -mindepth 1 -maxdepth 1 "); args = "" }
            }
            if (args != "") list(args " -mindepth 1 -maxdepth 1 ")
        }
        function list(args,   command, fields, p) {
            command = "exec 2>/dev/null; find" args ENVIRON["LOOKED"]
            while ((command | getline fields) > 0 && (command | getline p) > 0) judge(fields, p)
            close(command)
        }
        # What packages brought and was not met: said where its directory can be read.
        function absent(   p, args, left) {
            left = 4000
            for (p in own) {
                if (own[p] < 0 || (p in config) && !(p in bytes) || (p in ucf) || (p in diverted) || (p in may_be_missing)) continue
                if (p ~ /^\/usr\/share\/(doc|man|locale|info|lintian|help)|\.py[co]$|\/LC_MESSAGES\//) continue
                if ((p in bytes) + (own[p] in limit) + (own[p] in built) == 0 || apart(p) || noted(p) || left-- <= 0) continue
                args = args " " quoted(p)
                if (length(args) > 90000) { missing(args); args = "" }
            }
            if (args != "") missing(args)
        }
        function missing(args,   command, p) {
            command = "for p in" args "; do d=${p%/*}/.; if [ ! -e \"$p\" ] && [ ! -h \"$p\" ] && [ -r \"$d\" ] && [ -x \"$d\" ]; then printf \"%s\\n\" \"$p\"; fi; done"
            while ((command | getline p) > 0) if (p in own) print "f\t0\t0\t0\t0\t0\t0\t\t" name[own[p]] ((p in config) ? "\tc" : "") "\n" p
            close(command)
        }
        function part(what) { printf "\n%s part %s\n", mark, what }
        BEGIN {
            n = split(frame, f, /[ \n]+/); for (i = 1; i <= n; i++) framed[f[i]]
            keep = "\n"
        }
        function begin_list(   p) {
            p = FILENAME; sub(/.*\//, "", p)
            number++
            # All times of change are new where a machine was restored or copied: the times of content tell.
            if (list_stamped[p] - list_since[p] > 60) {
                limit[number] = int(list_stamped[p]) + 3600.99999; fresh[number] = int(list_since[p]) + 1.99999
            } else limit[number] = int(list_stamped[p]) + 1.99999
            sub(/\.list$/, "", p); sub(/:[^:]*$/, "", p); name[number] = p
        }
        FNR == 1 && FILENAME == records { stage = 3 }
        stage == 3 && brief {
            p = substr($0, index($0, "/"))
            x = own[p]
            if (x > 0 && $0 + 0 <= limit[x] && (!(x in fresh) || substr($0, index($0, " ")) + 0 <= fresh[x])) own[p] = -x
            else { if (!x) delete own[p]; glance(p, x, $0 + 0) }
            next
        }
        stage == 3 {
            fields = $0
            if ((getline) <= 0) next
            x = own[$0] # one look-up for most of them
            if (x > 0 && fields + 0 <= limit[x] && !(x in fresh)) own[$0] = -x
            else { if (!x) delete own[$0]; judge(fields, $0) }
            next
        }
        stage == 2 {
            if (FNR == 1) begin_list()
            if (index($0, keep) == 1) next
            if (/^\/(\.?$|s?bin|lib|var|usr\/(include|src|sbin|tmp|lib64|share\/[dfghijlmrz]))/) { if (length($0) > 2) remember($0, number) }
            else { if ($0 in own) shared[$0]; own[$0] = number }
            next
        }
        stage == 1 { if ($0 == ".") stage = 2; else { sub(/^!/, ""); parent[$0] } next }
        NR == 1 { mark = $0; next }
        $0 == "." { stage = 1; next }
        $1 == "M" {
            if ($2 != last) { last = $2; if (!($2 in index_of)) { index_of[$2] = ++number; name[number] = $2 } }
            $3 = place($3)
            remember($3, index_of[$2])
            if ($7 == "" && $6 != "") { built[index_of[$2]] = $6; if ($3 ~ /^\/etc\//) config[$3] }
            if ($7 != "" && $7 !~ /^1[0-9][0-9][0-9][0-9]$/ && $4 % 128 < 64) { bytes[$3] = $5; times[$3] = $6; if ($4 % 2) config[$3] }
            # RPMFILE_MISSINGOK, and RPMVERIFY_MODE of rpmlib: what the package says of being missing and of the mode.
            if (int($4 / 8) % 2) may_be_missing[$3]
            if ($7 ~ /^[0-9]+$/ && $7 >= 32768 && $4 % 128 < 64 && int($8 / 64) % 2) modes[$3] = $7 % 4096
            next
        }
        $1 == "B" { mounted[$3]; holds[up($3)]; next }
        $1 == "J" { link[++links] = $2; leads_to[links] = $3; next }
        $1 == "T" { list_since[$2] = $3; list_stamped[$2] = $4; next }
        $1 == "V" { if ($4 != ":") diverted[$2]; moved_from[$3]; next }
        $1 == "U" { ucf[$2]; next }
        $1 == "I" { run_began[++runs] = $2; run_ended[runs] = $3; next }
        $1 == "A" { manual[$2]; next }
        $1 == "X" { named[$2]; next }
        $1 == "E" { maint[$2]; next }
        $1 == "C" { config[$2]; next }
        END {
            look_again()
            look_into_empty()
            part("suspects")
            for (i = 1; i <= suspects && i <= 20000; i++) print suspected[i]
            part("owners")
            for (i = 1; i <= n_ucf; i++) print ucfs[i]
            part("metadata")
            for (i = 1; i <= others; i++) print other[i]
            part("missing")
            absent()
            part("unmanaged")
            for (i = 1; i <= unmanaged; i++) print found_as[i] "\n" found_at[i]
            for (p in more) printf "\n%s gap %s\t%d more entries are not told one by one\n", mark, p "/", more[p]
            if (suspects > 20000) printf "\n%s gap changed files of packages\t%d more look changed than were compared\n", mark, suspects - 20000
        }' "$@" 4<&3 # another number: ksh keeps from programs what exec opened
}

known() {
    printf '%s\n%s\n%s\n%s\n' "$MARK" "$APART" "$LINKED" "$CONFIGURATION"
    registries
    managed
    printf '.\n%s\n.\n' "$DIRECTORIES"
}

# The records come as a file of their own, behind the lists: a third pass over these would be the dearest part of all.
RECORDS=/proc/self/fd/4
surveyed() {
    set --
    if [ -d /var/lib/dpkg/info ]; then
        set +f
        set -- /var/lib/dpkg/info/*.list
        set -f
    fi
    DIRECTORIES=$({ printf '%s\n%s\n.\n' "$APART" "$LINKED"; managed_directories; } | directories - "$@")
    printf '%s\n' "$DIRECTORIES" | one_level | {
        exec 3<&0
        known | survey - "$@" "$RECORDS"
    }
}

# block NAME: of what the survey said.
block() { awk -v name="$1" '/^@@[0-9a-z]+ (part|gap) / { on = ($2 == "part" && $3 == name); next } on && NF'; }

files_main() {
    APART=$(mounts_apart)
    CONFIGURATION=$(configuration)
    part mounts
    printf '%s\n' "$APART"
    part configuration
    changed_=$(printf '%s\n' "$CONFIGURATION" | compare_configuration
        [ ! -r "$APK" ] || apk_sums | sed -n "s,^\(/etc/[^$TAB]*\)$TAB.*,\1,p" | compare_apk)
    printf '%s\n' "$changed_" | grep "$TAB"
    printf '%s\n' "$changed_" | grep -v "$TAB" | while read -r path_; do [ -z "$path_" ] || gap "$path_" permission; done
    part stats
    printf '%s\n' "$changed_" | awk -F'\t' '$3 == "changed" { print $1 }' | lines_to_nul | look -maxdepth 0
    LINKED=$(linked_directories)
    survey_=$(surveyed)
    printf '%s\n' "$survey_"
    part differing
    printf '%s\n' "$survey_" | block suspects | compare_packaged
    unmanaged_=$(printf '%s\n' "$survey_" | block unmanaged)
    part copies
    printf '%s\n' "$unmanaged_" | awk -F'\t' '!f { f = $0; n = split($0, a, "\t"); next }
        { if (a[1] ~ /^(f|8...)$/ && a[5] < 1000000 && a[n] ~ /m/) print; f = "" }' | copies
    part trees
    OPEN=$(open_files)
    printf '%s\n' "$unmanaged_" | roots | walk
    part open
    printf '%s\n' "$OPEN"
    root || gap 'files that only root can list' root
}
files_main
