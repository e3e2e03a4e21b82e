from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.emission.rewrites import rewritten
from migrate.model.facts import HostName, Network, Socket, System
from migrate.model.inventory import Inventory, Snapshot
from migrate.model.plan import Base, Coupling, Workload
from migrate.planning.couplings import Machine, Party, apply, machine, resolve, scan

HOST = Machine(
    names=("shop01", "shop01.example.org"),
    addresses=("10.0.0.5",),
    hosts=(
        HostName("127.0.0.1", ("localhost",)),
        HostName("127.0.1.1", ("shop01.example.org", "shop01")),
        HostName("127.0.0.1", ("db.shop.internal",)),
        HostName("10.0.0.9", ("erp.shop.internal", "erp")),
    ),
)


def listens(port: int, address: str = "0.0.0.0") -> Socket:
    return Socket("tcp", "listen", address, port)


def connected(address: str, port: int, local: int = 50000) -> Socket:
    return Socket("tcp", "established", "127.0.0.1", local, address, port)


def at(path: str) -> Socket:
    return Socket("unix", "listen", path=path)


POSTGRES = Party("postgresql", (listens(5432, "127.0.0.1"), at("/var/run/postgresql/.s.PGSQL.5432")))
TOMCAT = Party(
    "tomcat", (listens(8081, "127.0.0.1"), Socket("tcp", "listen", "::ffff:127.0.0.1", 8005)), ("/etc/tomcat/shop.xml",)
)
STOCKD = Party("stockd", (listens(9090, "127.0.0.1"),))


def brief(couplings: tuple[Coupling, ...]) -> list[tuple[str, str | None, str | None, int | None]]:
    return [(one.how, one.to, one.address, one.port) for one in couplings]


def emitted(text: str, found: tuple[Coupling, ...]) -> str:
    """What the emitters make of it."""
    workload = Workload("app", "h", "service", "", Base("x", "dpkg", "debian", "12"), couplings=found)
    snapshot = Snapshot(Inventory("h", "h", ""), {"/c": text.encode()})
    return rewritten(workload, snapshot).get("/c", text.encode()).decode()


def lines(text: str, found: Coupling) -> list[str]:
    return [
        line
        for line, before in zip(apply(text, found.rewrites).split("\n"), text.split("\n"), strict=True)
        if line != before
    ]


def test_an_upstream_is_rewritten_and_its_server_gets_connections_brought_in() -> None:
    text = "upstream tomcat {\n\tserver 127.0.0.1:8081;\n}\nupstream stockd {\n\tserver 127.0.0.1:9090;\n}\n"
    nginx = Party("nginx", (listens(80),), ("/etc/nginx/conf.d/up.conf",))
    found = resolve([nginx, TOMCAT, STOCKD], HOST, {"/etc/nginx/conf.d/up.conf": text})
    assert brief(found["nginx"]) == [("rewrite", "stockd", "127.0.0.1", 9090), ("rewrite", "tomcat", "127.0.0.1", 8081)]
    assert lines(text, found["nginx"][1]) == ["\tserver tomcat:8081;"]
    assert found["nginx"][1].rewrites[0].old == "127.0.0.1:8081"
    assert brief(found["tomcat"]) == [("forward-in", "tomcat", "127.0.0.1", 8081)]


def test_a_name_of_the_hosts_file_becomes_the_name_of_the_one_workload_it_leads_to() -> None:
    text = '<Resource url="jdbc:postgresql://db.shop.internal:5432/shop"/>'
    found = resolve([TOMCAT, POSTGRES], HOST, {"/etc/tomcat/shop.xml": text})
    assert brief(found["tomcat"]) == [("alias", "postgresql", "db.shop.internal", 5432)]
    assert found["tomcat"][0].rewrites == ()
    assert brief(found["postgresql"]) == [("forward-in", "postgresql", "127.0.0.1", 5432)]


def test_a_name_that_leads_to_two_workloads_is_rewritten() -> None:
    text = "a=jdbc:postgresql://db.shop.internal:5432/x\nb=http://db.shop.internal:9090/"
    found = resolve([TOMCAT, POSTGRES, STOCKD], HOST, {"/etc/tomcat/shop.xml": text})
    assert {one.how for one in found["tomcat"]} == {"rewrite"}
    assert [lines(text, one) for one in found["tomcat"]] == [
        ["a=jdbc:postgresql://postgresql:5432/x"],
        ["b=http://stockd:9090/"],
    ]


def test_a_server_that_listens_everywhere_needs_nothing_on_its_side() -> None:
    text = "url=jdbc:postgresql://localhost/shop"
    server = Party("postgresql", (listens(5432),))
    found = resolve([TOMCAT, server], HOST, {"/etc/tomcat/shop.xml": text})
    assert found["postgresql"] == ()
    assert lines(text, found["tomcat"][0]) == ["url=jdbc:postgresql://postgresql/shop"]


