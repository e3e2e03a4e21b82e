#!/bin/bash
# Makes sites01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin > /etc/timezone
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash anna
useradd -m -s /bin/bash webmaster
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
A=/etc/apache2
W=/srv/www
write() { mkdir -p "$(dirname "$1")"; cat > "$1"; }
page() { write "$1" <<< "<html><body><h1>$2</h1></body></html>"; }
site() { write "$A/sites-available/$1.conf"; }
key() {  # place of the key, place of the certificate, name, passphrase
    openssl req -x509 -newkey rsa:2048 -nodes -days 7300 -subj "/CN=$3" -keyout /tmp/key -out "$2" 2> /dev/null
    if [ -n "${4:-}" ]; then openssl rsa -aes256 -passout "pass:$4" -in /tmp/key -out "$1" 2> /dev/null; else cp /tmp/key "$1"; fi
    chmod 600 "$1"
    rm /tmp/key
}

# --- what all of them share
write $A/snippets/logs.conf <<'S'
LogFormat "%v %h %t \"%r\" %>s %b" knapp
ErrorDocument 404 /fehler/404.html
Alias /fehler /srv/www/gemeinsam/fehler
<Directory /srv/www/gemeinsam>
    Require all granted
</Directory>
S
page $W/gemeinsam/fehler/404.html "Das gibt es hier nicht"
write $A/conf-available/eigene.conf <<'S'
ServerName sites01.example.org
ServerTokens Prod
<Directory /srv/www>
    Options FollowSymLinks
    AllowOverride All
    Require all granted
</Directory>
S
printf 'Listen 80\nListen 8080\n<IfModule ssl_module>\n\tListen 443\n</IfModule>\n' > $A/ports.conf
page /var/www/html/index.html "Hier ist nichts"

# --- the company: plain to TLS, includes on the server's side, a redirect of its old name
site firma <<'S'
<VirtualHost *:80>
    ServerName firma.example.org
    ServerAlias www.firma.example.org
    Redirect permanent / https://firma.example.org/
</VirtualHost>
<VirtualHost *:443>
    ServerName firma.example.org
    ServerAlias www.firma.example.org
    DocumentRoot /srv/www/firma/htdocs
    SSLEngine on
    SSLCertificateFile /etc/ssl/certs/firma.pem
    SSLCertificateKeyFile /etc/ssl/private/firma.key
    Include snippets/logs.conf
    CustomLog "|/usr/bin/rotatelogs /var/log/apache2/firma-access.%Y-%m 2592000" knapp
    ErrorLog ${APACHE_LOG_DIR}/firma-error.log
    <Directory /srv/www/firma/htdocs>
        Options +Includes
        AddOutputFilter INCLUDES .shtml
        DirectoryIndex index.shtml
    </Directory>
</VirtualHost>
S
key /etc/ssl/private/firma.key /etc/ssl/certs/firma.pem firma.example.org
write $W/firma/htdocs/index.shtml <<< '<h1>Firma</h1><!--#include virtual="/teile/fuss.html" -->'
write $W/firma/htdocs/teile/fuss.html <<< '<p>Seit 1987 in Hamm</p>'
site alt <<'S'
<VirtualHost *:80>
    ServerName alt.example.org
    RedirectMatch 301 ^/produkte/(.*)$ https://firma.example.org/sortiment/$1
    Redirect 301 / https://firma.example.org/
</VirtualHost>
S

# --- a club with a protected area, and its logs in its own folder
site verein <<'S'
<VirtualHost *:80>
    ServerName verein.example.net
    ServerAlias www.verein.example.net verein.example.com
    DocumentRoot /srv/www/verein/htdocs
    Include snippets/logs.conf
    CustomLog /srv/www/verein/logs/access.log knapp
    ErrorLog /srv/www/verein/logs/error.log
