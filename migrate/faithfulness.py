"""Whether a bundle on disk still says what was generated, and what a line that it lacks had carried. Pure.

The ledger names the file that each fact went to. That is only true as long as the file says so: every difference is in
the verdict, with the facts of the lines that are gone. A difference that means nothing (a comment, an empty line) is
told from one that does by reading both as their format is read, not by what a line looks like.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from posixpath import basename
from typing import Any

from migrate.model.bundle import BundleFile
from migrate.model.ledger import Entry
from migrate.model.verdict import PASSED, UNVERIFIED, Check

Read = Callable[[str], bytes | None]
_SHOWN = 12
_WORD = re.compile(r"[\w.@+:/-]{3,}")


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not as it was generated.

    :ivar lost: lines that are gone, ``gained`` those that are new; none where it is no text, or holds secrets.
    :ivar missing: there is no file.
    :ivar means: whether what it says is different.
    """

    path: str
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    missing: bool = False
    means: bool = True
    facts: tuple[str, ...] = field(default=())


def checks(files: Sequence[BundleFile], entries: Sequence[Entry], read: Read) -> tuple[Check, ...]:
    """One check for each file that is different, and one for all the others."""
    found = tuple(differences(files, entries, read))
    meant = [one for one in found if one.means]
    checked = sum(isinstance(file.data, bytes) for file in files)
    summary = f"{checked - len(meant)} of {checked} generated files say what was generated"
    rest = Check("bundle", None, "bundle", PASSED if not meant else UNVERIFIED, summary)
    return (rest, *(_check(one) for one in meant))


def differences(files: Iterable[BundleFile], entries: Sequence[Entry], read: Read) -> Iterator[Difference]:
    """The files of a bundle that are not on disk as they were generated; captured content is compared in the images.

    :param read: the bytes on disk, by path below generated/; None where there is no such file.
    """
    for file in files:
        if file.link is not None or not isinstance(file.data, bytes):
            continue
        there = read(file.path)
        if there == file.data:
            continue
        if there is None:
            yield Difference(file.path, missing=True, facts=_carried(file.path, (), entries))
        elif file.secret:
            yield Difference(file.path)
        else:
            yield _difference(file.path, file.data, there, entries)


def _difference(path: str, data: bytes, there: bytes, entries: Sequence[Entry]) -> Difference:
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (data, there))
    lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
    lost = tuple(line[1:] for line in lines if line.startswith("-"))
    gained = tuple(line[1:] for line in lines if line.startswith("+"))
    means = meaning(path, data) != meaning(path, there)
    return Difference(path, lost, gained, means=means, facts=_carried(path, lost, entries))


def _carried(path: str, lost: Sequence[str], entries: Iterable[Entry]) -> tuple[str, ...]:
    """The facts that the ledger says are in a file, or in its workload, and that the lost lines name."""
    if not lost:
        return tuple(dict.fromkeys(entry.fact for entry in entries if path in entry.where.split(", ")))
    words = [word for line in lost for word in _WORD.findall(line)]
    return tuple(dict.fromkeys(entry.fact for entry in named(path, words, entries)))


def named(path: str, words: Iterable[str], entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries of a file, or of its workload, whose facts are called by one of the words."""
    said = set(words)
    workload = path.split("/")[1] if path.startswith("images/") and path.count("/") > 1 else None
    for entry in entries:
        places = entry.where.split(", ")
        here = workload is None or not {workload, f"images/{workload}", path}.isdisjoint(places)
        if here and entry.fate in ("carried", "changed"):
            key = entry.fact.partition(":")[2]
            if key in said or said & {*re.split(r"[=/]", key)[-1:], key.rpartition(":")[2]} - {""}:
                yield entry


def _check(one: Difference) -> Check:
    name = f"bundle:{one.path}"
    workload = one.path.split("/")[1] if one.path.startswith("images/") else None
    if one.missing:
        summary = f"{one.path} is not there any more"
    else:
        summary = f"{one.path} is not as it was generated: {len(one.lost)} lines are gone, {len(one.gained)} are new"
    detail = [*(f"- {line}" for line in one.lost[:_SHOWN]), *(f"+ {line}" for line in one.gained[:_SHOWN])]
    if one.facts:
        more = f" and {len(one.facts) - _SHOWN} more" if len(one.facts) > _SHOWN else ""
        detail.append(f"what the ledger says of these is not certain any more: {', '.join(one.facts[:_SHOWN])}{more}")
    return Check(name, workload, "bundle", UNVERIFIED, summary, "\n".join(detail))


# --- what a file means ------------------------------------------------------------------------------------------------


def meaning(path: str, data: bytes) -> Any:
    """What a file says, with whatever says nothing left out as the readers of its format leave it out.

    Files of no known format mean every byte.
    """
    name = basename(path)
    if name.endswith(".json"):
        return _json(data)
    if name.endswith((".yaml", ".yml")):
        return _yaml(data)
    if name == "Dockerfile" or name.startswith("Dockerfile."):
        return instructions(data.decode("utf-8", "surrogateescape"))
    return sha256(data).digest()


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return sha256(data).digest()


def _yaml(data: bytes) -> Any:
    import yaml

    try:
        return list(yaml.load_all(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError:
        return sha256(data).digest()


def instructions(text: str) -> tuple[str, ...]:
    """The instructions of a Dockerfile, as its parser joins them: comments and empty lines are none, directives are.

    https://docs.docker.com/reference/dockerfile/#format. With a here-document every line counts.
    """
    if re.search(r"<<-?[\"']?\w", text):
        return (text,)
    found: list[str] = []
    going_on, began = False, False
    for line in text.splitlines():
        if not began and re.match(r"#\s*\w+\s*=", line):
            found.append(line.strip())  # a parser directive: only before everything else
            continue
        began = True
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        piece = line if going_on else line.lstrip()
        going_on_now = piece.endswith("\\")
        piece = piece[:-1] if going_on_now else piece
        if going_on:
            found[-1] += piece
        else:
            found.append(piece)
        going_on = going_on_now
    return (*found, "\\") if going_on else tuple(found)
