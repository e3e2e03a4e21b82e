"""The files scope: what differs from a clean install of the host's packages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from posixpath import basename, dirname

from migrate.model.facts import FileFact, Files, Tree
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.files_pristine import empty, pristine
from migrate.probes.files_roles import Below, Node, Telling, trees
from migrate.probes.sections import Parts, number, split, text
from migrate.quoting import shell

_KINDS = {"f": "file", "d": "directory", "l": "link", "p": "fifo", "s": "socket", "b": "block", "c": "character"}
_HEX_KINDS = {"8": "f", "4": "d", "a": "l", "1": "p", "c": "s", "6": "b", "2": "c"}
_OTHERWISE = (
    ("metadata", "metadata", "the package manager's record of the mode"),
    ("missing", "missing", "the package's list of files"),
)
_RUN = re.compile(r"i(\d{1,12})\Z")
_REMOTE = ("nfs", "cifs", "smb", "fuse", "ceph", "gluster", "9p", "afs", "lustre", "gfs", "ocfs", "glusterfs", "beegfs")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    gaps = [*parts.gaps, *_remote(parts)]
    needed = ("unmanaged", "trees", "open")
    gaps += [Gap(name, "the answer ended before this part") for name in needed if data and name not in parts.blocks]
    facts = Files(_configuration(parts), _packaged(parts), _unmanaged(parts))
    gaps += [
        Gap(path, "not counted to its end in the time there was", f"its size, on the host: du -sh {shell(path)}")
        for path in (tree.root.path for tree in facts.unmanaged if not tree.complete)
    ]
    return Parsed(facts, tuple(gaps))


def _configuration(parts: Parts) -> tuple[FileFact, ...]:
    facts = {fact.path: fact for fact, _ in _facts(parts, "stats")}
    owners = {fact.path: rest[0] for fact, rest in _facts(parts, "owners") if rest and rest[0]}
    found = []
    for row in parts.table("configuration"):
        if len(row) < 3 or not row[0].startswith("/"):
            continue
        path, package, change = _name(row[0]), row[1] or owners.get(_name(row[0])), row[2]
        fact = facts.get(path)
        if change == "missing":
            fact = FileFact(path, "file", 0, 0, 0)
        if fact:
            found.append(_changed(fact, package, change, "the package manager's checksum"))
    for fact, rest in _facts(parts, "suspects"):
        if rest[1:2] == ["c"] and fact.path in _differing(parts):
            found.append(_changed(fact, rest[0], "changed", "the package manager's checksum"))
    return _sorted([*_without_checksum(parts, configuration=True), *found])


def _without_checksum(parts: Parts, *, configuration: bool) -> Iterator[FileFact]:
    """What is told by a file's being there and by its mode: missing, or of other permissions."""
    for name, change, seen in _OTHERWISE:
        for fact, rest in _facts(parts, name):
            if rest and (rest[1:2] == ["c"]) is configuration and fact.path not in _differing(parts):
                yield _changed(fact, rest[0], change, seen)


def _packaged(parts: Parts) -> tuple[FileFact, ...]:
    differing = _differing(parts)
    found = [
        _changed(fact, rest[0], "changed", "the package manager's checksum")
        for fact, rest in _facts(parts, "suspects")
        if rest and rest[1:2] != ["c"] and fact.path in differing
    ]
    return _sorted([*_without_checksum(parts, configuration=False), *found])


def _differing(parts: Parts) -> frozenset[str]:
    return frozenset(_name(line) for line in parts.lines("differing"))


def _unmanaged(parts: Parts) -> tuple[Tree, ...]:
    copied = frozenset(_name(line) for line in parts.lines("copies"))
    below = _below(parts)
    found: dict[str, FileFact] = {}
    generated: set[str] = set()
    for fact, rest in _facts(parts, "unmanaged"):
        flags = rest[0] if rest else ""
        if pristine(fact.path, fact.kind, flags, fact.path in copied):
            continue
        node = below.nodes.get(fact.path)
        if fact.kind == "directory" and node and node.count == 1 and node.complete and ("m" in flags or fact.uid == 0):
            continue  # an empty place that a package's script, or a habit, made
        if node and node.complete and empty(fact.path, node.size):
            continue
        found[fact.path] = fact
        if (run := _RUN.search(flags)) and (node.newest if node else fact.mtime) < int(run[1]):
            generated.add(fact.path)
    siblings: dict[str, set[str]] = {}
    for path in found:
        siblings.setdefault(dirname(path), set()).add(basename(path))
    made = [
        replace(tree, generated=fact.path in generated)
        for fact in found.values()
        for tree in trees(fact, below, frozenset(siblings[dirname(fact.path)]))
    ]
    return tuple(_with_open(sorted(made, key=lambda tree: tree.root.path), _opened(parts)))


