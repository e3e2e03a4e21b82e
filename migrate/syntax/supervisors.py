"""What supervisord, circus and god are told to keep running."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrate.model.facts import Service
from migrate.syntax import ini
from migrate.syntax.process_tree import Running, Tree, assigned

Files = Iterable[tuple[str, list[str]]]
"""Paths and lines of configuration files."""


def argv(command: str) -> tuple[str, ...]:
    """Words of a command line; by blanks where its quotes don't match."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return tuple(command.split())


def sections(lines: list[str]) -> dict[str, dict[str, str]]:
    """Keys by section; environments as they are written."""
    found: dict[str, dict[str, str]] = {}
    for one in ini.read("\n".join(_joined(lines))):
        found.setdefault(one.section, {})[one.key] = one.raw if one.key == "environment" else one.value or ""
    return found


def _joined(lines: list[str]) -> Iterator[str]:
    """A line that begins with blanks goes on with the one before it."""
    whole = ""
    for line in lines:
        if line[:1] in (" ", "\t") and line.strip() and whole:
            whole += " " + line.strip()
        else:
            yield whole
            whole = line
    yield whole


_PROGRAM = re.compile(r"(?:program|fcgi-program|eventlistener):\s*(.+)")


def supervisor(files: Files, tree: Tree) -> list[Service]:
    """The ``[program:…]`` sections of supervisord's configuration, with the processes below it."""
    keepers = [one.pid for one in tree.called("supervisord", "supervisor.supervisord", "supervisor")]
    found: dict[str, Service] = {}
    counts: dict[str, int] = {}
    for path, lines in files:
        for section, values in sections(lines).items():
            if match := _PROGRAM.fullmatch(section):
                name = match[1].strip()
                found[name] = _program(name, values, path)
                counts[name] = max(1, _number(values.get("numprocs", "1")) or 1)
    # Those that are started by themselves first: of two alike, the other one was most likely left.
    commands = {
        name: _plain(one)
        for name, one in sorted(found.items(), key=lambda pair: pair[1].enabled is False)
        if one.exec_start
    }
    return _running(found, assigned(commands, tree.children(keepers), counts))


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 6 else None


def _plain(service: Service) -> tuple[str, ...]:
    """A command without what is different in each of its processes."""
    words = service.exec_start[0]
    kept = [word for word in words if "%(" not in word]
    return tuple(kept) if kept else words


def _running(found: Mapping[str, Service], pids: Mapping[str, tuple[int, ...]]) -> list[Service]:
    return [_as_running(one, pids.get(name, ())) for name, one in found.items()]


def _as_running(service: Service, pids: tuple[int, ...]) -> Service:
    if not pids:
        return service
    return replace(service, active=True, state="running", main_pid=pids[0], pids=pids if len(pids) > 1 else ())


def _program(name: str, values: dict[str, str], path: str) -> Service:
    words = argv(values.get("command", "").replace("%(program_name)s", name))
    environment = re.findall(r"([A-Za-z_]\w*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^,\s]*)", values.get("environment", ""))
    count = _number(values.get("numprocs", "")) or 1
    return Service(
        name,
        "supervisor",
        enabled=values.get("autostart", "true").lower() not in ("false", "0", "no", "off"),
        kind="simple",
        unit_file=path,
        exec_start=(words,) if words else (),
        environment=tuple((key, value.strip("\"'")) for key, value in environment),
        user=values.get("user") or None,
        working_directory=values.get("directory") or None,
        umask=values.get("umask") or None,
        kill_signal=f"SIG{values['stopsignal'].removeprefix('SIG')}" if values.get("stopsignal") else None,
        restart=values.get("autorestart") or None,
        instances=count if count > 1 else None,
        seen=path,
    )


