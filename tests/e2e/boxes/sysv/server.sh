#!/bin/bash
set -euo pipefail
rm -f /usr/sbin/policy-rc.d
ln -sf /usr/share/zoneinfo/Europe/Zurich /etc/localtime
echo Europe/Zurich > /etc/timezone
groupadd -g 800 wiegen
useradd -m -s /bin/bash -G sudo admin
useradd -r -u 801 -g wiegen -d /nonexistent -s /usr/sbin/nologin waage
useradd -r -u 802 -d /usr/local/druck -s /usr/sbin/nologin druck
useradd -m -d /srv/ftp/scans -s /bin/bash -u 1300 scanner
echo 'scanner:Mispel-7315-scanner' | chpasswd
echo 'admin ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
script() { mkdir -p "$(dirname "$1")"; cat > "$1"; chmod 755 "$1"; }

# --- waaged: configure, make, make install, as in 2008
src=/usr/local/src/waage-2.3
mkdir -p $src /usr/local/lib/waage/plugins /usr/local/lib/pkgconfig /usr/local/var/waaged /usr/local/var/run /usr/local/etc
cp /root/setup/*.c /root/setup/*.h $src
cd $src
gcc -shared -fPIC -Wl,-soname,libwaage.so.2 -o /usr/local/lib/waage/libwaage.so.2.3.0 waage.c -ldl
ln -s libwaage.so.2.3.0 /usr/local/lib/waage/libwaage.so.2
ln -s libwaage.so.2 /usr/local/lib/waage/libwaage.so
gcc -c -o waage.o waage.c && ar rcs /usr/local/lib/waage/libwaage.a waage.o
gcc -shared -fPIC -o /usr/local/lib/waage/plugins/tara.so tara.c
gcc -shared -fPIC -o /usr/local/lib/waage/plugins/brutto.so tara.c
cp waage.h /usr/local/include/
printf 'Name: waage\nVersion: 2.3\nLibs: -L/usr/local/lib/waage -lwaage\n' > /usr/local/lib/pkgconfig/waage.pc
mkdir -p /usr/local/share/man/man8 /usr/local/share/doc/waage
echo '.TH WAAGED 8' > /usr/local/share/man/man8/waaged.8
echo 'read me' > /usr/local/share/doc/waage/README
gcc -o /usr/local/sbin/waaged waaged.c -L/usr/local/lib/waage -lwaage
gcc -o /usr/local/bin/waage-eichen -x c - <<< 'int main(){return 0;}'
echo /usr/local/lib/waage > /etc/ld.so.conf.d/waage.conf
ldconfig
cat > /usr/local/etc/waaged.conf <<'S'
# scales in hall 2
port = 4711
device = /dev/ttyS0
plugin = /usr/local/lib/waage/plugins/tara.so
journal = /usr/local/var/waaged/journal.dat
socket = /var/run/waage/waage.sock
multicast = 239.17.4.2
user = waage
kennwort = Schlehdorn-5026-waage
S
cp /usr/local/etc/waaged.conf /usr/local/etc/waaged.conf.orig
echo '1164000000 gewicht 17' > /usr/local/var/waaged/journal.dat
chown -R waage:wiegen /usr/local/var/waaged
printf 'WAAGED=/usr/local/sbin/waaged\nWAAGED_OPTS="-c /usr/local/etc/waaged.conf"\nWAAGE_STANDORT="Halle 2"\n' > /etc/default/waaged
script /etc/init.d/waaged <<'S'
#!/bin/sh
# waaged	the scales of hall 2 (hj, 2008)
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
[ -f /etc/default/waaged ] && . /etc/default/waaged
export WAAGE_STANDORT
PID=/var/run/waaged.pid
case "$1" in
start)
	echo -n "Starting waaged"
	mkdir -p /var/run/waage
	ulimit -n 512
	$WAAGED $WAAGED_OPTS -P $PID
	echo .
	;;
stop)
	[ -f $PID ] && kill `cat $PID`
	rm -f $PID
	;;
restart)
	$0 stop; sleep 1; $0 start ;;
*)
	echo "usage: $0 start|stop|restart" ;;
esac
S
ln -s ../init.d/waaged /etc/rc2.d/S80waaged
ln -s ../init.d/waaged /etc/rc0.d/K20waaged

# --- druckd: from rc.local
mkdir -p /usr/local/druck /var/spool/druckd
gcc -o /usr/local/druck/druckd druckd.c
printf 'waage /var/run/waage/waage.sock\nspool /var/spool/druckd\n' > /usr/local/druck/druckd.conf
echo 'gewicht 1' > /var/spool/druckd/etikett.prn
chown -R druck /var/spool/druckd
cat > /etc/rc.local <<'S'
#!/bin/sh -e
# printer of labels (hj 2011)
cd /usr/local/druck && su -s /bin/sh druck -c "exec ./druckd druckd.conf" > /dev/null 2>&1 &
exit 0
S
chmod 755 /etc/rc.local

# --- xinetd
echo 'kurs 4713/tcp' >> /etc/services
cat > /etc/xinetd.d/kurs <<'S'
service kurs
{
	type        = UNLISTED
	port        = 4713
	socket_type = stream
	protocol    = tcp
	wait        = no
	user        = nobody
	server      = /usr/local/sbin/kurs
	server_args = --kurz
	disable     = no
}
S
script /usr/local/sbin/kurs <<'S'
#!/bin/sh
# price of the day
read -r artikel
awk -F';' -v a="$artikel" '$1 == a || a == "" { print $2 }' /usr/local/share/kurs/kurse.txt
S
mkdir -p /usr/local/share/kurs && printf 'gerste;212\nhafer;198\n' > /usr/local/share/kurs/kurse.txt

# --- dnsmasq, vsftpd
printf '10.30.0.5 waage waage.halle.example\n10.30.0.6 drucker.halle.example\n' > /etc/hosts.halle
printf 'domain-needed\nbogus-priv\nno-resolv\nno-hosts\nlocal=/halle.example/\naddn-hosts=/etc/hosts.halle\n' > /etc/dnsmasq.d/halle.conf
cat > /etc/vsftpd.conf <<'S'
listen=YES
listen_ipv6=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
chroot_local_user=YES
allow_writeable_chroot=YES
userlist_enable=YES
userlist_deny=NO
userlist_file=/etc/vsftpd.benutzer
pasv_min_port=40000
pasv_max_port=40005
xferlog_enable=YES
secure_chroot_dir=/var/run/vsftpd/empty
pam_service_name=vsftpd
S
echo scanner > /etc/vsftpd.benutzer
echo scan > /srv/ftp/scans/2024-01.pdf
chown scanner:scanner /srv/ftp/scans/2024-01.pdf

# --- jobs
script /usr/local/bin/waage-export <<'S'
#!/bin/sh
# what was weighed, for the office
wert=$(nc -w 2 127.0.0.1 4711 < /dev/null) || exit 1
echo "$wert" >> /var/lib/waage-export/werte.txt
S
mkdir -p /var/lib/waage-export && echo 'gewicht 9' > /var/lib/waage-export/werte.txt && chown -R waage /var/lib/waage-export
printf '*/15 * * * * waage /usr/local/bin/waage-export\n#0 5 * * * root /usr/local/bin/waage-eichen\n' > /etc/cron.d/waage
mkdir -p /var/spool/cron/atjobs
echo 'echo Inventur | wall' | at -f /dev/stdin 04:00 2099-12-31 2> /dev/null || true

# --- of old
mkdir -p /usr/local/src/waage-1.9 /usr/local/druck.old
echo 'int main(){}' > /usr/local/src/waage-1.9/waaged.c
cp /usr/local/druck/druckd.conf /usr/local/druck.old/
script /etc/init.d/faxd <<'S'
#!/bin/sh
# no longer there
[ "$1" != start ] || /usr/local/sbin/faxd
S
sed -i 's/^\([1-6]:.*getty\)/#\1/' /etc/inittab
update-rc.d xinetd defaults; update-rc.d dnsmasq defaults; update-rc.d vsftpd defaults
rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -A
