"""Which inventory a user means: a host's newest, an earlier one, a target's, or a file."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from migrate import files
from migrate.differing import FileChange
from migrate.errors import InputError
from migrate.model.facts import Content
from migrate.model.inventory import Inventory
from migrate.workspace import Workspace, texts_of

_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """:ivar folder: where its content lies; None for an earlier inventory, whose content is gone."""

    inventory: Inventory
    folder: Path | None = None


def choose(workspace: Workspace, name: str) -> Chosen:
    """An inventory by what a user calls it.

    :param name: a host of the workspace, ``HOST@previous``, ``HOST@`` and the beginning of a time, a target as it was
        given to discover (``docker:web``), or the path of an inventory.json or of its folder.
    :raises InputError: there is none.
    """
    host, at, when = name.rpartition("@")
    if at and host in workspace.hosts():
        return Chosen(_earlier(workspace, host, when))
    if name in workspace.hosts():
        return Chosen(workspace.load_inventory(name), workspace.folder(name))
    path = Path(name)
    if path.is_file() or (path / "inventory.json").is_file():
        return _file(path if path.is_file() else path / "inventory.json")
    return _target(workspace, name)


def _earlier(workspace: Workspace, host: str, when: str) -> Inventory:
    from migrate.model import codec

    known = workspace.earlier(host)
    fitting = known[-1:] if when in ("previous", "") else [path for path in known if path.stem.startswith(when)][-1:]
    if fitting:
        return codec.load_inventory(files.read(fitting[0]), str(fitting[0]))
    current = workspace.load_inventory(host)
    if when and current.collected.startswith(when):
        return current
    if not known:
        raise InputError(f"{host} was discovered once: there is nothing earlier", f"run: migrate discover {host}")
    raise InputError(
        f"there is no inventory of {host} of {when}", f"there are: {', '.join(path.stem for path in known)}"
    )


def _file(path: Path) -> Chosen:
    from migrate.model import codec

    return Chosen(codec.load_inventory(files.read(path), str(path)), path.parent)


def _target(workspace: Workspace, name: str) -> Chosen:
    from migrate.reach.targets import host_folder, parse_target

    try:
        host = host_folder(parse_target(name))
    except InputError:
        host = ""
    if host not in workspace.hosts():
        known = ", ".join(workspace.hosts()) or "none"
        raise InputError(
            f"{name} is no host that was discovered, and no file",
            f"run: migrate discover {name}; discovered are: {known}",
        )
    return Chosen(workspace.load_inventory(host), workspace.folder(host))


def file_changes(before: Chosen, after: Chosen) -> tuple[FileChange, ...]:
    """The lines that differ in texts which both sides captured, files that hold secrets left out.

    :raises InputError: the content of one side is not kept.
    """
    if before.folder is None or after.folder is None:
        raise InputError("the content of earlier inventories is not kept", "leave --content out, or compare two hosts")
    old, new = texts_of(before.folder), texts_of(after.folder)
    secret = _secret(before.inventory) | _secret(after.inventory)
    paths = [path for path in old if path in new and path not in secret and old[path] != new[path]]
    changes = (FileChange(path, _lines(old[path], new[path])) for path in paths)
    return tuple(change for change in changes if change.lines)


def _secret(inventory: Inventory) -> set[str]:
    return {entry.path for entry in inventory.get(Content).entries if entry.secrets}


def _lines(before: bytes, after: bytes) -> tuple[str, ...]:
    if b"\0" in before or b"\0" in after:
        return ()
    old, new = (data.decode("utf-8", "surrogateescape").splitlines() for data in (before, after))
    lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    more = len(lines) - _MOST_LINES
    return (*lines[:_MOST_LINES], *([f"… and {more} lines more"] if more > 0 else []))
