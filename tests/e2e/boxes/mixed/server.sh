#!/bin/bash
# Makes mixed01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C
cd /root/setup/files
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash karl
useradd -m -s /bin/bash deploy
useradd -r -s /usr/sbin/nologin -d /var/lib/inventory inventory
useradd -r -s /usr/sbin/nologin -d /opt/billing billing
useradd -r -s /usr/sbin/nologin -d /var/spool/meterd meter
useradd -r -s /usr/sbin/nologin -d /var/lib/price-feed feed
for who in admin karl; do install -d -m 700 -o $who -g $who /home/$who/.ssh; done
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config

# --- the stock list: a release folder, a virtualenv with a library of its own beside the system's
release=/srv/apps/inventory/releases/20230411
install -d $release/static /srv/apps/inventory/releases/20220105
install -m 644 inventory/app.py inventory/worker.py inventory/export.py $release/
echo 'body { color: #333 }' > $release/static/lager.css
cp $release/app.py /srv/apps/inventory/releases/20220105/app.py
ln -s releases/20230411 /srv/apps/inventory/current
python3 -m venv --without-pip --system-site-packages /srv/apps/inventory/venv
library=/srv/apps/inventory/venv/lib/python3.9/site-packages/invlib
install -d $library
install -m 644 inventory/naming.py $library/naming.py
: > $library/__init__.py
{ echo '#!/srv/apps/inventory/venv/bin/python'; sed 1d /usr/bin/gunicorn; } > /srv/apps/inventory/venv/bin/gunicorn
chmod 755 /srv/apps/inventory/venv/bin/gunicorn
install -d -m 750 -o root -g inventory /etc/inventory
install -m 640 -o root -g inventory inventory/environment /etc/inventory/environment
install -d -m 750 -o inventory -g inventory /var/lib/inventory
sqlite3 /var/lib/inventory/inventory.db < inventory/schema.sql
chown inventory:inventory /var/lib/inventory/inventory.db
install -m 644 inventory/*.service /etc/systemd/system/
install -m 755 inventory/invoice-export /etc/cron.daily/invoice-export
rm /etc/nginx/sites-enabled/default
install -m 644 nginx/inventory /etc/nginx/sites-available/inventory
ln -s ../sites-available/inventory /etc/nginx/sites-enabled/inventory

# --- the API under supervisord, in a home directory
cp -r api /home/deploy/api
rm /home/deploy/api/api.conf
install -d /home/deploy/api/data
echo '118 visits' > /home/deploy/api/data/visits.txt
chown -R deploy:deploy /home/deploy/api
install -m 640 api/api.conf /etc/supervisor/conf.d/api.conf
sed 's/3100/3000/' api/api.conf > /etc/supervisor/conf.d/api.conf.bak

# --- billing: a jar behind a start script
install -d /opt/billing/bin /opt/billing/conf /tmp/classes
javac -d /tmp/classes billing/Billing.java
jar cfe /opt/billing/billing.jar com.example.billing.Billing -C /tmp/classes .
rm -rf /tmp/classes
install -m 755 billing/start.sh /opt/billing/bin/start.sh
install -m 640 -o root -g billing billing/billing.properties /opt/billing/conf/billing.properties
install -m 644 billing/default /etc/default/billing
install -d -o billing -g billing /var/lib/billing /var/log/billing
printf '2023-01-04;117.30\n2023-02-01;98.00\n' > /var/lib/billing/ledger.csv
chown billing:billing /var/lib/billing/ledger.csv
install -m 644 billing/billing.service /etc/systemd/system/

# --- meterd: a daemon of the old sort, with a library below /usr/local
install -d /usr/local/lib/meter /usr/local/src/meterd
cp meterd/*.[ch] /usr/local/src/meterd/
cc -shared -fPIC -Wl,-soname,libmeter.so.1 -o /usr/local/lib/meter/libmeter.so.1.0.3 meterd/meter.c
ln -s libmeter.so.1.0.3 /usr/local/lib/meter/libmeter.so.1
cc -o /usr/local/sbin/meterd meterd/meterd.c /usr/local/lib/meter/libmeter.so.1
echo /usr/local/lib/meter > /etc/ld.so.conf.d/meter.conf
ldconfig
install -m 644 meterd/meterd.conf /etc/meterd.conf
install -m 755 meterd/meterd.init /etc/init.d/meterd
install -d -o meter -g meter /var/spool/meterd
printf 'a 1\nb 2\nc 3\n' > /var/spool/meterd/readings
chown meter:meter /var/spool/meterd/readings
update-rc.d meterd defaults

# --- the timer
install -m 755 feed/price-feed /usr/local/bin/price-feed
install -m 644 feed/price-feed.service feed/price-feed.timer /etc/systemd/system/
install -d -o feed -g feed /var/lib/price-feed
systemctl enable -q inventory inventory-worker billing price-feed.timer supervisor

# --- what karl started by hand (mixed.py starts it through sshd), and what was left behind
install -d -o karl -g karl /home/karl/tools
install -m 644 -o karl -g karl karl/* /home/karl/tools/
install -d /opt/oldd /home/deploy/oldapi /home/karl/old
echo 'not a program any more' > /opt/oldd/oldd
install -m 644 junk/oldd.service /etc/systemd/system/
echo 'console.log("old")' > /home/deploy/oldapi/server.js
head -c 3000000 /dev/urandom > /home/karl/old/backup-2019.tar.gz
head -c 200000 /dev/zero > /var/log/billing/billing.log.1
