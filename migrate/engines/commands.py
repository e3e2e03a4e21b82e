"""An engine that is driven by a program with Docker's command line. The only module that knows its words."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from migrate import process
from migrate.engines import Container, Image, Project, Say, compose, health, silent
from migrate.errors import EngineError
from migrate.process import Completed

_ASK = 60.0  # seconds for a question that the engine answers from memory
_PROJECT = "com.docker.compose.project"
_SERVICE = "com.docker.compose.service"


_PROCESSES = """echo; for one in /proc/[0-9]*; do
    [ "$one" = "/proc/$$" ] || { uid=$(sed -n 's/^Uid:[[:space:]]*\\([0-9]*\\).*/\\1/p' "$one/status") &&
    [ -n "$uid" ] && command=$(tr '\\0' ' ' <"$one/cmdline") && echo "${one#/proc/} $uid ${command:--}"; } 2>/dev/null
done; true"""
"""One line for each process but this one, after a heading."""


class CommandEngine:
    """:ivar name: the program: docker or podman."""

    def __init__(self, program: str) -> None:
        self.name = program

    def check(self) -> None:
        answered = self._run("version", "--format", "{{.Client.Version}}", timeout=_ASK)
        if not answered.ok:
            hint = f"start it, or let this user use it (is the {self.name} service running?)"
            raise EngineError(f"{self.name} does not answer: {answered.complaint}", hint)
        if not self._podman and not self._run("compose", "version", timeout=_ASK).ok:
            raise EngineError(
                f"{self.name} has no compose command",
                f"install Compose v2 for {self.name} (docker-compose-v2, docker-compose or docker-compose-plugin)",
            )

    @property
    def builds_at_once(self) -> int:
        return 4 if self._buildkit else 1

    # --- images ------------------------------------------------------------------------------------------------------

    def build(
        self, folder: Path, tag: str, *, arguments: Mapping[str, str], labels: Mapping[str, str], say: Say = silent
    ) -> str:
        """Build the Dockerfile of ``folder`` and return the image's id.

        :raises EngineError: the build failed; the message ends with its last lines.
        """
        with tempfile.TemporaryDirectory(prefix="migrate-build-") as scratch:
            idfile = Path(scratch) / "id"
            options = [f"--build-arg={name}={value}" for name, value in arguments.items()]
            options += [f"--label={name}={value}" for name, value in labels.items()]
            options += ["--load", "--progress=plain"] if self._buildkit else []
            options += ["--format=docker"] if self._podman else []  # OCI's format has no health check
            argv = ["build", *options, f"--tag={tag}", f"--iidfile={idfile}", str(folder)]
            built = self._run(*argv, env={"DOCKER_BUILDKIT": "1" if self._buildkit else "0"}, say=say, timeout=3600)
            if not built.ok:
                raise EngineError(f"{tag} does not build:\n{built.complaint}", f"try: {self.name} build {folder}")
            return idfile.read_text().strip()

    def image(self, reference: str) -> Image | None:
        """What is known of a local image; None where there is none."""
        asked = self._run("image", "inspect", reference, timeout=_ASK)
        return _image(json.loads(asked.text)[0]) if asked.ok else None

    def pull(self, reference: str, timeout: float) -> Image | None:
        """The image from its registry; None where none answers or knows it within the time."""
        try:
            pulled = self._run("pull", "--quiet", self._full(reference), timeout=timeout)
        except EngineError:
            return None
        return self.image(reference) if pulled.ok else None

    def import_root(self, tar: Path, tag: str, changes: Sequence[str]) -> Image:
        """An image of one layer from a root file system."""
        options = [word for change in changes for word in ("--change", change)]
        self._must("import", *options, str(tar), tag, timeout=600)
        image = self.image(tag)
        if image is None:
            raise EngineError(f"{self.name} imported {tag} and does not know it")
        return image

    def save(self, references: Sequence[str]) -> subprocess.Popen[bytes]:
        """A running program that writes the images as one tar to its standard output."""
        several = ["--multi-image-archive"] if self._podman and len(references) > 1 else []
        return process.start([self.name, "save", *several, *references])

    def remove_image(self, reference: str) -> None:
        self._run("image", "rm", reference, timeout=_ASK)

    # --- a project ---------------------------------------------------------------------------------------------------

    def config(self, project: Project) -> dict[str, Any]:
        """The compose file as the engine understands it: variables and relative paths resolved."""
        said = self._compose(project, "config", "--format", "json", timeout=_ASK)
        if not said.ok:
            raise EngineError(f"{project.file} can't be understood: {said.complaint}")
        found: dict[str, Any] = json.loads(said.out)
        return found

    def up(self, project: Project, *, services: Sequence[str] = (), timeout: float = 900.0, say: Say = silent) -> None:
        """Create and start the project's containers (or only some services and what they depend on).

        :raises EngineError: one could not be started, or what it waits for did not become healthy.
        """
        said = self._compose(project, "up", "--detach", "--no-build", *services, say=say, timeout=timeout)
        if not said.ok:
            raise EngineError(f"the application did not start: {said.complaint}")

    def down(self, project: Project, *, volumes: bool, say: Say = silent) -> None:
        """Remove the project's containers and networks, its volumes too where asked."""
        options = ["--volumes"] if volumes else []
        said = self._compose(project, "down", "--remove-orphans", "--timeout=10", *options, say=say, timeout=300)
        if not said.ok:
            hint = f"look for what is left: {self.name} ps -a --filter label={_PROJECT}={project.name}"
            raise EngineError(f"the project {project.name} was not taken away: {said.complaint}", hint)

    def containers(self, project: Project) -> tuple[Container, ...]:
        """All containers of the project, stopped ones included, by service."""
        ids = self._must(
            "ps", "--all", "--quiet", "--no-trunc", f"--filter=label={_PROJECT}={project.name}"
        ).text.split()
        asked = self._run("inspect", "--type=container", *ids, timeout=_ASK) if ids else None
        seen = json.loads(asked.out or b"[]") if asked else []
        found = [_container(one, health(self.name, one)) for one in seen]
        return tuple(sorted((one for one in found if one.service), key=lambda one: (one.service, one.name)))

    # --- a container -------------------------------------------------------------------------------------------------

    def execute(
        self,
        container: str,
        command: Sequence[str],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
        timeout: float = 60.0,
    ) -> Completed:
        """Run a command in a container to its end."""
        options = ["--interactive"] if stdin is not None else []
        options += [f"--user={user}"] if user else []
        options += [f"--env={name}={value}" for name, value in (environment or {}).items()]
        argv = [self.name, "exec", *options, container, *command]
        return process.run(argv, stdin=stdin, timeout=timeout)

    def open_exec(self, container: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """A running command in a container, with pipes to its input and outputs."""
        return process.start([self.name, "exec", "--interactive", container, *command])

    def processes(self, container: str) -> tuple[tuple[int, int, str], ...]:
        """Process id, numeric user and command line of what runs in the container."""
        if self._podman:  # its top needs the container's own ps
            said = self.execute(container, ["/bin/sh", "-c", _PROCESSES], user="0")
        else:
            said = self._run("top", container, "-eo", "pid,uid,args", timeout=_ASK)
        rows = [line.split(None, 2) for line in said.text.splitlines()[1:]] if said.ok else []
        return tuple((int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3 and row[1].isdigit())

    def logs(self, container: str, lines: int) -> str:
        said = self._run("logs", f"--tail={lines}", container, timeout=_ASK)
        return (said.out + said.err).decode("utf-8", "replace").strip()

    def changes(self, container: str) -> tuple[tuple[str, str], ...]:
        """(A, C or D, path) of what was added, changed or deleted in its root file system since it was made."""
        lines = self._must("diff", container).text.splitlines()
        return tuple((line[0], line[2:]) for line in lines if line[:2] in ("A ", "C ", "D "))

    def beside(self, container: str, image: str, name: str, labels: Mapping[str, str]) -> str:
        """Start an idle container in the network of another one; its id."""
        options = [f"--label={key}={value}" for key, value in labels.items()]
        idle = ["--entrypoint=/bin/sh", image, "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]
        place = ["--detach", f"--name={name}", f"--network=container:{container}", "--user=0", *options]
        return self._must("run", *place, *idle, timeout=120).text.strip()

    def remove(self, container: str) -> None:
        self._run("rm", "--force", "--volumes", container, timeout=_ASK)

    # --- the program -------------------------------------------------------------------------------------------------

    @cached_property
    def _buildkit(self) -> bool:
        return self.name == "docker" and self._run("buildx", "version", timeout=_ASK).ok

    @property
    def _podman(self) -> bool:
        return self.name == "podman"

    def _full(self, reference: str) -> str:
        """With the registry's name: without one Podman may ask several, or a person."""
        first, inside, _ = reference.partition("/")
        if not self._podman or (inside and ("." in first or ":" in first or first == "localhost")):
            return reference
        return f"docker.io/{'' if inside else 'library/'}{reference}"

    def _compose(self, project: Project, *words: str, timeout: float, say: Say | None = None) -> Completed:
        quiet = () if self._podman else ("--ansi=never", "--progress=plain")
        argv = [*compose(self.name, project, *quiet), *words]
        return process.run(argv, env=project.environment, timeout=timeout, on_line=say)

    def _must(self, *words: str, timeout: float = _ASK) -> Completed:
        done = self._run(*words, timeout=timeout)
        if not done.ok:
            raise EngineError(f"{self.name} {words[0]} failed: {done.complaint}")
        return done

    def _run(
        self, *words: str, timeout: float, env: Mapping[str, str] | None = None, say: Say | None = None
    ) -> Completed:
        return process.run([self.name, *words], env=env, timeout=timeout, on_line=say)


def _image(said: dict[str, Any]) -> Image:
    digests = said.get("RepoDigests") or []
    return Image(
        id=said["Id"],
        layers=tuple((said.get("RootFS") or {}).get("Layers") or ()),
        size=int(said.get("Size") or 0),
        labels=(said.get("Config") or {}).get("Labels") or {},
        digest=digests[0] if digests else None,
    )


def _container(said: dict[str, Any], status: str | None) -> Container:
    state, settings = said["State"], said.get("NetworkSettings") or {}
    labels = (said.get("Config") or {}).get("Labels") or {}
    checked = state.get("Health") or state.get("Healthcheck") or {}
    networks = (settings.get("Networks") or {}).values()
    log = checked.get("Log") or []
    return Container(
        id=said["Id"],
        name=said["Name"].lstrip("/"),
        service=labels.get(_SERVICE, ""),
        image=said.get("Image", ""),
        state=state.get("Status", ""),
        health=status,
        exit_code=int(state.get("ExitCode") or 0),
        restarts=int(said.get("RestartCount") or 0),
        addresses=tuple(one["IPAddress"] for one in networks if one and one.get("IPAddress")),
        init=bool((said.get("HostConfig") or {}).get("Init")),
        read_only=bool((said.get("HostConfig") or {}).get("ReadonlyRootfs")),
        last_health=str(log[-1].get("Output", ""))[:400].strip() if log else "",
    )
