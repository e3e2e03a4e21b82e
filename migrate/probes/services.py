"""What the host keeps running: units of systemd, init scripts, and what other supervisors are told to start."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migrate.model.facts import Service, Services
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import SUDOERS, Parts, number, shell_of, split
from migrate.syntax import supervisors, systemd
from migrate.syntax.inetd import inetd, xinetd
from migrate.syntax.init_scripts import init_services
from migrate.syntax.monit import monit
from migrate.syntax.pm2 import pm2
from migrate.syntax.process_tree import Running, Tree
from migrate.syntax.service_folders import service_folders
from migrate.syntax.unit_services import people, service_of, user_services, user_units
from migrate.syntax.upstart import upstart

_PIECES = ("user_units.sh", "services_keepers.sh", "services.sh")
_EXEC = re.compile(r"argv\[\]=(.*)", re.DOTALL)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    gaps = list(parts.gaps)
    found: list[Service] = []
    tree, groups = _alive(parts)
    if "systemd" in parts.blocks:
        found += _units(parts)
        if not any(service.state for service in found):
            gaps.append(Gap("state of the units", "systemctl did not answer: which ones run is not known", SUDOERS))
        mine = user_units(people(parts.lines("owners")), parts.files("userunits"), dict(parts.pairs("userlinks")))
        found += user_services(mine, parts.line("machine"), groups, tree)
    else:
        found += init_services(parts, tree)
        found += upstart(parts.lines("upstart"), parts.files("jobs"))
    found += _kept(parts, tree)
    if not found:
        gaps.append(Gap("services", "no init system that is known here keeps any"))
    return Parsed(Services(tuple(found)), tuple(gaps))


def _alive(parts: Parts) -> tuple[Tree, dict[str, list[int]]]:
    """The processes, with their arguments where a supervisor is near; those of users' units by control group."""
    found: dict[int, Running] = {}
    arguments: dict[int, tuple[str, ...]] = {}
    groups: dict[str, list[int]] = {}
    for row in parts.table("alive"):
        if row[0] == "C" and len(row) > 2 and (pid := number(row[1])) is not None:
            arguments[pid] = _arguments(row[2:])
        pid, ppid = (number(row[0]), number(row[1])) if len(row) > 2 else (None, None)
        if pid is None or ppid is None:
            continue
        found[pid] = Running(pid, ppid, row[2])
        if len(row) > 3:
            groups.setdefault(row[3], []).append(pid)
    argued = {pid: replace(one, argv=arguments.get(pid, ())) for pid, one in found.items()}
    return Tree(argued), groups


def _arguments(words: list[str]) -> tuple[str, ...]:
    """A title that a process gave itself leaves empty words behind."""
    while words and not words[-1]:
        words = words[:-1]
    return tuple(words)


def _kept(parts: Parts, tree: Tree) -> list[Service]:
    """What other supervisors than init are told to keep, by the files that they read."""
    files, ports = _told(parts)

    def of(kind: str) -> list[tuple[str, list[str]]]:
        return [(path, lines) for one, path, lines in files if one == kind]

    pids = {path: pid for path, lines in of("pid") if lines and (pid := number(lines[0].strip())) is not None}
    down = frozenset(parts.lines("down"))
    return [
        *supervisors.supervisor(of("supervisor"), tree),
        *supervisors.circus(of("circus"), tree),
        *supervisors.god(of("god"), tree),
        *supervisors.forever(tree),
        *service_folders(of("run"), down, pids, tree),
        *monit(of("monit"), pids, tree),
        *pm2(of("pm2"), pids, tree),
        *inetd(of("inetd"), ports, running=True),
        *xinetd(of("xinetd"), ports, running=True),
    ]


def _told(parts: Parts) -> tuple[list[tuple[str, str, list[str]]], dict[str, list[str]]]:
    """Kind, path and lines of each file, and the ports of the names that they use."""
    folders = {link: target for link, target in parts.pairs("cwds") if target.startswith("/")}
    files: list[tuple[str, str, list[str]]] = []
    ports: dict[str, list[str]] = {}
    for line in parts.lines("keepers"):
        if line.startswith(">"):
            kind, _, path = line[1:].replace("\x01", "\n").partition(" ")
            files.append((kind, _placed(path, folders), []))
        elif line.startswith("|") and files:
            files[-1][2].append(line[1:])
        elif line.startswith("="):
            name, _, port = line[1:].partition(" ")
            ports.setdefault(name, []).append(port)
    return files, ports


