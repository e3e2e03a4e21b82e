"""The script that gives an image's files what a build context can't carry: owners, modes, links, odd names.

It runs while the image is built, in a stage that has the image's packages, and leaves the finished tree in the folder
that it is given.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from migrate.emission.scratch import KEPT
from migrate.emission.tree import Placed

_HEAD = """\
#!/bin/sh
# Gives the files what a build context can't carry: owners, modes, links, empty directories, odd names.
# Runs while the image is built, in a stage of its own, and leaves the finished tree in the folder that it is given.
set -eu
LC_ALL=C; export LC_ALL
umask 022
mkdir -p "$1"
cd "$1"
"""
_LIKE = """
# A directory that the image has already keeps its owner and mode.
like() {
    for directory; do
        if [ -d "/$directory" ]; then
            chown "$(stat -c %u:%g "/$directory/.")" "$directory"
            chmod "$(stat -c %a "/$directory/.")" "$directory"
        fi
    done
}
"""
_FOLLOW = """
# Where the image has a link to a directory (merged /usr), the files go to where it leads.
follow() {
    for directory; do
        if [ -L "/$directory" ] && [ -d "/$directory/" ] && [ -d "$directory" ] && [ ! -L "$directory" ]; then
            real=$(readlink -f "/$directory")
            mkdir -p ".$real"
            cp -a "$directory/." ".$real/"
            rm -rf "$directory"
            place=.${real%/*}
            while [ "$place" != . ]; do
                like "$place"
                place=${place%/*}
            done
        fi
    done
}
"""
STAGE = re.compile(r"(?<=/files)-[0-9a-f]{8}\b")
"""The part of a stage's name that is another one for other files."""
_ASIDE = f"""
# A folder that is made anew at each start begins with what is here: the entrypoint takes it from aside.
aside() {{
    for directory; do
        mkdir -p ".{KEPT}/$directory"
        if [ -d "/$directory" ]; then cp -a "/$directory/." ".{KEPT}/$directory/"; fi
        if [ -d "$directory" ]; then
            cp -a "$directory/." ".{KEPT}/$directory/"
            find "$directory" -mindepth 1 -delete
        fi
    done
}}
"""
_TIMES = """
# The same bundle gives the same layer, a copy of it too: nothing is younger than the youngest file of the host.
youngest=$(pwd).youngest
touch -d @{newest} "$youngest"
find . '(' ! -type f -o -newer "$youngest" ')' -exec touch -h -d @{newest} {{}} + 2>/dev/null || true
rm -f "$youngest"
"""
_CHUNK = 40
_MANY = 20


def context_name(path: str) -> str:
    """Where a file is in the build context: below rootfs/ by its own name, below odd/ where no tool chain carries that.

    Builders, git and archives disagree on names that are no UTF-8, hold control characters, or mean something to git.
    """
    pieces = path.strip("/").split("/")
    plain = path.isprintable() and not any(piece.lower().startswith(".git") or "\\" in piece for piece in pieces)
    return f"rootfs/{path.strip('/')}" if plain else f"odd/{sha256(_bytes(path)).hexdigest()[:16]}"


def stage(script: bytes) -> str:
    """Where the tree is put together: another place for another script.

    BuildKit takes a copied folder for unchanged where a directory in it has got another owner only; with another name
    it looks again.
    """
    return f"/files-{sha256(script).hexdigest()[:8]}"


def script(placed: tuple[Placed, ...], begun: tuple[str, ...] = ()) -> bytes:
    """The text of rootfs.sh, as bytes: names of the host stand in it as they are.

    :param begun: directories whose content is kept aside, for those that take their place at run time.
    """
    directories = [one for one in placed if one.kind == "directory"]
    passed = [one.path for one in directories if not one.known]
    followed = [one.path for one in directories if one.path.count("/") <= 5 or not one.known or one.planned]
    lines = [
        *_lists("mkdir -p", _leaves(directories)),
        *(f"mv /odd/{context_name(one.path)[4:]} {_word(one.path)}" for one in placed if _odd(one)),
        *(f"ln -sfn -- {_quoted(one.target or '')} {_word(one.path)}" for one in placed if one.kind == "link"),
        "",
        *_owners(placed),
        *_modes(placed),
        *([_LIKE, *_lists("like", passed)] if directories else []),
        *([_FOLLOW, *_lists("follow", followed)] if followed else []),
        *([_ASIDE, *_lists("aside", begun)] if begun else []),
        _TIMES.format(newest=max((one.mtime or 0 for one in placed), default=0)),
    ]
    return _bytes(_HEAD + "\n".join(lines).rstrip("\n") + "\n")


def _odd(placed: Placed) -> bool:
    return placed.kind == "file" and context_name(placed.path).startswith("odd/")


def _leaves(directories: list[Placed]) -> list[str]:
    """Directories that no other one lies in; ``mkdir -p`` makes the rest."""
    inner = {one.path.rpartition("/")[0] for one in directories}
    return [one.path for one in directories if one.path not in inner]


def _owners(placed: tuple[Placed, ...]) -> Iterator[str]:
    owners: dict[str, Hashable] = {one.path: (one.uid, one.gid) for one in placed}
    certain = {one.path for one in placed if one.kind == "directory" and one.known}
    wide, single = _spread(owners, (0, 0), lambda path: path in certain)
    yield "chown -hR 0:0 ."
    for path, owner in wide:
        yield f"chown -hR {_id(owner)} {_word(path)}"
    for owner, paths in _grouped(single):
        yield from _lists(f"chown -h {_id(owner)}", paths)


def _modes(placed: tuple[Placed, ...]) -> Iterator[str]:
    """Bits for reading and writing spread over whole trees; what does not fit them follows one by one."""
    kinds = {one.path: one.kind for one in placed}
    styles: dict[str, Hashable] = {one.path: _style(one) for one in placed if one.kind != "link"}
    wide, _ = _spread(styles, _style(Placed("", "directory")), lambda path: kinds[path] == "directory")
    yield f"chmod -R {_style(Placed('', 'directory'))} ."
    for path, style in wide:
        if style is not None:
            yield f"chmod -R {style} {_word(path)}"
    given = dict(wide)
    exact = {
        one.path: one.mode
        for one in placed
        if one.kind != "link" and (styles[one.path] is None or styles[one.path] != _inherited(one.path, given))
    }
    for mode, paths in _grouped(exact.items()):
        yield from _lists(f"chmod {mode:04o}", paths)


def _style(placed: Placed) -> str | None:
    """A symbolic mode that gives this entry its bits, with x for directories alone; None where none can."""
    if placed.mode & 0o7000:
        return None
    clauses = []
    for who, shift in (("u", 6), ("g", 3), ("o", 0)):
        bits = placed.mode >> shift & 7
        search = bits & 1 if placed.kind == "directory" else (bits & 4) >> 2
        if (placed.kind == "file" and bits & 1) or (placed.kind == "directory" and search != (bits & 4) >> 2):
            return None
        clauses.append(f"{who}={'r' * (bits >> 2 & 1)}{'w' * (bits >> 1 & 1)}{'X' * search}")
    return "a-x," + ",".join(clauses)


def _inherited(path: str, given: Mapping[str, Hashable]) -> Hashable:
    """The style that the widest commands left at ``path``."""
    while path:
        if given.get(path) is not None:
            return given[path]
        path = path.rpartition("/")[0]
    return _style(Placed("", "directory"))


@dataclass(slots=True)
class _Node:
    value: Hashable = None
    present: bool = False
    children: dict[str, _Node] = field(default_factory=dict)
    counts: Counter[Hashable] = field(default_factory=Counter)


def _spread(
    values: Mapping[str, Hashable], default: Hashable, may: Callable[[str], bool]
) -> tuple[list[tuple[str, Hashable]], list[tuple[str, Hashable]]]:
    """Say ``values`` in few commands: (recursive ones, outermost first; single ones after them).

    A directory gets a recursive command where most entries in it have one value that is not in force there yet.
    """
    root = _Node()
    for path, value in values.items():
        node = root
        for piece in path.strip("/").split("/"):
            node.counts[value] += 1
            node = node.children.setdefault(piece, _Node())
        node.value, node.present = value, True
        node.counts[value] += 1
    wide: list[tuple[str, Hashable]] = []
    single: list[tuple[str, Hashable]] = []
    waiting: list[tuple[str, _Node, Hashable]] = [("", root, default)]
    while waiting:
        path, node, force = waiting.pop()
        best, count = node.counts.most_common(1)[0] if node.counts else (force, 0)
        worth = node.value == best or count > _MANY
        if path and may(path) and worth and best not in (force, None) and count > node.counts[force] + 1:
            wide.append((path, best))
            force = best
        if node.present and node.value != force:
            single.append((path, node.value))
        waiting.extend((f"{path}/{name}", node.children[name], force) for name in sorted(node.children, reverse=True))
    return wide, single


def _grouped(pairs: Iterable[tuple[str, Hashable]]) -> list[tuple[Hashable, list[str]]]:
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for path, value in pairs:
        groups[value].append(path)
    return sorted(groups.items(), key=lambda item: str(item[0]))


def _lists(command: str, paths: Iterable[str]) -> Iterator[str]:
    words = [_word(path) for path in paths]
    for start in range(0, len(words), _CHUNK):
        chunk = words[start : start + _CHUNK]
        one_line = f"{command} {' '.join(chunk)}"
        yield one_line if len(one_line) <= 120 else command + "".join(f" \\\n    {word}" for word in chunk)


def _id(owner: Hashable) -> str:
    return ":".join(str(one) for one in owner) if isinstance(owner, tuple) else "0:0"


def _word(path: str) -> str:
    return _quoted("./" + path.strip("/"))


def _quoted(text: str) -> str:
    return shlex.quote(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
