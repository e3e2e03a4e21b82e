"""Text of a host in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrate.quoting import terminal


def plain(text: str) -> str:
    """``text`` on one line, with nothing of it taken for Markdown or HTML."""
    line = terminal(" ".join(text.split()))
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]#|!~$])", r"\\\1", line)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are Markdown already."""
    names = list(head)
    lines = [_row(names), _row("---" for _ in names), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
