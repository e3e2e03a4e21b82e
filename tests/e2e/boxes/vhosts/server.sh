#!/bin/bash
# What administrators made of the machine, from 2013 to now.
set -euo pipefail
useradd -m -s /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
useradd -m -s /bin/bash petra
useradd -m -s /bin/bash deploy
echo vhosts01 > /etc/hostname

page() { install -d "$1"; printf '<html><title>%s</title><body>%s</body></html>\n' "$2" "$2" > "$1/index.html"; }
site() { cat > "/etc/apache2/sites-available/$1.conf"; a2ensite -q "$1" > /dev/null; }
pair() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=$1" -addext "subjectAltName=DNS:$1,DNS:www.$1" \
        -keyout "$2" -out "$3" 2> /dev/null
    chmod 640 "$2"
}
a2enmod -q rewrite ssl headers alias expires include auth_basic userdir > /dev/null
a2dissite -q 000-default > /dev/null

# 1-3: plain ones, by different hands in different places.
page /var/www/baeckerei/htdocs 'Bäckerei Lindner'
mkdir -p /var/www/baeckerei/logs
site 010-baeckerei <<'C'
<VirtualHost *:80>
    ServerName www.baeckerei-lindner.example
    ServerAlias baeckerei-lindner.example
    DocumentRoot /var/www/baeckerei/htdocs
    ErrorLog /var/www/baeckerei/logs/error.log
    CustomLog /var/www/baeckerei/logs/access.log combined
</VirtualHost>
C
page /srv/web/gesangverein 'Gesangverein Concordia'
page /srv/web/gesangverein/noten 'Noten'
site gesangverein <<'C'
<VirtualHost *:80>
    ServerName concordia.example
    DocumentRoot /srv/web/gesangverein
    Alias /bilder /srv/bilder/concordia
    <Directory /srv/web/gesangverein>
        Require all granted
        AllowOverride All
        Options +Includes
    </Directory>
    <Directory /srv/bilder/concordia>
        Require all granted
    </Directory>
</VirtualHost>
C
install -d /srv/bilder/concordia
head -c 40000 /dev/zero | tr '\0' 'b' > /srv/bilder/concordia/fest.jpg
printf 'AuthType Basic\nAuthName Noten\nAuthUserFile /etc/apache2/passwd/concordia\nRequire valid-user\n' > /srv/web/gesangverein/noten/.htaccess
install -d /etc/apache2/passwd
printf 'chor:$apr1$Gr4s7Hal$m9Xq0dWmOr4PoSDxUcJcB/\n' > /etc/apache2/passwd/concordia
chmod 640 /etc/apache2/passwd/concordia
chgrp www-data /etc/apache2/passwd/concordia
page /opt/sites/kanzlei/public 'Kanzlei Ohm'
site kanzlei <<'C'
<VirtualHost *:80>
    ServerName kanzlei-ohm.example
    Redirect permanent / https://kanzlei-ohm.example/
</VirtualHost>
<VirtualHost *:443>
    ServerName kanzlei-ohm.example
    ServerAlias www.kanzlei-ohm.example
    DocumentRoot /opt/sites/kanzlei/public
    SSLEngine on
    SSLCertificateFile /etc/ssl/kanzlei/kanzlei.crt
    SSLCertificateKeyFile /etc/ssl/private/kanzlei.key
    Header always set Strict-Transport-Security "max-age=63072000"
    <Directory /opt/sites/kanzlei/public>
        Require all granted
    </Directory>
</VirtualHost>
C
install -d /etc/ssl/kanzlei
pair kanzlei-ohm.example /etc/ssl/private/kanzlei.key /etc/ssl/kanzlei/kanzlei.crt

# 4: in a home, with another certificate; 5: the same home's second site.
page /home/petra/web/foto 'Foto Petra'
page /home/petra/web/alt-aber-da 'Archiv 1998'
chmod 755 /home/petra
echo 'meine Passwoerter: siehe Zettel' > /home/petra/notizen.txt
site petra <<'C'
<VirtualHost *:443>
    ServerName foto-petra.example
    DocumentRoot /home/petra/web/foto
    SSLEngine on
    SSLCertificateFile /home/petra/tls/foto.pem
    SSLCertificateKeyFile /home/petra/tls/foto.key
    <Directory /home/petra/web>
        Require all granted
    </Directory>
