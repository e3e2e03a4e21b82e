# The shell of access.py.

NL='
'

# included FILE WORDS: what the file's include lines name, into INCLUDED, a name on each line. WORDS is a pattern of case.
included() {
    INCLUDED=
    [ -f "$1" ] && [ -r "$1" ] || return 0
    while read -r word path rest; do
        case $word in
            [#@]includedir) path=$path/* ;;
            [#@]include | [Ii]nclude) ;;
            *) continue ;;
        esac
        case $path in /*) ;; *) path=${1%/*}/$path ;; esac
        INCLUDED=$INCLUDED$path$NL
    done <"$1"
}

set +f
part sudoers
if [ -d /etc/sudoers.d ] && ! [ -r /etc/sudoers.d ]; then gap /etc/sudoers.d root; fi
included /etc/sudoers
IFS=$NL
set -- /etc/sudoers /usr/etc/sudoers $INCLUDED /etc/doas.conf /etc/doas.d/*.conf
unset IFS
case $INCLUDED in */etc/sudoers.d/*) ;; *) set -- "$@" /etc/sudoers.d/* ;; esac
bare "$@"
while read -r key sources; do
    case $key$sources in
        sudoers:*sss* | sudoers:*ldap*) gap "sudo's rules of the directory" "sudo takes more of them from$sources, which was not asked" ;;
    esac
done </etc/nsswitch.conf
part sshd
included /etc/ssh/sshd_config
IFS=$NL
set -- /etc/ssh/sshd_config $INCLUDED
unset IFS
[ -e /etc/ssh/sshd_config ] || set -- /usr/etc/ssh/sshd_config /usr/etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config.d/*.conf
bare "$@"
for path; do shift; if [ -f "$path" ] && [ -r "$path" ]; then set -- "$@" "$path"; fi; done
part holders
# "A PATH" is a mount that is never touched, "K USER PATH" a file that may hold keys.
found=$(awk '
    function below(path,    at) {
        for (at in apart) if (index(path "/", at "/") == 1) return apart[at]
    }
    BEGIN {
        for (i = 1; i < ARGC; i++) {
            while ((getline line < ARGV[i]) > 0) {
                gsub(/"/, "", line); sub(/^[ \t]+/, "", line); sub(/[ \t]*=[ \t]*/, " ", line)
                n = split(line, f, " ")
                if (tolower(f[1]) != "authorizedkeysfile") continue
                any = 1
                for (j = 2; j <= n && f[j] !~ /^#/; j++) if (f[j] != "none") pattern[f[j]] = 1
            }
            close(ARGV[i])
        }
        if (!any) pattern[".ssh/authorized_keys"] = pattern[".ssh/authorized_keys2"] = 1
        while ((getline line < "/proc/mounts") > 0) {
            split(line, f, " ")
            if (f[2] == "/" || f[3] ~ /^(ext[234]|xfs|btrfs|zfs|jfs|reiserfs|f2fs|bcachefs|ufs|vfat|bind|tmpfs|overlay|aufs)$/) continue
            if (f[3] ~ /^(proc|sysfs|cgroup2?|devpts|devtmpfs|securityfs|debugfs|tracefs|mqueue|hugetlbfs|pstore|bpf|configfs|fusectl)$/) continue
            gsub(/\\040/, " ", f[2]); apart[f[2]] = f[3]; print "A " f[2]
        }
        while ((getline line < "/etc/passwd") > 0) {
            split(line, f, ":")
            if (f[1] !~ /^[A-Za-z0-9_.@-]+\$?$/ || f[6] !~ /^\// || ++users > 5000) continue
            home = f[6]; sub(/\/+$/, "", home)
            for (p in pattern) {
                path = p; gsub(/%%/, "\001", path); gsub(/%u/, f[1], path); gsub(/%U/, f[3], path)
                if (path !~ /^(%h|\/)/) path = home "/" path
                sub(/^%h/, home, path); gsub(/\001/, "%", path)
                if ((type = below(path)) != "") skipped[type] = skipped[type] " " f[1]
                else print "K " f[1] " " path
            }
        }
        print "K root /etc/dropbear/authorized_keys"
        for (type in skipped) print "S " type skipped[type]
    }' "$@")
set -f
IFS=$NL
set --
apart=
for line in $found; do
    case $line in
        A\ *) apart=1 ;;
        S\ *) line=${line#S }; gap "authorised keys of ${line#* }" "their homes are on ${line%% *}, which is never touched" ;;
        K\ *)
            line=${line#K } path=${line#* } top=${line#* /}
            if [ -n "$apart" ] && { [ -h "/${top%%/*}" ] || [ -h "${path%/*/*}" ] || [ -h "${path%/*}" ]; }; then
                gap "authorised keys of ${line%% *}" "a link leads to them, perhaps onto one of the network file systems"
            elif [ -f "$path" ]; then
                printf '%s\n' "$line"
                set -- "$@" "$path"
            fi
            ;;
    esac
done
# Accounts' own files may be anything: one that is large beyond reason is no list of keys.
large=
[ $# -eq 0 ] || large=$(find -L "$@" -maxdepth 0 -size +2048)
if [ -n "$large" ]; then
    for path; do
        shift
        case $NL$large$NL in
            *"$NL$path$NL"*) gap "$path" "too large to be a list of keys" ;;
            *) set -- "$@" "$path" ;;
        esac
    done
fi
unset IFS
need_root "authorised keys of other accounts"
part keys
bare "$@"
part end
