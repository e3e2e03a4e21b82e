# The files scope. paths.sh stands before this.

# --- what is known beforehand, as lines of a letter and fields ----------------------------------------------------------

# Directories that are links (merged /usr, /var/run): lines "/lib/<tab>/usr/lib/".
linked_directories() {
    for one_ in /bin /sbin /lib /lib32 /lib64 /libx32 /usr/sbin /usr/lib64 /usr/tmp /var/run /var/lock /var/spool/mail /var/mail; do
        [ -h "$one_" ] && [ -d "$one_/." ] && printf '%s/\t%s/\n' "$one_" "$(cd "$one_/." && pwd -P)"
    done
}

# M package path [flags size mtime mode]: what packages own, by the places that the paths really lead to.
managed() {
    managed_as_listed | LINKED=$LINKED awk -F'\t' -v OFS='\t' '
        BEGIN { n = split(ENVIRON["LINKED"], line, "\n"); for (i = 1; i <= n; i++) { split(line[i], f, "\t"); from[i] = f[1]; to[i] = f[2] } }
        {
            for (i = 1; i <= n; i++) if (from[i] != "" && index($3, from[i]) == 1) { $3 = to[i] substr($3, length(from[i]) + 1); break }
            print
        }'
}

managed_as_listed() {
    if [ -r /var/lib/dpkg/status ]; then
        set +f
        awk 'FNR == 1 { p = FILENAME; sub(/.*\//, "", p); sub(/\.list$/, "", p); sub(/:[^:]*$/, "", p) }
            /^\/./ && $0 != "/." { print "M\t" p "\t" $0 }' /var/lib/dpkg/info/*.list
        set -f
    fi
    if have rpm && [ -d /var/lib/rpm -o -d /usr/lib/sysimage/rpm ]; then
        rpm -qa --qf '[M\t%{=NAME}\t%{FILENAMES}\t%{FILEFLAGS}\t%{FILESIZES}\t%{FILEMTIMES}\t%{FILEMODES}\n]'
    fi
    if [ -r /lib/apk/db/installed ]; then
        awk '/^P:/ { p = substr($0, 3) } /^F:/ { d = "/" substr($0, 3); if (d != "/") print "M\t" p "\t" d }
            /^R:/ { print "M\t" p "\t" (d == "/" ? "" : d) "/" substr($0, 3) }' /lib/apk/db/installed
    fi
}

# Some package scripts are programs; busybox has no -a.
words_of() { grep -aoh "$@" || grep -oh "$@"; }

