"""generated/quadlet: units of Podman for one machine without Docker, which systemd starts, watches and restarts."""

from __future__ import annotations

import json
from collections.abc import Iterator

from migrate.emission import addresses, health, privileges, scratch, secrets, ulimits, volumes
from migrate.emission.accounts import identity
from migrate.emission.forwarders import Forwarder, bases, forwarders
from migrate.emission.graph import needs
from migrate.emission.names import folder, image, migrated, project
from migrate.emission.published import published
from migrate.emission.text import mebibytes
from migrate.emission.unittext import Section, literal, title, unit, word, words
from migrate.emitters import About, Emitter, Sources
from migrate.errors import InputError
from migrate.model.bundle import BundleFile
from migrate.model.plan import Volume, Workload
from migrate.quoting import shell

_PLACE = "/srv"
_INSTALL: Section = ("Install", (("WantedBy", "multi-user.target default.target"),))
_SERVICE: Section = ("Service", (("Restart", "always"), ("RestartSec", "5"), ("TimeoutStartSec", "900")))
_SCRIPT = """\
#!/bin/sh
# Gives Podman the secrets that the units mount.
set -eu
cd "$(dirname "$0")/.."
"""
_HOW = """\
Podman 5.3 or newer reads units of containers, networks, volumes and images as systemd does its own:

    sudo cp -a . {place}                                            # the units name this folder
    sudo sh {place}/quadlet/secrets.sh                              # podman secret create, for each secret
    sudo ln -s {place}/quadlet /etc/containers/systemd/{project}
    sudo systemctl daemon-reload
    sudo systemctl start {units}
    journalctl -u {project}-{first}                               # its log

Images are built when the first container wants them. To change a port or a limit, put a drop-in beside the unit:
`quadlet/{project}-{first}.container.d/10-local.conf`. To roll back, tag the former image as `:latest` and restart the
unit."""


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    name = project(sources)
    relays = forwarders(workloads)
    made = {f"{name}.network": unit("", [("Network", [("NetworkName", name)])])}
    for one in workloads:
        made[f"{name}-{one.name}.container"] = _container(sources, workloads, one)
        made[f"{name}-{one.name}.build"] = _build(sources, one.name)
    for relay in relays:
        made[f"{name}-{relay.name}.container"] = _relay(sources, relay)
    for called, _ in bases(workloads) if relays else ():
        made[f"{name}-{called}.build"] = _build(sources, called)
    for called in _lasting(workloads):
        made[f"{name}-{called}.volume"] = unit("", [("Volume", [("VolumeName", f"{name}_{called}")])])
    files = [BundleFile(f"quadlet/{path}", data) for path, data in made.items()]
    script = _secrets(sources, workloads)
    return (*files, *([BundleFile("quadlet/secrets.sh", script.encode(), 0o755)] if script else []))


def _build(sources: Sources, called: str) -> bytes:
    name = project(sources)
    tag = f"localhost/{image(sources, called)}:latest"
    context = f"{_PLACE}/{name}/{folder(called)}"
    return unit("", [("Build", [("ImageTag", tag), ("SetWorkingDirectory", context)])])


