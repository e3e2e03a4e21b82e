"""Tasks of ECS: which workloads run in one, and the containers that it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migrate.emission import health, privileges, secrets, volumes
from migrate.emission.accounts import identity, of_user
from migrate.emission.forwarders import Forwarder
from migrate.emission.graph import needs
from migrate.emission.manifests import present
from migrate.emission.names import image, project, variable
from migrate.emitters import Sources
from migrate.model.plan import ScheduledJob, Volume, Workload
from migrate.quoting import shell, slug

REGION, ACCOUNT, REGISTRY, TAG = "${AWS_REGION}", "${AWS_ACCOUNT_ID}", "${REGISTRY}", "${TAG}"
_USUAL = frozenset((*privileges.ROOT, "MKNOD", "NET_RAW", "SETFCAP", "SETPCAP"))
"""What Fargate gives a container; nothing can be added to it, but all can be dropped."""
_WHOLE = frozenset(("/", "/etc", "/usr", "/var", "/run", "/root", "/home", "/opt", "/srv", "/bin", "/lib", "/sbin"))


def groups(workloads: tuple[Workload, ...]) -> tuple[tuple[Workload, ...], ...]:
    """Workloads by task: those that talk through sockets of a shared directory are together, as EFS carries none."""
    found: list[list[Workload]] = []
    for workload in workloads:
        sockets = _sockets(workload)
        mine = [one for one in found if not workload.jobs and any(sockets & _sockets(other) for other in one)]
        for one in mine:
            found.remove(one)
        found.append([other for one in mine for other in one] + [workload])
    return tuple(tuple(sorted(one, key=workloads.index)) for one in found)


def _sockets(workload: Workload) -> frozenset[str]:
    return frozenset() if workload.jobs else frozenset(one.name for one in workload.volumes if one.kind == "runtime")


def log(sources: Sources, name: str) -> dict[str, Any]:
    options = {
        "awslogs-group": f"/ecs/{project(sources)}",
        "awslogs-region": REGION,
        "awslogs-stream-prefix": name,
        "awslogs-create-group": "true",
    }
    return {"logDriver": "awslogs", "options": options}


def secret(sources: Sources, workload: Workload, file: str) -> str:
    """The ARN, without the six characters that Secrets Manager appends: it finds it so as well."""
    return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{project(sources)}/{workload.name}/{file}"


def containers(
    sources: Sources,
    group: tuple[Workload, ...],
    relays: tuple[Forwarder, ...],
    workloads: tuple[Workload, ...],
    job: ScheduledJob | None = None,
) -> Iterator[dict[str, Any]]:
    """All of a task, each after the one that prepares its volumes."""
    names = {one.name for one in group}
    together = volumes.shared(workloads)
    prepared = {one.name: found for one in group if (found := _prepare(sources, workloads, one))}
    for workload in group:
        if workload.name in prepared:
            yield prepared[workload.name]
        fillers = {volumes.keeper(workloads, one.name) for one in kept(workload, together)} | {workload.name}
        first = [{"containerName": f"{one}-prepare", "condition": "SUCCESS"} for one in prepared if one in fillers]
        first += [
            {"containerName": other, "condition": "HEALTHY" if _checked(group, other) else "START"}
            for other in needs(group)[workload.name]
        ]
        yield _container(sources, workload, together, first, job)
    for relay in relays:
        # In one task all share a loopback: what the relay would lead to is there already.
        if relay.beside in names and relay.waits_for not in names and not (job and relay.inward):
            yield _relay(sources, relay)


def _checked(group: tuple[Workload, ...], name: str) -> bool:
    return any(one.name == name and health.command(one) for one in group)


def _container(
    sources: Sources,
    workload: Workload,
    together: frozenset[str],
    first: list[dict[str, str]],
    job: ScheduledJob | None,
) -> dict[str, Any]:
    check = () if job else health.command(workload)
    identity_ = of_user(sources, workload, job.user) if job else None
    limits = [int(value) for name, value in workload.limits if name.lower().endswith("nofile") and value.isdigit()]
    return present(
        {
            "name": workload.name,
            "image": f"{REGISTRY}/{image(sources, workload.name)}:{TAG}",
            "essential": True,
            "entryPoint": _job_command(workload, job)[:1] if job else None,
            "command": _job_command(workload, job)[1:] if job else None,
            "user": f"{identity_.uid}:{identity_.gid}" if identity_ else None,
            "environment": _environment(workload, job) if job else None,
            "secrets": [
                {"name": one.name, "valueFrom": secret(sources, workload, one.file)}
                for one in secrets.variables(sources, workload)
            ],
            "portMappings": [] if job else ports(workload),
            "readonlyRootFilesystem": True if workload.read_only else None,
            "mountPoints": [*_mounts(workload, together), *_secret_mounts(sources, workload)],
            "dependsOn": first,
            "healthCheck": _health(workload, check) if check else None,
            "ulimits": [{"name": "nofile", "softLimit": max(limits), "hardLimit": max(limits)}] if limits else None,
            "stopTimeout": 60 if workload.stateful else 30,
            "linuxParameters": {
                "initProcessEnabled": bool(workload.init or job),
                "capabilities": {"drop": dropped(sources, workload)},
            },
            "systemControls": _low_ports(sources, workload),
            "logConfiguration": log(sources, workload.name),
        }
    )


def _environment(workload: Workload, job: ScheduledJob) -> list[dict[str, str]]:
    hidden = secrets.hidden_jobs(workload)  # the mounted script sets them then
    return [] if hidden else [{"name": one.name, "value": one.value} for one in job.environment]


def _job_command(workload: Workload, job: ScheduledJob) -> list[str]:
    program = next((one.value for one in job.environment if one.name == "SHELL"), "/bin/sh")
    return [program, secrets.job_file(job)] if secrets.hidden_jobs(workload) else [program, "-c", job.command]


def ports(workload: Workload) -> list[dict[str, Any]]:
    """With names, by which Service Connect knows them."""
    return [
        present(
            {
                "containerPort": port.port,
                "hostPort": port.port,
                "protocol": port.protocol,
                "name": f"{workload.name}-{port.port}-{port.protocol}",
                "appProtocol": "http" if port.name == "http" and port.protocol == "tcp" else None,
            }
        )
        for port in workload.ports
        if port.protocol in ("tcp", "udp") and not health.local_only(workload, port.port)
    ]


def dropped(sources: Sources, workload: Workload) -> list[str]:
    needed = set(privileges.capabilities(sources, workload))
    return sorted(_USUAL - needed) if needed else ["ALL"]


def refused(sources: Sources, workload: Workload) -> list[str]:
    """Capabilities that Fargate gives nobody."""
    return sorted(set(privileges.capabilities(sources, workload)) - _USUAL - {"SYS_PTRACE"})


def _low_ports(sources: Sources, workload: Workload) -> list[dict[str, str]]:
    low = not identity(sources, workload).root and any(port.port < 1024 for port in workload.ports)
    return [{"namespace": "net.ipv4.ip_unprivileged_port_start", "value": "0"}] if low else []


def _health(workload: Workload, check: tuple[str, ...]) -> dict[str, Any]:
    started = workload.health.start_period if workload.health else 0
    times = {"interval": 10, "timeout": 5, "retries": 5, "startPeriod": min(max(started, 0), 300)}
    return {"command": ["CMD", *check], **times}


# --- volumes and secrets ---------------------------------------------------------------------------------------------


def kept(workload: Workload, together: frozenset[str]) -> list[Volume]:
    """Volumes that a task mounts; what is in memory elsewhere is so only where nothing else can be written."""
    return [one for one in workload.volumes if workload.read_only or not volumes.fleeting(one, together)]


def lasting(volume: Volume) -> bool:
    """Whether EFS keeps it; sockets are the task's own."""
    return volume.kind not in volumes.FLEETING


