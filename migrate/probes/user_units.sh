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

# user_units EXTENSION…: their unit files with these extensions, who they belong to, and the links that enable them.
user_units() {
    kinds_=$*
    part owners
    printf %s "$PEOPLE"
    [ -n "$PEOPLE" ] || return 0
    part userunits
    user_paths units "$kinds_"
    part userlinks
    user_paths wants "$kinds_"
}

user_paths() {
    what_=$1
    kinds_=$2
    set --
    for kind_ in $kinds_; do
        case $what_ in
            units) set -- "$@" /etc/systemd/user/*."$kind_" /etc/systemd/user/*."$kind_".d/*.conf ;;
            *) set -- "$@" /etc/systemd/user/*.wants/*."$kind_" ;;
        esac
    done
    IFS='
'
    set -f
    for one_ in $PEOPLE; do
        unset IFS
        set +f
        own_=${one_#*:*:}/.config/systemd/user
        for kind_ in $kinds_; do
            case $what_ in
                units)
                    set -- "$@" "$own_"/*."$kind_" "$own_"/*."$kind_".d/*.conf \
                        "${one_#*:*:}"/.local/share/systemd/user/*."$kind_" \
                        /run/user/"${one_%%:*}"/systemd/transient/*."$kind_" ;;
                *) set -- "$@" "$own_"/*.wants/*."$kind_" ;;
            esac
        done
        set -f
    done
    unset IFS
    set +f
    case $what_ in
        units) user_texts "$@" ;;
        *) links "$@" ;;
    esac
}

# user_texts FILE…: like show. People own these files and what they link to, so that only lines go out which have the form
# of a unit's, and nothing is read that is larger than one.
user_texts() {
    for file_; do shift; if [ -f "$file_" ] && [ -r "$file_" ]; then set -- "$@" "$file_"; fi; done
    [ $# -eq 0 ] && return
    small_=$(find -L "$@" -maxdepth 0 -type f -size -256 -print)
    IFS='
'
    set -f
    set -- $small_
    unset IFS
    set +f
    [ $# -eq 0 ] || awk '
        FNR == 1 { print ">" FILENAME; inside = more = 0 }
        /^\[/ { inside = /^\[(Unit|Service|Timer|Install|Socket|Path|Target)\]/ }
        inside && (more || /^\[/ || /^[A-Z][A-Za-z0-9]*[ \t]*=/) { print "|" $0; more = /\\$/ }' "$@"
}