def _opened(parts: Parts) -> frozenset[str]:
    return frozenset(_name(row[1]) for row in parts.table("open") if len(row) == 2 and row[0] in ("W", "O"))


def _with_open(made: list[Tree], opened: frozenset[str]) -> Iterator[Tree]:
    """Each open file counts for the innermost tree that it is in."""
    roots = {tree.root.path for tree in made}
    held = Counter(root for path in opened if (root := _innermost(path, roots)))
    return (replace(tree, open=held[tree.root.path]) for tree in made)


def _innermost(path: str, roots: set[str]) -> str | None:
    while path not in roots and path not in ("/", ""):
        path = dirname(path)
    return path if path in roots else None


def _below(parts: Parts) -> Below:
    nodes: dict[str, Node] = {}
    telling: dict[str, list[Telling]] = {}
    for line, path in _records(parts.block("trees")):
        kind, *fields = line.split("\t")
        if kind == "N" and len(fields) == 12:
            nodes[path] = _node(path, fields)
        elif kind == "F" and len(fields) >= 8:
            fact = _fact(fields, path)
            telling.setdefault(dirname(path), []).append(Telling(fact, fields[8:9] == ["w"]))
    directories: dict[str, list[str]] = {}
    for path in sorted(nodes):
        directories.setdefault(dirname(path), []).append(path)
    for files in telling.values():
        files.sort(key=lambda one: one.fact.path)
    return Below(nodes, directories, telling)


def _node(path: str, fields: list[str]) -> Node:
    count, size, newest, foreign, opened, logs, code, uid, gid, _, mtime, whole = (
        number(field) or 0 for field in fields
    )
    fact = FileFact(path, "directory", _octal(fields[9]), uid, gid, 0, mtime, seen="find")
    return Node(fact, count, size, newest, foreign, opened, logs, code, bool(whole))


def _facts(parts: Parts, name: str) -> Iterator[tuple[FileFact, list[str]]]:
    """Records of a part as facts, with the fields behind those of ``find``."""
    for line, path in _records(parts.block(name)):
        fields = line.split("\t")
        if len(fields) >= 7:
            yield _fact(fields, path), fields[8:]


def _fact(fields: list[str], path: str) -> FileFact:
    letter, mode, uid, gid, size, mtime = fields[:6]
    if len(letter) >= 4:  # the hexadecimal mode of stat(1)
        letter = _HEX_KINDS.get(letter[:-3], "?")
    kind = _KINDS.get(letter, "file")
    target = _name(fields[7]) if kind == "link" and len(fields) > 7 and fields[7] else None
    whole = number(mtime.partition(".")[0]) or 0
    return FileFact(
        path, kind, _octal(mode), number(uid) or 0, number(gid) or 0, number(size) or 0, whole, target, seen="find"
    )


def _records(block: bytes) -> Iterator[tuple[str, str]]:
    """Two lines at a time: fields, then a name."""
    lines = [line for line in block.split(b"\n")[:-1] if line]
    for fields, path in zip(lines[::2], lines[1::2], strict=False):
        if path.startswith(b"/"):
            yield text(fields), _name(text(path))


def _name(line: str) -> str:
    return line.replace("\x01", "\n")


def _octal(digits: str) -> int:
    return int(digits, 8) & 0o7777 if digits.isascii() and digits.isdecimal() and not set(digits) & {"8", "9"} else 0


def _changed(fact: FileFact, package: str | None, change: str, seen: str) -> FileFact:
    return FileFact(
        fact.path, fact.kind, fact.mode, fact.uid, fact.gid, fact.size, fact.mtime, fact.target, package, change, seen
    )


def _sorted(facts: list[FileFact]) -> tuple[FileFact, ...]:
    return tuple(sorted({fact.path: fact for fact in facts}.values(), key=lambda fact: fact.path))


def _remote(parts: Parts) -> list[Gap]:
    rows = [row for row in parts.table("mounts") if len(row) == 3 and row[0] == "B"]
    return [
        Gap(_name(path), f"on a {kind} file system, which is not walked") for _, kind, path in rows if _is_remote(kind)
    ]


def _is_remote(kind: str) -> bool:
    return kind.startswith(_REMOTE) and kind not in ("fuse.lxcfs", "fusectl", "fuse.gvfsd-fuse", "fuse.portal")


_HERE = Path(__file__).parent
_PIECES = ("paths.sh", "files_contents.sh", "files_trees.sh", "files.sh")
_SHELL = "\n".join((_HERE / name).read_text("utf-8") for name in _PIECES)

PROBE = Probe(Files, _SHELL, parse, budget=90.0, packed=True)
