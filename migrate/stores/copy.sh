# A directory as a tar stream with all that this tar can carry. Reading leaves no trace: not even an access time where that
# can be helped.

# pack ROOT [EXCLUDED…]: status 1 ("changed as we read it") is no failure. $ONLY and $ALSO name files, in the place of all.
pack() {
    root_=$1
    shift
    have tar || fail "tar is not installed there"
    help_=$(tar --help 2>/dev/null)
    for path_; do
        shift
        set -- "$@" "--exclude=./$path_"
    done
    case $help_ in
        *--one-file-system*) set -- --numeric-owner --one-file-system --sparse --format=posix "$@" ;;
    esac
    case $help_ in *--anchored*) set -- --anchored --no-wildcards "$@" ;; esac
    case $help_ in *--pax-option*) set -- --pax-option=delete=atime,delete=ctime "$@" ;; esac
    case $help_ in *--sort=*) set -- --sort=name "$@" ;; esac
    case $help_ in *--acls*) set -- --acls "$@" ;; esac
    case $help_ in *--xattrs*) set -- --xattrs "$@" ;; esac
    case $help_ in *--atime-preserve*) set -- --atime-preserve=system "$@" ;; esac
    if [ -z "$ONLY" ]; then
        tar -C "$root_" -cf - "$@" .
    elif [ -z "$ALSO" ]; then
        tar -C "$root_" -cf - "$@" "./$ONLY"
    else
        tar -C "$root_" -cf - "$@" "./$ONLY" "./$ALSO"
    fi
    status_=$?
    [ "$status_" -le 1 ]
}

# unpack DIRECTORY: the tar stream on standard input, with owners, modes and times.
unpack() {
    have tar || fail "tar is not in the image"
    help_=$(tar --help 2>/dev/null)
    set -- -C "$1" -xpf -
    case $help_ in *--numeric-owner*) set -- --numeric-owner "$@" ;; esac
    case $help_ in *--acls*) set -- --acls "$@" ;; esac
    case $help_ in *--xattrs-include*) set -- --xattrs '--xattrs-include=*' "$@" ;; esac
    tar "$@"
}
