"""Systemd's sockets, paths, mounts, targets and templates, and where things are enabled: of the system and of users."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from migrate.model.inventory import Gap
from migrate.model.units import Unit, Units, Want
from migrate.probes import Parsed, Probe
from migrate.probes.sections import SUDOERS, Parts, shell_of, split
from migrate.syntax import systemd
from migrate.syntax.unit_services import UserUnit, people, user_units

_KINDS = frozenset("socket path mount automount swap target slice timer".split())
_STARTERS = frozenset(("socket", "path"))
_FOLDERS = ("wants", "requires", "upholds")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    if "systemd" not in parts.blocks:
        return Parsed(Units(), parts.gaps)
    links = dict(parts.pairs("links"))
    machine = _Machine(
        parts.line("systemd"),
        {row[0]: (row[1], row[2], row[3]) for row in parts.table("states") if len(row) == 4},
        parts.files("texts"),
        links,
        tuple(_wants(links)),
    )
    gaps = [*parts.gaps]
    if not machine.states:
        gaps.append(Gap("state of sockets, paths and mounts", "systemctl did not answer", SUDOERS))
    units = [*_system(machine), *_templates(machine), *_users(parts, machine.hostname)]
    target = links.get("/etc/systemd/system/default.target", "").rpartition("/")[2] or None
    return Parsed(Units(tuple(units), machine.wants, target), tuple(gaps))


@dataclass(frozen=True, slots=True)
class _Machine:
    """What systemd and its folders say.

    :ivar states: load, active and sub state by name.
    """

    hostname: str
    states: Mapping[str, tuple[str, str, str]]
    texts: Mapping[str, list[str]]
    links: Mapping[str, str]
    wants: tuple[Want, ...]


def _wants(links: Mapping[str, str]) -> Iterator[Want]:
    for link in sorted(links):
        folder, _, name = link.rpartition("/")
        by, _, how = folder.rpartition("/")[2].rpartition(".")
        if how in _FOLDERS and by:
            yield Want(name, by, how)


def _system(machine: _Machine) -> Iterator[Unit]:
    paths: dict[str, str] = {}
    for path in machine.texts:
        name = path.rpartition("/")[2]
        # A link to another unit's file is a second name of it, and stands there under the first.
        if ".d/" not in path and _kind(name) and not _alias(path, machine):
            paths.setdefault(name, path)
    masked = {path.rpartition("/")[2] for path, target in machine.links.items() if target == "/dev/null"}
    for name in sorted({*paths, *_notable(machine), *(name for name in masked if _kind(name))}):
        unit = _unit(name, paths.get(name), machine)
        if name in masked:
            yield Unit(
                name, _kind(name), enabled=False, state="masked", origin="person", seen=f"/etc/systemd/system/{name}"
            )
        elif _worth_saying(unit):
            yield unit


def _alias(path: str, machine: _Machine) -> bool:
    target = machine.links.get(path)
    return target is not None and target.rpartition("/")[2] != path.rpartition("/")[2]


def _kind(name: str) -> str:
    extension = name.rpartition(".")[2]
    return extension if extension in _KINDS else ""


def _notable(machine: _Machine) -> Iterator[str]:
    """Sockets and paths that run without a file that was read: those of generators; and whatever failed."""
    for name, (load, active, _) in machine.states.items():
        if load != "not-found" and (active == "failed" or (_kind(name) in _STARTERS and active == "active")):
            yield name


def _worth_saying(unit: Unit) -> bool:
    """The distribution's own only where they do something."""
    if unit.origin == "person" or unit.state == "failed":
        return True
    return unit.kind in _STARTERS and (unit.active or bool(unit.enabled))


def _unit(name: str, path: str | None, machine: _Machine) -> Unit:
    drop_ins = tuple(sorted(each for each in machine.texts if each.rpartition("/")[0].endswith(f"/{name}.d")))
    written = systemd.unit(machine.texts[each] for each in (path, *drop_ins) if each)
    wanted = tuple(want.by for want in machine.wants if want.unit == name)
    active = machine.states.get(name, ("", "", ""))
    person = path is None or not path.startswith(("/lib/", "/usr/lib/")) or bool(drop_ins)
    known = systemd.specifiers(name, machine.hostname)
    return _described(
        name,
        written,
        known,
        active=active[1] in ("active", "reloading"),
        state="failed" if active[1] == "failed" else active[2] or None,
        enabled=bool(wanted) or (False if _installable(written) else None),
        file=path,
        drop_ins=drop_ins,
        wanted_by=wanted,
        origin="person" if person and path else "distribution" if path else None,
        seen=path or "systemctl list-units",
    )


