"""Secrets on command lines and in environments. Every value here is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.planning import secrets

S = "Kx7-Tulpe-4431"


@pytest.mark.parametrize(
    "argv",
    [
        ("curl", "-s", "-u", f"shop:{S}", "https://x.example.org/"),
        ("curl", f"-ushop:{S}", "https://x.example.org/"),
        ("curl", "-sSfu", f"shop:{S}", "https://x.example.org/"),
        ("curl", f"-sushop:{S}", "https://x.example.org/"),
        ("ldapsearch", "-xw", S, "-b", "o=a"),
        ("zip", "-rP", S, "x.zip", "x"),
        ("/bin/sh", "-c", f"cd /srv && mysql -uroot -p{S} shop < x.sql"),
        ("sudo", "-u", "x", "bash", "-lc", f"exec redis-cli -a {S} monitor"),
        ("su", "-", "shop", "-c", f"curl -su shop:{S} https://x.example.org/ | sh -c 'cat'"),
        ("/usr/bin/curl", "--user", f"shop:{S}"),
        ("curl", "-H", f"Authorization: Bearer {S}"),
        ("curl", f"https://shop:{S}@x.example.org/"),
        ("mysql", "-uroot", f"-p{S}", "shop"),
        ("mysqldump", f"--password={S}", "shop"),
        ("sshpass", "-p", S, "ssh", "a@b"),
        ("wget", f"--http-password={S}", "x"),
        ("redis-cli", "-a", S, "ping"),
        ("mongodump", "-u", "a", "-p", S),
        ("ldapsearch", "-x", "-D", "cn=a", "-w", S),
        ("smbclient", "//a/b", "-U", f"shop%{S}"),
        ("keytool", "-list", "-storepass", S),
        ("openssl", "rsa", "-passin", f"pass:{S}"),
        ("java", "-Xmx1g", f"-Djavax.net.ssl.trustStorePassword={S}", "-jar", "x.jar"),
        ("java", "-jar", "x.jar", f"--spring.datasource.password={S}"),
        ("/opt/app/server", "--db-password", S),
        ("sqlplus", f"scott/{S}@ORCL"),
        ("htpasswd", "-bc", "/etc/x", "shop", S),
        ("docker", "login", "-u", "a", "-p", S, "r.example.org"),
        ("psql", f"host=db user=a password={S}"),
        ("sudo", "-u", "x", "sshpass", f"-p{S}", "ssh"),
    ],
)
def test_a_secret_argument_is_found(argv: tuple[str, ...]) -> None:
    assert [one.value for one in secrets.find_in_argv(argv)] == [S]


@pytest.mark.parametrize(
    "argv",
    [
        ("mysql", "-u", "root", "-p", "shop"),
        ("ssh", "-p", "2222", "a@b"),
        ("nginx", "-p", "/opt/nginx", "-c", "conf/x.conf"),
        ("java", "-Djava.security.policy=/etc/x.policy", "-Dpassword.file=/run/x", "-cp", "a.jar:b.jar"),
        ("/usr/sbin/mysqld", "--defaults-file=/etc/my.cnf", "--secure-file-priv="),
        ("gpg", "--passphrase-file", "/root/.pass"),
        ("rsync", "--password-file=/etc/rsync.pass", "a", "b"),
        ("postgres", "-D", "/var/lib/x", "-c", "password_encryption=md5"),
        ("curl", "-u", "shop", "https://x.example.org/"),
        ("curl", "-so", "shop:file", "https://x.example.org/"),
        ("docker", "run", "-p", "80:80", "-e", "DB_PASSWORD", "x")[:2],
        ("sh", "-c", "exec app --token $TOKEN"),
        (),
        ("",),
    ],
)
def test_other_arguments_are_left_alone(argv: tuple[str, ...]) -> None:
    assert secrets.find_in_argv(argv) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", S),
        ("PGPASSWORD", S),
        ("MYSQL_PWD", S),
        ("STOCKD_API_TOKEN", S),
        ("SPRING_DATASOURCE_PASSWORD", S),
        ("DATABASE_URL", f"postgres://shop:{S}@localhost/shop"),
        ("JAVA_OPTS", f"-Xmx1g -Ddb.password={S} -Dx=y"),
        ("CATALINA_OPTS", f"-Dx=y -Djavax.net.ssl.keyStorePassword={S}"),
        ("DSN", f"host=db password={S} user=x"),
    ],
)
def test_a_secret_variable_is_found(name: str, value: str) -> None:
    assert [(one.key, one.value) for one in secrets.find_in_variables([(name, value)])] == [(name, S)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PWD", "/root"),
        ("OLDPWD", "/srv/www"),
        ("SSH_AUTH_SOCK", "/tmp/ssh-x/agent.1"),
        ("XAUTHORITY", "/root/.Xauthority"),
        ("PATH", "/usr/bin:/bin"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("PASSWORD", "${secret:abc}"),
        ("LS_COLORS", "rs=0:di=01;34:ln=01;36"),
        ("INVOCATION_ID", "9f86d081884c7d659a2feaa0c55ad015"),
        ("JAVA_HOME", "/usr/lib/jvm/java-11"),
    ],
)
def test_other_variables_are_left_alone(name: str, value: str) -> None:
    assert secrets.find_in_variables([(name, value)]) == ()


@pytest.mark.parametrize(
    "command",
    [
        f"cd /srv && mysqldump -uroot -p'{S}' shop | gzip > x",
        f'PGPASSWORD="{S}" psql -h db',
        f"echo 'shop:{S}' | chpasswd",
        f"for h in a b; do curl -u x:{S} http://$h/; done",
        f"wget -q -O- 'http://x.example.org/?token={S}'",
    ],
)
def test_a_secret_in_a_shell_line_is_found(command: str) -> None:
    assert [(one.line, one.value) for one in secrets.find_in_command(command)] == [(1, S)]


def test_lines_of_a_command_are_counted_and_its_comments_left_out() -> None:
    text = f"# mysql -p{S}\nmysql -uroot -p{S}\n"
    assert [one.line for one in secrets.find_in_command(text)] == [2]


@given(st.lists(st.text()))
def test_finding_never_fails_on_arguments(argv: list[str]) -> None:
    secrets.find_in_argv(argv)
    secrets.find_in_command(" ".join(argv))
    secrets.find_in_variables(zip(argv, reversed(argv), strict=True))
