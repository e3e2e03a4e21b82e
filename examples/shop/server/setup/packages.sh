#!/bin/sh
# The packages of shop01. Services are not started while the image is built.
set -eu
export DEBIAN_FRONTEND=noninteractive

printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /usr/share/man/man1 # the Java packages want it, and slim bases leave it out

apt-get update -qq
apt-get install -y -qq --no-install-recommends locales tzdata > /dev/null
printf 'de_DE.UTF-8 UTF-8\nen_US.UTF-8 UTF-8\n' > /etc/locale.gen
locale-gen > /dev/null
update-locale LANG=en_US.UTF-8 # the PostgreSQL cluster below takes its locale from there
ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin > /etc/timezone

# What a server starts with.
apt-get install -y -qq --no-install-recommends \
    systemd systemd-sysv dbus openssh-server sudo iproute2 iputils-ping procps cron rsyslog logrotate \
    ca-certificates less nano > /dev/null
# What it is there for.
apt-get install -y -qq --no-install-recommends \
    nginx tomcat9 libtomcat9-java default-jre-headless \
    postgresql-13 postgresql-client-13 python3 python3-yaml apache2-utils > /dev/null
# The driver as of the release: its security update is listed on mirrors that do not have the file.
apt-get install -y -qq --no-install-recommends libpostgresql-jdbc-java/bullseye > /dev/null
# What came in over the years and stayed.
apt-get install -y -qq --no-install-recommends \
    gcc g++ make autoconf automake libtool pkg-config patch git subversion vim mc screen tmux htop iotop sysstat strace \
    lsof tcpdump nmap telnet ftp lftp whois dnsutils traceroute mtr-tiny net-tools curl wget rsync unzip zip bzip2 \
    xz-utils p7zip lynx man-db manpages tree jq gawk dos2unix sqlite3 mariadb-client-10.5 php7.4-cli \
    ruby python3-requests imagemagick ghostscript default-jdk-headless ant > /dev/null

apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
