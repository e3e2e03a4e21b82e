box=/box
mkdir -p $box/bin $box/sbin $box/usr/bin $box/usr/sbin $box/etc/dropbear $box/etc/ssh $box/etc/crontabs $box/etc/init.d $box/root/.ssh \
    $box/proc $box/sys $box/dev $box/tmp $box/var/run $box/var/log $box/www/cgi-bin $box/opt/meter $box/home/pi/.ssh $box/srv/data $box/lib
chmod 1777 $box/tmp
chmod 700 $box/root
cp /bin/busybox $box/bin/busybox
for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s /bin/busybox "$box/bin/$applet"; done
ln -s /bin/busybox $box/sbin/init
for program in dropbear dropbearkey; do
    cp "$(command -v $program)" $box/usr/sbin/
    for library in $(ldd "$(command -v $program)" | sed -n 's/.* => \(\/[^ ]*\).*/\1/p; s/^[^=]*\(\/lib64\/[^ ]*\) (.*/\1/p'); do
        mkdir -p "$box$(dirname "$library")"
        cp -L "$library" "$box$library"
    done
done
dropbearkey -t ed25519 -f $box/etc/dropbear/dropbear_ed25519_host_key | grep ^ssh- > $box/etc/ssh/ssh_host_ed25519_key.pub
printf 'root:x:0:0:root:/root:/bin/sh\npi:x:1000:1000:Meter,,,:/home/pi:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' > $box/etc/passwd
printf 'root:x:0:\npi:x:1000:\ndialout:x:20:pi\n' > $box/etc/group
printf 'root:*:19000:0:99999:7:::\npi:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n' > $box/etc/shadow
printf '/bin/sh\n' > $box/etc/shells
printf 'NAME="Router"\nID=routerlinux\nVERSION_ID=3.1\nPRETTY_NAME="Router Linux 3.1"\n' > $box/etc/os-release
echo 'NZST-12NZDT,M9.5.0,M4.1.0/3' > $box/etc/TZ
cat > $box/etc/inittab <<'S'
::sysinit:/etc/init.d/rcS
::respawn:/usr/sbin/dropbear -F -E -p 22
::respawn:/bin/httpd -f -p 8080 -h /www
::respawn:/opt/meter/meterd --interval 60
#::respawn:/opt/meter/never
::shutdown:/bin/umount -a -r
S
printf '#!/bin/sh\nmount -t tmpfs -o size=1m tmpfs /srv/data\nhostname tiny01\nMETER_TOKEN=Kornrade-8442-meter /opt/meter/pusher &\n' > $box/etc/init.d/rcS
printf '#!/bin/sh\nwhile :; do sleep 700; done\n' | tee $box/opt/meter/meterd > $box/opt/meter/pusher
printf '#!/bin/sh\n:\n' > $box/etc/init.d/S50meter
chmod 755 $box/etc/init.d/rcS $box/etc/init.d/S50meter $box/opt/meter/meterd $box/opt/meter/pusher
printf '*/10 * * * * /opt/meter/send --all\n# 1 1 * * * /opt/meter/never\n' > $box/etc/crontabs/root
echo '5 5 * * 6 /home/pi/weekly' > $box/etc/crontabs/pi
printf 'none /srv/data tmpfs size=1m 0 0\n10.0.0.1:/nfs /mnt nfs noauto 0 0\n' > $box/etc/fstab
printf 'vm.swappiness=1\n' > $box/etc/sysctl.conf
echo hello > $box/www/index.html
printf '#!/bin/sh\necho\n' > $box/www/cgi-bin/state
chmod 755 $box/www/cgi-bin/state
echo x > "$box/opt/meter/$(printf 'two\nlines')"
mkfifo $box/opt/meter/pipe
mknod $box/opt/meter/tty c 4 64
echo "restrict,command=\"/opt/meter/pull\" $(cat $box/etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f1,2) pull@center" > $box/home/pi/.ssh/authorized_keys
chown -R 1000:1000 $box/home/pi
chmod 700 $box/home/pi/.ssh $box/root/.ssh
