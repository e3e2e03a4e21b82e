#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
    systemd systemd-sysv dbus openssh-server sudo iproute2 procps cron xinetd ca-certificates tzdata logrotate \
    apache2-bin rpm dnf createrepo-c python3-dnf strace > /dev/null
apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
