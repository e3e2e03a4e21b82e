"""Which path of URLs a reference asks for: beside its address, or where a web server's configuration says it."""

from __future__ import annotations

import re

from migrate.planning.couplings.reference import Reference

_BESIDE = re.compile(r"/[^\s\"'`<>;,|)\]}]*")
_PASSED = re.compile(r"\b(?:proxy|ajp|grpc|uwsgi)_pass\s+\w+://$|\b(?:proxy|ajp)_pass\s+$")
_LOCATION = re.compile(r"\blocation\s+(?:(?P<how>=|\^~|~\*?)\s*)?[\"']?(?P<path>[^\s\"'{]+)")
_LITERAL = re.compile(r"\^?((?:[\w/.-]|\\[./-])*)")


def path(text: str, one: Reference) -> str | None:
    """The path at which what is asked for begins; None where it is not known."""
    lines = text.split("\n")
    line = lines[one.line - 1] if one.line <= len(lines) else ""
    end = one.column - 1 + len(one.text)
    if one.text.endswith("/") and not one.text.endswith("//"):
        end -= 1
    beside = _BESIDE.match(line, end)
    if beside:
        return beside.group()
    if _PASSED.search(line[: one.column - 1 + one.at]):
        return _location(lines[: one.line - 1], line[: one.column - 1])
    return None


def _location(before: list[str], line: str) -> str | None:
    """Of nginx's location around the line, which passes the path on as it came."""
    depth = 0
    for text in (line, *reversed(before)):
        found = _LOCATION.search(text)
        depth += text.count("{") - text.count("}")
        if found and depth > 0:
            return _literal(found["path"]) if (found["how"] or "").startswith("~") else found["path"]
        if depth > 0 and not found:
            return None  # another block: an upstream, or an if in a location
    return None


def _literal(pattern: str) -> str | None:
    """The beginning of a regular expression, as far as it says which paths it means: ``^/shop(/|$)``."""
    if not pattern.startswith("^/"):
        return "/"
    found = _LITERAL.match(pattern)
    plain = re.sub(r"\\(.)", r"\1", found[1]) if found else "/"
    return plain if pattern[len(found[0]) if found else 0 :].startswith(("(/|$)", "/", "$", "(?:/|$)")) else "/"
