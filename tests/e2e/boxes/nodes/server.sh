#!/bin/bash
# Makes nodes01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C.UTF-8
cd /root/setup/files
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash portal
useradd -r -s /usr/sbin/nologin -d /opt/tickets tickets
install -d -m 700 -o admin -g admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
ln -sf /usr/share/zoneinfo/Europe/Zurich /etc/localtime
echo Europe/Zurich > /etc/timezone

# --- the portal: Node in the user's home, as nvm puts it there; an older one was left behind
nvm=/home/portal/.nvm/versions/node
install -d $nvm/v18.20.4/bin $nvm/v18.20.4/lib/node_modules/pm2/lib $nvm/v18.20.4/include/node $nvm/v14.15.0/bin
install -m 755 /root/modules/tree/usr/bin/node $nvm/v18.20.4/bin/node
install -m 644 pm2/*.js $nvm/v18.20.4/lib/node_modules/pm2/lib/
echo '{"name": "pm2", "version": "5.3.0"}' > $nvm/v18.20.4/lib/node_modules/pm2/package.json
echo '#define NODE_MAJOR_VERSION 18' > $nvm/v18.20.4/include/node/node_version.h
head -c 500000 /dev/zero > $nvm/v14.15.0/bin/node
cp -r portal /home/portal/portal
mv /home/portal/portal/env /home/portal/portal/.env
chmod 600 /home/portal/portal/.env
install -d /home/portal/portal/uploads /home/portal/portal/outbox /home/portal/portal/node_modules/eslint /home/portal/.pm2 \
    /home/portal/.npm/_cacache/content-v2 /home/portal/portal-2019
for number in 1 2 3; do head -c 3000 /dev/urandom > /home/portal/portal/uploads/vertrag-$number.pdf; done
echo '{"name": "eslint", "version": "8.1.0"}' > /home/portal/portal/node_modules/eslint/package.json
head -c 400000 /dev/urandom > /home/portal/.npm/_cacache/content-v2/x
cp portal/server.js /home/portal/portal-2019/server.js
cp portal/server.js /home/portal/portal/server.js.bak
find /home/portal/portal -name '*.js' -exec touch -d 2022-05-03 {} +
python3 dump.py
chown -R portal:portal /home/portal

# --- the tickets: Node unpacked below /opt, kept by supervisord
install -d /opt/node/bin /opt/tickets/config /opt/tickets/old /opt/tickets/tmp /opt/tickets/bin
install -m 755 /root/modules/tree/usr/bin/node /opt/node/bin/node
install -m 644 tickets/app.js /opt/tickets/app.js
install -m 644 tickets/app.js /opt/tickets/old/app.js
install -m 755 tickets/aufraeumen.js /opt/tickets/bin/aufraeumen.js
install -m 640 -g tickets tickets/production.json /opt/tickets/config/production.json
echo '{"name": "tickets", "version": "1.9.2", "dependencies": {"mysql": "^2.18.1"}}' > /opt/tickets/package.json
install -d /opt/tickets/node_modules
cp -r /root/modules/tree/usr/share/nodejs/. /opt/tickets/node_modules/
find /opt/tickets/node_modules -type l -delete
rm -rf /root/modules
install -d /opt/tickets/.git
echo 'ref: refs/heads/master' > /opt/tickets/.git/HEAD
chown tickets:tickets /opt/tickets/tmp
install -m 640 tickets/tickets.conf /etc/supervisor/conf.d/tickets.conf
printf '17 3 * * *\ttickets\t/opt/tickets/bin/aufraeumen.js\n#0 4 * * *\ttickets\t/opt/tickets/old/bericht.js\n' > /etc/cron.d/tickets

# --- the stores
sed -i 's/^# *requirepass .*/requirepass Zaunkoenig-6604-redis/' /etc/redis/redis.conf
mysqld_safe --skip-networking > /dev/null 2>&1 &
for _ in $(seq 60); do mysqladmin ping > /dev/null 2>&1 && break; sleep 1; done
mysql < db/tickets.sql
mysqladmin shutdown
redis-server --daemonize yes --dir /var/lib/redis > /dev/null
redis-cli set portal:besuche 4711 > /dev/null
redis-cli save > /dev/null
redis-cli shutdown
chown redis:redis /var/lib/redis/dump.rdb

# --- in front, and units
install -m 644 haproxy/haproxy.cfg /etc/haproxy/haproxy.cfg
sed 's/3000/2900/' haproxy/haproxy.cfg > /etc/haproxy/haproxy.cfg.2020
install -m 644 units/*.service /etc/systemd/system/
systemctl enable -q pm2-portal supervisor haproxy redis-server mariadb memcached
