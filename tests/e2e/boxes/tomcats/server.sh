#!/bin/bash
# Makes tomcats01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C.UTF-8
cd /root/setup/files
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -r -m -d /home/lager -s /bin/bash lager
useradd -r -m -d /home/zeit -s /bin/bash zeit
install -d -m 700 -o admin -g admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
ln -sf /usr/share/zoneinfo/Europe/Vienna /etc/localtime
echo Europe/Vienna > /etc/timezone

# --- applications: pages that Tomcat compiles, a descriptor each, and their libraries
war() { # NAME TITLE TARGET
    (cd apps/"$1" && jar cf "$3" .)
}
install -d /srv/kunden /srv/tomcat /opt/lager-alt
install -d apps/wiki/WEB-INF/lib
cp -L /usr/share/java/hsqldb.jar apps/wiki/WEB-INF/lib/hsqldb-2.7.1.jar

# --- 1: the distribution's Tomcat, with an archive, an unpacked application, and one that lies elsewhere
base=/var/lib/tomcat10
rm -rf $base/webapps/ROOT
war archiv Archiv $base/webapps/archiv.war
cp $base/webapps/archiv.war $base/webapps/archiv.war.2019
cp -r apps/wiki $base/webapps/wiki
war kunden Kunden /srv/kunden/kunden.war
cp -L /usr/share/java/postgresql.jar /usr/share/tomcat10/lib/postgresql.jar
install -d -o root -g tomcat -m 775 /etc/tomcat10/Catalina /etc/tomcat10/Catalina/localhost
cp archiv.xml kunden.xml /etc/tomcat10/Catalina/localhost/
cat >> /etc/default/tomcat10 <<'X'
JAVA_OPTS="-Djava.awt.headless=true -Xmx160m -Dkunden.config=/etc/kunden"
X
install -d /etc/kunden /etc/systemd/system/tomcat10.service.d
cp kunden.properties kunden.properties.bak /etc/kunden/
install -d -o tomcat -g tomcat /srv/archiv/uploads /var/lib/wiki /var/log/wiki
echo scan > /srv/archiv/uploads/akte-1.txt
cat > /etc/systemd/system/tomcat10.service.d/override.conf <<'X'
[Service]
ReadWritePaths=/srv/archiv/uploads /var/lib/wiki /var/log/wiki
X
chown -R tomcat:tomcat $base/webapps
chown root:tomcat /etc/tomcat10/Catalina/localhost/*.xml /etc/kunden/kunden.properties
chmod 640 /etc/tomcat10/Catalina/localhost/*.xml /etc/kunden/kunden.properties

# --- the archive that was unpacked under /opt: what the package has, in a folder of its own
home=/opt/apache-tomcat-10.1.6
install -d $home/{bin,conf,lib,logs,temp,work,webapps}
cp -rL /usr/share/tomcat10/bin/. $home/bin/
cp -rL /usr/share/tomcat10/lib/. $home/lib/
rm -f $home/lib/postgresql.jar
cp -L /usr/share/java/eclipse-jdt-core.jar $home/lib/ecj-4.26.jar
cp /usr/share/tomcat10/etc/{server.xml,web.xml,context.xml,logging.properties,catalina.properties} $home/conf/
chmod 755 $home/bin/*.sh
install -d $home/webapps/{ROOT,docs,examples}
echo 'It works' | tee $home/webapps/ROOT/index.html $home/webapps/docs/index.html $home/webapps/examples/index.html > /dev/null
echo 'Apache Tomcat Version 10.1.6' > $home/RELEASE-NOTES
cp -r $home /opt/apache-tomcat-8.5.31
ln -s apache-tomcat-10.1.6 /opt/tomcat

# --- 2: an instance apart from it, started by a unit with a PID file, spoken to by AJP
base=/srv/tomcat/lager
install -d $base/{bin,conf/Catalina/localhost,lib,logs,temp,work,webapps}
cp $home/conf/{web.xml,catalina.properties} logging.properties $base/conf/
cp lager-server.xml $base/conf/server.xml
cp lager-context.xml $base/conf/context.xml
cp lager-setenv.sh $base/bin/setenv.sh
cp -L /usr/share/java/postgresql.jar $base/lib/postgresql-42.5.4.jar
war lager Lager $base/webapps/lager.war
cp $base/webapps/lager.war $base/webapps/lager.war.2019
cp $base/conf/server.xml $base/conf/server.xml.orig
cp $base/webapps/lager.war /opt/lager-alt/
install -d -o lager /etc/lager /var/log/lager $base/export
echo 'standort=Nord' > /etc/lager/lager.properties
chown -R lager: $base
chmod 600 $base/conf/server.xml $base/conf/server.xml.orig
cp tomcat-lager.service /etc/systemd/system/

# --- 3: a full copy with all in one place, started at boot the old way
base=/srv/tomcat/zeit
cp -r $home $base
rm -rf $base/webapps/*
cp zeit-server.xml $base/conf/server.xml
cp -r apps/zeit $base/webapps/zeit
printf 'CATALINA_OPTS="-Xmx96m -Dzeit.datei=/etc/zeit.properties"\nCATALINA_PID=/srv/tomcat/zeit/temp/tomcat.pid\n' > $base/bin/setenv.sh
printf 'ort=Graz\nmail.password=Lerchensporn-5512-zeit\n' > /etc/zeit.properties
chown zeit: /etc/zeit.properties
chmod 600 /etc/zeit.properties
install -d -o zeit /var/lib/zeit
chown -R zeit: $base
printf '#!/bin/sh\nsu - zeit -c /srv/tomcat/zeit/bin/startup.sh\nexit 0\n' > /etc/rc.local
chmod 755 /etc/rc.local

# --- in front, and beneath
cp intern.conf /etc/apache2/sites-available/
a2enmod -q proxy proxy_http proxy_ajp > /dev/null
a2dissite -q 000-default > /dev/null
a2ensite -q intern > /dev/null
service postgresql start > /dev/null
su postgres -c 'psql -q' < datenbank.sql
service postgresql stop > /dev/null

# --- what is left of ten years
install -d /root/deploy /home/admin/.m2/repository
cp /srv/kunden/kunden.war /root/deploy/kunden-2.war
echo 'alt' > /srv/kunden/kunden.war.old
cat > /etc/cron.d/tomcats <<'X'
# 0 4 * * * root /opt/tomcat/bin/shutdown.sh
15 3 * * * lager find /srv/tomcat/lager/export -name '*.csv' -mtime +90 -delete
X
systemctl enable -q tomcat10 tomcat-lager postgresql apache2 cron ssh
