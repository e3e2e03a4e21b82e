"""Apache httpd, in the layouts of Debian, Red Hat, SUSE and its own."""

from __future__ import annotations

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts
from migrate.model.inventory import Snapshot

_PROGRAMS = frozenset(("apache2", "httpd", "httpd2", "httpd-prefork", "httpd-worker", "httpd-event", "httpd.worker"))


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] in _PROGRAMS:
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """It runs as the workers' user in the foreground; SIGWINCH is its graceful stop."""
    main = candidate.known
    program = main.exe or ""
    layout = "apache2" if "apache2" in program else "httpd"
    return Advice(
        name="apache",
        command=(program, *_kept(main.argv[1:]), "-D", "FOREGROUND"),
        user=_worker(candidate, snapshot),
        stop_signal="SIGWINCH",  # https://httpd.apache.org/docs/2.4/stopping.html
        log_directories=(f"/var/log/{layout}", f"/var/cache/{layout}", f"/run/{layout}", f"/run/lock/{layout}"),
        entrypoint=f"#!/bin/sh\nset -e\nmkdir -p /run/{layout} /run/lock/{layout} 2>/dev/null || true\n"
        f'rm -f /run/{layout}/{layout}.pid\nexec "$@"\n',
    )


def _kept(words: tuple[str, ...]) -> tuple[str, ...]:
    """The options without those that start, stop or detach it."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "-k":
            skip = True
        elif word not in ("-DFOREGROUND", "FOREGROUND") and not (word == "-D" and "FOREGROUND" in words):
            kept.append(word)
    return tuple(kept)


def _worker(candidate: Candidate, snapshot: Snapshot) -> str | None:
    names = {user.uid: user.name for user in snapshot.inventory.get(Accounts).users}
    uids = [process.uid for process in candidate.processes if process.uid in names and process.uid != 0]
    return names[uids[0]] if uids else None


DETECTOR = Detector("apache", recognise, advise)
