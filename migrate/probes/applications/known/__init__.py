"""Daemons that need no reader of their own: how their program is called, and which settings say what matters.

Each module ends in ``KNOWN``. Names of settings are in lower case, with ``section/name`` where the name alone says
too little.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Daemon:
    """How one kind of daemon is recognised and read.

    :ivar programs: names of its program, or of the script that an interpreter runs; of a pattern, ``*`` at the end.
    :ivar options: options that name the configuration file.
    :ivar files: where it is otherwise: patterns; the first that matches is the main one.
    :ivar settings: what a container has to be told besides ports and directories.
    :ivar data: settings that name what is written; ``logs`` those that name logs.
    :ivar resources: (setting, kind) of what it is told to use.
    :ivar writes: options that name a directory of data.
    :ivar only: a word that its command line must have: the same program is also a client.
    """

    kind: str
    role: str
    programs: tuple[str, ...]
    options: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    resources: tuple[tuple[str, str], ...] = ()
    writes: tuple[str, ...] = ()
    only: str | None = None


def daemon(
    kind: str, role: str, programs: str, *, options: str = "", files: str = "", settings: str = "", data: str = "",
    logs: str = "", resources: str = "", writes: str = "", only: str | None = None,
) -> Daemon:  # fmt: skip
    """A daemon, by lists of words; ``resources`` are ``setting>kind``."""
    pairs = tuple((name, what) for name, _, what in (word.partition(">") for word in resources.split()))
    return Daemon(
        kind, role, tuple(programs.split()), tuple(options.split()), tuple(files.split()), tuple(settings.split()),
        tuple(data.split()), tuple(logs.split()), pairs, tuple(writes.split()), only,
    )  # fmt: skip
