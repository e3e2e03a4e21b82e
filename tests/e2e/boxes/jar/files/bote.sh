#!/bin/sh
# Starts the messenger with the JDK that its maker wants.
JAVA_HOME=/opt/jdk-17.0.2
PIDFILE=/opt/bote/bote.pid
cd /opt/bote || exit 1
case $1 in
    start)
        nohup $JAVA_HOME/bin/java -Xms32m -Xmx96m -Dlogback.configurationFile=conf/logback.xml -cp 'lib/*:conf' at.firma.bote.Bote \
            >> /var/log/bote/bote.out 2>&1 &
        echo $! > $PIDFILE
        ;;
    stop) kill "$(cat $PIDFILE)" ;;
esac
