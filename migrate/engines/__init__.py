"""The ways to build and run a bundle. One module for each, ending in ``ENGINE = EngineKind(…)``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from migrate import process
from migrate.process import Completed

Say = Callable[[str], None]


def silent(_line: str) -> None:
    """Takes progress and says nothing."""


@dataclass(frozen=True, slots=True)
class Project:
    """One start of an application, apart from all others by its name.

    :ivar name: containers, networks and volumes are named after it.
    :ivar file: the compose file; relative paths in it start at ``directory``.
    """

    name: str
    directory: Path
    file: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a project, as it is at the moment.

    :ivar state: created, running, restarting, exited, dead, paused.
    :ivar health: starting, healthy, unhealthy; None where no health check is set.
    :ivar init: process 1 is an init of the engine, the service is its child.
    :ivar read_only: its root file system can't be written.
    """

    id: str
    name: str
    service: str
    image: str
    state: str
    health: str | None = None
    exit_code: int = 0
    restarts: int = 0
    addresses: tuple[str, ...] = ()
    init: bool = False
    last_health: str = ""
    read_only: bool = False

    @property
    def running(self) -> bool:
        return self.state == "running"


@dataclass(frozen=True, slots=True)
class Image:
    """:ivar layers: digests of the unpacked layers, the lowest first.
    :ivar digest: ``name@sha256:…`` where a registry knows it."""

    id: str
    layers: tuple[str, ...]
    size: int
    labels: Mapping[str, str] = field(default_factory=dict)
    digest: str | None = None


class Engine(Protocol):
    """Drives one engine's program. Every method raises EngineError where the program is missing or gives no answer.

    :ivar name: docker, podman.
    :ivar builds_at_once: more than one where the engine makes a step that two builds have in common only once.
    """

    name: str

    @property
    def builds_at_once(self) -> int: ...

    def check(self) -> None:
        """:raises EngineError: the engine or its compose is missing, with a hint."""
        ...

    # images
    def build(
        self, folder: Path, tag: str, *, arguments: Mapping[str, str], labels: Mapping[str, str], say: Say = silent
    ) -> str: ...
    def image(self, reference: str) -> Image | None: ...
    def pull(self, reference: str, timeout: float) -> Image | None: ...
    def import_root(self, tar: Path, tag: str, changes: Sequence[str]) -> Image: ...
    def save(self, references: Sequence[str]) -> subprocess.Popen[bytes]: ...
    def remove_image(self, reference: str) -> None: ...

    # a project
    def config(self, project: Project) -> dict[str, Any]: ...
    def up(
        self, project: Project, *, services: Sequence[str] = (), timeout: float = 900.0, say: Say = silent
    ) -> None: ...
    def down(self, project: Project, *, volumes: bool, say: Say = silent) -> None: ...
    def containers(self, project: Project) -> tuple[Container, ...]: ...

    # a container
    def execute(
        self,
        container: str,
        command: Sequence[str],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
        timeout: float = 60.0,
    ) -> Completed: ...
    def open_exec(self, container: str, command: Sequence[str]) -> subprocess.Popen[bytes]: ...
    def processes(self, container: str) -> tuple[tuple[int, int, str], ...]: ...
    def logs(self, container: str, lines: int) -> str: ...
    def changes(self, container: str) -> tuple[tuple[str, str], ...]: ...
    def beside(self, container: str, image: str, name: str, labels: Mapping[str, str]) -> str: ...
    def remove(self, container: str) -> None: ...


@dataclass(frozen=True, slots=True)
class EngineKind:
    """:ivar open: makes the engine; nothing is asked of it yet."""

    name: str
    open: Callable[[], Engine]


def compose(program: str, project: Project, *options: str) -> tuple[str, ...]:
    """The words with which a compose command for a project begins; Podman's is our own, as it seldom has one."""
    where = (f"--project-name={project.name}", f"--project-directory={project.directory}", f"--file={project.file}")
    own = (sys.executable, "-m", "migrate.engines.direct")
    return (*own, *where) if program == "podman" else (program, "compose", *options, *where)


def health_of(state: Mapping[str, Any]) -> str | None:
    """Healthy, unhealthy, starting; None where there is no health check. Podman 3 calls it otherwise."""
    return ((state.get("Health") or state.get("Healthcheck") or {}).get("Status")) or None


def health(program: str, seen: Mapping[str, Any]) -> str | None:
    """The health now: Podman leaves checking to timers of systemd, which may not be here.

    :param seen: what the engine's inspect says of a container.
    """
    state = seen.get("State") or {}
    known = health_of(state)
    if program != "podman" or known is None or known == "healthy" or not state.get("Running"):
        return known
    return "healthy" if process.run([program, "healthcheck", "run", seen["Id"]], timeout=60).ok else known
