#!/bin/bash
# The site: pages of its own, an API behind it by address and by name, and a counter that a job and a service keep elsewhere.
set -eu
. /root/setup/common
mkdir -p /srv/www /opt/visits
echo '<html><head><title>Front</title></head><body><h1>Front of the house</h1></body></html>' > /srv/www/index.html
cat > /etc/nginx/sites-available/front <<'NGINX'
upstream stock {
    server 10.213.77.20:8080;  # store01
}
server {
    listen 80;
    server_name front.example.net;
    root /srv/www;
    location /stock/ { proxy_pass http://stock/; }
    location /prices/ { proxy_pass http://store.lan:8080/prices/; }
    location /visits { proxy_pass http://127.0.0.1:7070; }
}
NGINX
ln -s /etc/nginx/sites-available/front /etc/nginx/sites-enabled/front
# The address stands in a syntax of its own, in a file of no known format.
printf 'backend 10.213.77.20 6379\n' > /opt/visits/visits.conf
cat > /opt/visits/visits.env <<'ENV'
CACHE_URL=redis://10.213.77.20:6379/0
ENV
cat > /opt/visits/visits.py <<'PY'
#!/usr/bin/python3
"""Counts visits: the number is kept in the cache of another machine, over one connection that stays open."""
import os, socket
from http.server import BaseHTTPRequestHandler, HTTPServer

host, port = os.environ["CACHE_URL"].split("//")[1].split("/")[0].split(":")
cache = socket.create_connection((host, int(port)))


class Visits(BaseHTTPRequestHandler):
    def do_GET(self):
        cache.sendall(b"INCR visits\r\n")
        found = cache.recv(100).decode().strip().lstrip(":")
        body = f"visits are counted: {int(found) > 0}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("127.0.0.1", 7070), Visits).serve_forever()
PY
cat > /etc/systemd/system/visits.service <<'UNIT'
[Unit]
Description=Visits
After=network-online.target
[Service]
EnvironmentFile=/opt/visits/visits.env
ExecStart=/usr/bin/python3 /opt/visits/visits.py
User=www-data
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
UNIT
cat > /usr/local/bin/remember <<'SH'
#!/bin/sh
# When the house was last looked after.
redis-cli -h store.lan set looked-after "$(date -u +%s)" | grep -q OK
SH
chmod 755 /usr/local/bin/remember /opt/visits/visits.py
echo '*/5 * * * * www-data /usr/local/bin/remember' > /etc/cron.d/remember
systemctl enable nginx visits cron ssh > /dev/null 2>&1
