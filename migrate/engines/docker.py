"""Docker, through its command line."""

from __future__ import annotations

from migrate.engines import EngineKind
from migrate.engines.commands import CommandEngine

ENGINE = EngineKind("docker", lambda: CommandEngine("docker"))
