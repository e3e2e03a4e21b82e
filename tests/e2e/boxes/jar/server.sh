#!/bin/bash
# Makes jar01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C.UTF-8
cd /root/setup/files
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -r -d /opt/rechnung -s /usr/sbin/nologin rechnung
useradd -r -d /opt/bote -s /bin/sh bote
useradd -r -d /var/lib/abschluss -s /usr/sbin/nologin abschluss
install -d -m 700 -o admin -g admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
ln -sf /usr/share/zoneinfo/Europe/Vienna /etc/localtime
echo Europe/Vienna > /etc/timezone
jar_of() { # CLASS PACKAGE FILE
    javac -d out/"$1" "$1".java
    jar cfe "$3" "$2.$1" -C out/"$1" .
}

# --- a fat jar under systemd
install -d /etc/rechnung /opt/rechnung
jar_of Rechnung at.firma /opt/rechnung/rechnung-1.12.0.jar
ln -s rechnung-1.12.0.jar /opt/rechnung/rechnung.jar
cp /opt/rechnung/rechnung-1.12.0.jar /opt/rechnung/rechnung-1.9.3.jar
cp /opt/rechnung/rechnung-1.12.0.jar /opt/rechnung/rechnung.jar.2019
cp application.properties /etc/rechnung/
sed 's/4471/alt/' application.properties > /etc/rechnung/application.properties.bak
chgrp rechnung /etc/rechnung/application.properties
chmod 640 /etc/rechnung/application.properties
echo 'JAVA_OPTS=-Xmx128m -XX:+UseSerialGC' > /etc/default/rechnung
install -d -o rechnung -g rechnung /var/lib/rechnung /var/log/rechnung
echo 'Honorar' > /var/lib/rechnung/rechnung-1.txt
cp rechnung.service /etc/systemd/system/

# --- a JDK as its maker packs it, and a program that a script starts with it
cp -rL /usr/lib/jvm/java-17-openjdk-amd64 /opt/jdk-17.0.2 2> /dev/null || true  # a link in it leads nowhere
install -d /opt/jdk-17.0.2/{demo,man/man1,jmods}
head -c 200000 /dev/zero | tee /opt/jdk-17.0.2/lib/src.zip > /opt/jdk-17.0.2/jmods/java.base.jmod
echo '.TH JAVA 1' > /opt/jdk-17.0.2/man/man1/java.1
install -d /opt/bote/{bin,conf,lib}
jar_of Bote at.firma.bote /opt/bote/lib/bote-3.1.jar
install -m 755 bote.sh /opt/bote/bin/
cp bote.properties logback.xml /opt/bote/conf/
keytool -genkeypair -alias bote -keyalg RSA -keysize 2048 -validity 3650 -dname CN=bote.intern.example.org \
    -storetype PKCS12 -keystore /opt/bote/conf/bote.p12 -storepass Liguster-2093-keystore 2> /dev/null
install -d -o bote /srv/bote/queue /var/log/bote
chown -R bote: /opt/bote
chmod 600 /opt/bote/conf/bote.properties /opt/bote/conf/bote.p12
install -m 755 bote.init /etc/init.d/bote
update-rc.d bote defaults

# --- from cron
install -d /opt/abschluss/lib /etc/abschluss
jar_of Abschluss at.firma.abschluss /opt/abschluss/lib/abschluss.jar
echo 'buch=/var/lib/abschluss/buch.csv' > /etc/abschluss/abschluss.properties
install -d -o abschluss -g abschluss /var/lib/abschluss
cat > /etc/cron.d/abschluss <<'X'
30 23 * * 1-5 abschluss java -Xmx64m -cp /opt/abschluss/lib/abschluss.jar at.firma.abschluss.Abschluss /etc/abschluss/abschluss.properties
# 0 1 * * * root java -jar /opt/mahnung/mahnung.jar
X

# --- what is left of ten years
install -d /opt/mahnung /home/admin/.m2/repository /opt/rechnung/src
cp /opt/rechnung/rechnung-1.9.3.jar /opt/mahnung/mahnung.jar
cp Rechnung.java /opt/rechnung/src/
systemctl enable -q rechnung cron ssh
