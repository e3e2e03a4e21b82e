"""Commands of the plan as they stand in a Dockerfile: plain ones as they are, on lines that a reviewer can read."""

from __future__ import annotations

import re

from migrate.emission.text import word

_WORD = r"(?:[A-Za-z0-9_./:=@%+,*{}!-]+|'[^']*')+"
_INTO = r">>?/[A-Za-z0-9_./-]+"
_PLAIN = re.compile(rf"(?!cd |exec |exit\b|set |[!{{}}]){_WORD}(?: (?:\|\||&&|{_INTO}|{_WORD}))*")
# An option stays with its argument, and a "not" with what it is about.
_TOKEN = re.compile(rf" (?:\|\||&&|{_INTO}|(?:! )?-[a-z]+ (?![!-]){_WORD}|{_WORD})|^{_WORD}")
_WIDTH = 110


def command(text: str) -> str | None:
    """A step within the shell of a RUN instruction; None where it has to be an instruction of its own.

    What does more than call programs one after the other gets a shell of its own, so that it can't end the others.
    """
    text = text.strip().rstrip(";")
    if not text.isprintable():
        return None
    return _wrapped(text) if _PLAIN.fullmatch(text) else f"sh -euc {word(text)}"


def _wrapped(text: str) -> str:
    """Long commands go on in further lines; where the builder joins them, the text is as it was."""
    lines = [""]
    for token in _TOKEN.findall(text) if len(text) > _WIDTH else [text]:
        if lines[-1] and (len(lines[-1]) + len(token) > _WIDTH or lines[-1].endswith((" ||", " &&"))):
            lines.append(" " * 7)
        lines[-1] += token
    return " \\\n".join(lines)
