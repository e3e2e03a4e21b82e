"""Podman, through the same command line as Docker's; what compose does, :mod:`migrate.engines.direct` does."""

from __future__ import annotations

from migrate.engines import EngineKind
from migrate.engines.commands import CommandEngine

ENGINE = EngineKind("podman", lambda: CommandEngine("podman"))
