# Walking a host's files, for the files scope and for capturing. Names travel as lines in which a newline is \001, records
# as two lines: fields behind tabs, then the name. Nothing is kept in files: short lists are held in variables,
# and what may be long only passes through.

TAB=$(printf '\t')
NL='
'
lines_to_nul() { tr '\n\001' '\0\n'; }
nul_to_lines() { tr '\n\0' '\001\n'; }

APK=/lib/apk/db/installed
[ -r "$APK" ] || APK=/usr/lib/apk/db/installed
rpm_here() { have rpm && [ -d /var/lib/rpm -o -d /usr/lib/sysimage/rpm ]; }

# rpm_about FORMAT: rpm asked for the files named on standard input, one on a line.
rpm_about() {
    (
        names_=$(cat)
        set -f
        IFS=$NL
        [ -z "$names_" ] || rpm_query -qf --qf "$1" $names_
    )
}

# The fields: kind mode uid gid size mtime ctime target. Kind is a letter, or the hexadecimal mode where find has no -printf.
FIELDS='%y\t%m\t%U\t%G\t%s\t%T@\t%C@\t%l\0%p\0'
if find / -maxdepth 0 -printf '' >/dev/null 2>&1; then PRINTF=1; else PRINTF=; fi

# look [FIND OPTION…]: records of what is below the directories that standard input names, NUL after each.
look() {
    if [ -n "$PRINTF" ]; then
        xargs -0 -r sh -c 'o=$1 f=$2; shift 2; exec find "$@" $o -printf "$f"' sh "$*" "$FIELDS" | nul_to_lines
    else
        xargs -0 -r sh -c 'o=$1 f=$2 n=$3; shift 3; exec find "$@" $o -name "*$n*" -prune -o -exec stat -c "$f" {} +' sh \
            "$*" "%f$TAB%a$TAB%u$TAB%g$TAB%s$TAB%Y$TAB%Z$TAB$NL%n" "$NL"
    fi
}

# Names alone, of records.
names() { awk 'NR % 2 == 0'; }

# Mounts that are never touched, as lines B<tab>type<tab>path: what is not a local disk.
mounts_apart() {
    awk '
        function plain(s) {
            gsub(/\\040/, " ", s); gsub(/\\011/, "\t", s); gsub(/\\012/, "\001", s); gsub(/\\134/, "\\", s); return s
        }
        { type[plain($2)] = $3 }
        END {
            for (at in type)
                if (at != "/" && type[at] !~ /^(ext[234]|xfs|btrfs|zfs|jfs|reiserfs|f2fs|bcachefs|ufs|vfat|bind)$/)
                    print "B\t" type[at] "\t" at
        }' /proc/mounts
}

# points DIR: DIR, or where mounts apart are below it, what is in it without them; NUL after each.
points() {
    under_=$(printf %s "$1/" | tr '\n' '\001')
    below_=$(printf '%s\n' "$APART" | UNDER=$under_ awk -F'\t' 'index($3, ENVIRON["UNDER"]) == 1 { print $3 }')
    if [ -z "$below_" ]; then
        printf '%s\000' "$1"
        return
    fi
    set +f
    for child_ in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        case $child_ in
            */\* | */.\[!.\]\* | */..\?\*) ;;
            *) case "$NL$below_$NL" in
                *"$NL$child_$NL"*) ;;
                *"$NL$child_/"*) (points "$child_") ;;
                *) printf '%s\000' "$child_" ;;
            esac ;;
        esac
    done
    set -f
}

# holders: of the directories named on standard input, one on a line, those that hold a mount apart.
holders() {
    { printf '%s\n.\n' "$APART"; cat; } | awk -F'\t' '
        !ended { if ($0 == ".") ended = 1; else at[$3]; next }
        { for (p in at) if (index(p, $0 "/") == 1) { print; next } }'
}

# starts: the points of the directories named on standard input, one on a line.
starts() {
    names_=$(cat)
    holding_=$(printf '%s\n' "$names_" | holders)
    starting
}

# The same, of names_, with holding_ told.
starting() {
    if [ -z "$holding_" ]; then
        printf '%s\n' "$names_" | lines_to_nul
        return
    fi
    printf '%s\n' "$names_" | while IFS= read -r root_; do
        plain_=$(printf %s. "$root_" | tr '\001' '\n')
        case "$NL$holding_$NL" in
            *"$NL$root_$NL"*) points "${plain_%.}" ;;
            *) printf '%s\000' "${plain_%.}" ;;
        esac
    done
}