def _container(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> bytes:
    name = project(sources)
    first = [f"{name}-{other}.service" for other in needs(workloads)[workload.name]]
    return unit(
        workload.because,
        [
            ("Unit", [
                ("Description", title(f"{workload.name} of {name}")),
                *((key, " ".join(first)) for key in ("Wants", "After") if first),
            ]),
            ("Container", list(_pairs(sources, workloads, workload))),
            _SERVICE,
            _INSTALL,
        ],
    )  # fmt: skip


def _pairs(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> Iterator[tuple[str, str]]:
    name = project(sources)
    yield "Image", f"{name}-{workload.name}.build"
    yield "ContainerName", f"{name}-{workload.name}"
    yield from _network(sources, workloads, workload)
    yield from _mounts(sources, workloads, workload)
    yield from _health(workload)
    yield from _rights(sources, workload)
    if workload.init or workload.jobs:
        yield "RunInit", "true"
    yield "StopTimeout", "60" if workload.stateful else "30"
    if workload.resources.memory_limit:
        yield "PodmanArgs", f"--memory={mebibytes(workload.resources.memory_limit)}m"
    for limit, soft, hard in ulimits.of(workload):
        yield "Ulimit", f"{limit}={soft}:{hard}"
    for setting in workload.sysctls:
        yield "Sysctl", f"{setting.name}={setting.value}"


def _network(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> Iterator[tuple[str, str]]:
    yield "Network", f"{project(sources)}.network"
    for alias in (workload.name, *addresses.aliases(workload)):
        yield "NetworkAlias", alias
    if hostname := addresses.hostname(sources, workloads, workload.host):
        yield "HostName", hostname
    for line in addresses.outside(sources, workloads, workload.host):
        yield from (("AddHost", f"{one}:{line.address}") for one in line.names)
    for one in published(workload):
        yield "PublishPort", f"{one.host}:{one.target}/{one.port.protocol}"


def _mounts(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> Iterator[tuple[str, str]]:
    name = project(sources)
    together = volumes.shared(workloads)
    root = identity(sources, workload).root
    for volume in workload.volumes:
        path = literal(_path(workload, volume))
        if volumes.fleeting(volume, together):
            yield "Tmpfs", f"{path}:{scratch.options(volume, root=root)}"
        else:
            yield "Volume", f"{name}-{volumes.name(volume)}.volume:{path}{':ro' if volume.read_only else ''}"
    for one in secrets.files(sources, workload):
        owner = f"uid={one.uid},gid={one.gid},mode={one.mode:04o}"
        if "," in one.path or "\n" in one.path:
            raise InputError(f"plan.yaml: {workload.name}: Podman can't mount a secret at {one.path!r}")
        yield "Secret", word(f"{name}-{workload.name}-{one.name},type=mount,target={one.path},{owner}")
    for found in secrets.variables(sources, workload):
        yield "Secret", word(f"{name}-{workload.name}-{found.file},type=env,target={found.name}")


def _path(workload: Workload, volume: Volume) -> str:
    if {":", "\n"} & set(volume.path) or volume.path != volume.path.strip():
        raise InputError(f"plan.yaml: {workload.name}: a unit of Podman can't mount {volume.path!r}")
    return volume.path


def _health(workload: Workload) -> Iterator[tuple[str, str]]:
    """Podman builds images in OCI's format, which has no place for a health check; who is waited for has it here."""
    check = health.command(workload)
    if check and workload.health:
        yield "HealthCmd", literal(json.dumps(check))
        yield "HealthInterval", "5s"
        yield "HealthTimeout", "5s"
        yield "HealthRetries", "5"
        yield "HealthStartPeriod", f"{max(workload.health.start_period, 0)}s"
        yield "Notify", "healthy"


def _rights(sources: Sources, workload: Workload) -> Iterator[tuple[str, str]]:
    if workload.read_only:
        yield "ReadOnly", "true"
    yield "DropCapability", "all"
    for one in privileges.capabilities(sources, workload):
        yield "AddCapability", f"CAP_{one}"
    if privileges.no_new(sources, workload):
        yield "NoNewPrivileges", "true"
    if not identity(sources, workload).root and any(port.port < 1024 for port in workload.ports):
        yield "Sysctl", "net.ipv4.ip_unprivileged_port_start=0"


def _relay(sources: Sources, relay: Forwarder) -> bytes:
    name = project(sources)
    first = f"{name}-{relay.waits_for}.service" if relay.waits_for else ""
    low = relay.port < 1024
    pairs = [
        ("Image", f"{name}-{relay.image}.build"),
        ("ContainerName", f"{name}-{relay.name}"),
        ("Network", f"{name}-{relay.beside}.container"),
        ("Exec", words(relay.command)),
        ("RunInit", "true"),
        ("DropCapability", "all"),
        *((("User", "0"), ("AddCapability", "CAP_NET_BIND_SERVICE")) if low else ()),
        ("NoNewPrivileges", "true"),
    ]
    about = [("Description", title(f"{relay.name} of {name}")), *((key, first) for key in ("Wants", "After") if first)]
    return unit(relay.because, [("Unit", about), ("Container", pairs), _SERVICE, _INSTALL])


def _lasting(workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    together = volumes.shared(workloads)
    found = (one for workload in workloads for one in workload.volumes if not volumes.fleeting(one, together))
    return tuple(dict.fromkeys(map(volumes.name, found)))


def _secrets(sources: Sources, workloads: tuple[Workload, ...]) -> str:
    name = project(sources)
    lines = [
        f"podman secret create --replace {shell(f'{name}-{one.name}-{file}')} {shell(f'secrets/{one.name}/{file}')}\n"
        for one in workloads
        for file in secrets.names(sources, one)
    ]
    return _SCRIPT + "".join(lines) if lines else ""


def about(sources: Sources) -> About:
    workloads = migrated(sources)
    name = project(sources)
    units = " ".join(f"{name}-{one.name}" for one in workloads)
    first = workloads[0].name if workloads else "app"
    how = _HOW.format(place=f"{_PLACE}/{name}", project=name, units=units, first=first)
    return About("Podman Quadlet", how, tuple(_missing(workloads)))


def _missing(workloads: tuple[Workload, ...]) -> Iterator[str]:
    yield "migrate deploy loads state by way of Compose: under Podman its volumes have the same names."
    yield "The variables of compose.yaml mean nothing to units: ports and limits are changed by drop-ins."
    if any(one.publish is not None and one.publish < 1024 for workload in workloads for one in workload.ports):
        yield "Without root Podman publishes ports below 1024 only where net.ipv4.ip_unprivileged_port_start allows it."


EMITTER = Emitter("quadlet", emit, on_request=True, about=about)
