"""What a machine's own tools say of it, to judge what discovery told: a fact that no oracle confirms is invented.

An oracle turns both sides into short texts: ``told`` those of the inventory, ``truth`` those of the machine, asked by
other programs than discovery uses, past its sshd.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from migrate.model.facts import (
    Accounts,
    Files,
    Mounts,
    Packages,
    Processes,
    Schedule,
    Services,
    Sockets,
    System,
)
from migrate.model.inventory import Inventory
from tests.e2e.shop import Shop


@dataclass(frozen=True, slots=True)
class Oracle:
    """One question to a machine.

    :ivar whole: what the oracle says must be told, too.
    """

    scope: str
    machines: frozenset[str]
    told: Callable[[Inventory], Iterable[str]]
    truth: Callable[[Shop], set[str]]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What an oracle made of an inventory. ``missing`` stays empty where the oracle is not whole."""

    scope: str
    told: int
    invented: tuple[str, ...]
    missing: tuple[str, ...]


def judge(oracle: Oracle, inventory: Inventory, before: set[str], after: set[str]) -> Judged:
    """What came and went between the two askings is neither invented nor missing."""
    told = set(oracle.told(inventory))
    invented = told - before - after
    missing = (before & after) - told if oracle.whole else set()
    return Judged(oracle.scope, len(told), tuple(sorted(invented)), tuple(sorted(missing)))


DPKG = frozenset({"attic", "elder", "lamp", "mixed", "shop"})
SYSTEMD = frozenset({"attic", "rouge", "lamp", "mixed", "shop"})
RPM = frozenset({"rouge"})
EVERY = DPKG | RPM | frozenset({"tiny"})


def lines(server: Shop, command: str) -> list[str]:
    return server.inside("sh", "-c", command).decode("utf-8", "surrogateescape").splitlines()


# --- packages ---


def _packages(inventory: Inventory) -> Iterator[str]:
    return (f"{one.name} {one.version} {one.arch}" for one in inventory.get(Packages).packages)


def _dpkg(server: Shop) -> set[str]:
    form = "${db:Status-Status} ${Package} ${Version} ${Architecture}\\n"
    rows = (line.partition(" ") for line in lines(server, f"dpkg-query -W -f '{form}'"))
    return {rest for status, _, rest in rows if status == "installed"}


def _rpm(server: Shop) -> set[str]:
    form = "%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH}\\n"
    return set(lines(server, f"rpm -qa --qf '{form}'"))


def _held(inventory: Inventory) -> Iterator[str]:
    return (one.name for one in inventory.get(Packages).packages if one.held)


def _manual(inventory: Inventory) -> Iterator[str]:
    return (one.name for one in inventory.get(Packages).packages if one.manual)


# --- what runs ---


def _units(inventory: Inventory) -> Iterator[str]:
    for one in inventory.get(Services).services:
        if one.manager == "systemd":
            yield f"{one.name} {'active' if one.active else 'inactive'}"


def _systemctl(server: Shop) -> set[str]:
    active = {
        line.split()[0] for line in lines(server, "systemctl list-units --plain --no-legend --state=active '*.service'")
    }
    loaded = {line.split()[0] for line in lines(server, "systemctl list-units --all --plain --no-legend '*.service'")}
    files = {line.split()[0] for line in lines(server, "systemctl list-unit-files --plain --no-legend '*.service'")}
    return {f"{name} {'active' if name in active else 'inactive'}" for name in active | loaded | files}


def _processes(inventory: Inventory) -> Iterator[str]:
    for one in inventory.get(Processes).processes:
        yield f"{one.pid} {one.ppid} {one.uid} {one.name}"


def _ps(server: Shop) -> set[str]:
    return {" ".join(line.split(None, 3)) for line in lines(server, "ps -eo pid=,ppid=,uid=,comm=")}


def _listeners(inventory: Inventory) -> Iterator[str]:
    for one in inventory.get(Sockets).sockets:
        if one.protocol in ("tcp", "udp") and one.state in ("listen", "unconnected"):
            yield f"{one.protocol} {one.address} {one.port}"


def _ss(server: Shop) -> set[str]:
    found = set()
    for line in lines(server, "ss -Hlntu"):
        words = line.split()
        address, _, port = words[4].rpartition(":")
        address = address.partition("%")[0].strip("[]")
        found.add(f"{words[0]} {'::' if address == '*' else address} {port}")
    return found


