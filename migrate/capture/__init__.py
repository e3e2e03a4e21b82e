"""Capture: the files of a host that its move needs, apart from its state, with the secrets kept apart.

One program on the host sends one tar stream; here it becomes content.tar.gz, secrets/content.tar.gz, and facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.model.facts import Accounts, Archives, CapturedFile, Content, Files, Secrets
from migrate.model.inventory import Gap, Inventory, Scope

if TYPE_CHECKING:
    from migrate.capture.stream import Progress
    from migrate.reach import Connection

_SUDOERS = "USER ALL=(root) NOPASSWD: /bin/sh"


@dataclass(frozen=True, slots=True)
class Capture:
    """What was taken along.

    :ivar values: the secrets, by id: for secrets.json and nothing else.
    """

    content: Content
    secrets: Secrets
    values: dict[str, str]
    archives: Archives
    gaps: tuple[Gap, ...] = ()


def capture(
    connection: Connection, scopes: Sequence[Scope], staging: Path, on_progress: Progress | None = None
) -> Capture:
    """Take along what ``scopes`` call for, into ``staging``: content.tar.gz and secrets/content.tar.gz.

    A host that can't deliver costs a gap, not the run.

    :param staging: a private folder.
    :raises WorkspaceError: the disk is full, or the like.
    """
    from migrate import files
    from migrate.capture import choose, served, store, stream
    from migrate.capture.masking import Register

    inventory = Inventory("", "", "", tuple(scopes))
    choice = choose.choose(inventory)
    spool, beside = staging / ".stream.tar", staging / ".homes.tar"
    register = Register()
    try:
        received = stream.receive(connection, choice, spool, on_progress)
        more = served.below_homes(spool, inventory.get(Files), inventory.get(Accounts).users)
        if more is not None and received.lost is None:
            second = stream.receive(connection, more, beside, on_progress)
            if second.lost is None:
                served.append(spool, beside)
            received.omitted += second.omitted
        owner = choose.owner(inventory.get(Files), received.packages, received.directories)
        stored = store.index(spool, owner, register)
        store.write(stored, spool, staging)
    finally:
        files.remove_tree(spool)
        files.remove_tree(beside)
    omitted = {**dict(choice.omitted), **dict(received.omitted), **dict(stored.omitted)}
    unread = [path for path in choice.trees if path not in stored.entries and path not in omitted]
    omitted |= dict.fromkeys(unread, "it could not be read, or was gone")
    gaps = [*stored.gaps]
    if received.lost:
        gaps.append(Gap("content", f"not all files came: {received.lost}", "discover again"))
    if received.too_many:
        why = f"{received.too_many} files were left behind: more than {received.limits.said} are not captured"
        gaps.append(Gap("content", why, received.limits.remedy))
    if unread and connection.elevation == "none":
        gaps.append(Gap("content", f"{len(unread)} files and trees can only be read by root", _SUDOERS))
    content = Content(
        tuple(stored.entries[path] for path in sorted(stored.entries)),
        tuple(sorted((path, why) for path, why in omitted.items() if not _has(stored.entries.get(path)))),
    )
    archives = Archives(tuple(sorted(stored.archives, key=lambda archive: archive.path)))
    return Capture(content, register.facts(), dict(register.values), archives, tuple(gaps))


def _has(entry: CapturedFile | None) -> bool:
    """Whether it came after all; of a directory perhaps only its owner and mode did."""
    return entry is not None and entry.kind != "directory"


def mask(inventory: Inventory, values: dict[str, str]) -> Inventory:
    """The inventory without a secret value; secrets found in environments and command lines join ``values``."""
    from migrate.capture import masking

    return masking.mask(inventory, values)
