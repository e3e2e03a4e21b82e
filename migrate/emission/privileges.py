"""What a container may do beyond what every process may."""

from __future__ import annotations

import re

from migrate.emission.accounts import Identity, identity
from migrate.emission.tree import chosen
from migrate.emitters import Sources
from migrate.model.plan import Workload

ROOT = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "NET_BIND_SERVICE",
    "SETGID",
    "SETUID",
    "SYS_CHROOT",
)
"""What daemons that start as root and change to their users have always used."""


def capabilities(sources: Sources, workload: Workload) -> tuple[str, ...]:
    """Capabilities to add after all were dropped, sorted."""
    asked = {name.upper().removeprefix("CAP_") for name in workload.privileges}
    asked = {name for name in asked if re.fullmatch(r"[A-Z_]+", name)}
    return tuple(sorted(asked | set(ROOT) if identity(sources, workload).root else asked))


def no_new(sources: Sources, workload: Workload, who: Identity | None = None) -> bool:
    """Whether nothing in the container needs to gain rights: no set-id program, no sudo.

    :param who: runs it; the workload's own user where not given.
    """
    if (who or identity(sources, workload)).root:
        return False
    gains = any(choice.name in ("sudo", "doas", "super") for choice in workload.packages)
    return not gains and not any(entry.kind == "file" and entry.mode & 0o6000 for entry in chosen(sources, workload))
