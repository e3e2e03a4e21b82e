"""The way to files that root opened on the host, for the user that opens them in the container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.detectors import Candidate
from migrate.model.plan import DirectoryChoice
from migrate.planning.index import Index, parent


def opened(
    host: Index, candidate: Candidate, user: str | None, paths: Iterable[str], made: Iterable[DirectoryChoice]
) -> Iterator[DirectoryChoice]:
    """Directories above ``paths`` that ``user`` could not pass, with the right to pass for everybody.

    Only where the service was started by root, which looks into every directory: else what worked still does.

    :param made: directories that the plan makes anyway; those stay.
    """
    main = candidate.main
    if user is None or (main is not None and main.uid != 0):
        return
    known = {one.path for one in made}
    for path in sorted({step for one in paths for step in _above(one)} - known):
        entry = host.entries.get(path)
        if entry is not None and entry.kind == "directory" and not entry.mode & 0o001 and entry.uid == 0:
            because = f"{user} passes it to what root opened on the host"
            yield DirectoryChoice(path, entry.uid, entry.gid, entry.mode & 0o7777 | 0o001, because)


def _above(path: str) -> Iterator[str]:
    while (path := parent(path)) != "/":
        yield path
