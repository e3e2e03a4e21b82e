"""From the received stream to content.tar.gz, the secret files beside it, and their facts."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from migrate import files
from migrate.archives import Body, Member, Refused, read_tar
from migrate.capture import java
from migrate.capture.masking import Register, telling
from migrate.errors import InputError
from migrate.model.facts import Archive, CapturedFile
from migrate.model.inventory import LARGEST_TEXT, Gap
from migrate.planning import secrets as search
from migrate.syntax.vendored import vendored

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Owner = Callable[[str], str | None]
"""The package that owns a path."""

LARGEST_SEARCHED = 2 << 20
_BLOCK = 1 << 20


@dataclass(slots=True)
class Stored:
    """What the stream held.

    :ivar where: where a file's bytes begin in the spool, by path.
    """

    entries: dict[str, CapturedFile] = field(default_factory=dict)
    where: dict[str, int] = field(default_factory=dict)
    archives: list[Archive] = field(default_factory=list)
    omitted: list[tuple[str, str]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def index(spool: Path, owner: Owner, register: Register) -> Stored:
    """Read the stream once: facts of every entry, secrets in it, archives."""
    stored = Stored()
    if spool.stat().st_size == 0:  # an old tar says nothing where there is nothing
        return stored
    with files.explained(spool, "can't read"), spool.open("rb") as stream:
        try:
            for member, body in read_tar(stream, packed=False):
                if isinstance(member, Refused):
                    stored.omitted.append(("/" + member.name, member.why))
                else:
                    _take(member, body, stored, owner, register)
        except InputError as error:
            stored.gaps.append(Gap("content", f"the stream of files is not whole: {error.message}", "discover again"))
    _without_detours(stored)
    with spool.open("rb") as stream:
        for path in [path for path in stored.entries if java.is_archive(path) and path in stored.where]:
            _describe(path, stored, stream)
    _exploded(stored, spool)
    _spread(stored, spool, register)
    return stored


def _without_detours(stored: Stored) -> None:
    """Leave out what lies below a link or a file: no file system has that, and whoever unpacks it is led elsewhere."""
    closed = {path for path, entry in stored.entries.items() if entry.kind != "directory"}
    for path in [path for path in stored.entries if not closed.isdisjoint(map(str, PurePosixPath(path).parents))]:
        del stored.entries[path]
        stored.where.pop(path, None)
        stored.omitted.append((path, "the host sent it below a link or a file"))


def _take(member: Member, body: Body | None, stored: Stored, owner: Owner, register: Register) -> None:
    path = "/" + member.name
    mtime = 0 if member.kind == "directory" else member.mtime  # that of a directory changes with every passing file
    entry = CapturedFile(
        path, member.kind, member.mode, member.uid, member.gid, member.size, mtime, member.target, package=owner(path)
    )
    if member.kind == "hardlink":
        first = stored.entries.get(f"/{member.target}")
        if first is None or first.kind != "file":
            stored.omitted.append((path, f"a hard link to /{member.target}, which was not captured"))
            return
        stored.where[path] = stored.where[first.path]
        ids = tuple(_copied(register, name, path) for name in first.secrets)
        entry = replace(entry, kind="file", size=first.size, sha256=first.sha256, target=None, secrets=ids)
    elif body is not None:
        digest, data = _digest(body, member.size)
        stored.where[path] = member.offset
        ids = _secrets(path, data, register) if data is not None else ()
        entry = replace(entry, sha256=digest, secrets=ids)
    stored.entries[path] = entry


def _copied(register: Register, name: str, path: str) -> str:
    secret = register.secrets[name]
    found = search.Found(secret.kind, secret.key, secret.line, register.values[name])
    return register.in_file(path, found)


def _digest(body: Body, size: int) -> tuple[str, bytes | None]:
    """The checksum, and the bytes of a small file."""
    digest = hashlib.sha256()
    kept: list[bytes] = []
    while block := body.read(_BLOCK):
        digest.update(block)
        if size <= LARGEST_SEARCHED:
            kept.append(block)
    return digest.hexdigest(), b"".join(kept) if size <= LARGEST_SEARCHED else None


def _secrets(path: str, data: bytes, register: Register) -> tuple[str, ...]:
    if vendored(path):
        return ()
    ids = [register.in_file(path, found) for found in search.find(path, data)]
    if search.private_file(path, data):
        ids.insert(0, register.whole_file(path, data))
    return tuple(dict.fromkeys(ids))


def _describe(path: str, stored: Stored, stream: BinaryIO) -> None:
    entry = stored.entries[path]
    window = _window(stored, path, stream)
    if not java.looks_right(path, window.peek(2)[:2], entry.size):
        return
    try:
        found = java.examine(
            path, window, entry.size, entry.sha256 or "", lambda name, data: bool(search.find(f"{path}/{name}", data))
        )
    except InputError as error:
        stored.gaps.append(Gap(path, error.message))
        return
    stored.archives += found.archives
    if found.unread:
        stored.gaps.append(Gap(path, found.unread))
    if found.telling:
        names = ", ".join(found.telling[:3])
        why = f"what looks like a secret is inside the archive, where it can't be kept apart: {names}"
        stored.gaps.append(Gap(path, why, "look whether these are real; if so, move them out of the archive"))


def _exploded(stored: Stored, spool: Path) -> None:
    """Web and enterprise applications that lie unpacked."""
    marks = (("/WEB-INF/web.xml", "war"), ("/WEB-INF/lib", "war"), ("/WEB-INF/classes", "war"),
             ("/META-INF/application.xml", "ear"))  # fmt: skip
    roots = {path.removesuffix(mark): kind for path in stored.entries for mark, kind in marks if path.endswith(mark)}
    with spool.open("rb") as stream:
        for root, kind in sorted(roots.items()):
            stored.archives.append(java.of_tree(Archive(root, kind), _folder(root, stored, stream)))


def _folder(root: str, stored: Stored, stream: BinaryIO) -> java.Folder:
    def take(name: str, most: int) -> bytes:
        stream.seek(stored.where[f"{root}/{name}"])
        return stream.read(min(stored.entries[f"{root}/{name}"].size, most))

    below = (path for path in stored.entries if path.startswith(root + "/") and path in stored.where)
    return java.Folder({path[len(root) + 1 :]: stored.entries[path].size for path in below}, take)


def _spread(stored: Stored, spool: Path, register: Register) -> None:
    """A value that is a secret in one file is one in every other."""
    values = {value: name for name, value in sorted(register.values.items(), reverse=True) if _searchable(value)}
    if not values:
        return
    names = {value.encode("utf-8", "surrogateescape"): name for value, name in values.items()}
    pattern = re.compile(b"|".join(re.escape(value) for value in sorted(names, key=len, reverse=True)))
    with spool.open("rb") as stream:
        for path, entry in list(stored.entries.items()):
            if entry.kind != "file" or entry.size > LARGEST_SEARCHED or path not in stored.where:
                continue
            stream.seek(stored.where[path])
            hits = {names[match] for match in pattern.findall(stream.read(entry.size))}
            known = {register.values[name] for name in entry.secrets}
            fresh = sorted(name for name in hits if register.values[name] not in known)
            if fresh:
                stored.entries[path] = replace(entry, secrets=(*entry.secrets, *fresh))


def _searchable(value: str) -> bool:
    return telling(value) and len(value) <= 1024 and "\n" not in value


def write(stored: Stored, spool: Path, folder: Path) -> None:
    """content.tar.gz, and secrets/content.tar.gz with the files that hold a secret; the same bytes for the same files.

    Directories go into both: each can be unpacked alone. Large files come last: who wants texts need not read them.
    """
    entries = [stored.entries[path] for path in sorted(stored.entries)]
    entries.sort(key=lambda entry: entry.kind == "file" and entry.size > LARGEST_TEXT)
    private = files.private_folder(folder / "secrets")
    _pack(folder / "content.tar.gz", [entry for entry in entries if not entry.secrets], stored, spool)
    _pack(private / "content.tar.gz", [entry for entry in entries if entry.secrets], stored, spool)


def _pack(path: Path, entries: Iterable[CapturedFile], stored: Stored, spool: Path) -> None:
    with (
        files.writing(path, mode=0o600) as sink,
        gzip.GzipFile("", "wb", 5, sink, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT, errors="surrogateescape") as tar,
        spool.open("rb") as stream,
    ):
        for entry in entries:
            info = _info(entry)
            tar.addfile(info, _window(stored, entry.path, stream) if entry.kind == "file" else None)


def _info(entry: CapturedFile) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry.path.lstrip("/"))
    kinds = {"directory": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}
    info.type = kinds.get(entry.kind, tarfile.REGTYPE)
    info.mode, info.uid, info.gid, info.mtime = entry.mode, entry.uid, entry.gid, entry.mtime
    info.size = entry.size if entry.kind == "file" else 0
    info.linkname = entry.target or ""
    return info


class _Window(io.RawIOBase):
    """A part of a file, as a file."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        self._stream.seek(self._start + self._at)
        data = self._stream.read(min(len(view), max(0, self._size - self._at)))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _window(stored: Stored, path: str, stream: BinaryIO) -> io.BufferedReader:
    """The bytes of an entry, as a file of its own."""
    return io.BufferedReader(_Window(stream, stored.where[path], stored.entries[path].size), _BLOCK)
