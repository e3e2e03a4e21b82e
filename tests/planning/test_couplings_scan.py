# ruff: noqa: E501 - a table is read by its rows
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.planning.couplings import scan

# (path, text, host, port, line of the host, the exact words)
FORMS: list[tuple[str, str, str, int, int, str]] = [
    ("/main.cf", "relayhost = [smtp.example.net]:587", "smtp.example.net", 587, 1, "smtp.example.net]:587"),
    ("/main.cf", "relayhost = smtp.example.net\n", "smtp.example.net", 25, 1, "smtp.example.net"),
    ("/exim.conf", "dc_smarthost='mail.example.net::26'", "mail.example.net", 26, 1, "mail.example.net::26"),
    ("/a.py", "with smtplib.SMTP('localhost') as relay:", "localhost", 25, 1, "smtplib.SMTP('localhost'"),
    ("/a.pl", 'my $smtp = Net::SMTP->new("localhost", Timeout => 9);', "localhost", 25, 1, 'Net::SMTP->new("localhost"'),
    ("/n.conf", "upstream a {\n  server 127.0.0.1:8081 weight=2;\n}", "127.0.0.1", 8081, 2, "127.0.0.1:8081"),
    ("/n.conf", "upstream a {\n  server 10.0.0.9;\n}", "10.0.0.9", 80, 2, " 10.0.0.9"),
    ("/n.conf", "proxy_pass http://localhost:8080/app/;", "localhost", 8080, 1, "localhost:8080"),
    ("/n.conf", "proxy_pass http://localhost/;", "localhost", 80, 1, "//localhost/"),
    ("/n.conf", "proxy_pass https://localhost;", "localhost", 443, 1, "//localhost;"),
    ("/n.conf", "fastcgi_pass 127.0.0.1:9000;", "127.0.0.1", 9000, 1, "127.0.0.1:9000"),
    ("/n.conf", "proxy_pass http://[::1]:8080;", "::1", 8080, 1, "[::1]:8080"),
    ("/h.conf", "ProxyPass /app ajp://127.0.0.1:8009/app secret=x", "127.0.0.1", 8009, 1, "127.0.0.1:8009"),
    ("/h.conf", "ProxyPass /app ajp://localhost/app", "localhost", 8009, 1, "//localhost/"),
    ("/h.conf", 'ProxyPassMatch "^/(.*\\.php)$" "fcgi://127.0.0.1:9000/srv/$1"', "127.0.0.1", 9000, 1, "127.0.0.1:9000"),
    ("/c.xml", '<R url="jdbc:postgresql://db.shop.internal:5432/shop"/>', "db.shop.internal", 5432, 1, "db.shop.internal:5432"),
    ("/c.xml", '<R url="jdbc:postgresql://localhost/shop"/>', "localhost", 5432, 1, "//localhost/"),
    ("/c.xml", '<R url="jdbc:mysql://localhost:3307/shop?a=b"/>', "localhost", 3307, 1, "localhost:3307"),
    ("/c.xml", '<R url="jdbc:mariadb://127.0.0.1/shop"/>', "127.0.0.1", 3306, 1, "//127.0.0.1/"),
    ("/c.properties", "url=jdbc:oracle:thin:@dbhost:1521:ORCL", "dbhost", 1521, 1, "dbhost:1521"),
    ("/c.properties", "url=jdbc:oracle:thin:@//dbhost:1521/svc", "dbhost", 1521, 1, "dbhost:1521"),
    ("/c.properties", "url=jdbc:sqlserver://localhost;databaseName=x", "localhost", 1433, 1, "//localhost;"),
    ("/c.properties", "url=jdbc\\:mysql\\://localhost\\:3306/x", "localhost", 3306, 1, "localhost\\:3306"),
    ("/app.env", "DATABASE_URL=postgres://shop:Kx7@localhost/shop", "localhost", 5432, 1, "@localhost/"),
    ("/app.env", "DATABASE_URL=postgres://shop:Kx7@localhost:5433/shop", "localhost", 5433, 1, "localhost:5433"),
    ("/app.env", "REDIS_URL=redis://127.0.0.1/0", "127.0.0.1", 6379, 1, "//127.0.0.1/"),
    ("/app.yml", "uri: mongodb://localhost/x", "localhost", 27017, 1, "//localhost/"),
    ("/app.yml", "broker: amqp://guest:guest@localhost//", "localhost", 5672, 1, "@localhost/"),
    ("/app.yml", "ldap: ldap://localhost", "localhost", 389, 1, "//localhost"),
    ("/app.yml", "db:\n  adapter: x\n  host: 127.0.0.1\n  port: 5433\n", "127.0.0.1", 5433, 3, "host: 127.0.0.1"),
    ("/app.ini", "[redis]\nhost = localhost\nport = 6380\n", "localhost", 6380, 2, "host = localhost"),
    ("/app.ini", "[redis]\nhost = localhost\n", "localhost", 6379, 2, "host = localhost"),
    ("/app.properties", "db.port=3307\ndb.host=127.0.0.1\nmail.host=x\n", "127.0.0.1", 3307, 2, "db.host=127.0.0.1"),
    ("/app.json", '{"redis": {"host": "127.0.0.1",\n "port": 6380}}', "127.0.0.1", 6380, 1, 'host": "127.0.0.1'),
    ("/c.php", "<?php\ndefine('DB_HOST', '127.0.0.1');\ndefine('DB_PORT', 3307);", "127.0.0.1", 3307, 2, "DB_HOST', '127.0.0.1"),
    ("/c.php", "<?php $c = ['host' => 'localhost', 'port' => '11211'];", "localhost", 11211, 1, "host' => 'localhost"),
    ("/c.php", "<?php new PDO('pgsql:host=localhost;port=5433;dbname=x', $u);", "localhost", 5433, 1, "host=localhost"),
    ("/c.php", "<?php new PDO('mysql:host=127.0.0.1;dbname=x', $u);", "127.0.0.1", 3306, 1, "host=127.0.0.1"),
    ("/c.php", "<?php mysqli_connect('localhost', $u, $p);", "localhost", 3306, 1, "mysqli_connect('localhost"),
    ("/c.php", "<?php $r->connect('127.0.0.1', 6379);", "127.0.0.1", 6379, 1, "'127.0.0.1', 6379"),
    ("/c.py", 's.connect(("localhost", 25))', "localhost", 25, 1, '"localhost", 25'),
    ("/c.conf", "conninfo = 'host=127.0.0.1 port=5433 user=x'", "127.0.0.1", 5433, 1, "host=127.0.0.1"),
    ("/c.xml", '<db host="127.0.0.1" port="5433"/>', "127.0.0.1", 5433, 1, 'host="127.0.0.1'),
    ("/c.xml", "<db>\n<host>127.0.0.1</host>\n<port>5433</port></db>", "127.0.0.1", 5433, 2, "host>127.0.0.1"),
    ("/x.sh", "#!/bin/sh\npsql -h 127.0.0.1 -p 5433 shop", "127.0.0.1", 5433, 2, "-h 127.0.0.1"),
    ("/x.sh", "#!/bin/sh\n/usr/bin/mysqldump --host=127.0.0.1 shop", "127.0.0.1", 3306, 2, "--host=127.0.0.1"),
    ("/x.sh", "#!/bin/sh\nredis-cli -h localhost -p 6380 ping", "localhost", 6380, 2, "-h localhost"),
    ("/x.sh", "#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/8125", "127.0.0.1", 8125, 2, "/dev/tcp/127.0.0.1/8125"),
    ("/x.sh", "#!/bin/sh\nexport PGHOST=127.0.0.1 PGUSER=x", "127.0.0.1", 5432, 2, "PGHOST=127.0.0.1"),
    ("/x.sh", "#!/bin/sh\ncurl -s localhost:9090/levels", "localhost", 9090, 2, "localhost:9090"),
    ("/x.sh", "#!/bin/sh\ncurl -s localhost/levels", "localhost", 80, 2, " localhost/"),
    ("/x.sh", "#!/bin/sh\nnc -z 127.0.0.1 25", "127.0.0.1", 25, 2, " 127.0.0.1 25"),
    ("/home/a/.pgpass", "127.0.0.1:5432:shop:shop:x", "127.0.0.1", 5432, 1, "127.0.0.1:5432"),
    ("/w.properties", "worker.a.port=8009\nworker.a.host=localhost\n", "localhost", 8009, 2, "worker.a.host=localhost"),
    ("/m.conf", "-l 127.0.0.1\nservers=localhost:11211,localhost:11212", "localhost", 11211, 2, "localhost:11211"),
]  # fmt: skip