</VirtualHost>
S
page $W/verein/htdocs/index.html "Ruderverein"
page $W/verein/htdocs/intern/protokolle.html "Protokolle"
write $W/verein/htdocs/intern/.htaccess <<'S'
AuthType Basic
AuthName "Nur Mitglieder"
AuthUserFile /srv/www/verein/passwd/mitglieder
AuthGroupFile /srv/www/verein/passwd/gruppen
Require group vorstand
S
write $W/verein/passwd/mitglieder <<'S'
kassenwart:$apr1$schlehe1$7TGfWJz9q.oku04VYVrIq.
ruderwart:$apr1$schlehe2$SA2k/hJOu13zZ0qaoeSg51
S
echo 'vorstand: kassenwart' > $W/verein/passwd/gruppen
chgrp -R www-data $W/verein/passwd
chmod 640 $W/verein/passwd/*
mkdir -p $W/verein/logs

# --- documents to take away, a folder elsewhere under an alias, listed
site download <<'S'
<VirtualHost *:80>
    ServerName download.example.org
    DocumentRoot /srv/www/download
    Alias /pub/ /data/pub/
    <Directory /data/pub>
        Options +Indexes
        IndexOptions FancyIndexing
        HeaderName KOPF.html
        Require all granted
    </Directory>
    Include snippets/logs.conf
</VirtualHost>
S
page $W/download/index.html "Unterlagen"
write /data/pub/KOPF.html <<< '<h2>Treiber</h2>'
head -c 40000 /dev/urandom > /data/pub/treiber-3.1.zip

# --- the manual, kept with git, with addresses of before
site doku <<'S'
<VirtualHost *:80>
    ServerName doku.example.org
    DocumentRoot /srv/www/doku
    Include snippets/logs.conf
</VirtualHost>
S
page $W/doku/index.html "Handbuch"
page $W/doku/kapitel/pumpe.html "Die Pumpe"
write $W/doku/.htaccess <<'S'
RewriteEngine On
RewriteRule ^seite/([a-z]+)$ kapitel/$1.html [L]
<FilesMatch "^\.git">
    Require all denied
</FilesMatch>
Header set X-Handbuch "7"
S
git -c init.defaultBranch=main init -q $W/doku
(cd $W/doku && git add -A && git -c user.name=a -c user.email=a@example.org commit -q -m Stand)

# --- somebody's own pages
site anna <<'S'
<VirtualHost *:80>
    ServerName anna.example.net
    DocumentRoot "/home/anna/public_html"
    <Directory "/home/anna/public_html">
        AllowOverride None
        Require all granted
    </Directory>
</VirtualHost>
S
page /home/anna/public_html/index.html "Annas Garten"
write /home/anna/notizen.txt <<< 'Milch'
write /home/anna/Bilder/urlaub.jpg < <(head -c 30000 /dev/urandom)
chown -R anna: /home/anna
chmod 755 /home/anna

# --- the weather: a job brings the picture
site wetter <<'S'
<VirtualHost *:80>
    ServerName wetter.example.org
    DocumentRoot /srv/www/wetter/htdocs
    Include snippets/logs.conf
    <Files aktuell.jpg>
        Header set Cache-Control "no-cache"
    </Files>
</VirtualHost>
S
page $W/wetter/htdocs/index.html "Wetter am Wehr"
write $W/wetter/bin/bild-holen <<'S'
#!/bin/sh
# The camera at the weir. Its password is on the box, too.
set -e
ziel=/srv/www/wetter/htdocs/bilder
curl -s -m 5 -u betrachter:Eibisch-7731-kamera http://kamera.example.net/bild.jpg -o $ziel/neu.jpg
mv $ziel/neu.jpg $ziel/aktuell.jpg
date > $ziel/stand.txt
S
chmod 755 $W/wetter/bin/bild-holen
mkdir -p $W/wetter/htdocs/bilder
head -c 20000 /dev/urandom > $W/wetter/htdocs/bilder/aktuell.jpg
date > $W/wetter/htdocs/bilder/stand.txt
chown -R webmaster: $W/wetter/htdocs/bilder
write /var/spool/cron/crontabs/webmaster <<'S'
# m h dom mon dow command
*/15 * * * * /srv/www/wetter/bin/bild-holen > /dev/null 2>&1
#0 3 * * * rsync -a /srv/www/ sicherung@192.0.2.77:/web/
S
chown webmaster:crontab /var/spool/cron/crontabs/webmaster
chmod 600 /var/spool/cron/crontabs/webmaster

