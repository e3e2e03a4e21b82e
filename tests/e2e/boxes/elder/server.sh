#!/bin/bash
set -euo pipefail
export LC_ALL=C
ln -sf /usr/share/zoneinfo/Europe/Zurich /etc/localtime
echo Europe/Zurich > /etc/timezone
groupadd -g 3000 druck
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/sh -u 1555 -G druck urs
useradd -m -s /bin/sh guest
useradd -r -u 970 -d /var/lib/ticker -s /usr/sbin/nologin ticker
echo 'admin ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
echo '+::::::' >> /etc/passwd

daemon() { # PATH PORT: a daemon that listens on loopback
    cat > "$1" <<P
#!/usr/bin/perl
# local
use IO::Socket::INET;
my \$server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $2, Listen => 5, ReuseAddr => 1) or die;
while (1) { my \$client = \$server->accept or next; print \$client "$1\\n"; close \$client }
P
    chmod 755 "$1"
}

# --- SysV scripts: one with an LSB header and settings, one disabled, one of the old sort
daemon /usr/local/sbin/stockticker 7301
cat > /etc/init.d/stockticker <<'S'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          stockticker
# Required-Start:    $network $remote_fs
# Required-Stop:     $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: The ticker of the stock exchange
### END INIT INFO
DAEMON=/usr/local/sbin/stockticker
PIDFILE=/var/run/stockticker.pid
USER=ticker
[ -r /etc/default/stockticker ] && . /etc/default/stockticker
export TICKER_FEED
case $1 in
    start) start-stop-daemon --start --background --make-pidfile --pidfile $PIDFILE --chuid $USER --exec $DAEMON ;;
    stop) start-stop-daemon --stop --pidfile $PIDFILE ;;
    *) exit 0 ;;
esac
S
printf '# where it comes from\nTICKER_FEED="six swiss"\nTICKER_TOKEN=Felsenbirne-6138-ticker\n' > /etc/default/stockticker
sed -e 's/stockticker/faxgate/g; s/The ticker of the stock exchange/Fax gateway/' /etc/init.d/stockticker > /etc/init.d/faxgate
daemon /usr/local/sbin/faxgate 7302
printf '#!/bin/sh\n# chkconfig: 345 90 10\n# description: from the days before LSB\n[ "$1" != start ] || exit 0\n' > /etc/init.d/oldapp
chmod 755 /etc/init.d/stockticker /etc/init.d/faxgate /etc/init.d/oldapp
update-rc.d stockticker defaults
update-rc.d faxgate defaults
update-rc.d faxgate disable
ln -s ../init.d/oldapp /etc/rc2.d/S99oldapp

# --- rc.local and inittab
daemon /usr/local/sbin/relay 7303
daemon /usr/local/sbin/mqd 7304
cat > /etc/rc.local <<'S'
#!/bin/sh -e
# modem: /usr/local/sbin/modem
cd /srv && RELAY_MODE=both nohup /usr/local/sbin/relay --all > /dev/null 2>&1 &
exit 0
S
chmod 755 /etc/rc.local
cat >> /etc/inittab <<'S'

# message queue
mq:2345:respawn:/usr/local/sbin/mqd --foreground
#xx:2345:respawn:/usr/local/sbin/never
SV:123456:respawn:/usr/bin/runsvdir -P /etc/service
SX:2345:respawn:/usr/bin/svscan /service
S
sed -i 's/^\([1-6]:.*getty\)/#\1/' /etc/inittab

# --- inetd
echo 'sapgw 3300/tcp # SAP gateway' >> /etc/services
cat > /etc/inetd.conf <<'S'
#discard stream tcp nowait root internal
daytime stream tcp nowait root internal
sapgw stream tcp nowait nobody /usr/sbin/tcpd /usr/local/sbin/gateway -x
127.0.0.1:7310 stream tcp nowait.20 root:druck /bin/cat cat
S
printf '#!/bin/sh\necho gateway\n' > /usr/local/sbin/gateway
chmod 755 /usr/local/sbin/gateway
echo 'sshd: ALL' >> /etc/hosts.allow
echo 'gateway: 10.0.0.0/255.0.0.0' >> /etc/hosts.allow
echo 'ALL: ALL EXCEPT LOCAL' >> /etc/hosts.deny

