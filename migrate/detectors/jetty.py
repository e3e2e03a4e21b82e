"""Jetty: from packages, an archive with a base apart from its home, or started by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.applications import Applications
from migrate.model.facts import Archives, Process
from migrate.model.inventory import Snapshot
from migrate.model.plan import Variable

_STATE = Variable("JETTY_STATE", "/tmp/jetty.state", "where it notes that it has started")
_FOLDERS = ("webapps", "contexts", "etc", "start.d", "start.ini", "resources", "lib", "modules")
_WRITTEN = ("logs", "work", "tmp", "temp")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    java = _java(candidate)
    return f"process {java.pid} runs Jetty" if java else None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """It is started as its unit does; the folder of its applications is part of the image."""
    java = _java(candidate) or candidate.known
    bases = tuple(dict.fromkeys(_bases(java)))
    webapps = tuple(dict.fromkeys(_webapps(candidate, bases, snapshot)))
    state = [word.partition("=")[2] for word in java.argv if word.startswith("jetty.state=")]
    return Advice(
        name="jetty",
        stop_signal="SIGTERM",
        environment=(_STATE,) if state else (),
        files=(
            *((path, "the web applications of this instance") for path in webapps),
            *((f"{base}/{name}", "a folder of this instance") for base in bases for name in _FOLDERS),
        ),
        exclude=(*state, *(f"{base}/{name}" for base in bases for name in _WRITTEN)),
        log_directories=tuple(one for one in (_property(java, "java.io.tmpdir"),) if one and one not in _SHARED),
        archives=tuple(
            archive.path
            for archive in snapshot.inventory.get(Archives).archives
            if any(archive.path.startswith(f"{path}/") for path in webapps)
        ),
    )


_SHARED = frozenset(("/tmp", "/var/tmp"))


def _java(candidate: Candidate) -> Process | None:
    for process in candidate.processes:
        if any(re.match(r"-Djetty\.(?:home|base)=|org\.(?:eclipse|mortbay)\.(?:jetty\.)?(?:start|xml)\.", word)
               for word in process.argv):  # fmt: skip
            return process
    return None


def _bases(java: Process) -> Iterator[str]:
    """Where this instance is, and the home of the program where nothing says that it is elsewhere."""
    for name in ("jetty.base", "jetty.home"):
        found = _property(java, name)
        if found:
            yield found
            return
    if java.cwd and java.cwd != "/":
        yield java.cwd


def _webapps(candidate: Candidate, bases: tuple[str, ...], snapshot: Snapshot) -> Iterator[str]:
    """Folders that hold what is deployed: the one that links lead to among them."""
    yield from (f"{base}/webapps" for base in bases)
    known = snapshot.inventory.get(Applications).applications
    pids = {process.pid for process in candidate.processes}
    servers = {one.name for one in known if pids & set(one.pids)}
    for one in known:
        if one.kind in ("war", "ear") and one.within in servers and one.home:
            folder = one.home.rpartition("/")[0]
            yield folder if folder.endswith("/webapps") else one.home


def _property(java: Process, name: str) -> str | None:
    found = [word.partition("=")[2] for word in java.argv if word.startswith(f"-D{name}=")]
    return found[-1].rstrip("/") if found else None


DETECTOR = Detector("jetty", recognise, advise)
