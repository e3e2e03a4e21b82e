# Heap: raised after the stocktaking of 2019
CATALINA_OPTS="-Xms48m -Xmx128m -Dconfig.dir=/etc/lager"
UMASK=0027
