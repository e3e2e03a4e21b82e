#!/bin/bash
# Makes pyweb01 out of a Debian machine with its packages. Every password in here is a planted constant (truth.yaml).
set -euo pipefail
export LC_ALL=C.UTF-8
cd /root/setup/files
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
systemctl mask -q systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket \
    systemd-udevd-control.socket systemd-logind.service systemd-modules-load.service getty.target \
    console-getty.service dev-hugepages.mount 2> /dev/null
useradd -m -s /bin/bash -G sudo admin
useradd -m -s /bin/bash sandra
useradd -r -m -d /home/verein -s /bin/bash verein
install -d -m 700 -o admin -g admin /home/admin/.ssh
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 440 /etc/sudoers.d/admin
sed -i 's/^#\?UseDNS .*/UseDNS no/' /etc/ssh/sshd_config
ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
echo Europe/Berlin > /etc/timezone
sed -i 's/^# *de_DE.UTF-8/de_DE.UTF-8/' /etc/locale.gen
locale-gen > /dev/null

# --- the virtualenv, and the one of the Python before the last upgrade of the distribution
top=/srv/verein
install -d -o sandra -g verein $top
python3 -m venv $top/venv
cp -r /root/wheels/tree/usr/lib/python3/dist-packages/. $top/venv/lib/python3.11/site-packages/
rm -rf /root/wheels
program() { # NAME MODULE FUNCTION
    printf '#!%s/venv/bin/python3\nimport sys\nfrom %s import %s\nif __name__ == "__main__":\n    sys.exit(%s())\n' \
        $top "$2" "$3" "$3" > $top/venv/bin/"$1"
    chmod 755 $top/venv/bin/"$1"
}
program gunicorn gunicorn.app.wsgiapp run
program celery celery.__main__ main
program django-admin django.core.management execute_from_command_line
install -d $top/venv.py37/bin $top/venv.py37/lib/python3.7/site-packages/django
ln -s /usr/bin/python3.7 $top/venv.py37/bin/python3
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.7.3\n' > $top/venv.py37/pyvenv.cfg
echo 'VERSION = (1, 11, 29)' > $top/venv.py37/lib/python3.7/site-packages/django/__init__.py

# --- the application: a checkout, with what was needed to build its front end
cp -r app $top/app
printf '%s' "$(cat env)" > $top/app/.env
gcc -shared -fPIC -O2 $(python3-config --includes) -o $top/venv/lib/python3.11/site-packages/pruefziffer.cpython-311-x86_64-linux-gnu.so \
    pruefziffer.c
install -d $top/app/node_modules/webpack $top/app/node_modules/.bin
echo '{"name": "webpack", "version": "4.46.0"}' > $top/app/node_modules/webpack/package.json
head -c 300000 /dev/zero > $top/app/node_modules/webpack/bundle.js
cp $top/app/verein/settings.py $top/app/verein/settings.py.orig
echo 'DATABASES = {"default": {"PASSWORD": "alt"}}' > $top/app/verein/local_settings.py.bak
cd $top/app
git init -q . 2> /dev/null
git -c user.name=Sandra -c user.email=sandra@example.org add -A
git -c user.name=Sandra -c user.email=sandra@example.org commit -q -m 'Stand'
cd /root/setup/files
install -d $top/bin $top/static $top/export $top/app/media $top/app/var
install -m 755 export.sh $top/bin/export.sh
install -d -o verein -g verein /var/log/verein

# --- the database, with what the application put there
pg_ctlcluster 15 main start
su postgres -c "psql -q -v ON_ERROR_STOP=1" < db/roles.sql
cd $top/app
chown -R sandra:verein $top/app
chown -R verein:verein $top/app/media $top/app/var $top/export
chmod 640 .env
set -a; . ./.env; set +a
redis-server --daemonize yes --dir /tmp > /dev/null
run() { su -s /bin/bash verein -c "cd $top/app && $top/venv/bin/python manage.py $*"; }
run migrate -v 0
run anlegen
$top/venv/bin/python manage.py collectstatic --noinput -v 0
redis-cli shutdown nosave 2> /dev/null || true
pg_ctlcluster 15 main stop
chown -R sandra:verein $top/app $top/static
chown -R verein:verein $top/app/media $top/app/var $top/export /var/log/verein
find $top -name __pycache__ -path '*app*' -prune -exec rm -rf {} +
for number in 1 2 3 4; do head -c 2000 /dev/urandom > $top/app/media/portrait-$number.jpg; done
chown verein:verein $top/app/media/*
echo 'name;beitrag' > $top/export/mitglieder-2023.csv
chown verein:verein $top/export/*
cd /root/setup/files

# --- units; one was disabled two years ago, one fails since its bank changed something
install -m 644 units/* /etc/systemd/system/
printf 'd /run/verein 0755 verein www-data -\n' > /etc/tmpfiles.d/verein.conf
systemctl enable -q verein-web.socket verein-web verein-worker@1 verein-worker@2 verein-beat verein-bank verein-statistik.timer
install -m 644 cron.d /etc/cron.d/verein
install -m 600 -o verein -g crontab crontab /var/spool/cron/crontabs/verein
install -m 644 logrotate /etc/logrotate.d/verein

# --- nginx, and the calendar of the neighbours under Debian's own uWSGI
rm /etc/nginx/sites-enabled/default
install -m 644 nginx/verein /etc/nginx/sites-available/verein
install -m 644 nginx/verein-alt /etc/nginx/sites-available/verein-alt
ln -s ../sites-available/verein /etc/nginx/sites-enabled/verein
install -d /srv/kalender
install -m 644 kalender/kalender.py /srv/kalender/
install -d -o www-data -g www-data /srv/kalender/daten
echo 'Sommerfest;2024-07-06' > /srv/kalender/daten/termine.csv
chown www-data:www-data /srv/kalender/daten/termine.csv
install -m 644 kalender/kalender.ini /etc/uwsgi/apps-available/kalender.ini
ln -s ../apps-available/kalender.ini /etc/uwsgi/apps-enabled/kalender.ini

# --- what was left behind
install -d /home/sandra/verein-alt/verein /root/sicherung
echo 'SECRET_KEY = "sehr alt"' > /home/sandra/verein-alt/verein/settings.py
head -c 2000000 /dev/urandom > /root/sicherung/verein-2021.sql.gz
head -c 100000 /dev/zero > /var/log/verein/worker-1.log.1
echo 'syntax on' > /home/sandra/.vimrc