def _mounts(workload: Workload, together: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"sourceVolume": volumes.name(one), "containerPath": one.path, "readOnly": one.read_only}
        for one in kept(workload, together)
    ]


def secret_folders(sources: Sources, workload: Workload) -> dict[str, list[tuple[int, secrets.SecretFile]]]:
    """Secret files by the folder that is mounted for them, with their number among all."""
    found: dict[str, list[tuple[int, secrets.SecretFile]]] = {}
    for number, one in enumerate(secrets.files(sources, workload)):
        parent = one.path.rpartition("/")[0] or "/"
        if parent not in _WHOLE:
            found.setdefault(parent, []).append((number, one))
    return found


def homeless(sources: Sources, workload: Workload) -> list[str]:
    """Secret files in folders that can't be mounted over."""
    return [one.path for one in secrets.files(sources, workload) if (one.path.rpartition("/")[0] or "/") in _WHOLE]


def secret_volume(workload: Workload, folder: str) -> str:
    return slug(f"{workload.name}{folder}", 200) + "-secrets"


def _secret_mounts(sources: Sources, workload: Workload) -> list[dict[str, Any]]:
    return [
        {"sourceVolume": secret_volume(workload, one), "containerPath": one, "readOnly": False}
        for one in secret_folders(sources, workload)
    ]