# T package mtime ctime: when dpkg unpacked it.  V from to package: diversions.  U path: ucf's files.
# A name: alternatives that a person chose.  X path: named by the scripts of packages.  E name: what they enable.
registries() {
    set +f
    if [ -d /var/lib/dpkg/info ]; then
        find /var/lib/dpkg/info -name '*.list' -print0 | look -maxdepth 0 | awk -F'\t' '
            NR % 2 { modified = $6; changed = $7; next }
            { sub(/.*\//, ""); print "T\t" $0 "\t" modified "\t" changed }'
        words_of '/[A-Za-z][A-Za-z0-9_.@+/-]*[A-Za-z0-9_]' /var/lib/dpkg/info/*.postinst /var/lib/dpkg/info/*.config \
            /var/lib/dpkg/info/*.preinst | awk '/\/.*\// && !($0 in seen) { seen[$0]; print "X\t" $0 }'
    fi
    if [ -d /var/lib/dpkg/info ]; then
        words_of '[0-9][0-9]*-[a-z0-9-]*\.conf' /var/lib/dpkg/info/*.postinst | sed "s/^/E$TAB/"
        find /var/lib/php/modules /var/lib/apache2 -path '*/enabled_by_maint/*' |
            sed -n "s/^\/var\/lib\/\([a-z]*\).*\/enabled_by_maint\//E$TAB\1\//p"
    fi
    [ ! -r /var/lib/dpkg/diversions ] ||
        awk 'NR % 3 == 1 { f = $0 } NR % 3 == 2 { t = $0 } NR % 3 == 0 { print "V\t" f "\t" t "\t" $0 }' /var/lib/dpkg/diversions
    [ ! -r /var/lib/ucf/hashfile ] || awk '{ sub(/^[^ ]+ +/, ""); print "U\t" $0 }' /var/lib/ucf/hashfile
    for file_ in /var/lib/dpkg/alternatives /var/lib/alternatives /var/lib/rpm/alternatives; do
        [ ! -d "$file_" ] || awk 'FNR == 1 && $1 == "manual" { n = FILENAME; sub(/.*\//, "", n); print "A\t" n }' "$file_"/*
    done
    set -f
}

# Files that processes have open for writing, as lines W<tab>path.
open_for_writing() {
    set +f
    ls -l /proc/[0-9]*/fd | awk 'substr($0, 1, 3) ~ /^l.w/ {
        at = index($0, " -> /"); if (!at) next
        p = substr($0, at + 4)
        if (p !~ / \(deleted\)$/ && p !~ /^\/(dev|proc|sys)\// && !(p in seen)) { seen[p]; print "W\t" p }
    }'
    set -f
}

# --- directories that packages know, one level ---------------------------------------------------------------------------

# Directories that no package need own and that are no finding themselves.
FRAME='/ /boot /etc /home /media /mnt /opt /root /srv /usr /usr/local /usr/local/bin /usr/local/etc /usr/local/games
/usr/local/include /usr/local/lib /usr/local/lib64 /usr/local/libexec /usr/local/man /usr/local/sbin /usr/local/share
/usr/local/src /usr/local/share/ca-certificates /usr/local/share/man /usr/local/share/fonts /var /var/backups /var/cache
/var/lib /var/local /var/log /var/mail /var/opt /var/spool /var/tmp /var/www /var/spool/cron /var/spool/cron/crontabs'

# Input: lines B and M. Output: the directories to look into, one on a line; those that hold a mount apart with "!" before.
directories() {
    awk -F'\t' -v frame="$FRAME" '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        function take(p,   q) {
            if (p in seen) return
            seen[p]
            for (q = p; q != ""; q = up(q)) if (q in apart) return
            print ((p in holds) ? "!" : "") (p == "" ? "/" : p)
        }
        $1 == "B" { apart[$3]; holds[up($3)]; next }
        !started { started = 1; n = split(frame, f, /[ \n]+/); for (i = 1; i <= n; i++) take(f[i] == "/" ? "" : f[i]) }
        $3 !~ /^\/usr\/(share\/(doc|man|locale|info|icons|help|gnome|i18n|zoneinfo|fonts)|include|src)\/.*\// { take(up($3)) }'
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

# Records of what is directly in the directories named on standard input, one on a line.
one_level() {
    given_=$(cat)
    printf '%s\n' "$given_" | grep '^!' | children_apart | look -maxdepth 0
    printf '%s\n' "$given_" | grep -v '^!' | lines_to_nul | look -mindepth 1 -maxdepth 1
}

# Input: registries and managed, a line ".", records. Output, each behind a letter and a tab before the fields:
#   D  an empty directory of a package (only the name, on the same line)
#   S  a package's file that may have changed; its package behind the fields
#   L  the same, missing
#   P  a file of ucf; the package of its directory behind the fields
#   U  what no package owns; behind the fields flags: m named by package scripts, t leads to a package's file
judge() {
    awk -F'\t' -v frame="$FRAME" '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        function enabled(p, name) {
            if (name in maint) return 1
            sub(/^[0-9]+-/, "", name); sub(/\.(ini|load|conf)$/, "", name)
            return (p ~ /^\/etc\/php\// && ("php/" name) in maint) || (p ~ /^\/etc\/apache2\// && ("apache2/" name) in maint)
        }
        function kind(k) {
            if (length(k) < 4) return k
            k = substr(k, 1, length(k) - 3)
            return k == "8" ? "f" : k == "4" ? "d" : k == "a" ? "l" : k == "1" ? "p" : k == "c" ? "s" : k == "6" ? "b" : "c"
        }
        function owner(p) {
            if (p in own) return own[p]
            return (("/usr" p) in own) && p ~ /^\/(s?bin|lib[0-9x]*)\// ? own["/usr" p] : ""
        }
        function leads(p, t) {
            if (substr(t, 1, 1) != "/") t = up(p) "/" t
            gsub(/\/\.\//, "/", t); gsub(/\/\/+/, "/", t)
            while (sub(/\/[^\/]+\/\.\.(\/|$)/, "/", t)) ;
            if (length(t) > 1) sub(/\/$/, "", t)
            return t
        }
        function suspect(p, o) {
            if (p in diverted) return 0
            if (o in since) {
                if (restored[o]) return mtime > since[o] + 1 || ctime > stamped[o] + 3600
                return ctime > stamped[o] + 1
            }
            return (p in bytes) && (size != bytes[p] || mtime != times[p])
        }
        BEGIN { n = split(frame, f, /[ \n]+/); for (i = 1; i <= n; i++) framed[f[i]] }
        !ended && $0 == "." { ended = 1; next }
        !ended && $1 == "B" { mounted[$3]; next }
        !ended && $1 == "M" {
            if (($3 in own) && own[$3] != $2) many[$3]
            own[$3] = $2; parent[up($3)]
            if ($7 != "" && $7 !~ /^1[0-9][0-9][0-9][0-9]$/ && $4 % 128 < 64) { bytes[$3] = $5; times[$3] = $6; if ($4 % 2) config[$3] }
            next
        }
        !ended && $1 == "T" {
            sub(/\.list$/, "", $2); sub(/:[^:]*$/, "", $2)
            since[$2] = int($3); stamped[$2] = int($4); restored[$2] = ($4 - $3 > 60)
            next
        }
        !ended && $1 == "V" { if ($4 != ":") diverted[$2]; from[$3] = $2; next }
        !ended && $1 == "U" { ucf[$2]; next }
        !ended && $1 == "A" { manual[$2]; next }
        !ended && $1 == "X" { named[$2]; next }
        !ended && $1 == "E" { maint[$2]; next }
        !ended && $1 == "C" { config[$2]; next }
        !ended { next }
        !fields { fields = $0; nf = split($0, f, "\t"); next }
        {
            p = $0; meta = fields; fields = ""
            k = kind(f[1]); size = f[5]; mtime = int(f[6]); ctime = int(f[7]); target = f[8]
            seen[p]; read[up(p)]
            o = owner(p)
            if (o == "" && (p in from)) next
            if (o != "") {
                if (k == "d" && !(p in parent)) { if (!(up(p) == "")) print "D\t" p }
                else if (k == "f" && !(p in config) && !(p in ucf) && suspect(p, o)) print "S\t" meta "\t" o "\n" p
                else if (k == "f" && (p in config) && (p in bytes) && suspect(p, o)) print "S\t" meta "\t" o "\tc\n" p
                next
            }
            if (p in ucf) { print "P\t" meta "\t" ((up(p) in many) ? "" : own[up(p)]) "\n" p; next }
            if ((p in parent) || (p in framed)) next
            name = p; sub(/.*\//, "", name)
            if (name == "__pycache__" || name ~ /\.py[co]$/) { if (p ~ /^\/usr\/(lib|share)/) next }
            if (p ~ /^\/(var\/lib\/(dpkg|apt|rpm|ucf|systemd|pam|alternatives)|usr\/lib\/sysimage)\//) next
            if (k == "l") {
                if (target ~ /^\/etc\/alternatives\//) next
                if (p ~ /^\/etc\/alternatives\// && !(name in manual)) next
                if (p ~ /^\/etc\/(rc\.d\/)?rc[0-9S]\.d\//) next
                if (p ~ /^\/etc\/ssl\/certs\// && (name ~ /^[0-9a-f]+\.[0-9]+$/ || target ~ /^\/usr\/(local\/)?share\/ca-certificates\//)) next
                if (name ~ /\.so(\.[0-9.]+)?$/ && target !~ /\// && owner(up(p) "/" target) != "") next
            }
            flags = ""
            if (p in named) flags = flags "m"
            if (k == "l" && (owner(leads(p, target)) != "" || (leads(p, target) in ucf))) {
                flags = flags "t"
                if (enabled(p, name)) flags = flags "m"
            }
            print "U\t" meta "\t" flags "\n" p
        }
        END {
            left = 2000
            for (p in own) {
                if ((p in seen) || (p in mounted) || (p in config) || (p in ucf) || (p in diverted) || !(up(p) in read)) continue
                if (p ~ /^\/usr\/share\/(doc|man|locale|info|lintian|help)|\.py[co]$/ || (p in bytes) + (own[p] in since) == 0) continue
                if (left-- > 0) print "L\tf\t0\t0\t0\t0\t0\t0\t\t" own[p] "\n" p
            }
            # What a package enables when it is installed, and a person disabled since.
            for (p in named) {
                if (p !~ /-enabled\/[^\/]+$/ || (p in seen) || !(up(p) in read)) continue
                from_ = p; sub(/-enabled\//, "-available/", from_)
                if (from_ in own) print "L\tl\t777\t0\t0\t0\t0\t0\t" from_ "\t" own[from_] "\n" p
            }
        }'
}

# choose LETTER: the records of one letter, without it.
choose() { awk -v l="$1" '!skip { mine = (substr($0, 1, 2) == l "\t"); if (substr($0, 1, 2) == "D\t") next
    if (mine) print substr($0, 3); skip = 1; next } { if (mine) print; skip = 0 }'; }

files_main() {
    APART=$(mounts_apart)
    LINKED=$(linked_directories)
    WRITTEN=$(open_for_writing)
    REGISTRIES=$(registries)
    CONFIGURATION=$(configuration)
    judged_() { { printf '%s\n%s\n%s\n' "$APART" "$REGISTRIES" "$CONFIGURATION"; managed; printf '.\n'; cat; } | judge; }
    first_=$({ printf '%s\n' "$APART"; managed; } | directories | one_level | judged_)
    second_=$(printf '%s\n' "$first_" | sed -n "s/^D$TAB//p" | { printf '%s\n.\n' "$APART"; cat; } | awk -F'\t' '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        !ended { if ($0 == ".") ended = 1; else if (NF > 2) { apart[$3]; holds[up($3)] } next }
        { for (q = $0; q != ""; q = up(q)) if (q in apart) next; print (($0 in holds) ? "!" : "") $0 }' | one_level | judged_)
    unmanaged_=$(printf '%s\n' "$first_" | choose U; printf '%s\n' "$second_" | choose U)
    suspects_all_=$(printf '%s\n' "$first_" | choose S)

    part mounts
    printf '%s\n' "$APART"
    part configuration
    changed_=$(printf '%s\n' "$CONFIGURATION" | compare_configuration)
    printf '%s\n' "$changed_"
    if [ -r /lib/apk/db/installed ]; then apk audit | sed -n "s/^U /\//p" | sed "s/\$/${TAB}${TAB}changed/"; fi
    part stats
    printf '%s\n' "$changed_" | awk -F'\t' '$3 == "changed" { print $1 }' | lines_to_nul | look -maxdepth 0
    part suspects
    printf '%s\n' "$suspects_all_"
    part differing
    printf '%s\n' "$suspects_all_" | names | compare_packaged
    part owners
    { printf '%s\n' "$first_" | choose P; printf '%s\n' "$second_" | choose P; }
    part missing
    printf '%s\n' "$first_" | choose L
    part copies
    printf '%s\n' "$unmanaged_" | awk -F'\t' '!f { f = $0; n = split($0, a, "\t"); next }
        { if (a[1] ~ /^(f|8...)$/ && a[5] < 1000000 && a[n] ~ /m/) print; f = "" }' | copies
    part unmanaged
    printf '%s\n' "$unmanaged_"
    part trees
    printf '%s\n' "$unmanaged_" | awk -F'\t' '!f { f = $0; next } { if (f ~ /^(d|4...)\t/) print; f = "" }' | in_order | walk
    part open
    printf '%s\n' "$WRITTEN"
    root || gap 'files that only root can list' root
}
files_main
