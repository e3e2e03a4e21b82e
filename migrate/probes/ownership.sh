# The shell of ownership.py.
# One pass over the package manager's own lists: asking it path by path costs some 10 ms each.
# The stream before "." says what is wanted: "W" a path, "K" a link in a folder of commands, "D" a diversion, "U" a
# folder at the top that is a link into /usr, so that lists of packages and paths of the kernel may spell it differently.

set +f
wanted() {
    for folder in /bin /sbin /lib /lib32 /lib64 /libx32; do [ ! -h "$folder" ] || printf 'U\t%s\n' "$folder"; done
    awk 'BEGIN {
        for (i = 1; i < ARGC; i++) {
            file = ARGV[i] "/maps"
            while ((getline line < file) > 0)
                if ((at = index(line, "/")) && !((path = substr(line, at)) in seen)) {
                    seen[path] = 1
                    print "W\t" path
                }
            close(file)
        }
    }' /proc/[0-9]*
    find /proc/[0-9]*/exe /proc/[0-9]*/fd -maxdepth 1 -type l -lname '/*' -printf 'W\t%l\n' ||
        ls -l /proc/[0-9]*/exe /proc/[0-9]*/fd | sed -n 's/^l.* -> \//W	\//p'
    # What arguments name (scripts, archives), and what units, init scripts and crontabs call.
    cat /proc/[0-9]*/cmdline | tr '\000:=,' '\n\n\n\n' | sed -n 's/^\//W	\//p'
    set -- /etc/systemd/system/*.service /etc/systemd/system/*/*.conf /lib/systemd/system/*.service /etc/crontab \
        /etc/cron.d/* /var/spool/cron/* /var/spool/cron/*/* /etc/init/*.conf /etc/rc.local
    for each; do shift; if [ -f "$each" ] && [ -r "$each" ]; then set -- "$@" "$each"; fi; done
    grep -hoE '/[A-Za-z0-9_.@+-]+/[A-Za-z0-9_./@+-]+' /dev/null "$@" | sed 's/^/W	/'
    # What configuration names of packages' places (document roots, aliases), and what links among documents lead to.
    find /etc -xdev \( -path /etc/ssl -o -path /etc/alternatives -o -path /etc/apparmor.d \) -prune -o -type f -size -512 -print |
        tr '\n' '\0' | xargs -0 -r grep -hoE '/(usr/(share|lib|libexec)|var/lib)/[A-Za-z0-9_.@+-]+(/[A-Za-z0-9_.@+-]+)*' | grep -vE '\.so$|^/usr/share/(doc|man)/' | sort -u | sed 's/^/W	/'
    # A location's root may be /usr/share alone: nginx's "location /NAME { root /usr/share; }".
    grep -rhoE '^[[:space:]]*location[^{#]*/[A-Za-z0-9_.-]+' /etc/nginx 2>/dev/null | sed 's,.*/,W	/usr/share/,' | sort -u
    set --
    for each in /var/www /srv /opt; do [ ! -d "$each" ] || set -- "$@" "$each"; done
    [ $# = 0 ] || find "$@" -xdev -maxdepth 4 -type l -exec ls -ld {} + | sed -n 's/.* -> \(\/usr\/\)/W	\1/p'
    set -- /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /etc/alternatives
    find "$@" -maxdepth 1 -type l -printf 'K\t%p\t%l\n' || ls -l "$@" | awk '
        /^\/.*:$/ { sub(/:$/, ""); folder = $0 }
        / -> / {
            at = index($0, " -> "); n = split(substr($0, 1, at - 1), f, " ")
            print "K\t" folder "/" f[n] "\t" substr($0, at + 4)
        }'
    [ ! -r /var/lib/dpkg/diversions ] || awk '
        NR % 3 == 1 { from = $0 }
        NR % 3 == 2 { to = $0 }
        NR % 3 == 0 { print "D\t" from "\t" to "\t" $0 }' /var/lib/dpkg/diversions
    echo .
}
owners() {
    awk '
    function plain(path,    n, i, all, out, depth, kept) {
        n = split(path, all, "/"); depth = 0
        for (i = 1; i <= n; i++) {
            if (all[i] == "" || all[i] == ".") continue
            if (all[i] == "..") { if (depth) depth--; continue }
            kept[++depth] = all[i]
        }
        out = ""
        for (i = 1; i <= depth; i++) out = out "/" kept[i]
        return out
    }
    function usr(path,    top) {
        top = path; sub(/^\//, "", top); sub(/\/.*/, "", top)
        return (("/" top) in merged) ? "/usr" path : path
    }
    function reach(path,    hops, to, from) {
        for (hops = 0; hops < 9 && (path in link); hops++) {
            to = link[path]; from = path; sub(/\/[^\/]*$/, "", from)
            path = usr(plain(to ~ /^\// ? to : from "/" to))
        }
        return path
    }
    !listing && $0 == "." {
        listing = 1
        for (name in link) { end[name] = reach(name); ends[end[name]] = 1 }
        next
    }
    !listing {
        split($0, f, "\t")
        if (f[1] == "W") { sub(/ \(deleted\)$/, "", f[2]); want[usr(f[2])] = 1 }
        else if (f[1] == "K") link[usr(f[2])] = f[3]
        else if (f[1] == "U") merged[f[2]] = 1
        else if (f[1] == "D") { moved[f[2]] = f[3]; mover[f[2]] = f[4] }
        next
    }
    at = index($0, "\t") { package = substr($0, 1, at - 1); path = substr($0, at + 1) }
    !at { # of grep
        if ($0 in seen) next
        seen[$0]
        at = index($0, ".list:"); package = substr($0, 20, at - 20); path = substr($0, at + 6)
        sub(/:.*/, "", package)
    }
    {
        if ((path in moved) && mover[path] != package) path = moved[path]
        if (path ~ /^\/(bin|sbin|lib)/) path = usr(path)
        if ((path in want) || (path in ends)) {
            if (!(path in owner)) owner[path] = package
            else if (owner[path] != package) shared[path] = shared[path] "\t" package
        }
    }
    path ~ /^\/(usr\/(local\/)?)?s?bin\/[^\/]+$|^\/usr\/games\/[^\/]+$/ {
        taken[path] = 1
        name = path; sub(/.*\//, "", name)
        folder = package "\t" substr(path, 1, length(path) - length(name) - 1)
        command[folder] = command[folder] "\t" name
    }
    path ~ /\.pm$/ && match(path, /^\/usr\/(share|lib|lib64)\/([^\/]+\/)?perl(5|-base)?\/((vendor_perl|[0-9][0-9.]*)\/)*/) ||
    path ~ /\/(python[0-9.]*\/(dist|site)-packages|nodejs|node_modules|vendor_ruby|gems|php|pear)\/(@[^\/]+\/)?[^\/]+$/ &&
    match(path, /^\/usr\/(local\/)?(lib|lib64|share)\/(python[0-9.]*\/(dist|site)-packages|nodejs|node_modules|ruby\/vendor_ruby|rubygems-integration\/[^\/]+\/gems|gems\/gems|php|pear)\//) {
        folder = package "\t" substr(path, 1, RLENGTH - 1)
        module[folder] = module[folder] "\t" substr(path, RLENGTH + 1)
    }
    END {
        for (path in owner) if ((path in want) && !(path in shared)) print "o\t" path "\t" owner[path]
        for (path in shared)
            if ((path in want) && path ~ /^\/(usr\/(share|lib|libexec)|var\/lib)\/./ && split(shared[path], f, "\t") < 8)
                print "s\t" path "\t" owner[path] shared[path]
        for (path in end)
            if (!(path in taken) && (end[path] in owner) && path !~ /^\/etc\//) print "l\t" path "\t" owner[end[path]]
        for (folder in command) print "c\t" folder command[folder]
        for (folder in module) print "m\t" folder module[folder]
    }'
}
# What of the lists matters, for grep, which goes through them ten times as fast as awk: commands and modules.
TELLING='^/(usr/(local/)?)?s?bin/[^/]+$|^/usr/games/[^/]+$|^/usr/(share|lib|lib64)/([^/]+/)?perl(5|-base)?/.*\.pm$'
TELLING="$TELLING|/(python[0-9.]*/(dist|site)-packages|nodejs|node_modules|vendor_ruby|gems|php|pear)/(@[^/]+/)?[^/]+\$"
# Input: what is wanted. Output: the paths under which lists may have it.
spellings() {
    awk -F'\t' '
        function plain(path,    n, i, all, depth, kept, out) {
            n = split(path, all, "/"); depth = 0
            for (i = 1; i <= n; i++) {
                if (all[i] == "" || all[i] == ".") continue
                if (all[i] == "..") { if (depth) depth--; continue }
                kept[++depth] = all[i]
            }
            out = ""
            for (i = 1; i <= depth; i++) out = out "/" kept[i]
            return out
        }
        function say(path) {
            if (path == "" || path in said) return
            said[path]
            print path
            if (path in moved) say(moved[path])
            if (path ~ /^\/usr\/(s?bin|lib)/) say(substr(path, 5))
            else if (path ~ /^\/(s?bin|lib)/) say("/usr" path)
        }
        $1 == "D" { moved[$3] = $2 }
        $1 == "W" { sub(/ \(deleted\)$/, "", $2); all[++n] = $2 }
        $1 == "K" { from = $2; sub(/\/[^\/]*$/, "", from); all[++n] = plain($3 ~ /^\// ? $3 : from "/" $3) }
        END { for (i = 1; i <= n; i++) say(all[i]) }'
}
listed() {
    {
        grep -HE "$TELLING" /var/lib/dpkg/info/*.list
        printf '%s\n' "$WANTED" | spellings | grep -HFxf - /var/lib/dpkg/info/*.list
    }
}
manager=$(manager)
part "${manager:-apk}"
WANTED=$(wanted)
{
    printf '%s\n' "$WANTED"
    if [ "$manager" = dpkg ]; then listed
    elif [ "$manager" = rpm ]; then rpm_query -qa --qf '[%{=NAME}\t%{FILENAMES}\n]'
    else
        for file in /lib/apk/db/installed /usr/lib/apk/db/installed; do
            [ -r "$file" ] || continue
            awk '/^P:/ { p = substr($0, 3) } /^F:/ { d = "/" substr($0, 3); if (d == "/") d = "" }
                /^R:/ { print p "\t" d "/" substr($0, 3) }' "$file"
            break
        done
    fi
} | owners
part end
