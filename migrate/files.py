"""The one door through which files are written on this machine.

Everything appears whole or not at all: a file is written aside, flushed to the disk and renamed; a folder is filled
aside and swapped in. What goes wrong is a :class:`~migrate.errors.WorkspaceError` that says what to do.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from migrate.errors import WorkspaceError

_HINTS = {
    errno.ENOSPC: "make room on that file system, or choose another folder with --workspace",
    errno.EDQUOT: "your disk quota is used up: make room, or choose another folder with --workspace",
    errno.EROFS: "that file system is read-only: choose another folder with --workspace",
    errno.EACCES: "give yourself the right to write there, or choose another folder with --workspace",
    errno.EPERM: "the files belong to somebody else: run as their owner, or choose another folder with --workspace",
    errno.ENAMETOOLONG: "choose a folder with a shorter path",
    errno.EIO: "the disk reports errors: check it, or choose another folder with --workspace",
}
_EXCHANGE, _HERE = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of renameat2(2)


@contextmanager
def explained(path: Path, doing: str = "can't write") -> Iterator[None]:
    """Turn an OSError into a WorkspaceError that names ``path``."""
    try:
        yield
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise WorkspaceError(f"{doing} {path}: {why}", _HINTS.get(error.errno or 0)) from error


@contextmanager
def writing(path: Path, *, mode: int = 0o644, owner: tuple[int, int] | None = None) -> Iterator[BinaryIO]:
    """A file to write to, that takes ``path``'s place at the end; nothing changes when the block raises.

    :param mode: permission bits, whatever the umask says.
    :param owner: uid and gid; left out silently where we may not set them.
    """
    aside = path.parent / f".{path.name[:100]}.{secrets.token_hex(6)}"
    with explained(path):
        file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(file, "wb") as sink:
                yield sink
                sink.flush()
                _own(sink.fileno(), owner)
                os.fchmod(sink.fileno(), mode)
                os.fsync(sink.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        _sync(path.parent)


def write(
    path: Path,
    data: bytes | str,
    *,
    mode: int = 0o644,
    owner: tuple[int, int] | None = None,
    mtime: int | None = None,
) -> None:
    """Write ``data`` to ``path`` in one step, as :func:`writing`."""
    with writing(path, mode=mode, owner=owner) as sink:
        sink.write(data if isinstance(data, bytes) else data.encode("utf-8"))
        if mtime is not None:
            sink.flush()
            os.utime(sink.fileno(), (mtime, mtime))


def link(path: Path, target: str) -> None:
    """Make ``path`` a symbolic link, in the place of what was there."""
    aside = path.parent / f".{path.name[:100]}.{secrets.token_hex(6)}"
    with explained(path):
        aside.symlink_to(target)
        try:
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


def folder(path: Path, *, mode: int = 0o755) -> Path:
    """``path`` as a directory, made with its parents where it was missing."""
    with explained(path, "can't make the folder"):
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    return path


def private_folder(path: Path) -> Path:
    """``path`` as a directory that only we can look into.

    :raises WorkspaceError: it is a link: what is private must not be led elsewhere.
    """
    if path.is_symlink():
        raise WorkspaceError(f"{path} is a symbolic link", "put a real folder in its place: secrets are kept in it")
    folder(path, mode=0o700)
    with explained(path):
        if stat.S_IMODE(path.stat().st_mode) != 0o700:
            path.chmod(0o700)
    return path


@contextmanager
def staging(final: Path) -> Iterator[Path]:
    """A private folder beside ``final`` to fill; it takes ``final``'s place at the end, or vanishes on an error."""
    recover(final)
    staged = private_folder(final.parent / f".{final.name}.{secrets.token_hex(6)}.new")
    try:
        yield staged
        replace_tree(staged, final)
    finally:
        remove_tree(staged)


def replace_tree(staged: Path, final: Path) -> None:
    """Swap the folder ``staged`` in for ``final``, then remove what was there.

    One system call where the kernel has it. Elsewhere two renames; :func:`recover` mends an interruption between them.
    """
    with explained(final):
        if not final.exists() and not final.is_symlink():
            staged.rename(final)
        elif not _exchange(staged, final):
            _swap(staged, final)
        _sync(final.parent)
    remove_tree(staged)


def _swap(staged: Path, final: Path) -> None:
    former = _former(final)
    remove_tree(former)
    final.rename(former)
    try:
        staged.rename(final)
    except BaseException:
        former.rename(final)
        raise
    former.rename(staged)


def recover(final: Path) -> None:
    """Put back what an interrupted :func:`replace_tree` had set aside."""
    former = _former(final)
    with explained(final):
        if former.exists() and not final.exists():
            former.rename(final)


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it, a link itself, or nothing where nothing is."""
    with explained(path, "can't remove"):
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)


def read(path: Path) -> bytes:
    """The bytes of a file of the workspace.

    :raises WorkspaceError: it is missing or can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise WorkspaceError(f"{path} is missing") from error
    except OSError as error:
        raise WorkspaceError(f"can't read {path}: {error.strerror}") from error


def _former(final: Path) -> Path:
    return final.parent / f".{final.name}.former"


def _own(file: int, owner: tuple[int, int] | None) -> None:
    if owner is not None:
        try:
            os.fchown(file, *owner)
        except PermissionError:
            return


def _sync(directory: Path) -> None:
    """Make renames in ``directory`` last; some network file systems can't, which is no failure."""
    try:
        file = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        os.fsync(file)
    except OSError:
        pass
    finally:
        os.close(file)


def _exchange(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
