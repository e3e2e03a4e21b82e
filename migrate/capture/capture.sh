# Sends what was chosen as one tar stream behind a few lines. paths.sh stands before this, and before that the functions
# wanted_trees, wanted_single, wanted_without and wanted_users, which print lines.

LARGEST_FILE=@LARGEST_FILE@
LARGEST_ALL=@LARGEST_ALL@

# Input: programs and units. Output: lines "C package path" of configuration files, "D package directory" of directories
# in /etc that only these packages have.
packaged_configuration() {
    if [ -r /var/lib/dpkg/status ]; then packaged_by_dpkg; fi
    if rpm_here; then packaged_by_rpm; fi
    if [ -r "$APK" ]; then packaged_by_apk; fi
}

packaged_by_dpkg() {
    users_=$(cat)
    set +f
    owners_=$(printf '%s\n' "$users_" | awk '
        FILENAME == "-" { wanted[$0]; if (sub(/^\/usr\//, "/")) wanted[$0]; else if (/^\/s?(bin|lib)/) wanted["/usr" $0]; next }
        ($0 in wanted) { p = FILENAME; sub(/.*\//, "", p); sub(/\.list$/, "", p); sub(/:.*/, "", p); of[$0] = of[$0] " " p; owners[$0]++ }
        END {
            for (path in of) {
                if (owners[path] > 6) continue
                n = split(of[path], one, " ")
                for (i = 1; i <= n; i++) if (!(one[i] in seen)) { seen[one[i]]; print one[i] }
            }
        }
        ' - /var/lib/dpkg/info/*.list)
    members_=$(printf '%s\n' "$owners_" | awk '
        FILENAME == "-" { wanted[$1]; next }
        /^Package: / { p = $2; source[p] = p }
        /^Source: / { source[p] = $2 }
        END {
            for (p in wanted) if (p in source) sources[source[p]]
            for (p in source) if (source[p] in sources) print p
        }' - /var/lib/dpkg/status)
    printf '%s\n' "$members_" | awk '
        FILENAME == "-" { wanted[$1]; next }
        /^[A-Z]/ { list = 0 }
        /^Package: / { p = $2 }
        /^Conffiles:/ { list = (p in wanted); next }
        list && /^ \// {
            sub(/^ /, ""); if (sub(/ (obsolete|remove-on-upgrade)$/, "")) next
            sub(/ [^ ]*$/, ""); print "C\t" p "\t" $0
        }' - /var/lib/dpkg/status
    [ ! -r /var/lib/ucf/registry ] ||
        printf '%s\n' "$members_" | awk 'FILENAME == "-" { wanted[$1]; next } ($1 in wanted) { print "C\t" $1 "\t" $2 }' - /var/lib/ucf/registry
    printf '%s\n' "$members_" | awk '
        FILENAME == "-" { wanted[$1]; next }
        FNR == 1 { p = FILENAME; sub(/.*\//, "", p); sub(/\.list$/, "", p); sub(/:.*/, "", p) }
        /^\/etc\/./ { d = substr($0, 6); sub(/\/.*/, "", d); if (p in wanted) mine[d] = p; else others[d] }
        END { for (d in mine) if (!(d in others) && d != "alternatives") print "D\t" mine[d] "\t/etc/" d }' - /var/lib/dpkg/info/*.list
    set -f
}

packaged_by_rpm() {
    sources_=$(rpm_about '%{SOURCERPM}\n' | sort -u)
    packages_=$(rpm_query -qa --qf '%{SOURCERPM}\t%{NAME}\n' | SOURCES=$sources_ awk -F'\t' '
        BEGIN { n = split(ENVIRON["SOURCES"], s, "\n"); for (i = 1; i <= n; i++) wanted[s[i]] } ($1 in wanted) { print $2 }')
    [ -z "$packages_" ] || rpm_query -q --qf '[%{FILEFLAGS}\t%{=NAME}\t%{FILENAMES}\n]' $packages_ | awk -F'\t' '$1 % 2 { print "C\t" $2 "\t" $3 }'
}

packaged_by_apk() {
    awk '
        FILENAME == "-" { wanted[$0]; next }
        /^P:/ { p = substr($0, 3) }
        /^F:/ { d = "/" substr($0, 3) }
        /^R:/ { f = d "/" substr($0, 3); if (f in wanted) mine[p]; if (f ~ /^\/etc\//) { n++; file[n] = f; of[n] = p } }
        END { for (i = 1; i <= n; i++) if (of[i] in mine) print "C\t" of[i] "\t" file[i] }' - "$APK"
}

# Input: lines of packaged_configuration. Output: places of packages (what a document root, an alias, a WSGI path or a link
# leads to) that this configuration and what is taken name: /usr/share/NAME. Their configuration is in use, too.
named_places() {
    {
        awk -F'\t' '$1 == "C" || $1 == "D" { print $3 }'
        { wanted_single; wanted_trees; } | grep '^/etc/'
    } | lines_to_nul | xargs -0 -r sh -c 'exec find "$@" -xdev -size -512 \( -type f -o -type l \) -print0' sh | xargs -0 -r grep -hoE "$PLACES|^[[:space:]]*location[^{#]*/[A-Za-z0-9_.-]+" | sed 's,^[[:space:]]*location.*/,/usr/share/,'
    wanted_trees | grep -v '^/etc/' | lines_to_nul | xargs -0 -r sh -c 'exec find "$@" -xdev -maxdepth 4 -type l -print' sh | head -n 500 |
        lines_to_nul | xargs -0 -r ls -ld | sed -n 's/.* -> //p' | grep -xE "$PLACES"
}
PLACES='/(usr/(share|lib|libexec)|var/lib)/[A-Za-z0-9_.@+-]+(/[A-Za-z0-9_.@+-]+)*'

# Input: names. Output: lines "K package path" for those that packages own.
owners_of() {
    given_=$(cat)
    set +f
    if [ -d /var/lib/dpkg/info ]; then
        printf '%s\n' "$given_" | awk '
            FILENAME == "-" { wanted[$0] = $0; s = $0; if (sub(/^\/usr\//, "/", s)) { if (!(s in wanted)) wanted[s] = $0 }
                else if (/^\/s?(bin|lib)/ && !(("/usr" $0) in wanted)) wanted["/usr" $0] = $0; next }
            ($0 in wanted) { p = FILENAME; sub(/.*\//, "", p); sub(/\.list$/, "", p); sub(/:.*/, "", p); print "K\t" p "\t" wanted[$0] }
            ' - /var/lib/dpkg/info/*.list
    elif rpm_here; then
        printf '%s\n' "$given_" | rpm_about '[%{=NAME}\t%{FILENAMES}\n]' |
            GIVEN=$given_ awk -F'\t' 'BEGIN { n = split(ENVIRON["GIVEN"], g, "\n"); for (i = 1; i <= n; i++) wanted[g[i]] }
                ($2 in wanted) && !($2 in seen) { seen[$2]; print "K\t" $1 "\t" $2 }'
    fi
    set -f
}

# Input: names of trees. Output: those that no other one holds, unless something that is left out lies between.
outermost() {
    { printf '%s\n.\n' "$APART"; cat; } | awk -F'\t' '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        !ended { if ($0 == ".") ended = 1; else without[$3]; next }
        $0 != "" { tree[++n] = $0; held[$0] }
        END {
            for (i = 1; i <= n; i++) {
                if (tree[i] in said) continue
                said[tree[i]]
                for (p = tree[i]; p != "" && !(p in without); p = up(p)) if (p != tree[i] && (p in held)) break
                if (p == "" || (p in without)) print tree[i]
            }
        }'
}

# What was chosen, as records: what is taken alone, a line ".", then the trees. Too many, perhaps, to be kept: who needs
# them twice asks twice.
chosen() {
    printf '%s\n' "$single_" | lines_to_nul | look -maxdepth 0
    printf '.\n'
    printf '%s\n' "$trees_" | starts | look
}

# sift WHAT DIRECTORIES: input records. "names": the names of what is taken. Else lines "O why path" of what is too large, and
# "N count bytes full" at the end.
sift() {
    awk -F'\t' -v most="$LARGEST_FILE" -v all="$LARGEST_ALL" -v what="$1" -v dirs="$2" '
        !fields && $0 == "." { trees = 1; next }
        !fields { fields = $0; split($0, f, "\t"); next }
        {
            fields = ""
            k = f[1]; if (length(k) >= 4) { k = substr(k, 1, length(k) - 3); k = (k == "8" ? "f" : k == "4" ? "d" : k == "a" ? "l" : "o") }
            if (k != "f" && k != "l" && !(k == "d" && dirs)) next
            if (($0 in seen) || /^\/etc\/(g?shadow-?|ssh\/ssh_host_[a-z0-9]*_key(\.pub)?|security\/opasswd)$/) next
            if (!trees) seen[$0]
            if (k == "f") {
                if (f[5] + 0 > most + 0) { if (what != "names") print "O\tlarge\t" $0; next }
                if (total + f[5] > all + 0) { if (full++ < 1000 && what != "names") print "O\tfull\t" $0; next }
                total += f[5]
            }
            count++
            if (what == "names") print
        }
        END { if (what != "names") printf "N\t%d\t%.0f\t%d\n", count, total, full }'
}

# Names on standard input, one archive on standard output; several behind each other where tar takes no list of names.
send() {
    sed 's,^/,./,' | lines_to_nul | case $TAR in
        gnu) tar -C / --create --null --no-recursion --numeric-owner --ignore-failed-read --files-from=- --file=- ;;
        list) tr '\0' '\n' | tar -C / -c -f - --no-recursion -T - ;;
        words) xargs -0 -r tar -C / -c -f - --no-recursion ;;
        *) xargs -0 -r tar -C / -c -f - ;;
    esac
}

capture_main() {
    TAR=flat
    case $(tar --help 2>&1) in
        *--files-from*) TAR=gnu ;;
        *--no-recursion*-T\ FILE* | *-T\ FILE*--no-recursion*) TAR=list ;;
        *--no-recursion*) TAR=words ;;
    esac
    apart_=$(mounts_apart)
    APART=$apart_
    conf_=$(wanted_users | packaged_configuration)
    places_=$(printf '%s\n' "$conf_" | named_places | sort -u)
    [ -z "$places_" ] || conf_=$({ wanted_users; printf '%s\n' "$places_"; } | packaged_configuration)
    packaged_=$(printf '%s\n' "$conf_" | sed -n "s/^C$TAB[^$TAB]*$TAB//p")
    own_=$(wanted_single | owners_of)
    APART=$apart_$NL$(wanted_without | sed "s/^/B${TAB}-$TAB/")
    dirs_=1
    [ "$TAR" != flat ] || dirs_=
    single_=$(wanted_single; printf '%s\n' "$packaged_")
    trees_=$({ printf '%s\n' "$conf_" | sed -n "s/^D$TAB[^$TAB]*$TAB//p"; wanted_trees; } | outermost)
    printf 'tar %s\n' "$TAR"
    printf '%s\n' "$own_" | grep .
    printf '%s\n' "$conf_" | sed 's/^C/K/' | grep .
    chosen | sift sizes "$dirs_"
    printf '.\n'
    chosen | sift names "$dirs_" | send
}
capture_main
