# The shell of bindings.py. One awk reads what the kernel writes, of processes only what is unusual; one find follows the
# links of all processes; and an awk behind it keeps what is no terminal and not the machine's own.

set +f
part kernel
# "R" a raw socket, "U" a UDP socket bound to a group, "G" and "H" groups joined, "C" System V objects, "X" USB and "Y" PCI
# devices, "S" a process that is scheduled unlike others, "B" one whose name is told with its unit, "N" the inodes above.
told=$(awk '
    function first(path,    line) {
        line = ""
        if ((getline line < path) < 1) line = ""
        close(path)
        return line
    }
    function sockets(file, kind,    line, f, n) {
        n = 0
        while (n++ < 2000 && (getline line < file) > 0) {
            split(line, f, " ")
            if (n == 1) continue
            if (kind == "packet") { print "R\tpacket\t" f[4] "\t" f[9]; wanted = wanted " " f[9] }
            else if (kind == "raw") { split(f[2], end, ":"); print "R\traw\t" end[2] "\t" f[10]; wanted = wanted " " f[10] }
            else {
                # A group as either byte order has it; the parser looks again.
                at = index(f[2], ":") - 1
                if (at == 8 && (substr(f[2], 1, 1) == "E" || substr(f[2], 7, 1) == "E") || at == 32 && (substr(f[2], 1, 2) == "FF" || substr(f[2], 7, 2) == "FF")) {
                    print "U\t" f[2] "\t" f[10]; wanted = wanted " " f[10]
                }
                # Where groups of applications were joined, those on every address may have done it.
                else if (joined && f[2] ~ /^0+:/ && f[4] == "07" && any++ < 50) {
                    print "W\t" substr(f[2], at + 2) "\t" f[10]; wanted = wanted " " f[10]
                }
            }
        }
        close(file)
    }
    function objects(file, letter,    line, f, n) {
        n = 0
        while (n++ < 300 && (getline line < file) > 0) {
            split(line, f, " ")
            if (n > 1 && letter == "shm") print "C\tshm\t" f[1] "\t" f[3] "\t" f[8] "\t" f[4] "\t" f[7] "\t" f[5]
            else if (n > 1 && letter == "sem") print "C\tsem\t" f[1] "\t" f[3] "\t" f[5] "\t" f[4] "\t\t"
            else if (n > 1) print "C\tmsg\t" f[1] "\t" f[3] "\t" f[8] "\t" f[4] "\t\t"
            if (n > 1 && letter == "shm") said[f[5]] = 1
        }
        close(file)
    }
    BEGIN {
        while ((getline line < "/proc/net/igmp") > 0) {
            n = split(line, f, " ")
            if (line ~ /^[0-9]/) interface = f[2]
            else if (f[1] ~ /^[0-9A-F]+$/ && length(f[1]) == 8) {
                print "G\t" interface "\t" f[1]
                if (f[1] !~ /^(010000E0|E0000001|FB0000E0|E00000FB|FC0000E0|E00000FC|6A0000E0|E000006A)$/) joined = 1
            }
        }
        while ((getline line < "/proc/net/igmp6") > 0) {
            split(line, f, " ")
            # All nodes, and the address of each own address.
            if (f[3] !~ /^(ff0[12]0*1$|ff020*1ff)/) {
                print "H\t" f[2] "\t" f[3]
                if (f[3] !~ /^ff0[125]0*(2|6a|fb|10003|10002)$/) joined = 1
            }
        }
        sockets("/proc/net/raw", "raw"); sockets("/proc/net/raw6", "raw"); sockets("/proc/net/packet", "packet")
        sockets("/proc/net/udp", "udp"); sockets("/proc/net/udp6", "udp")
        objects("/proc/sysvipc/shm", "shm"); objects("/proc/sysvipc/sem", "sem"); objects("/proc/sysvipc/msg", "msg")
        all = "?"
        while ((getline line < "/proc/1/status") > 0) if (line ~ /^Cpus_allowed:/) all = line
        for (i = 1; i < ARGC; i++) {
            path = ARGV[i]
            if (path ~ /^\/sys\/bus\/usb/) {
                vendor = first(path "/idVendor")
                if (vendor != "" && vendor != "1d6b") print "X\t" path "\t" vendor "\t" first(path "/idProduct") "\t" \
                    first(path "/manufacturer") "\t" first(path "/product") "\t" first(path "/serial")
                continue
            }
            if (path ~ /^\/sys\/bus\/pci/) {
                class = first(path "/class")
                if (class ~ /^0x(03|0780|0b40|0c04|0c06|10|12|0280)/) print "Y\t" path "\t" first(path "/vendor") "\t" first(path "/device") "\t" class
                continue
            }
            stat = first(path "/stat")
            if (stat == "") continue
            pid = substr(path, 7)
            name = stat; sub(/^[0-9]+ \(/, "", name); sub(/\) [A-Za-z] .*/, "", name)
            sub(/.*\) /, "", stat); split(stat, s, " ")
            if (s[1] == "Z" || pid == 2 || s[2] == 2 || int(s[7] / 2097152) % 2 == 1) continue
            locked = huge = cpus = ""
            while ((getline line < (path "/status")) > 0) {
                if (line ~ /^VmLck:/) { split(line, f, " "); if (f[2] > 0) locked = f[2] }
                else if (line ~ /^HugetlbPages:/) { split(line, f, " "); if (f[2] > 0) huge = f[2] }
                else if (line ~ /^Cpus_allowed:/) { if (line != all) { split(line, f, " "); cpus = "mask " f[2] } }
                else if (line ~ /^Cpus_allowed_list:/ && cpus != "") { split(line, f, " "); cpus = f[2] }
            }
            close(path "/status")
            policy = s[39]; nice = s[17]
            if (policy + 0 || nice < 0 || locked != "" || huge != "" || cpus != "") {
                print "S\t" pid "\t" policy "\t" s[38] "\t" nice "\t" cpus "\t" locked "\t" huge
                said[pid] = 1
            }
        }
        for (pid in said) {
            line = first("/proc/" pid "/stat")
            if (line == "") continue
            sub(/^[0-9]+ \(/, "", line); sub(/\) [A-Za-z] .*/, "", line); unit = ""
            while ((getline cgroup < ("/proc/" pid "/cgroup")) > 0) if (cgroup ~ /^[0-9]+:(name=systemd)?:/ && length(cgroup) > 4) unit = cgroup
            close("/proc/" pid "/cgroup")
            print "B\t" pid "\t" line "\t" unit
        }
        print "N" wanted
    }' /sys/bus/usb/devices/* /sys/bus/pci/devices/* /proc/[0-9]*) || gap "what the kernel tells of bindings" "awk ended before its end"
