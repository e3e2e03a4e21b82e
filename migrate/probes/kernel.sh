# The shell of kernel.py. KEYS is set before it: the names of sysctl that are always looked at.

set +f
part files
bare /proc/cmdline /proc/sys/kernel/tainted /proc/sys/kernel/random/entropy_avail /sys/fs/selinux/enforce /selinux/enforce \
    /sys/module/apparmor/parameters/enabled /sys/kernel/mm/transparent_hugepage/enabled \
    /sys/kernel/mm/redhat_transparent_hugepage/enabled /sys/kernel/mm/hugepages/*/nr_hugepages \
    /sys/kernel/mm/hugepages/*/free_hugepages /sys/devices/system/clocksource/clocksource0/current_clocksource \
    /sys/devices/system/clocksource/clocksource0/available_clocksource \
    /etc/modules /etc/modules-load.d/*.conf /etc/modprobe.conf /etc/modprobe.conf.local /etc/modprobe.d/* /etc/conf.d/modules \
    /etc/sysconfig/kernel /etc/sysconfig/modules/*.modules /etc/security/limits.conf /etc/security/limits.d/*.conf \
    /etc/systemd/system.conf /etc/systemd/system.conf.d/*.conf /etc/systemd/user.conf /etc/systemd/user.conf.d/*.conf \
    /etc/selinux/config /etc/adjtime /etc/default/rcS /etc/sysconfig/clock /etc/conf.d/hwclock \
    /etc/chrony.conf /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources /etc/chrony.d/*.conf \
    /etc/ntp.conf /etc/ntpsec/ntp.conf /etc/openntpd/ntpd.conf /etc/ntpd.conf /etc/systemd/timesyncd.conf \
    /etc/systemd/timesyncd.conf.d/*.conf
part sysctl
set -- /lib/sysctl.d/*.conf
[ -h /lib ] || set -- "$@" /usr/lib/sysctl.d/*.conf
set -- "$@" /usr/local/lib/sysctl.d/*.conf /run/sysctl.d/*.conf /etc/sysctl.d/*.conf /etc/sysctl.conf
bare "$@"
for path; do shift; if [ -f "$path" ] && [ -r "$path" ]; then set -- "$@" "$path"; fi; done
part kernel
# "V KEY VALUE" of sysctl, "M NAME USERS TAINTS" of a module, "P MODE COUNT" of AppArmor, "D NAME" of a daemon.
told=$(awk -v keys="$KEYS" '
    function value(key,    path, line, all, n) {
        if (key in asked || key !~ /^[A-Za-z0-9_][A-Za-z0-9_.\/:@-]*$/ || key ~ /\.\.|\/\//) return
        asked[key] = 1
        # The first separator says which one separates: net.ipv4.conf.eth0/1.x is net/ipv4/conf/eth0.1/x.
        path = key
        match(key, /[.\/]/)
        if (substr(key, RSTART, 1) == ".") { gsub(/\//, "\001", path); gsub(/\./, "/", path); gsub(/\001/, ".", path) }
        all = ""
        while (n++ < 20 && (getline line < ("/proc/sys/" path)) > 0) all = (n > 1 ? all " " : "") substr(line, 1, 400)
        close("/proc/sys/" path)
        if (n > 1) { gsub(/\t/, " ", all); print "V\t" key "\t" all }
    }
    BEGIN {
        n = split(keys, each, " ")
        for (i = 1; i <= n; i++) value(each[i])
        for (i = 1; i < ARGC; i++) {
            if (ARGV[i] ~ /^\/proc/) continue
            while ((getline line < ARGV[i]) > 0)
                if (line ~ /^[ \t]*-?[A-Za-z0-9_][^=*]*=/) { sub(/^[ \t]*-?/, "", line); sub(/[ \t]*=.*/, "", line); value(line) }
            close(ARGV[i])
        }
        while ((getline line < "/proc/modules") > 0) {
            n = split(line, f, " ")
            print "M\t" f[1] "\t" f[3] "\t" (f[n] ~ /^\(/ ? f[n] : "")
        }
        while ((getline line < "/sys/kernel/security/apparmor/profiles") > 0) { sub(/.*\(/, "", line); mode[line]++ }
        for (each_ in mode) print "P\t" each_ "\t" mode[each_]
        while ((getline line < "/proc/cpuinfo") > 0) {
            if (line == "" && cpu++) break
            if (line ~ /^(model name|vendor_id|flags|Features|Hardware|cpu|machine|CPU implementer|features)[ \t]*:/) print "C\t" line
        }
        for (i = 1; i < ARGC; i++) {
            if (ARGV[i] !~ /^\/proc/) continue
            if ((getline line < ARGV[i]) > 0) {
                sub(/^[0-9]+ \(/, "", line); sub(/\).*/, "", line)
                if (line ~ /^(chronyd|ntpd|openntpd|systemd-timesyn|ptp4l|phc2sys|vmtoolsd|vmware-guestd|VBoxService|xntpd)$/ && !(line in seen)) {
                    seen[line] = 1; print "D\t" line
                }
            }
            close(ARGV[i])
        }
    }' "$@" /proc/[0-9]*/stat) || gap "what the kernel tells of itself" "awk ended before its end"
printf '%s\n' "$told"
part dkms
for path in /var/lib/dkms/*/*; do
    case ${path##*/} in kernel-* | \* | original_module | *.db) ;; *) [ ! -d "$path" ] || printf '%s\n' "${path#/var/lib/dkms/}" ;; esac
done
part synchronised
# By UDP: through its socket, chronyc would make one of its own.
[ ! -e /run/systemd/timesync/synchronized ] || echo timesyncd
case $told in *D"	"chronyd*) ! have chronyc || chronyc -h 127.0.0.1 -n tracking ;; esac
case $told in *D"	"ntpd*) ! have ntpq || ntpq -n -c 'rv 0 leap,stratum,refid' 127.0.0.1 ;; esac
part end