# --- runit, daemontools, monit
mkdir -p /etc/service /etc/sv/spooler/log /service /var/lib/svc/dnscache
daemon /usr/local/sbin/spooler 7305
printf '#!/bin/sh\nexec 2>&1\nexec chpst -u urs:druck /usr/local/sbin/spooler -q fast\n' > /etc/sv/spooler/run
printf '#!/bin/sh\nexec sleep 20000\n' > /etc/sv/spooler/log/run
chmod 755 /etc/sv/spooler/run /etc/sv/spooler/log/run
ln -s /etc/sv/spooler /etc/service/spooler
daemon /usr/local/sbin/resolverd 7306
printf '#!/bin/sh\nexec setuidgid urs /usr/local/sbin/resolverd\n' > /var/lib/svc/dnscache/run
chmod 755 /var/lib/svc/dnscache/run
ln -s /var/lib/svc/dnscache /service/dnscache
cat > /etc/monit/conf.d/ticker <<'S'
check process stockticker with pidfile /var/run/stockticker.pid
    start program = "/etc/init.d/stockticker start"
    if failed port 7301 then restart
check filesystem root with path /
S
chmod 600 /etc/monit/monitrc

# --- lighttpd: virtual host, CGI in Perl
cat > /etc/lighttpd/conf-available/50-gast.conf <<'S'
server.modules += ( "mod_cgi" )
$HTTP["host"] == "gast.example.org" {
    server.document-root = "/srv/gast/htdocs"
    alias.url += ( "/cgi/" => "/srv/gast/cgi/" )
    $HTTP["url"] =~ "^/cgi/" { cgi.assign = ( ".pl" => "/usr/bin/perl" ) }
}
S
ln -s ../conf-available/50-gast.conf /etc/lighttpd/conf-enabled/
sed -i 's/^server.port .*/server.port = 8008/' /etc/lighttpd/lighttpd.conf
mkdir -p /srv/gast/htdocs /srv/gast/cgi
echo gast > /srv/gast/htdocs/index.html
printf '#!/usr/bin/perl\nuse strict;\nprint "Content-Type: text/plain\\n\\nbuch\\n";\n' > /srv/gast/cgi/buch.pl
chmod 755 /srv/gast/cgi/buch.pl
sed -i 's/^-m .*/-m 32/' /etc/memcached.conf

# --- times
printf 'SHELL=/bin/bash\nMAILTO=""\n10 1 * * * root /usr/local/sbin/gateway --nightly\n' > /etc/cron.d/gateway
printf '45 23 * * * urs /usr/local/sbin/spooler --purge\n' >> /etc/crontab
printf '0 6 1 1,7 * lpr -P druck1 /home/urs/bericht.ps\n' | crontab -u urs -
echo root > /etc/cron.allow
echo urs >> /etc/cron.allow
printf '#!/bin/sh\n:\n' > /etc/cron.monthly/inventur
chmod 755 /etc/cron.monthly/inventur

# --- the machine
printf 'auto lo\niface lo inet loopback\niface eth0 inet static\n  address 192.168.77.5/24\n  up ip route add 10.9.0.0/16 via 192.168.77.254\n' > /etc/network/interfaces 2> /dev/null || { mkdir -p /etc/network; printf 'auto lo\niface lo inet loopback\n' > /etc/network/interfaces; }
printf 'kernel.shmmax=268435456\n#net.ipv4.ip_forward=1\n' > /etc/sysctl.d/local.conf
echo '* soft core 0' >> /etc/security/limits.conf
echo '/srv/gast 10.0.0.0/8(ro,sync) urs-pc(rw)' > /etc/exports
echo 'none /srv/ram tmpfs size=1m 0 0' >> /etc/fstab
echo 'fileserver:/home /net/home nfs4 defaults,_netdev,noauto 0 0' >> /etc/fstab
mkdir -p /srv/ram /net/home /etc/puppet /var/lib/puppet/state
printf '[main]\nserver = puppet.example.org\ncertname = elder01.example.org\n' > /etc/puppet/puppet.conf
printf -- '---\nversion:\n  puppet: "3.7.2"\n' > /var/lib/puppet/state/last_run_summary.yaml
printf 'file[/etc/lighttpd/lighttpd.conf]\nfile[/etc/motd]\n' > /var/lib/puppet/state/resources.txt
printf '/var/log/gast.log {\n  weekly\n  rotate 52\n}\n' > /etc/logrotate.d/gast
echo 'local3.* /var/log/ticker.log' > /etc/rsyslog.d/ticker.conf
mkdir -p /opt/fax/spool /usr/local/etc
echo 'modem=/dev/ttyS1' > /usr/local/etc/fax.conf
mknod /opt/fax/ttyS1 c 4 65
mkfifo /opt/fax/spool/queue
cp /etc/lighttpd/lighttpd.conf /etc/lighttpd/lighttpd.conf~
echo 'deb http://archive.example.org/debian wheezy main contrib' > /etc/apt/sources.list.d/wheezy.list
