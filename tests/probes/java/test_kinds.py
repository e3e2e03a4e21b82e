"""Command lines as the products' own start scripts make them; shortened, from their documentation and packages."""

from __future__ import annotations

import pytest

from migrate.probes.java.kinds import kind
from migrate.syntax.java_command import read


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("-classpath /t/bin/bootstrap.jar -Dcatalina.base=/t org.apache.catalina.startup.Bootstrap start", "tomcat"),
        ("-Dopenejb.x=1 -classpath /t/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start", "tomee"),
        ("-Djetty.home=/usr/share/jetty9 -jar /usr/share/jetty9/start.jar", "jetty"),
        ("-jar /opt/acme/start.jar --port 1", "java"),
        ("-jar start.jar --module=http -Dsolr.solr.home=/var/solr", "solr"),
        ("-D[Standalone] -jar /o/jboss-modules.jar -mp /o/modules org.jboss.as.standalone", "wildfly"),
        ("-classpath /opt/jboss/bin/run.jar org.jboss.Main -c default", "jboss"),
        ("-cp /g/modules/glassfish.jar com.sun.enterprise.glassfish.bootstrap.ASMain -domainname d", "glassfish"),
        ("-cp /p/payara5/glassfish.jar com.sun.enterprise.glassfish.bootstrap.ASMain", "payara"),
        ("-jar /o/payara-micro-5.2022.1.jar --deploy x.war", "payara-micro"),
        ("-Dweblogic.Name=a weblogic.Server", "weblogic"),
        ("-javaagent:/wlp/bin/tools/ws-javaagent.jar -jar /wlp/bin/tools/ws-server.jar defaultServer", "liberty"),
        ("-cp x com.ibm.wsspi.bootstrap.WSPreLauncher -nosplash com.ibm.ws.runtime.WsServer /c C N s", "websphere"),
        ("-jar /opt/resin/lib/resin.jar -conf x", "resin"),
        ("-Dkaraf.home=/opt/k -cp x org.apache.karaf.main.Main", "karaf"),
        ("-Dkaraf.home=/opt/apache-servicemix-7 -cp x org.apache.karaf.main.Main", "servicemix"),
        ("-cp x -Dkaraf.home=. org.sonatype.nexus.karaf.NexusMain", "nexus"),
        ("-Dactivemq.home=/o -jar /o/bin/activemq.jar start", "activemq"),
        ("-cp x org.tanukisoftware.wrapper.WrapperSimpleApp org.apache.activemq.console.Main start", "activemq"),
        ("-cp x org.apache.activemq.artemis.boot.Artemis run", "artemis"),
        ("-cp x org.elasticsearch.bootstrap.Elasticsearch -d", "elasticsearch"),
        ("-p /l -m org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch", "elasticsearch"),
        ("-cp x kafka.Kafka /etc/server.properties", "kafka"),
        ("-cp x org.apache.zookeeper.server.quorum.QuorumPeerMain /etc/zoo.cfg", "zookeeper"),
        ("-cp x org.apache.cassandra.service.CassandraDaemon", "cassandra"),
        ("-Djava.awt.headless=true -jar /usr/share/java/jenkins.war --httpPort=8080", "jenkins"),
        ("-jar /opt/sonarqube/lib/sonar-application-9.9.jar", "sonarqube"),
        ("-cp x org.logstash.Logstash", "logstash"),
        ("-jar graylog.jar server -f /etc/graylog/server/server.conf", "graylog"),
        ("-cp x clojure.main -m puppetlabs.trapperkeeper.main --config /etc", "puppet-server"),
        ("-Dkc.home.dir=/o -cp x io.quarkus.bootstrap.runner.QuarkusEntryPoint start", "keycloak"),
        ("-jar /o/quarkus-run.jar", "quarkus"),
        ("-cp x org.springframework.boot.loader.JarLauncher", "spring-boot"),
        ("-cp x play.core.server.ProdServerStart", "play"),
        ("-cp /opt/h2/* org.h2.tools.Server -tcp", "h2"),
        ("-cp x org.acme.Main", "java"),
        ("-version", "java"),
    ],
)
def test_each_product_is_known_by_what_it_starts(words: str, expected: str) -> None:
    argv = ("java", *words.split(" "))
    command = read(argv)
    assert kind(command, {}, argv).name == expected
