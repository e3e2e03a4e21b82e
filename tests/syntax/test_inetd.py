from __future__ import annotations

from migrate.model.facts import Service
from migrate.syntax.inetd import inetd, xinetd

PORTS = {"greet": ["7070/tcp", "7070/udp"], "tftp": ["69/udp"]}


def of(text: str) -> dict[str, Service]:
    return {one.name: one for one in inetd([("/etc/inetd.conf", text.split("\n"))], PORTS, True)}


def test_lines_of_inetd_conf() -> None:
    found = of(
        "# comment\n"
        "greet stream tcp nowait worker.web /usr/bin/env env echo hello\n"
        "127.0.0.1:7071 stream tcp6 nowait.40 root /bin/cat cat\n"
        "tftp dgram udp4 wait root /usr/sbin/tcpd /usr/sbin/in.tftpd /srv\n"
        "daytime stream tcp nowait root internal\n"
        "/run/x.sock stream unix nowait root /bin/x x\n"
        "#<off># greet stream tcp nowait root /bin/no\n"
        "odd line"
    )
    greet = found["greet"]
    assert (greet.exec_start, greet.user, greet.group) == ((("/usr/bin/env", "echo", "hello"),), "worker", "web")
    assert (greet.listens, greet.kind, greet.state) == (("tcp 7070",), "nowait", "waiting")
    assert (found["7071"].listens, found["7071"].kind) == (("tcp 127.0.0.1:7071",), "nowait")
    assert (found["tftp"].listens, found["tftp"].exec_start) == (("udp 69",), (("/usr/sbin/in.tftpd", "/srv"),))
    assert found["/run/x.sock"].listens == ("unix /run/x.sock",)
    assert set(found) == {"greet", "7071", "tftp", "/run/x.sock"}


# After xinetd.conf(5).
XINETD = """
defaults
{
    instances = 60
    disabled = gone
}
service greet
{
    socket_type = stream
    wait = no
    user = worker
    env = A=1
    env += B=2
    server = /usr/bin/env
    server_args = echo hello
    bind = 10.0.0.5
}
service gone
{
    socket_type = dgram
    wait = yes
    type = UNLISTED
    port = 99
    protocol = udp
    server = /bin/gone
}
service time
{
    type = INTERNAL
    id = time-stream
}
service off
{
    disable = yes
    server = /bin/off
    port = 7
}
"""


def test_blocks_of_xinetd() -> None:
    found = {one.name: one for one in xinetd([("/etc/xinetd.d/x", XINETD.split("\n"))], PORTS, True)}
    greet = found["greet"]
    assert (greet.listens, greet.environment) == (("tcp 10.0.0.5:7070",), (("A", "1"), ("B", "2")))
    assert (greet.exec_start, greet.active) == ((("/usr/bin/env", "echo", "hello"),), True)
    assert (found["gone"].enabled, found["gone"].active, found["gone"].listens) == (False, False, ("udp 99",))
    assert found["off"].enabled is False
    assert set(found) == {"greet", "gone", "off"}
