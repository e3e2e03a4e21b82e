"""Progress of long streams as a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from migrate.stores import Progress

_EVERY = 5.0


def paced(say: Callable[[str], None], every: float = _EVERY) -> Progress:
    """A :data:`Progress` that says how far it is at most every few seconds."""
    last = time.monotonic()

    def progress(what: str, done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= every:
            last = now
            say(f"{what}: {_amount(done)}" + (f" of about {_amount(total)}" if total else ""))

    return progress


def _amount(size: int) -> str:
    value, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
