"""What a person sees while work goes on: lines on standard error, nothing that could steer the terminal."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

from migrate.quoting import terminal


@dataclass(slots=True)
class Progress:
    """Called with one line for each step; shows the time since the start on a terminal."""

    quiet: bool = False
    started: float = field(default_factory=time.monotonic)

    def __call__(self, message: str) -> None:
        if self.quiet:
            return
        stamp = f"{time.monotonic() - self.started:6.1f}s  " if sys.stderr.isatty() else ""
        sys.stderr.write(f"{stamp}{terminal(message)}\n")
        sys.stderr.flush()
