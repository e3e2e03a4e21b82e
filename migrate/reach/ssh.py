"""A host over SSH, reached and trusted as the user's OpenSSH configuration says."""

from __future__ import annotations

from migrate.model.target import Access, Target
from migrate.reach import Connection, Transport


def _open(target: Target, access: Access) -> Connection:
    from migrate.reach.wire.config import resolve
    from migrate.reach.wire.connection import SshConnection

    return SshConnection(resolve(target, access), access)


def _load() -> object:
    from migrate.reach.wire import connection

    return connection


TRANSPORT = Transport("ssh", _open, _load)
