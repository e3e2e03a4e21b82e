"""Quoting for Dockerfiles; the other languages have their door in migrate.quoting."""

from __future__ import annotations

import re

from migrate.quoting import shell


def value(text: str) -> str:
    """A value of ENV, LABEL, WORKDIR: quoted, without the builder's own variables. It must be printable."""
    return '"' + re.sub(r'([\\"$])', r"\\\1", text) + '"'


def word(text: str) -> str:
    """A word of a shell command in RUN: one line, whatever is in it."""
    return shell(text) if text.isprintable() else "\"$(printf '" + octal(text) + "')\""


def octal(text: str) -> str:
    """For printf: each byte as an escape."""
    return "".join(f"\\{byte:03o}" for byte in text.encode("utf-8", "surrogateescape"))


def comment(text: str) -> str:
    """One comment line, whatever is in ``text``."""
    return "# " + "".join(one if one.isprintable() else " " for one in text).strip()


def mebibytes(size: int | None) -> int:
    """Rounded up, one at least: sizes of memory are asked for in whole ones."""
    return max(1, -(-(size or 0) // (1 << 20)))
