"""What is asked of a host. One module for each scope, ending in ``PROBE = Probe(…)`` or ``READING = Reading(…)``.

A probe is a piece of POSIX sh and the pure function that turns its output into the scope's facts. A reading derives
a scope from the scopes and files that were captured before it, without asking the host again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from migrate.model.inventory import Gap, Snapshot


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser made of a section.

    :ivar facts: an instance of the probe's ``facts`` type.
    :ivar gaps: what was not there, not readable or not understood.
    """

    facts: Any
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One scope as asked of a host.

    :ivar facts: the dataclass of the scope; its ``scope`` attribute names it.
    :ivar shell: the body of a shell function. It prints to standard output only, reads nothing from standard input,
        writes no file, and may call the functions of ``migrate/probes/prelude.sh``. It runs under
        dash, busybox ash and bash 3 with ``set -f``, ``LC_ALL=C`` and a fixed PATH.
    :ivar parse: bytes of the section to facts. Never raises on odd input: what is not understood is a gap.
    :ivar budget: seconds the shell may take on the host.
    :ivar packed: what it says is long (more than some 8 kB): compress it on the host. Costs a process.
    """

    facts: type[Any]
    shell: str
    parse: Callable[[bytes], Parsed]
    budget: float = 20.0
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One scope as read from what was captured."""

    facts: type[Any]
    read: Callable[[Snapshot], Parsed]
