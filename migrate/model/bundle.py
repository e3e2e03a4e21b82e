"""The bundle: generated files, before they are on disk."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.model.ledger import Entry


@dataclass(frozen=True, slots=True)
class Captured:
    """The bytes of a captured file of a host, taken from its content.tar.gz or secrets/ when written."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One generated file.

    :ivar path: relative to generated/, with forward slashes.
    :ivar data: the bytes, or where they are to be taken from.
    :ivar mode: permission bits on disk.
    :ivar owner: (uid, gid) on disk, where it matters and we may set it (mounted secrets).
    :ivar link: the target, when the file is a symbolic link; ``data`` is empty then.
    :ivar mtime: seconds since the epoch, where a container's behaviour depends on it (Last-Modified).
    """

    path: str
    data: bytes | Captured
    mode: int = 0o644
    owner: tuple[int, int] | None = None
    link: str | None = None
    mtime: int | None = None
    secret: bool = False  # never kept as a pristine copy, never merged, never shown


@dataclass(frozen=True, slots=True)
class Bundle:
    files: tuple[BundleFile, ...]
    ledger: tuple[Entry, ...]
