#!/bin/bash
# nginx with TLS, a blog, certificates good and bad; mail and FTP.
set -euo pipefail
export LC_ALL=C
install -d -m 750 /etc/nginx/tls
certificate() { # NAME FROM TO SUBJECT SANs
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "/etc/nginx/tls/$1.key" -out "/etc/nginx/tls/$1.crt" \
        -subj "$4" -addext "subjectAltName=$5" -not_before "$2" -not_after "$3" 2> /dev/null
    chmod 600 "/etc/nginx/tls/$1.key"
}
certificate blog 20240101000000Z 20400101000000Z '/O=Dachboden/CN=blog.example.org' 'DNS:blog.example.org,DNS:www.blog.example.org'
certificate alt 20150301000000Z 20170301000000Z '/CN=alt.example.org' 'DNS:alt.example.org'
openssl req -x509 -newkey rsa:2048 -nodes -keyout /root/acme-ca.key -out /usr/local/share/ca-certificates/acme-root.crt \
    -subj '/O=Acme/CN=Acme Internal Root' -days 3650 2> /dev/null
rm /root/acme-ca.key
update-ca-certificates > /dev/null 2>&1
keytool -genkeypair -alias lager -keyalg EC -dname 'CN=lager.example.org, O=Dachboden' -validity 400 -storetype PKCS12 \
    -keystore /srv/tomcat/lager/conf/keystore.p12 -storepass Vogelbeere-1182-keystore > /dev/null 2>&1
chown tomcatuser: /srv/tomcat/lager/conf/keystore.p12

rm -f /etc/nginx/sites-enabled/default
cat > /etc/nginx/sites-available/blog <<'N'
server {
    listen 443 ssl;
    server_name blog.example.org www.blog.example.org;
    ssl_certificate /etc/nginx/tls/blog.crt;
    ssl_certificate_key /etc/nginx/tls/blog.key;
    root /var/www/blog;
    location ~ \.php$ { fastcgi_pass unix:/run/php/php8.4-fpm.sock; include fastcgi.conf; }
    location /rechnung/ { proxy_pass http://127.0.0.1:8380/; }
    location /kunden/ { proxy_pass http://127.0.0.1:8180; }
}
N
cat > /etc/nginx/sites-available/alt <<'N'
server { listen 8443 ssl; server_name alt.example.org; ssl_certificate /etc/nginx/tls/alt.crt; ssl_certificate_key /etc/nginx/tls/alt.key; return 410; }
N
cat > /etc/nginx/sites-available/never <<'N'
server { listen 9999; server_name never.example.org; }
N
ln -s ../sites-available/blog ../sites-available/alt /etc/nginx/sites-enabled/
cat > /etc/nginx/conf.d/managed.conf <<'N'
# Ansible managed: /srv/playbooks/web/managed.conf.j2
server { listen 8088; server_name portal.example.org; root /var/www/portal/public; access_log /srv/logs/portal.log; }
N
mkdir -p /srv/logs
mkdir -p /var/www/blog/wp-includes /var/www/blog/wp-content/plugins/forms /var/www/blog/wp-content/themes/attic /var/www/blog/wp-content/uploads/2019
cat > /var/www/blog/wp-config.php <<'P'
<?php
define( 'DB_NAME', 'blog' );
define( 'DB_USER', 'wp' );
define( 'DB_PASSWORD', 'Hartriegel-7745-blog' );
define( 'DB_HOST', 'db.example.org:3306' );
$table_prefix = 'wp_';
P
printf '<?php\n$wp_version = %s;\n$required_php_version = %s;\n' "'6.1.1'" "'5.6.20'" > /var/www/blog/wp-includes/version.php
printf '<?php\n/*\nPlugin Name: Attic Forms\nVersion: 2.0.5\n*/\n' > /var/www/blog/wp-content/plugins/forms/forms.php
printf '/*\nTheme Name: Attic\nVersion: 0.4\n*/\n' > /var/www/blog/wp-content/themes/attic/style.css
echo '<?php echo "blog";' > /var/www/blog/index.php
for n in 1 2 3; do head -c 4000 /dev/urandom > /var/www/blog/wp-content/uploads/2019/$n.jpg; done
chown -R www-data: /var/www/blog
chmod 640 /var/www/blog/wp-config.php

# --- mail
postconf -e 'relayhost = [smtp.example.org]:587' 'mydestination = attic01.example.org, localhost' 'inet_interfaces = loopback-only' \
    'smtp_sasl_auth_enable = yes' 'smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd' 'alias_maps = hash:/etc/aliases'
echo '[smtp.example.org]:587 attic:Schlehdorn-9026-relay' > /etc/postfix/sasl_passwd
chmod 600 /etc/postfix/sasl_passwd
postmap /etc/postfix/sasl_passwd
printf 'root: karin@example.org\nsupport: |/usr/local/bin/ticket\n' >> /etc/aliases
newaliases
