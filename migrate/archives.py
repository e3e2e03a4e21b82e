"""The one door through which archives are opened. Whoever made them may have meant harm.

Nothing is unpacked to the disk here. Names come out relative, without ``..``; what can't be told apart from an attack
(devices, sparse files, names and hard links that lead out, more entries or bytes than anybody needs) is refused.
"""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Literal, Self

from migrate.errors import InputError

_LONGEST_HEADER = 1 << 20
_HEADERS = (
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
)  # fmt: skip
_BROKEN = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, OverflowError, struct.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold. ``ratio`` is unpacked to packed bytes, for entries of more than a MiB."""

    entries: int = 500_000
    size: int = 64 << 30
    ratio: int = 300


@dataclass(frozen=True, slots=True)
class Member:
    """One entry.

    :ivar name: relative, without ``.``, ``..``, leading or double slashes; "" is the root itself.
    :ivar kind: file, directory, link, hardlink.
    :ivar target: of a link, as it is; of a hard link, the name of the other member.
    :ivar offset: where a file's bytes begin in the unpacked stream.
    """

    name: str
    kind: str
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    size: int = 0
    mtime: int = 0
    target: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was left out, and why."""

    name: str
    why: str


class Body:
    """A file's bytes as the stream brings them."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes. :raises InputError: the stream is damaged or ends too early."""
        with _explained(self._name):
            return self._file.read(size)


def read_tar(
    stream: IO[bytes], limits: Limits = Limits(), *, packed: bool = True
) -> Iterator[tuple[Member | Refused, Body | None]]:
    """The members of a tar archive in the order of the stream, which need not be seekable.

    :param packed: it may be compressed. Where it was asked for as it is, anything else is damage (or a bomb).

    The second value of a pair holds a file's bytes and is good only until the next pair is asked for.

    :raises InputError: it is damaged or cut off, or goes beyond ``limits``.
    """
    count = total = 0
    header = _header()
    with _explained("the tar archive"), _open_tar(stream, header, "r|*" if packed else "r|") as archive:
        while (info := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # it keeps every header otherwise
            count, total = count + 1, total + info.size
            if count > limits.entries:
                raise InputError(f"the tar archive has more than {limits.entries} entries")
            if total > limits.size:
                raise InputError(f"the tar archive holds more than {limits.size} bytes")
            member = _member(info)
            file = archive.extractfile(info) if isinstance(member, Member) and member.kind == "file" else None
            yield member, Body(file, info.name) if file else None
    if not header.ended:  # tarfile takes a cut header for the end
        raise InputError("the tar archive is damaged or cut off")


class _Header(tarfile.TarInfo):
    """Refuses what would be read into memory whole before we see it, and what tarfile would take for the end."""

    ended = False

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if buf:
            cls.ended = len(buf) == tarfile.BLOCKSIZE and not any(buf)
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.InvalidHeaderError as error:  # type: ignore[attr-defined]  # the stubs lack it
            raise tarfile.ReadError(str(error)) from error
        if header.size < 0 or (header.type in _HEADERS and header.size > _LONGEST_HEADER):
            raise tarfile.ReadError(f"a header says it has {header.size} bytes")
        return header


def _header() -> type[_Header]:
    class Header(_Header):
        """One for each archive: the class carries whether that has ended."""

    return Header


def _open_tar(stream: IO[bytes], header: type[_Header], mode: Literal["r|*", "r|"]) -> tarfile.TarFile:
    # Zero blocks are passed over: archives may stand one behind the other, as old tars leave them.
    return tarfile.open(
        fileobj=stream, mode=mode, tarinfo=header, encoding="utf-8", errors="surrogateescape", ignore_zeros=True
    )


def _member(info: tarfile.TarInfo) -> Member | Refused:
    name = relative(info.name)
    if name is None:
        return Refused(info.name, "its name leads out of the archive")
    if info.issparse():
        return Refused(name, "it is sparse")
    kind, target = _kind(info), None
    if kind is None:
        return Refused(name, "it is no file, directory or link")
    if kind == "link":
        target = info.linkname
    elif kind == "hardlink":
        target = relative(info.linkname)
        if target is None:
            return Refused(name, "it is a hard link that leads out of the archive")
    size = info.size if kind == "file" else 0
    return Member(name, kind, info.mode & 0o7777, info.uid, info.gid, size, int(info.mtime), target, info.offset_data)


def _kind(info: tarfile.TarInfo) -> str | None:
    if info.isreg():
        return "file"
    if info.isdir():
        return "directory"
    if info.issym():
        return "link"
    return "hardlink" if info.islnk() else None


def relative(name: str) -> str | None:
    """``name`` without leading slashes and ``.``; None where it climbs with ``..`` or holds a NUL."""
    pieces = [piece for piece in name.split("/") if piece not in ("", ".")]
    return None if ".." in pieces or "\0" in name else "/".join(pieces)


class Zip:
    """A zip, WAR, EAR or JAR file, opened with :func:`open_zip`."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._infos: dict[str, zipfile.ZipInfo] = {}
        self._left = limits.size
        self._ratio = limits.ratio
        for info in archive.infolist():
            name = relative(info.filename)
            if name and not info.is_dir():
                self._infos.setdefault(name, info)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files, sorted; those that lead out of the archive are left out."""
        return tuple(sorted(self._infos))

    def size(self, name: str) -> int:
        """What the archive says of the file's size; 0 where there is none."""
        info = self._infos.get(name)
        return info.file_size if info else 0

    def read(self, name: str, most: int = 4 << 20) -> bytes | None:
        """A file's bytes; None where there is none of that name.

        :raises InputError: it is damaged, encrypted, larger than ``most``, or packed beyond the limit of the ratio.
        """
        data = self.head(name, most + 1)
        if data is not None and len(data) > most:
            raise InputError(f"{name} in the archive has more than {most} bytes")
        return data

    def head(self, name: str, size: int) -> bytes | None:
        """The first ``size`` bytes of a file; None where there is none of that name."""
        info = self._infos.get(name)
        if info is None:
            return None
        if info.file_size > max(1 << 20, info.compress_size * self._ratio):
            raise InputError(f"{name} in the archive is packed too tightly to be harmless")
        with _explained(name), self._archive.open(info) as file:
            data = file.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise InputError("the archive unpacks to more bytes than allowed")
        return data


@contextmanager
def open_zip(file: IO[bytes], limits: Limits = Limits(entries=100_000, size=256 << 20)) -> Iterator[Zip]:
    """Open a zip file to look into it.

    :raises InputError: it is no zip file, damaged, or has more entries than allowed.
    """
    with _explained("the zip file"):
        archive = zipfile.ZipFile(file)
    with archive:
        if len(archive.infolist()) > limits.entries:
            raise InputError(f"the zip file has more than {limits.entries} entries")
        yield Zip(archive, limits)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise InputError(f"{what} can't be read: {error}") from error
