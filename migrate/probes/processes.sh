# The shell of processes.py.
# The awk reads all that the kernel itself wrote, for all processes in one fork: getline minds no file that vanishes.
# A path that several processes map is said once ("P"), a set of paths ("M") or limits ("L") that several share too.

set +f
part self
# MIGRATE_TOP: the shell that carries this one and sends on what it says, on ways where that is another.
printf '%s\n' "${MIGRATE_TOP:-$$}" "$EFFECTIVE"
getconf CLK_TCK || echo 100
part table
awk '
    function map_of(dir,    line, path, rest, at, seen, out, n, deleted) {
        n = 0; out = ""
        while ((getline line < (dir "/maps")) > 0) {
            n++
            at = index(line, "/")
            if (!at) continue
            path = substr(line, at)
            if (path in seen) continue
            seen[path] = 1
            if (path ~ /^\/(dev|memfd:|SYSV|proc|anon_hugepage|\[aio\])/ && path !~ /^\/dev\/shm\//) continue
            if (!(path in number)) { number[path] = paths++; print "P\t" path }
            out = out " " number[path]
        }
        close(dir "/maps")
        return n ? out : "?"
    }
    function limits_of(dir,    line, out) {
        out = ""
        while ((getline line < (dir "/limits")) > 0)
            if (line ~ /^Max /) out = out "\t" substr(line, 1, 41)
        close(dir "/limits")
        return out
    }
    BEGIN {
        for (i = 1; i < ARGC; i++) {
            dir = ARGV[i]; pid = substr(dir, 7)
            stat = ""
            while ((getline line < (dir "/stat")) > 0) stat = stat line
            close(dir "/stat")
            if (stat == "") continue
            sub(/.*\) /, "", stat); split(stat, s, " ")
            if (pid == 2 || s[2] == 2 || int(s[7] / 2097152) % 2 == 1) continue
            print "B\t" pid "\t" s[1] "\t" s[2] "\t" s[12] + s[13] "\t" s[20]
            while ((getline line < (dir "/status")) > 0)
                if (line ~ /^(Name|Uid|Gid|Groups|VmHWM|VmRSS|Threads|Umask|CapEff):/) print "s\t" line
            close(dir "/status")
            while ((getline line < (dir "/cgroup")) > 0)
                if (line ~ /^[0-9]+:(name=systemd)?:/) print "c\t" line
            close(dir "/cgroup")
            while ((getline line < (dir "/smaps_rollup")) > 0)
                if (line ~ /^Pss:/) print "s\t" line
            close(dir "/smaps_rollup")
            limits = limits_of(dir)
            if (!(limits in limit)) { limit[limits] = sets++; print "L" limits }
            print "l\t" limit[limits]
            map = map_of(dir)
            if (!(map in known)) { known[map] = maps++; print "M\t" map }
            print "m\t" known[map]
            print "E\t" pid
        }
    }' /proc/[0-9]*
if grep -qaz '' /proc/self/cmdline; then
    part strings
    grep -azH '' /proc/[0-9]*/cmdline /proc/[0-9]*/environ
else
    part heads
    head -c 262144 /proc/[0-9]*/cmdline /proc/[0-9]*/environ
fi
part links
if find /proc/self/stat -maxdepth 0 -printf '' ; then
    find /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/fd -maxdepth 1 -type l -lname '/*' -printf '%m %p\0%l\0'
else
    part listing
    ls -l /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/fd
fi
part end
