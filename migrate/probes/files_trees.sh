# What lies below the directories that no package owns. paths.sh stands before this.

# Input: records of what no package owns. Output: the directories, as two lines: uid gid mode mtime, then the name.
# Applications and configuration first: homes and data may be endless.
roots() {
    awk -F'\t' '
        !meta { meta = $0; split($0, f, "\t"); next }
        {
            if (f[1] ~ /^(d|4...)$/) {
                one = f[3] "\t" f[4] "\t" f[2] "\t" int(f[6]) "\n" $0
                if (/^\/(home|root|srv|media|mnt|var\/lib|var\/log|var\/cache|var\/backups)\//) later[++n] = one; else print one
            }
            meta = ""
        }
        END { for (i = 1; i <= n; i++) print later[i] }'
}

# Input: names of roots. Output: records of what is below, for totals: kind, uid and depth, which are often those of the
# line before; size; mtime; and then either the name alone, where the directory is the last one told that is a step
# higher, or gid, mode and the whole path. Slashes stand between, as names hold none.
below() {
    names_=$(cat)
    holding_=$(printf '%s\n' "$names_" | holders)
    if [ -z "$PRINTF" ]; then
        starting | xargs -0 -r sh -c 'n=$1 f=$2; shift 2; exec find "$@" -name "*$n*" -prune -o -exec stat -c "$f" {} +' sh \
            "$NL" '%f %u -/%s/%Y/%g/%a/%n'
    elif [ -n "$holding_" ]; then
        starting | xargs -0 -r sh -c 'exec find "$@" -printf "%y %U -/%s/%T@/%G/%m/%p\0"' sh | nul_to_lines
    else
        starting | xargs -0 -r sh -c 'd="d %U %d/%s/%T@/%G/%m/%p\0" f=" %U %d/%s/%T@/%f\0"
            exec find "$@" \( -type f -printf "f$f" -o -type d -printf "$d" -o -printf "%y$f" \)' sh | nul_to_lines
    fi
}

# How files that tell something are looked at again, as a command: F and what comes behind the fields.
if [ -n "$PRINTF" ]; then
    TELLING="xargs -0 -r sh -c 'w=\$1; shift; exec find \"\$@\" -maxdepth 0 -printf \"F\\t%y\\t%m\\t%U\\t%G\\t%s\\t%T@\\t%C@\\t%l\\t\$w\\0%p\\0\"' sh"
    TELLING_END="| tr '\\n\\000' '\\001\\n'"
else
    TELLING="xargs -0 -r sh -c 'w=\$1; shift; exec stat -c \"F$TAB%f$TAB%a$TAB%u$TAB%g$TAB%s$TAB%Y$TAB%Z$TAB$TAB\$w$NL%n\" \"\$@\"' sh"
    TELLING_END=
fi

# Input: lines W, ".", roots, ".", what is below. Output: records "N count size newest foreign open logs code uid gid mode
# mtime whole used" for each directory down to the third level below a root, "F fields" for files that tell something.
# Where a root takes too long, its number goes to file descriptor 3, and the rest is for another turn.
# What is remembered is one root's directories, and a limited number of them.
totals() {
    TELLING=$TELLING TELLING_END=$TELLING_END awk -F'\t' -v each="$1" -v until="$2" '
        function up(p) { sub(/\/[^\/]*$/, "", p); return p }
        function clock(   l, a) {
            getline l < "/proc/uptime"; close("/proc/uptime"); split(l, a, " ")
            return a[1] + 0
        }
        # The sums of the last directory go to the nodes above it.
        function flush(   i, n) {
            for (i = 0; i <= levels && c; i++) {
                n = chain[i]
                if (!(n in meta)) continue
                count[n] += c; bytes[n] += b; if (late > newest[n]) newest[n] = int(late)
                foreign[n] += other; open[n] += writes; logs[n] += log_; code[n] += code_
            }
            c = b = late = other = writes = log_ = code_ = 0
        }
        function node(n, m, mtime) { meta[n] = m; count[n] = 1; newest[n] = int(mtime); said++ }
        function tell(n, whole) {
            printf "N\t%d\t%.0f\t%d\t%d\t%d\t%d\t%d\t%s\t%d\n%s\n", count[n], bytes[n], newest[n], foreign[n], open[n],
                logs[n], code[n], meta[n], whole, root "" (n == "" ? "" : "/" n)
        }
        function end_root(whole,   n) {
            if (root == "") return
            flush()
            for (n in meta) tell(n, whole)
            split("", meta); split("", count); split("", bytes); split("", newest); split("", foreign); split("", open)
            split("", logs); split("", code)
            root = ""
        }
        function begin_root(p, where,   m) {
            end_root(1)
            dir = where; root = p; current = number[p]; visited[current]; split(about[current], m, "\t"); rootuid = m[1]
            node("", about[current], m[4])
            files = 400; settings = 40; dirs = said < 20000 ? 1500 : 20
            limit = clock() + each
        }
        # What comes is in another directory. Whether that is below a root.
        function turn(p,   a, i) {
            flush()
            dir = p
            if (root == "" || index(p "/", root "/") != 1) {
                while (p != "" && !(p in number)) p = up(p)
                if (p == "") { dir = "\n"; return 0 }
                begin_root(p, dir)
            }
            levels = 0; chain[0] = ""
            depth = split(substr(dir, length(root) + 2), a, "/") + 1
            for (i = 1; i < depth && i <= 3; i++) chain[++levels] = (i > 1 ? chain[i - 1] "/" : "") a[i]
            holds = (dir in holding)
            return 1
        }
        # Another kind, user or depth, or the first record behind a directory; whether it is about something below a root.
        function another(   a) {
            alike = $1; split(alike, a, " ")
            k = a[1]; uid = a[2]
            if (length(k) > 1) k = kind(k)
            if (!(NF == 4 ? at[a[3] - 1] == dir || turn(at[a[3] - 1]) : whole_path(a[3]))) { alike = ""; return 0 }
            stranger = (uid != rootuid)
            return 1
        }
        # The same of a record with its whole path.
        function whole_path(level,   p) {
            if (!(p = index($0, "//"))) return 0
            p = substr($0, p + 1)
            alike = ""
            if (k == "d") at[level] = p
            if (p in number) { begin_root(p, "\n"); return 0 }
            name = p; sub(/.*\//, "", name)
            p = substr(p, 1, length(p) - length(name) - 1)
            return p == dir || turn(p)
        }
        function class(e) {
            if (e in known) return known[e]
            if (kinds++ > 3000) return "-"
            return known[e] = e ~ /^(php[0-9]?|py|rb|pl|pm|cgi|js|jsp|class|jar|so|sh|html?|css|c|cc|h|java|go|exe|dll)$/ ? "c" : \
                e ~ /^(war|ear)$/ ? "ct" : e ~ /^(conf|cfg|cnf|ini|properties|xml|ya?ml|toml|env)$/ ? "s" : \
                e ~ /^(sqlite3?|db3?|script|bak|old|orig|save|swp|hprof|tar|tgz|gz|bz2|xz|zip|rar|7z|dump|sql|mdb|fs|pid|lock)$|^(dpkg|ucf|rpm)[-a-z]+$|~$/ ? "t" : \
                e == "out" ? "l" : e ~ /^([0-9]+|aof|master)$/ ? "." : "-"
        }
        function kind(k) {
            k = substr(k, 1, length(k) - 3)
            return k == "8" ? "f" : k == "4" ? "d" : k == "a" ? "l" : "o"
        }
        function telling(p, w) { if (told++ < 6000) { if (w) open_telling[++n_open] = p; else telling_[++n_telling] = p } }
        function say_telling(w, n, list,   command, i) {
            if (!n) return
            system("")
            command = "exec 2>/dev/null; tr \047\\n\\001\047 \047\\000\\n\047 | " ENVIRON["TELLING"] " \047" w "\047 " ENVIRON["TELLING_END"]
            for (i = 1; i <= n; i++) print list[i] | command
            close(command)
        }
        BEGIN {
            dir = "\n"
            n = split("PG_VERSION ibdata1 WiredTiger appendonly.aof mdb.master service.properties core", a, " ")
            for (i = 1; i <= n; i++) special[a[i]] # their endings are of class "." or "s"
        }
        stage < 2 && $0 == "." { if (++stage == 2) FS = "/"; next }
        !stage { if ($1 == "W") { writes_to[$2]; holding[up($2)] } next }
        stage == 1 { if (m == "") m = $0; else { about[++roots] = m; path[roots] = $0; number[$0] = roots; m = "" } next }
        {
            if ($1 != alike && !another()) next
            if (NF == 4) name = $4
            if (++seen % 4096 == 0 && ((now = clock()) > limit || now > until)) { stopped = 1; exit }
            c++
            if ($3 > late) late = $3
            if (stranger) other++
            if (w = holds && (dir "/" name) in writes_to) writes++
            e = "."
            if (k == "f") {
                b += $2
                if (n = index(name, ".")) {
                    e = substr(name, n + 1)
                    if (index(e, ".")) { n = split(e, a, "."); e = a[n] }
                    e = (e in known) ? known[e] : class(e)
                }
                if (e == "c" || e == "ct") code_++
                else {
                    if (e == "l" || index(name, "log") && name ~ /[._-]log([.-]|$)/) log_++
                    if (e == "s" && settings > 0 && depth <= 2 && $2 < 262144 && !w) { settings--; telling(dir "/" name, 0); next }
                }
            } else if (k == "d") {
                if (depth <= 3 && dirs-- > 0)
                    node((levels ? chain[levels] "/" : "") name, uid "\t" $4 "\t" $5 "\t" int($3), $3)
                next
            } else if (k == "l") next
            if (files > 0 && (w || e != "-" && e != "c" && (e == "t" || e == "ct" || (name in special) || name ~ /~$|^core\.[0-9]+$/) ||
                (index(name, "19") || index(name, "20")) && name ~ /[.-](19|20)[0-9][0-9]/)) { files--; telling(dir "/" name, w) }
        }
        END {
            end_root(!stopped)
            if (stopped) system("echo " current " >&3")
            else for (i = 1; i <= roots; i++) if (!(i in visited)) { root = path[i]; meta[""] = about[i]; tell("", 1) }
            say_telling("w", n_open, open_telling)
            say_telling("", n_telling, telling_)
        }'
}

# Input: roots. All of them are walked within 45 s, each within 15.
walk() {
    left_=$(cat)
    now
    end_=$((${NOW%.*} + 45))
    while [ -n "$left_" ] && now && [ "${NOW%.*}" -lt "$end_" ]; do
        { reached_=$({
            printf '%s\n.\n%s\n.\n' "$OPEN" "$left_"
            printf '%s\n' "$left_" | names | below
        } 3>&- 4>&- | totals 15 "$end_" 3>&1 >&4); } 4>&1
        [ -n "$reached_" ] || return 0
        left_=$(printf '%s\n' "$left_" | awk -v n="$reached_" 'NR > 2 * n')
    done
    printf '%s\n' "$left_" | awk -F'\t' '!m { m = $0; next } { print "N\t0\t0\t0\t0\t0\t0\t0\t" m "\t0\n" $0; m = "" }'
}
