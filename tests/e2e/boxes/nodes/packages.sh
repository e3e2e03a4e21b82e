#!/bin/sh
# Packages; the Node of the applications' users comes from elsewhere, their modules as npm would have put them there.
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get update -qq
apt-get install -y -qq --no-install-recommends haproxy redis-server mariadb-server memcached supervisor libnode108 gcc g++ make \
    git python3-minimal > /dev/null
mkdir /root/modules
cd /root/modules
apt-get download -qq nodejs node-mysql node-bignumber node-readable-stream node-safe-buffer \
    node-string-decoder node-inherits node-util-deprecate node-core-util-is node-isarray node-process-nextick-args
for deb in *.deb; do dpkg-deb -x "$deb" tree; done
rm -f ./*.deb /usr/sbin/policy-rc.d
