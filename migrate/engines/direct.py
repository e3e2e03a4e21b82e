"""A compose of our own for Podman, whose users often have none: the same words, driving ``podman`` itself.

``python -m migrate.engines.direct --project-name=… --file=… up`` and the like. Debian's and Red Hat's Podman come
without a compose provider, and podman-compose does not wait for health.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migrate import process
from migrate.engines import health, health_of
from migrate.engines.compose_file import escaped, pairs, read
from migrate.errors import EngineError, MigrateError

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Run:
    """:ivar file: the compose file, resolved."""

    program: str
    project: str
    file: Mapping[str, Any]

    def podman(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        """:raises EngineError: it failed."""
        done = process.run([self.program, *words], timeout=_PATIENCE, env=environment)
        if not done.ok:
            raise EngineError(f"{self.program} {' '.join(words[:2])} failed: {done.complaint}")
        return done.text.strip()

    def named(self, kind: str, name: str) -> str:
        """What the engine calls a network or a volume of the file."""
        return str((self.file[kind].get(name) or {}).get("name") or f"{self.project}_{name}")

    def state(self, service: str) -> dict[str, Any] | None:
        """The container's state, its health check carried out; None where there is no container."""
        name = f"{self.project}-{service}-1"
        asked = process.run([self.program, "container", "inspect", name], timeout=60)
        if not asked.ok:
            return None
        found: dict[str, Any] = json.loads(asked.out)[0]
        return found


# --- up ---------------------------------------------------------------------------------------------------------------


def up(run: Run, services: tuple[str, ...], *, start: bool, needed: bool) -> None:
    """Create, and start, the services and what they depend on, each when those before it are as it asks."""
    wanted = services or tuple(run.file["services"])
    for name in ordered(run.file["services"], wanted) if needed else wanted:
        service = run.file["services"][name]
        if start and needed:
            for other, condition in conditions(service).items():
                _wait(run, other, condition)
        seen = run.state(name)
        if seen is None:
            _create(run, name, service)
        if start and not (seen and seen["State"]["Running"]):
            run.podman("start", f"{run.project}-{name}-1")


def ordered(services: Mapping[str, Any], wanted: Iterable[str]) -> list[str]:
    """The wanted services after all that they depend on."""
    found: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise EngineError(f"services wait for each other: {', '.join((*above, name))}")
        for other in conditions(services[name]):
            visit(other, (*above, name))
        if name not in found:
            found.append(name)

    for name in wanted:
        visit(name, ())
    return found


def conditions(service: Mapping[str, Any]) -> dict[str, str]:
    """The services that this one waits for, with what they have to be; whose network it uses as well."""
    given = service.get("depends_on") or {}
    named = dict.fromkeys(given, "service_started") if isinstance(given, list) else {
        name: one.get("condition", "service_started") for name, one in given.items()
    }  # fmt: skip
    kind, _, other = (service.get("network_mode") or "").partition(":")
    return named | ({other: named.get(other, "service_started")} if kind == "service" else {})


def _wait(run: Run, name: str, condition: str) -> None:
    if condition == "service_started":
        return
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        seen = run.state(name) or {}
        state = seen.get("State") or {}
        if condition == "service_completed_successfully":
            if state.get("Status") == "exited" and state.get("ExitCode") == 0:
                return
        elif health(run.program, seen) in ("healthy", None):
            return
        if state.get("Status") in ("exited", "dead") or health_of(state) == "unhealthy":
            raise EngineError(f"{name} is {health_of(state) or state.get('Status')}, and others wait for it")
        time.sleep(1)
    raise EngineError(f"{name} did not become healthy in {_PATIENCE:.0f} s")


def _create(run: Run, name: str, service: Mapping[str, Any]) -> None:
    for network in _networks(service):
        _network(run, network)
    for mount in service.get("volumes") or []:
        if mount.get("type") == "volume" and mount.get("source"):
            _volume(run, mount["source"])
    words = [word for words in _options(run, name, service) for word in words]
    words += [*_entrypoint(service), service["image"], *_command(service)]
    secret = {key: value for key, value in pairs(service.get("environment")).items() if "\n" not in value}
    run.podman("create", *words, environment=secret)


def _network(run: Run, name: str) -> None:
    called, given = run.named("networks", name), run.file["networks"].get(name) or {}
    if not given.get("external") and not process.run([run.program, "network", "exists", called], timeout=60).ok:
        internal = ["--internal"] if given.get("internal") else []
        run.podman("network", "create", *internal, f"--label={PROJECT}={run.project}", called)


def _volume(run: Run, name: str) -> None:
    called, given = run.named("volumes", name), run.file["volumes"].get(name) or {}
    if not given.get("external") and not process.run([run.program, "volume", "exists", called], timeout=60).ok:
        run.podman("volume", "create", f"--label={PROJECT}={run.project}", called)


def _networks(service: Mapping[str, Any]) -> dict[str, Any]:
    if service.get("network_mode"):
        return {}
    given = service.get("networks") or {"default": None}
    return dict.fromkeys(given) if isinstance(given, list) else dict(given)


