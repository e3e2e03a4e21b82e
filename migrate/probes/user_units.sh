# Beside services.sh, schedule.sh and units.sh: whose systemd of their own runs, or is started at boot.

# people: sets PEOPLE to lines "UID:NAME:HOME". No fork. Homes on the network are named as gaps, and not looked into.
people() {
    PEOPLE=
    wanted_=
    [ -d /run/systemd/system ] || return 0
    for place_ in /run/user/[0-9]*; do [ ! -d "$place_" ] || wanted_="$wanted_ ${place_#/run/user/} "; done
    for place_ in /var/lib/systemd/linger/*; do [ ! -f "$place_" ] || wanted_="$wanted_ :${place_##*/} "; done
    [ -n "$wanted_" ] || return 0
    while IFS=: read -r name_ x_ uid_ gid_ gecos_ home_ shell_; do
        case $wanted_ in *" $uid_ "* | *" :$name_ "*) ;; *) continue ;; esac
        if far "$home_"; then gap "user units of $name_" "its home $home_ is on the network"
        elif [ -d "$home_" ] && [ ! -x "$home_" ]; then gap "user units of $name_" root
        else PEOPLE="$PEOPLE$uid_:$name_:$home_
"
        fi
    done </etc/passwd
}

# far PATH: whether it is on a network file system or one that is mounted when it is looked at.
far() {
    while read -r device_ at_ type_ rest_; do
        case $type_ in nfs* | cifs | smb* | autofs | fuse.* | afs | ceph | glusterfs | lustre | 9p | ncpfs) ;; *) continue ;; esac
        case $1/ in "$at_"/*) return 0 ;; esac
    done </proc/mounts
    return 1
}

# user_units EXTENSION: their unit files with that extension and who they belong to, and the links that enable them.
user_units() {
    set -- "$1"
    part owners
    printf %s "$PEOPLE"
    [ -n "$PEOPLE" ] || return 0
    old_=$IFS
    IFS='
'
    set -f
    for one_ in $PEOPLE; do
        IFS=$old_
        set +f
        home_=${one_#*:*:}
        set -- "$@" "$home_"/.config/systemd/user/*."$1" "$home_"/.local/share/systemd/user/*."$1" \
            "$home_"/.config/systemd/user/*."$1".d/*.conf /run/user/"${one_%%:*}"/systemd/transient/*."$1"
        set -f
    done
    IFS=$old_
    set +f
    set -- "$@" /etc/systemd/user/*."$1" /etc/systemd/user/*."$1".d/*.conf
    kind_=$1
    shift
    part userunits
    show "$@"
    part userlinks
    set --
    IFS='
'
    set -f
    for one_ in $PEOPLE; do
        IFS=$old_
        set +f
        set -- "$@" "${one_#*:*:}"/.config/systemd/user/*.wants/*."$kind_"
        set -f
    done
    IFS=$old_
    set +f
    links "$@" /etc/systemd/user/*.wants/*."$kind_"
}
