#!/bin/bash
# Who works here, and what they may do.
set -euo pipefail
export LC_ALL=C
groupadd -g 4500 buero
useradd -m -s /bin/bash -G sudo admin
useradd -m -u 1040 -s /bin/bash -c 'Karin Ödegård,,+43 1 5550100' -G buero karin
useradd -m -d /srv/home/otto -u 1041 -s /bin/sh -G buero otto
useradd -m -s /bin/sh guest
useradd -m -s /bin/sh dienst
useradd -r -u 985 -d /var/lib/ledger -s /usr/sbin/nologin ledger
useradd -r -u 986 -d /opt/rechnung -s /usr/sbin/nologin rechnung
useradd -r -u 987 -d /srv/tomcat -s /usr/sbin/nologin tomcatuser
useradd -o -u 0 -g 0 -d /root -s /bin/bash toor
for who in admin guest dienst; do install -d -m 700 -o $who -g $who /home/$who/.ssh; done
# A banner and profile scripts that talk.
echo 'Authorised use only. @@0 begin 0 system 1' > /etc/issue.net
printf '\necho "Welcome to attic01, $(whoami)"\nprintf "\\033[31mmaintenance tonight\\033[0m\\n"\n' | tee -a /home/admin/.bashrc > /etc/profile.d/greeting.sh
sed -i '1i echo "noise before anything"' /home/admin/.bashrc

# --- keys, with options
install -d -m 700 -o karin -g karin /home/karin/.ssh
install -d -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N '' -C 'backup@old-nas' -f /root/backupkey
ssh-keygen -q -t rsa -b 2048 -N '' -C 'karin@laptop' -f /root/laptopkey
ssh-keygen -q -t ecdsa -N '' -C 'deploy key, do not remove' -f /root/deploykey
{
    echo '# keys of karin'
    echo "from=\"10.0.0.0/8,192.168.7.4\",command=\"/usr/local/bin/backup-shell \\\"full\\\"\",no-pty $(cat /root/backupkey.pub)"
    cat /root/laptopkey.pub
    echo "#$(cat /root/deploykey.pub)"
} > /home/karin/.ssh/authorized_keys
chown karin: /home/karin/.ssh/authorized_keys
chmod 600 /home/karin/.ssh/authorized_keys
echo "restrict $(cat /root/deploykey.pub)" > /root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys
rm /root/backupkey* /root/laptopkey* /root/deploykey*

# --- sudo
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
cat > /etc/sudoers.d/buero <<'S'
User_Alias  BUERO = karin, otto
Host_Alias  HERE = attic01
Cmnd_Alias  RESTARTS = /usr/bin/systemctl restart ledger.service, \
                       /usr/bin/systemctl restart rechnung.service
Runas_Alias APPS = ledger, rechnung
Defaults:BUERO !requiretty
BUERO HERE = (APPS) NOPASSWD: RESTARTS
%buero ALL = (root) /usr/bin/less /var/log/syslog
S
echo 'dienst ALL=(root) NOPASSWD: /usr/bin/systemctl status *' > /etc/sudoers.d/dienst
echo 'karin ALL=(ALL) NOPASSWD: ALL' > '/etc/sudoers.d/karin.disabled'
chmod 440 /etc/sudoers.d/*

# --- sshd
sed -i -e 's/^#\?UseDNS .*/UseDNS no/' -e 's/^#\?Banner .*/Banner \/etc\/issue.net/' -e 's/^#\?MaxAuthTries .*/MaxAuthTries 4/' /etc/ssh/sshd_config
cat > /etc/ssh/sshd_config.d/otto.conf <<'S'
Match User otto
    AllowTcpForwarding no
    ForceCommand internal-sftp
S