def _installable(written: systemd.Unit) -> bool:
    return any(written.all("Install", key) for key in ("WantedBy", "RequiredBy", "UpheldBy"))


def _described(name: str, written: systemd.Unit, known: Mapping[str, str], **facts: object) -> Unit:
    """What the text of a unit says, by its kind."""
    kind = _kind(name)
    section = kind.capitalize()

    def one(key: str) -> str | None:
        value = written.last(section, key)
        return systemd.expanded(value, known) if value else None

    accept = one("Accept")
    accepts = accept.lower() in ("yes", "true", "1", "on") if accept else None
    options = one("Options") if kind == "mount" else None
    return Unit(
        name,
        kind,
        description=written.last("Unit", "Description"),
        activates=_activates(name, kind, one, accepts),
        listens=tuple(_listens(written, known)) if kind == "socket" else (),
        accept=accepts if kind == "socket" else None,
        watches=tuple(_watches(written, known)) if kind == "path" else (),
        what=one("What"),
        where=one("Where"),
        filesystem=one("Type") if kind == "mount" else None,
        options=tuple(options.split(",")) if options else (),
        **facts,  # type: ignore[arg-type]
    )


def _activates(name: str, kind: str, one: Callable[[str], str | None], accepts: bool | None) -> str | None:
    if kind not in (*_STARTERS, "timer"):
        return None
    stem = name.rpartition(".")[0]
    return one("Service" if kind == "socket" else "Unit") or (f"{stem}@.service" if accepts else f"{stem}.service")


_LISTEN = {
    "ListenStream": "stream",
    "ListenDatagram": "datagram",
    "ListenSequentialPacket": "seqpacket",
    "ListenFIFO": "fifo",
    "ListenSpecial": "special",
    "ListenNetlink": "netlink",
    "ListenMessageQueue": "mqueue",
}


def _listens(written: systemd.Unit, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """An empty assignment takes back all that were made before it, of whatever kind."""
    found: list[tuple[str, str]] = []
    for section, key, value in written.entries:
        if section == "Socket" and key in _LISTEN:
            found = [*found, (_LISTEN[key], systemd.expanded(value, known))] if value else []
    yield from found


def _watches(written: systemd.Unit, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key in ("PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty"):
        yield from ((key, systemd.expanded(value, known)) for value in written.all("Path", key))


def _templates(machine: _Machine) -> Iterator[Unit]:
    """Templates of services that a person made, with those of their instances that something enables."""
    for path, lines in sorted(machine.texts.items()):
        name = path.rpartition("/")[2]
        if not name.endswith("@.service"):
            continue
        stem = name.removesuffix(".service")
        wants = [want for want in machine.wants if want.unit.startswith(stem) and want.unit.endswith(".service")]
        yield Unit(
            name,
            "template",
            description=systemd.unit([lines]).last("Unit", "Description"),
            file=path,
            wanted_by=tuple(dict.fromkeys(want.by for want in wants)),
            instances=tuple(dict.fromkeys(want.unit for want in wants if want.unit != name)),
            origin="person",
            seen=path,
        )


def _users(parts: Parts, hostname: str) -> Iterator[Unit]:
    links = [link for link, _ in parts.pairs("userlinks")]
    for one in user_units(people(parts.lines("owners")), parts.files("userunits"), links):
        if _kind(one.name):
            yield _user_unit(one, hostname, links)


def _user_unit(one: UserUnit, hostname: str, links: list[str]) -> Unit:
    mine = (link.split("/") for link in links if one.person.owns(link))
    wanted = tuple(dict.fromkeys(words[-2].removesuffix(".wants") for words in mine if words[-1] == one.name))
    return _described(
        one.name,
        one.unit,
        one.person.specifiers(one.name, hostname),
        manager="systemd-user",
        user=one.person.name,
        enabled=one.enabled,
        file=one.path,
        drop_ins=one.drop_ins,
        wanted_by=wanted,
        origin="person",
        seen=one.path,
    )


_SHELL = "\n".join(shell_of(__file__.replace("units.py", name)) for name in ("user_units.sh", "units.sh"))
PROBE = Probe(Units, _SHELL, parse, budget=20)
