"""Python: what serves (gunicorn, uWSGI, mod_wsgi, …) and the applications that it runs (Django, Flask, …)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from posixpath import basename, dirname, join, normpath

from migrate.model.applications import Application, Component, Resource
from migrate.model.facts import Process
from migrate.probes.applications import Found, projects, resources
from migrate.probes.applications.making import (
    application,
    called,
    resource,
    runtime_of,
    script,
    settings,
    unique,
    written,
)  # fmt: skip
from migrate.probes.applications.resources import Told
from migrate.probes.servers import Instance, Seen, apache
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
_FRAMEWORKS = {
    "django": "django", "flask": "flask", "fastapi": "fastapi", "pyramid": "pyramid", "bottle": "bottle",
    "tornado": "tornado", "aiohttp": "aiohttp", "starlette": "starlette", "falcon": "falcon", "cherrypy": "cherrypy",
    "sanic": "sanic", "web": "web.py", "gluon": "web2py", "turbogears": "turbogears", "tg": "turbogears",
    "pylons": "pylons", "trac": "trac", "celery": "celery", "quart": "quart", "zope": "zope", "moinmoin": "moin",
    "dash": "dash", "streamlit": "streamlit", "connexion": "connexion", "litestar": "litestar", "masonite": "masonite",
}  # fmt: skip
_LOOKED = ("app.py", "wsgi.py", "asgi.py", "main.py", "application.py", "run.py", "server.py", "__init__.py",
           "app/__init__.py", "src/app.py")  # fmt: skip
_REQUIRED = ("requirements.txt", "requirements/*.txt", "Pipfile", "pyproject.toml", "setup.py", "setup.cfg")
_TAKE = frozenset(("-b", "-w", "-k", "-c", "-A", "-n", "-p", "-u", "-g", "-t", "-e", "-D", "-P", "-l", "-Q"))


@dataclass(frozen=True, slots=True)
class _Program:
    """An application as a server was told about it.

    :ivar base: its folder; ``module`` what is imported: ``proj.wsgi`` of ``proj.wsgi:application``.
    """

    server: str
    base: str | None
    module: str | None = None
    venv: str | None = None
    environment: dict[str, str] = field(default_factory=dict, hash=False)
    paths: tuple[str, ...] = ()
    runtime: str | None = None
    seen: str = ""


def find(seen: Seen) -> Found:
    servers: list[Application] = []
    programs: list[_Program] = []
    for instance in seen.running(lambda one: _kind(one.argv, one.name, one.exe) is not None):
        server, program = _server(seen, instance)
        servers.append(server)
        programs += program
    for instance in _uwsgi(seen):
        server, program = _of_uwsgi(seen, instance)
        servers.append(server)
        programs += program
    programs += _of_mod_wsgi(seen)
    servers += [one for each in seen.running(_is_own) if (one := _own(seen, each)) is not None]
    return Found((*servers, *_once(_application(seen, one) for one in programs)))


def _once(found: Iterable[Application | None]) -> Iterator[Application]:
    kept: dict[tuple[str, str | None, str | None], Application] = {}
    for one in found:
        if one is not None:
            kept.setdefault((one.kind, one.home, one.within), one)
    return iter(kept.values())


def _kind(argv: tuple[str, ...], name: str, exe: str | None) -> str | None:
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


def _is_own(one: Process) -> bool:
    """Whether it runs a program that no server stands before."""
    program = script(one.argv)
    return (
        program is not None and program.endswith(".py") and basename(one.exe or "").startswith(("python", "pypy"))
        and _kind(one.argv, one.name, one.exe) is None
    )  # fmt: skip


def _own(seen: Seen, instance: Instance) -> Application | None:
    """A program that serves itself with a framework; others are unknown services."""
    path = normpath(join(instance.cwd or "/", script(instance.argv) or ""))
    names = [_FRAMEWORKS[name] for name in _modules(seen, dirname(path), path) if name in _FRAMEWORKS]
    if path not in seen.texts or not names:
        return None
    venv = _venv(seen, instance.argv, instance)
    parts = tuple(_framework(seen, name, venv, dirname(path)) for name in unique(names))
    files = projects.told_by_files(seen, dirname(path), (".env",))
    return replace(
        application(
            seen, instance, names[0], "application", home=dirname(path), components=parts,
            configuration=unique((path, *(one for one, _ in files))), settings=settings(_venv_setting(venv)),
            resources=unique((*projects.told_by_environment(instance), *projects.of_variables(files))),
            data=written(seen, instance.pids)[0], logs=written(seen, instance.pids)[1],
        ),
        version=parts[0].version,
    )  # fmt: skip


def _server(seen: Seen, instance: Instance) -> tuple[Application, tuple[_Program, ...]]:
    argv = projects.words(seen, instance)
    kind = _kind(argv, "", "python") or _kind(instance.argv, "", "python") or "python"
    config = projects.option(argv, "-c", "--config", "--config-file")
    files = [instance.path(config.removeprefix("file:"), instance.cwd or "/")] if config else []
    files += [instance.path(word, instance.cwd or "/") for word in argv[1:] if word.endswith((".ini", ".conf", ".cfg"))]
    usual = matching(seen.texts, "/etc/odoo/*.conf") if kind == "odoo" else ()
    read = [path for path in unique((*files, *usual)) if path in seen.texts]
    told = [one for path in read if path.endswith(".py") for one in python.assignments(seen.texts[path])]
    program = projects.folder(instance, projects.option(argv, "--chdir", "--workdir", "--app-dir"),
                              next((one.value for one in told if one.name == "chdir"), None))  # fmt: skip
    venv = _venv(seen, argv, instance)
    version = _version(seen, kind, venv)
    is_application = kind in _APPLICATIONS
    role = "application" if is_application else "queue" if kind in _WORKERS else "application-server"
    server = application(
        seen, instance, kind, role, version=version, configuration=tuple(seen.real(path) for path in read),
        settings=settings((*_options(argv), *((one.name, one.value) for one in told), *_venv_setting(venv))),
        resources=unique((*_of_files(seen, read), *projects.told_by_environment(instance))), base=program,
        data=_data(seen, read, instance), logs=_logs(seen, read, instance), home=venv,
    )  # fmt: skip
    if is_application:
        return server, ()
    module = _module(argv)
    one = _Program(called(instance, kind), program, module, venv, dict(instance.environment), (),
                   runtime_of(seen, instance.exe), server.seen)  # fmt: skip
    return server, (one,)


def _version(seen: Seen, kind: str, venv: str | None) -> str | None:
    names = {"waitress": "waitress", "django-server": "django", "flask-server": "flask", "jupyter": "notebook"}
    name = names.get(kind, kind)
    found = projects.version_below(seen, [venv] if venv else [], name)
    return found[0] if found else package_version(seen, f"python3-{name}", name, f"python-{name}", f"{name}3")


def _venv(seen: Seen, argv: tuple[str, ...], instance: Instance) -> str | None:
    """The virtual environment: of the interpreter as it was called, of the script, of the variable."""
    candidates = [dirname(dirname(word)) for word in argv[:2] if word.startswith("/") and "/bin/" in word]
    candidates += [instance.environment.get("VIRTUAL_ENV", "")]
    return next((path for path in candidates if path and f"{path}/pyvenv.cfg" in seen.texts), None)


def _venv_setting(venv: str | None) -> tuple[tuple[str, str | None], ...]:
    return (("virtual environment", venv),) if venv else ()


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


# --- uWSGI ------------------------------------------------------------------------------------------------------------


def _uwsgi(seen: Seen) -> tuple[Instance, ...]:
    return seen.running(lambda one: basename(one.exe or "").startswith("uwsgi"))


def _of_uwsgi(seen: Seen, instance: Instance) -> tuple[Application, tuple[_Program, ...]]:
    argv = projects.words(seen, instance)
    files = [
        argv[at + 1] for at, word in enumerate(argv[:-1]) if word in ("--ini", "--xml", "--yaml", "--yml", "-y", "-x")
    ]
    files += [word for word in argv[1:] if word.endswith((".ini", ".xml", ".yaml", ".yml"))]
    emperor = [value for word in ("--emperor",) if (value := projects.option(argv, word))]
    files += [path for folder in emperor for path in matching(seen.texts, f"{folder.rstrip('/')}/*")]
    read = [path for path in unique(instance.path(one, instance.cwd or "/") for one in files) if path in seen.texts]
    given = {path: dict(_uwsgi_settings(seen, path, argv)) for path in read} or {
        "": dict(_uwsgi_settings(seen, "", argv))
    }
    server = application(
        seen, instance, "uwsgi", "application-server", configuration=unique(seen.real(path) for path in read),
        settings=settings(pair for one in given.values() for pair in one.items() if pair[0] in _UWSGI),
        logs=unique((*(one["logto"] for one in given.values() if "logto" in one), *written(seen, instance.pids)[1])),
        resources=projects.told_by_environment(instance),
    )  # fmt: skip
    programs = [
        _Program(
            server.name, projects.folder(instance, one.get("chdir") or one.get("pythonpath")),
            (one.get("module") or one.get("wsgi") or one.get("wsgi-file") or "").split(":")[0] or None,
            one.get("home") or one.get("virtualenv") or one.get("venv") or one.get("pyhome"),
            {**instance.environment, **_uwsgi_environment(one)}, (), None, path,
        )
        for path, one in given.items()
        if any(key in one for key in ("module", "wsgi", "wsgi-file", "mount", "pythonpath", "django-settings-module"))
    ]  # fmt: skip
    return server, tuple(programs)


_UWSGI = frozenset(
    "socket http http-socket https processes workers threads uid gid chdir module wsgi-file home virtualenv "
    "plugins plugin master "
    "harakiri max-requests cheaper buffer-size mount static-map psgi rack php-docroot".split()
)


def _uwsgi_settings(seen: Seen, path: str, argv: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    text = seen.texts.get(path, "")
    variables = {"n": basename(path).rpartition(".")[0], "d": dirname(path) + "/", "p": path}
    if path.endswith(".xml"):
        found = [(match[1], match[2].strip()) for match in re.finditer(r"<([\w-]+)>([^<]*)</\1>", text)]
    elif path.endswith((".yaml", ".yml")):
        lines = re.finditer(r"(?m)^\s+([\w-]+):\s*[\"']?([^\"'\n#]*)", text)
        found = [(match[1], match[2].strip()) for match in lines]
    else:
        found = [(one.key, one.value or "") for one in ini.read(text) if one.section in ("uwsgi", "")]
    for key, value in (
        *found,
        *((word[2:], other) for word, other in pairwise(argv) if word.startswith("--")),
    ):
        plain = re.sub(r"%\((\w+)\)", lambda match: variables.get(match[1], match[0]), value)
        plain = re.sub(r"%([ndp])", lambda match: variables[match[1]], plain)
        variables[key] = plain
        yield key.replace("_", "-"), plain


def _uwsgi_environment(one: dict[str, str]) -> dict[str, str]:
    name, equals, value = one.get("env", "").partition("=")
    found = {name: value} if equals else {}
    if "django-settings-module" in one:
        found["DJANGO_SETTINGS_MODULE"] = one["django-settings-module"]
    return found


# --- mod_wsgi ---------------------------------------------------------------------------------------------------------


def _of_mod_wsgi(seen: Seen) -> Iterator[_Program]:
    for given in apache.configurations(seen)[0]:
        daemons = {one.words[0]: _pairs(one.words[1:]) for one in given.all("wsgidaemonprocess") if one.words}
        group = next((one.words[0] for one in given.all("wsgiprocessgroup") if one.words), "")
        for one in given.all("wsgiscriptalias"):
            if len(one.words) < 2:
                continue
            pairs = _pairs(one.words[2:])
            daemon = daemons.get(pairs.get("process-group", group), {})
            path = given.absolute(one.words[1])
            base = daemon.get("home") or daemon.get("python-path", "").split(":")[0] or dirname(path)
            yield _Program(
                called(given.instance, "apache"), base, path, daemon.get("python-home"), {}, (one.words[0],), None,
                f"{seen.real(one.path)}:{one.line}",
            )  # fmt: skip


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words if "=" in word)


# --- applications -----------------------------------------------------------------------------------------------------


def _application(seen: Seen, given: _Program) -> Application | None:
    if given.base is None:
        return None
    base = given.base
    main = _main(seen, base, given.module)
    text = seen.texts.get(main or "", "")
    manage = next((path for path in (f"{base}/manage.py", f"{dirname(base)}/manage.py") if path in seen.texts), None)
    modules = _modules(seen, base, main)
    names = [_FRAMEWORKS[name] for name in modules if name in _FRAMEWORKS]
    kind = "django" if manage or "django" in names else next((name for name in names if name != "celery"), None)
    if kind is None and main is None:
        return None
    parts = tuple(_framework(seen, name, given.venv, base) for name in unique(("django", *names) if manage else names))
    found = Application(
        kind or "python", "application", basename(base.rstrip("/")) or base, home=base, runtime=given.runtime,
        within=given.server, paths=given.paths, configuration=(seen.real(main),) if main else (),
        components=unique(parts), settings=settings(_venv_setting(given.venv)), seen=given.seen,
    )  # fmt: skip
    files = projects.told_by_files(seen, base, (".env", ".env.production", "*.env"))
    environment = {**{one.key: one.value for _, told in files for one in told}, **given.environment}
    if kind == "django":
        return _django(
            seen, found, text + seen.texts.get(manage or "", ""), environment, dirname(manage) if manage else base
        )
    return _with(seen, found, _config_files(seen, base), environment, files)


def _main(seen: Seen, base: str, module: str | None) -> str | None:
    """The file of a module."""
    if module and module.startswith("/"):
        return module if module in seen.texts else None
    if not module:
        return None
    if module.endswith(".py"):
        path = normpath(join(base, module))
        return path if path in seen.texts else None
    inside = module.replace(".", "/")
    return seen.first((f"{base}/{inside}.py", f"{base}/{inside}/__init__.py", f"{base}/src/{inside}/__init__.py"))


def _modules(seen: Seen, base: str, main: str | None) -> tuple[str, ...]:
    """What the program imports, and what its lists of requirements name."""
    looked = unique((main, *(path for name in _LOOKED if (path := f"{base}/{name}") in seen.texts)))
    beside = matching(seen.texts, f"{dirname(main)}/*.py")[:40] if main and dirname(main) != base else ()
    found = [name.lower() for path in (*looked, *beside) for name in python.imports(seen.texts.get(path, ""))]
    if not any(name in _FRAMEWORKS for name in found):
        for path in (path for name in _REQUIRED for path in matching(seen.texts, f"{base}/{name}")):
            found += [name.lower() for name in re.findall(r"(?m)^\W{0,8}([A-Za-z][\w-]*)", seen.texts[path])]
    return unique(found)


def _framework(seen: Seen, name: str, venv: str | None, base: str) -> Component:
    found = projects.version_below(seen, unique((venv, base)), name)
    if found is None and (version := package_version(seen, f"python3-{name}", f"python-{name}")):
        return Component(name, version, None, "framework")
    return projects.component(name, found)


def _django(seen: Seen, found: Application, text: str, environment: dict[str, str], base: str) -> Application:
    named = re.search(r"DJANGO_SETTINGS_MODULE['\"]?\s*[,\]=)]+\s*['\"]([\w.]+)", text)
    module = environment.get("DJANGO_SETTINGS_MODULE") or (named[1] if named else None)
    path = _main(seen, base, module)
    whole = python.without_comments(seen.texts.get(path or "", ""))
    own = matching(seen.texts, f"{dirname(path)}/*.py") if path and basename(path) != "settings.py" else ()
    files = unique((path, *(one for one in own if re.search(r"settings|base|local|prod", basename(one)))))
    texts = [(one, python.without_comments(seen.texts[one])) for one in files]
    told = {one.name: one.value for _, each in texts for one in python.assignments(each, environment)}
    hosts = python.block(whole, "ALLOWED_HOSTS")
    version = next((one.version for one in found.components if one.name == "django"), None)
    pairs = [
        ("DJANGO_SETTINGS_MODULE", module),
        ("ALLOWED_HOSTS", ", ".join(python.texts(hosts[0])) if hosts else None),
    ]
    pairs += [
        (name, told.get(name))
        for name in ("DEBUG", "TIME_ZONE", "STATIC_ROOT", "STATIC_URL", "MEDIA_URL", "WSGI_APPLICATION")
    ]
    return replace(
        found, version=version, configuration=unique(seen.real(one) for one in (*files, *found.configuration)),
        resources=unique(one for name, each in texts for one in _of_settings(seen, name, each, environment)),
        data=unique(_media(each, base, told) for _, each in texts), settings=(*found.settings, *settings(pairs)),
        home=base,
    )  # fmt: skip


def _media(text: str, base: str, told: dict[str, str]) -> str | None:
    """MEDIA_ROOT, also as ``BASE_DIR / 'media'`` and ``os.path.join(BASE_DIR, 'media')``."""
    if (plain := told.get("MEDIA_ROOT", "")).startswith("/"):
        return plain.rstrip("/")
    named = re.search(r"(?m)^MEDIA_ROOT\s*=[^\n]*BASE_DIR[^\n'\"]*['\"]([\w./-]+)['\"]", text)
    return f"{base}/{named[1].strip('/')}" if named else None


def _of_settings(seen: Seen, path: str, text: str, environment: dict[str, str]) -> Iterator[Resource]:
    for name, engine in (("DATABASES", None), ("CACHES", None)):
        given = python.block(text, name)
        for _, inside, before in python.inner(given[0]) if given else ():
            told = [
                Told(one.name, one.value, f"{seen.real(path)}:{(given[1] if given else 1) + before + one.line - 1}")
                for one in python.assignments(inside, environment)
            ]
            if name == "DATABASES" and (found := resources.database(told, engine)):
                yield found
            elif name == "CACHES":
                yield from (
                    resource("cache", "CACHES", one.value, None, one.seen) for one in told if one.key == "LOCATION"
                )
    plain = (one for one in python.assignments(text, environment) if one.name.isupper())
    told = [Told(one.name, one.value, f"{seen.real(path)}:{one.line}") for one in plain]
    yield from resources.named(
        one for one in told if one.key.endswith(("_URL", "_URI", "_HOST", "BROKER")) and "STATIC" not in one.key
    )


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


FIND = find
