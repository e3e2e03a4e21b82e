"""uWSGI, also where Debian's script starts one for each file of settings."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts, Process
from migrate.model.inventory import Snapshot

_PROGRAM = re.compile(r"^uwsgi(?:[-_](?:core|python[\d.]*|plugin\w*))?$|^pyuwsgi$")
# What puts it into the background, with a log file in the place of its output.
_DETACHED = ("--daemonize", "--daemonize2", "-d")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and any(_PROGRAM.match(word.rpartition("/")[2]) for word in (main.exe or "", *main.argv[:2])):
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """It stays in the foreground, and runs at once as the user that it changes to."""
    main = candidate.known
    names = {user.uid: user.name for user in snapshot.inventory.get(Accounts).users}
    return Advice(
        command=(_program(main), *_attached(main.argv[1:])),
        user=names.get(main.uid) if main.uid else None,
        stop_signal="SIGQUIT",  # SIGTERM reloads it; https://uwsgi-docs.readthedocs.io/en/latest/Management.html
        init=True,
    )


def _program(main: Process) -> str:
    """As it was called: what runs may be one of several that a link chooses between."""
    return main.argv[0] if main.argv and main.argv[0].startswith("/") else main.exe or "uwsgi"


def _attached(words: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip or word.startswith(("--daemonize=", "--daemonize2=")):
            skip = False
        elif word in _DETACHED:
            skip = True
        else:
            kept.append(word)
    return tuple(kept)


DETECTOR = Detector("uwsgi", recognise, advise)
