"""The folder of a program in an interpreted language: where it is, what it is made of, what it is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from migrate.model.applications import Component, Resource
from migrate.model.facts import Services
from migrate.probes.applications import resources
from migrate.probes.applications.making import unique
from migrate.probes.applications.resources import Told
from migrate.probes.servers import Instance, Seen
from migrate.syntax import environment_file
from migrate.syntax.globs import matching

_NO_PROJECT = frozenset(
    ("/", "/root", "/home", "/usr", "/usr/bin", "/usr/local/bin", "/var", "/opt", "/srv", "/tmp", "/etc")
)


def words(seen: Seen, instance: Instance) -> tuple[str, ...]:
    """Its command line; as its unit has it where the process gave itself a title."""
    if len(instance.argv) > 1 or (instance.argv and " " not in instance.argv[0].strip()):
        return instance.argv
    services = seen.snapshot.inventory.get(Services).services
    started = (command for one in services if one.name == instance.unit for command in one.exec_start)
    return next(started, tuple(instance.argv[0].split()) if instance.argv else ())


def option(argv: tuple[str, ...], *names: str) -> str | None:
    return Instance(argv, {}).option(*names)


def folder(instance: Instance, *told: str | None) -> str | None:
    """Where its program is: what it was told, else its working directory, unless that is everybody's."""
    for path in (*told, instance.cwd):
        if path:
            whole = normpath(join(instance.cwd or "/", path))
            if whole.startswith("/") and whole not in _NO_PROJECT:
                return whole
    return None


def up(seen: Seen, start: str, name: str, most: int = 4) -> str | None:
    """The nearest file of this name in a folder or above it."""
    at = start
    for _ in range(most):
        if join(at, name) in seen.texts:
            return join(at, name)
        if at in _NO_PROJECT or dirname(at) == at:
            break
        at = dirname(at)
    return None


def told_by_environment(instance: Instance) -> tuple[Resource, ...]:
    where = f"environment of {instance.unit or instance.exe or 'a process'}"
    return resources.named(resources.environment(sorted(instance.environment.items()), where))


def told_by_files(seen: Seen, base: str | None, names: Iterable[str]) -> tuple[tuple[str, tuple[Told, ...]], ...]:
    """Files of variables (.env) in a folder, with what they say."""
    found = unique(path for name in names for path in matching(seen.texts, f"{base}/{name}")) if base else ()
    return tuple((path, tuple(_variables(seen, path))) for path in found)


def _variables(seen: Seen, path: str) -> Iterator[Told]:
    for one in environment_file.read_shell(seen.texts[path]):
        yield Told(one.name, one.value, f"{seen.real(path)}:{one.line}")


def of_variables(files: Iterable[tuple[str, tuple[Told, ...]]]) -> tuple[Resource, ...]:
    """What they name: one by one, and the database that DB_HOST and the like name together."""
    found: list[Resource | None] = []
    for _, told in files:
        own = resources.database(one for one in told if re.match(r"(?i)(?:db|database|mysql|postgres|pg)_", one.key))
        urls = resources.named(told)
        found += [one for one in urls if own is None or one.kind != "database" or "://" in (one.url or "")]
        found.append(own)
    return unique(found)


def version_below(seen: Seen, folders: Iterable[str], name: str) -> tuple[str, str] | None:
    """(version, path) of a Python distribution whose metadata were captured below one of the folders."""
    plain = re.sub(r"[-_.]+", "[-_.]+", re.escape(name).replace("\\-", "-"))
    pattern = re.compile(rf"(?i)(.*/(?:site|dist)-packages/{plain}-(\d[\w.!+]*?)(?:-py[\d.]+)?\.(?:dist|egg)-info)/")
    for base in folders:
        for path in seen.below(base):
            match = pattern.match(path)
            if match:
                return match[2], match[1]
    return None


def component(name: str, found: tuple[str, str] | None) -> Component:
    return Component(name, found[0] if found else None, found[1] if found else None, "framework")
