"""Reads lines of systemd's units as systemd does."""

from __future__ import annotations

import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "s": " "}


def split(line: str) -> list[str]:
    """The words of a command line: quotes and C's escapes, as systemd.service(5) has them."""
    found: list[str] = []
    place = 0
    while place < len(line):
        if line[place] == " ":
            place += 1
            continue
        quoted = line[place] == '"'
        end = '"' if quoted else " "
        place += quoted
        word = ""
        while place < len(line) and line[place] != end:
            if line[place] == "\\":
                code = re.match(r"x([0-9a-f]{2})", line[place + 1 :])
                word += chr(int(code[1], 16)) if code else _ESCAPES[line[place + 1]]
                place += 4 if code else 2
            else:
                word, place = word + line[place], place + 1
        found.append(word)
        place += 1
    return found


def spelt_out(word: str) -> str:
    """With what it means by %% and $$; specifiers and variables are errors."""
    assert not re.search(r"(?<!%)(?:%%)*%(?!%)|(?<!\$)(?:\$\$)*\$(?!\$)", word), word
    return word.replace("%%", "%").replace("$$", "$")
