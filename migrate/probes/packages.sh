# The shell of packages.py.
# One line for each package; in the last two fields a word that was said before is its number, a new one is "=WORD".
# That is a third of what the names themselves would take.

set +f
manager=$(manager)
if [ "$manager" = dpkg ]; then
    part dpkg
    dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\t${Status}\t${Essential}\t${Priority}\t${Section}\t${Source}\t${Provides}\t${Pre-Depends},${Depends}\t${Maintainer}\n' |
    awk -F'\t' '
        function coded(list,    n, i, j, m, all, some, out, sep) {
            gsub(/ *\([^)]*\)| *\[[^]]*\]|:[a-z0-9-]+| /, "", list)
            n = split(list, all, ",")
            for (i = 1; i <= n; i++) {
                m = split(all[i], some, "|")
                for (j = 1; j <= m; j++) {
                    if (some[j] == "") continue
                    sep = out == "" ? "" : (j == 1 ? "," : "|")
                    if (some[j] in code) out = out sep code[some[j]]
                    else { code[some[j]] = words++; out = out sep "=" some[j] }
                }
            }
            return out
        }
        $4 ~ / (config-files|half-installed)$/ {
            print $1 "\t" $2 "\t" $3 "\tr" substr($4, length($4)) "\t" $7 "\t\t\t\t"
        }
        $4 ~ / (installed|triggers-awaited|triggers-pending|half-configured|unpacked)$/ {
            flags = ($4 ~ /^hold/ ? "h" : "") ($5 == "yes" || $6 == "required" ? "e" : "") \
                ($4 ~ / (installed|triggers-[a-z]*)$/ ? "" : $4 ~ /unpacked$/ ? "u" : "c")
            sub(/ .*/, "", $8)
            provides = coded($9)
            # Who maintains it, where that is not plainly somebody of the distribution. In Debian that may be anybody, but
            # what the archive has comes with a copyright file.
            who = $11 ~ /@([a-z0-9-]+\.)*(debian\.(org|net)|ubuntu\.com|canonical\.com)>?$/ ? "" : $11
            if (who != "" && (getline line < ("/usr/share/doc/" $1 "/copyright")) < 0) flags = flags "n"
            close("/usr/share/doc/" $1 "/copyright")
            print $1 "\t" $2 "\t" $3 "\t" flags "\t" $7 "\t" $8 "\t" provides "\t" coded($10) "\t" who
        }'
    if [ -r /var/lib/apt/extended_states ]; then
        part automatic
        awk '/^Package:/ { p = $2 } /^Architecture:/ { a = $2 } /^Auto-Installed: *1/ { print p "\t" a }' \
            /var/lib/apt/extended_states
    fi
    part architectures
    [ ! -r /var/lib/dpkg/arch ] || while read -r line; do printf '%s\n' "$line"; done </var/lib/dpkg/arch
    # The files of packages that came without a copyright file or a section: no archive has such ones.
    part contents
    dpkg-query -W -f '${Package}\t${Section}\t${Status}\t${Architecture}\n' | awk -F'\t' '$3 ~ / installed$/ {
        bare = (getline line < ("/usr/share/doc/" $1 "/copyright")) < 0
        close("/usr/share/doc/" $1 "/copyright")
        if (!bare && $2 != "") next
        n = 0
        for (i = 1; i < 3 && !n; i++) {
            list = "/var/lib/dpkg/info/" $1 (i == 1 ? "" : ":" $4) ".list"
            while ((getline line < list) > 0 && ++n < 4000) print $1 "\t" line
            close(list)
        }
    }' | head -n 20000
    # What the copyright files name, each name once.
    part licences
    grep -Eso '^License: *[A-Za-z0-9.+-]+|/usr/share/common-licenses/[A-Z][A-Za-z0-9.-]*[A-Za-z0-9]' /usr/share/doc/*/copyright |
    awk -F: '{
        package = $1; sub(/\/copyright$/, "", package); sub(/.*\//, "", package)
        name = $NF; sub(/.*\//, "", name); gsub(/ /, "", name)
        if ((package, name) in said) next
        said[package, name]
        if (package != last) { if (last != "") print last "\t" out; last = package; out = ""; have = 0 }
        if (++have > 8) next
        if (name in code) word = code[name]; else { code[name] = words++; word = "=" name }
        out = out (out == "" ? "" : ",") word
    }
    END { if (last != "") print last "\t" out }'
    # The heads of the repositories' Release files; of repositories that are not the distribution's, which installed
    # packages they offer.
    part origins
    set -- /var/lib/apt/lists/*Release
    [ ! -r "$1" ] || awk 'BEGIN {
        for (i = 1; i < ARGC; i++) {
            file = ARGV[i]
            if (sub(/\.list$/, "", file)) { sub(/.*\//, "", file); sub(/:.*/, "", file); there[file]; continue }
            if (file ~ /_Packages$/) { lists[file]; continue }
            said = ""; own = 0
            while ((getline line < file) > 0 && line !~ /^(MD5Sum|SHA1|SHA256|SHA512):/)
                if (line ~ /^(Origin|Label|Suite|Codename): /) {
                    said = said "\t" line
                    if (line ~ /^Origin: (Debian|Ubuntu|Raspbian|Devuan|Linux Mint|Kali|Proxmox)$/) own = 1
                }
            close(file)
            sub(/.*\//, "", file); sub(/_(In)?Release$/, "", file)
            print "release\t" file said
            if (!own) foreign["/var/lib/apt/lists/" file]
        }
        for (list in lists) for (one in foreign) if (index(list, one "_") == 1) {
            name = one; sub(/.*\//, "", name); lines = 0
            while ((getline line < list) > 0 && ++lines < 400000) {
                if (line ~ /^Package: /) package = substr(line, 10)
                else if (line ~ /^Version: / && (package in there)) print "offer\t" name "\t" package "\t" substr(line, 10)
            }
            close(list)
        }
    }' "$@" /var/lib/apt/lists/*_Packages /var/lib/dpkg/info/*.list
