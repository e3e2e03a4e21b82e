"""When something began and how long it took."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Watch:
    """Starts when it is made. ``began``: UTC, ISO 8601."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC).isoformat(timespec="seconds")
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self._start, 2)
