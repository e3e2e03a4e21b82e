#!/bin/bash
# Makes shop01 out of a Debian machine with its packages: what an administrator did over years, in one go.
# Every password in here is a planted constant of the sample (../truth.yaml lists them); none is used elsewhere.
set -euo pipefail
export LC_ALL=C
here=/root/setup
files=$here/files

# --- the machine ------------------------------------------------------------------------------------------------
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
systemctl disable -q sysstat.service 2> /dev/null || true
sed -i '/imklog/s/^/#/' /etc/rsyslog.conf # the kernel's log is not ours in a container
install -m 644 "$files/junk/60-shop.conf" /etc/sysctl.d/60-shop.conf

useradd -m -s /bin/bash -G sudo -c 'Administrator' admin
echo 'admin:Apfelkuchen-7731-admin' | chpasswd
install -d -m 700 -o admin -g admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i -e 's/^#\?PermitRootLogin .*/PermitRootLogin no/' -e 's/^#\?PasswordAuthentication .*/PasswordAuthentication yes/' \
    -e 's/^#\?UseDNS .*/UseDNS no/' -e 's/^#Banner .*/Banner \/etc\/issue.net/' /etc/ssh/sshd_config
echo 'shop01 - Mueller Werkzeug GmbH. Zugriff nur fuer Berechtigte. Alles wird protokolliert.' > /etc/issue.net

# --- PostgreSQL -------------------------------------------------------------------------------------------------
pg=/etc/postgresql/13/main
install -m 640 -o postgres -g postgres "$files/postgresql/pg_hba.conf" $pg/pg_hba.conf
install -m 644 -o postgres -g postgres "$files/postgresql/tuning.conf" $pg/conf.d/10-tuning.conf
sed -i "s/^max_connections = .*/max_connections = 60\t\t\t# war 100/" $pg/postgresql.conf
cp $pg/pg_hba.conf $pg/pg_hba.conf.bak
pg_ctlcluster 13 main start
as_postgres() { su postgres -c "psql -qX -v ON_ERROR_STOP=1 $*"; }
as_postgres <<SQL
CREATE ROLE shop LOGIN PASSWORD 'Tulpenfeld-9341-pgshop';
CREATE ROLE auswertung LOGIN PASSWORD 'Lindenhof-5518-bericht';
CREATE DATABASE shop OWNER shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'de_DE.UTF-8' LC_CTYPE 'de_DE.UTF-8';
SQL
as_postgres shop < "$files/postgresql/shop.sql"
as_postgres "shop -c 'VACUUM ANALYZE'"

# --- the shop's own user, its report ----------------------------------------------------------------------------
useradd -r -m -d /home/shop -s /bin/bash -c 'Shop jobs' shop
install -m 600 -o shop -g shop "$files/shop/pgpass" /home/shop/.pgpass
install -m 755 "$files/shop/shop-report" /usr/local/bin/shop-report
install -m 644 "$files/shop/shop-report.cron" /etc/cron.d/shop-report
crontab "$files/shop/root.crontab"
install -d -m 755 -o shop -g www-data /srv/www/reports /var/lib/shop-report
su shop -c /usr/local/bin/shop-report

# --- nginx ------------------------------------------------------------------------------------------------------
cp /etc/nginx/nginx.conf /etc/nginx/nginx.conf.2014
sed -i 's/worker_connections 768/worker_connections 256/' /etc/nginx/nginx.conf.2014
install -m 644 "$files/nginx/nginx.conf" /etc/nginx/nginx.conf
install -m 644 "$files/nginx/upstreams.conf" /etc/nginx/conf.d/upstreams.conf
install -m 644 "$files/nginx/proxy.conf" /etc/nginx/snippets/proxy.conf
for site in shop.example.com static.example.com; do
    install -m 644 "$files/nginx/$site" "/etc/nginx/sites-available/$site"
    ln -s "../sites-available/$site" "/etc/nginx/sites-enabled/$site"
done
sed 's/8081/8080/; s/127.0.0.1:9090/192.168.17.4:9090/' "$files/nginx/upstreams.conf" > /etc/nginx/conf.d/upstreams.conf.bak
sed '/jackrabbit/,/}/d' "$files/nginx/shop.example.com" > /etc/nginx/sites-available/shop.example.com.dpkg-old
rm /etc/nginx/sites-enabled/default
htpasswd -nbm -C 5 intern 'Fliederweg-4410-intern' 2> /dev/null | sed '/^$/d' > /etc/nginx/htpasswd-intern
chown root:www-data /etc/nginx/htpasswd-intern
chmod 640 /etc/nginx/htpasswd-intern
nginx -t -q

