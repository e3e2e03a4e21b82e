#!/bin/sh
# About 800 packages, as a server has them that served many purposes over the years.
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /usr/share/man/man1
apt-get update -qq
install() { apt-get install -y -qq --no-install-recommends "$@" > /root/setup/log 2>&1 || { tail -20 /root/setup/log; exit 1; }; }
install systemd systemd-sysv dbus openssh-server sudo iproute2 procps cron rsyslog logrotate ca-certificates tzdata \
    locales less python3 python3-apt
install apache2 libapache2-mod-php php-fpm php-cli php-mysql php-pgsql php-gd php-curl php-xml php-mbstring php-intl \
    php-ldap php-zip php-gmp php-imagick php-redis php-pear nginx-full apache2-utils haproxy varnish
install mariadb-server postgresql postgresql-contrib redis-server memcached sqlite3 slapd unixodbc odbc-postgresql \
    freetds-bin
install tomcat9 default-jdk-headless openjdk-11-jdk-headless ant maven
install build-essential git subversion mercurial cvs autoconf automake libtool cmake gdb strace gettext texinfo lua5.3 \
    libssl-dev libxml2-dev libpq-dev libmariadb-dev libcurl4-openssl-dev python3-dev python3-pip python3-venv ruby-full \
    nodejs tcl expect manpages-dev
install libdbi-perl libdbd-mysql-perl libdbd-pg-perl libwww-perl libxml-libxml-perl libjson-perl libdatetime-perl \
    libmojolicious-perl libcgi-pm-perl libtemplate-perl libmoose-perl libspreadsheet-writeexcel-perl libnet-ldap-perl
install python3-django python3-flask python3-requests python3-psycopg2 python3-mysqldb python3-numpy python3-lxml \
    python3-yaml python3-pil gunicorn
install postfix mailutils dovecot-imapd vim tmux screen htop iotop sysstat lsof tcpdump nmap rsync unzip zip \
    wget curl fail2ban munin-node ntp nfs-common cifs-utils samba bind9 vsftpd collectd-core imagemagick \
    ghostscript graphviz emacs-nox xmlstarlet jq poppler-utils librrds-perl rrdtool dnsutils iptables p7zip-full mc zsh
apt-get clean
rm -rf /var/lib/apt/lists/* /usr/sbin/policy-rc.d
