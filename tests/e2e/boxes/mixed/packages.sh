#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /usr/share/man/man1
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
    systemd systemd-sysv dbus openssh-server sudo iproute2 procps cron logrotate ca-certificates tzdata less \
    nginx-light python3 python3-venv python3-flask gunicorn supervisor nodejs default-jdk-headless \
    gcc libc6-dev make curl jq sqlite3 vim-tiny tmux strace rsync python3-requests perl > /dev/null
ln -sf /usr/share/zoneinfo/Europe/Vienna /etc/localtime
echo Europe/Vienna > /etc/timezone
apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
