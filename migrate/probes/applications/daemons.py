"""Daemons that need no reader of their own, as ``known`` tells them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from posixpath import basename, dirname, isabs, join, normpath

from migrate.model.applications import Application, Resource
from migrate.model.facts import Process, Processes, Services
from migrate.parts import parts
from migrate.probes.applications import Found
from migrate.probes.applications.known import Daemon
from migrate.probes.applications.making import application, outermost, resource, script, settings, unique, written
from migrate.probes.servers import Instance, Seen
from migrate.syntax import plain
from migrate.syntax.globs import matching

_INCLUDE = re.compile(
    r"(?im)^[ \t]*[!$@]?(?:include\w*|include-\w+|confdir|conf-dir|conf-file|config_dir)[ \t]*[=: \t][ \t]*"
    r"[\"'<]?(?P<path>[^\"'>\s;,]+)"
)
_PATH = re.compile(r"(?<![\w.@-])/[\w.@+{}$%=-]+(?:/[\w.@+{}$%=-]*)*")
_TITLE = re.compile(r"[:( ].*")
_LEFT = ("~", ".bak", ".orig", ".old", ".dpkg-dist", ".dpkg-old", ".rpmnew", ".rpmsave", ".md", "README")
_MOST = 60  # settings and resources of one daemon: more is data, not configuration


@dataclass(frozen=True, slots=True)
class _Setting:
    """A setting with the file that it stands in."""

    path: str
    one: plain.Setting

    @property
    def place(self) -> str:
        return f"{self.path}:{self.one.line}"


def find(seen: Seen) -> Found:
    known = [daemon for group in parts("migrate.probes.applications.known", "KNOWN") for daemon in group]
    called = [(one, _names(one)) for one in seen.snapshot.inventory.get(Processes).processes]
    commands = {command[0] for command in _commands(seen)}
    found: list[Application] = []
    for daemon in known:
        ours = {one.pid for one, names in called if _any_named(names, daemon) and _asked(one.argv, daemon)}
        if ours or _any_named(commands, daemon):
            found += [_daemon(seen, daemon, instance) for instance in _instances(seen, daemon, ours)]
    return Found(tuple(_once(found)))


def _names(one: Process) -> tuple[str, ...]:
    """What a process is called: its program, its title, the script that it runs."""
    return unique((one.exe, _TITLE.sub("", one.name), script(one.argv)))


def _commands(seen: Seen) -> Iterator[tuple[str, ...]]:
    services = seen.snapshot.inventory.get(Services).services
    return (command for one in services if one.active or one.enabled for command in one.exec_start if command)


def _once(found: Iterable[Application]) -> Iterator[Application]:
    """A process belongs to the first that claims it."""
    taken: set[int] = set()
    for one in found:
        if not one.pids or not taken.issuperset(one.pids):
            taken.update(one.pids)
            yield one


def _instances(seen: Seen, daemon: Daemon, pids: set[int]) -> tuple[Instance, ...]:
    running = seen.running(lambda one: one.pid in pids)
    return running or seen.started(lambda argv: _named(argv[0], daemon) and _asked(argv, daemon))


def _any_named(names: Iterable[str], daemon: Daemon) -> bool:
    return any(_named(name, daemon) for name in names)


def _named(path: str, daemon: Daemon) -> bool:
    name = basename(path)
    return any(
        path.endswith(one if one.startswith("/") else "/" + one) if "/" in one
        else name == one or (len(one) > 15 and name == one[:15]) or ("*" in one and fnmatchcase(name, one))
        for one in daemon.programs
    )  # fmt: skip


def _asked(argv: tuple[str, ...], daemon: Daemon) -> bool:
    return daemon.only is None or any(daemon.only in word for word in argv)


def _daemon(seen: Seen, daemon: Daemon, instance: Instance) -> Application:
    files = _files(seen, daemon, instance)
    given = [_Setting(path, one) for path in files for one in plain.read(seen.texts.get(path, ""))]
    told = [one for one in given if _is(one.one, daemon.settings)]
    data = _paths(given, daemon.data), _options(instance, daemon.writes)
    return application(
        seen, instance, daemon.kind, daemon.role,
        configuration=unique(seen.real(path) for path in files),
        settings=settings(_qualified(told))[:_MOST],
        data=outermost((*data[1], *data[0], *written(seen, instance.pids)[0])),
        logs=unique((*_paths(given, daemon.logs), *written(seen, instance.pids)[1])),
        resources=_resources(given, daemon),
    )  # fmt: skip


def _files(seen: Seen, daemon: Daemon, instance: Instance) -> tuple[str, ...]:
    """Files of its configuration: what it was told, or what is usual, and what these include."""
    words = (*instance.argv, *_words_of_unit(seen, instance))
    told = [instance.path(word, instance.cwd or "/") for word in _options_in(words, daemon.options)]
    named = [word for word in words[1:] if word in seen.texts and isabs(word) and not _is_program(word)]
    usual = [path for pattern in daemon.files for path in matching(seen.texts, pattern) if not _leftover(path)]
    first = [path for path in told if path in seen.texts]
    first += [path for word in told for path in matching(seen.texts, f"{word.rstrip('/')}/*.conf")]
    if not first or (usual and first[0] == usual[0]):
        first += usual
    first += [path for path in named if path not in first]
    return unique(one for path in first for one in _with_included(seen, path, 5))


def _leftover(path: str) -> bool:
    return path.endswith(
        ("~", ".bak", ".orig", ".old", ".dpkg-dist", ".dpkg-old", ".rpmnew", ".rpmsave", ".md", "README")
    )


def _is_program(path: str) -> bool:
    return "/bin/" in path or "/sbin/" in path or path.endswith((".py", ".pl", ".rb", ".js", ".pid"))


def _words_of_unit(seen: Seen, instance: Instance) -> tuple[str, ...]:
    services = seen.snapshot.inventory.get(Services).services
    return tuple(
        word for one in services if one.name == instance.unit for command in one.exec_start for word in command[1:]
    )


def _options_in(words: tuple[str, ...], names: tuple[str, ...]) -> Iterator[str]:
    """Values of options, and what stands behind ``config_file=`` anywhere."""
    for at, word in enumerate(words):
        for name in names:
            if word == name and at + 1 < len(words):
                yield words[at + 1]
            elif word.startswith(name if name.endswith("=") else name + "="):
                yield word.partition("=")[2]
            elif len(name) == 2 and word.startswith(name) and word[2:3] == "/":
                yield word[2:]


def _options(instance: Instance, names: tuple[str, ...]) -> tuple[str, ...]:
    found = _options_in(instance.argv, names)
    return tuple(normpath(join(instance.cwd or "/", word)) for word in found if word)


def _with_included(seen: Seen, path: str, depth: int) -> Iterator[str]:
    yield path
    for match in _INCLUDE.finditer(seen.texts.get(path, "")) if depth else ():
        pattern = match["path"] if isabs(match["path"]) else join(dirname(path), match["path"])
        pattern = normpath(pattern)
        found = matching(seen.texts, pattern) or matching(seen.texts, f"{pattern}/*")
        for one in found:
            if one != path and not _leftover(one):
                yield from _with_included(seen, one, depth - 1)


def _is(one: plain.Setting, names: tuple[str, ...]) -> bool:
    key = one.key.lower().replace("_", "-")
    section = (one.section[-1].split() or [""])[0].lower() if one.section else ""
    return any(
        name.replace("_", "-") == key if "/" not in name
        else name.partition("/")[0] == section and name.partition("/")[2].replace("_", "-") in ("*", key)
        for name in names
    )  # fmt: skip


def _qualified(told: list[_Setting]) -> Iterator[tuple[str, str]]:
    """Keys, behind the name of their section where another section has them too."""
    sections: dict[str, set[tuple[str, ...]]] = {}
    for one in told:
        sections.setdefault(one.one.key, set()).add(one.one.section[-1:])
    for one in told:
        several = len(sections[one.one.key]) > 1 and one.one.section
        yield (f"{one.one.section[-1]}/" if several else "") + one.one.key, one.one.value


def _paths(given: list[_Setting], names: tuple[str, ...]) -> tuple[str, ...]:
    """Absolute paths in the values of these settings."""
    values = (one.one.value for one in given if _is(one.one, names))
    return unique(path.rstrip("/") for value in values for path in _PATH.findall(value) if "$" not in path)


def _resources(given: list[_Setting], daemon: Daemon) -> tuple[Resource, ...]:
    found = (
        resource(kind, one.one.key, one.one.value[:400], seen=one.place)
        for one in given for name, kind in daemon.resources if _is(one.one, (name,)) and one.one.value
    )  # fmt: skip
    return unique(found)[:_MOST]


FIND = find
