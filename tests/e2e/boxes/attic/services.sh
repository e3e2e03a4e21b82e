#!/bin/bash
# Units of every kind, supervisor, and what runs at a time.
set -euo pipefail
export LC_ALL=C
unit() { cat > "/etc/systemd/system/$1"; }

# --- the ledger: a virtual environment, an open SQLite file, secrets in its environment, a drop-in
install -d -o ledger -g ledger /var/lib/ledger /var/log/ledger
cat > /opt/ledger/app.py <<'P'
import http.server, sqlite3, ledgerlib
base = sqlite3.connect("/var/lib/ledger/ledger.db", check_same_thread=False)
base.execute("create table if not exists entry (id integer primary key, amount integer)")
base.execute("insert into entry (amount) values (1)")
base.commit()
log = open("/var/log/ledger/ledger.log", "a")
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ledger " + ledgerlib.__version__.encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", 8600), Page).serve_forever()
P
printf 'LEDGER_DB_PASSWORD=Mehlbeere-4410-ledger\nLEDGER_MODE=live\n' > /etc/default/ledger
chmod 600 /etc/default/ledger
unit ledger.service <<'U'
[Unit]
Description=The ledger
[Service]
User=ledger
EnvironmentFile=/etc/default/ledger
ExecStart=/opt/ledger/venv/bin/python /opt/ledger/app.py
Restart=on-failure
[Install]
WantedBy=multi-user.target
U
mkdir -p /etc/systemd/system/ledger.service.d
printf '[Service]\nLimitNOFILE=12345\nEnvironment=LEDGER_BRANCH=Graz\n' > /etc/systemd/system/ledger.service.d/10-local.conf
mkdir -p /etc/systemd/system/nginx.service.d
printf '[Service]\nRestart=always\n' > /etc/systemd/system/nginx.service.d/restart.conf