</VirtualHost>
<VirtualHost *:80>
    ServerName archiv.foto-petra.example
    DocumentRoot /home/petra/web/alt-aber-da
    <Directory /home/petra/web>
        Require all granted
    </Directory>
</VirtualHost>
C
install -d /home/petra/tls
pair foto-petra.example /home/petra/tls/foto.key /home/petra/tls/foto.pem

# 6-9: of one agency, by a macro and a shared include.
a2enmod -q macro > /dev/null
cat > /etc/apache2/conf-available/agentur.conf <<'C'
<Macro Agentur $name>
    <VirtualHost *:80>
        ServerName $name.agentur.example
        DocumentRoot /srv/agentur/$name
        Include /etc/apache2/agentur.d/*.inc
        CustomLog /var/log/apache2/agentur-$name.log combined
        <Directory /srv/agentur/$name>
            Require all granted
            AllowOverride FileInfo
        </Directory>
    </VirtualHost>
</Macro>
Use Agentur hotel
Use Agentur zahnarzt
Use Agentur autohaus
Use Agentur floristik
UndefMacro Agentur
C
a2enconf -q agentur > /dev/null
install -d /etc/apache2/agentur.d
printf 'ExpiresActive on\nExpiresDefault "access plus 1 hour"\n' > /etc/apache2/agentur.d/cache.inc
for name in hotel zahnarzt autohaus floristik; do page "/srv/agentur/$name" "Agentur: $name"; done
printf 'RewriteEngine on\nRewriteRule ^zimmer/([0-9]+)$ /index.html?zimmer=$1 [L]\n' > /srv/agentur/hotel/.htaccess

# 10: its folder is a checkout; 11: a release behind a link; 12: whatever has no name, on another port as well.
page /srv/doku/html 'Dokumentation'
git -C /srv/doku init -q
git -C /srv/doku -c user.name=x -c user.email=x@example.org add html
git -C /srv/doku -c user.name=x -c user.email=x@example.org commit -qm start
site doku <<'C'
<VirtualHost *:80>
    ServerName doku.example
    DocumentRoot /srv/doku/html
    <DirectoryMatch "/\.git">
        Require all denied
    </DirectoryMatch>
    <Directory /srv/doku/html>
        Require all granted
    </Directory>
</VirtualHost>
C
page /srv/shopfenster/releases/2019 'Schaufenster 2019'
page /srv/shopfenster/releases/2023 'Schaufenster 2023'
ln -s releases/2023 /srv/shopfenster/current
site shopfenster <<'C'
<VirtualHost *:80>
    ServerName schaufenster.example
    DocumentRoot /srv/shopfenster/current
    <Directory /srv/shopfenster>
        Require all granted
        Options FollowSymLinks
    </Directory>
</VirtualHost>
C
page /var/www/html 'Hier ist nichts'
echo 'Listen 8081' >> /etc/apache2/ports.conf
site 000-rest <<'C'
<VirtualHost *:80 *:8081>
    ServerName vhosts01
    DocumentRoot /var/www/html
</VirtualHost>
C

# What is over: a site that was switched off, one whose folder is gone, copies of everything.
page /srv/web/tierheim 'Tierheim, umgezogen 2017'
printf '<VirtualHost *:80>\n ServerName tierheim.example\n DocumentRoot /srv/web/tierheim\n</VirtualHost>\n' > /etc/apache2/sites-available/tierheim.conf
printf '<VirtualHost *:80>\n ServerName weg.example\n DocumentRoot /srv/web/gibtsnicht\n</VirtualHost>\n' > /etc/apache2/sites-available/weg.conf
a2ensite -q weg > /dev/null 2>&1 || true
cp /etc/apache2/sites-available/kanzlei.conf /etc/apache2/sites-available/kanzlei.conf.bak
cp -r /var/www/baeckerei/htdocs /var/www/baeckerei/htdocs.2014
tar -C /srv/web -czf /srv/web/gesangverein-2016.tar.gz gesangverein
echo '0 4 * * * root find /var/www/baeckerei/logs -name "*.gz" -mtime +60 -delete' > /etc/cron.d/aufraeumen
mkdir -p /usr/local/src/mod_alt
echo 'int main(void){return 0;}' > /usr/local/src/mod_alt/mod_alt.c
systemctl enable apache2 ssh cron rsyslog > /dev/null 2>&1
