#!/bin/bash
set -euo pipefail
export LC_ALL=C
ln -sf ../usr/share/zoneinfo/Europe/Madrid /etc/localtime
rm -f /etc/timezone
echo 'LANG=es_ES.UTF-8' > /etc/locale.conf
groupadd -r -g 48 apache
useradd -r -u 48 -g apache -d /usr/share/httpd -s /sbin/nologin apache
useradd -m -s /bin/bash admin
useradd -m -u 1201 -s /bin/bash oracle
useradd -m -s /bin/sh guest
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
printf '# wheel\n%%wheel ALL=(ALL) ALL\noracle rouge01=(root) NOPASSWD: /usr/sbin/httpd -k *\n' > /etc/sudoers.d/wheel
chmod 440 /etc/sudoers.d/*
mkdir -p /run/sshd
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
systemctl enable -q httpd.service nimbus.service

# --- changed by hand: configuration, a program, a mode; one file is missing
sed -i 's/^Listen 80$/Listen 80\nListen 8086/' /etc/httpd/conf/httpd.conf
echo 'OPTIONS="-DINTRANET"' >> /etc/sysconfig/httpd
echo 'target=nas02' > /etc/nimbus/agent.conf
printf '#!/bin/sh\n# patched by Luis\nexec sleep infinity\n' > /opt/nimbus/bin/agentd
echo hacked > /usr/share/httpd/noindex/index.html
rm /opt/nimbus/bin/restore
chmod 700 /boot/vmlinuz-4.18.0-305.3.1.el8

# --- sites
mkdir -p /var/www/intranet/cgi /var/www/partes
cat > /etc/httpd/conf.d/intranet.conf <<'S'
<IfDefine INTRANET>
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
LoadModule cgid_module modules/mod_cgid.so
ScriptSock /run/httpd/cgisock
</IfDefine>
<VirtualHost *:80>
    ServerName intranet.example.es
    ServerAlias www.intranet.example.es
    DocumentRoot /var/www/intranet
    ScriptAlias /cgi/ /var/www/intranet/cgi/
    ProxyPass /partes http://127.0.0.1:7801/partes
</VirtualHost>
<VirtualHost *:8086>
    ServerName partes.example.es
    DocumentRoot /var/www/partes
</VirtualHost>
S
printf '#!/bin/sh\nprintf "Content-Type: text/plain\\n\\nhola\\n"\n' > /var/www/intranet/cgi/hola.sh
chmod 755 /var/www/intranet/cgi/hola.sh
echo intranet > /var/www/intranet/index.html
echo partes > /var/www/partes/index.html
cp /etc/httpd/conf.d/intranet.conf /etc/httpd/conf.d/intranet.conf.rpmsave
cat > /usr/local/bin/partes.py <<'S'
#!/usr/bin/python3
import http.server
http.server.HTTPServer(("127.0.0.1", 7801), http.server.SimpleHTTPRequestHandler).serve_forever()
S
chmod 755 /usr/local/bin/partes.py
cat > /etc/systemd/system/partes.service <<'S'
[Unit]
Description=Partes de trabajo
[Service]
User=oracle
WorkingDirectory=/var/www/partes
ExecStart=/usr/local/bin/partes.py
EnvironmentFile=/etc/sysconfig/partes
[Install]
WantedBy=multi-user.target
S
printf 'PARTES_PASSWORD=Endrino-5561-partes\nPARTES_SITE=Norte\n' > /etc/sysconfig/partes
chmod 600 /etc/sysconfig/partes
systemctl enable -q partes.service

# --- where packages come from, and which must stay
cat > /etc/yum.repos.d/nimbus.repo <<'S'
[nimbus]
name=Nimbus
baseurl=https://luis:Madrono-9904-repo@rpm.nimbus.example/el8/$basearch
enabled=1
gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-nimbus
priority=5
exclude=kernel*
[nimbus-beta]
name=Nimbus beta
baseurl=https://rpm.nimbus.example/beta
enabled=0
S
mkdir -p /etc/dnf /etc/pki/rpm-gpg /etc/dnf/plugins
printf '[main]\ngpgcheck=1\ninstallonly_limit=3\nexclude=httpd* nimbus-backup\n' > /etc/dnf/dnf.conf

# --- times
mkdir -p /var/spool/cron /etc/cron.daily /etc/cron.hourly
rmdir /var/spool/cron/crontabs 2> /dev/null || true
[ -e /var/spool/cron/crontabs ] || ln -s . /var/spool/cron/crontabs
printf 'MAILTO=luis\n20 3 * * * /home/oracle/bin/export.sh full > /dev/null 2>&1\n' > /var/spool/cron/oracle
chown oracle: /var/spool/cron/oracle
chmod 600 /var/spool/cron/oracle
printf 'SHELL=/bin/bash\nPATH=/sbin:/bin:/usr/sbin:/usr/bin\n01 * * * * root run-parts /etc/cron.hourly\n' > /etc/cron.d/0hourly
printf 'SHELL=/bin/sh\nRANDOM_DELAY=45\nSTART_HOURS_RANGE=3-22\n1 5 cron.daily nice run-parts /etc/cron.daily\n30 9 informe /usr/local/bin/informe --mes\n' > /etc/anacrontab
printf '#!/bin/sh\n:\n' > /etc/cron.daily/limpieza.sh
chmod 755 /etc/cron.daily/limpieza.sh

# --- xinetd
cat > /etc/xinetd.d/gateway <<'S'
service gateway
{
    type        = UNLISTED
    port        = 7802
    socket_type = stream
    protocol    = tcp
    wait        = no
    user        = oracle
    server      = /usr/local/bin/gateway
    server_args = --mode full
    disable     = no
    only_from   = 127.0.0.1 10.0.0.0/8
}
S
printf 'service tftp\n{\n    socket_type = dgram\n    protocol = udp\n    wait = yes\n    user = root\n    server = /usr/sbin/in.tftpd\n    disable = yes\n}\n' > /etc/xinetd.d/tftp
printf '#!/bin/sh\necho gateway\n' > /usr/local/bin/gateway
chmod 755 /usr/local/bin/gateway
mkdir -p /etc/init.d
cat > /etc/systemd/system/xinetd.service <<'S'
[Service]
ExecStart=/usr/sbin/xinetd -dontfork -stayalive
[Install]
WantedBy=multi-user.target
S
systemctl enable -q xinetd.service cron.service

# --- the machine
mkdir -p /etc/sysconfig/network-scripts /etc/selinux /etc/chef /var/chef
printf 'DEVICE=eth0\nBOOTPROTO=static\nIPADDR=192.168.50.20\nNETMASK=255.255.255.0\nGATEWAY=192.168.50.1\nONBOOT=yes\n' > /etc/sysconfig/network-scripts/ifcfg-eth0
printf '10.20.0.0/16 via 192.168.50.254 dev eth0\n' > /etc/sysconfig/network-scripts/route-eth0
printf '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -p tcp --dport 8086 -j ACCEPT\nCOMMIT\n' > /etc/sysconfig/iptables
printf 'SELINUX=permissive\nSELINUXTYPE=targeted\n' > /etc/selinux/config
printf 'chef_server_url "https://chef.example.es"\nnode_name "rouge01"\n' > /etc/chef/client.rb
printf 'net.ipv4.ip_forward = 1\nkernel.sem = 250 32000 100 128\n' > /etc/sysctl.d/97-oracle.conf
printf 'oracle soft nofile 1024\noracle hard nofile 65536\n' > /etc/security/limits.d/oracle.conf
echo 'nfs.example.es:/vol/home /home/shared nfs rw,noauto 0 0' >> /etc/fstab
echo 'ORCL:/u01/app/oracle/product/11.2.0:N' > /etc/oratab
mkdir -p /u01/app/oracle/bin /home/oracle/bin /opt/herramientas
echo 'echo sqlplus' > /u01/app/oracle/bin/sqlplus
printf '#!/bin/sh\n:\n' > /home/oracle/bin/export.sh
chmod 755 /home/oracle/bin/export.sh
chown -R oracle: /u01 /home/oracle
mkfifo /opt/herramientas/cola
echo 'x' > $'/opt/herramientas/a\xf1o'
echo 'x' > $'/opt/herramientas/dos\nlineas'