install -d /srv/www/shop /srv/www/static/img /srv/www/intern
echo '<!DOCTYPE html><title>Intern</title><h1>Einkaufspreise</h1><p>Nur für Mitarbeiter.</p>' > /srv/www/intern/index.html
cat > /srv/www/static/index.html <<'HTML'
<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Müller Werkzeug</title><link rel="stylesheet" href="style.css"></head>
<body><h1>Müller Werkzeug GmbH</h1><img src="img/logo.svg" alt="Logo">
<p><a href="oeffnungszeiten.html">Öffnungszeiten</a> <a href="katalog-2013.txt">Katalog</a></p></body></html>
HTML
echo '<!DOCTYPE html><meta charset="utf-8"><title>Öffnungszeiten</title><p>Mo-Fr 8-18 Uhr, Sa 9-13 Uhr</p>' \
    > /srv/www/static/oeffnungszeiten.html
echo 'body { font-family: sans-serif; color: #223; }' > /srv/www/static/style.css
echo '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30" fill="#d40"/></svg>' \
    > /srv/www/static/img/logo.svg
printf 'User-agent: *\nDisallow: /intern/\n' > /srv/www/static/robots.txt
seq -f 'MW-%05g;Artikel aus dem Katalog 2013' 1 3000 > /srv/www/static/katalog-2013.txt

