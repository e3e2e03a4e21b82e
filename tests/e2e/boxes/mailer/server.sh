#!/bin/bash
set -euo pipefail
ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin > /etc/timezone
printf 'de_DE.UTF-8 UTF-8\n' > /etc/locale.gen && locale-gen > /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash -u 1201 versand
useradd -r -u 961 -d /srv/newsletter -s /bin/bash newsletter
useradd -r -u 962 -d /srv/mahnwesen -s /usr/sbin/nologin buchhaltung
useradd -r -u 963 -d /nonexistent -s /usr/sbin/nologin tickets
echo 'admin ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
script() { mkdir -p "$(dirname "$1")"; cat > "$1"; chmod 755 "$1"; }

# --- Postfix: relay for the house, smarthost with a password, aliases, virtual addresses, a script behind an alias
postconf -e 'myhostname = mailer.hof.example.net' 'mydestination = $myhostname, mailer, localhost' \
    'inet_interfaces = all' 'mynetworks = 127.0.0.0/8, 172.16.0.0/12, 10.20.0.0/16' 'relayhost = [smtp.provider.example]:587' \
    'smtp_sasl_auth_enable = yes' 'smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd' 'smtp_sasl_security_options = noanonymous' \
    'virtual_alias_maps = hash:/etc/postfix/virtual' 'virtual_alias_domains = hof-laden.example' 'message_size_limit = 30720000'
echo mailer.hof.example.net > /etc/mailname
echo '[smtp.provider.example]:587 hof@provider.example:Vogelbeere-4471-relay' > /etc/postfix/sasl_passwd
chmod 600 /etc/postfix/sasl_passwd
printf 'bestellung@hof-laden.example versand\ninfo@hof-laden.example edv@hof.example.net\n' > /etc/postfix/virtual
cat > /etc/aliases <<'S'
postmaster: root
root: edv@hof.example.net
versand: versand
support: "|/usr/local/bin/ticket-eingang"
S
postmap /etc/postfix/sasl_passwd /etc/postfix/virtual
newaliases
cp /etc/postfix/main.cf /etc/postfix/main.cf.2019
mkdir -p /var/lib/tickets
script /usr/local/bin/ticket-eingang <<'S'
#!/usr/bin/perl
# a mail becomes a ticket
use strict;
use Fcntl ':flock';
open(my $out, '>>', '/var/lib/tickets/eingang.mbox') or die;
flock($out, LOCK_EX);
print $out "From ticket\n", <STDIN>, "\n";
S
echo 'From ticket' > /var/lib/tickets/eingang.mbox
chown -R nobody:nogroup /var/lib/tickets
install -o versand -g mail -m 660 /dev/null /var/mail/versand
printf 'From kunde@example.org\nSubject: Eier\n\nZehn.\n\n' > /var/mail/versand

# --- /etc/crontab
mkdir -p /var/log/versand /var/lib/versand
chown versand /var/log/versand /var/lib/versand
cat > /etc/crontab <<'S'
SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin
MAILTO=edv@hof.example.net

17 *	* * *	root	cd / && run-parts --report /etc/cron.hourly
25 6	* * *	root	test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }
47 6	* * 7	root	test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.weekly; }
52 6	1 * *	root	test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.monthly; }
# Bestellungen vom Postfach in die Datenbank
*/5 6-20 * * 1-5 versand flock -n /tmp/holen.lock nice -n 10 /usr/local/bin/bestellungen-holen >> /var/log/versand/holen.log 2>&1
30 7 * * 1-5 root tagesbericht "$(date +\%Y-\%m-\%d)"
#0 4 * * * root /usr/local/sbin/altlast --alles
S
script /usr/local/bin/bestellungen-holen <<'S'
#!/bin/bash
# local delivery of bestellung@ into the database
. /usr/local/lib/versand/gemeinsam.sh
anzahl=$(grep -c '^From ' /var/mail/versand)
sqlite3 "$DB" "create table if not exists abruf (zeit text, anzahl int); insert into abruf values (datetime('now'), $anzahl);"
echo "$anzahl Bestellungen"
S
mkdir -p /usr/local/lib/versand
printf 'DB=/var/lib/versand/bestellungen.db\nABSENDER=versand@hof-laden.example\n' > /usr/local/lib/versand/gemeinsam.sh
sqlite3 /var/lib/versand/bestellungen.db 'create table abruf (zeit text, anzahl int)'
chown versand /var/lib/versand/bestellungen.db
script /usr/local/sbin/tagesbericht <<'S'
#!/bin/sh
. /usr/local/lib/versand/gemeinsam.sh
{
    echo "Tag: ${1:-heute}"
    sqlite3 -header $DB 'select * from abruf order by zeit desc limit 5'
    /usr/local/lib/versand/summe.pl /var/lib/kurse/kurse.csv
} | mail -s "Tagesbericht $1" -r "$ABSENDER" chef@hof.example.net
S
script /usr/local/lib/versand/summe.pl <<'S'
#!/usr/bin/perl
use strict;
use warnings;
use Text::CSV;
my $csv = Text::CSV->new({ sep_char => ';' });
open(my $in, '<', shift) or exit 0;
my $summe = 0;
while (my $zeile = $csv->getline($in)) { $summe += $zeile->[1] }
print "Summe: $summe\n";
S

