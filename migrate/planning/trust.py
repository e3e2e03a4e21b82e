"""Whom the machine's programs trust: the package of well-known authorities, and those that an administrator added."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrate.detectors import Candidate
from migrate.model.paths import ANCHORS
from migrate.model.plan import FileChoice
from migrate.planning import closure
from migrate.planning.closure import Needed
from migrate.planning.index import Index

_PACKAGE = "ca-certificates"
# Libraries of those who ask; a server has libssl for those who ask it.
_LIBRARY = re.compile(
    r"/lib(?:curl(?:-gnutls)?|gnutls|nss3|ldap(?:_r)?|php[\d.]*)[-.\d]|/(?:php/.*/curl|_ssl[\w.-]*)\.so"
)
# Of a program's text: an address of a TLS server that is asked.
_ASKS = re.compile(
    r"(?m)^(?!\s*(?:#|//|\*|--|(?:echo|printf?)\b)).*\b(?:https|ldaps|wss|smtps|imaps|ftps|amqps|rediss|mqtts)://[\w$%{]"
)


def trusted(
    host: Index, candidate: Candidate, needed: Needed, texts: Iterable[str], commands: Iterable[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[FileChoice, ...]]:
    """The package of authorities where the workload asks TLS servers, and the administrator's own where it may.

    :param texts: captured files that it reads or runs.
    :param commands: of jobs.
    """
    if _PACKAGE not in host.packages:
        return (), ()
    because = _asking(host, candidate, texts, commands)
    own = tuple(
        FileChoice(entry.path, "an authority that this machine trusts")
        for place in sorted(ANCHORS)
        for entry in host.captured_below(place)
        if entry.kind != "directory" and entry.package is None
    )
    if because is None and own and _can(candidate, needed):
        because = f"can ask TLS servers: this machine trusts {own[0].path}, too"
    if because is None:
        return (), ()
    there = _PACKAGE in needed.everything or _PACKAGE in host.essential
    return () if there else ((_PACKAGE, because),), own


def _asking(host: Index, candidate: Candidate, texts: Iterable[str], commands: Iterable[str]) -> str | None:
    for socket in candidate.sockets:
        if socket.state == "established" and socket.peer_port in (443, 636, 465, 993):
            return f"has a connection to port {socket.peer_port} of {socket.peer_address}"
    if any(_ASKS.search(command) for command in commands):
        return "has jobs that ask TLS servers"
    for path in texts:
        text = host.snapshot.text(path) or ""
        if "s://" in text and closure.language_of(path, text) in _PROGRAMS and _ASKS.search(text):
            return f"asks a TLS server in {path}"
    return None


_PROGRAMS = frozenset(("shell", "python", "perl", "ruby"))


def _can(candidate: Candidate, needed: Needed) -> bool:
    """Whether it runs programs that can ask, or has authorities among its packages."""
    main = candidate.main
    if main and closure.INTERPRETERS.match((main.exe or "").rpartition("/")[2]):
        return True
    mapped = (path for process in candidate.processes for path in process.mapped)
    return _PACKAGE in needed.everything or any(_LIBRARY.search(path) for path in mapped)
