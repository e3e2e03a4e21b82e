"""HAProxy, alone or as a master with workers."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.inventory import Snapshot

# What belongs to init, a process id file or the way it is told to reload: by option, with how many words follow.
_LEFT_OUT = {"-D": 0, "-Ws": 0, "-W": 0, "-q": 0, "-db": 0, "-p": 1, "-S": 1, "-x": 1, "-sf": -1, "-st": -1}


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] in ("haproxy", "hapee-lb"):
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """In the foreground; it is root that binds and changes its root directory, and then gives its rights away."""
    main = candidate.known
    program = main.exe or "haproxy"
    return Advice(
        name="haproxy",
        command=(program, "-W", "-db", *_kept(main.argv[1:])),
        user="",
        confined="it writes its sockets and a process id",
        stop_signal="SIGUSR1",  # finishes what it is serving; https://docs.haproxy.org/2.6/management.html#4
    )


def _kept(words: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    skip = 0
    for word in words:
        if skip and not word.startswith("-"):
            skip -= 1
            continue
        skip = 0
        if word in _LEFT_OUT:
            skip = _LEFT_OUT[word] if _LEFT_OUT[word] >= 0 else len(words)  # -sf has the ids of former processes
        else:
            kept.append(word)
    return tuple(kept)


DETECTOR = Detector("haproxy", recognise, advise)