NOTHING: list[tuple[str, str]] = [
    ("/c.json", '{"port": 3001,\n "database": {"host": "localhost", "user": "x"}}'),
    ("/x.conf", "# server 127.0.0.1:8081;"),
    ("/x.xml", "<!-- http://localhost:8080/ -->"),
    ("/x.php", "<?php // connect('127.0.0.1', 6379)"),
    ("/x.log", "at 12:30:45 it was main.c:120"),
    ("/x.conf", "include server.xml:80"),
    ("/pg_hba.conf", "host all all 127.0.0.1/32 md5"),
    ("/x.conf", "proxy_pass http://$backend;"),
    ("/main.cf", "myhostname = mail.example.net"),
    ("/x.conf", "version 1.2.3.4"),
    ("/x.yml", "image: 3:22"),
    ("/x.conf", "listen_addresses = 'localhost'"),
    ("/settings.py", "'ENGINE': 'postgresql',\n'HOST': database.hostname,\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "host", "port", "line", "words"), FORMS, ids=range(len(FORMS)))
def test_a_form_is_read(path: str, text: str, host: str, port: int, line: int, words: str) -> None:
    found = [(one.host, one.port, one.line, one.text) for one in scan(text, path)]
    assert (host, port, line, words) in found


@pytest.mark.parametrize(("path", "text"), NOTHING)
def test_other_words_are_passed_over(path: str, text: str) -> None:
    assert scan(text, path) == ()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("fastcgi_pass unix:/run/php/php7.4-fpm.sock;", "/run/php/php7.4-fpm.sock"),
        ("ProxyPass / unix:/run/app.sock|fcgi://localhost/srv", "/run/app.sock"),
        ("socket = /var/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock"),
        ("server unix:///run/x.sock;", "/run/x.sock"),
        ("host=/var/run/postgresql dbname=x", "/var/run/postgresql"),
        ("bind /var/run/postgresql/.s.PGSQL.5432", "/var/run/postgresql/.s.PGSQL.5432"),
    ],
)
def test_unix_sockets_are_found(text: str, path: str) -> None:
    assert [(one.path, one.host) for one in scan(text, "/x.conf")] == [(path, None)]


