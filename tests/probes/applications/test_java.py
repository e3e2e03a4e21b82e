from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.applications import Component, Resource
from migrate.probes.applications.java import find
from tests.probes.applications.machines import found, host, running, war

BOOT = war(
    "/opt/shop/shop.jar", version="1.4", main_class="org.x.Shop", java_level=17, context_path="/shop",
    settings=(("spring-boot-version", "2.7.1"),), logs=("/var/log/shop.log",),
    components=(Component("Spring Boot", "2.7.1", "BOOT-INF/lib/spring-boot-2.7.1.jar", "framework"),),
    uses=(Resource("database", "spring.datasource.url", "jdbc:h2:mem:x", seen="BOOT-INF/classes/application.yml:3"),),
)  # fmt: skip


def test_spring_boot_is_known_by_what_is_in_its_archive() -> None:
    variables = (("SPRING_REDIS_HOST", "cache"), ("SPRING_REDIS_PASSWORD", "x"))
    words = ("-Xms256m", "-Dspring.profiles.active=prod", "-jar", "shop.jar", "--server.port=8090")
    url = "--spring.datasource.url=jdbc:postgresql://db/shop"
    process = running(*words, url, cwd="/opt/shop", environment=variables)
    texts = {"/opt/shop/config/application-prod.yml": "shop:\n  payment-url: https://pay.example.net\n"}
    (one,) = found(find, host(process, texts, (BOOT,), (8090,))).applications
    assert (one.kind, one.role, one.name, one.version) == ("spring-boot", "application", "shop", "1.4")
    assert (one.home, one.paths, one.ports, one.logs) == ("/opt/shop", ("/shop",), (8090,), ("/var/log/shop.log",))
    assert one.configuration == ("/opt/shop/config/application-prod.yml",)
    assert one.resources == (
        Resource("database", "spring.datasource.url", "jdbc:postgresql://db/shop", None, "process 10"),
        Resource("cache", "spring.redis.host", "cache", None, "process 10"),
        Resource("http", "shop.payment-url", "https://pay.example.net", None,
                 "/opt/shop/config/application-prod.yml:2"),
        Resource("database", "spring.datasource.url", "jdbc:h2:mem:x", None,
                 "/opt/shop/shop.jar!/BOOT-INF/classes/application.yml:3"),
    )  # fmt: skip
    assert ("-Xms", "256m") in one.settings
    assert ("spring.profiles.active", "prod") in one.settings
    assert ("spring-boot-version", "2.7.1") in one.settings
    assert one.components == BOOT.components


def test_a_program_that_nobody_knows_is_named_by_its_class_and_has_its_parts() -> None:
    process = running("-cp", "/opt/imp/lib/*:/opt/imp", "org.acme.Importer", "/etc/importer.properties", cwd="/var/imp",
                      jars=("/opt/imp/lib/hibernate-core-5.6.9.Final.jar",))  # fmt: skip
    texts = {"/etc/importer.properties": "db.url=jdbc:oracle:thin:imp/S3cr3t-9@db:1521:X\n"}
    (one,) = found(find, host(process, texts, (war("/opt/imp/lib/helper-1.2.jar"),))).applications
    assert (one.kind, one.name, one.runtime) == ("java", "Importer", "java 11.0.2")
    assert one.components == (
        Component("Hibernate", "5.6.9.Final", "/opt/imp/lib/hibernate-core-5.6.9.Final.jar", "framework"),
        Component("helper", "1.2", "/opt/imp/lib/helper-1.2.jar"),
    )
    assert [one.url for one in one.resources] == ["jdbc:oracle:thin:imp/***@db:1521:X"]


def test_daemons_have_kinds_and_versions_of_their_own() -> None:
    kafka = running("-cp", "/opt/kafka/libs/kafka_2.13-3.4.0.jar", "kafka.Kafka", "/opt/kafka/config/server.properties",
                    written=("/var/lib/kafka/.lock", "/opt/kafka/logs/server.log"))  # fmt: skip
    texts = {"/opt/kafka/config/server.properties": "zookeeper.connect=zk:2181\n"}
    (one,) = found(find, host(kafka, texts)).applications
    assert (one.kind, one.role, one.version) == ("kafka", "queue", "3.4.0")
    assert one.configuration == ("/opt/kafka/config/server.properties",)
    assert [one.url for one in one.resources] == ["zk:2181"]
    solr = running("-Dsolr.solr.home=/var/solr", "-Dsolr.install.dir=/opt/solr", "-jar", "start.jar", "--module=http")
    (one,) = found(find, host(solr)).applications
    assert (one.kind, one.home, one.base) == ("solr", "/opt/solr", "/var/solr")


def test_servers_that_have_a_finder_are_left_to_it() -> None:
    assert found(find, host(running("org.apache.catalina.startup.Bootstrap"))).applications == ()


@given(st.lists(st.text(max_size=30)), st.text())
def test_finding_never_fails(argv: list[str], text: str) -> None:
    texts = {"/opt/shop/application.yml": text, "/a.properties": text}
    found(find, host(running(*argv, "/a.properties", cwd="/opt/shop"), texts, (BOOT,)))
