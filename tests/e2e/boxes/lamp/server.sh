#!/bin/bash
# Makes lamp01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C
cd /root/setup/files
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash verleih
install -d -m 700 -o admin -g admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config

# --- MariaDB
install -m 644 mysql/60-verleih.cnf /etc/mysql/mariadb.conf.d/60-verleih.cnf
install -d -o mysql -g mysql /run/mysqld
mariadbd-safe --skip-networking > /dev/null 2>&1 &
for _ in $(seq 60); do mariadb-admin ping > /dev/null 2>&1 && break; sleep 1; done
mariadb --default-character-set=utf8mb4 < mysql/verleih.sql
mariadb --default-character-set=utf8mb4 < mysql/archiv.sql
mariadb --default-character-set=utf8mb4 < mysql/users.sql
mariadb-admin shutdown
wait

# --- Redis
sed -i -e 's/^# requirepass .*/requirepass Schilfrohr-6203-redis/' -e 's/^# maxmemory <bytes>/maxmemory 64mb/' /etc/redis/redis.conf
runuser -u redis -- redis-server --dir /var/lib/redis --port 0 --unixsocket /tmp/r.sock --save '' --daemonize yes > /dev/null
for _ in $(seq 30); do [ -S /tmp/r.sock ] && break; sleep 1; done
redis-cli -s /tmp/r.sock < verleih/redis.txt > /dev/null
redis-cli -s /tmp/r.sock SAVE > /dev/null
redis-cli -s /tmp/r.sock SHUTDOWN NOSAVE > /dev/null || true

# --- the rental application
cp -r verleih /var/www/verleih
rm /var/www/verleih/redis.txt
install -d /var/www/verleih/htdocs/uploads /var/www/verleih/var
for n in 1 2 3 4 5; do head -c $((n * 3000)) /dev/urandom > /var/www/verleih/htdocs/uploads/bild-$n.jpg; done
chown -R verleih:www-data /var/www/verleih
chown -R www-data:www-data /var/www/verleih/htdocs/uploads
chmod 2775 /var/www/verleih/htdocs/uploads
chmod 640 /var/www/verleih/include/config.php
chmod 755 /var/www/verleih/bin/*
install -d -o verleih -g www-data -m 2775 /var/lib/verleih
echo '*/5 * * * * /usr/bin/php /var/www/verleih/bin/mahnungen.php >> /var/www/verleih/var/mahnungen.log 2>&1' > /var/spool/cron/crontabs/verleih
chown verleih:crontab /var/spool/cron/crontabs/verleih
chmod 600 /var/spool/cron/crontabs/verleih
su verleih -c 'mkdir -p /var/www/verleih/var && touch /var/www/verleih/var/mahnungen.log'

# --- the archive: rewritten addresses and a Perl script
cp -r archiv /var/www/archiv
chmod 755 /var/www/archiv/cgi-bin/suche.pl

# --- Apache and PHP
cp apache/ports.conf /etc/apache2/ports.conf
cp apache/verleih.conf apache/archiv.conf apache/lager.conf /etc/apache2/sites-available/
a2dissite -q 000-default > /dev/null
a2ensite -q verleih archiv lager > /dev/null
a2enmod -q proxy_fcgi setenvif rewrite cgid headers expires > /dev/null
a2dismod -q -f autoindex > /dev/null
sed -i 's/^upload_max_filesize = .*/upload_max_filesize = 24M/; s/^;date.timezone =.*/date.timezone = Europe\/Berlin/' /etc/php/8.2/fpm/php.ini
sed -i 's/^pm.max_children = .*/pm.max_children = 8/' /etc/php/8.2/fpm/pool.d/www.conf

# --- what was left behind
install -m 644 junk/altshop.conf /etc/apache2/sites-available/altshop.conf
cp /etc/apache2/sites-available/verleih.conf /etc/apache2/sites-available/verleih.conf.bak
cp /var/www/verleih/include/config.php /var/www/verleih/include/config.php.bak
echo '<?php phpinfo();' > /var/www/verleih/htdocs/phpinfo.php.old
install -d /var/www/altshop /root/sicherung
echo '<?php define("DB_PASSWORD", "Haselnuss-1190-alt");' > /var/www/altshop/index.php
head -c 2000000 /dev/urandom > /root/sicherung/verleih-2018.sql.gz
head -c 900000 /dev/zero > /var/log/apache2/verleih-access.log.1
systemctl enable -q apache2 php8.2-fpm mariadb redis-server memcached cron ssh
rm -rf /tmp/*