def _netstat(server: Shop) -> set[str]:
    rows = (line.split() for line in lines(server, "netstat -lntu"))
    pairs = ((row[0], row[3].rpartition(":")) for row in rows if row[0][:3] in ("tcp", "udp"))
    return {f"{name[:3]} {address} {port}" for name, (address, _, port) in pairs}


def _lsof(server: Shop) -> set[str]:
    found, version = set(), "4"
    protocol = ""
    for line in lines(server, "lsof -nP -i -F tPn -sTCP:LISTEN"):
        if line[0] == "t":
            version = line[-1]
        elif line[0] == "P":
            protocol = line[1:].lower()
        elif line[0] == "n" and "->" not in line:
            address, _, port = line[1:].rpartition(":")
            found.add(
                f"{protocol} {({'4': '0.0.0.0', '6': '::'}[version]) if address == '*' else address.strip('[]')} {port}"
            )
    return found


# --- the machine ---


def _users(inventory: Inventory) -> Iterator[str]:
    return (f"{one.name}:{one.uid}:{one.gid}:{one.home}:{one.shell}" for one in inventory.get(Accounts).users)


def _passwd(server: Shop) -> set[str]:
    rows = (line.split(":") for line in lines(server, "getent passwd || cat /etc/passwd"))
    return {f"{row[0]}:{row[2]}:{row[3]}:{row[5]}:{row[6]}" for row in rows if len(row) == 7 and row[0][0] != "+"}


def _groups(inventory: Inventory) -> Iterator[str]:
    return (f"{one.name}:{one.gid}:{','.join(one.members)}" for one in inventory.get(Accounts).groups)


def _group(server: Shop) -> set[str]:
    rows = (line.split(":") for line in lines(server, "getent group || cat /etc/group"))
    return {f"{row[0]}:{row[2]}:{row[3]}" for row in rows if len(row) == 4}


def _mounts(inventory: Inventory) -> Iterator[str]:
    return (f"{one.filesystem} {one.path}" for one in inventory.get(Mounts).mounts)


def _proc_mounts(server: Shop) -> set[str]:
    rows = (line.split() for line in lines(server, "cat /proc/1/mounts"))
    return {f"{row[2]} {row[1]}" for row in rows}


def _system(inventory: Inventory) -> Iterator[str]:
    one = inventory.get(System)
    yield from (f"host {one.hostname}", f"kernel {one.kernel}", f"arch {one.arch}", f"cpus {one.cpus}")


def _uname(server: Shop) -> set[str]:
    [text] = lines(server, "echo host $(uname -n), kernel $(uname -r), arch $(uname -m), cpus $(nproc)")
    return set(text.split(", "))


# --- what runs at a time ---


def _crontabs(inventory: Inventory) -> Iterator[str]:
    for one in inventory.get(Schedule).jobs:
        if one.kind == "cron" and not one.source.startswith("/etc/cron.d/."):
            yield f"{one.source}: {one.schedule} {_squeezed(one.command)}"


_TIMES = re.compile(r"\s*(@\w+|(?:\S+\s+){4}\S+)\s+(.*)")


def _cron_files(server: Shop) -> set[str]:
    """What crond would read, by its own rule of names; the user's column is cut off the system's."""
    found = set()
    system = "/etc/crontab $(ls -d /etc/cron.d/* 2> /dev/null | grep -E '/[A-Za-z0-9_-]+$')"
    users = "$(ls -d /var/spool/cron/crontabs/* /var/spool/cron/[a-z]* /etc/crontabs/* 2> /dev/null)"
    for where, of_system in ((system, True), (users, False)):
        for line in lines(
            server, f"for f in {where}; do [ ! -f $f ] || awk -v f=$f '{{ print f \"\\t\" $0 }}' $f; done"
        ):
            path, _, rest = line.partition("\t")
            match = _TIMES.match(rest)
            if not match or re.match(r"\s*(#|\w+\s*=)", rest) or "run-parts" in rest:
                continue  # what run-parts runs is told in its place
            command = match[2].split(None, 1)[1] if of_system else match[2]
            found.add(f"{path}: {' '.join(match[1].split())} {_squeezed(command)}")
    return found


def _squeezed(command: str) -> str:
    """Up to what masking or cron's own % may change."""
    return re.sub(r"\s\S*[:$%\\].*", "", " ".join(command.split()))[:60].rstrip()


def _timers(inventory: Inventory) -> Iterator[str]:
    return (one.name or "" for one in inventory.get(Schedule).jobs if one.kind == "timer")


def _list_timers(server: Shop) -> set[str]:
    return {line.split()[0] for line in lines(server, "systemctl list-units --all --plain --no-legend '*.timer'")}