def test_where_nobody_listens_there_is_no_coupling() -> None:
    assert resolve([TOMCAT], HOST, {"/etc/tomcat/shop.xml": "x=http://127.0.0.1:7777/"}) == {"tomcat": ()}


def test_what_an_editor_or_a_package_manager_left_behind_is_not_read() -> None:
    texts = {
        f"/etc/n/up.conf{end}": "server 127.0.0.1:9090;" for end in (".bak", "~", ".dpkg-old", ".rpmsave", ".old.2")
    }
    assert resolve([Party("nginx", paths=tuple(texts)), STOCKD], HOST, texts)["nginx"] == ()


def test_a_connection_that_no_text_explains_is_forwarded() -> None:
    client = Party("app", (connected("127.0.0.1", 5432),))
    found = resolve([client, POSTGRES], HOST, {})
    assert brief(found["app"]) == [("forward", "postgresql", "127.0.0.1", 5432)]
    assert brief(found["postgresql"]) == [("forward-in", "postgresql", "127.0.0.1", 5432)]


def test_a_connection_that_a_text_explains_adds_nothing() -> None:
    client = Party("app", (connected("127.0.0.1", 5432),), ("/a.conf",))
    found = resolve([client, POSTGRES], HOST, {"/a.conf": "db = 127.0.0.1:5432"})
    assert [one.how for one in found["app"]] == ["rewrite"]


def test_a_connection_that_came_in_is_no_dependency() -> None:
    server = Party("web", (listens(80), Socket("tcp", "established", "10.0.0.5", 80, "203.0.113.7", 51234)))
    assert resolve([server], HOST, {}) == {"web": ()}


def test_where_a_forwarder_is_needed_other_places_stay_as_they_are() -> None:
    texts = {"/a.conf": "db = 127.0.0.1:5432\n", "/run.sh": "#!/bin/sh\nDB_HOST=127.0.0.1\nDB_PORT=5432\n"}
    found = resolve([Party("app", paths=("/a.conf", "/run.sh")), POSTGRES], HOST, texts)
    assert brief(found["app"]) == [("forward", "postgresql", "127.0.0.1", 5432)]


def test_a_list_of_passwords_follows_what_the_client_says() -> None:
    texts = {"/home/a/.pgpass": "127.0.0.1:5432:shop:shop:Kx7\n", "/bin/report": "#!/bin/sh\nexport PGHOST=127.0.0.1\n"}
    job = Party("report", paths=tuple(texts))
    found = resolve([job, POSTGRES], HOST, texts)["report"][0]
    assert found.how == "rewrite"
    assert {one.path: one.new for one in found.rewrites} == {
        "/home/a/.pgpass": "postgresql:5432",
        "/bin/report": "PGHOST=postgresql",
    }
    alone = resolve([Party("report", paths=("/home/a/.pgpass",)), POSTGRES], HOST, texts)
    assert brief(alone["report"]) == [("forward", "postgresql", "127.0.0.1", 5432)]


def test_the_socket_of_another_workload_is_shared() -> None:
    php = Party("php-fpm", (at("/run/php/php7.4-fpm.sock"),))
    nginx = Party("nginx", (listens(80),), ("/n.conf",))
    found = resolve([nginx, php], HOST, {"/n.conf": "fastcgi_pass unix:/var/run/php/php7.4-fpm.sock;"})
    assert [(one.how, one.to, one.path) for one in found["nginx"]] == [
        ("volume", "php-fpm", "/run/php/php7.4-fpm.sock")
    ]


def test_localhost_means_the_socket_for_clients_of_mysql_and_the_port_for_jdbc() -> None:
    server = Party("mariadb", (listens(3306, "127.0.0.1"), at("/run/mysqld/mysqld.sock")))
    client = Party("app", paths=("/c",))
    found = resolve([client, server], HOST, {"/c": "<?php mysqli_connect('localhost', $u, $p);"})
    assert [(one.how, one.path) for one in found["app"]] == [("volume", "/run/mysqld/mysqld.sock")]
    found = resolve([client, server], HOST, {"/c": "url=jdbc:mysql://localhost/shop"})
    assert [(one.how, one.port) for one in found["app"]] == [("rewrite", 3306)]


MARIADB = Party("mariadb", (listens(3306, "127.0.0.1"), at("/run/mysqld/mysqld.sock")))
UNNAMED = "<?php $db = ['host'=>'localhost','user'=>'shop','pass'=>'x','name'=>'shop'];\n"


