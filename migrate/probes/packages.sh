# The shell of packages.py.
# One line for each package; in the last two fields a word that was said before is its number, a new one is "=WORD".
# That is a third of what the names themselves would take.

set +f
manager=$(manager)
if [ "$manager" = dpkg ]; then
    part dpkg
    dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\t${Status}\t${Essential}\t${Priority}\t${Section}\t${Source}\t${Provides}\t${Pre-Depends},${Depends}\n' |
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
        $4 ~ / (installed|triggers-awaited|triggers-pending|half-configured|unpacked)$/ {
            flags = ($4 ~ /^hold/ ? "h" : "") ($5 == "yes" || $6 == "required" ? "e" : "")
            sub(/ .*/, "", $8)
            provides = coded($9)
            print $1 "\t" $2 "\t" $3 "\t" flags "\t" $7 "\t" $8 "\t" provides "\t" coded($10)
        }'
    if [ -r /var/lib/apt/extended_states ]; then
        part automatic
        awk '/^Package:/ { p = $2 } /^Architecture:/ { a = $2 } /^Auto-Installed: *1/ { print p "\t" a }' \
            /var/lib/apt/extended_states
    fi
elif [ "$manager" = rpm ]; then
    part rpm
    rpm_query -qa --qf 'P\t%{NAME}\t%{EPOCH}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{GROUP}\n[V\t%{PROVIDENAME}\n][R\t%{REQUIRENAME}\n]' |
    awk -F'\t' '
        function word(w) {
            if (w in code) return code[w]
            code[w] = words++
            return "=" w
        }
        $1 == "P" { n++; name[n] = $2; version[n] = ($3 ~ /^[0-9]+$/ ? $3 ":" : "") $4; rest[n] = $5; source[n] = $6; group[n] = $7 }
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
                print line "\t" out
            }
        }'
    if [ -r /var/lib/zypp/AutoInstalled ]; then
        part automatic
        awk '/^[^#]/ { print $1 "\t" }' /var/lib/zypp/AutoInstalled
    fi
    if [ -d /var/lib/yum/yumdb ]; then
        part chosen
        grep -l '^user' /var/lib/yum/yumdb/*/*/reason
    fi
else
    for file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
        [ -r "$file" ] || continue
        part apk
        awk '/^[PVAoDp]:/ || /^$/' "$file"
        part world
        cat /etc/apk/world
        break
    done
fi
part repositories
show /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
    /etc/yum.repos.d/*.repo /etc/zypp/repos.d/*.repo /etc/apk/repositories
part end
