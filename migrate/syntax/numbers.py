"""Numbers as hosts write them: digits of ASCII alone, in their range."""

from __future__ import annotations


def port(text: str | None) -> int | None:
    """A TCP or UDP port; None of all else."""
    plain = (text or "").strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 6:
        return None
    return int(plain) if 0 < int(plain) < 65536 else None
