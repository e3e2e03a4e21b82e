#!/bin/bash
# The machine: names, times, kernel settings, mounts, the firewall, where packages come from.
set -euo pipefail
export LC_ALL=C
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
ln -sf /usr/share/zoneinfo/Europe/Vienna /etc/localtime
echo Europe/Vienna > /etc/timezone
printf 'de_AT.UTF-8 UTF-8\nde_AT ISO-8859-1\n' > /etc/locale.gen
locale-gen > /dev/null
echo 'LANG=de_AT.UTF-8' > /etc/default/locale
echo 'COMPANY=Dachboden' >> /etc/environment
cat > /etc/sysctl.d/90-attic.conf <<'S'
# for the ledger
vm.swappiness = 7
net.core.somaxconn=2048
-net.ipv4.ip_nonlocal_bind = 1
;vm.overcommit_memory = 2
S
cat > /etc/security/limits.d/ledger.conf <<'S'
ledger  soft  nofile  8192
@buero  hard  nproc   400
#*      hard  core    0
S
printf '# hand-made\ndummy\n' > /etc/modules-load.d/attic.conf
mkdir -p /etc/modprobe.d
echo 'options dummy numdummies=2' > /etc/modprobe.d/attic.conf
cat > /etc/fstab <<'S'
UUID=0c1a6c4e-8a30-4c8e-9b1e-2f1f2f8f0a11 / ext4 errors=remount-ro 0 1
nas.example.org:/export/archive /srv/archive nfs ro,noauto,soft 0 0
//filer/scans /srv/scans cifs credentials=/root/.smbcredentials,noauto 0 0
/srv/data /srv/export/data none bind,noauto 0 0
LABEL=swap none swap sw 0 0
#/dev/sdb1 /old ext3 defaults 0 0
S
printf 'username=scan\npassword=Eberesche-5127-scan\n' > /root/.smbcredentials
chmod 600 /root/.smbcredentials
mkdir -p /srv/archive /srv/scans /srv/data /srv/export/data
cat > /etc/nftables.conf <<'S'
#!/usr/sbin/nft -f
flush ruleset
table inet attic {
    chain input {
        type filter hook input priority 0; policy accept;
        tcp dport 8380 ip saddr 10.0.0.0/8 accept
        tcp dport 8380 counter drop comment "invoices are for the office"
    }
}
S
cat > /etc/iptables.rules <<'S'
*filter
:INPUT ACCEPT [0:0]
-A INPUT -p tcp --dport 6379 ! -i lo -j DROP
COMMIT
S

# --- packages: a third party's repository with a pin and a password, its package, one on hold, one removed
mkdir -p /etc/apt/keyrings
printf -- '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZQ==\n-----END PGP PUBLIC KEY BLOCK-----\n' > /etc/apt/keyrings/acme.asc
cat > /etc/apt/sources.list.d/acme.sources <<'S'
Types: deb
URIs: https://repo.acme-tools.example/debian
Suites: trixie
Components: main tools
Signed-By: /etc/apt/keyrings/acme.asc

Types: deb
URIs: https://repo.acme-tools.example/debian
Suites: trixie-testing
Components: main
Enabled: no
S
echo 'deb [arch=amd64] https://mirror:Ginster-8834-apt@old.example.org/debian stretch main' > /etc/apt/sources.list.d/old.list
echo '# deb https://never.example.org/debian trixie main' >> /etc/apt/sources.list.d/old.list
printf 'Package: *\nPin: origin repo.acme-tools.example\nPin-Priority: 150\n\nPackage: redis-*\nPin: version 5:8.*\nPin-Priority: 1001\n' > /etc/apt/preferences.d/acme
apt-mark -q hold nginx > /dev/null

deb() { # NAME VERSION MAINTAINER: a package of a third party
    local top=/tmp/$1
    mkdir -p "$top/DEBIAN" "$top/opt/$1/bin" "$top/etc/$1"
    printf '#!/bin/sh\nexec sleep infinity\n' > "$top/opt/$1/bin/$1"
    chmod 755 "$top/opt/$1/bin/$1"
    printf 'interval=60\nendpoint=https://collect.acme-tools.example\n' > "$top/etc/$1/agent.conf"
    echo "/etc/$1/agent.conf" > "$top/DEBIAN/conffiles"
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: %s\nSection: admin\nDescription: the agent of a third party\n' "$1" "$2" "$3" > "$top/DEBIAN/control"
    dpkg-deb -b "$top" "/tmp/$1.deb" > /dev/null
    dpkg -i "/tmp/$1.deb" > /dev/null
    rm -rf "$top" "/tmp/$1.deb"
}
deb acme-agent 3.2.1 'Acme Tools <support@acme-tools.example>'
deb legacy-exporter 0.9 'Nobody <nobody@example.org>'
dpkg -r legacy-exporter > /dev/null 2>&1
echo 'interval=15' > /etc/acme-agent/agent.conf

# --- files of packages that were changed by hand, and one that somebody deleted
sed -i 's/worker_connections [0-9]*/worker_connections 1536/' /etc/nginx/nginx.conf
sed -i 's/^memory_limit = .*/memory_limit = 384M/' /etc/php/8.4/fpm/php.ini
sed -i 's/^#\?listen=NO/listen=NO/; s/^#\?anonymous_enable=.*/anonymous_enable=NO/; s/^#\?xferlog_file=.*/xferlog_file=\/var\/log\/ftp.log/; $a pasv_min_port=40000' /etc/vsftpd.conf
sed -i -e 's/^# requirepass .*/requirepass Silberdistel-2719-redis/' -e 's/^# maxmemory <bytes>/maxmemory 48mb/' /etc/redis/redis.conf
echo '<h1>Attic</h1>' > /usr/share/nginx/html/index.html
rm -f /etc/cron.daily/dpkg
chmod 4755 /usr/bin/sqlite3
