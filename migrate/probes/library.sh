# The shell of library.py: what lies in homes and in state, which is not captured. Names of directories say it all, so
# this forks nothing but an awk where there are snaps.

set +f
left=3000
# each PATH…: those that are there, a line each.
each() {
    for one; do
        [ "$left" -gt 0 ] || return 0
        case $one in *"
"*) continue ;; esac
        if [ -e "$one" ]; then
            left=$((left - 1))
            printf '%s\n' "$one"
        fi
    done
}
# Homes on other machines are not looked into.
homes=/home
while read -r device place kind rest; do
    case $place:$kind in
        /home:nfs* | /home:cifs | /home:smb* | /home:autofs | /home:fuse* | /home:afs | /home:9p | /home:gluster* | /home:ceph | \
        /home/*:nfs* | /home/*:cifs | /home/*:smb* | /home/*:autofs | /home/*:fuse* | /home/*:afs | /home/*:9p) homes= ;;
    esac
done </proc/mounts
part found
each /var/lib/snapd/snaps/*.snap /var/lib/flatpak/app/*/*/* /home/linuxbrew/.linuxbrew/Cellar/*/* /usr/pkg/pkgdb/*-[0-9]* \
    /opt/local/pkgdb/*-[0-9]* /nix/store /gnu/store /usr/local/rvm/rubies/*-* /opt/*env/versions/* /usr/local/*env/versions/*
for home in /root ${homes:+"$homes"/*}; do
    [ -d "$home" ] || continue
    each "$home"/.nvm/versions/node/v* "$home"/.pyenv/versions/* "$home"/.rbenv/versions/* "$home"/.rvm/rubies/*-* \
        "$home"/.sdkman/candidates/*/[0-9]* "$home"/.local/lib/python*/site-packages/*-info \
        "$home"/.local/share/gem/ruby/*/specifications/*.gemspec "$home"/.gem/ruby/*/specifications/*.gemspec \
        "$home"/.nvm/versions/node/*/lib/node_modules/* "$home"/.npm-global/lib/node_modules/* \
        "$home"/*conda*/conda-meta/*.json "$home"/*/pyvenv.cfg "$home"/*/*/pyvenv.cfg \
        "$home"/*/lib/python*/site-packages/*.dist-info "$home"/*/*/lib/python*/site-packages/*.dist-info
done
[ -r /root ] || gap 'libraries in homes' root
part snaps
set -- /snap/*/current/meta/snap.yaml
[ ! -r "$1" ] || awk 'BEGIN { for (i = 1; i < ARGC; i++) {
    n = split(ARGV[i], f, "/"); lines = 0
    while ((getline line < ARGV[i]) > 0 && ++lines < 200) if (line ~ /^version:/) { sub(/^version: */, "", line); print f[3] "\t" line; break }
    close(ARGV[i])
} }' "$@"
part end
