# Whose content is not what its package brought. paths.sh stands before this.

# C path package sum kind: configuration files of packages with the checksum they came with.
configuration() {
    [ ! -r /var/lib/dpkg/status ] || awk '
        /^[A-Z]/ { list = 0 }
        /^Package: / { p = $2 }
        /^Status: / { there = ($4 == "installed" || $4 == "triggers-pending" || $4 == "triggers-awaited" || $4 == "half-configured" || $4 == "unpacked") }
        /^Conffiles:/ { list = 1; next }
        list && there && /^ \// {
            sub(/^ /, ""); kind = "conffile"
            if (sub(/ (obsolete|remove-on-upgrade)$/, "")) kind = "obsolete"
            sum = $0; sub(/.* /, "", sum); sub(/ [^ ]*$/, "")
            if (sum ~ /^[0-9a-f]+$/) print "C\t" $0 "\t" p "\t" sum "\t" kind
        }' /var/lib/dpkg/status
    [ ! -r /var/lib/ucf/hashfile ] || awk '
        FILENAME ~ /registry$/ { p[$2] = $1; next }
        { sum = $1; sub(/^[^ ]+ +/, ""); print "C\t" $0 "\t" p[$0] "\t" sum "\tucf" }' /var/lib/ucf/registry /var/lib/ucf/hashfile
}

# Input: lines C. Output: path, package, change.
compare_configuration() {
    known_=$(cat)
    {
        printf '%s\n.\n' "$known_"
        printf '%s\n' "$known_" | awk -F'\t' 'NF { print $2 }' | lines_to_nul | xargs -0 -r md5sum
    } | awk -F'\t' '
        !ended && $0 == "." { ended = 1; next }
        !ended && NF { sum[$2] = $4; package[$2] = $3; kind[$2] = $5; next }
        ended { now[substr($0, 35)] = substr($0, 1, 32) }
        END {
            for (p in sum) {
                if (p in now) { if (now[p] != sum[p]) print p "\t" package[p] "\tchanged" }
                else if (kind[p] == "conffile") print p "\t" package[p] "\tmissing"
            }
        }' | really_missing
}

# Input: path, package, change. Those that are missing are so only where we may know: of others just the path is left.
really_missing() {
    while IFS= read -r row_; do
        path_=${row_%%"$TAB"*}
        case $row_ in
            *"${TAB}missing") if [ -e "$path_" ] || [ -h "$path_" ] || ! [ -x "${path_%/*}/." ]; then row_=$path_; fi ;;
        esac
        printf '%s\n' "$row_"
    done
}

# Input: records of package files that may have changed. Output: names of those that have.
compare_packaged() {
    suspects_=$(cat)
    [ -n "$suspects_" ] || return 0
    names_=$(printf '%s\n' "$suspects_" | names)
    if [ -d /var/lib/dpkg/info ]; then compare_dpkg
    elif rpm_here; then compare_rpm
    else printf '%s\n' "$names_" | compare_apk | sed -n "s/$TAB[^$TAB]*${TAB}changed\$//p"
    fi
}

compare_dpkg() {
    packages_=$(printf '%s\n' "$suspects_" | awk -F'\t' 'NR % 2 && !($9 in seen) { seen[$9]; print $9 }')
    set --
    set +f
    for package_ in $packages_; do
        sums_=/var/lib/dpkg/info/$package_
        if [ -e "$sums_.md5sums" ]; then set -- "$@" "$sums_.md5sums"; else set -- "$@" "$sums_":*.md5sums; fi
    done
    set -f
    {
        printf '%s\n' "$names_" | lines_to_nul | xargs -0 -r md5sum
        printf '.\n'
        printf '%s\n' "$@" | lines_to_nul | xargs -0 -r cat
    } | awk '
        $0 == "." { ended = 1; next }
        !ended { now[substr($0, 35)] = substr($0, 1, 32); next }
        { p = "/" substr($0, 35) }
        !(p in now) && ("/usr" p in now) { p = "/usr" p }
        (p in now) { if (now[p] == substr($0, 1, 32)) same[p]; else other[p] }
        END { for (p in other) if (!(p in same)) print p }'
}

compare_rpm() {
    {
        printf '%s\n' "$names_" | lines_to_nul | xargs -0 -r md5sum
        ! have sha256sum || printf '%s\n' "$names_" | lines_to_nul | xargs -0 -r sha256sum
        printf '.\n'
        printf '%s\n' "$names_" | rpm_about '[%{FILEMD5S}\t%{FILENAMES}\n]'
    } | awk -F'\t' '
        $0 == "." { ended = 1; next }
        !ended { at = index($0, "  "); s = substr($0, 1, at - 1); now[substr($0, at + 2), length(s)] = s; next }
        ((($2, length($1)) in now) && now[$2, length($1)] != $1 && !($2 in told)) { told[$2]; print $2 }'
}

# path, package and SHA-1 of what packages of apk brought: its database has the sums in base 64.
apk_sums() {
    [ ! -r "$APK" ] || awk '
        BEGIN { for (i = 0; i < 64; i++) value[substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", i + 1, 1)] = i }
        function hex(s,   i, j, n, out) {
            for (i = 1; i <= 25; i += 4) {
                n = 0
                for (j = 0; j < 4; j++) n = n * 64 + value[substr(s, i + j, 1)]
                out = out sprintf("%06x", n)
            }
            return substr(out, 1, 40)
        }
        /^P:/ { p = substr($0, 3) }
        /^F:/ { d = substr($0, 3); d = d == "" ? "" : "/" d }
        /^R:/ { f = d "/" substr($0, 3) }
        /^Z:Q1/ && f != "" { print f "\t" p "\t" hex(substr($0, 5)); f = "" }' "$APK"
}

# Input: names. Output: path, package, change of those that are not as their package of apk brought them.
compare_apk() {
    given_=$(cat)
    {
        printf '%s\n' "$given_" | lines_to_nul | xargs -0 -r sha1sum
        printf '.\n%s\n.\n' "$given_"
        apk_sums
    } | awk -F'\t' '
        $0 == "." { stage++; next }
        !stage { now[substr($0, 43)] = substr($0, 1, 40); next }
        stage == 1 { asked[$0]; next }
        !($1 in asked) { next }
        !($1 in now) { print $1 "\t" $2 "\tmissing"; next }
        now[$1] != $3 { print $1 "\t" $2 "\tchanged" }' | really_missing
}

# Input: names of files that no package owns. Output: those whose content is that of a package's own file.
copies() {
    given_=$(cat)
    [ -n "$given_" ] && [ -d /var/lib/dpkg/info ] || return 0
    set +f
    { printf '%s\n' "$given_" | lines_to_nul | xargs -0 -r md5sum; printf '.\n'; } | awk '
        ended { s = substr($0, 1, 32); if (s in told) { printf "%s", told[s]; delete told[s] } next }
        $0 == "." { ended = 1; next }
        { s = substr($0, 1, 32); told[s] = told[s] substr($0, 35) "\n" }' - /var/lib/dpkg/info/*.md5sums
    set -f
}
