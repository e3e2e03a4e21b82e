#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /usr/share/man/man1
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
    systemd systemd-sysv dbus openssh-server sudo iproute2 procps cron logrotate ca-certificates tzdata locales less \
    apache2 php8.2-fpm php8.2-cli php8.2-mysql php8.2-mbstring php-redis php-memcached mariadb-server redis-server \
    memcached perl libjson-perl > /dev/null
# What came in over the years and stayed.
apt-get install -y -qq --no-install-recommends \
    gcc make vim-tiny tmux strace curl rsync git postgresql-client-15 python3-requests ruby libapache2-mod-php8.2 > /dev/null
a2dismod -q php8.2 mpm_prefork > /dev/null 2>&1 || true
a2enmod -q mpm_event > /dev/null
printf 'de_DE.UTF-8 UTF-8\n' > /etc/locale.gen
locale-gen > /dev/null
ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin > /etc/timezone
apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
