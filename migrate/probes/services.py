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
from migrate.syntax.init_scripts import init_services

_EXEC = re.compile(r"argv\[\]=(.*)", re.DOTALL)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    gaps = list(parts.gaps)
    found: list[Service] = []
    alive = _alive(parts)
    if "systemd" in parts.blocks:
        found += _units(parts)
        if not any(service.state for service in found):
            gaps.append(Gap("state of the units", "systemctl did not answer: which ones run is not known", SUDOERS))
    else:
        found += init_services(parts, alive)
        found += supervisors.upstart(parts.lines("upstart"), parts.files("jobs"))
    found += supervisors.supervisor(parts.files("supervisor"), alive)
    found += supervisors.runit(parts.files("runit"), alive)
    if not found:
        gaps.append(Gap("services", "no init system that is known here keeps any"))
    return Parsed(Services(tuple(found)), tuple(gaps))


def _alive(parts: Parts) -> dict[int, tuple[int, str]]:
    """Parent and name by process id."""
    found = {}
    for row in parts.table("alive"):
        pid, ppid = (number(row[0]), number(row[1])) if len(row) > 2 else (None, None)
        if pid is not None and ppid is not None:
            found[pid] = (ppid, row[2])
    return found


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
    told = _from_text(name, unit, hostname)
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
    told = _from_text(name, unit, hostname)
    return replace(told, description=unit.last("Unit", "Description"), enabled=enabled, unit_file=path, seen=path)


def _from_text(name: str, unit: systemd.Unit, hostname: str) -> Service:
    known = systemd.specifiers(name, hostname)

    def run(key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(command for value in unit.all("Service", key) for command in systemd.commands(value, known))

    def one(key: str) -> str | None:
        value = unit.last("Service", key)
        return systemd.expanded(value, known) if value else None

    def several(key: str) -> tuple[str, ...]:
        return tuple(
            systemd.expanded(word, known) for value in unit.all("Service", key) for word in systemd.words(value)
        )

    limits = [(key, one(key) or "") for key in unit.keys("Service") if key.startswith("Limit")]
    return Service(
        name,
        "systemd",
        kind=one("Type"),
        exec_start=run("ExecStart"),
        exec_start_pre=run("ExecStartPre"),
        exec_stop=run("ExecStop"),
        environment=systemd.environment(unit.all("Service", "Environment"), known),
        environment_files=tuple(path.removeprefix("-") for path in several("EnvironmentFile")),
        user=one("User"),
        group=one("Group"),
        supplementary_groups=several("SupplementaryGroups"),
        working_directory=_folder(one("WorkingDirectory")),
        pid_file=_run_path(one("PIDFile")),
        umask=one("UMask"),
        kill_signal=_signal(one("KillSignal")),
        limits=tuple((key, value) for key, value in limits if value),
        runtime_directories=_directories(several("RuntimeDirectory")),
        state_directories=_directories(several("StateDirectory")),
        cache_directories=_directories(several("CacheDirectory")),
        logs_directories=_directories(several("LogsDirectory")),
        restart=one("Restart"),
    )


def _folder(path: str | None) -> str | None:
    """``-`` allows it to be missing; ``~`` is the user's home."""
    return path.removeprefix("-") if path and path != "~" else None


def _directories(names: tuple[str, ...]) -> tuple[str, ...]:
    """Newer releases have ``name:link``."""
    return tuple(name.partition(":")[0] for name in names)


def _run_path(path: str | None) -> str | None:
    return path if path is None or path.startswith("/") else f"/run/{path}"


def _signal(word: str | None) -> str | None:
    if word is None:
        return None
    if word.isdecimal():
        return {"1": "SIGHUP", "2": "SIGINT", "3": "SIGQUIT", "9": "SIGKILL", "10": "SIGUSR1", "15": "SIGTERM"}.get(
            word
        )
    return word if word.startswith("SIG") else f"SIG{word}"


PROBE = Probe(Services, shell_of(__file__), parse, budget=30)