def test_a_database_that_the_setting_does_not_name_is_the_one_that_its_program_opens() -> None:
    shop = Party("shop", paths=("/srv/config.php", "/srv/index.php"))
    texts = {"/srv/config.php": UNNAMED, "/srv/index.php": "<?php $c = new mysqli($db['host'], $db['user']);\n"}
    found = resolve([shop, MARIADB, POSTGRES], HOST, texts)["shop"]
    assert [(one.how, one.to, one.path) for one in found] == [("volume", "mariadb", "/run/mysqld/mysqld.sock")]


def test_or_the_only_one_of_the_machine_and_none_where_there_are_two() -> None:
    app, texts = Party("app", paths=("/c.yml",)), {"/c.yml": "host: localhost\nuser: app\npassword: x\nname: app\n"}
    assert brief(resolve([app, POSTGRES], HOST, texts)["app"]) == [("rewrite", "postgresql", "127.0.0.1", 5432)]
    assert resolve([app, POSTGRES, MARIADB], HOST, texts)["app"] == ()


def test_a_host_that_nobody_logs_in_to_is_no_database() -> None:
    app, texts = Party("app", paths=("/c.yml",)), {"/c.yml": "host: localhost\nname: app\n"}
    assert resolve([app, POSTGRES], HOST, texts)["app"] == ()


def test_clients_of_mysql_in_other_languages_go_to_localhost_over_tcp() -> None:
    app = Party("app", paths=("/app.py",))
    texts = {"/app.py": "import pymysql\nc = pymysql.connect(host='localhost', user='a', password='b')\n"}
    assert brief(resolve([app, MARIADB], HOST, texts)["app"])[0][:2] == ("rewrite", "mariadb")


def test_the_directory_of_postgresql_s_socket_is_enough() -> None:
    found = resolve([Party("app", paths=("/c",)), POSTGRES], HOST, {"/c": "host=/run/postgresql dbname=x"})
    assert [(one.how, one.path) for one in found["app"]] == [("volume", "/var/run/postgresql/.s.PGSQL.5432")]


def test_its_own_port_and_socket_need_nothing() -> None:
    found = resolve([TOMCAT], HOST, {"/etc/tomcat/shop.xml": '<C address="127.0.0.1" port="8081"/>'})
    assert brief(found["tomcat"]) == [("none", "tomcat", "127.0.0.1", 8081)]


def test_other_machines_are_external() -> None:
    text = "erp=http://erp.shop.internal/api\nold = 10.9.9.9:21\nmail=smtp://mail.example.org\nns=http://www.w3.org/2001/XMLSchema\n"
    found = resolve([Party("app", (connected("10.0.0.77", 389),), ("/c.conf",))], HOST, {"/c.conf": text})
    assert brief(found["app"]) == [
        ("external", None, "10.0.0.77", 389),
        ("external", None, "10.9.9.9", 21),
        ("external", None, "erp.shop.internal", 80),
        ("external", None, "mail.example.org", 25),
    ]


def test_the_machine_s_own_name_and_address_are_rewritten() -> None:
    text = "a = http://shop01:9090/\nb = 10.0.0.5:9090\n"
    server = Party("stockd", (listens(9090),))
    found = resolve([Party("app", paths=("/c",)), server], HOST, {"/c": text})
    assert (
        apply(text, [r for one in found["app"] for r in one.rewrites]) == "a = http://stockd:9090/\nb = stockd:9090\n"
    )
    assert found["stockd"] == ()


def test_a_port_that_begins_another_is_not_touched() -> None:
    text = "servers = 127.0.0.1:9090,127.0.0.1:90900x,127.0.0.1:909,127.0.0.1:9090"
    found = resolve([Party("app", paths=("/c",)), STOCKD], HOST, {"/c": text})
    assert apply(text, found["app"][0].rewrites) == "servers = stockd:9090,127.0.0.1:90900x,127.0.0.1:909,stockd:9090"


def test_two_targets_on_one_line() -> None:
    text = "x=127.0.0.1:8081,127.0.0.1:9090,http://127.0.0.1:80819/"
    found = resolve([Party("app", paths=("/c",)), STOCKD, TOMCAT], HOST, {"/c": text})
    rewritten = apply(text, [r for one in found["app"] for r in one.rewrites])
    assert rewritten == "x=tomcat:8081,stockd:9090,http://127.0.0.1:80819/"


def test_words_beside_a_secret_are_never_taken_over() -> None:
    text = "url=127.0.0.1:9090 127.0.0.1:9090Kx7"
    found = resolve([Party("app", paths=("/c",)), STOCKD], HOST, {"/c": text}, {"/c": frozenset({1})})
    assert [one.how for one in found["app"]] == ["forward"]


