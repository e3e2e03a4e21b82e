"""Folders with a ``run`` in each: runit, daemontools and s6 keep what lies in the one that they are told to scan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrate.model.facts import Service
from migrate.syntax.process_tree import Tree
from migrate.syntax.supervisors import Files, argv

_KEEPERS = {"runsv": "runit", "supervise": "daemontools", "s6-supervise": "s6"}
_SCANNERS = {"runsvdir": "runit", "svscan": "daemontools", "s6-svscan": "s6"}
_LOGGERS = frozenset("svlogd multilog s6-log tinylog socklog logger cronolog rotatelogs".split())


@dataclass(frozen=True, slots=True)
class _Said:
    """What a ``run`` says of the command at its end."""

    words: tuple[str, ...] = ()
    user: str | None = None
    directory: str | None = None
    environment: tuple[tuple[str, str], ...] = ()


def service_folders(files: Files, down: frozenset[str], pids: Mapping[str, int], tree: Tree) -> list[Service]:
    """Services by the path of their ``run``.

    :param down: the ``down`` files that are there: such a service is not started by itself.
    :param pids: process ids by pid file.
    """
    scanning = next((kind for name, kind in _SCANNERS.items() if tree.called(name)), None)
    found: dict[str, Service] = {}
    linked: set[str] = set()
    for path, lines in files:
        folder, _, _ = path.rpartition("/")
        name = folder.rpartition("/")[2]
        if name == "log":
            continue
        if folder.startswith("/etc/sv/"):
            if name not in linked:
                found.setdefault(name, _service(name, path, lines, False, "runit", None))
            continue
        linked.add(name)
        kept = _kept(name, tree, pids.get(f"{folder}/supervise/pid"))
        enabled = None if scanning is None else f"{folder}/down" not in down
        found[name] = _service(name, path, lines, enabled, (kept[0] if kept else None) or scanning or "runit", kept)
    return list(found.values())


def _kept(name: str, tree: Tree, pid: int | None) -> tuple[str, int | None] | None:
    """The kind of the process that keeps ``name``, and the process it keeps."""
    for process in tree.processes.values():
        kind = _KEEPERS.get(process.name)
        if kind and process.argv[-1:] and process.argv[-1].rstrip("/").rpartition("/")[2] == name:
            children = [one for one in tree.children((process.pid,)) if one.name not in _LOGGERS]
            known = pid if pid in tree else min((one.pid for one in children), default=None)
            return kind, known
    return None


def _service(
    name: str, path: str, lines: list[str], enabled: bool | None, kind: str, kept: tuple[str, int | None] | None
) -> Service:
    said = _last(lines)
    pid = kept[1] if kept else None
    return Service(
        name,
        kind,
        active=pid is not None,
        enabled=enabled,
        state="running" if pid is not None else "dead" if kept else None,
        kind="simple",
        main_pid=pid,
        unit_file=path,
        exec_start=(said.words,) if said.words else (),
        user=said.user if said.user and "$" not in said.user else None,
        working_directory=said.directory,
        environment=said.environment,
        restart="always",
        seen=path,
    )


def _last(lines: list[str]) -> _Said:
    """The last ``exec`` of a shell script, or the last words of an execline one, without what only prepares for it."""
    text = [line.strip() for line in _joined(lines)]
    directory = next((argv(line)[1] for line in reversed(text) if re.match(r"cd\s+/\S*$", line)), None)
    environment = tuple(
        (match[1], match[2].strip("\"'"))
        for line in text
        if (match := re.match(r"export\s+([A-Za-z_]\w*)=(\"[^\"$`]*\"|'[^']*'|[^\s;$`\"']+)$", line))
    )
    if lines and "execlineb" in lines[0]:
        command = " ".join(line for line in text[1:] if line and not line.startswith("#"))
        command = command.replace("{", " ").replace("}", " ")
    else:
        execs = [line[5:].strip() for line in text if re.match(r"exec\s+[^2<>\s]", line)]
        command = re.sub(r"\s+(?:2>&1|[12]?>{1,2}\s*\S+|<\s*\S+)", "", execs[-1]) if execs else ""
    user, rest = None, argv(command)
    for one_user, words in _unwrapped(rest):
        user, rest = one_user or user, words
    return _Said(rest, user, directory, environment)


def _joined(lines: list[str]) -> Iterator[str]:
    whole = ""
    for line in lines:
        if line.endswith("\\"):
            whole += line[:-1] + " "
            continue
        yield whole + line
        whole = ""
    if whole:
        yield whole


_SETUID = frozenset(("setuidgid", "s6-setuidgid", "setuser", "su-exec", "gosu"))
# Programs that prepare and then become the command behind them: how many words each option and they themselves take.
_PREPARE = {
    "chpst": ("uUbemdolpfcrtn/", 0),
    "softlimit": ("madflcopsrt", 0),
    "s6-softlimit": ("madflcopsrtHh", 0),
    "envdir": ("", 1),
    "s6-envdir": ("", 1),
    "envuidgid": ("", 1),
    "s6-envuidgid": ("u", 1),
    "fghack": ("", 0),
    "pgrphack": ("", 0),
    "setlock": ("", 1),
    "s6-setlock": ("", 1),
    "fdmove": ("", 2),
    "s6-fdmove": ("", 2),
    "nice": ("n", 0),
    "s6-nice": ("n", 0),
    "ionice": ("cn", 0),
    "cd": ("", 1),
    "s6-cd": ("", 1),
    "exec": ("", 0),
    "with-contenv": ("", 0),
}


def _unwrapped(words: tuple[str, ...]) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """The command behind each program that only prepares for it, and the user that it takes on."""
    while words:
        name = words[0].rpartition("/")[2]
        user: str | None
        if name in _SETUID and len(words) > 2:
            user, words = words[1].partition(":")[0], words[2:]
        elif name in _PREPARE:
            user, words = _prepared(name, words[1:])
        else:
            return
        yield user, words


def _prepared(name: str, words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    valued, taken = _PREPARE[name]
    user, rest = None, list(words)  # type: str | None, list[str]
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        option = rest.pop(0)
        value = option[2:]
        if option[1] in valued and not value and rest:
            value = rest.pop(0)
        if name == "chpst" and option[1] == "u":
            user = value.lstrip(":").partition(":")[0]
    return user, tuple(rest[taken:])
