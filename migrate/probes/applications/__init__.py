"""How each kind of application is recognised: from what runs and from its configuration, never from a fixed path.

One module for each kind or family, ending in ``FIND``: a function from what was seen of the host to applications. One
that ends in ``REST`` is given what the others found, for what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from migrate.model.applications import Application
from migrate.model.inventory import Gap
from migrate.probes.servers import Seen


@dataclass(frozen=True, slots=True)
class Found:
    """What a finder made out."""

    applications: tuple[Application, ...] = ()
    gaps: tuple[Gap, ...] = ()


Find = Callable[[Seen], Found]
Rest = Callable[[Seen, tuple[Application, ...]], Found]
