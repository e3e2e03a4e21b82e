"""The ledger: where every fact of the inventory went."""

from __future__ import annotations

from dataclasses import dataclass

FATES = ("carried", "changed", "dropped", "needs-a-person")


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact's fate.

    :ivar fact: ``scope:key``, unique within a host: ``packages:vim``, ``files:/etc/nginx/nginx.conf``,
        ``sockets:tcp/0.0.0.0:80``.
    :ivar where: the generated file, workload or question it went to; empty when dropped.
    """

    host: str
    fact: str
    fate: str
    where: str
    because: str
