"""What a Java virtual machine is for, by the class, archive or module that it runs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrate.syntax.java_command import Command


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of program.

    :ivar home: system properties and variables that name where the program is; ``base`` where this instance is.
    """

    name: str
    role: str
    home: tuple[str, ...] = ()
    base: tuple[str, ...] = ()


_TOMCAT = (("catalina.home", "CATALINA_HOME"), ("catalina.base", "CATALINA_BASE", "catalina.home", "CATALINA_HOME"))
_JBOSS = (("jboss.home.dir", "JBOSS_HOME"), ("jboss.server.base.dir", "jboss.server.home.dir", "jboss.domain.base.dir"))
JAVA = Kind("java", "application")
# (what the class, the archive's file name or the module is called, kind): the first that matches counts.
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"org\.apache\.catalina\.startup\.\w+|tomcat-embed.*", Kind("tomcat", "application-server", *_TOMCAT)),
    (r"org\.apache\.tomee\..*|openejb-.*", Kind("tomee", "application-server", *_TOMCAT)),
    (r"org\.jboss\.as\..*|jboss-modules(-[\d.]+\w*)?\.jar", Kind("wildfly", "application-server", *_JBOSS)),
    (r"org\.jboss\.Main", Kind("jboss", "application-server", *_JBOSS)),
    (r"com\.sun\.(enterprise\.(glassfish\.bootstrap|server|ee|admin\.servermgmt)|aas)\..*|glassfish\.jar",
     Kind("glassfish", "application-server", ("com.sun.aas.installRoot", "com.sun.aas.productRoot"),
          ("com.sun.aas.instanceRoot",))),
    (r"payara-micro.*\.jar|fish\.payara\.micro\..*", Kind("payara-micro", "application-server")),
    (r"weblogic\.Server", Kind("weblogic", "application-server", ("weblogic.home", "wls.home", "WL_HOME"),
                               ("weblogic.RootDirectory", "DOMAIN_HOME"))),
    (r"weblogic\.NodeManager", Kind("weblogic-node-manager", "other", ("weblogic.home", "WL_HOME"))),
    (r"ws-server\.jar|com\.ibm\.ws\.kernel\.boot\..*|ws-launch\.jar",
     Kind("liberty", "application-server", ("wlp.install.dir", "WLP_INSTALL_DIR"), ("server.config.dir",))),
    (r"com\.ibm\.(ws|wsspi)\.bootstrap\.\w+|com\.ibm\.ws\.runtime\.WsServer",
     Kind("websphere", "application-server", ("was.install.root", "WAS_HOME"),
          ("user.install.root", "USER_INSTALL_ROOT"))),
    (r"com\.caucho\.(server\.resin|boot)\.\w+|resin(-.*)?\.jar",
     Kind("resin", "application-server", ("resin.home", "RESIN_HOME"), ("resin.root", "RESIN_ROOT"))),
    (r"org\.(eclipse|mortbay)\.jetty\.(start|xml|runner)\.\w+|org\.mortbay\.(start|xml)\.\w+|jetty-(runner|start).*\.jar",
     Kind("jetty", "application-server", ("jetty.home", "JETTY_HOME"), ("jetty.base", "JETTY_BASE"))),
    (r"org\.apache\.karaf\.main\.\w+", Kind("karaf", "application-server", ("karaf.home",), ("karaf.base",))),
    (r"org\.apache\.activemq\.artemis\..*", Kind("artemis", "queue", ("artemis.home",), ("artemis.instance",))),
    (r"activemq\.jar|org\.apache\.activemq\..*", Kind("activemq", "queue", ("activemq.home",), ("activemq.base",))),
    (r"org\.elasticsearch\.(bootstrap|server)\..*|org\.elasticsearch\.server/.*",
     Kind("elasticsearch", "database", ("es.path.home",), ("es.path.home",))),
    (r"org\.opensearch\.bootstrap\..*", Kind("opensearch", "database", ("opensearch.path.home",))),
    (r"kafka\.Kafka|io\.confluent\.support\.metrics\.SupportedKafka", Kind("kafka", "queue")),
    (r"org\.apache\.zookeeper\.server\..*", Kind("zookeeper", "other")),
    (r"org\.apache\.kafka\.connect\..*", Kind("kafka-connect", "queue")),
    (r"org\.apache\.cassandra\..*", Kind("cassandra", "database", ("cassandra.home", "CASSANDRA_HOME"))),
    (r"org\.apache\.hadoop\.hbase\..*", Kind("hbase", "database", ("hbase.home.dir",))),
    (r"org\.apache\.hadoop\..*", Kind("hadoop", "other", ("hadoop.home.dir",))),
    (r"org\.apache\.spark\..*", Kind("spark", "other", ("SPARK_HOME",))),
    (r"org\.neo4j\..*|com\.neo4j\..*", Kind("neo4j", "database", ("NEO4J_HOME",))),
    (r"org\.logstash\..*", Kind("logstash", "monitoring", ("LOGSTASH_HOME",))),
    (r"graylog.*\.jar|org\.graylog2?\..*", Kind("graylog", "monitoring")),
    (r"jenkins\.war|hudson\.war|executable\.Main", Kind("jenkins", "application", (), ("JENKINS_HOME", "HUDSON_HOME"))),
    (r"org\.sonatype\.nexus\..*", Kind("nexus", "application", ("karaf.home",), ("karaf.data",))),
    (r"org\.sonar\..*|sonar-application.*\.jar", Kind("sonarqube", "application", ("SONAR_HOME",))),
    (r"org\.sonatype\.plexus\..*", Kind("nexus", "application")),
    (r"org\.h2\.tools\..*", Kind("h2", "database")),
    (r"org\.hsqldb\..*", Kind("hsqldb", "database")),
    (r"org\.apache\.derby\..*|derbyrun\.jar",
     Kind("derby", "database", ("derby.install.root",), ("derby.system.home",))),
    (r"org\.opends\..*|org\.opendj\..*", Kind("opendj", "directory")),
    (r"org\.apache\.directory\.server\..*", Kind("apacheds", "directory")),
    (r"org\.apache\.james\..*", Kind("james", "mail")),
    (r"org\.jivesoftware\.openfire\..*|startup\.jar", Kind("openfire", "application", (), ("openfireHome",))),
    (r"puppetlabs\.trapperkeeper\..*|puppet-server-release\.jar|puppetdb\.jar", Kind("puppet-server", "other")),
    (r"rundeck.*\.war|com\.dtolabs\.rundeck\..*", Kind("rundeck", "application")),
    (r"gitblit\.jar|com\.gitblit\..*", Kind("gitblit", "application")),
    (r"com\.atlassian\..*", Kind("atlassian", "application")),
    (r"org\.keycloak\..*|keycloak.*\.jar", Kind("keycloak", "application", ("kc.home.dir",))),
    (r"org\.springframework\.boot\.loader\..*", Kind("spring-boot", "application")),
    (r"io\.quarkus\..*|quarkus-run\.jar|quarkus-application\.jar", Kind("quarkus", "application")),
    (r"play\.core\.server\..*", Kind("play", "application", (), ("user.dir",))),
    (r"io\.vertx\..*", Kind("vertx", "application")),
    (r"io\.micronaut\..*", Kind("micronaut", "application")),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), kind) for pattern, kind in _KINDS)
