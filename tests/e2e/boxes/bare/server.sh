#!/bin/bash
# The machine after its web server was switched off and its application deleted.
set -euo pipefail
useradd -m -s /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
echo bare01 > /etc/hostname
mkdir -p /srv/www/alt /root/bin
echo '<html>umgezogen</html>' > /srv/www/alt/index.html
printf '#!/bin/sh\necho nur von Hand\n' > /root/bin/aufraeumen
chmod 755 /root/bin/aufraeumen
tar -C /srv/www -czf /root/www-2021.tar.gz alt
echo '# 0 3 * * * root /srv/app/bin/nightly' > /etc/cron.d/app
cat > /etc/systemd/system/app.service <<'U'
[Unit]
Description=The application, deleted in 2021
[Service]
User=nobody
ExecStart=/srv/app/bin/server --port 8080
[Install]
WantedBy=multi-user.target
U
systemctl enable app > /dev/null 2>&1
systemctl disable nginx > /dev/null 2>&1
systemctl enable ssh cron rsyslog snmpd prometheus-node-exporter exim4 > /dev/null 2>&1