def _placed(path: str, folders: dict[str, str]) -> str:
    """The path without the process through which it was seen."""
    match = re.match(r"(/proc/\d+/cwd)(/.*)", path)
    return folders[match[1]].rstrip("/") + match[2] if match and match[1] in folders else path


def _units(parts: Parts) -> list[Service]:
    properties, listed, texts = _stanzas(parts.lines("units"))
    hostname = parts.line("machine")
    links = list(parts.pairs("links"))
    masked = {link.rpartition("/")[2] for link, target in links if target == "/dev/null"}
    aliases = {link.rpartition("/")[2] for link, _ in links if ".wants/" not in link} - masked
    enabled = {link.rpartition("/")[2] for link, _ in links if ".wants/" in link}
    found = [_loaded(each, texts, hostname) for each in properties]
    known = {service.name for service in found}
    for path in listed:
        name = path.rpartition("/")[2]
        if name not in aliases and name not in known:
            found.append(_unloaded(name, path, texts, name in enabled and name not in masked, hostname))
    return sorted(found, key=lambda service: service.name)


def _stanzas(lines: Iterable[str]) -> tuple[list[dict[str, str]], list[str], dict[str, list[str]]]:
    """Properties of loaded units, paths of the others, and unit files' lines."""
    properties, listed, texts = [], [], {}  # type: list[dict[str, str]], list[str], dict[str, list[str]]
    current: dict[str, str] = {}
    text: list[str] | None = None
    for line in lines:
        if line.startswith("\f"):
            text = texts.setdefault(line[2:], []) if line[1:2] == ">" else None
            if line[1:2] == "u":
                listed.append(line[2:])
        elif text is not None:
            text.append(line[1:])
        elif line:
            key, _, value = line.partition("=")
            current[key] = value
        elif current:
            properties.append(current)
            current = {}
    return [each for each in properties if each.get("Id")], listed, texts


def _loaded(properties: dict[str, str], texts: dict[str, list[str]], hostname: str) -> Service:
    name, path = properties["Id"], properties.get("FragmentPath")
    drop_ins = tuple(properties.get("DropInPaths", "").split())
    unit = systemd.unit(texts[each] for each in (path, *drop_ins) if each in texts)
    told = service_of(name, unit, systemd.specifiers(name, hostname))
    state = properties.get("UnitFileState", "")
    memory = number(properties.get("MemoryCurrent", ""))
    exec_start = told.exec_start or _shown(properties.get("ExecStart", ""))
    return replace(
        told,
        description=properties.get("Description"),
        active=properties.get("ActiveState") in ("active", "reloading", "refreshing"),
        enabled=_enabled(state, properties.get("LoadState")),
        state=properties.get("SubState"),
        kind=properties.get("Type"),
        main_pid=number(properties.get("MainPID", "")) or None,
        cgroup=properties.get("ControlGroup"),
        unit_file=path or properties.get("SourcePath"),
        drop_ins=drop_ins,
        exec_start=exec_start,
        user=properties.get("User") or told.user,
        restart=properties.get("Restart"),
        memory=memory if memory is not None and memory < 2**63 else None,
        triggered_by=tuple(properties.get("TriggeredBy", "").split()),
        seen="systemctl show" + (f", {path}" if path else ""),
    )


def _enabled(state: str, load: str | None) -> bool | None:
    if load == "masked" or state.startswith("masked") or state == "disabled":
        return False
    return True if state.startswith(("enabled", "linked")) else None


def _shown(value: str) -> tuple[tuple[str, ...], ...]:
    """Of ``{ path=/usr/sbin/sshd ; argv[]=/usr/sbin/sshd -D``; used only where the unit has no text."""
    match = _EXEC.search(value)
    argv = tuple(match[1].split()) if match else ()
    return (argv,) if argv else ()


def _unloaded(name: str, path: str, texts: dict[str, list[str]], enabled: bool, hostname: str) -> Service:
    unit = systemd.unit([texts[path]] if path in texts else [])
    told = service_of(name, unit, systemd.specifiers(name, hostname))
    return replace(told, description=unit.last("Unit", "Description"), enabled=enabled, unit_file=path, seen=path)


_SHELL = "\n".join(shell_of(__file__.replace("services.py", name)) for name in _PIECES)
PROBE = Probe(Services, _SHELL, parse, budget=30, packed=True)