def _prepare(sources: Sources, workloads: tuple[Workload, ...], workload: Workload) -> dict[str, Any] | None:
    """Fills new volumes from the image, and puts secret files at their places: Fargate can do neither."""
    lines, mounted, given = ["set -eu"], [], []
    for volume in kept(workload, volumes.shared(workloads)):
        if volumes.keeper(workloads, volume.name) == workload.name:
            place = f"/volumes/{volumes.name(volume)}"
            mounted.append({"sourceVolume": volumes.name(volume), "containerPath": place})
            lines += _fill(volume, place)
    for folder, files in secret_folders(sources, workload).items():
        place = f"/owned/{secret_volume(workload, folder)}"
        mounted.append({"sourceVolume": secret_volume(workload, folder), "containerPath": place})
        lines.append(f"if [ -d {shell(folder)} ]; then cp -a {shell(folder + '/.')} {place}/; fi")
        for number, one in files:
            target = shell(f"{place}/{one.path.rpartition('/')[2]}")
            given.append({"name": f"SECRET_{number}", "valueFrom": secret(sources, workload, one.name)})
            lines += [
                f'(umask 077; rm -f {target}; printf %s "$SECRET_{number}" | base64 -d >{target})',
                f"chown {one.uid}:{one.gid} {target}",
                f"chmod {one.mode:04o} {target}",
            ]
    if not mounted:
        return None
    return present(
        {
            "name": f"{workload.name}-prepare",
            "image": f"{REGISTRY}/{image(sources, workload.name)}:{TAG}",
            "essential": False,
            "user": "0:0",
            "entryPoint": ["/bin/sh", "-c"],
            "command": ["\n".join(lines) + "\n"],
            "secrets": given,
            "mountPoints": mounted,
            "logConfiguration": log(sources, f"{workload.name}-prepare"),
        }
    )


def _fill(volume: Volume, place: str) -> list[str]:
    return [
        f'if [ -z "$(ls -A {place})" ]; then',
        f"  if [ -d {shell(volume.path)} ]; then cp -a {shell(volume.path + '/.')} {place}/; fi",
        f"  chown {volume.uid}:{volume.gid} {place}",
        f"  chmod {volume.mode & 0o7777:04o} {place}",
        "fi",
    ]


def access_point(name: str) -> str:
    return f"${{{variable('EFS_ACCESS_POINT', name)}}}"


def _relay(sources: Sources, relay: Forwarder) -> dict[str, Any]:
    low = relay.port < 1024
    return present(
        {
            "name": relay.name,
            "image": f"{REGISTRY}/{image(sources, relay.image)}:{TAG}",
            "essential": False,
            "user": "0:0" if low else None,
            "command": list(relay.command),
            "linuxParameters": {
                "initProcessEnabled": True,
                "capabilities": {"drop": sorted(_USUAL - {"NET_BIND_SERVICE"}) if low else ["ALL"]},
            },
            "logConfiguration": log(sources, relay.name),
        }
    )
