"""Django: what its settings say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import basename, dirname

from migrate.model.applications import Application, Resource
from migrate.probes.applications import resources
from migrate.probes.applications.making import (
    resource,
    settings,
    unique,
)  # fmt: skip
from migrate.probes.applications.resources import Told
from migrate.probes.python.frameworks import file_of
from migrate.probes.servers import Seen
from migrate.syntax import python
from migrate.syntax.globs import matching


def django(seen: Seen, found: Application, text: str, environment: dict[str, str], base: str) -> Application:
    named = re.search(r"DJANGO_SETTINGS_MODULE['\"]?\s*[,\]=)]+\s*['\"]([\w.]+)", text)
    module = environment.get("DJANGO_SETTINGS_MODULE") or (named[1] if named else None)
    path = file_of(seen, base, module)
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
