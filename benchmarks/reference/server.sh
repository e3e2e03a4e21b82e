#!/bin/bash
# Makes ref01 out of a Debian machine with its packages and files. Twelve changes by hand in /etc: truth.yaml.
set -euo pipefail
export LC_ALL=C

# --- what it takes to run in a container ("box" in truth.yaml)
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
systemctl disable -q nginx squid haproxy varnish slapd dovecot fail2ban ntp nfs-common samba smbd nmbd \
    samba-ad-dc named vsftpd collectd rpcbind apt-daily.timer apt-daily-upgrade.timer 2> /dev/null || true
useradd -m -s /bin/bash -G sudo admin
useradd -M -u 1500 -s /bin/bash meyer
chown 1500:1500 /home/meyer
install -d -m 700 -o admin -g admin /home/admin/.ssh

# --- hostile names, where nobody looks
mkdir -p '/srv/odd dir'
cd '/srv/odd dir'
printf 1 > "$(printf 'new\nline')"
printf 2 > "quo'te\" \$(id) *"
printf 3 > "$(printf 'caf\351')"
printf 4 > -- -rf
printf 5 > "$(printf 'esc\033[31mape')"
mkfifo pipe
truncate -s 5G hole.img

# --- 1-4 files of ucf
sed -i -e 's/^#\?UseDNS .*/UseDNS no/' -e 's/^#\?LogLevel .*/LogLevel VERBOSE/' /etc/ssh/sshd_config
sed -i 's/^memory_limit = .*/memory_limit = 512M/' /etc/php/7.4/apache2/php.ini
sed -i 's/^#\?JAVA_OPTS=.*/JAVA_OPTS="-Djava.awt.headless=true -Xmx192m"/' /etc/default/tomcat9
sed -i 's/port="8080"/port="8089"/' /etc/tomcat9/server.xml
# --- 5-7 files of dpkg, one of them gone
echo 'Listen 8088' >> /etc/apache2/ports.conf
sed -i 's/^#\?max_connections .*/max_connections = 40/' /etc/mysql/mariadb.conf.d/50-server.cnf
rm /etc/logrotate.d/apache2
# --- 8-12 what no package has
printf '<VirtualHost *:8088>\n  DocumentRoot /var/www/shop/htdocs\n</VirtualHost>\n' > /etc/apache2/sites-available/shop.conf
ln -s ../mods-available/rewrite.load /etc/apache2/mods-enabled/rewrite.load
echo '17 3 * * * root /opt/erp/modules/nightly' > /etc/cron.d/nightly
mkdir -p /etc/systemd/system/tomcat9.service.d
printf '[Service]\nLimitNOFILE=20000\n' > /etc/systemd/system/tomcat9.service.d/limits.conf
printf 'export SHOP=1\n' > "/etc/profile.d/caf$(printf '\351') 'x'.sh"

echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i '/imklog/s/^/#/' /etc/rsyslog.conf
rm -rf /tmp/*
