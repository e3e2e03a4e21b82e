"""Podman, through the same command line as Docker's; compose comes from the provider that ``podman compose`` finds."""

from __future__ import annotations

from migrate.engines import EngineKind
from migrate.engines.commands import CommandEngine

ENGINE = EngineKind("podman", lambda: CommandEngine("podman"))
