"""Which framework a program uses, from what it imports and requires."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

from migrate.model.applications import Component
from migrate.probes.applications import projects
from migrate.probes.applications.making import (
    unique,
)  # fmt: skip
from migrate.probes.servers import Seen
from migrate.probes.servers.versions import package_version
from migrate.syntax import python
from migrate.syntax.globs import matching

FRAMEWORKS = {
    "django": "django", "flask": "flask", "fastapi": "fastapi", "pyramid": "pyramid", "bottle": "bottle",
    "tornado": "tornado", "aiohttp": "aiohttp", "starlette": "starlette", "falcon": "falcon", "cherrypy": "cherrypy",
    "sanic": "sanic", "web": "web.py", "gluon": "web2py", "turbogears": "turbogears", "tg": "turbogears",
    "pylons": "pylons", "trac": "trac", "celery": "celery", "quart": "quart", "zope": "zope", "moinmoin": "moin",
    "dash": "dash", "streamlit": "streamlit", "connexion": "connexion", "litestar": "litestar", "masonite": "masonite",
}  # fmt: skip
_LOOKED = ("app.py", "wsgi.py", "asgi.py", "main.py", "application.py", "run.py", "server.py", "__init__.py",
           "app/__init__.py", "src/app.py")  # fmt: skip
_REQUIRED = ("requirements.txt", "requirements/*.txt", "Pipfile", "pyproject.toml", "setup.py", "setup.cfg")


def file_of(seen: Seen, base: str, module: str | None) -> str | None:
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


def imported(seen: Seen, base: str, main: str | None) -> tuple[str, ...]:
    """What the program imports, and what its lists of requirements name."""
    looked = unique((main, *(path for name in _LOOKED if (path := f"{base}/{name}") in seen.texts)))
    beside = matching(seen.texts, f"{dirname(main)}/*.py")[:40] if main and dirname(main) != base else ()
    found = [name.lower() for path in (*looked, *beside) for name in python.imports(seen.texts.get(path, ""))]
    if not any(name in FRAMEWORKS for name in found):
        for path in (path for name in _REQUIRED for path in matching(seen.texts, f"{base}/{name}")):
            found += [name.lower() for name in re.findall(r"(?m)^\W{0,8}([A-Za-z][\w-]*)", seen.texts[path])]
    return unique(found)


def framework(seen: Seen, name: str, venv: str | None, base: str) -> Component:
    found = projects.version_below(seen, unique((venv, base)), name)
    if found is None and (version := package_version(seen, f"python3-{name}", f"python-{name}")):
        return Component(name, version, None, "framework")
    return projects.component(name, found)
