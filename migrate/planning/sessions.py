"""Sessions that PHP keeps in files: whoever runs PHP shares them, and users stay logged in."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.model.plan import Volume
from migrate.planning.evidence import Use
from migrate.planning.index import SHARED_DIRECTORIES, Index
from migrate.quoting import slug
from migrate.syntax import php


def volumes(host: Index, uses: Iterable[Use]) -> tuple[Volume, ...]:
    """Where the settings say, and where sessions lie; nothing for who does not serve with PHP."""
    if not any(use.how in ("execute", "map") and php.serves(use.path) for use in uses):
        return ()
    named = (php.session_directory(host.snapshot.text(path) or "") for path in php.settings(host.snapshot.texts))
    seen = (php.session_of(tree.root.path) for tree in host.trees)
    found = {host.resolve(path) for path in (*named, *seen) if path} - SHARED_DIRECTORIES
    return tuple(_volume(host, path, len(found) > 1) for path in sorted(found))


def _volume(host: Index, path: str, several: bool) -> Volume:
    entry = host.entries.get(path)
    uid, gid, mode = (entry.uid, entry.gid, entry.mode) if entry else (0, 0, 0o1733)
    name = slug(f"php-sessions{path}" if several else "php-sessions")
    return Volume(name, path, "spool", "copy", uid, gid, mode, "PHP keeps the sessions of users there")
