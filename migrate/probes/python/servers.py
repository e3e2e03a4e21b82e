"""Servers and workers that are Python programs: gunicorn, uvicorn, Celery, Odoo, …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from migrate.model.applications import Application, Resource
from migrate.model.facts import Process
from migrate.probes.applications import projects, resources
from migrate.probes.applications.making import (
    application,
    called,
    runtime_of,
    script,
    settings,
    unique,
    written,
)  # fmt: skip
from migrate.probes.applications.resources import Told
from migrate.probes.python.program import Program, virtual_environment, virtual_environment_setting
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers.versions import package_version
from migrate.syntax import ini, python
from migrate.syntax.globs import matching

# By the name of the program or of the module behind -m.
_SERVERS = {
    "gunicorn": "gunicorn", "gunicorn3": "gunicorn", "uvicorn": "uvicorn", "hypercorn": "hypercorn", "daphne": "daphne",
    "waitress-serve": "waitress", "waitress": "waitress", "celery": "celery", "celeryd": "celery", "pserve": "pyramid",
    "paster": "paste", "tracd": "trac", "odoo": "odoo", "odoo-bin": "odoo", "openerp-server": "odoo",
    "odoo.py": "odoo", "flask": "flask-server", "twistd": "twisted", "twistd3": "twisted", "cherryd": "cherrypy",
    "runzope": "zope", "runwsgi": "zope", "zdaemon": "zope", "airflow": "airflow", "jupyter-notebook": "jupyter",
    "jupyter-lab": "jupyter", "jupyterhub": "jupyter", "rq": "rq", "huey_consumer.py": "huey", "dramatiq": "dramatiq",
    "spawning": "spawning", "meinheld": "meinheld", "bjoern": "bjoern", "moin": "moin", "hgweb": "mercurial",
    "buildbot": "buildbot", "pgadmin4": "pgadmin", "superset": "superset", "supysonic": "supysonic",
    "synapse.app.homeserver": "synapse", "synctl": "synapse", "manage.py": "django-server", "devpi-server": "devpi",
}  # fmt: skip
_APPLICATIONS = frozenset("odoo trac airflow jupyter moin buildbot pgadmin superset synapse devpi zope".split())
_WORKERS = frozenset(("celery", "rq", "huey", "dramatiq"))
_TAKE = frozenset(("-b", "-w", "-k", "-c", "-A", "-n", "-p", "-u", "-g", "-t", "-e", "-D", "-P", "-l", "-Q"))


def kind_of(argv: tuple[str, ...], name: str, exe: str | None) -> str | None:
    """The kind of server that a process is."""
    if not basename(exe or "").startswith(("python", "pypy")):
        return None
    for at, word in enumerate(argv[1:4], 1):
        if word == "-m" and at + 1 < len(argv):
            return _SERVERS.get(argv[at + 1])
    program = basename(script(argv) or "")
    if program == "manage.py":
        return "django-server" if "runserver" in argv else "celery" if "celery" in argv else None
    title = re.match(r"\[?(gunicorn|celery|celeryd|uvicorn|daphne|odoo)\b", argv[0] if argv else name)
    return _SERVERS.get(program) or (_SERVERS.get(title[1]) if title and len(argv) == 1 else None)


def is_own(one: Process) -> bool:
    """Whether it runs a program that no server stands before."""
    program = script(one.argv)
    return (
        program is not None and program.endswith(".py") and basename(one.exe or "").startswith(("python", "pypy"))
        and kind_of(one.argv, one.name, one.exe) is None
    )  # fmt: skip


def server_of(seen: Seen, instance: Instance) -> tuple[Application, tuple[Program, ...]]:
    argv = projects.words(seen, instance)
    kind = kind_of(argv, "", "python") or kind_of(instance.argv, "", "python") or "python"
    config = projects.option(argv, "-c", "--config", "--config-file")
    files = [instance.path(config.removeprefix("file:"), instance.cwd or "/")] if config else []
    files += [instance.path(word, instance.cwd or "/") for word in argv[1:] if word.endswith((".ini", ".conf", ".cfg"))]
    usual = matching(seen.texts, "/etc/odoo/*.conf") if kind == "odoo" else ()
    read = [path for path in unique((*files, *usual)) if path in seen.texts]
    told = [one for path in read if path.endswith(".py") for one in python.assignments(seen.texts[path])]
    program = projects.folder(instance, projects.option(argv, "--chdir", "--workdir", "--app-dir"),
                              next((one.value for one in told if one.name == "chdir"), None))  # fmt: skip
    venv = virtual_environment(seen, argv, instance)
    version = _version(seen, kind, venv)
    is_application = kind in _APPLICATIONS
    role = "application" if is_application else "queue" if kind in _WORKERS else "application-server"
    server = application(
        seen, instance, kind, role, version=version, configuration=tuple(seen.real(path) for path in read),
        settings=settings(
            (*_options(argv), *((one.name, one.value) for one in told), *virtual_environment_setting(venv))
        ),
        resources=unique((*_of_files(seen, read), *projects.told_by_environment(instance))), base=program,
        data=_data(seen, read, instance), logs=_logs(seen, read, instance), home=venv,
    )  # fmt: skip
    if is_application:
        return server, ()
    module = _module(argv)
    one = Program(called(instance, kind), program, module, venv, dict(instance.environment), (),
                   runtime_of(seen, instance.exe), server.seen)  # fmt: skip
    return server, (one,)


def _version(seen: Seen, kind: str, venv: str | None) -> str | None:
    names = {"waitress": "waitress", "django-server": "django", "flask-server": "flask", "jupyter": "notebook"}
    name = names.get(kind, kind)
    found = projects.version_below(seen, [venv] if venv else [], name)
    return found[0] if found else package_version(seen, f"python3-{name}", name, f"python-{name}", f"{name}3")


def _options(argv: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    names = {"-w": "workers", "-b": "bind", "-k": "worker-class", "-t": "timeout"}
    wanted = ("--workers", "--bind", "--worker-class", "--threads", "--timeout", "--host", "--port", "--concurrency",
              "--listen", "--pool", "--queues", "--max-requests", "-w", "-b", "-k", "-t")  # fmt: skip
    for name in wanted:
        value = projects.option(argv, name)
        if value is not None:
            yield names.get(name, name.lstrip("-")), value


def _module(argv: tuple[str, ...]) -> str | None:
    """proj.wsgi of ``gunicorn -w 2 proj.wsgi:application``."""
    after = argv[argv.index("-m") + 2 :] if "-m" in argv[:4] else argv[1:]
    asked = projects.option(argv, "-A", "--app")
    if asked:
        return asked.split(":")[0]
    words = [word for at, word in enumerate(after) if not word.startswith("-") and not _is_value(after, at)]
    names = [word for word in words if re.fullmatch(r"[A-Za-z_][\w.]*(?::[\w.()'\" =]+)?", word)]
    return next((word.split(":")[0] for word in names if ":" in word), names[-1] if names else None)


def _is_value(words: tuple[str, ...], at: int) -> bool:
    before = words[at - 1] if at else ""
    return before in _TAKE or (before.startswith("--") and "=" not in before)


def _of_files(seen: Seen, files: list[str]) -> tuple[Resource, ...]:
    """What .ini files of servers name: Odoo's database, SQLAlchemy's URL."""
    found: list[Resource | None] = []
    for path in files:
        if path.endswith(".py"):
            continue
        told = [Told(one.key, one.value or "", f"{seen.real(path)}:{one.line}") for one in ini.read(seen.texts[path])]
        found += resources.named(one for one in told if "://" in one.value)
        if any(one.key == "db_host" for one in told):
            found.append(resources.database((one for one in told if one.key.startswith("db_")), "postgresql"))
    return unique(found)


def _data(seen: Seen, files: list[str], instance: Instance) -> tuple[str, ...]:
    told = [one.value for path in files for one in ini.read(seen.texts[path]) if one.key in ("data_dir", "filestore")]
    return unique((*(path for path in told if path and path.startswith("/")), *written(seen, instance.pids)[0]))


def _logs(seen: Seen, files: list[str], instance: Instance) -> tuple[str, ...]:
    told = [one.value for path in files for one in ini.read(seen.texts[path]) if one.key in ("logfile", "logto")]
    return unique((*(path for path in told if path and path.startswith("/")), *written(seen, instance.pids)[1]))
