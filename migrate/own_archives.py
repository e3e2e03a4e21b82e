"""Archives that this toolkit wrote itself (content.tar.gz), read fast: planning needs all texts at every start.

What is not as we write it (another format of tar, damage) is left to ``archives``, which says what is wrong.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO

from migrate.archives import Limits, Member, read_tar, relative

_BLOCK, _BUFFER = 512, 1 << 18
_GNU = b"ustar  \0"
_LONG_NAME, _LONG_LINK = b"L", b"K"
_FILES = (b"0", b"\0")
_PLAIN = (b"5", b"2")  # directories and symbolic links have no bytes
_LONGEST_NAME = 1 << 16


class _UnusualError(Exception):
    """Not as we write it, or damaged."""


def small_files(path: Path, largest: int, wanted: Collection[str] | None = None) -> dict[str, bytes]:
    """The files of at most ``largest`` bytes, by path. Small files stand before large ones: see ``capture.store``.

    :param wanted: their paths, where they are known: nothing is read behind the last of them.
    :raises InputError: it is damaged.
    """
    try:
        with gzip.open(path) as packed, io.BufferedReader(packed, _BUFFER) as stream:
            return _gathered(_fast(stream, largest), None if wanted is None else set(wanted))
    except (_UnusualError, EOFError, OSError, ValueError, zlib.error):
        with path.open("rb") as raw:
            return _gathered(_careful(raw, largest), None)


def _gathered(found: Iterator[tuple[str, bytes]], left: set[str] | None) -> dict[str, bytes]:
    texts: dict[str, bytes] = {}
    if left is not None and not left:
        return texts
    for path, data in found:
        texts[path] = data
        if left is not None:
            left.discard(path)
            if not left:
                break
    return texts


def _careful(stream: IO[bytes], largest: int) -> Iterator[tuple[str, bytes]]:
    for member, body in read_tar(stream, Limits()):
        if isinstance(member, Member) and body is not None and member.size <= largest:
            yield "/" + member.name, body.read()


def _fast(stream: IO[bytes], largest: int) -> Iterator[tuple[str, bytes]]:
    longer: bytes | None = None
    while header := _header(stream):
        kind, size = header[156:157], int(header[124:135], 8)
        if kind == _LONG_NAME and size < _LONGEST_NAME:
            longer = _bytes(stream, size).rstrip(b"\0")
        elif kind == _LONG_LINK and size < _LONGEST_NAME:
            _bytes(stream, size)
        else:
            name, longer = longer or header[:100].rstrip(b"\0"), None
            if kind in _FILES:
                if size <= largest:
                    yield _path(name), _bytes(stream, size)
                else:
                    stream.seek(_padded(size), 1)
            elif kind not in _PLAIN or size:
                raise _UnusualError


def _header(stream: IO[bytes]) -> bytes:
    """The next one; empty at the end."""
    header = stream.read(_BLOCK)
    if not any(header):
        if len(header) != _BLOCK or any(stream.read(1 << 16)):
            raise _UnusualError
        return b""
    if header[257:265] != _GNU:
        raise _UnusualError
    return header


def _bytes(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(_padded(size))
    if len(data) != _padded(size):
        raise _UnusualError
    return data[:size]


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _path(name: bytes) -> str:
    text = name.decode("utf-8", "surrogateescape")
    if text.startswith("/") or relative(text) != text:
        raise _UnusualError
    return "/" + text
