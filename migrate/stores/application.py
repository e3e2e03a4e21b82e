"""A bundle's containers under Docker Compose, as the stores see them: streams into them and out of them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO

from migrate import process
from migrate.engines import Project, compose, health
from migrate.errors import EngineError, MigrateError

_CHUNK = 1 << 20
_TAIL = 64 << 10


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a service. ``volumes``: names of the engine's volumes by where they are mounted."""

    id: str
    image: str
    running: bool
    volumes: Mapping[str, str]
    health: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """A started bundle: one project of an engine.

    :ivar program: the engine's: docker, podman.
    """

    project: Project
    program: str = "docker"

    def compose(self, *words: str, timeout: float | None = None) -> process.Completed:
        """Run the engine's compose for this project.

        :raises EngineError: it failed.
        """
        of = self.project
        return self._ran(process.run((*compose(self.program, of), *words), env=of.environment, timeout=timeout))

    def engine(self, *words: str, timeout: float | None = None) -> process.Completed:
        """Run a command of the engine itself. :raises EngineError: it failed."""
        return self._ran(process.run((self.program, *words), timeout=timeout))

    def created(self, volume: str) -> str | None:
        """When a volume of the engine was made; None where there is none of that name."""
        asked = process.run((self.program, "volume", "inspect", volume), timeout=60)
        return str(json.loads(asked.out)[0].get("CreatedAt")) if asked.ok else None

    def services(self) -> frozenset[str]:
        """The names of the compose file's services, those of profiles that are off left out."""
        return frozenset(self.compose("config", "--services", timeout=60).text.split())

    def container(self, service: str) -> Container:
        """The container of a service, made or running. :raises EngineError: there is none."""
        ids = self.compose("ps", "-a", "-q", service, timeout=60).text.split()
        if not ids:
            raise EngineError(f"there is no container of the service {service} in the project {self.project.name}")
        seen = json.loads(self.engine("container", "inspect", ids[0], timeout=60).out)[0]
        mounts = {mount["Destination"]: mount["Name"] for mount in seen["Mounts"] if mount["Type"] == "volume"}
        return Container(ids[0], seen["Image"], bool(seen["State"]["Running"]), mounts, health(self.program, seen))

    def execute(
        self,
        container: Container,
        user: str,
        script: str,
        source: Iterable[bytes] | None = None,
        sink: Callable[[bytes], object] | None = None,
    ) -> process.Completed:
        """Run a POSIX sh program in a running container, with streams. The status is the caller's to judge."""
        argv = (self.program, "exec", "-i", "-u", user, container.id, "sh", "-c", script)
        return stream(argv, source, sink)

    def beside(
        self,
        container: Container,
        volume: str,
        script: str,
        source: Iterable[bytes] | None = None,
        sink: Callable[[bytes], object] | None = None,
    ) -> process.Completed:
        """Run a POSIX sh program as root with the volume on /state, in a throwaway container of the same image."""
        argv = (
            self.program, "run", "--rm", "-i", "--network", "none", "--user", "0:0", "--workdir", "/",
            "--label", f"com.docker.compose.project={self.project.name}", "--no-healthcheck",
            "--volume", f"{volume}:/state:nocopy", "--entrypoint", "sh", container.image, "-c", script,
        )  # fmt: skip
        return stream(argv, source, sink)

    def _ran(self, done: process.Completed) -> process.Completed:
        if not done.ok:
            words = [word for word in done.argv if not word.startswith("--")]
            raise EngineError(f"{' '.join(words[:4])} … failed: {done.complaint}")
        return done


def stream(
    argv: tuple[str, ...],
    source: Iterable[bytes] | None,
    sink: Callable[[bytes], object] | None,
) -> process.Completed:
    """Run a program that reads ``source`` and writes to ``sink``, in constant memory.

    A program that ends without reading all of ``source`` is no error here: its status and complaint tell.
    """
    program = process.start(argv)
    if program.stdin is None or program.stdout is None or program.stderr is None:
        raise ValueError("started without pipes")
    tail, kept = bytearray(), bytearray()
    failed: list[BaseException] = []
    feeding = threading.Thread(target=_feed, args=(program.stdin, source or (), failed), daemon=True)
    hearing = threading.Thread(target=_hear, args=(program.stderr, tail), daemon=True)
    feeding.start()
    hearing.start()
    try:
        while data := program.stdout.read(_CHUNK):
            (sink or kept.extend)(data)
        status = program.wait()
        hearing.join(5)
        feeding.join()
    except BaseException:
        process.end(program)
        raise
    finally:
        _close(program)
    if failed:
        raise failed[0]
    return process.Completed(argv, status, bytes(kept), bytes(tail))


def _feed(pipe: IO[bytes], source: Iterable[bytes], failed: list[BaseException]) -> None:
    try:
        for data in source:
            rest = memoryview(data)
            while rest:
                rest = rest[pipe.write(rest) or 0 :]
    except BrokenPipeError:
        pass  # it ended early; its status tells why
    except (OSError, EOFError, MigrateError) as error:  # the source's own failure
        failed.append(error)
    finally:
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


def _hear(pipe: IO[bytes], tail: bytearray) -> None:
    while data := pipe.read(4096):
        tail += data
        del tail[:-_TAIL]


def _close(program: subprocess.Popen[bytes]) -> None:
    for pipe in (program.stdout, program.stderr):
        if pipe is not None:
            pipe.close()
