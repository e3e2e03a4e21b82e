"""Pins, locks and exclusions as apt, yum, dnf, zypper and apk write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.packages import Pin
from migrate.syntax.repositories import sections, stanzas

_DEFAULT = re.compile(r"""^\s*APT::Default-Release\s+["']?([^"';]+)["']?\s*;""", re.IGNORECASE)
_WORLD = re.compile(r"(!?[^\s<>=~@!]+)((?:[<>=~@].*)?)")


def pins(path: str, lines: list[str]) -> list[Pin]:
    """The rules in one file, by what its name says it is."""
    if path == "/etc/apk/world":
        return list(_world(path, lines))
    if path.endswith("/locks"):
        return list(_locks(path, lines))
    if path.endswith("versionlock.list"):
        words = (line.split("#")[0].strip() for line in lines)
        return [
            Pin("versionlock", (word.lstrip("!"),), "not this" if word[0] == "!" else None, seen=path)
            for word in words
            if word
        ]
    if path.endswith(".module"):
        return list(_modules(path, lines))
    if path.endswith(("yum.conf", "dnf.conf", ".repo")):
        return list(_excludes(path, lines))
    if "preferences" in path:
        return list(_preferences(path, lines))
    return [
        Pin("default-release", ("*",), match[1].strip(), seen=path) for line in lines if (match := _DEFAULT.match(line))
    ]


def _preferences(path: str, lines: list[str]) -> Iterator[Pin]:
    for fields in stanzas(lines):
        if fields.get("package") and fields.get("pin"):
            priority = fields.get("pin-priority", "")
            known = int(priority) if re.fullmatch(r"-?\d{1,6}", priority) else None
            yield Pin("pin", tuple(fields["package"].split()), " ".join(fields["pin"].split()), known, path)


def _locks(path: str, lines: list[str]) -> Iterator[Pin]:
    for fields in stanzas(lines):
        name = fields.get("solvable_name")
        if name and fields.get("type", "package") == "package":
            rule = " ".join(fields[key] for key in ("version", "solvable_arch", "repo") if fields.get(key))
            yield Pin("lock", (name,), rule or None, seen=path)


def _modules(path: str, lines: list[str]) -> Iterator[Pin]:
    for section, values in sections(lines):
        stream, state = values.get("stream"), values.get("state")
        if state in ("enabled", "disabled") and (stream or state == "disabled"):
            profiles = values.get("profiles")
            rule = f"stream {stream}" if state == "enabled" else "disabled"
            yield Pin("module", (values.get("name", section),), f"{rule}, {profiles}" if profiles else rule, seen=path)


def _excludes(path: str, lines: list[str]) -> Iterator[Pin]:
    """Of all repositories in the main section, of one in its own."""
    for section, values in sections(lines):
        for key in ("exclude", "excludepkgs"):
            if values.get(key):
                of = None if section == "main" else f"repository {section}"
                yield Pin("exclude", tuple(filter(None, re.split(r"[\s,]+", values[key]))), of, seen=path)


def _world(path: str, lines: list[str]) -> Iterator[Pin]:
    """Names alone are what was asked for; those with a version or a tag are pinned."""
    for word in " ".join(lines).split():
        match = _WORLD.fullmatch(word)
        if match and (match[2] or match[1].startswith("!")):
            yield Pin("world", (match[1].lstrip("!"),), match[2] or "not this", seen=path)
