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
        }'
}

# Input: records of package files that may have changed. Output: names of those that have.
compare_packaged() {
    suspects_=$(cat)
    [ -n "$suspects_" ] || return 0
    names_=$(printf '%s\n' "$suspects_" | names)
    if [ -d /var/lib/dpkg/info ]; then compare_dpkg
    elif have rpm; then compare_rpm
    fi
}

compare_dpkg() {
    packages_=$(printf '%s\n' "$suspects_" | awk -F'\t' 'NR % 2 && !($9 in seen) { seen[$9]; print $9 }')
    set --
    set +f
    for package_ in $packages_; do
        set -- "$@" "/var/lib/dpkg/info/$package_.md5sums" "/var/lib/dpkg/info/$package_":*.md5sums
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
        set -f
        IFS=$NL
        rpm_query -qf --qf '[%{FILEMD5S}\t%{FILENAMES}\n]' $names_
        unset IFS
    } | awk -F'\t' '
        $0 == "." { ended = 1; next }
        !ended { at = index($0, "  "); s = substr($0, 1, at - 1); now[substr($0, at + 2), length(s)] = s; next }
        ((($2, length($1)) in now) && now[$2, length($1)] != $1 && !($2 in told)) { told[$2]; print $2 }'
}

# Input: names of files that no package owns. Output: those whose content is that of a package's own file.
copies() {
    given_=$(cat)
    [ -n "$given_" ] && [ -d /var/lib/dpkg/info ] || return 0
    sums_=$(printf '%s\n' "$given_" | lines_to_nul | xargs -0 -r md5sum)
    set +f
    {
        printf '%s\n.\n' "$sums_"
        printf '%s\n' "$sums_" | cut -c1-32 | grep -hFf - /var/lib/dpkg/info/*.md5sums
    } | awk '
        $0 == "." { ended = 1; next }
        !ended { now[substr($0, 35)] = substr($0, 1, 32); next }
        { there[substr($0, 1, 32)] }
        END { for (p in now) if (now[p] in there) print p }'
    set -f
}
