"""What a server's file system and process list look like, to be compared with what they looked like before."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from tests.e2e.shop import Shop

# Runs in the server, as root, past its sshd; writes nothing (-B: no compiled modules either).
_LOOK = rb"""
import hashlib, json, os, stat, sys
LEFT_OUT = {"/proc", "/sys", "/dev", "/run"}  # kept in memory by the kernel, udev and init
def look(path):
    found = os.lstat(path)
    kind = stat.S_IFMT(found.st_mode)
    content = None
    if kind == stat.S_IFLNK:
        content = os.readlink(path)
    elif kind == stat.S_IFREG and found.st_size <= 1 << 20:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NOATIME)) as file:
            content = hashlib.sha1(file.read()).hexdigest()
    return [found.st_mode, found.st_uid, found.st_gid, found.st_size, found.st_mtime_ns, found.st_ctime_ns, content]
def each(top):
    for entry in os.scandir(top):
        if entry.path in LEFT_OUT:
            continue
        try:
            print(json.dumps([entry.path, look(entry.path)]))
            if entry.is_dir(follow_symlinks=False):
                each(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            pass  # a service removed it while we looked
each("/")
"""

State = Mapping[str, tuple[object, ...]]


def files(shop: Shop) -> State:
    """Each path with its mode, owner, size, both times (not the one of reading), and content or target.

    Contents of files above 1 MiB are not read: their size and times tell.
    """
    lines = shop.inside("python3", "-I", "-B", "-", stdin=_LOOK).splitlines()
    return {path: tuple(state) for path, state in map(json.loads, lines)}


def differences(before: State, after: State, excused: Mapping[str, str]) -> list[str]:
    """One line for each path that differs and that no pattern of ``excused`` covers."""
    return [
        f"{_word(before, after, path)}: {path}"
        for path in _changed(before, after)
        if not any(re.fullmatch(pattern, path, re.S) for pattern in excused)
    ]


def _changed(before: State, after: State) -> Iterator[str]:
    return (path for path in sorted({*before, *after}) if before.get(path) != after.get(path))


def _word(before: State, after: State, path: str) -> str:
    if path not in before:
        return "appeared"
    if path not in after:
        return "vanished"
    names = ("mode", "uid", "gid", "size", "mtime", "ctime", "content")
    was, now = before[path], after[path]
    return " and ".join(name for name, one, other in zip(names, was, now, strict=True) if one != other)


def processes_of(shop: Shop, user: str) -> list[str]:
    """The command lines of a user's processes."""
    text = shop.inside("sh", "-c", f"ps -o args= -u {user} || true").decode("utf-8", "replace")
    return [line.strip() for line in text.splitlines() if line.strip()]
