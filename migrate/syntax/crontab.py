"""Crontabs of Vixie cron and its heirs, and anacrontab."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.quoting import shell

_FIELD = r"[0-9*,/~A-Za-z?LW#-]+"
_TIMES = re.compile(rf"(@[a-z_]+|{_FIELD}(?:[ \t]+{_FIELD}){{4}})[ \t]+(.*)", re.DOTALL)
_SETTING = re.compile(r"\s*(?:([A-Za-z_]\w*)|\"([^\"]+)\"|'([^']+)')\s*=\s*(.*?)\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that runs something.

    :ivar schedule: five fields with one blank between them, or ``@daily`` and the like.
    :ivar user: of a system crontab; None in a user's own.
    :ivar command: for ``sh -c``, the ``%`` rules applied.
    :ivar environment: the settings above the line.
    """

    line: int
    schedule: str
    user: str | None
    command: str
    environment: tuple[tuple[str, str], ...]


def entries(lines: list[str], *, system: bool) -> Iterator[Entry | int]:
    """The entries of a crontab; the number of each line that is not understood.

    :param system: it has a field for the user.
    """
    environment: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t\r")
        if not text or text.startswith("#"):
            continue
        if not re.match(r"[-@0-9*]", text) and (setting := _SETTING.fullmatch(text)):
            name = setting[1] or setting[2] or setting[3]
            environment[name] = _unquoted(setting[4])
            continue
        entry = _entry(number, text.removeprefix("-"), system, tuple(environment.items()))
        yield entry if entry else number


def _entry(number: int, text: str, system: bool, environment: tuple[tuple[str, str], ...]) -> Entry | None:
    match = _TIMES.fullmatch(text)
    if not match:
        return None
    rest, user = match[2], None
    if system:
        words = rest.split(None, 1)
        if len(words) < 2:
            return None
        user, rest = words[0].partition(":")[0], words[1]
    schedule = " ".join(match[1].split())
    return Entry(number, schedule, user, command(rest.strip()), environment) if rest.strip() else None


def command(text: str) -> str:
    r"""The command as a shell gets it: what follows the first bare ``%`` is its input, ``\%`` is a percent sign."""
    pieces = [piece.replace("\\%", "%") for piece in re.split(r"(?<!\\)%", text)]
    if len(pieces) == 1:
        return pieces[0]
    given = " ".join(shell(line) for line in pieces[1:])
    return f"printf '%s\\n' {given} | /bin/sh -c {shell(pieces[0].strip())}"


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def anacron(lines: list[str]) -> Iterator[Entry | int]:
    """Lines of anacrontab: period in days (or @monthly), delay, identifier, command."""
    environment: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if setting := _SETTING.fullmatch(text):
            environment[setting[1] or setting[2] or setting[3]] = _unquoted(setting[4])
            continue
        words = text.split(None, 3)
        schedule = _PERIODS.get(words[0], words[0]) if len(words) == 4 else ""
        if schedule.startswith("@"):
            yield Entry(number, schedule, "root", words[3], tuple(environment.items()))
        else:
            yield number


_PERIODS = {"1": "@daily", "7": "@weekly", "30": "@monthly", "31": "@monthly", "365": "@yearly"}
