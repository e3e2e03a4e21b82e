"""The applications: programs that a server runs, and those that serve themselves."""

from __future__ import annotations

from dataclasses import replace
from posixpath import basename, dirname, join, normpath

from migrate.model.applications import Application
from migrate.probes.applications import projects, resources
from migrate.probes.applications.making import (
    application,
    script,
    settings,
    unique,
    written,
)  # fmt: skip
from migrate.probes.applications.resources import Told
from migrate.probes.python.django import django
from migrate.probes.python.frameworks import FRAMEWORKS, file_of, framework, imported
from migrate.probes.python.program import Program, virtual_environment, virtual_environment_setting
from migrate.probes.servers import Instance, Seen
from migrate.syntax import python
from migrate.syntax.globs import matching


def application_of(seen: Seen, given: Program) -> Application | None:
    if given.base is None:
        return None
    base = given.base
    main = file_of(seen, base, given.module)
    text = seen.texts.get(main or "", "")
    manage = next((path for path in (f"{base}/manage.py", f"{dirname(base)}/manage.py") if path in seen.texts), None)
    modules = imported(seen, base, main)
    names = [FRAMEWORKS[name] for name in modules if name in FRAMEWORKS]
    kind = "django" if manage or "django" in names else next((name for name in names if name != "celery"), None)
    if kind is None and main is None:
        return None
    parts = tuple(framework(seen, name, given.venv, base) for name in unique(("django", *names) if manage else names))
    found = Application(
        kind or "python", "application", basename(base.rstrip("/")) or base, home=base, runtime=given.runtime,
        within=given.server, paths=given.paths, configuration=(seen.real(main),) if main else (),
        components=unique(parts), settings=settings(virtual_environment_setting(given.venv)), seen=given.seen,
    )  # fmt: skip
    files = projects.told_by_files(seen, base, (".env", ".env.production", "*.env"))
    environment = {**{one.key: one.value for _, told in files for one in told}, **given.environment}
    if kind == "django":
        return django(
            seen, found, text + seen.texts.get(manage or "", ""), environment, dirname(manage) if manage else base
        )
    return _with(seen, found, _config_files(seen, base), environment, files)


def _config_files(seen: Seen, base: str) -> tuple[str, ...]:
    names = (
        "config.py",
        "settings.py",
        "app/config.py",
        "instance/config.py",
        "*/settings.py",
        "*/config.py",
        "celeryconfig.py",
    )
    return unique(path for name in names for path in matching(seen.texts, f"{base}/{name}"))[:10]


def _with(
    seen: Seen, found: Application, configs: tuple[str, ...], environment: dict[str, str],
    files: tuple[tuple[str, tuple[Told, ...]], ...],
) -> Application:  # fmt: skip
    read = unique((*found.configuration, *configs))
    told = [
        Told(one.name, one.value, f"{seen.real(path)}:{one.line}")
        for path in read for one in python.assignments(seen.texts.get(path, ""), environment)
    ]  # fmt: skip
    own = resources.named(one for one in told if "://" in one.value)
    version = next((one.version for one in found.components if one.name == found.kind), None)
    return replace(
        found, version=version, resources=unique((*own, *projects.of_variables(files))),
        configuration=unique((*found.configuration, *configs, *(path for path, _ in files))),
    )  # fmt: skip


def own_application(seen: Seen, instance: Instance) -> Application | None:
    """A program that serves itself with a framework; others are unknown services."""
    path = normpath(join(instance.cwd or "/", script(instance.argv) or ""))
    names = [FRAMEWORKS[name] for name in imported(seen, dirname(path), path) if name in FRAMEWORKS]
    if path not in seen.texts or not names:
        return None
    venv = virtual_environment(seen, instance.argv, instance)
    parts = tuple(framework(seen, name, venv, dirname(path)) for name in unique(names))
    files = projects.told_by_files(seen, dirname(path), (".env",))
    return replace(
        application(
            seen, instance, names[0], "application", home=dirname(path), components=parts,
            configuration=unique((path, *(one for one, _ in files))),
            settings=settings(virtual_environment_setting(venv)),
            resources=unique((*projects.told_by_environment(instance), *projects.of_variables(files))),
            data=written(seen, instance.pids)[0], logs=written(seen, instance.pids)[1],
        ),
        version=parts[0].version,
    )  # fmt: skip
