"""Apache httpd, in the layouts of Debian, Red Hat, SUSE and its own."""

from __future__ import annotations

import re

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.applications import Applications
from migrate.model.facts import Accounts, Packages, Sites
from migrate.model.inventory import Snapshot
from migrate.syntax.php import is_module, serves

_SWITCHES = re.compile(r"(?mi)^\s*(SuexecUserGroup|AssignUserID|SuPHP_UserGroup|RUidGid)\s")
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
    switching = _switching(candidate, snapshot)
    return Advice(
        name="apache",
        command=(program, *_kept(main.argv[1:]), "-D", "FOREGROUND"),
        user="" if switching else _worker(candidate, snapshot),
        packages=tuple((name, f"has the program that {switching} starts scripts with") for name in _suexec(snapshot))
        if switching
        else (),
        files=_documents(candidate, snapshot),
        passes_on=() if _runs_php(candidate) else (".php", ".jsp"),
        confined="it writes logs, caches and what lies below /run; what its scripts write, they name",
        stop_signal="SIGWINCH",  # https://httpd.apache.org/docs/2.4/stopping.html
        log_directories=(f"/var/log/{layout}", f"/var/cache/{layout}", f"/run/{layout}", f"/run/lock/{layout}"),
        entrypoint=f"#!/bin/sh\nset -e\nmkdir -p /run/{layout} /run/lock/{layout} 2>/dev/null || true\n"
        f'rm -f /run/{layout}/{layout}.pid\nexec "$@"\n',
    )


def _switching(candidate: Candidate, snapshot: Snapshot) -> str | None:
    """The directive by which scripts or whole sites run as other users: that takes a master that is root."""
    mine = [one for one in snapshot.inventory.get(Applications).applications if candidate.known.pid in one.pids]
    for path in (path for one in mine for path in one.configuration):
        match = _SWITCHES.search(snapshot.text(path) or "")
        if match:
            return match[1]
    return None


def _suexec(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(
        one.name for one in snapshot.inventory.get(Packages).packages if re.match(r"apache2?-suexec", one.name)
    )


def _runs_php(candidate: Candidate) -> bool:
    """As a module, or as CGI programs that it starts."""
    paths = (path for process in candidate.processes for path in (process.exe or "", *process.mapped))
    return any(serves(path) for path in paths)


def _documents(candidate: Candidate, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """Document roots, with the applications around them where Apache itself runs PHP."""
    if not any(is_module(path) for process in candidate.processes for path in process.mapped):
        return ()
    sites = (site for site in snapshot.inventory.get(Sites).sites if site.server == "apache")
    roots = (root for site in sites for root in (site.root, *site.folders) if root)
    return tuple((root, "PHP inside of Apache runs what is there") for root in dict.fromkeys(roots))


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
