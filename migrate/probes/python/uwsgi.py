"""uWSGI, whose settings come from files of four kinds and from its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from posixpath import basename, dirname

from migrate.model.applications import Application
from migrate.probes.applications import projects
from migrate.probes.applications.making import (
    application,
    settings,
    unique,
    written,
)  # fmt: skip
from migrate.probes.python.program import Program
from migrate.probes.servers import Instance, Seen
from migrate.syntax import ini
from migrate.syntax.globs import matching


def uwsgi_servers(seen: Seen) -> tuple[Instance, ...]:
    return seen.running(lambda one: basename(one.exe or "").startswith("uwsgi"))


def of_uwsgi(seen: Seen, instance: Instance) -> tuple[Application, tuple[Program, ...]]:
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
        Program(
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