# --- /etc/cron.d
cat > /etc/cron.d/newsletter <<'S'
SHELL=/bin/bash
MAILTO=marketing@hof.example.net
PATH=/srv/newsletter/bin:/usr/bin:/bin
NEWSLETTER_HOME=/srv/newsletter
SMTP_TOKEN=Kornelkirsche-5512-letter

@daily newsletter $NEWSLETTER_HOME/bin/versende.py --liste kunden
0 9 1 */3 * newsletter timeout 600 aufraeumen.sh
S
script /srv/newsletter/bin/versende.py <<'S'
#!/usr/bin/env python3
import json
import os
import smtplib
from email.message import EmailMessage
from jinja2 import Environment, FileSystemLoader

HEIM = os.environ["NEWSLETTER_HOME"]
vorlage = Environment(loader=FileSystemLoader(HEIM + "/vorlagen")).get_template("brief.txt")
with open("/var/lib/newsletter/empfaenger.json") as datei:
    empfaenger = json.load(datei)
with smtplib.SMTP("localhost", 25) as relais:
    for einer in empfaenger:
        brief = EmailMessage()
        brief["From"], brief["To"], brief["Subject"] = "laden@hof-laden.example", einer, "Neues vom Hof"
        brief.set_content(vorlage.render(name=einer))
        relais.send_message(brief)
with open("/var/lib/newsletter/versandt.log.json", "a") as datei:
    datei.write(json.dumps(len(empfaenger)) + "\n")
S
script /srv/newsletter/bin/aufraeumen.sh <<'S'
#!/bin/bash
find /var/lib/newsletter -name '*.tmp' -mtime +30 -delete
jq -c 'unique' /var/lib/newsletter/empfaenger.json > /var/lib/newsletter/neu.tmp && mv /var/lib/newsletter/neu.tmp /var/lib/newsletter/empfaenger.json
S
mkdir -p /srv/newsletter/vorlagen /var/lib/newsletter /srv/newsletter/.git
echo 'Guten Tag {{ name }}' > /srv/newsletter/vorlagen/brief.txt
echo 'alt' > /srv/newsletter/vorlagen/brief.txt.bak
echo 'ref: refs/heads/master' > /srv/newsletter/.git/HEAD
echo '["anna@example.org"]' > /var/lib/newsletter/empfaenger.json
chown -R newsletter /var/lib/newsletter
printf 'MAILTO=""\n0 8 * * Mon buchhaltung /usr/bin/php /srv/mahnwesen/mahnlauf.php >/dev/null\n' > /etc/cron.d/mahnwesen
mkdir -p /srv/mahnwesen/vorlagen /srv/mahnwesen/daten
cat > /srv/mahnwesen/mahnlauf.php <<'S'
<?php
require __DIR__ . '/einstellungen.php';
$db = new PDO('sqlite:' . $datenbank);
$db->exec('create table if not exists mahnung (zeit text, stufe int)');
$text = file_get_contents(__DIR__ . '/vorlagen/mahnung.txt');
foreach ($db->query('select * from mahnung') as $zeile) { mail('kunde@example.org', 'Mahnung', $text); }
$db->exec("insert into mahnung values (datetime('now'), 1)");
S
printf '<?php\n$datenbank = "/srv/mahnwesen/daten/mahnungen.sqlite";\n$bank_passwort = "Felsenbirne-7781-bank";\n' > /srv/mahnwesen/einstellungen.php
echo 'Bitte zahlen.' > /srv/mahnwesen/vorlagen/mahnung.txt
sqlite3 /srv/mahnwesen/daten/mahnungen.sqlite 'create table mahnung (zeit text, stufe int)'
chown -R buchhaltung /srv/mahnwesen/daten
chmod 640 /srv/mahnwesen/einstellungen.php && chgrp buchhaltung /srv/mahnwesen/einstellungen.php
printf '*/2 * * * * root /usr/local/sbin/abgeschaltet\n' > /etc/cron.d/alt.disabled

