#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
    sysvinit-core sysv-rc initscripts openssh-server sudo procps cron at logrotate ca-certificates tzdata rsyslog \
    openbsd-inetd netbase tcpd runit daemontools monit lighttpd memcached dnsmasq-base perl strace lsof ksh93u+m mksh yash busybox > /dev/null
apt-get clean
rm -rf /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
! command -v systemctl
