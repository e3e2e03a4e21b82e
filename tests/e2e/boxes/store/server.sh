#!/bin/bash
# The API is nginx's own files; the cache takes whoever is on the network.
set -eu
. /root/setup/common
mkdir -p /srv/api/prices
echo '{"stock": [1, 2, 3], "of": "store01"}' > /srv/api/stock.json
echo '{"tulip": "1.20", "rose": "2.40"}' > /srv/api/prices/list.json
cat > /etc/nginx/sites-available/api <<'NGINX'
server {
    listen 10.213.77.20:8080;
    server_name store.lan;
    root /srv/api;
    default_type application/json;
    index stock.json;
}
server {
    listen 80;
    root /srv/api;
    location = / { return 200 "store01 is here for machines only\n"; }
}
NGINX
ln -s /etc/nginx/sites-available/api /etc/nginx/sites-enabled/api
sed -i 's/^bind .*/bind 0.0.0.0/; s/^protected-mode yes/protected-mode no/' /etc/redis/redis.conf
systemctl enable nginx redis-server ssh > /dev/null 2>&1