def test_both_places_of_a_host_and_its_port_are_given() -> None:
    (found,) = scan("db.host=127.0.0.1\ndb.user=x\ndb.port=3307\n", "/x.properties")
    assert (found.line, found.port_line, found.implied) == (1, 3, False)


def test_what_a_script_uses_a_variable_for_is_not_sure() -> None:
    (found,) = scan("#!/bin/sh\nHOST=127.0.0.1\nPORT=9090\n", "/usr/local/bin/x")
    assert not found.sure


def test_several_on_one_line_are_told_apart() -> None:
    assert [one.port for one in scan("a=10.0.0.1:80,10.0.0.1:8080 http://10.0.0.1:81/", "/x.conf")] == [80, 8080, 81]


@given(st.text(), st.sampled_from(["/x", "/x.xml", "/x.php", "/x.sh", "/x.properties"]))
def test_scanning_never_fails(text: str, path: str) -> None:
    scan(text, path)


_PIECES = st.sampled_from(
    ["localhost", "127.0.0.1", "[::1]", "::1", ":", "8080", "http://", "jdbc:mysql://", "host", "port", "=", "\n", " ", "'", '"', ",",
     "@", "/", "\\", "#", "unix:", "/run/x.sock", "psql -h ", "-p ", "<", ">", "server ", ";"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["/x", "/x.xml", "/x.properties", "/x.sh"]))
def test_every_reference_stands_where_it_says(text: str, path: str) -> None:
    lines = text.split("\n")
    for one in scan(text, path):
        line = lines[one.line - 1]
        assert line[one.column - 1 : one.column - 1 + len(one.text)] == one.text
        if one.host is not None:
            assert one.text[one.at : one.at + one.length].strip("[]").lower() == one.host
