from __future__ import annotations

from tests.probes.applications import found, host, process

TEXTS = {
    "/etc/xinetd.d/ftp": (
        "service ftp\n{\n disable = no\n user = root\n server = /usr/sbin/vsftpd\n server_args = /etc/v.conf\n}\n"
    ),
    "/etc/xinetd.d/own": (
        "service own\n{\n type = UNLISTED\n port = 7070\n user = nobody\n server = /opt/legacy/bin/answer\n"
        " disable = no\n}\n"
    ),
    "/etc/xinetd.d/telnet": "service telnet\n{\n disable = yes\n server = /usr/sbin/in.telnetd\n}\n",
    "/etc/xinetd.d/echo": "service echo\n{\n type = INTERNAL\n disable = no\n}\n",
}


def test_services_of_xinetd_that_are_not_disabled() -> None:
    xinetd = process(10, "/usr/sbin/xinetd", unit="xinetd.service")
    keeper, ftp, own = sorted(found(host(xinetd, texts=TEXTS)), key=lambda one: (one.kind != "xinetd", one.name))
    assert keeper.kind == "xinetd"
    assert (ftp.kind, ftp.role, ftp.name, ftp.ports, ftp.within) == ("vsftpd", "ftp", "ftp", (21,), "xinetd")
    assert (own.kind, own.home, own.user, own.ports, own.unit) == (
        "service", "/opt/legacy", "nobody", (7070,), "xinetd.service",
    )  # fmt: skip


def test_services_of_inetd_behind_the_wrapper() -> None:
    texts = {
        "/etc/inetd.conf": (
            "#ftp stream tcp nowait root /usr/sbin/tcpd /x\n"
            "tftp dgram udp wait nobody /usr/sbin/tcpd /usr/sbin/in.tftpd /srv/tftp\n"
            "time stream tcp nowait root internal\n"
        )
    }
    found_here = found(host(process(10, "/usr/sbin/inetd"), texts=texts))
    (tftp,) = [one for one in found_here if one.kind != "inetd"]
    assert (tftp.kind, tftp.ports, tftp.user) == ("tftpd", (69,), "nobody")
    assert tftp.settings == (("server", "/usr/sbin/in.tftpd /srv/tftp"),)
