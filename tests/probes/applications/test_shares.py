from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.model.applications import Component
from migrate.model.facts import Service, Services
from tests.probes.applications import found, host, process

BIND = {
    "/etc/bind/named.conf": 'include "/etc/bind/named.conf.local";\ninclude "/etc/bind/named.conf.options"; // no\n',
    "/etc/bind/named.conf.local": (
        'zone "example.org" { type master; file "/srv/zones/example.org"; };\nzone "." { type hint; file "x"; };\n'
    ),
    "/etc/bind/named.conf.options": (
        'options { directory "/var/cache/bind"; forwarders { 10.0.0.1; };\n'
        " recursion yes; /* allow-query { none; }; */ };\n"
    ),
}
SAMBA = "[global]\nworkgroup = OFFICE\n[data]\n path = /srv/data\n[print$]\n path = /var/lib/samba/printers\n"


def test_bind_with_the_zones_of_somebody_s_own() -> None:
    (one,) = found(host(process(10, "/usr/sbin/named", "-u", "bind", unit="named.service"), texts=BIND))
    assert (one.kind, one.role, one.name, one.base) == ("bind", "dns", "named", "/var/cache/bind")
    assert one.components == (Component("example.org", None, "/etc/bind/named.conf.local:1", "zone"),)
    assert one.data == ("/var/cache/bind", "/srv/zones/example.org")
    assert [(each.name, each.url) for each in one.resources] == [("forwarders", "10.0.0.1")]
    assert one.settings == (("recursion", "yes"),)


def test_samba_is_one_application_with_its_shares() -> None:
    smbd, nmbd = process(20, "/usr/sbin/smbd", unit="smbd.service"), process(10, "/usr/sbin/nmbd", unit="nmbd.service")
    (one,) = found(host(nmbd, smbd, texts={"/etc/samba/smb.conf": SAMBA}))
    assert (one.kind, one.unit, one.pids, one.data) == ("samba", "smbd.service", (10, 20), ("/srv/data",))
    assert one.components == (Component("data", None, "/srv/data", "share"),)
    assert one.settings == (("workgroup", "OFFICE"),)


def test_nfs_is_there_where_its_unit_and_exports_are() -> None:
    exports = {"/etc/exports": '# none\n/srv/a 10.0.0.0/8(rw) \\\n  host(ro)\n"/srv/b c" *(ro)\n'}
    unit = Services((Service("nfs-server.service", "systemd", active=True),))
    (one,) = found(host(texts=exports, facts=(unit,)))
    assert (one.kind, one.unit, one.data) == ("nfs", "nfs-server.service", ("/srv/a", "/srv/b c"))
    assert one.settings == (("/srv/a", "10.0.0.0/8(rw) host(ro)"), ("/srv/b c", "*(ro)"))
    assert found(host(texts={"/etc/exports": "# none\n"}, facts=(unit,))) == ()


def test_proftpd_and_an_sshd_that_keeps_users_in_a_directory() -> None:
    texts = {
        "/etc/proftpd/proftpd.conf": (
            "Include modules.conf\nPort 21\nPassivePorts 50000 50100\n<Global>\nDefaultRoot ~\n</Global>\n"
            "<Anonymous /srv/ftp>\n"
            "</Anonymous>\nSQLConnectInfo ftp@db01 ftpuser Geheim12\n"
        ),
        "/etc/proftpd/modules.conf": "LoadModule mod_tls.c\n",
        "/etc/ssh/sshd_config": (
            "Subsystem sftp internal-sftp\nMatch Group sftp\n ChrootDirectory /srv/sftp\n ForceCommand internal-sftp\n"
        ),
    }
    ftp, sftp = found(host(process(10, "/usr/sbin/proftpd"), process(20, "/usr/sbin/sshd", "-D"), texts=texts))
    assert (ftp.kind, ftp.data, [each.name for each in ftp.components]) == ("proftpd", ("/srv/ftp",), ["mod_tls"])
    assert [(each.url, each.user) for each in ftp.resources] == [("ftp@db01", "ftpuser")]
    assert "Geheim12" not in repr(ftp)
    assert (sftp.kind, sftp.role, sftp.data) == ("sftp", "ftp", ("/srv/sftp",))


def test_an_sshd_for_logins_is_no_application() -> None:
    assert found(host(process(20, "/usr/sbin/sshd", "-D"), texts={"/etc/ssh/sshd_config": "Port 22\n"})) == ()


def test_wireguard_by_its_unit() -> None:
    text = (
        "[Interface]\nPrivateKey = c2VjcmV0\nAddress = 10.9.0.1/24\nListenPort = 51820\n[Peer]\n"
        "Endpoint = vpn.example.org:51820\n"
    )
    unit = Services((Service("wg-quick@wg0.service", "systemd", active=True),))
    (one,) = found(host(texts={"/etc/wireguard/wg0.conf": text}, facts=(unit,)))
    assert (one.kind, one.name, one.ports) == ("wireguard", "wg0", (51820,))
    assert one.settings == (("Address", "10.9.0.1/24"), ("ListenPort", "51820"))
    assert "c2VjcmV0" not in repr(one)


@given(text=st.text())
@settings(deadline=None)
def test_reading_never_fails(text: str) -> None:
    paths = (*BIND, "/etc/samba/smb.conf", "/etc/exports", "/etc/proftpd/proftpd.conf", "/etc/ssh/sshd_config")
    names = ("named", "smbd", "rpc.mountd", "proftpd", "sshd")
    found(
        host(
            *(process(pid, f"/usr/sbin/{name}") for pid, name in enumerate(names, 10)), texts=dict.fromkeys(paths, text)
        )
    )