# --- people's own crontabs
mkdir -p /home/versand/bin /home/versand/daten /home/versand/.ssh
script /home/versand/bin/statistik.sh <<'S'
#!/bin/sh
cd "$HOME/daten" || exit 1
sqlite3 -csv /var/lib/versand/bestellungen.db 'select count(*) from abruf' > statistik.csv
zip -q statistik.zip statistik.csv
echo "anbei" | mutt -s Statistik -a statistik.zip -- chef@hof.example.net
S
ssh-keygen -q -t ed25519 -N '' -C versand@mailer -f /home/versand/.ssh/id_lager
echo 'lager.example.net ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBadBadBadBadBadBadBadBadBadBadBadBadBadBadBadB' > /home/versand/.ssh/known_hosts
echo 'set realname="Versand"' > /home/versand/.muttrc
echo 'alte Notizen' > /home/versand/notizen.txt
chmod 700 /home/versand/.ssh
chown -R versand:versand /home/versand
crontab -u versand - <<'S'
MAILTO=versand
@hourly $HOME/bin/statistik.sh
*/10 7-18 * * * ssh -i /home/versand/.ssh/id_lager -o BatchMode=yes lager@lager.example.net cat bestand.csv > $HOME/daten/bestand.csv
# 0 0 * * * $HOME/bin/frueher.sh
S
crontab -u root - <<'S'
# Sicherung, seit 2014
0 3 * * * mysqldump --all-databases -h db.hof.example.net -u sicherung -pTollkirsche-3390-dump | gzip > /var/backups/db-$(date +\%u).sql.gz
15 3 * * 0 rsync -a --delete /srv/ nas.hof.example.net::sicherung/mailer/
S

# --- scripts of the administrator among the packages'
script /etc/cron.hourly/wechselkurse <<'S'
#!/bin/sh
# prices for the reports; the old file stays where the source does not answer
cd /var/lib/kurse || exit 1
curl -sf -m 10 http://kurse.example.net/heute.csv > kurse.neu || exit 0
mv kurse.neu kurse.csv
S
mkdir -p /var/lib/kurse && printf 'USD;1.09\nCHF;0.95\n' > /var/lib/kurse/kurse.csv
script /etc/cron.daily/rechnungsversand <<'S'
#!/usr/bin/python3
"""Mails the invoices of the day."""
import pathlib
import subprocess

for rechnung in sorted(pathlib.Path("/srv/rechnungen/ausgang").glob("*.txt")):
    text = "To: kunde@example.org\nFrom: rechnung@hof-laden.example\nSubject: Rechnung\n\n" + rechnung.read_text()
    subprocess.run(["/usr/sbin/sendmail", "-t"], input=text, text=True, check=True)
    rechnung.rename("/srv/rechnungen/versandt/" + rechnung.name)
S
mkdir -p /srv/rechnungen/ausgang /srv/rechnungen/versandt
echo 'zehn Eier' > /srv/rechnungen/ausgang/r-1001.txt
echo 'neun Eier' > /srv/rechnungen/versandt/r-1000.txt
script /etc/cron.weekly/inventur <<'S'
#!/bin/bash
ls -l /srv/rechnungen/versandt | mail -s Inventur edv@hof.example.net
S
echo '7 15 wochenbericht /usr/local/sbin/wochenbericht' >> /etc/anacrontab
script /usr/local/sbin/wochenbericht <<'S'
#!/bin/sh
/usr/local/sbin/tagesbericht "Woche $(date +%V)"
S

# --- timers of the administrator
cat > /etc/systemd/system/lagerabgleich.service <<'S'
[Unit]
Description=Stock against orders
[Service]
Type=oneshot
User=versand
Environment=LAGER=mitte
ExecStart=/usr/local/bin/lagerabgleich
S
printf '[Timer]\nOnCalendar=Mon..Fri 05:40\nPersistent=true\n[Install]\nWantedBy=timers.target\n' > /etc/systemd/system/lagerabgleich.timer
script /usr/local/bin/lagerabgleich <<'S'
#!/usr/bin/python3
import os, sqlite3
with sqlite3.connect("/var/lib/versand/bestellungen.db") as db:
    db.execute("create table if not exists lager (name text)")
    db.execute("insert into lager values (?)", (os.environ["LAGER"],))
S
systemctl enable lagerabgleich.timer

# --- what nobody needs
script /usr/local/sbin/altlast <<< '#!/bin/sh'
mkdir -p /srv/newsletter.2017 && echo alt > /srv/newsletter.2017/versende.pl
mkdir -p /usr/local/src/formmail && echo 'int main(){return 0;}' > /usr/local/src/formmail/formmail.c
mkdir -p /var/backups && echo dump > /var/backups/db-1.sql.gz
echo '[26/Nov] 3 Bestellungen' > /var/log/versand/holen.log.1
systemctl mask systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service dev-hugepages.mount getty@tty1.service \
    console-getty.service systemd-logind.service 2> /dev/null
systemctl enable ssh cron postfix
: > /etc/machine-id
rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -A