printf '%s\n' "$told"

# Conditions of find for the sockets above.
set -f
inodes=
for word in ${told##*N}; do
    case $word in 0 | *[!0-9]*) ;; *) inodes="$inodes -o -lname socket:\[$word\]" ;; esac
done
set +f
part links
# "F PID TARGET" a descriptor, "O PID ROOT" another root, "M PID NAMES" namespaces unlike those of init.
if find /proc/self/stat -maxdepth 0 -printf ''; then
    find /proc/[0-9]*/fd /proc/[0-9]*/root /proc/[0-9]*/ns -maxdepth 1 -type l \( -path '*/ns/mnt' -o -path '*/ns/pid' \
        -o -path '*/ns/net' -o -path '*/root' ! -lname / -o -path '*/fd/*' \( -lname '/dev/*' ! -lname /dev/null \
        ! -lname '/dev/pts/*' ! -lname '/dev/shm/*' ! -lname '/dev/*random' ! -lname /dev/zero ! -lname /dev/ptmx ! -lname '/dev/tty*' \
        ! -lname /dev/console ! -lname /dev/kmsg ! -lname /dev/autofs -o -lname '/dev/tty[A-Z]*' $inodes \) \) -printf '%p\t%l\n'
else
    ls -l /proc/[0-9]*/fd /proc/[0-9]*/root /proc/[0-9]*/ns/mnt /proc/[0-9]*/ns/pid /proc/[0-9]*/ns/net | awk '
        /^\/proc\/[0-9]+\/fd:$/ { sub(/:$/, ""); dir = $0 "/" }
        / -> / {
            at = index($0, " -> "); target = substr($0, at + 4); n = split(substr($0, 1, at - 1), f, " "); name = f[n]
            if (name !~ /^\//) name = dir name
            if (name ~ /\/fd\// && target !~ /^(\/dev\/|socket:)/ || name ~ /root$/ && target == "/") next
            if (target ~ /^\/dev\/(null|zero|ptmx|.*random|pts\/.*|shm\/.*|tty[0-9]*|console|kmsg|autofs)$/) next
            print name "\t" target
        }'
fi | awk -v wanted="${told##*N} " -v me=$$ '
    # Whether it is a process of a program, not of the kernel.
    function about(pid,    line, p, cgroup) {
        if (pid in text) return text[pid] != ""
        text[pid] = ""; within[pid] = ""
        if ((getline line < ("/proc/" pid "/stat")) < 1) return 0
        close("/proc/" pid "/stat")
        cgroup = line; sub(/.*\) [A-Za-z] /, "", cgroup); split(cgroup, p, " ")
        if (pid == 2 || p[1] == 2 || int(p[6] / 2097152) % 2 == 1) return 0
        sub(/^[0-9]+ \(/, "", line); sub(/\) [A-Za-z] .*/, "", line)
        text[pid] = "B\t" pid "\t" line "\t"; line = ""
        while ((getline cgroup < ("/proc/" pid "/cgroup")) > 0) {
            if (cgroup ~ /docker|libpod|lxc|kubepods|machine|garden/) within[pid] = cgroup
            if (cgroup ~ /^[0-9]+:(name=systemd)?:/ && length(cgroup) > length(line)) line = cgroup
        }
        close("/proc/" pid "/cgroup")
        text[pid] = text[pid] (within[pid] != "" ? within[pid] : line)
        return 1
    }
    function tell(pid, line) {
        if (!(pid in told)) print text[pid]
        told[pid] = 1
        print line
    }
    BEGIN { FS = "\t" }
    {
        split($1, f, "/"); pid = f[3]
        if ($2 == "") next
        if (f[4] == "ns") { space[pid, f[5]] = $2; if (f[5] == "mnt") order[++count] = pid }
        else if (f[4] == "root" && $2 != "" && $2 != "/") { if (about(pid)) tell(pid, "O\t" pid "\t" $2) }
        else if (f[4] == "fd" && ($2 !~ /^socket:/ || index(wanted, " " substr($2, 9, length($2) - 9) " "))) {
            if (!((pid, $2) in seen) && about(pid)) tell(pid, "F\t" pid "\t" $2)
            seen[pid, $2] = 1
        }
    }
    END {
        if (about(1)) print text[1]
        # Where those of init are hidden, ours are the machine's.
        home = (1, "mnt") in space ? 1 : me
        n = split("mnt pid net", names, " ")
        for (i = 1; i <= count; i++) {
            pid = order[i]; other = ""; key = ""
            for (j = 1; j <= n; j++) {
                key = key " " space[pid, names[j]]
                if ((home, names[j]) in space && (pid, names[j]) in space && space[pid, names[j]] != space[home, names[j]]) other = other " " names[j]
            }
            # One process for each set of namespaces; a service may have a view of the files of its own.
            if (other == "" || key in once || !about(pid) || (other == " mnt" && within[pid] == "")) continue
            once[key] = 1
            tell(pid, "M\t" pid "\t" substr(other, 2))
        }
    }'
part containers
# Name and image alone: what else stands there may be secret.
set -- /var/lib/docker/containers/*/config.v2.json
[ ! -f "$1" ] || awk '
    {
        id = FILENAME; sub(/.*containers\//, "", id); sub(/\/.*/, "", id)
        name = image = state = ""
        if (match($0, /"Name":"\/[^"]*"/)) name = substr($0, RSTART + 9, RLENGTH - 10)
        rest = $0
        while (image == "" && match(rest, /"Image":"[^"]*"/)) {
            image = substr(rest, RSTART + 9, RLENGTH - 10); rest = substr(rest, RSTART + RLENGTH)
            if (image ~ /^sha256:/) image = ""
        }
        if (match($0, /"Running":(true|false)/)) state = substr($0, RSTART + 10, RLENGTH - 10)
        print "docker\t" id "\t" name "\t" image "\t" state
    }' "$@"
for path in /var/lib/lxc/*/config; do [ ! -f "$path" ] || { path=${path#/var/lib/lxc/}; printf 'lxc\t%s\t%s\t\t\n' "${path%/config}" "${path%/config}"; }; done
set -- /var/lib/containers/storage/overlay-containers/containers.json
[ ! -f "$1" ] || awk 'BEGIN { RS = "}" } match($0, /"id":"[0-9a-f]+"/) {
    id = substr($0, RSTART + 6, RLENGTH - 7); name = ""
    if (match($0, /"names":\["[^"]*"/)) name = substr($0, RSTART + 10, RLENGTH - 11)
    if (name != "") print "podman\t" id "\t" name "\t\t"
}' "$1"
need_root "devices, roots and sockets of other users' processes"
part end
