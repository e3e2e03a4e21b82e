"""What inetd and xinetd start when somebody connects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename

from migrate.model.applications import Application
from migrate.parts import parts
from migrate.planning.secrets import find_in_argv
from migrate.probes.applications import Found
from migrate.probes.applications.known import Daemon
from migrate.probes.applications.making import MASK, called
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers.versions import home_of, version_of
from migrate.syntax import plain
from migrate.syntax.globs import matching

# Of /etc/services, what inetd is used for.
_PORTS = {
    "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "tftp": 69, "finger": 79, "pop3": 110, "auth": 113, "imap": 143,
    "imap2": 143, "rsync": 873, "imaps": 993, "pop3s": 995, "cvspserver": 2401, "svn": 3690, "nrpe": 5666, "git": 9418,
    "amanda": 10080, "shell": 514, "login": 513, "exec": 512, "printer": 515, "swat": 901, "check_mk": 6556,
    "bpcd": 13782, "vnetd": 13724, "bacula-fd": 9102, "sane-port": 6566, "munin": 4949,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Service:
    name: str
    program: str
    arguments: tuple[str, ...]
    user: str | None
    port: str | None
    seen: str


def find(seen: Seen) -> Found:
    found = [_application(seen, one, each) for each in seen.instances("xinetd") for one in _of_xinetd(seen)]
    for each in seen.instances("inetd", "inetutils-inetd", "openbsd-inetd"):
        found += [_application(seen, one, each) for one in _of_inetd(seen)]
    return Found(tuple(found))


def _of_xinetd(seen: Seen) -> Iterator[_Service]:
    for path in ("/etc/xinetd.conf", *matching(seen.texts, "/etc/xinetd.d/*")):
        services: dict[str, dict[str, str]] = {}
        lines: dict[str, int] = {}
        for one in plain.read(seen.texts.get(path, "")):
            if one.section and one.section[-1].startswith("service"):
                services.setdefault(one.section[-1], {})[one.key] = one.value.lstrip("+= ")
                lines.setdefault(one.section[-1], one.line)
        for head, told in services.items():
            name = head.split()[-1]
            if told.get("disable", "no") != "yes" and told.get("server") and name != "service":
                yield _Service(
                    name,
                    told["server"],
                    tuple(told.get("server_args", "").split()),
                    told.get("user"),
                    told.get("port"),
                    f"{seen.real(path)}:{lines[head]}",
                )


def _of_inetd(seen: Seen) -> Iterator[_Service]:
    for path in ("/etc/inetd.conf", *matching(seen.texts, "/etc/inetd.d/*")):
        for number, line in enumerate(seen.texts.get(path, "").split("\n"), 1):
            words = line.split()
            if len(words) < 6 or line.startswith("#") or words[5] == "internal":
                continue
            behind = words[6:] if basename(words[5]) == "tcpd" else words[5:]
            if behind:
                name = words[0].rpartition(":")[2]
                port = name if name.isdigit() else None
                yield _Service(
                    name, behind[0], tuple(behind[1:]), words[4].split(":")[0], port, f"{seen.real(path)}:{number}"
                )


def _application(seen: Seen, one: _Service, keeper: Instance) -> Application:
    known = _known(one.program)
    port = int(one.port) if one.port and one.port.isascii() and one.port.isdigit() else _PORTS.get(one.name)
    return Application(
        known.kind if known else "service", known.role if known else "other", one.name, version_of(seen, one.program),
        home_of(one.program), unit=keeper.unit, user=one.user, ports=(port,) if port and port < 65536 else (),
        within=called(keeper, "inetd"), configuration=(one.seen.rpartition(":")[0],),
        settings=(("server", _shown((one.program, *one.arguments))),), seen=one.seen,
    )  # fmt: skip


def _shown(argv: tuple[str, ...]) -> str:
    """The command without what is secret in it."""
    text = " ".join(argv)
    for one in find_in_argv(argv):
        text = text.replace(one.value, MASK)
    return text


def _known(program: str) -> Daemon | None:
    daemons = (daemon for group in parts("migrate.probes.applications.known", "KNOWN") for daemon in group)
    return next((daemon for daemon in daemons if basename(program) in daemon.programs), None)


FIND = find
