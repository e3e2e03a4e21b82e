"""PostgreSQL 15, MariaDB 10.11, Redis 7 and RabbitMQ 3.10 of Debian 12 answered so; older ones after their manuals."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.applications import Application, Applications, Resource
from migrate.model.databases import DatabaseClient, DatabaseServer, DatabaseUser, EmbeddedDatabase
from migrate.model.facts import (
    Database,
    Databases,
    FileFact,
    Files,
    OpenFile,
    Process,
    Processes,
    Socket,
    Sockets,
    System,
    Tree,
)  # fmt: skip
from migrate.model.inventory import Gap, Inventory, Scope, Snapshot
from migrate.probes.databases import PROBE, READING, read
from migrate.probes.sections import SUDOERS
from tests.probes.samples import section, shown


def hexed(text: str) -> str:
    return text.encode().hex()


CLUSTER = f"server|{hexed('/srv/pg')}|{hexed('/run/postgresql')}|5433|77"


def test_databases_of_postgresql_with_owner_encoding_and_extensions() -> None:
    lines = [
        CLUSTER,
        f"version|{hexed('9.6.24')}",
        f"database|{hexed('o|d')}|{hexed('shop')}|LATIN1|{hexed('de_DE')}|8092727|t",
        f"database|{hexed('template1')}|{hexed('postgres')}|UTF8|{hexed('C')}|1|t",
        f"database|{hexed('closed')}|{hexed('postgres')}|UTF8|{hexed('C')}|1|f",
        f"extension|{hexed('o|d')}|{hexed('hstore')}|{hexed('1.4')}",
    ]
    facts = PROBE.parse(section(postgresql="\n".join(lines))).facts
    assert facts.databases == (
        Database(
            "postgresql", "o|d", 5433, "/run/postgresql/.s.PGSQL.5433", "/srv/pg", "9.6.24", "shop", "LATIN1", "de_DE",
            8092727, ("hstore",), (("hstore", "1.4"),),
        ),
    )  # fmt: skip


def test_who_may_come_into_postgresql_and_what_somebody_set() -> None:
    lines = [
        CLUSTER,
        f"version|{hexed('15.2')}",
        f"role|{hexed('app')}|f|t|f",
        f"role|{hexed('team')}|f|f|f",
        f"role|{hexed('pg_monitor')}|f|f|f",
        f"member|{hexed('app')}|{hexed('team')}",
        f"password|{hexed('app')}|t",
        f"setting|shared_buffers|{hexed('16384')}|8kB",
        f"setting|work_mem|{hexed('4')}|MB",
        f"tablespace|{hexed('fast')}|{hexed('/ssd')}",
        "standby|f",
        f"replica|{hexed('10.0.0.7')}|{hexed('walreceiver')}|streaming",
        f"client|{hexed('app')}|{hexed('shop')}|{hexed('10.0.0.8')}|12",
        f"client|{hexed('app')}|{hexed('shop')}||1",
        f"hba|90|host|{hexed('all')}|{hexed('all')}|{hexed('10.0.0.0')}|{hexed('255.0.0.0')}|md5",
    ]
    (server,) = PROBE.parse(section(postgresql="\n".join(lines))).facts.servers
    assert server == DatabaseServer(
        "postgresql", "15.2", True, 77, ports=(5433,), socket="/run/postgresql/.s.PGSQL.5433", directory="/srv/pg",
        users=(
            DatabaseUser("app", password=True, superuser=False, login=True, member_of=("team",)),
            DatabaseUser("team", superuser=False, login=False),
        ),
        settings=(("shared_buffers", "16384 x 8kB"), ("work_mem", "4MB")),
        role="primary", replicas=("10.0.0.7 (walreceiver)",), access=("host all all 10.0.0.0 255.0.0.0 md5",),
        places=(("fast", "/ssd"),),
        clients=(
            DatabaseClient("10.0.0.8", "app", "shop", connections=12, seen="the server"),
            DatabaseClient(None, "app", "shop", connections=1, seen="the server"),
        ),
        seen="the server",
    )  # fmt: skip


MYSQLD = f"k\tHEX(@@datadir)\t\t\t\nserver\t{hexed('/var/lib/mysql/')}\t{hexed('/run/mysqld/mysqld.sock')}\t3306\t"


def test_databases_of_mariadb_without_its_own() -> None:
    lines = [
        MYSQLD + hexed("10.5.29-MariaDB"),
        "k\tHEX(SCHEMA_NAME)\tHEX(DEFAULT_CHARACTER_SET_NAME)\tHEX(DEFAULT_COLLATION_NAME)",
        f"database\t{hexed('mysql')}\t{hexed('utf8')}\t{hexed('utf8_general_ci')}",
        f"database\t{hexed('blog-1')}\t{hexed('latin1')}\t{hexed('latin1_german1_ci')}",
        f"tables\t{hexed('blog-1')}\tInnoDB\t12",
        f"tables\t{hexed('blog-1')}\tVIEW\t1",
        f"routines\t{hexed('blog-1')}\t3",
        f"events\t{hexed('blog-1')}\t1",
    ]
    sizes = "directory\t/var/lib/mysql\nsize\tblog@002d1\t5000\nsize\t\t100"
    facts = PROBE.parse(section(mysql="\n".join(lines), sizes=sizes)).facts
    (found,) = facts.databases
    assert (found.engine, found.name, found.port, found.directory) == ("mariadb", "blog-1", 3306, "/var/lib/mysql")
    assert (found.encoding, found.collation, found.size) == ("latin1", "latin1_german1_ci", 5000)
    assert (found.tables, found.routines, found.events) == ((("InnoDB", 12), ("VIEW", 1)), 3, 1)
    assert facts.servers[0].size == 5100


def test_accounts_replication_and_clients_of_mysql() -> None:
    lines = [
        MYSQLD + hexed("5.1.73-log"),
        "k\tHEX(User)\tHEX(Host)\tSuper_priv",
        f"user\t{hexed('root')}\t{hexed('localhost')}\tY",
        f"user\t{hexed('app')}\t{hexed('10.%')}\tN",
        f"plugin\t{hexed('app')}\t{hexed('10.%')}\tmysql_native_password",
        f"password\t{hexed('app')}\t{hexed('10.%')}",
        f"grant\t{hexed('app')}\t{hexed('10.%')}\t{hexed('shop' + chr(92) + '_1')}",
        "library\tPLUGIN_NAME\tPLUGIN_TYPE",
        "library\taudit_log\tAUDIT",
        f"client\t{hexed('app')}\t{hexed('10.0.0.8')}\t{hexed('shop_1')}\tclient\t4",
        f"client\t{hexed('repl')}\t{hexed('10.0.0.9')}\t\treplica\t1",
        "Variable_name\tValue",
        "log_bin\tON",
        "ssl_cert\t",
        "*************************** 1. row ***************************",
        "                  Master_Host: 10.0.0.1",
    ]
    (server,) = PROBE.parse(section(mysql="\n".join(lines))).facts.servers
    assert server.engine == "mysql"
    assert server.users == (
        DatabaseUser("root", "localhost", None, False, True),
        DatabaseUser("app", "10.%", "mysql_native_password", True, False, databases=("shop_1",)),
    )
    assert server.extensions == ("audit_log (audit)",)
    assert (server.role, server.primary, server.replicas) == ("replica", "10.0.0.1", ("10.0.0.9",))
    assert server.clients == (DatabaseClient("10.0.0.8", "app", "shop_1", connections=4, seen="the server"),)
    assert server.settings == (("log_bin", "ON"),)


REDIS = """server\t11\t127.0.0.1:6379
redis_version:7.0.15
config_file:/etc/redis/redis.conf
role:master
connected_slaves:1
slave0:ip=10.0.0.4,port=6379,state=online,offset=1,lag=0
aof_enabled:0
module:name=bf,ver=20206,api=1
db0:keys=10,expires=1,avg_ttl=0
db3:keys=1,expires=0,avg_ttl=0
@config
dir
/var/lib/redis
save
3600 1 300 100
appendonly
yes
@users
default
app
@end
server\t12\tunixsocket:/run/r.sock
"""


def test_redis_with_its_key_spaces_and_how_it_keeps_them() -> None:
    facts = PROBE.parse(section(redis=REDIS)).facts
    first, second = facts.servers
    assert (first.version, first.role, first.replicas) == ("7.0.15", "primary", ("10.0.0.4",))
    assert (first.persistence, first.password, first.directory) == (
        "append-only file and snapshots",
        False,
        "/var/lib/redis",
    )
    assert ([one.name for one in first.users], first.extensions) == (["default", "app"], ("bf",))
    assert [(one.name, one.keys) for one in facts.databases] == [("db0", 10), ("db3", 1)]
    assert (second.answered, second.socket, second.pid, second.persistence) == (False, "/run/r.sock", 12, None)


def test_a_redis_of_2_8_that_lets_nobody_ask_for_its_settings() -> None:
    lines = (
        "server\t9\t*:6379\nredis_version:2.8.4\nrole:slave\nmaster_host:10.0.0.1\nmaster_port:6379\naof_enabled:1\n"
    )
    text = lines + "@config\nERR unknown command 'CONFIG'\n@users\nERR unknown command 'ACL'\n@end"
    (server,) = PROBE.parse(section(redis=text)).facts.servers
    assert (server.role, server.primary, server.persistence, server.users) == (
        "replica", "10.0.0.1:6379", "append-only file", (),
    )  # fmt: skip


def test_rabbitmq_s_virtual_hosts_and_queues_from_its_files() -> None:
    node = "/var/lib/rabbitmq/mnesia/rabbit@h"
    files = {
        f"{node}/msg_stores/vhosts/A/.vhost": "/",
        f"{node}/msg_stores/vhosts/B/.vhost": "shop",
        f"{node}/msg_stores/vhosts/B/queues/Q/.queue_name": "VHOST: shop\nQUEUE: orders",
    }
    (server,) = PROBE.parse(section(rabbitmq=shown(files))).facts.servers
    assert (server.engine, server.directory, server.databases) == ("rabbitmq", node, ("/", "shop"))
    assert server.places == (("queue orders", "shop"),)


def host(*facts: Any, texts: dict[str, str] | None = None) -> Snapshot:
    scopes = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
    return Snapshot(Inventory("h", "h", "", scopes), {path: text.encode() for path, text in (texts or {}).items()})


MARIADB = Application(
    "mariadb", "database", "mariadb", "10.5", unit="mariadb.service", user="mysql", pids=(5,), ports=(3306,),
    configuration=("/etc/mysql/my.cnf",), data=("/var/lib/mysql",), settings=(("bind-address", "::"),),
)  # fmt: skip


def test_what_answered_is_completed_by_how_it_looks() -> None:
    told = Databases(
        servers=(DatabaseServer("mysql", "10.5.1", True, ports=(3306,), settings=(("bind_address", "::"),)),)
    )
    tree = Tree(FileFact("/var/lib/mysql", "directory", 0o700, 1, 1), "data", size=500)
    ports = Sockets((Socket("tcp", "listen", "::", 3306, pids=(5,)),))
    (server,) = read(host(told, Applications((MARIADB,)), Files(unmanaged=(tree,)), ports)).facts.servers
    assert (server.engine, server.version, server.answered, server.unit) == ("mysql", "10.5.1", True, "mariadb.service")
    assert (server.directory, server.size, server.addresses) == ("/var/lib/mysql", 500, ("::",))
    assert server.settings == (("bind_address", "::"),)


def test_who_is_connected_and_who_means_to_connect() -> None:
    shop = Application(
        "spring-boot", "application", "shop", unit="shop.service", pids=(7,),
        resources=(Resource("database", "url", "jdbc:mysql://u:***@localhost:3306/shop?x=1", "app", "/opt/a.yml:3"),
                   Resource("database", "url", "jdbc:mysql://10.9.9.9:3306/other"),
                   Resource("database", "x", "localhost")),
    )  # fmt: skip
    sockets = Sockets(
        (
            Socket("tcp", "established", "127.0.0.1", 3306, "127.0.0.1", 40000, pids=(5,)),
            Socket("tcp", "established", "127.0.0.1", 40000, "127.0.0.1", 3306, pids=(7,)),
            Socket("tcp", "established", "10.0.0.1", 3306, "10.0.0.8", None, pids=(5,), count=30),
            Socket("tcp", "established", "10.0.0.1", 50000, "10.9.9.9", 3306, pids=(7,)),
        )
    )
    processes = Processes((Process(5, 1, "mariadbd", (), 1, 1), Process(7, 1, "java", (), 1, 1, unit="shop.service")))
    (server,) = read(host(Applications((MARIADB, shop)), sockets, processes)).facts.servers
    assert server.clients == (
        DatabaseClient("10.0.0.8", connections=30, seen="sockets"),
        DatabaseClient("127.0.0.1", process="java", unit="shop.service", connections=1, seen="sockets"),
        DatabaseClient("localhost", "app", "shop", "shop", "shop.service", seen="/opt/a.yml:3"),
    )


def test_a_server_that_nobody_asked_is_told_with_what_would_settle_it() -> None:
    mongo = Application("mongodb", "database", "mongod", pids=(3,), ports=(27017,), data=("/srv/m",),
                        configuration=("/etc/mongod.conf",))  # fmt: skip
    texts = {"/etc/mongod.conf": "security:\n  authorization: enabled\n"}
    parsed = read(host(Applications((mongo,)), texts=texts))
    assert [(one.engine, one.answered, one.password) for one in parsed.facts.servers] == [("mongodb", False, True)]
    (gap,) = parsed.gaps
    assert gap == Gap("databases and users of mongodb at /srv/m", "its own tool was not run", gap.remedy)
    assert "mongosh" in (gap.remedy or "")


LDIF = """dn: olcDatabase={1}mdb,cn=config
olcSuffix: dc=example,dc=
 org
