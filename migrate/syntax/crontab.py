"""Crontabs of Vixie cron and its heirs, of fcron, and anacrontab."""

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
    :ivar delay: that is added to its time.
    """

    line: int
    schedule: str
    user: str | None
    command: str
    environment: tuple[tuple[str, str], ...]
    name: str | None = None
    delay: str | None = None


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
        schedule = _period(words[0]) if len(words) == 4 else None
        if schedule is None:
            yield number
            continue
        delay = f"{words[1]} minutes" if words[1] != "0" else None
        if random := environment.get("RANDOM_DELAY"):
            delay = f"{words[1]} and up to {random} minutes"
        yield Entry(number, schedule, "root", words[3], tuple(environment.items()), words[2], delay)


def _period(word: str) -> str | None:
    if word.isascii() and word.isdecimal() and len(word) < 6:
        return _PERIODS.get(word, f"every {word} days")
    return word if word.startswith("@") else None


_PERIODS = {"1": "@daily", "7": "@weekly", "30": "@monthly", "31": "@monthly", "365": "@yearly"}

_OPTIONS = r"(?:[a-z]\w*(?:\([^)]*\))?(?:,[a-z]\w*(?:\([^)]*\))?)*)"
_FCRON = re.compile(
    rf"(?:(?P<mark>[&%@])(?P<options>{_OPTIONS}|\d+(?:,{_OPTIONS})?)?(?:[ \t]+|(?=[0-9*])))?(?P<rest>.*)", re.DOTALL
)
# How many fields stand behind each of fcron's keywords.
_KEYWORDS = {"hourly": 1, "midhourly": 1, "daily": 2, "middaily": 2, "nightly": 2, "weekly": 2, "midweekly": 2,
             "monthly": 3, "midmonthly": 3, "mins": 5, "hours": 5, "days": 5, "mons": 5, "dow": 5}  # fmt: skip


def fcron(lines: list[str]) -> Iterator[Entry | int]:
    """A table of fcron: ``@ 2h30 COMMAND``, ``& FIVE FIELDS COMMAND``, ``%daily * 21-23 COMMAND``: fcrontab(5)."""
    environment: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t\r")
        if not text or text[0] in "#!":
            continue
        if re.match(r"[A-Za-z_]", text) and (setting := _SETTING.fullmatch(text)):
            environment[setting[1] or setting[2] or setting[3]] = _unquoted(setting[4])
            continue
        yield _fcron_entry(number, text, tuple(environment.items())) or number


def _fcron_entry(number: int, text: str, environment: tuple[tuple[str, str], ...]) -> Entry | None:
    match = _FCRON.fullmatch(text)
    if match is None:
        return None
    options, mark = match["options"] or "", match["mark"]
    keyword = options.partition(",")[0].partition("(")[0]
    count = 1 if mark == "@" else _KEYWORDS.get(keyword, 0) if mark == "%" else 5
    words = match["rest"].split(None, count)
    if not count or len(words) <= count:
        return None
    fields = " ".join(words[:count])
    schedule = f"every {fields}" if mark == "@" else f"%{keyword} {fields}" if mark == "%" else fields
    user = re.search(r"runas\(([^)]+)\)", options)
    return Entry(number, schedule, user[1] if user else None, words[count], environment)
