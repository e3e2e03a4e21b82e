#!/bin/sh
# starts billing; settings in /etc/default/billing
[ -r /etc/default/billing ] && . /etc/default/billing
cd "$(dirname "$0")/.." || exit 1
exec java $JAVA_OPTS -Dbilling.config=conf/billing.properties -jar billing.jar >> /var/log/billing/billing.log 2>&1
