"""Distributions of pip, uv, setuptools and conda, and virtual environments.

A ``.dist-info`` or ``.egg-info`` beside the modules says name and version; its INSTALLER says who put it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from migrate.model.libraries import Environment, Library
from migrate.probes.libraries import Shelf, headers, licence, mapping, word
from migrate.syntax.repositories import masked

_METADATA = re.compile(
    r"(?P<record>(?P<place>/.*)/[^/]+\.(?:dist-info|egg-info))/(?:METADATA|PKG-INFO)"
    r"|(?P<single>(?P<folder>/.*)/[^/]+\.egg-info)|(?P<egg>(?P<eggs>/.*)/[^/]+\.egg)/EGG-INFO/PKG-INFO"
)
_VENV = re.compile(r"(/.*)/pyvenv\.cfg")
_CONDA = re.compile(r"(/.*)/conda-meta/[^/]+\.json")
_LICENCES = ("license-expression", "license")
_OF_PACKAGES = frozenset(("rpm", "debian", "dpkg", "apk", "conda"))


def find(shelf: Shelf) -> Iterator[Library | Environment]:
    marked = {dirname(dirname(path)) for path in shelf.texts if path.endswith(".dist-info/REQUESTED")}
    for match in shelf.matching(_METADATA):
        place = match["place"] or match["folder"] or match["eggs"]
        if "/_vendor" not in place and "/site-packages/pip/" not in place:
            yield from _distribution(shelf, match[0], match["record"], place, marked)
    yield from _environments(shelf)
    for match in shelf.matching(_CONDA):
        yield from _conda(shelf, match[0], match[1])


def _distribution(shelf: Shelf, seen: str, record: str | None, place: str, marked: set[str]) -> Iterator[Library]:
    fields = headers(shelf.text(seen))
    name = word(fields.get("name"))
    installer = shelf.text(f"{record}/INSTALLER").strip().lower() if record else ""
    if name is None or "metadata-version" not in fields or installer in _OF_PACKAGES:
        return
    by_pip = (bool(record) and (record or "").endswith(".dist-info")) or f"{record}/installed-files.txt" in shelf.texts
    manager = word(installer) or ("pip" if by_pip else "setuptools")
    direct = f"{record}/REQUESTED" in shelf.texts if place in marked else None
    named = licence(*(value for key in _LICENCES if (value := fields.get(key, "")) not in ("", "UNKNOWN")))
    version, source = word(fields.get("version")), _source(shelf, record)
    yield Library(name, version, manager, place, direct, source=source, seen=seen, licence=named)


def _source(shelf: Shelf, record: str | None) -> str | None:
    data = shelf.json(f"{record}/direct_url.json")
    url = word(data.get("url"))
    if url is None:
        return None
    vcs = mapping(data.get("vcs_info"))
    kind, commit = word(vcs.get("vcs")), word(vcs.get("commit_id"))
    return masked(f"{f'{kind}+' if kind else ''}{url}{f'@{commit}' if commit else ''}")


def _environments(shelf: Shelf) -> Iterator[Environment]:
    for match in shelf.matching(_VENV):
        fields = {
            key.strip().lower(): value.strip()
            for key, equals, value in (line.partition("=") for line in shelf.text(match[0]).splitlines())
            if equals
        }
        version = word(fields.get("version") or fields.get("version_info"))
        shared = fields.get("include-system-site-packages", "").lower()
        yield Environment(
            "venv",
            match[1],
            f"python {version}" if version else None,
            word(fields.get("home")),
            {"true": True, "false": False}.get(shared),
            match[0],
        )
    for path in shelf.texts:
        if path.endswith("/conda-meta/history"):
            yield Environment("conda", dirname(dirname(path)), seen=path)


def _conda(shelf: Shelf, seen: str, prefix: str) -> Iterator[Library]:
    data = shelf.json(seen)
    name, version = word(data.get("name")), word(data.get("version"))
    if name:
        asked = {line.split()[0] for line in [word(data.get("requested_spec")) or ""] if line.split()}
        source = word(data.get("channel"))
        yield Library(
            name,
            version,
            "conda",
            prefix,
            True if asked else None,
            source=masked(source) if source else None,
            seen=seen,
        )


FIND = find
