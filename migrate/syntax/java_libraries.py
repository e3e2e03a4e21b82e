"""Java libraries by their archives' names: version, and whether one is the mark of a framework."""

from __future__ import annotations

import re
from posixpath import basename

from migrate.model.applications import Component

_VERSIONED = tuple(re.compile(rf"(.+?){mark}(v?\d[\w.+-]*)\.jar", re.ASCII) for mark in "-_")
# log4j-1.2-api-2.17.1: a number may be part of the name. That of 1.0-beta-2 is not.
_INNER = re.compile(
    r"([\d.]+-(?!beta|alpha|rc|cr|m\d|b\d|sp|build|jre|java|jdk|incubating|release|final|ga|snapshot)[a-z][a-z\d-]*)"
    r"-(\d[\w.+]*)", re.IGNORECASE | re.ASCII
)  # fmt: skip
_FRAMEWORKS = (
    (r"spring-core|spring|org\.springframework\.core", "Spring"), (r"spring-boot", "Spring Boot"),
    (r"spring-security-core", "Spring Security"), (r"spring-batch-core", "Spring Batch"),
    (r"spring-ws-core", "Spring WS"),
    (r"struts2-core", "Struts 2"), (r"struts(-core)?", "Struts"), (r"tiles-core", "Tiles"),
    (r"jsf-impl|javax\.faces|jakarta\.faces|mojarra.*", "Mojarra"), (r"myfaces-(impl|core).*", "MyFaces"),
    (r"primefaces", "PrimeFaces"), (r"richfaces(-impl|-core)?", "RichFaces"), (r"icefaces", "ICEfaces"),
    (r"hibernate-core.*|hibernate3?", "Hibernate"), (r"eclipselink", "EclipseLink"), (r"openjpa.*", "OpenJPA"),
    (r"mybatis", "MyBatis"), (r"ibatis.*", "iBATIS"), (r"jooq", "jOOQ"), (r"liquibase-core", "Liquibase"),
    (r"flyway-core", "Flyway"), (r"gwt-servlet.*", "GWT"), (r"vaadin-server|flow-server|vaadin", "Vaadin"),
    (r"wicket(-core)?", "Wicket"), (r"grails-(core|web|bootstrap)", "Grails"), (r"tapestry-?(core)?", "Tapestry"),
    (r"zk", "ZK"), (r"jboss-seam", "Seam"), (r"stripes", "Stripes"), (r"cxf(-core|-api|-rt-core|-bundle.*)?", "CXF"),
    (r"axis2-kernel", "Axis2"), (r"axis", "Axis"), (r"jersey-(server|container-servlet-core)", "Jersey"),
    (r"resteasy-(jaxrs|core)", "RESTEasy"), (r"restlet|org\.restlet", "Restlet"), (r"camel-core", "Camel"),
    (r"log4j-core", "Log4j 2"), (r"log4j", "Log4j"), (r"logback-classic", "Logback"), (r"quartz.*", "Quartz"),
    (r"shiro-core", "Shiro"), (r"drools-core", "Drools"), (r"activiti-engine", "Activiti"),
    (r"camunda-engine", "Camunda"), (r"jbpm-.*core.*", "jBPM"), (r"jasperreports", "JasperReports"),
    (r"lucene-core", "Lucene"), (r"hazelcast(-all)?", "Hazelcast"), (r"ehcache(-core)?", "Ehcache"),
    (r"infinispan-core", "Infinispan"), (r"velocity(-engine-core)?", "Velocity"), (r"freemarker", "FreeMarker"),
    (r"micronaut-core|micronaut-inject", "Micronaut"), (r"quarkus-core", "Quarkus"),
    (r"dropwizard-core", "Dropwizard"),
    (r"play_2\.\d+|play", "Play"), (r"vertx-core", "Vert.x"), (r"akka-actor_.*", "Akka"),
    (r"weld-(core.*|servlet.*)", "Weld"),
    (r"jetty-server", "Jetty"), (r"tomcat-embed-core", "Tomcat (embedded)"), (r"undertow-core", "Undertow"),
    (r"dwr", "DWR"), (r"sitemesh", "SiteMesh"), (r"cocoon-core.*", "Cocoon"), (r"turbine", "Turbine"),
    (r"groovy(-all)?", "Groovy"), (r"scala-library", "Scala"), (r"kotlin-stdlib", "Kotlin"), (r"clojure", "Clojure"),
    (r"jruby-(complete|core)", "JRuby"), (r"jython.*", "Jython"), (r"openejb-core", "OpenEJB"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), name) for pattern, name in _FRAMEWORKS)


def split(file: str) -> tuple[str, str | None]:
    """Name and version of ``spring-core-5.3.20.jar``; no version where the name has none."""
    match = next((found for pattern in _VERSIONED if (found := pattern.fullmatch(file))), None)
    if match is None:
        return re.sub(r"\.jar$", "", file), None
    inner = _INNER.fullmatch(match[2])
    return (f"{match[1]}-{inner[1]}", inner[2]) if inner else (match[1], match[2])


def component(path: str, version: str | None = None) -> Component:
    """A library by its path; ``version`` is what it says of itself."""
    name, named = split(basename(path))
    title = next((title for pattern, title in _COMPILED if pattern.fullmatch(name.lower())), None)
    return Component(title or name, version or named, path, "framework" if title else "library")


def ordered(components: list[Component]) -> tuple[Component, ...]:
    """Frameworks first, then by name."""
    return tuple(sorted(components, key=lambda one: (one.kind != "framework", one.name.lower(), one.path or "")))