def circus(files: Files, tree: Tree) -> list[Service]:
    """The ``[watcher:…]`` sections of circus with their ``[env:…]``."""
    keepers = [one.pid for one in tree.called("circusd", "circus.circusd", "circus")]
    found: dict[str, Service] = {}
    environments: dict[str, dict[str, str]] = {}
    for path, lines in files:
        for section, values in sections(lines).items():
            kind, _, names = section.partition(":")
            if kind == "watcher":
                found[names.strip()] = _watcher(names.strip(), values, path)
            elif kind == "env":
                for name in names.split(","):
                    environments.setdefault(name.strip(), {}).update(values)
    for name, one in found.items():
        known = {**environments.get("*", {}), **environments.get(name, {})}
        found[name] = replace(one, environment=tuple(known.items()))
    commands = {name: _unmarked(one.exec_start[0]) for name, one in found.items() if one.exec_start}
    most = {name: one.instances or 1 for name, one in found.items()}
    return _running(found, assigned(commands, tree.children(keepers), most))


def _unmarked(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if "$(" not in word and "((" not in word)


def _watcher(name: str, values: dict[str, str], path: str) -> Service:
    words = (*argv(values.get("cmd", "")), *argv(values.get("args", "")))
    count = _number(values.get("numprocesses", "")) or 1
    off = ("false", "0", "no", "off")
    return Service(
        name,
        "circus",
        enabled=values.get("autostart", "true").lower() not in off,
        kind="simple",
        unit_file=path,
        exec_start=(words,) if words else (),
        user=values.get("uid") or None,
        group=values.get("gid") or None,
        working_directory=values.get("working_dir") or None,
        restart="no" if values.get("respawn", "true").lower() in off else "always",
        instances=count if count > 1 else None,
        seen=path,
    )


_GOD = re.compile(r"\s*\w+\.(name|dir|start|uid|gid|pid_file|env)\s*=\s*(.*)")


def god(files: Files, tree: Tree) -> list[Service]:
    """The watches of god's configuration, as far as they are written out: it is a program in Ruby."""
    found: dict[str, Service] = {}
    for path, lines in files:
        values: dict[str, str] = {}
        for line in [*lines, "God.watch"]:
            if "God.watch" in line:
                if "name" in values and "start" in values:
                    found[values["name"]] = _watch(values, path)
                values = {}
            elif (match := _GOD.match(line)) and (text := _literal(match[2])) is not None:
                values[match[1]] = text
    keepers = [one.pid for one in tree.called("god")]
    commands = {name: one.exec_start[0] for name, one in found.items()}
    return _running(found, assigned(commands, [*tree.children(keepers), *tree.children((1,))]))


def _literal(text: str) -> str | None:
    """A plain string of Ruby; None for anything that is computed."""
    match = re.match(r"(['\"])(.*?)\1\s*(?:#.*)?$", text)
    return match[2] if match and "#{" not in match[2] else None


def _watch(values: dict[str, str], path: str) -> Service:
    return Service(
        values["name"],
        "god",
        enabled=True,
        kind="simple",
        unit_file=path,
        exec_start=(argv(values["start"]),),
        user=values.get("uid"),
        group=values.get("gid"),
        working_directory=values.get("dir"),
        pid_file=values.get("pid_file"),
        seen=path,
    )


def forever(tree: Tree) -> list[Service]:
    """Scripts that node's forever keeps: it has no configuration, its monitors name them."""
    monitors = [one for one in tree.processes.values() if _monitored(one)]
    return [
        Service(
            script.rpartition("/")[2].rpartition(".")[0] or script,
            "forever",
            active=True,
            state="running",
            kind="simple",
            main_pid=child.pid,
            exec_start=(child.argv,),
            restart="always",
            seen=f"/proc/{one.pid}/cmdline",
        )
        for one in sorted(monitors, key=lambda one: one.pid)
        for child in tree.children((one.pid,))[:1]
        if (script := _monitored(one))
    ]


def _monitored(one: Running) -> str:
    at = next((at for at, word in enumerate(one.argv) if word.endswith("forever/bin/monitor")), None)
    return one.argv[at + 1] if at is not None and at + 1 < len(one.argv) else ""
