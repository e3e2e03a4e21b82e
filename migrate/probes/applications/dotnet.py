""".NET and Mono: what each process runs, with the framework that it was built for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import basename, dirname, join, normpath
from typing import Any

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Process
from migrate.probes.applications import Found, projects
from migrate.probes.applications.making import application, called, resource, settings, unique, written
from migrate.probes.servers import Instance, Seen
from migrate.syntax.globs import matching

_ASSEMBLY = re.compile(r"(?i)[^\s]+\.(?:dll|exe)")


def find(seen: Seen) -> Found:
    return Found(tuple(_program(seen, one) for one in seen.running(_is)))


def _is(one: Process) -> bool:
    """The interpreter with an assembly, or a program beside its own ``.runtimeconfig.json``, which has it mapped."""
    name = basename(one.exe or "")
    if name in ("dotnet", "mono", "mono-sgen") or name.startswith("mono-"):
        return any(_ASSEMBLY.fullmatch(word) for word in one.argv[1:])
    return any(basename(path) in ("libcoreclr.so", "libhostfxr.so") for path in one.mapped)


def _program(seen: Seen, instance: Instance) -> Application:
    word = next((word for word in instance.argv[1:] if _ASSEMBLY.fullmatch(word)), None) or instance.exe or ""
    path = normpath(join(instance.cwd or "/", word))
    stem = re.sub(r"(?i)\.(dll|exe)$", "", path)
    frameworks = _frameworks(_json(seen.texts.get(f"{stem}.runtimeconfig.json", "")))
    files = [one for one in (f"{stem}.runtimeconfig.json", *matching(seen.texts, f"{dirname(path)}/appsettings*.json"),
                             f"{path}.config", f"{dirname(path)}/web.config") if one in seen.texts]  # fmt: skip
    data, logs = written(seen, instance.pids)
    mono = basename(instance.exe or "").startswith("mono")
    found = application(
        seen,
        instance,
        "mono" if mono else "dotnet",
        "application",
        name=called(instance, basename(stem)),
        home=dirname(path),
        runtime=None if mono else next((f"dotnet {one.version}" for one in frameworks if one.version), "dotnet"),
        configuration=tuple(files),
        components=frameworks,
        data=data,
        logs=logs,
        resources=unique(
            (*(one for each in files for one in _resources(seen, each)), *projects.told_by_environment(instance))
        ),
        settings=settings(
            (name, instance.environment.get(name))
            for name in ("ASPNETCORE_ENVIRONMENT", "ASPNETCORE_URLS", "DOTNET_ENVIRONMENT")
        ),
    )
    return replace(found, version=_version(_json(seen.texts.get(f"{stem}.deps.json", "")), basename(stem)))


def _frameworks(data: dict[str, Any]) -> tuple[Component, ...]:
    options = data.get("runtimeOptions")
    options = options if isinstance(options, dict) else {}
    given = options.get("frameworks") or [options.get("framework")]
    pairs = (
        [(one.get("name"), one.get("version")) for one in given if isinstance(one, dict)]
        if isinstance(given, list)
        else []
    )
    return unique(Component(str(name), str(version), None, "framework") for name, version in pairs if name and version)


def _version(data: dict[str, Any], name: str) -> str | None:
    """The program's own, which stands among its libraries."""
    libraries = data.get("libraries")
    keys = [key for key in libraries if isinstance(key, str)] if isinstance(libraries, dict) else []
    return next((key.split("/")[1] for key in keys if key.startswith(f"{name}/")), None)


def _resources(seen: Seen, path: str) -> Iterator[Resource]:
    """Connection strings of appsettings.json and of web.config."""
    text = seen.texts[path]
    given = _json(text).get("ConnectionStrings")
    pairs = (
        [(str(key), value) for key, value in given.items() if isinstance(value, str)] if isinstance(given, dict) else []
    )
    pairs += [
        (match[1], match[2]) for match in re.finditer(r"<add\s+name=\"([^\"]*)\"\s+connectionString=\"([^\"]*)\"", text)
    ]
    for key, value in pairs:
        user = re.search(r"(?i)(?:user\s*id|uid|username|user)\s*=\s*([^;]+)", value)
        line = text[: max(0, text.find(value))].count("\n") + 1
        yield resource("database", key, value, user[1].strip() if user else None, f"{seen.real(path)}:{line}")


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


FIND = find
