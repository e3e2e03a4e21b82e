"""Questions about paths that are asked so often that a walk through all of them would take minutes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

ANCHORS = (
    "/usr/local/share/ca-certificates",  # Debian, Alpine
    "/etc/pki/ca-trust/source/anchors",  # Red Hat
    "/usr/share/pki/ca-trust-source/anchors",
    "/etc/pki/trust/anchors",  # SUSE
    "/usr/share/pki/trust/anchors",
    "/etc/ca-certificates/trust-source/anchors",  # Arch
)
"""Where an administrator puts the certificates of authorities that the machine is to trust."""


def above(path: str) -> Iterator[str]:
    """``path`` and every directory that it lies in, the root last."""
    path = path.rstrip("/")
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield "/"


def span(paths: Sequence[str], directory: str) -> Iterator[int]:
    """Positions in sorted paths of ``directory`` itself, each time it is there, and of what is below it."""
    prefix = directory.rstrip("/") + "/"
    at = bisect_left(paths, directory)
    while directory != prefix and at < len(paths) and paths[at] == directory:
        yield at
        at += 1
    # What is below stands side by side: 0 comes right after /.
    start = bisect_left(paths, prefix)
    yield from range(start, bisect_left(paths, prefix[:-1] + "0", start))
