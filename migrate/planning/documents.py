"""Packages that a workload uses without running them: where a document root, an alias or a link leads to.

Debian's phpmyadmin, roundcube and wordpress are served like that: what they need (PHP modules) and what they read
(/etc/NAME) belongs to the server that serves them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.model.plan import FileChoice
from migrate.planning import closure, evidence
from migrate.planning.index import SHARED_DIRECTORIES, Index, parent

_PLACE = re.compile(r"/(?:usr/(?:share|lib|libexec)|var/lib)/(?P<name>[^/]+)(?P<rest>/.*)?")
# What everybody's programs read, and what is no application: documentation, data of libraries, interpreters' modules.
_COMMON = frozenset(
    "doc doc-base man info locale locales i18n zoneinfo terminfo misc common-licenses ca-certificates mime file fonts"
    " icons themes pixmaps keyrings debconf dpkg apt bash-completion perl perl5 python3 php pear java jvm systemd"
    " sysusers.d tmpfiles.d gcc ssl init lintian bug menu X11 dbus-1 polkit-1".split()
)
_STARTS = ("/usr/share/", "/usr/lib/", "/usr/libexec/", "/var/lib/")
_ARCHITECTURE = re.compile(r"\w+-linux-\w+")
# Lines that hand a directory to those who ask a web server: Apache's, nginx's, lighttpd's words for it.
_SERVING = re.compile(r"(?i)\b(?:\w*alias\w*|(?:server\.)?document-?root|root|directory|wsgi\w*|include\w*)\b")
_LIBRARY = re.compile(r"\.so(?:\.[\d.]+)?$")


def served(
    host: Index, texts: Iterable[str], roots: Iterable[str], files: Iterable[FileChoice]
) -> Iterator[tuple[str, str]]:
    """(package, because) for each place of a package that configuration names, and links in carried folders lead to.

    :param roots: what is known to be served or run.
    """
    for path in roots:
        yield from _of(host, path, "is served")
    for text in texts:
        for line, named in _named(text, host.snapshot.text(text) or ""):
            yield from _of(host, named, f"is named in {text}:{line}")
    for choice in files:
        if not choice.path.startswith("/etc/"):
            for entry in host.captured_below(choice.path):
                if entry.kind == "link" and entry.target:
                    yield from _of(host, host.resolve(entry.path), f"is where {entry.path} leads")


def _named(path: str, text: str) -> Iterator[tuple[int, str]]:
    """(line, place) for each place of a package that configuration names; data of one only where it is served."""
    if not any(start in text for start in _STARTS) or closure.language_of(path, text) is not None:
        return
    for line, named in evidence.mentioned(text):
        if named.startswith(_STARTS) and (named.startswith("/usr/") or _SERVING.search(text.splitlines()[line - 1])):
            yield line, named


def _of(host: Index, path: str, because: str) -> Iterator[tuple[str, str]]:
    match = _PLACE.fullmatch(path)
    if match is None or match["name"] in _COMMON or _ARCHITECTURE.fullmatch(match["name"]) or _LIBRARY.search(path):
        return
    at = path
    while at not in SHARED_DIRECTORIES and at != "/":
        package = host.owner(at)
        if package:
            if package not in host.essential:
                yield package, f"owns {at}: {path} {because}"
            return
        at = parent(at)