# --- customers, each a folder: no host is named
site kunden <<'S'
<VirtualHost *:80>
    ServerName kunden.example.org
    ServerAlias *.kunden.example.org
    UseCanonicalName Off
    VirtualDocumentRoot /srv/kunden/%1/web
    <Directory /srv/kunden>
        Require all granted
    </Directory>
</VirtualHost>
S
page /srv/kunden/mueller/web/index.html "Dachdecker"
page /srv/kunden/schmidt/web/index.html "Blumen"

# --- maps: a key with a passphrase, which a script tells
site karten <<'S'
<VirtualHost *:443>
    ServerName karten.example.org
    DocumentRoot /srv/www/karten
    SSLEngine on
    SSLCertificateFile /etc/apache2/ssl/karten.crt
    SSLCertificateKeyFile /etc/apache2/ssl/karten.key
    Include snippets/logs.conf
</VirtualHost>
S
mkdir -p $A/ssl
key $A/ssl/karten.key $A/ssl/karten.crt karten.example.org Weissdorn-5512-karten
write $A/ssl/passwort.sh <<< $'#!/bin/sh\necho Weissdorn-5512-karten'
chmod 700 $A/ssl/passwort.sh
sed -i 's|SSLPassPhraseDialog .*|SSLPassPhraseDialog exec:/etc/apache2/ssl/passwort.sh|' $A/mods-available/ssl.conf
page $W/karten/index.html "Wanderkarten"

# --- for the house alone, on a port of its own
site intern <<'S'
<VirtualHost *:8080>
    ServerName intern.example.org
    DocumentRoot /srv/www/intern
    <Directory /srv/www/intern>
        Require ip 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.1
    </Directory>
    <Location /stand>
        SetHandler server-status
        Require local
    </Location>
</VirtualHost>
S
page $W/intern/index.html "Telefonliste"

# --- its pages are gone, and nobody noticed; one that is switched off
site kampagne <<'S'
<VirtualHost *:80>
    ServerName kampagne.example.org
    DocumentRoot /srv/www/kampagne2016
</VirtualHost>
S
site messe <<'S'
<VirtualHost *:80>
    ServerName messe.example.org
    DocumentRoot /srv/www/messe2014
</VirtualHost>
S
page $W/messe2014/index.html "Messe 2014"
a2enmod -q ssl rewrite headers include vhost_alias authz_groupfile > /dev/null
a2enconf -q eigene > /dev/null
for one in firma alt verein download doku anna wetter kunden karten intern kampagne; do a2ensite -q $one > /dev/null; done

# --- what was left behind
cp $A/sites-available/firma.conf $A/sites-available/firma.conf.bak
cp $A/sites-available/firma.conf $A/sites-available/firma.conf.2019-03-01
cp $A/sites-available/verein.conf $A/sites-available/verein.conf.dpkg-old
cp $A/ports.conf $A/ports.conf~
cp -r $W/firma/htdocs $W/firma/htdocs.old
cp $W/firma/htdocs/index.shtml $W/firma/htdocs/index.shtml~
cp $W/verein/htdocs/index.html $W/verein/htdocs/index.html.bak
cp /etc/ssl/private/firma.key /root/firma-2017.key
tar czf $W/firma-2019.tar.gz -C $W firma
head -c 700000 /dev/urandom > /var/log/apache2/access.log.1
write /etc/systemd/system/webcam-relay.service <<'S'
[Unit]
Description=Relay of the old camera
[Service]
ExecStart=/usr/local/bin/webcam-relay
[Install]
WantedBy=multi-user.target
S
write /usr/local/bin/webcam-relay <<< $'#!/bin/sh\nexec sleep infinity'
chmod 755 /usr/local/bin/webcam-relay
systemctl enable -q apache2 cron ssh nagios-nrpe-server
apache2ctl configtest
rm -rf /tmp/*
