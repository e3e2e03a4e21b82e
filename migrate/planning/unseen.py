"""What even root may not see of other users' processes without CAP_SYS_PTRACE, inferred from what it may."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migrate.detectors import Candidate
from migrate.model.facts import Process, Socket
from migrate.model.inventory import Snapshot

_PROGRAM = re.compile(r"(?:^|\s)(/[^\s:]+)")


def with_program(process: Process) -> Process:
    """With the program that its first word, or the title in its place, names."""
    if process.exe is not None or not process.argv:
        return process
    match = _PROGRAM.search(process.argv[0])
    return replace(process, exe=match[1]) if match else process


def with_sockets(
    snapshot: Snapshot, sockets: Iterable[Socket], candidates: tuple[Candidate, ...]
) -> tuple[Candidate, ...]:
    """Listening sockets of nobody go to the one candidate whose command line or settings name the port."""
    lost = [socket for socket in sockets if not socket.pids and socket.port and socket.state in _WAITING]
    blind = [one for one in candidates if not one.sockets and one.processes] if lost else []
    found: dict[str, list[Socket]] = {}
    for socket in lost:
        port = re.compile(rf"(?<![\d.]){socket.port}(?![\d.])")
        # What is said to it alone counts before what stands in a file, which others may have, too.
        told = [one for one in blind if port.search("\n".join(_words(one)))]
        naming = told if len(told) == 1 else [one for one in blind if port.search(_said(snapshot, one))]
        if len(naming) == 1:
            found.setdefault(naming[0].name, []).append(socket)
    return tuple(replace(one, sockets=(*one.sockets, *found.get(one.name, ()))) for one in candidates)


_WAITING = frozenset(("listen", "unconnected"))


def _words(candidate: Candidate) -> list[str]:
    """Command lines and variables."""
    words = [word for process in candidate.processes for word in process.argv]
    words += [value for process in candidate.processes for _, value in process.environment]
    service = candidate.service
    words += service.environment_files if service else ()
    words += [value for _, value in service.environment] if service else ()
    return words


def _said(snapshot: Snapshot, candidate: Candidate) -> str:
    """Command lines and variables, and the text of every file that they name."""
    words = _words(candidate)
    paths = {path for word in words for path in re.findall(r"/[\w./@+-]+", word)}
    cwds = {process.cwd for process in candidate.processes if process.cwd}
    paths |= {f"{cwd}/{word}" for cwd in cwds for word in words if re.fullmatch(r"[\w-][\w./-]*", word)}
    return "\n".join([*words, *(snapshot.text(path) or "" for path in sorted(paths))])
