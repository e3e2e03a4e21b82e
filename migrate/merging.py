"""What becomes of one generated file that is on disk already: taken, kept, merged, or in conflict."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from migrate import process
from migrate.errors import EngineError

LARGEST = 512 << 10
"""Files up to this size are kept as pristine copies and merged line by line."""

_MARK = b"<<<<<<< your edit"


@dataclass(frozen=True, slots=True)
class Decision:
    """:ivar outcome: take (the generated file), keep (what is on disk), merged, conflict, deleted (stays so).

    :ivar data: the bytes to write, where neither of the two is taken as it is.
    """

    outcome: str
    data: bytes | None = None


def decide(current: Path | None, pristine: Path, recorded: str | None, new: Path, new_digest: str) -> Decision:
    """What to do with a generated file.

    :param current: the file on disk; None where there is none.
    :param recorded: the digest of what we wrote there last time; None where we did not.
    :param pristine: the copy of that, which may be missing.
    """
    if current is None:
        return Decision("take" if recorded is None else "deleted")
    found = digest(current)
    if found in (new_digest, recorded):
        return Decision("take")
    if recorded is None:
        return Decision("conflict")
    if new_digest == recorded:
        return Decision("conflict" if _unresolved(current) else "keep")
    return merge(current, pristine, new)


def digest(path: Path) -> str:
    """Of a file's bytes, or of a link's target."""
    if path.is_symlink():
        return "link:" + sha256(str(path.readlink()).encode("utf-8", "surrogateescape")).hexdigest()
    if not path.is_file():
        return "none"
    sum_ = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sum_.update(block)
    return sum_.hexdigest()


def mergeable(path: Path) -> bool:
    """Whether a file is a text that git can merge."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        return False
    data = path.read_bytes()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def _unresolved(path: Path) -> bool:
    return mergeable(path) and _MARK in path.read_bytes()


def alike(one: Path, other: Path) -> float:
    """How much of two texts is the same, from 0 to 1."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one.read_bytes().splitlines(), other.read_bytes().splitlines(), autojunk=False).ratio()


def merge(current: Path, pristine: Path, new: Path) -> Decision:
    """What a person made of ``pristine``, with what we make of it now."""
    if not (mergeable(current) and mergeable(new) and pristine.is_file()):
        return Decision("conflict")
    labels = ("-L", "your edit", "-L", "generated before", "-L", "generated now")
    try:
        done = process.run(("git", "merge-file", "-p", "--diff3", *labels, str(current), str(pristine), str(new)))
    except EngineError:
        return Decision("conflict")
    if done.status >= 128:
        return Decision("conflict")
    return Decision("merged" if done.ok else "conflict", done.out)
