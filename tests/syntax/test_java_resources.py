from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.applications import Resource
from migrate.syntax.java_resources import in_settings, in_xml, kind_of, masked


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("jdbc:mysql://u:p4ss@db/x", "jdbc:mysql://u:***@db/x"),
        ("jdbc:mysql://db/x?user=u&password=p4ss&a=b", "jdbc:mysql://db/x?user=u&password=***&a=b"),
        ("jdbc:sqlserver://db;user=u;password=p4ss;a=b", "jdbc:sqlserver://db;user=u;password=***;a=b"),
        ("jdbc:oracle:thin:scott/tiger@db:1521:X", "jdbc:oracle:thin:scott/***@db:1521:X"),
        ("jdbc:postgresql://db/x?password=${PW}", "jdbc:postgresql://db/x?password=${PW}"),
        ("redis://:s3cret@cache:6379/0", "redis://:***@cache:6379/0"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_names_of_documents_are_no_services() -> None:
    assert kind_of("http://www.springframework.org/schema/beans") is None
    assert kind_of("http://java.sun.com/xml/ns/javaee") is None
    assert kind_of("https://pay.example.net/v1") == "http"


def test_spring_s_settings_in_both_forms() -> None:
    lines = (
        "spring.datasource.url=jdbc:postgresql://db:5432/shop\nspring.datasource.username=shop\n"
        "spring.datasource.password=x\nspring.mail.host=mail.example.org\nspring.redis.host=cache\n"
        "kafka.bootstrap.servers=k1:9092\nshop.payment.url=https://pay.example.net\ndocs=https://pay.example.net\n"
    )
    assert in_settings("/a.properties", lines) == (
        Resource("database", "spring.datasource.url", "jdbc:postgresql://db:5432/shop", "shop", "/a.properties:1"),
        Resource("mail", "spring.mail.host", "mail.example.org", None, "/a.properties:4"),
        Resource("cache", "spring.redis.host", "cache", None, "/a.properties:5"),
        Resource("queue", "kafka.bootstrap.servers", "k1:9092", None, "/a.properties:6"),
        Resource("http", "shop.payment.url", "https://pay.example.net", None, "/a.properties:7"),
    )
    text = "spring:\n  datasource:\n    url: jdbc:h2:/srv/x\n    username: sa\n---\n"
    text += "spring.rabbitmq.addresses: amqp://a:b@mq\n"
    assert in_settings("/a.yml", text) == (
        Resource("database", "spring.datasource.url", "jdbc:h2:/srv/x", "sa", "/a.yml:3"),
        Resource("queue", "spring.rabbitmq.addresses", "amqp://a:***@mq", None, "/a.yml:6"),
    )


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        # Tomcat
        ('<Context><Resource name="jdbc/a" url="jdbc:mysql://db/a" username="u" password="p"/></Context>',
         ("jdbc/a", "jdbc:mysql://db/a", "u")),
        # WildFly's subsystem, and -ds.xml
        (('<server><datasources><datasource jndi-name="java:/A" pool-name="P">'
         "<connection-url>jdbc:h2:mem:a</connection-url><security><user-name>sa</user-name><password>p</password></security></datasource>"
         "<drivers/></datasources></server>"),
         ("java:/A", "jdbc:h2:mem:a", "sa")),
        (("<datasources><local-tx-datasource><jndi-name>A</jndi-name><connection-url>jdbc:x:y</connection-url>"
         "<user-name>u</user-name></local-tx-datasource></datasources>"), ("A", "jdbc:x:y", "u")),
        # Liberty
        (('<server><dataSource jndiName="jdbc/o"><properties URL="jdbc:h2:/o" user="sa" password="{xor}x"/>'
         "</dataSource></server>"),
         ("jdbc/o", "jdbc:h2:/o", "sa")),
        (('<server><dataSource jndiName="jdbc/o"><properties.db2.jcc databaseName="O" serverName="db2" '
         'portNumber="50000" user="o"/></dataSource></server>'), ("jdbc/o", "//db2:50000/O", "o")),
        # Payara
        (('<domain><resources><jdbc-connection-pool name="pool"><property name="user" value="sa"/>'
         '<property name="url" value="jdbc:h2:/p"/></jdbc-connection-pool></resources></domain>'),
         ("pool", "jdbc:h2:/p", "sa")),
        # WebLogic
        (("<jdbc-data-source><name>A</name><jdbc-driver-params><url>jdbc:oracle:thin:@db:1521:X</url><properties>"
         "<property><name>user</name><value>app</value></property></properties></jdbc-driver-params><jdbc-data-source-params>"
         "<jndi-name>jdbc/A</jndi-name></jdbc-data-source-params></jdbc-data-source>"),
         ("jdbc/A", "jdbc:oracle:thin:@db:1521:X", "app")),
        # Spring and Hibernate
        (('<beans><bean id="ds" class="x"><property name="url" value="jdbc:mysql://db/s"/><property name="username">'
         "<value>s</value></property></bean><bean/></beans>"), ("ds", "jdbc:mysql://db/s", "s")),
        (('<c><session-factory><property name="connection.url">jdbc:x:z</property><property name="connection.username">'
         "h</property></session-factory></c>"), ("connection.url", "jdbc:x:z", "h")),
        # Jetty
        (('<Configure><New id="a" class="org.eclipse.jetty.plus.jndi.Resource"><Arg/><Arg>jdbc/j</Arg>'
         '<Arg><New class="D"><Set name="URL">jdbc:x:j</Set><Set name="User">j</Set></New></Arg></New></Configure>'),
         ("a", "jdbc:x:j", "j")),
    ],
)  # fmt: skip
def test_a_data_source_in_each_server_s_words(xml: str, expected: tuple[str, str, str]) -> None:
    found = [(one.name, one.url, one.user) for one in in_xml("/x.xml", xml)]
    assert found == [expected]


def test_several_data_sources_keep_their_own_names_and_users() -> None:
    xml = (
        '<d><ds jndi-name="A"><connection-url>jdbc:x:a</connection-url><user-name>a</user-name></ds>\n'
        '<ds jndi-name="B"><connection-url>jdbc:x:b</connection-url></ds></d>'
    )
    assert in_xml("/x", xml) == (
        Resource("database", "A", "jdbc:x:a", "a", "/x:1"), Resource("database", "B", "jdbc:x:b", None, "/x:2"),
    )  # fmt: skip


def test_queues_mail_and_references() -> None:
    xml = (
        '<r><jms-queue name="orders" entries="java:/jms/orders"/><mail-session jndi-name="java:/Mail"/>'
        "<resource-ref><res-ref-name>jms/f</res-ref-name><res-type>javax.jms.ConnectionFactory</res-type></resource-ref>"
        "<persistence-unit><jta-data-source>jdbc/p</jta-data-source></persistence-unit></r>"
    )
    assert [(one.kind, one.name) for one in in_xml("/x", xml)] == [
        ("queue", "java:/jms/orders"), ("mail", "java:/Mail"), ("queue", "jms/f"), ("database", "jdbc/p"),
    ]  # fmt: skip


def test_a_yaml_bomb_is_not_walked() -> None:
    lines = ["a0: &a0 []"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert in_settings("/x.yml", "\n".join(lines)) == ()


@given(st.text(), st.text())
def test_reading_never_fails(name: str, text: str) -> None:
    in_settings(name, text)
    in_settings("/a.yaml", text)
    in_xml("/x", text)
    in_xml("/x", f'<a name="{name}"><b url="jdbc:x:{text}"/></a>')
    masked(text)