def _options(run: Run, name: str, service: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    yield (f"--name={run.project}-{name}-1", f"--label={PROJECT}={run.project}", f"--label={SERVICE}={name}")
    yield from ((f"--label={key}={value}",) for key, value in pairs(service.get("labels")).items())
    yield from _places(run, name, service)
    yield from _mounts(run, service)
    yield from ((f"--env={key}",) if "\n" not in value else (f"--env={key}={value}",)
                for key, value in pairs(service.get("environment")).items())  # fmt: skip
    yield from _rights(service)
    for word in ("restart", "user", "stop_signal", "shm_size"):
        if service.get(word):
            yield (f"--{word.replace('_', '-')}={service[word]}",)
    if service.get("working_dir"):
        yield (f"--workdir={service['working_dir']}",)
    if service.get("init"):
        yield ("--init",)
    if service.get("stop_grace_period"):
        yield (f"--stop-timeout={_seconds(str(service['stop_grace_period']))}",)
    resources = (service.get("deploy") or {}).get("resources") or {}
    for word, option in (("limits", "memory"), ("reservations", "memory-reservation")):
        memory = (resources.get(word) or {}).get("memory")
        if memory:
            yield (f"--{option}={str(memory).lower().removesuffix('b')}",)


def _places(run: Run, name: str, service: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Where it is on the network, and what it calls others."""
    kind, _, other = (service.get("network_mode") or "").partition(":")
    if kind == "service":
        yield (f"--network=container:{run.project}-{other}-1",)
        return
    if kind:
        yield (f"--network={kind}",)
    for network, given in _networks(service).items():
        yield (f"--network={run.named('networks', network)}",)
        for alias in (name, *((given or {}).get("aliases") or ())):
            yield (f"--network-alias={alias}",)
    if service.get("hostname"):
        yield (f"--hostname={service['hostname']}",)
    extra = service.get("extra_hosts") or []
    lines = [f"{host}:{address}" for host, address in extra.items()] if isinstance(extra, dict) else extra
    yield from ((f"--add-host={line.replace('=', ':', 1)}",) for line in lines)
    yield from ((f"--publish={port}",) for port in service.get("ports") or [])


def _mounts(run: Run, service: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for mount in service.get("volumes") or []:
        source = run.named("volumes", mount["source"]) if mount["type"] == "volume" else mount["source"]
        yield (f"--volume={source}:{mount['target']}{':ro' if mount.get('read_only') else ''}",)
    for one in service.get("secrets") or []:
        given = {"source": one, "target": f"/run/secrets/{one}"} if isinstance(one, str) else one
        file = run.file["secrets"][given["source"]]["file"]
        yield (f"--mount=type=bind,source={file},target={given['target']},readonly",)
    if service.get("read_only"):
        yield ("--read-only", "--read-only-tmpfs=false")
    yield from ((f"--tmpfs={one}",) for one in service.get("tmpfs") or [])


def _rights(service: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for word in ("cap_drop", "cap_add", "security_opt"):
        for one in service.get(word) or []:
            # Podman's word for it stands alone.
            value = "no-new-privileges" if str(one).startswith("no-new-privileges") else one
            yield (f"--{word.replace('_', '-')}={value}",)
    yield from ((f"--sysctl={key}={value}",) for key, value in pairs(service.get("sysctls")).items())
    for name, limit in (service.get("ulimits") or {}).items():
        text = f"{limit['soft']}:{limit['hard']}" if isinstance(limit, dict) else str(limit)
        yield (f"--ulimit={name}={text}",)


def _entrypoint(service: Mapping[str, Any]) -> tuple[str, ...]:
    given = service.get("entrypoint")
    return (f"--entrypoint={json.dumps(given)}",) if given else ()


def _command(service: Mapping[str, Any]) -> tuple[str, ...]:
    given = service.get("command") or ()
    return ("/bin/sh", "-c", given) if isinstance(given, str) else tuple(str(one) for one in given)


def _seconds(text: str) -> int:
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 1)
    return int(float(text.rstrip("smh") or 0) * unit)


# --- down -------------------------------------------------------------------------------------------------------------


def down(run: Run, *, volumes: bool, seconds: int) -> None:
    """Take the project's containers and networks away, its volumes too where asked; found by their label."""
    mine = f"--filter=label={PROJECT}={run.project}"
    containers = run.podman("ps", "--all", "--quiet", mine).split()
    if containers:
        run.podman("rm", "--force", "--volumes", f"--time={seconds}", *containers)
    kinds = ("network", "volume") if volumes else ("network",)
    for kind in kinds:
        names = run.podman(kind, "ls", "--quiet", mine).split()
        if names:
            run.podman(kind, "rm", "--force", *names)


# --- the words --------------------------------------------------------------------------------------------------------


def main(argv: list[str]) -> int:
    """:return: the exit status; what went wrong is on standard error."""
    options = dict(one[2:].partition("=")[::2] for one in argv if one.startswith("--"))
    words = [one for one in argv if not one.startswith("-")]
    try:
        directory = Path(options["project-directory"])
        file = read(Path(options["file"]), directory, os.environ)
        run = Run(os.environ.get("MIGRATE_PODMAN", "podman"), options["project-name"], file)
        return _carried_out(run, words[0], tuple(words[1:]), options)
    except MigrateError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1


def _carried_out(run: Run, word: str, services: tuple[str, ...], options: Mapping[str, str]) -> int:
    if word == "config":
        shown = "\n".join(run.file["services"]) if "services" in options else json.dumps(escaped(dict(run.file)))
        sys.stdout.write(f"{shown}\n")
    elif word == "up":
        up(run, services, start="no-start" not in options, needed="no-deps" not in options)
    elif word == "ps":
        found = (run.state(name) for name in services or run.file["services"])
        sys.stdout.writelines(f"{one['Id']}\n" for one in found if one)
    elif word == "down":
        down(run, volumes="volumes" in options, seconds=int(options.get("timeout") or 10))
    else:
        sys.stderr.write(f"compose {word} is not known here\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