def _periodic(inventory: Inventory) -> Iterator[str]:
    return (one.command for one in inventory.get(Schedule).jobs if one.kind == "periodic")


def _run_parts(server: Shop) -> set[str]:
    return set(
        lines(
            server,
            "for d in hourly daily weekly monthly yearly; do run-parts --test /etc/cron.$d 2> /dev/null || :; done",
        )
    )


# --- files ---


def _changed(inventory: Inventory) -> Iterator[str]:
    files = inventory.get(Files)
    for one in (*files.changed_configuration, *files.changed_packaged):
        if one.change != "metadata":
            yield one.path


def _dpkg_verify(server: Shop) -> set[str]:
    """dpkg's own verification, and the files that ucf keeps, which it does not know."""
    found = {line[2:].split(None, 1)[-1].removeprefix("c ") for line in lines(server, "dpkg --verify")}
    known = "awk '{ print $2 \"\\t\" $1 }' /var/lib/ucf/hashfile 2> /dev/null | sort -u"
    for line in lines(server, known):
        path, _, digest = line.partition("\t")
        have = lines(server, f"md5sum '{path}' 2> /dev/null || echo gone")[0].split()[0]
        if have != digest:
            found.add(path)
    return found


def _rpm_verify(server: Shop) -> set[str]:
    """Content or presence; what differs in times, owners and modes alone is another matter."""
    rows = lines(server, "rpm -Va --nomtime --noghost 2> /dev/null || true")
    return {row[row.index("/") :] for row in rows if row.startswith(("missing", "S", "..5"))}


def _unmanaged(inventory: Inventory) -> Iterator[str]:
    return (one.root.path for one in inventory.get(Files).unmanaged)


# A path that is not there, or that a package owns, is no unmanaged one.
_OWNERS = {
    "dpkg": 'grep -qxF -- "${path#/usr}" /var/lib/dpkg/info/*.list || grep -qxF -- "$path" /var/lib/dpkg/info/*.list',
    "rpm": 'rpm -qf -- "$path" > /dev/null 2>&1',
}
_ASK = """while IFS= read -r -d '' path; do
    { [ -e "$path" ] || [ -L "$path" ]; } && ! { %s; } || printf '%%s\\0' "$path"
done"""


def unowned(machine: str, server: Shop, inventory: Inventory) -> tuple[Judged, ...]:
    """Each unmanaged path, held against the package manager's own lists."""
    manager = "dpkg" if machine in DPKG else "rpm" if machine in RPM else None
    if manager is None:
        return ()
    paths = sorted(set(_unmanaged(inventory)))
    data = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    said = server.inside("bash", "-c", _ASK % _OWNERS[manager], stdin=data)
    wrong = tuple(path.decode("utf-8", "surrogateescape") for path in said.split(b"\0") if path)
    return (Judged("files.unmanaged", len(paths), wrong, ()),)


ORACLES = (
    Oracle("packages.packages", DPKG, _packages, _dpkg, whole=True),
    Oracle("packages.packages", RPM, _packages, _rpm, whole=True),
    Oracle("packages.held", DPKG, _held, lambda server: set(lines(server, "apt-mark showhold")), whole=True),
    Oracle("packages.manual", DPKG, _manual, lambda server: set(lines(server, "apt-mark showmanual")), whole=True),
    Oracle("services.services", SYSTEMD, _units, _systemctl),
    Oracle("processes.processes", EVERY - {"tiny"}, _processes, _ps),
    Oracle("sockets.sockets", SYSTEMD, _listeners, _ss, whole=True),
    Oracle("sockets.sockets", frozenset({"elder"}), _listeners, _lsof, whole=True),
    Oracle("sockets.sockets", frozenset({"tiny"}), _listeners, _netstat, whole=True),
    Oracle("accounts.users", EVERY, _users, _passwd, whole=True),
    Oracle("accounts.groups", EVERY, _groups, _group, whole=True),
    Oracle("mounts.mounts", EVERY, _mounts, _proc_mounts),
    Oracle("system", EVERY, _system, _uname),
    Oracle("schedule.jobs (cron)", EVERY, _crontabs, _cron_files, whole=True),
    Oracle("schedule.jobs (timer)", SYSTEMD, _timers, _list_timers),
    Oracle("schedule.jobs (periodic)", DPKG, _periodic, _run_parts, whole=True),
    Oracle("files.changed", DPKG, _changed, _dpkg_verify),
    Oracle("files.changed", RPM, _changed, _rpm_verify),
)