# --- Tomcat: our own web application, and the document archive --------------------------------------------------
sed -i 's/<Connector port="8080"/<Connector port="8081" address="127.0.0.1" maxThreads="80"/' /etc/tomcat9/server.xml
grep -q 'port="8081" address="127.0.0.1"' /etc/tomcat9/server.xml
install -m 644 "$files/tomcat/tomcat9" /etc/default/tomcat9
install -m 640 -g tomcat "$files/tomcat/tomcat-users.xml" /etc/tomcat9/tomcat-users.xml
install -d -m 775 -g tomcat /etc/tomcat9/Catalina/localhost
install -m 640 -g tomcat "$files/tomcat/shop.xml" /etc/tomcat9/Catalina/localhost/shop.xml
install -D -m 644 "$files/tomcat/override.conf" /etc/systemd/system/tomcat9.service.d/override.conf
ln -s /usr/share/java/postgresql.jar /usr/share/tomcat9/lib/postgresql.jar
bash "$here/webapp/build" /var/lib/tomcat9/webapps/shop.war
install -m 644 "$here/downloads/jackrabbit.war" /var/lib/tomcat9/webapps/jackrabbit.war
chown tomcat:tomcat /var/lib/tomcat9/webapps/*.war
touch -d '2020-01-28 15:47' /var/lib/tomcat9/webapps/shop.war # before Tomcat unpacks them: it compares the times
touch -d '2017-05-09 13:02' /var/lib/tomcat9/webapps/jackrabbit.war
cp -p /var/lib/tomcat9/webapps/shop.war /var/lib/tomcat9/shop.war.bak
install -d -m 750 -o tomcat -g tomcat /var/lib/jackrabbit /var/lib/jackrabbit/repository
install -m 640 -o tomcat -g tomcat "$files/tomcat/bootstrap.properties" /var/lib/jackrabbit/bootstrap.properties
ln -s ../jackrabbit /var/lib/tomcat9/jackrabbit # it asks for jackrabbit/bootstrap.properties where Tomcat was started
core=$(mktemp -d)
unzip -qj "$here/downloads/jackrabbit.war" 'WEB-INF/lib/jackrabbit-core-*.jar' -d "$core"
unzip -qp "$core"/jackrabbit-core-*.jar org/apache/jackrabbit/core/repository.xml > "$core/repository.xml"
install -m 640 -o tomcat -g tomcat "$core/repository.xml" /var/lib/jackrabbit/repository/repository.xml
rm -r "$core"

# Tomcat runs once, so that the archive has a repository with documents in it. /etc/hosts is not ours during a
# build, hence no data source yet.
run_tomcat() {
    cd /var/lib/tomcat9
    set -a
    . /etc/default/tomcat9
    CATALINA_HOME=/usr/share/tomcat9 CATALINA_BASE=/var/lib/tomcat9 CATALINA_TMPDIR=/tmp
    set +a
    runuser -u tomcat -- /usr/share/tomcat9/bin/catalina.sh "$@"
}
(run_tomcat run > /tmp/tomcat.log 2>&1) &
archive=http://127.0.0.1:8081/jackrabbit
for _ in $(seq 90); do
    curl -sf -o /dev/null "$archive/" && break
    sleep 1
done
dav=$archive/repository/default
put() { curl -sf -u admin:admin -H "Content-Type: $2" -T - "$dav/$1"; }
curl -sf -u admin:admin -X MKCOL "$dav/handbuch"
for n in $(seq 1 24); do
    echo "Handbuch Kapitel $n. Die Hydraulikpumpe Typ H$n wird alle $((n * 50)) Betriebsstunden geprüft." |
        put "handbuch/kapitel-$n.txt" text/plain
done
echo '<html><head><title>Lieferanten</title></head><body><p>Schraubenwerk Gießen, Größe M8</p></body></html>' |
    put lieferanten.html text/html
head -c 300000 /usr/sbin/nginx | put anhang.bin application/octet-stream
curl -sf -o /tmp/found "$archive/search.jsp?q=Hydraulikpumpe" # no pipe: grep -q would close it under curl's feet
grep -q kapitel /tmp/found
rm -f /tmp/found
pkill -TERM -u tomcat java
for _ in $(seq 60); do
    pgrep -u tomcat java > /dev/null || break
    sleep 1
done
if pgrep -u tomcat java > /dev/null; then
    echo 'Tomcat does not stop' >&2
    exit 1
fi
rm -f /tmp/tomcat.log
pg_ctlcluster 13 main stop -m fast

# --- stockd -----------------------------------------------------------------------------------------------------
useradd -r -d /var/lib/stockd -s /usr/sbin/nologin stock
install -d -o root -g root /opt/stockd /opt/stockd/etc /opt/stockd/alt
install -m 755 "$files/stockd/stockd.py" /opt/stockd/stockd.py
install -m 644 "$files/stockd/warehouses.yaml" /opt/stockd/etc/warehouses.yaml
sed 's/1\.4\.2/1.3.0/; s/python3/python/' "$files/stockd/stockd.py" > /opt/stockd/alt/stockd.py.2016
install -d -m 750 -g stock /etc/stockd
install -m 640 -g stock "$files/stockd/stockd.conf" /etc/stockd/stockd.conf
install -d -m 750 -o stock -g stock /var/lib/stockd
install -d -m 750 -o stock -g adm /var/log/stockd
install -m 644 "$files/stockd/stockd.service" /etc/systemd/system/stockd.service
runuser -u stock -- python3 - <<'PY'
import sqlite3

db = sqlite3.connect("/var/lib/stockd/stock.db")
db.execute("CREATE TABLE level (warehouse TEXT, sku TEXT, pieces INTEGER, PRIMARY KEY (warehouse, sku))")
db.execute("CREATE TABLE heartbeat (at INTEGER)")
db.executemany(
    "INSERT INTO level VALUES (?, ?, ?)",
    [(w, f"MW-{n:05}", n * 7 % 90) for w in ("Düsseldorf", "Gießen", "Köln-Süd") for n in range(1, 101)],
)
db.commit()
PY
systemctl enable -q stockd.service nginx.service tomcat9.service postgresql.service cron.service rsyslog.service

# --- leftovers --------------------------------------------------------------------------------------------------
install -d /opt/oldshop/htdocs /opt/oldshop/bin /root/bin
echo '<?php mysql_connect("localhost", "oldshop", "Sonnenblume-1188-alt"); phpinfo();' > /opt/oldshop/htdocs/index.php
printf '#!/bin/sh\n# copies orders to the old shop; its server is gone\ntest -d /mnt/oldshop/orders || exit 3\n' \
    > /opt/oldshop/bin/sync-orders
printf '#!/bin/sh\nmysqlcheck -o oldshop\n' > /root/bin/optimize-oldshop.sh
chmod 755 /opt/oldshop/bin/sync-orders /root/bin/optimize-oldshop.sh
install -m 644 "$files"/junk/*.service /etc/systemd/system/
systemctl enable -q legacy-sync.service
tar czf /root/backup-2019-11-03.tar.gz -C / srv/www opt/oldshop etc/nginx var/lib/tomcat9/webapps/jackrabbit.war
printf 'TODO\n- Java 17??\n- Zertifikat\n- wer kennt das Passwort vom alten Router\n' > /root/notizen.txt
install -d -o admin -g admin /home/admin/src/kleines-tool /home/admin/Downloads
printf '#include <stdio.h>\nint main(void) { puts("hallo"); return 0; }\n' > /home/admin/src/kleines-tool/main.c
gcc -o /home/admin/src/kleines-tool/hallo /home/admin/src/kleines-tool/main.c
head -c 6000000 "$here/downloads/jackrabbit.war" > /home/admin/Downloads/jackrabbit-webapp.war.part
printf 'sudo vi /etc/nginx/nginx.conf\nsudo systemctl restart tomcat9\npsql -h localhost shop shop\nls -la\n' > /home/admin/.bash_history
chmod 600 /home/admin/.bash_history
chown -R admin:admin /home/admin
useradd -m -s /bin/bash -c 'Jutta Weber (bis 2019)' jweber
passwd -l jweber > /dev/null
echo 'alias ll="ls -l"' > /home/jweber/.bash_aliases
seq 1 40000 > /home/jweber/export-alt.csv
chown -R jweber:jweber /home/jweber
cp /etc/tomcat9/server.xml /etc/tomcat9/server.xml.bak
cp /etc/stockd/stockd.conf /etc/stockd/stockd.conf.dpkg-old
echo 'deb http://archive.example.invalid/debian wheezy main' > /etc/apt/sources.list.d/alt.list.save

# Logs, as nobody ever looked at them.
awk 'BEGIN { for (i = 0; i < 220000; i++) printf "10.17.%d.%d - - [%02d/Oct/2019:%02d:%02d:%02d +0200] \"GET /shop/products?page=%d HTTP/1.1\" 200 %d \"-\" \"Mozilla/5.0 (Windows NT 6.1)\" shop.example.com 127.0.0.1:8081 0.%03d\n",
    i % 251, i * 7 % 253, 1 + i / 8000, i / 400 % 24, i / 7 % 60, i % 60, 1 + i % 7, 4000 + i % 900, i % 700 }' > /var/log/nginx/shop.access.log.1
head -60000 /var/log/nginx/shop.access.log.1 | gzip -6 > /var/log/nginx/shop.access.log.2.gz
awk 'BEGIN { for (i = 0; i < 90000; i++) printf "%02d-Oct-2019 %02d:%02d:%02d.%03d INFO [http-nio-127.0.0.1-8081-exec-%d] com.example.shop.ProductsServlet.doGet page %d\n",
    1 + i / 4000, i / 200 % 24, i / 5 % 60, i % 60, i % 1000, i % 80, i % 7 }' > /var/log/tomcat9/catalina.out.2019-10
awk 'BEGIN { for (i = 0; i < 120000; i++) printf "2019-10-%02d %02d:%02d:%02d,000 INFO 127.0.0.1 \"GET /levels HTTP/1.0\" 200 -\n",
    1 + i / 5000, i / 210 % 24, i / 4 % 60, i % 60 }' > /var/log/stockd/stockd.log.1
chown www-data:adm /var/log/nginx/*.log.*
chown tomcat:adm /var/log/tomcat9/catalina.out.2019-10
chown stock:adm /var/log/stockd/stockd.log.1

# --- ages -------------------------------------------------------------------------------------------------------
age() {
    when=$1
    shift
    find "$@" -depth -exec touch -h -d "$when" {} +
}
age '2013-05-14 09:12' /srv/www/static
age '2014-02-03 17:40' /opt/oldshop /etc/nginx/nginx.conf.2014 /etc/apt/sources.list.d/alt.list.save /root/bin
age '2015-02-11 22:05' /etc/nginx/conf.d /etc/nginx/sites-available/shop.example.com.dpkg-old \
    /etc/systemd/system/oldshop.service /etc/systemd/system/legacy-sync.service
age '2015-03-04 10:12' /etc/systemd/system/tomcat9.service.d /var/lib/jackrabbit/bootstrap.properties
age '2016-03-21 08:31' /etc/nginx/nginx.conf /etc/nginx/htpasswd-intern /srv/www/intern /opt/stockd/alt
age '2017-05-09 13:20' /etc/default/tomcat9 /etc/tomcat9/tomcat-users.xml
age '2018-09-02 23:58' /etc/sysctl.d/60-shop.conf /etc/postgresql/13/main/conf.d /etc/postgresql/13/main/pg_hba.conf.bak
age '2019-06-17 11:02' /opt/stockd/stockd.py /opt/stockd/etc /etc/stockd /etc/systemd/system/stockd.service
age '2019-11-03 02:30' /root/backup-2019-11-03.tar.gz /root/notizen.txt /home/jweber /var/log/nginx/shop.access.log.1 \
    /var/log/nginx/shop.access.log.2.gz /var/log/tomcat9/catalina.out.2019-10 /var/log/stockd/stockd.log.1
age '2020-01-28 15:47' /etc/nginx/sites-available/shop.example.com /etc/nginx/sites-available/static.example.com \
    /etc/nginx/snippets/proxy.conf /etc/tomcat9/Catalina/localhost/shop.xml /etc/tomcat9/server.xml \
    /etc/tomcat9/server.xml.bak /usr/local/bin/shop-report /etc/cron.d/shop-report /home/shop/.pgpass \
    /home/admin

rm -rf /tmp/* /var/log/apt/*.log /var/log/dpkg.log
