"""Add up a tar stream: what is in it, in no order, in constant memory. Nothing is unpacked to a disk."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO

from migrate.errors import MigrateError

_CHUNK = 1 << 18
_SQLITE = b"SQLite format 3\0"
_SIDES = ("-wal", "-shm", "-journal")
_EMBEDDED = {".mv.db": "H2", ".h2.db": "H2", ".script": "HSQLDB", "service.properties": "Derby"}
_REMEMBERED = 1000


@dataclass(slots=True)
class Tally:
    """``total``: the sum of the entries' digests.

    :ivar sqlite: names of SQLite databases; ``digests`` has those of their files and of the files beside them.
    :ivar embedded: (name, product) of other embedded databases.
    """

    count: int = 0
    size: int = 0
    total: int = 0
    sqlite: list[str] = field(default_factory=list)
    digests: dict[str, int] = field(default_factory=dict)
    embedded: list[tuple[str, str]] = field(default_factory=list)

    def add(self, digest: int, sign: int = 1) -> None:
        self.count += sign
        self.total = (self.total + sign * digest) % (1 << 256)

    @property
    def checksum(self) -> str:
        return f"{self.total:064x}"


def tally(stream: IO[bytes], tool: str = "the tar stream") -> Tally:
    """:raises MigrateError: the stream is damaged or cut off."""
    found = Tally()
    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
            while (info := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # it keeps every header otherwise
                _take(found, archive, info)
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise MigrateError(f"{tool} is damaged or cut off: {error}") from error
    return found


def _take(found: Tally, archive: tarfile.TarFile, info: tarfile.TarInfo) -> None:
    content, head = "", b""
    if info.isreg() and (file := archive.extractfile(info)) is not None:
        content, head = _content(file)
        found.size += info.size
    name = _name(info.name)
    digest = _digest(name, info, content)
    found.add(digest)
    if len(found.digests) < _REMEMBERED and (head == _SQLITE or name.endswith(_SIDES)):
        found.digests[name] = digest
        if head == _SQLITE:
            found.sqlite.append(name)
    product = next((product for end, product in _EMBEDDED.items() if name.endswith(end)), None)
    if product and info.isreg() and len(found.embedded) < _REMEMBERED:
        found.embedded.append((name, product))


def _content(file: IO[bytes]) -> tuple[str, bytes]:
    head = data = file.read(_CHUNK)
    total = hashlib.sha256()
    while data:
        total.update(data)
        data = file.read(_CHUNK)
    return total.hexdigest(), head[: len(_SQLITE)]


def _digest(name: str, info: tarfile.TarInfo, content: str) -> int:
    """Of everything that has to arrive. A directory's time changes whenever something is put into it."""
    kind = b"0" if info.isreg() else info.type
    mtime = "" if info.isdir() else str(int(info.mtime))
    link = _name(info.linkname) if info.islnk() else info.linkname if info.issym() else ""
    extra = [f"{key}={value}" for key, value in sorted(info.pax_headers.items()) if _carried(key)]
    device = f"{info.devmajor}:{info.devminor}" if info.isdev() else ""
    size = str(info.size) if info.isreg() else ""
    mode = "" if info.issym() else f"{info.mode & 0o7777:o}"
    fields = (name, kind.decode(), mode, str(info.uid), str(info.gid), size, mtime, link, device, content, *extra)
    return int.from_bytes(hashlib.sha256("\0".join(fields).encode("utf-8", "surrogateescape")).digest())


def _carried(key: str) -> bool:
    return key.startswith(("SCHILY.acl.", "SCHILY.xattr.user.", "SCHILY.xattr.security.capability"))


def _name(name: str) -> str:
    return "/".join(piece for piece in name.split("/") if piece not in ("", ".")) or "."


class Reader:
    """An iterable of bytes as a file to read from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        kept = [self._left]
        have = len(self._left)
        while size < 0 or have < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            kept.append(piece)
            have += len(piece)
        data = b"".join(kept)
        cut = len(data) if size < 0 else size
        self._left = data[cut:]
        return data[:cut]
