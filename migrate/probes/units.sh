# The shell of units.py. One call tells the states of all; what they say is read from their files: asking systemd for it
# costs more.

# texts FILE…: the regular files among them without comments, each behind ">NAME".
texts() {
    for file; do shift; if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"; fi; done
    [ $# -eq 0 ] || awk '
        FNR == 1 { name = FILENAME; gsub(/\n/, "\001", name); print ">" name }
        FNR < 500 && !/^[ \t]*([#;]|$)/ && !/^(Documentation|After|Before|Conflicts|Also|DefaultDependencies)=/ { print "|" $0 }' "$@"
}

set +f
if [ -d /run/systemd/system ]; then
    part systemd
    read -r hostname_ </proc/sys/kernel/hostname
    printf '%s\n' "$hostname_"
    part states
    systemctl --no-pager --no-legend --plain --full --all --type=socket,path,mount,automount,swap,target,slice,timer list-units |
        awk '$1 ~ /\.(socket|path|automount)$/ || $3 != "inactive" && $1 !~ /\.(mount|swap)$/ || $2 == "masked" || $3 == "failed" ||
            $1 ~ /\.(mount|swap)$/ && $1 !~ /^(dev|proc|sys|run|-)[-.]/ { print $1 "\t" $2 "\t" $3 "\t" $4 }'
    part texts
    own=/etc/systemd/system
    lib=/usr/lib/systemd/system
    old=/lib/systemd/system
    # One folder under two names is read once.
    if [ ! -d "$lib" ] || [ "$lib" -ef "$old" ]; then lib=/none; fi
    texts "$own"/*.socket "$own"/*.path "$own"/*.mount "$own"/*.automount "$own"/*.swap "$own"/*.target "$own"/*.slice \
        "$own"/*.timer "$own"/*@.service "$own"/*.socket.d/*.conf "$own"/*.path.d/*.conf "$own"/*.mount.d/*.conf \
        /usr/local/lib/systemd/system/*.socket /usr/local/lib/systemd/system/*.path /usr/local/lib/systemd/system/*.timer \
        /run/systemd/transient/*.socket /run/systemd/transient/*.path /run/systemd/transient/*.mount \
        "$old"/*.socket "$old"/*.path "$lib"/*.socket "$lib"/*.path
    part links
    links "$own"/*.wants/* "$own"/*.requires/* "$own"/*.upholds/* "$own"/*.socket "$own"/*.path "$own"/*.mount \
        "$own"/*.automount "$own"/*.target "$own"/*.timer "$own"/*.swap
    people
    [ -z "$PEOPLE" ] || user_units socket path target
fi
part end