elif [ "$manager" = rpm ]; then
    part rpm
    # The second time without what a version of rpm may not know; awk takes it only where the first gave nothing.
    head='P\t%{NAME}\t%{EPOCH}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{GROUP}\t%{VENDOR}\t%{LICENSE}'
    tail='\n[V\t%{PROVIDENAME}\n][R\t%{REQUIRENAME}\n]'
    key='\t%|DSAHEADER?{%{DSAHEADER:pgpsig}}:{%|RSAHEADER?{%{RSAHEADER:pgpsig}}:{%|SIGGPG?{%{SIGGPG:pgpsig}}:{%{SIGPGP:pgpsig}}|}|}|'
    { rpm_query -qa --qf "$head$key$tail" || { echo X; rpm_query -qa --qf "$head$tail"; }; } |
    awk -F'\t' '
        function word(w) {
            if (w in code) return code[w]
            code[w] = words++
            return "=" w
        }
        # The same for vendors and keys, in a list of their own.
        function coded_(w) {
            if (w in code_) return code_[w]
            code_[w] = words_++
            return "=" w
        }
        function named(w) {
            if (w in named_) return named_[w]
            named_[w] = words__++
            return "=" w
        }
        $1 == "X" && n { exit }
        $1 == "P" { n++; name[n] = $2; version[n] = ($3 ~ /^[0-9]+$/ ? $3 ":" : "") $4; rest[n] = $5; source[n] = $6; group[n] = $7
            vendor[n] = $8 == "(none)" ? "" : $8; licence[n] = $9; key = $10; sub(/.* /, "", key); signed[n] = key == "(none)" ? "none" : key }
        $1 == "V" {
            if (!($2 in owner)) owner[$2] = name[n]
            if ($2 != name[n] && $2 !~ /[(\/]|\.so/) provides[n] = provides[n] " " $2
        }
        $1 == "R" && $2 !~ /^(rpmlib|config)\(|^\(/ { needs[n] = needs[n] " " $2 }
        END {
            for (i = 1; i <= n; i++) {
                if (name[i] == "gpg-pubkey") continue
                out = ""; m = split(provides[i], w, " ")
                for (j = 1; j <= m; j++) out = out (out == "" ? "" : ",") word(w[j])
                line = name[i] "\t" version[i] "\t" rest[i] "\t\t" group[i] "\t" source[i] "\t" out
                out = ""; m = split(needs[i], w, " ")
                for (j = 1; j <= m; j++) {
                    need = w[j] in owner ? owner[w[j]] : w[j]
                    if (need == name[i] || ((i, need) in told)) continue
                    told[i, need] = 1
                    out = out (out == "" ? "" : ",") word(need)
                }
                print line "\t" out "\t" coded_(vendor[i]) "\t" coded_(signed[i]) "\t" named(licence[i])
            }
        }'
    if [ -r /var/lib/zypp/AutoInstalled ]; then
        part automatic
        awk '/^[^#]/ { print $1 "\t" }' /var/lib/zypp/AutoInstalled
    fi
    if [ -d /var/lib/yum/yumdb ]; then
        part chosen
        grep -l '^user' /var/lib/yum/yumdb/*/*/reason
        part from
        awk 'BEGIN { for (i = 1; i < ARGC; i++) if ((getline line < ARGV[i]) > 0) {
            close(ARGV[i]); n = split(ARGV[i], f, "/"); sub(/^[^-]*-/, "", f[n - 1]); print f[n - 1] "\t" line } }' \
            /var/lib/yum/yumdb/*/*/from_repo
    fi
    if [ -r /usr/lib/sysimage/libdnf5/packages.toml ]; then
        part dnf5
        awk '/^\[packages\./ { name = $0 } /^reason = /{ print name "\t" $3 }' /usr/lib/sysimage/libdnf5/packages.toml
    fi
else
    for file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
        [ -r "$file" ] || continue
        part apk
        awk '/^[PVAoDpL]:/ || /^$/' "$file"
        part world
        cat /etc/apk/world
        break
    done
fi
part repositories
# As show does, but of apt.conf only the line that matters here.
set -- /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
    /etc/yum.repos.d/*.repo /etc/zypp/repos.d/*.repo /etc/apk/repositories \
    /etc/apt/preferences /etc/apt/preferences.d/* /etc/apt/apt.conf /etc/apt/apt.conf.d/* /etc/yum.conf /etc/dnf/dnf.conf \
    /etc/yum/pluginconf.d/versionlock.list /etc/dnf/plugins/versionlock.list /etc/dnf/modules.d/*.module /etc/zypp/locks \
    /etc/apk/world
for file; do
    shift
    if [ -f "$file" ]; then
        if [ -r "$file" ]; then set -- "$@" "$file"; else gap "$file" permission; fi
    fi
done
[ $# -eq 0 ] || awk '
    FNR == 1 { name = FILENAME; gsub(/\n/, "\001", name); said = 0; some = (name ~ /\/apt\.conf/) }
    some && tolower($0) !~ /default-release/ { next }
    !said { said = 1; print ">" name }
    { print "|" $0 }' "$@"
part end
