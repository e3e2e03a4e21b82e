"""Scripts that do nothing but print a password: for ``SSLPassPhraseDialog exec:``, ``SSH_ASKPASS`` and the like."""

from __future__ import annotations

import re
from posixpath import basename

from migrate.planning.secrets import values
from migrate.planning.secrets.found import Found

_NAME = re.compile(r"(?i)pass|phrase|kennwort|passwort|secret|geheim|credential|(?:^|[-_.])(?:pw|pin)(?:$|[-_.])")
_SHELL = re.compile(r"#!\s*/\S*?(?:bin/env\s+)?(?:ba|da|k|z)?sh\b")
_PRINTS = re.compile(
    r"(?:exec\s+)?(?:/(?:usr/)?bin/)?(?:echo(?:\s+-n)?|printf(?:\s+['\"]?%s(?:\\n)?['\"]?)?)\s+(?P<value>\S.*?)\s*"
)


def find(path: str, text: str) -> tuple[Found, ...]:
    """The word that a script of such a name prints, when that is all that it does."""
    if not _NAME.search(basename(path)) or not _SHELL.match(text):
        return ()
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    told = [(number, line) for number, line in lines if line and not line.startswith("#") and not _idle(line)]
    match = _PRINTS.fullmatch(told[0][1]) if len(told) == 1 else None
    value = _bare(match["value"]) if match else ""
    if not value or not values.plausible(value, "password", literal=True):
        return ()
    return (Found("password", None, told[0][0], value),)


def _idle(line: str) -> bool:
    return bool(re.fullmatch(r"set\s+-\w+|exit(?:\s+0)?|:", line))


def _bare(word: str) -> str:
    """A single word without its quotes; nothing where the shell would put something in."""
    if re.fullmatch(r"'[^']*'", word):
        return word[1:-1].removesuffix("\\n")
    word = word[1:-1] if re.fullmatch(r'"[^"]*"', word) else word
    return "" if re.search(r"[\s$`|<>;&]", word) else word.removesuffix("\\n")
