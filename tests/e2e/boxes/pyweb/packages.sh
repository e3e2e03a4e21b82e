#!/bin/sh
# Packages, and the virtualenv's libraries: as pip would have put them there, without needing an index.
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
apt-get install -y -qq --no-install-recommends nginx-light postgresql redis-server python3-venv python3-dev gcc libc6-dev \
    libpq-dev uwsgi uwsgi-plugin-python3 python3-flask git gettext > /dev/null
mkdir /root/wheels
cd /root/wheels
apt-get download -qq python3-django python3-sqlparse python3-asgiref python3-tz python3-gunicorn python3-setuptools \
    python3-pkg-resources python3-celery python3-kombu python3-amqp python3-vine python3-billiard python3-redis \
    python3-async-timeout python3-click python3-click-didyoumean python3-click-plugins python3-click-repl \
    python3-prompt-toolkit python3-wcwidth python3-six python3-psycopg2 python3-packaging
for deb in *.deb; do dpkg-deb -x "$deb" tree; done
rm -f ./*.deb /usr/sbin/policy-rc.d
