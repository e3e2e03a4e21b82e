"""The engine that the user named."""

from __future__ import annotations

from migrate.engines import Engine, EngineKind
from migrate.errors import InputError
from migrate.parts import parts


def choose(name: str) -> Engine:
    """:raises InputError: no engine is called so."""
    kinds: dict[str, EngineKind] = {kind.name: kind for kind in parts("migrate.engines", "ENGINE")}
    if name not in kinds:
        raise InputError(f"there is no engine {name!r}", f"known are: {', '.join(sorted(kinds))}")
    return kinds[name].open()
