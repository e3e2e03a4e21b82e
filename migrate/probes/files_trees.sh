# What lies below the directories that no package owns. paths.sh stands before this.

# totals DIR LINE UNTIL: what is below, as records "N count size newest foreign open logs code uid gid mode mtime whole" for each
# directory down to the third level, and "F fields" for files that tell something.
totals() {
    { printf '%s\n.\n' "$WRITTEN"; points "$1" | look; } | ROOT=$2 awk -F'\t' -v until="$3" '
        function add(n) {
            count[n]++; bytes[n] += size; if (mtime > newest[n]) newest[n] = mtime
            if (uid != rootuid) foreign[n]++
            if (w) open[n]++
            if (k != "f") return
            if (islog) logs[n]++
            if (iscode) code[n]++
        }
        function late(   l, a) {
            getline l < "/proc/uptime"; close("/proc/uptime"); split(l, a, " ")
            return a[1] + 0 > until + 0
        }
        BEGIN { root = ENVIRON["ROOT"]; meta[""] = "-\t-\t-\t0"; whole = 1; files = 400; settings = 40; dirs = 1500 }
        !ended && $0 == "." { ended = 1; next }
        !ended { if ($1 == "W") writes[$2]; next }
        !fields { fields = $0; split($0, f, "\t"); next }
        {
            line = fields; fields = ""
            k = f[1]; if (length(k) >= 4) { k = substr(k, 1, length(k) - 3); k = (k == "8" ? "f" : k == "4" ? "d" : k == "a" ? "l" : "o") }
            uid = f[3]; size = (k == "f" ? f[5] : 0); mtime = int(f[6])
            if ($0 == root) {
                rootuid = uid; count[""]++; newest[""] = mtime
                meta[""] = uid "\t" f[4] "\t" f[2] "\t" mtime
                next
            }
            if (++seen % 5000 == 0 && late()) { whole = 0; exit }
            rel = substr($0, length(root) + 2); n = split(rel, a, "/"); name = a[n]
            w = ($0 in writes)
            islog = (name ~ /[._-]log([.-]|$)|\.out$/)
            iscode = (name ~ /\.(php[0-9]?|py|rb|pl|pm|cgi|js|jsp|class|jar|war|ear|so|sh|html?|css|c|cc|h|java|go|exe|dll)$/)
            add("")
            node = ""
            for (i = 1; i < n && i <= 3; i++) { node = (i > 1 ? node "/" : "") a[i]; add(node) }
            if (k == "d") {
                if (n <= 3 && !(rel in meta) && dirs-- > 0) { meta[rel] = uid "\t" f[4] "\t" f[2] "\t" mtime; add(rel) }
            } else if (k == "f" && settings > 0 && n <= 2 && size < 262144 && !w && name ~ /\.(conf|cfg|cnf|ini|properties|xml|ya?ml|toml|env)$/) {
                settings--; print "F\t" line "\t\n" $0
            } else if (k != "l" && files > 0 && (w || name ~ \
                /\.(mv\.db|h2\.db|sqlite3?|db3?|script|war|ear|bak|old|orig|save|swp|hprof|tar|tgz|gz|bz2|xz|zip|rar|7z|dump|sql|mdb|fs|pid|lock)$|[.-](19|20)[0-9][0-9]|~$|^(PG_VERSION|ibdata1|WiredTiger|appendonly\.aof|mdb\.master)$|^core(\.[0-9]+)?$|^service\.properties$|\.(dpkg|ucf|rpm)[-a-z]+$/)) {
                files--; print "F\t" line "\t" (w ? "w" : "") "\n" $0
            }
        }
        END {
            for (node in meta)
                printf "N\t%d\t%.0f\t%d\t%d\t%d\t%d\t%d\t%s\t%d\n%s\n", count[node], bytes[node], newest[node], foreign[node],
                    open[node], logs[node], code[node], meta[node], whole, (node == "" ? root : root "/" node)
        }'
}

# Applications and configuration first: homes and data may be endless.
in_order() {
    awk '/^\/(home|root|media|mnt|var\/lib|var\/log|var\/cache|var\/backups)\// { last = last $0 "\n"; next } { print } END { printf "%s", last }'
}

walk() {
    now
    end_=$(echo "$NOW" | awk '{ printf "%d", $1 + 40 }')
    while IFS= read -r root_; do
        plain_=$(printf %s. "$root_" | tr '\001' '\n')
        now
        until_=$((${NOW%.*} + 12))
        [ "$until_" -le "$end_" ] || until_=$end_
        totals "${plain_%.}" "$root_" "$until_"
    done
}