olcDbDirectory: /var/lib/ldap
olcRootDN: cn=admin
olcRootPW:: e1NTSEF9
"""
CONF = """suffix "o=old"
rootpw secret
moduleload back_hdb
syncrepl rid=1
  provider=ldap://a.example.org
  credentials="s e c"
"""


def test_without_root_a_server_that_could_be_asked_is_a_gap_with_the_line_that_closes_it() -> None:
    def gaps(*, root: bool) -> list[tuple[str, str | None]]:
        return [(one.what, one.remedy) for one in read(host(Applications((MARIADB,)), System(privileged=root))).gaps]

    assert gaps(root=False) == [("databases of mariadb at /var/lib/mysql", SUDOERS)]
    assert gaps(root=True) == []


def test_openldap_s_trees_without_a_password() -> None:
    slapd = Application("openldap", "directory", "slapd", pids=(3,), ports=(389,))
    texts = {"/etc/ldap/slapd.d/cn=config/x.ldif": LDIF, "/etc/openldap/slapd.conf": CONF}
    (server,) = read(host(Applications((slapd,)), texts=texts)).facts.servers
    assert server.databases == ("dc=example,dc=org", "o=old")
    assert (server.users, server.extensions) == ((DatabaseUser("cn=admin", superuser=True),), ("back_hdb",))
    assert (server.places, server.role, server.primary) == (
        (("directory", "/var/lib/ldap"),), "replica", "ldap://a.example.org",
    )  # fmt: skip
    assert "secret" not in repr(server)
    assert "s e c" not in repr(server)


def test_databases_in_files_by_who_has_them_open_and_who_names_them() -> None:
    def opens(pid: int, name: str, *paths: str) -> Process:
        return Process(pid, 1, name, (), 0, 0, open_files=tuple(OpenFile(path, writable=True) for path in paths))

    processes = Processes(
        (
            opens(1, "grafana", "/var/lib/g/grafana.db-wal"),
            opens(2, "java", "/srv/h2/shop.mv.db", "/srv/derby/x/seg0/c10.dat", "/srv/derby/x/log/log1.dat"),
            opens(3, "slapd", "/var/lib/ldap/data.mdb", "/var/lib/x.db"),
        )
    )
    texts = {
        "/etc/app.yml": "a: 1\nurl: sqlite:////srv/app/app.db\n",
        "/opt/s/settings.py": "NAME = '/srv/d/db.sqlite3'\n",
        "/opt/s/node_modules/x.js": "'/srv/no.sqlite3'",
        "/etc/j.properties": "url=jdbc:h2:file:/srv/h2/shop;MODE=X\n",
    }
    assert read(host(processes, texts=texts)).facts.embedded == (
        EmbeddedDatabase("derby", "/srv/derby/x", None, ("java",)),
        EmbeddedDatabase("h2", "/srv/h2/shop.mv.db", None, ("java",), ("/etc/j.properties:1",)),
        EmbeddedDatabase("sqlite", "/srv/app/app.db", None, (), ("/etc/app.yml:2",)),
        EmbeddedDatabase("sqlite", "/srv/d/db.sqlite3", None, (), ("/opt/s/settings.py:1",)),
        EmbeddedDatabase("sqlite", "/var/lib/g/grafana.db", None, ("grafana",)),
    )


@given(st.text(), st.text(), st.text())
def test_odd_answers_are_no_databases_and_no_error(one: str, other: str, third: str) -> None:
    told = PROBE.parse(
        section(
            postgresql=f"database|{one}\n{CLUSTER}\nrole|{one}|{other}|{third}|x\nclient|{one}|{other}|{third}|y",
            mysql=f"server\t{other}\n{MYSQLD}{hexed(one)}\ngrant\t{one}\t{other}\t{third}\nclient\t{one}",
            redis=f"server\t{one}\t{other}\nrole:{third}\n@config\n{one}",
            sizes=f"size\t{one}\t{other}",
        )
    )
    assert told.facts.databases == ()
    apps = Applications((MARIADB, Application("x", "other", "y", resources=(Resource("database", url=one),))))
    assert len(read(host(told.facts, apps, texts={"/etc/a.conf": other})).facts.servers) >= 1


def test_the_scope_is_named() -> None:
    assert PROBE.facts is READING.facts is Databases
