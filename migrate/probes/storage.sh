# The shell of storage.py: the kernel's own files and those of /etc, never lvs, mdadm or exportfs.

part mounted
while read -r device path type rest; do
    case $type in
        proc | sysfs | cgroup* | devpts | devtmpfs | securityfs | debugfs | tracefs | mqueue | pstore | bpf | configfs) ;;
        *) printf '%s\n' "$path" ;;
    esac
done </proc/self/mounts
set +f
part members
for path in /sys/block/*/slaves/*; do [ ! -e "$path" ] || printf '%s\n' "${path#/sys/block/}"; done
part files
set -- /sys/class/iscsi_session/*/targetname /etc/iscsi/initiatorname.iscsi /proc/drbd /etc/fstab /proc/swaps /proc/mdstat /proc/partitions /etc/exports /etc/exports.d/*.exports /etc/crypttab \
    /etc/auto.* /etc/auto_* /etc/auto.master.d/*.autofs /etc/autofs/auto.*
for path in /sys/block/*; do
    case ${path##*/} in
        \* | ram* | loop* | zram* | fd[0-9] | nbd*) ;;
        dm-*) set -- "$@" "$path/size" "$path/dm/name" "$path/dm/uuid" ;;
        md*) set -- "$@" "$path/size" "$path/md/level" ;;
        *)
            set -- "$@" "$path/size" "$path/removable" "$path/ro" "$path/queue/rotational" "$path/device/model" \
                "$path/device/vendor"
            ;;
    esac
done
bare "$@"
# What services were given to put sockets and pid files in, which is made anew at each start. Nothing of a person's
# session is looked at: file systems in user space that hang are mounted there.
part runtime
place=/run
[ -d /run ] || place=/var/run
set --
for path in "$place"/*/; do
    case ${path%/} in
        */user | */systemd | */udev | */lock | */mount | */media | */netns | */docker* | */containerd | */log | */\*) ;;
        *) set -- "$@" "$path" "$path"*/ ;;
    esac
done
[ $# = 0 ] || stat -c '%u %g %a %n' "$@" 2>/dev/null
part end
