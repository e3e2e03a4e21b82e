# The shell of sockets.py.
# One awk reads the kernel's tables and then who holds what. Closing connections are left out where they are, there may
# be many thousands: 01 is established, 0A listening, 07 an unconnected UDP socket; 01 of Unix ones is unconnected,
# which listening ones are, too. Established ones beyond the first few hundred are counted by peer: in each table the
# listening ones come first, so that it is known which side of a connection is this machine's service.

set +f
part machine
uname -m
part sockets
{
    if find /proc/self/stat -maxdepth 0 -printf ''; then
        find /proc/[0-9]*/fd -maxdepth 1 -lname 'socket:*' -printf '%p %l\n'
    else
        ls -l /proc/[0-9]*/fd
    fi
} | awk '
    function inet(name,    file, line, f, key, local, n) {
        file = "/proc/net/" name
        n = 0
        while ((getline line < file) > 0) {
            split(line, f, " ")
            if (f[4] == "0A" || f[4] == "07" || f[4] == "01" && ++n <= 400) {
                print "I " name " " f[2] " " f[3] " " f[4] " " f[10] " " f[8] " 1"
                first[f[10]] = f[10]
                if (f[4] == "0A") { local = f[2]; sub(/.*:/, "", local); listens[local] = 1 }
            } else if (f[4] == "01") {
                local = f[2]; sub(/.*:/, "", local)
                if (local in listens) { sub(/:.*/, ":*", f[3]) } else sub(/:.*/, ":*", f[2])
                key = name " " f[2] " " f[3]
                if (!(key in many)) {
                    if (groups >= 1500) { lost++; continue }
                    groups++; lead[key] = f[10]; user[key] = f[8]
                }
                many[key]++
                if (++kept < 100000) first[f[10]] = lead[key]
            }
        }
        close(file)
    }
    function unix(    file, line, f, at, path, key) {
        file = "/proc/net/unix"
        while ((getline line < file) > 0) {
            if (split(line, f, " ") < 8 || f[1] == "Num") continue
            at = index(line, " " f[7] " ")
            path = substr(line, at + length(f[7]) + 2)
            key = f[4] " " f[5] " " f[6] SUBSEP path
            if (!(key in named)) {
                if (names >= 3000) { unnamed++; continue }
                names++; named[key] = f[7]
            }
            uses[key]++
            if (++kept < 100000) first[f[7]] = named[key]
        }
        close(file)
    }
    function held(pid, inode) {
        if (!(inode in first) || (pid, first[inode]) in said) return
        said[pid, first[inode]] = 1
        print "H " pid " " first[inode]
    }
    BEGIN {
        count = split("tcp tcp6 udp udp6 udplite udplite6 raw raw6", tables, " ")
        for (i = 1; i <= count; i++) inet(tables[i])
        for (key in many) print "I " key " 01 " lead[key] " " user[key] " " many[key]
        while ((getline line < "/proc/net/sctp/eps") > 0) {
            split(line, f, " ")
            if (f[4] != "10") continue
            first[f[8]] = f[8]
            at = index(line, " " f[8] " ")
            print "S " f[6] " " f[7] " " f[8] substr(line, at + length(f[8]) + 1)
        }
        while ((getline line < "/proc/net/packet") > 0) {
            split(line, f, " ")
            if (f[9] !~ /^[0-9]+$/) continue
            first[f[9]] = f[9]
            print "P " f[8] " " f[9]
        }
        unix()
        for (key in named) { at = index(key, SUBSEP); print "U " substr(key, 1, at - 1) " " named[key] " " uses[key] " " substr(key, at + 1) }
        if (lost) print "X " lost " connections"
        if (unnamed) print "X " unnamed " Unix sockets"
    }
    /^\/proc\/[0-9]+\/fd\/[0-9]+ socket:\[[0-9]+\]$/ {
        pid = substr($1, 7); sub(/\/.*/, "", pid)
        held(pid, substr($2, 9, length($2) - 9))
        next
    }
    /^\/proc\/[0-9]+\/fd:$/ { dir = substr($0, 7); sub(/\/.*/, "", dir); next }
    / -> socket:\[[0-9]+\]$/ { held(dir, substr($NF, 9, length($NF) - 9)) }'
part who
printf '%s\n' "$EFFECTIVE"
part end
