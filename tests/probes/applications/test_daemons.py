from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.model.applications import Resource
from migrate.model.facts import OpenFile
from migrate.parts import parts
from tests.probes.applications import brief, found, host, listen, process

SQUID = (
    "# a comment\nhttp_port 3128 intercept\ncache_dir ufs /srv/squid 100 16 256\n"
    "access_log daemon:/srv/log/access.log squid\ncache_peer parent.example.org parent 3128 0 login=joe:Geheim12\n"
    "include /etc/squid/conf.d/*.conf\n"
)


def test_settings_that_name_ports_data_logs_and_resources() -> None:
    texts = {"/etc/squid/squid.conf": SQUID, "/etc/squid/conf.d/own.conf": "visible_hostname proxy\n"}
    here = host(
        process(10, "/usr/sbin/squid", "--foreground", "-sYC", unit="squid.service"), texts=texts,
        packages={"/usr/sbin/squid": ("squid", "5.7-2+deb12u2")}, sockets=(listen(3128, 10),),
    )  # fmt: skip
    (one,) = found(here)
    assert brief(one) == ("squid", "proxy", "squid", "5.7")
    assert one.configuration == ("/etc/squid/squid.conf", "/etc/squid/conf.d/own.conf")
    assert one.settings == (("http_port", "3128 intercept"), ("visible_hostname", "proxy"))
    assert (one.data, one.logs, one.ports) == (("/srv/squid",), ("/srv/log/access.log",), (3128,))
    (peer,) = one.resources
    assert peer.kind == "http"
    assert "Geheim12" not in (peer.url or "")


def test_the_command_line_says_which_file_counts() -> None:
    texts = {"/etc/mosquitto/mosquitto.conf": "listener 1\n", "/srv/m/own.conf": "listener 1884\n"}
    (one,) = found(host(process(10, "/usr/sbin/mosquitto", "-c", "/srv/m/own.conf"), texts=texts))
    assert (one.configuration, one.settings) == (("/srv/m/own.conf",), (("listener", "1884"),))


def test_a_script_is_known_by_its_name_and_what_it_writes_by_its_open_files() -> None:
    main = process(
        10, "/usr/bin/python3", "/usr/bin/fail2ban-server", "-xf", "start", exe="/usr/bin/python3.11",
        name="fail2ban-server", open_files=(OpenFile("/var/lib/fail2ban/fail2ban.sqlite3", True),),
    )  # fmt: skip
    packages = {"/usr/bin/fail2ban-server": ("fail2ban", "1.0.2-2"), "/usr/bin/python3.11": ("python3.11", "3.11.2-6")}
    (one,) = found(host(main, packages=packages))
    assert (one.kind, one.version, one.runtime, one.data) == (
        "fail2ban",
        "1.0.2",
        "python 3.11.2",
        ("/var/lib/fail2ban",),
    )


def test_a_client_of_the_same_name_is_no_daemon() -> None:
    assert found(host(process(10, "/usr/bin/rsync", "-a", "/x", "/y"))) == ()
    (one,) = found(
        host(
            process(10, "/usr/bin/rsync", "--daemon"),
            texts={"/etc/rsyncd.conf": "uid = nobody\n[www]\n path = /srv/www\n"},
        )
    )
    assert (one.kind, one.data, one.settings) == ("rsyncd", ("/srv/www",), (("uid", "nobody"),))


def test_each_kind_is_there_once_and_every_program_has_one_kind() -> None:
    known = [one for group in parts("migrate.probes.applications.known", "KNOWN") for one in group]
    kinds = [one.kind for one in known]
    programs = [name for one in known for name in one.programs]
    assert len(kinds) == len(set(kinds))
    assert len(programs) == len(set(programs))


@pytest.mark.parametrize("program", ["squid", "unbound", "snmpd", "mysqld"])
@given(text=st.text())
@settings(deadline=None)
def test_reading_never_fails(program: str, text: str) -> None:
    paths = ("/etc/squid/squid.conf", "/etc/unbound/unbound.conf", "/etc/snmp/snmpd.conf", "/etc/my.cnf")
    found(host(process(10, f"/usr/sbin/{program}"), texts=dict.fromkeys(paths, text)))


def test_a_unit_that_is_enabled_is_read_as_if_it_ran() -> None:
    from migrate.model.facts import Service, Services

    unit = Service("n.service", "systemd", enabled=True, exec_start=(("/usr/sbin/nrpe", "-c", "/etc/nagios/nrpe.cfg"),))
    texts = {"/etc/nagios/nrpe.cfg": "server_port=5666\nallowed_hosts=10.0.0.9\n"}
    (one,) = found(host(texts=texts, facts=(Services((unit,)),)))
    assert (one.kind, one.pids, one.unit) == ("nagios-nrpe", (), "n.service")
    assert one.settings == (("server_port", "5666"), ("allowed_hosts", "10.0.0.9"))
    assert one.resources == ()
    assert Resource("x") not in one.resources