unit notifier.service <<'U'
[Unit]
Description=Notifier
[Service]
User=otto
WorkingDirectory=/opt/notifier
ExecStart=/usr/bin/node server.js
Environment=NODE_ENV=production
[Install]
WantedBy=multi-user.target
U
unit 'worker@.service' <<'U'
[Unit]
Description=Worker %i
[Service]
ExecStart=/bin/sleep 10000%i
User=nobody
U
unit broken.service <<'U'
[Unit]
Description=Fails at its start
[Service]
ExecStart=/bin/false
[Install]
WantedBy=multi-user.target
U
unit old-sync.service <<'U'
[Unit]
Description=Nobody starts this any more
[Service]
ExecStart=/usr/local/bin/old-sync
[Install]
WantedBy=multi-user.target
U
ln -s /dev/null /etc/systemd/system/legacy-exporter.service
unit nightly.service <<'U'
[Unit]
Description=Nightly closing
[Service]
Type=oneshot
User=ledger
ExecStart=/usr/local/bin/close-books --night
U
unit nightly.timer <<'U'
[Timer]
OnCalendar=Mon..Fri *-*-* 03:30:00
Persistent=true
[Install]
WantedBy=timers.target
U
unit heartbeat.service <<'U'
[Service]
Type=oneshot
ExecStart=/bin/true
U
unit heartbeat.timer <<'U'
[Timer]
OnBootSec=2h
OnUnitActiveSec=4h
[Install]
WantedBy=timers.target
U
unit greet.socket <<'U'
[Socket]
ListenStream=7007
Accept=yes
[Install]
WantedBy=sockets.target
U
unit 'greet@.service' <<'U'
[Service]
ExecStart=/bin/echo hello
StandardInput=socket
U
unit incoming.path <<'U'
[Path]
PathExistsGlob=/srv/incoming/*.csv
[Install]
WantedBy=multi-user.target
U
unit incoming.service <<'U'
[Service]
Type=oneshot
ExecStart=/usr/local/bin/take-in
U
unit srv-scratch.mount <<'U'
[Mount]
What=tmpfs
Where=/srv/scratch
Type=tmpfs
Options=size=3m,mode=1777
[Install]
WantedBy=multi-user.target
U
# Bound to its machine: multicast, raw sockets, a real-time priority.
cat > /usr/local/sbin/telemetry <<'P'
#!/usr/bin/python3
import socket, struct, time
group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
group.bind(("", 5353 + 100))
group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4s", socket.inet_aton("239.7.7.7"), socket.inet_aton("127.0.0.1")))
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
while True:
    time.sleep(600)
P
chmod 755 /usr/local/sbin/telemetry
unit telemetry.service <<'U'
[Unit]
Description=Telemetry
[Service]
ExecStart=/usr/local/sbin/telemetry
LimitMEMLOCK=64M
[Install]
WantedBy=multi-user.target
U
unit acme-agent.service <<'U'
[Service]
ExecStart=/opt/acme-agent/bin/acme-agent
[Install]
WantedBy=multi-user.target
U
printf '#!/bin/sh\nexit 0\n' | tee /usr/local/bin/close-books /usr/local/bin/take-in /usr/local/bin/backup-shell /usr/local/bin/ticket > /dev/null
chmod 755 /usr/local/bin/{close-books,take-in,backup-shell,ticket}
systemctl enable -q ledger.service notifier.service broken.service nightly.timer heartbeat.timer greet.socket incoming.path \
    srv-scratch.mount telemetry.service acme-agent.service
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s ../worker@.service /etc/systemd/system/multi-user.target.wants/worker@1.service
ln -s ../worker@.service /etc/systemd/system/multi-user.target.wants/worker@2.service
systemctl disable -q apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer 2> /dev/null || true

# --- a unit of a user
install -d -o karin -g karin /home/karin/.config /home/karin/.config/systemd /home/karin/.config/systemd/user /home/karin/.config/systemd/user/default.target.wants
printf '[Unit]\nDescription=Notes of Karin\n[Service]\nExecStart=/home/karin/bin/notes --port 4545\n[Install]\nWantedBy=default.target\n' > /home/karin/.config/systemd/user/notes.service
ln -s ../notes.service /home/karin/.config/systemd/user/default.target.wants/notes.service
install -d /var/lib/systemd/linger
: > /var/lib/systemd/linger/karin

# --- supervisor
printf '#!/bin/sh\nwhile :; do sleep 500; done\n' > /usr/local/bin/mailer
chmod 755 /usr/local/bin/mailer
cat > /etc/supervisor/conf.d/mailer.conf <<'S'
[program:mailer]
command=/usr/local/bin/mailer --queue /srv/queue
user=nobody
environment=QUEUE="main",API_KEY="Feldahorn-2255-mailer"
stdout_logfile=/var/log/mailer.log
[program:retired]
command=/usr/local/bin/retired
autostart=false
S

# --- cron in all its places
cat > /etc/cron.d/reports <<'C'
MAILTO=karin@example.org
CRON_TZ=America/New_York
REPORT_DIR="/srv/re ports"
15 4 * * 1-5 karin /usr/local/bin/close-books --report "week \%V"
#5 5 * * * root /usr/local/bin/never-run
@weekly otto /usr/bin/find /srv/logs -mtime +30
C
printf '* * * * * root /usr/local/bin/ignored\n' > /etc/cron.d/ignored.bak
printf '#!/bin/sh\nexit 0\n' | tee /etc/cron.daily/aaa-backup /etc/cron.daily/skipped.sh /etc/cron.weekly/no-x /etc/cron.hourly/rotate > /dev/null
chmod 755 /etc/cron.daily/aaa-backup /etc/cron.daily/skipped.sh /etc/cron.hourly/rotate
printf 'PATH=/home/karin/bin:/usr/bin:/bin\n@reboot /home/karin/bin/notes --port 4545\n*/20 7-19 * * * /usr/bin/curl -su karin:Traubenkirsche-8081-cron https://intranet.example.org/ping\n' | crontab -u karin -
printf '30 2 * * 0 tar -C /srv -czf /root/sicherung/srv.tgz data\n' | crontab -
echo '7 12 monthly.inventory nice /usr/local/bin/close-books --inventory' >> /etc/anacrontab
su -s /bin/sh otto -c 'cd /srv/home/otto && echo "/usr/local/bin/close-books --once" | at -t 203602010345' 2> /dev/null
