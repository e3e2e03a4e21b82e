"""Where logs are: read from what processes hold open and from the configuration of syslog, journald and logrotate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from itertools import pairwise

from migrate.model.facts import Files, Processes, Tree
from migrate.model.inventory import Snapshot
from migrate.model.logs import Forward, JournalSetting, LogFile, Logs, Rotation
from migrate.probes import Parsed, Reading
from migrate.syntax import logrotate, syslog

_LOG = re.compile(r"(?i)/var/log/|/logs?/|[._-]logs?(?:[._-][^/]*)?$|\.(?:out|err)$|catalina\.")
# Journals of databases, and what supervisors and loggers keep beside their logs: FIFOs, locks, states.
_NO_LOG = re.compile(
    r"(?i)/(?:pg_)?(?:xlog|wal|clog|commitlog|binlog|redo)|\.(?:db|sqlite\d?|lock|pid|sock|ibd|journal|fifo|pipe)$|/dev/"
    r"|/supervise/|/event/|/(?:lock|control|status|ok|fifo|pipe|notify)$"
)
_SKIPPED = re.compile(r"~$|\.(?:dpkg-\w+|rpm\w+|bak|orig|swp|disabled|cfsaved)$|,v$")
_REMOTE = re.compile(r"(.+?)(?::(\d+))?(?:,.*)?")


def read(snapshot: Snapshot) -> Parsed:
    """Everything that tells of a log; nothing is asked of the host."""
    rotations = tuple(_rotations(snapshot))
    forwards = (*_forwards(snapshot), *_busybox(snapshot))
    return Parsed(Logs(tuple(_files(snapshot, rotations, forwards)), rotations, forwards, tuple(_journal(snapshot))))


def _texts(snapshot: Snapshot, *places: str) -> Iterator[tuple[str, str]]:
    """Captured texts at or directly below these places, without what programs skip."""
    for place in places:
        for path in snapshot.texts_below(place):
            if not _SKIPPED.search(path) and (text := snapshot.text(path)) is not None:
                yield path, text


def _rotations(snapshot: Snapshot) -> Iterator[Rotation]:
    main = snapshot.text("/etc/logrotate.conf")
    known = logrotate.defaults("/etc/logrotate.conf", main) if main is not None else None
    if main is not None:
        yield from logrotate.read("/etc/logrotate.conf", main)
    for path, text in _texts(snapshot, "/etc/logrotate.d"):
        yield from logrotate.read(path, text, known)


def _forwards(snapshot: Snapshot) -> Iterator[Forward]:
    for path, text in _texts(snapshot, "/etc/rsyslog.conf", "/etc/rsyslog.d"):
        if path == "/etc/rsyslog.conf" or path.endswith(".conf"):
            yield from syslog.rules(path, text, "rsyslog")
    for path, text in _texts(snapshot, "/etc/syslog.conf", "/etc/syslog.d"):
        yield from syslog.rules(path, text, "syslog")
    whole = dict(_texts(snapshot, "/etc/syslog-ng"))
    everything = "\n".join(whole.values())
    for path, text in whole.items():
        if path.endswith(".conf"):
            # Destinations of one file are used by the log statements of another.
            lines = len(text.split("\n"))
            made = syslog.syslog_ng(path, f"{text}\n{everything}")
            yield from (one for one in made if int(one.seen.rpartition(":")[2]) <= lines)


def _busybox(snapshot: Snapshot) -> Iterator[Forward]:
    """``syslogd -R host:514 -O /var/log/messages``, which busybox has in the place of a file."""
    for process in snapshot.inventory.get(Processes).processes:
        if process.name != "syslogd":
            continue
        words = [*process.argv, ""]
        for word, following in pairwise(words):
            option, value = (word[:2], word[2:] or following) if re.match(r"-[RO]", word) else ("", "")
            if option == "-O" and value.startswith("/"):
                yield Forward("*.*", value, "file", None, "busybox", "command line of syslogd")
            elif option == "-R" and (found := _REMOTE.fullmatch(value)):
                yield Forward(
                    "*.*", f"{found[1]}:{found[2] or 514}", "remote", "udp", "busybox", "command line of syslogd"
                )


def _journal(snapshot: Snapshot) -> Iterator[JournalSetting]:
    for path, text in _texts(
        snapshot, "/etc/systemd/journald.conf", "/etc/systemd/journald.conf.d", "/etc/systemd/journal-upload.conf"
    ):
        for at, line in enumerate(text.split("\n"), 1):
            if found := re.match(r"\s*([A-Z]\w+)\s*=\s*(\S.*?)\s*$", line):
                yield JournalSetting(found[1], found[2], f"{path}:{at}")


def _files(snapshot: Snapshot, rotations: tuple[Rotation, ...], forwards: tuple[Forward, ...]) -> Iterator[LogFile]:
    named = {one.target: one.seen for one in reversed(forwards) if one.kind == "file" and "%" not in one.target}
    writers: dict[str, list[tuple[int, str, str | None]]] = {}
    for process in snapshot.inventory.get(Processes).processes:
        for file in process.open_files:
            if file.writable and (file.path in named or _is_log(file.path)):
                writers.setdefault(file.path, []).append((process.pid, process.name, process.unit))
    sizes = {tree.root.path: tree.root.size for tree in _single(snapshot)}
    for path in sorted({*named, *writers}):
        those = writers.get(path, [])
        yield LogFile(
            path,
            sizes.get(path),
            tuple(sorted({pid for pid, _, _ in those})),
            tuple(sorted({name for _, name, _ in those})),
            tuple(sorted({unit for _, _, unit in those if unit})),
            _rotated(path, rotations),
            named.get(path, ""),
        )


def _is_log(path: str) -> bool:
    return bool(_LOG.search(path)) and not _NO_LOG.search(path)


def _single(snapshot: Snapshot) -> Iterator[Tree]:
    return (tree for tree in snapshot.inventory.get(Files).unmanaged if tree.root.kind == "file")


def _rotated(path: str, rotations: tuple[Rotation, ...]) -> str | None:
    for one in rotations:
        for pattern in one.patterns:
            # A pattern's star stops at a slash.
            if pattern.count("/") == path.count("/") and fnmatch(path, pattern):
                return one.seen
    return None


READING = Reading(Logs, read)
