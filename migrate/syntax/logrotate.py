"""logrotate's configuration: which files are rotated how."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.model.logs import Rotation

_PERIODS = frozenset("hourly daily weekly monthly yearly".split())
_SCRIPTS = frozenset("postrotate prerotate firstaction lastaction preremove".split())
_OPTIONS = frozenset(
    "compress delaycompress copytruncate copy dateext missingok notifempty sharedscripts shred nocompress nocreate "
    "ifempty nomissingok".split()
)


@dataclass
class _Rules:
    """What holds so far: of the file, or of one rule."""

    period: str | None = None
    size: str | None = None
    keep: int | None = None
    days: int | None = None
    options: list[str] = field(default_factory=list)
    command: str | None = None

    def copy(self) -> _Rules:
        return _Rules(self.period, self.size, self.keep, self.days, list(self.options), self.command)


def read(path: str, text: str, defaults: Rotation | None = None) -> Iterator[Rotation]:
    """The rules of one file. Its own lines before them, and those of ``defaults``, hold where a rule says nothing."""
    common = (
        _Rules(defaults.period, defaults.size, defaults.keep, defaults.days, list(defaults.options))
        if defaults
        else _Rules()
    )
    rule: _Rules | None = None
    script = ""
    names: list[str] = []
    start = 0
    for at, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if script:
            script = _scripted(script, line, rule)
        elif not line or line.startswith("#"):
            continue
        elif rule is None:
            before, brace, _ = line.partition("{")
            if not brace and not names and not line.startswith(("/", '"', "'", "~")):
                _setting(common, line)
                continue
            start = start if names else at
            names += _words(before)
            rule = common.copy() if brace else None
        elif line.startswith("}"):
            yield _rotation(names, rule, f"{path}:{start}")
            rule, names = None, []
        elif line.split()[0] in _SCRIPTS:
            script = line.split()[0]
        else:
            _setting(rule, line)


def defaults(path: str, text: str) -> Rotation:
    """What stands outside of the rules of the main file."""
    common, depth = _Rules(), 0
    for raw in text.split("\n"):
        line = raw.strip()
        depth += line.endswith("{")
        if not depth and line and not line.startswith(("#", "/", '"')):
            _setting(common, line)
        depth = max(0, depth - line.startswith("}"))
    return _rotation([], common, path)


def _scripted(script: str, line: str, rule: _Rules | None) -> str:
    if line == "endscript":
        return ""
    if rule is not None and script == "postrotate" and rule.command is None and line and not line.startswith("#"):
        rule.command = line
    return script


def _setting(rules: _Rules, line: str) -> None:
    key, *rest = re.split(r"[\s=]+", line, maxsplit=1)
    key, value = key.lower(), "".join(rest)
    if key in _PERIODS:
        rules.period = key
    elif key in ("size", "maxsize", "minsize"):
        rules.size = value or None
    elif key == "rotate" and re.fullmatch(r"-?\d{1,6}", value):
        rules.keep = int(value)
    elif key == "maxage" and re.fullmatch(r"\d{1,6}", value):
        rules.days = int(value)
    elif key in _OPTIONS or key in ("su", "create", "olddir"):
        rules.options = [
            one for one in rules.options if one.split()[0] not in (key, f"no{key}", key.removeprefix("no"))
        ]
        rules.options.append(" ".join((key, *value.split())))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _rotation(names: list[str], rules: _Rules, seen: str) -> Rotation:
    return Rotation(
        tuple(names), rules.period, rules.size, rules.keep, rules.days, tuple(rules.options), rules.command, seen
    )