_SOLR = Kind("solr", "database", ("solr.install.dir", "solr.install.symDir"), ("solr.solr.home",))
_NAMED = {kind.name: kind for _, kind in _KINDS}


def kind(command: Command, environment: Mapping[str, str], argv: Sequence[str]) -> Kind:
    """What runs; ``java`` where nobody knows it by its name."""
    if command.property("solr.solr.home", "solr.install.dir"):
        return _SOLR
    jar = command.jar.rpartition("/")[2] if command.jar else ""
    main = command.main or command.module or ""
    if jar == "start.jar":
        return _NAMED["jetty"] if _is_jetty(command, environment) else JAVA
    named = _first(main) or _first(jar)
    if named is None:
        # Karaf and its children keep their own name in properties; a clojure program names itself later.
        return next((found for word in command.arguments[:12] if (found := _first(word))), JAVA)
    return _told_apart(named, command, argv)


def _first(name: str) -> Kind | None:
    return next((kind for pattern, kind in _COMPILED if name and pattern.fullmatch(name)), None)


def _is_jetty(command: Command, environment: Mapping[str, str]) -> bool:
    """Whether a start.jar is Jetty's: others have called theirs so."""
    named = (
        command.property("jetty.home", "jetty.base") or environment.get("JETTY_HOME") or environment.get("JETTY_BASE")
    )
    said = any(word.startswith(("jetty.", "--module", "--add-to-start", "etc/jetty")) for word in command.arguments)
    return bool(named or said or "jetty" in (command.jar or ""))


def _told_apart(named: Kind, command: Command, argv: Sequence[str]) -> Kind:
    """What one main class is used for by several."""
    words = " ".join(argv)
    if named.name == "tomcat" and re.search(r"-javaagent:\S*openejb-javaagent|-Dopenejb\.", words):
        return _NAMED["tomee"]
    if named.name == "glassfish" and re.search(r"payara", words, re.IGNORECASE):
        return Kind("payara", named.role, named.home, named.base)
    if named.name == "karaf" and (product := re.search(r"(?i)servicemix|fuse-|nexus|talend|opendaylight", words)):
        return Kind(product[0].lower().rstrip("-"), named.role, named.home, named.base)
    if named.name == "quarkus" and command.property("kc.home.dir"):
        return _NAMED["keycloak"]
    return named
