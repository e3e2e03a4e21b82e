#!/bin/bash
# Packages as the Red Hat family has them, in a repository from which dnf installs them.
set -euo pipefail
export LC_ALL=C
mkdir -p /root/rpmbuild/SPECS /srv/repo
cd /root/rpmbuild/SPECS
spec() { cat > "$1.spec"; rpmbuild -bb "$1.spec" > "$1.log" 2>&1 || { tail -n 20 "$1.log"; exit 1; }; }
spec httpd <<'S'
Name: httpd
Version: 2.4.37
Release: 65.module_el8
Summary: Apache HTTP Server
License: ASL 2.0
Vendor: AlmaLinux
AutoReqProv: no
Requires: logrotate
Provides: webserver
%description
Apache
%install
mkdir -p %{buildroot}/usr/sbin %{buildroot}/usr/lib64/httpd %{buildroot}/etc/httpd/{conf,conf.d,conf.modules.d} %{buildroot}/etc/sysconfig \
    %{buildroot}/usr/lib/systemd/system %{buildroot}/var/www/{html,cgi-bin} %{buildroot}/var/log/httpd %{buildroot}/etc/logrotate.d %{buildroot}/usr/share/httpd/noindex
cp /root/take/httpd %{buildroot}/usr/sbin/httpd
cp -r /root/take/modules %{buildroot}/usr/lib64/httpd/modules
ln -s ../../usr/lib64/httpd/modules %{buildroot}/etc/httpd/modules
ln -s ../../var/log/httpd %{buildroot}/etc/httpd/logs
cat > %{buildroot}/etc/httpd/conf/httpd.conf <<'C'
ServerRoot "/etc/httpd"
Listen 80
Include conf.modules.d/*.conf
User apache
Group apache
ServerName localhost
PidFile /run/httpd/httpd.pid
DocumentRoot "/var/www/html"
ErrorLog "logs/error_log"
TypesConfig /etc/mime.types
IncludeOptional conf.d/*.conf
C
printf 'LoadModule authz_core_module modules/mod_authz_core.so\nLoadModule mime_module modules/mod_mime.so\nLoadModule dir_module modules/mod_dir.so\nLoadModule alias_module modules/mod_alias.so\n' > %{buildroot}/etc/httpd/conf.modules.d/00-base.conf
printf 'LoadModule mpm_event_module modules/mod_mpm_event.so\n' > %{buildroot}/etc/httpd/conf.modules.d/00-mpm.conf
printf '# welcome\nAlias /.noindex.html /usr/share/httpd/noindex/index.html\n' > %{buildroot}/etc/httpd/conf.d/welcome.conf
echo noindex > %{buildroot}/usr/share/httpd/noindex/index.html
printf 'LANG=C\n#OPTIONS=\n' > %{buildroot}/etc/sysconfig/httpd
printf '/var/log/httpd/*log {\n missingok\n}\n' > %{buildroot}/etc/logrotate.d/httpd
printf '[Unit]\nDescription=The Apache HTTP Server\n[Service]\nType=notify\nEnvironment=LANG=C\nEnvironmentFile=-/etc/sysconfig/httpd\nRuntimeDirectory=httpd\nExecStart=/usr/sbin/httpd -d /etc/httpd -f conf/httpd.conf $OPTIONS -DFOREGROUND\nExecReload=/usr/sbin/httpd $OPTIONS -k graceful\nKillSignal=SIGWINCH\n[Install]\nWantedBy=multi-user.target\n' > %{buildroot}/usr/lib/systemd/system/httpd.service
sed -i 's/Type=notify/Type=simple/' %{buildroot}/usr/lib/systemd/system/httpd.service
%files
/usr/sbin/httpd
/usr/lib64/httpd
%dir /etc/httpd
%dir /etc/httpd/conf
%dir /etc/httpd/conf.d
%dir /etc/httpd/conf.modules.d
/etc/httpd/modules
/etc/httpd/logs
%config(noreplace) /etc/httpd/conf/httpd.conf
%config(noreplace) /etc/httpd/conf.d/welcome.conf
%config(noreplace) /etc/httpd/conf.modules.d/*.conf
%config(noreplace) /etc/sysconfig/httpd
%config(noreplace) /etc/logrotate.d/httpd
/usr/lib/systemd/system/httpd.service
/usr/share/httpd
%dir /var/www
%dir /var/www/html
%dir /var/www/cgi-bin
%dir /var/log/httpd
S
spec nimbus-backup <<'S'
Name: nimbus-backup
Epoch: 3
Version: 7.1
Release: 2
Summary: The agent of Nimbus
License: Commercial
Vendor: Nimbus Systems GmbH
Packager: support@nimbus.example
BuildArch: noarch
AutoReqProv: no
%description
Nimbus
%install
mkdir -p %{buildroot}/opt/nimbus/bin %{buildroot}/etc/nimbus %{buildroot}/usr/lib/systemd/system
printf '#!/bin/sh\nexec sleep infinity\n' > %{buildroot}/opt/nimbus/bin/agentd
echo 'tool' > %{buildroot}/opt/nimbus/bin/restore
chmod 755 %{buildroot}/opt/nimbus/bin/agentd
printf 'target=tape\n' > %{buildroot}/etc/nimbus/agent.conf
printf '[Unit]\nDescription=Nimbus\n[Service]\nExecStart=/opt/nimbus/bin/agentd\n[Install]\nWantedBy=multi-user.target\n' > %{buildroot}/usr/lib/systemd/system/nimbus.service
%files
%dir /opt/nimbus
/opt/nimbus/bin
%config(noreplace) /etc/nimbus/agent.conf
/usr/lib/systemd/system/nimbus.service
S
for release in 305.3.1.el8 348.7.1.el8; do
    spec kernel <<S
Name: kernel
Version: 4.18.0
Release: $release
Summary: kernel
License: GPL
AutoReqProv: no
Provides: installonlypkg(kernel)
%description
kernel
%install
mkdir -p %{buildroot}/boot
echo kernel > %{buildroot}/boot/vmlinuz-4.18.0-$release
%files
/boot/vmlinuz-4.18.0-$release
S
done
mv /root/rpmbuild/RPMS/*/*.rpm /srv/repo/
createrepo_c -q /srv/repo
cat > /etc/yum.repos.d/local.repo <<'S'
[local]
name=Local packages $releasever
baseurl=file:///srv/repo
enabled=1
gpgcheck=0

[local-testing]
name=Local packages, testing
baseurl=file:///srv/testing
enabled=0
gpgcheck=0
S
dnf -q -y --releasever=8 install httpd nimbus-backup > /root/dnf.log 2>&1 || { cat /root/dnf.log; exit 1; }
rpm -i --nosignature /srv/repo/kernel-*.rpm
rm -rf /root/rpmbuild /root/take /root/dnf.log /var/cache/dnf /var/log/dnf*
mkdir -p /var/cache/dnf
