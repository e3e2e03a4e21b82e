#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
echo 'postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string attic01.example.org' | debconf-set-selections 2> /dev/null || true
apt-get install -y -qq --no-install-recommends \
    systemd systemd-sysv dbus openssh-server sudo iproute2 procps cron anacron at logrotate ca-certificates tzdata \
    locales openssl nginx php8.4-fpm php8.4-sqlite3 postfix vsftpd redis-server supervisor openjdk-21-jre-headless \
    tomcat10 libecj-java python3-venv ruby nodejs sqlite3 nftables perl make strace > /dev/null
# The Tomcat that is used was unpacked by hand once; the package is there and stopped.
cp -rL /usr/share/tomcat10 /opt/apache-tomcat-10
apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
