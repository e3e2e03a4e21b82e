"""memcached: a cache, which starts empty."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.inventory import Snapshot


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] == "memcached":
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """As it runs now, without what detaches it and the pid file."""
    main = candidate.known
    return Advice(
        name="memcached",
        command=(main.exe or "memcached", *_kept(main.argv[1:])),
        stop_signal="SIGTERM",
        stateless="a cache; yet each of several would keep a part of its own",
    )


def _kept(words: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for before, word in zip(("", *words), words, strict=False):
        if word not in ("-d", "--daemon", "-P") and before != "-P" and not word.startswith(("--pidfile", "-P/")):
            kept.append(word)
    return tuple(kept)


DETECTOR = Detector("memcached", recognise, advise)