def test_variables_and_commands_are_rewritten_by_name() -> None:
    client = Party(
        "app",
        variables=(("HOME", "/x"), ("REDIS_URL", "redis://localhost/0"), ("DB_HOST", "127.0.0.1"), ("DB_PORT", "5432")),
        commands=(("job", "curl -s http://127.0.0.1:9090/levels"),),
    )
    redis = Party("redis", (listens(6379),))
    found = resolve([client, redis, POSTGRES, STOCKD], HOST, {})["app"]
    assert {(r.path, r.line, r.old, r.new) for one in found for r in one.rewrites} == {
        ("environment:REDIS_URL", 1, "//localhost/", "//redis/"),
        ("environment:DB_HOST", 1, "DB_HOST=127.0.0.1", "DB_HOST=postgresql"),
        ("command:job", 1, "127.0.0.1:9090", "stockd:9090"),
    }


def test_ipv6_loopback_and_other_spellings_are_the_same_place() -> None:
    text = "a=[::1]:9090\nb=localhost:9090\nc=127.0.0.1:9090\n"
    server = Party("stockd", (listens(9090, "::"),))
    (found,) = resolve([Party("app", paths=("/c",)), server], HOST, {"/c": text})["app"]
    assert (found.address, apply(text, found.rewrites)) == (
        "127.0.0.1",
        "a=stockd:9090\nb=stockd:9090\nc=stockd:9090\n",
    )


def test_a_listener_on_another_address_does_not_answer() -> None:
    server = Party("stockd", (listens(9090, "10.0.0.5"),))
    assert resolve([Party("app", paths=("/c",)), server], HOST, {"/c": "a=127.0.0.1:9090"})["app"] == ()


def test_the_machine_is_made_from_facts() -> None:
    system, network = System(hostname="Shop01", fqdn="shop01.example.org"), Network(("10.0.0.5",), HOST.hosts)
    assert machine(system, network).names == ("shop01", "shop01.example.org")


_LINE = st.lists(
    st.sampled_from(["127.0.0.1:80", "127.0.0.1:8081", "localhost:9090", "127.0.0.1:9090",
                     "http://localhost:8081/", ",", " ",
                     "=", "a",
                     "0", ":", "//localhost/", "x.127.0.0.1:9090", ";", "\\", "\r", "10.0.0.5:9090"]),
    max_size=14,
).map("".join)  # fmt: skip


@given(st.lists(_LINE, max_size=4).map("\n".join), st.booleans())
def test_a_rewritten_text_differs_in_the_hosts_alone(text: str, secret: bool) -> None:
    web = Party("web-server", (listens(80),))
    lines = {"/c": frozenset(range(1, 9))} if secret else {}
    found = resolve([Party("app", paths=("/c",)), STOCKD, TOMCAT, web], HOST, {"/c": text}, lines)["app"]
    moved = {(one.to, one.address, one.port) for one in found if one.how == "rewrite"}
    expected = text.split("\n")
    for one in sorted(scan(text, "/c"), key=lambda one: -one.column):
        address = "127.0.0.1" if one.host in {"localhost", "127.0.0.1"} else one.host
        target = next((to for to, where, port in moved if (where, port) == (address, one.port)), None)
        if target:
            line, at = expected[one.line - 1], one.column - 1 + one.at
            expected[one.line - 1] = line[:at] + target + line[at + one.length :]
    assert apply(text, [rewrite for one in found for rewrite in one.rewrites]) == "\n".join(expected)
    assert emitted(text, found) == "\n".join(expected)


@given(st.text(), st.text(), st.text())
def test_resolving_never_fails(text: str, value: str, command: str) -> None:
    client = Party("app", (connected(value, 1),), ("/c",), (("A", value),), (("x", command),))
    resolve([client, STOCKD], HOST, {"/c": text})


def test_the_host_of_a_database_is_not_that_of_the_next_setting() -> None:
    text = "<?php\ndefine('DB_HOST', 'localhost');\ndefine('DB_NAME', 'x');\ndefine('REDIS_HOST', '127.0.0.1');\n"
    assert [(one.host, one.scheme, one.port) for one in scan(text, "config.php")] == [
        ("localhost", "mysql", 3306),
        ("127.0.0.1", "redis", 6379),
    ]


def test_a_database_s_host_in_php_is_of_the_product_that_the_file_names() -> None:
    text = "<?php\n$db_host = 'localhost';\n\n\n\n\n\n$db = new PDO(\"pgsql:host=$db_host\");\n"
    assert [(one.host, one.scheme) for one in scan(text, "c.php")] == [("localhost", "postgresql")]
