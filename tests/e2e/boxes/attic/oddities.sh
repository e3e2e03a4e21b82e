#!/bin/bash
# What piles up: files of odd names and kinds, things copied by hand, leftovers.
set -euo pipefail
export LC_ALL=C
mkdir -p /srv/odd /srv/incoming /srv/queue '/srv/re ports' /root/sicherung
cd /srv/odd
echo a > $'new\nline'
echo a > $'@@0 end 0 0 1\nfake'
echo a > 'quote"and'"'"'apostrophe'
echo a > $'\e[31mred\e[0m'
echo a > $'latin\xe9'
echo a > ' leading and trailing '
echo a > '-rf'
echo a > 'back\slash'
echo a > $'tab\there'
echo a > '$(touch pwned)'
mkdir 'dir with spaces' && echo a > 'dir with spaces/file'
mkfifo pipe
mknod null c 1 3
mknod loop b 7 99
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/srv/odd/sock")'
ln -s /nowhere/at/all dangling
ln -s . loop-to-self
ln hardlink1 2> /dev/null || { echo h > hardlink1; ln hardlink1 hardlink2; }
chmod 000 'back\slash'
chown 54321:54321 -- '-rf'
mkdir /srv/odd/deep && cd /srv/odd/deep && for n in $(seq 60); do mkdir level && cd level; done && echo x > bottom

# --- by hand
mkdir -p /usr/local/src/tool-1.2 /opt/cadlic /opt/old-erp/bin /home/karin/bin /srv/data/2014
echo 'int main(){}' > /usr/local/src/tool-1.2/tool.c
printf 'SERVER attic01 0242ac110002 27000\nVENDOR cadd /opt/cadlic/cadd\nFEATURE cad cadd 9.0 31-dec-2030 5 HOSTID=0242ac110002 SIGN=00\n' > /opt/cadlic/license.dat
echo x > /opt/old-erp/bin/erp
printf '#!/bin/sh\nexec sleep 9999\n' > /home/karin/bin/notes
chmod 755 /home/karin/bin/notes
chown -R karin: /home/karin/bin
head -c 300000 /dev/zero > /srv/data/2014/belege.dat
cp /etc/nginx/nginx.conf /etc/nginx/nginx.conf.2019-03-01
cp /etc/php/8.4/fpm/php.ini /etc/php/8.4/fpm/php.ini.orig
echo alt > /root/sicherung/alt.sql.gz
echo 'db.example.org:5432:kunden:karin:Kornelkirsche-1203-pgpass' > /home/karin/.pgpass
chown karin: /home/karin/.pgpass
chmod 600 /home/karin/.pgpass
mkdir -p /etc/ansible/facts.d
printf '[general]\nrole=attic\n' > /etc/ansible/facts.d/attic.fact
rm -f /root/.wget-hsts
