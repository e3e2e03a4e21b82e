"""generated/ecs: what AWS needs to run the application on Fargate, as input of its command line.

Names of a person's account stand as ${VARIABLES}; envsubst puts in what variables.env says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from migrate.emission import addresses, fargate, health, secrets, tasks, volumes
from migrate.emission.accounts import identity
from migrate.emission.forwarders import Forwarder, forwarders
from migrate.emission.manifests import present
from migrate.emission.names import migrated, project, variable
from migrate.emission.text import mebibytes
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.plan import ScheduledJob, Workload
from migrate.quoting import shell

_SPARE = 64  # MiB for each container beside the workloads
_CLUSTER, _NAMESPACE = "${ECS_CLUSTER}", "${SERVICE_CONNECT_NAMESPACE}"
_SUBNETS, _GROUP = "${SUBNET}", "${SECURITY_GROUP}"
_EXECUTION_ROLE, _SCHEDULER_ROLE = "${EXECUTION_ROLE_ARN}", "${SCHEDULER_ROLE_ARN}"
_FIXED = ("AWS_REGION", "AWS_ACCOUNT_ID", "REGISTRY", "TAG", "EXECUTION_ROLE_ARN", "ECS_CLUSTER",
          "SERVICE_CONNECT_NAMESPACE", "SUBNET", "SECURITY_GROUP")  # fmt: skip
_MOST_TARGETS = 5
_HOW = """\
Task definitions, services, schedules and access points for EFS are inputs of the AWS command line; `${VARIABLES}` in
them stand for what is yours:

    cp ecs/variables.env.example ecs/variables.env
    $EDITOR ecs/variables.env        # fill it in
    sh ecs/secrets.sh                # secrets/ to Secrets Manager
    each() { sh ecs/fill.sh "$1" | while read -r file; do aws "$2" "$3" --cli-input-json "file://$file"; done; }
    each access-points efs create-access-point
    $EDITOR ecs/variables.env        # the ids that this printed
    each tasks ecs register-task-definition
    each services ecs create-service
    each schedules scheduler create-schedule

Push the images to `REGISTRY` first. A new release is another `TAG`; to roll back, `aws ecs update-service` with the
former revision of the task definition. Workloads that talk through sockets are in one task."""
_SECRETS = """\
#!/bin/sh
# Puts what is in secrets/ into Secrets Manager. Files may hold any bytes and come as base64, which the task decodes.
set -eu
cd "$(dirname "$0")"
put() {
    aws secretsmanager create-secret --name "$1" --secret-string "file://$2" ||
        aws secretsmanager put-secret-value --secret-id "$1" --secret-string "file://$2"
}
put_variable() { put "$1" "$2"; }
put_file() {
    (
        umask 077
        copy=$(mktemp)
        trap 'rm -f "$copy"' EXIT
        base64 -w 0 <"$2" >"$copy"
        put "$1" "$copy"
    )
}
"""
_FILL = """\
#!/bin/sh
# Prints the files of a folder of this one, with the variables filled in: sh fill.sh tasks
set -eu
cd "$(dirname "$0")"
set -a
. ./variables.env
names=$(sed -n 's/^\\([A-Z0-9_]*\\)=.*/$\\1/p' variables.env.example | tr '\\n' ' ')
mkdir -p "filled/$1"
for file in "$1"/*.json; do
    [ -e "$file" ] || continue
    envsubst "$names" <"$file" >"filled/$file"
    printf '%s\\n' "$PWD/filled/$file"
done
"""


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    relays = forwarders(workloads)
    made: dict[str, Any] = {}
    for group in tasks.groups(workloads):
        name = group[0].name
        if group[0].jobs:
            for job in group[0].jobs:
                called = _called(group[0], job)
                made[f"tasks/{called}"] = _task(sources, workloads, group, relays, called, job)
                for number, schedule in enumerate(_schedules(sources, group[0], job, called)):
                    made[f"schedules/{called}{f'-{number + 1}' if number else ''}"] = schedule
        else:
            made[f"tasks/{name}"] = _task(sources, workloads, group, relays, name)
            made[f"services/{name}"] = _service(sources, group)
    for volume in _efs(workloads):
        made[f"access-points/{volume}"] = _access_point(sources, workloads, volume)
    files = [BundleFile(f"ecs/{path}.json", _json(body)) for path, body in made.items()]
    names = _variables(made)
    return (
        *files,
        BundleFile("ecs/variables.env.example", "".join(f"{one}=\n" for one in names).encode()),
        BundleFile("ecs/fill.sh", _FILL.encode(), 0o755),
        BundleFile("ecs/.gitignore", b"/filled/\n/variables.env\n"),
        *_secrets(sources, workloads),
    )


def _json(body: dict[str, Any]) -> bytes:
    return (json.dumps(body, indent=2) + "\n").encode()


def _variables(made: dict[str, Any]) -> list[str]:
    text = json.dumps(made)
    more = [variable("EFS_ACCESS_POINT", path.partition("/")[2]) for path in made if path.startswith("access-points/")]
    targets = [
        one["targetGroupArn"][2:-1] for path in made if path.startswith("services/") for one in
        made[path].get("loadBalancers", ())
    ]  # fmt: skip
    conditional = [one for one in ("EFS_FILE_SYSTEM_ID", "SCHEDULER_ROLE_ARN") if f"${{{one}}}" in text]
    return [*_FIXED, *conditional, *more, *targets]


def _task(
    sources: Sources,
    workloads: tuple[Workload, ...],
    group: tuple[Workload, ...],
    relays: tuple[Forwarder, ...],
    name: str,
    job: ScheduledJob | None = None,
) -> dict[str, Any]:
    together = volumes.shared(workloads)
    found = list(tasks.containers(sources, group, relays, workloads, job))
    cores = sum(one.resources.cpu_request or 0.0 for one in group)
    memory = sum(mebibytes(one.resources.memory_limit) if one.resources.memory_limit else 512 for one in group)
    cpu, room = fargate.size(cores, memory + _SPARE * (len(found) - len(group)))
    return {
        "family": f"{project(sources)}-{name}",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": str(cpu),
        "memory": str(room),
        "executionRoleArn": _EXECUTION_ROLE,
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        "containerDefinitions": found,
        "volumes": list(_volumes(sources, group, together)),
        "tags": [{"key": "part-of", "value": project(sources)}, {"key": "managed-by", "value": "migrate"}],
    }


def _volumes(sources: Sources, group: tuple[Workload, ...], together: frozenset[str]) -> Iterator[dict[str, Any]]:
    kept = {volumes.name(one): one for workload in group for one in tasks.kept(workload, together)}
    for name, volume in kept.items():
        if not tasks.lasting(volume):
            yield {"name": name}
            continue
        efs = {
            "fileSystemId": "${EFS_FILE_SYSTEM_ID}",
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": tasks.access_point(name)},
        }
        yield {"name": name, "efsVolumeConfiguration": efs}
    for workload in group:
        yield from ({"name": tasks.secret_volume(workload, one)} for one in tasks.secret_folders(sources, workload))


def _efs(workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    together = volumes.shared(workloads)
    found = (one for workload in workloads for one in tasks.kept(workload, together) if tasks.lasting(one))
    return tuple(dict.fromkeys(map(volumes.name, found)))


def _access_point(sources: Sources, workloads: tuple[Workload, ...], name: str) -> dict[str, Any]:
    volume = next(one for workload in workloads for one in workload.volumes if one.name == name)
    created = {"OwnerUid": volume.uid, "OwnerGid": volume.gid, "Permissions": f"{volume.mode & 0o7777:04o}"}
    return {
        "ClientToken": f"{project(sources)}-{name}"[:64],
        "FileSystemId": "${EFS_FILE_SYSTEM_ID}",
        "RootDirectory": {"Path": f"/{project(sources)}/{name}", "CreationInfo": created},
        "Tags": [{"Key": "Name", "Value": f"{project(sources)}-{name}"}],
    }


# --- services and schedules ------------------------------------------------------------------------------------------


def _network() -> dict[str, Any]:
    return {"awsvpcConfiguration": {"subnets": [_SUBNETS], "securityGroups": [_GROUP], "assignPublicIp": "DISABLED"}}


def _service(sources: Sources, group: tuple[Workload, ...]) -> dict[str, Any]:
    stateful = any(one.stateful for one in group)
    offered = [
        {
            "portName": port["name"],
            "discoveryName": port["name"],
            "clientAliases": [{"port": port["containerPort"], "dnsName": workload.name}],
        }
        for workload in group
        for port in tasks.ports(workload)
        if port["protocol"] == "tcp"
    ]
    percent = {"minimumHealthyPercent": 0, "maximumPercent": 100} if stateful else {
        "minimumHealthyPercent": 100, "maximumPercent": 200}  # fmt: skip
    return present(
        {
            "cluster": _CLUSTER,
            "serviceName": f"{project(sources)}-{group[0].name}",
            "taskDefinition": f"{project(sources)}-{group[0].name}",
            "desiredCount": min(one.replicas for one in group),
            "launchType": "FARGATE",
            "networkConfiguration": _network(),
            "loadBalancers": list(_targets(group))[:_MOST_TARGETS],
            "healthCheckGracePeriodSeconds": _patience(group) if list(_targets(group)) else None,
            "deploymentConfiguration": {**percent, "deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            "serviceConnectConfiguration": present({"enabled": True, "namespace": _NAMESPACE, "services": offered}),
        }
    )


def _patience(group: tuple[Workload, ...]) -> int:
    return max((one.health.start_period for one in group if one.health), default=60)


def _targets(group: tuple[Workload, ...]) -> Iterator[dict[str, Any]]:
    for workload in group:
        for port in workload.ports:
            if port.publish is not None and port.protocol in ("tcp", "udp"):
                words = [workload.name, str(port.port), *([port.protocol] if port.protocol != "tcp" else [])]
                arn = f"${{{variable('TARGET_GROUP_ARN', *words)}}}"
                yield {"targetGroupArn": arn, "containerName": workload.name, "containerPort": port.port}


def _called(workload: Workload, job: ScheduledJob) -> str:
    return job.name if workload.name == job.name else f"{workload.name}-{job.name}"


def _schedules(sources: Sources, workload: Workload, job: ScheduledJob, called: str) -> Iterator[dict[str, Any]]:
    family = f"{project(sources)}-{called}"
    arn = f"arn:aws:ecs:{tasks.REGION}:{tasks.ACCOUNT}"
    network = {"awsvpcConfiguration": {"Subnets": [_SUBNETS], "SecurityGroups": [_GROUP], "AssignPublicIp": "DISABLED"}}
    for number, expression in enumerate(fargate.times(job.schedule)):
        yield present(
            {
                "Name": f"{family}{f'-{number + 1}' if number else ''}"[-64:].lstrip("-"),
                "ScheduleExpression": expression,
                "ScheduleExpressionTimezone": workload.timezone,
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {
                    "Arn": f"{arn}:cluster/{_CLUSTER}",
                    "RoleArn": _SCHEDULER_ROLE,
                    "RetryPolicy": {"MaximumRetryAttempts": 0},
                    "EcsParameters": {
                        "TaskDefinitionArn": f"{arn}:task-definition/{family}",
                        "LaunchType": "FARGATE",
                        "NetworkConfiguration": network,
                    },
                },
            }
        )


def _secrets(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[BundleFile]:
    lines = []
    for workload in workloads:
        whole = {one.name for one in secrets.files(sources, workload)}
        for file in secrets.names(sources, workload):
            path = shell(f"../secrets/{workload.name}/{file}")
            name = shell(f"{project(sources)}/{workload.name}/{file}")
            lines.append(f"put_{'file' if file in whole else 'variable'} {name} {path}\n")
    if lines:
        yield BundleFile("ecs/secrets.sh", (_SECRETS + "".join(lines)).encode(), 0o755)


def _missing(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[str]:
    yield "Nothing of this was sent to AWS: it was compared with what its interfaces take, not more."
    for group in tasks.groups(workloads):
        if len(list(_targets(group))) > _MOST_TARGETS:
            yield f"{group[0].name} publishes more than {_MOST_TARGETS} ports, which is all that a service of ECS can."
        taken = [port.port for one in group for port in one.ports]
        for port in sorted({one for one in taken if taken.count(one) > 1}):
            yield f"{', '.join(one.name for one in group)} share a task, and two of them want port {port}."
    for workload in workloads:
        yield from _missing_of(sources, workload)


def _missing_of(sources: Sources, workload: Workload) -> Iterator[str]:
    name = workload.name
    for path in tasks.homeless(sources, workload):
        yield f"{name} reads the secret {path}, whose folder can't be a volume: move it, or read it from a variable."
    for one in tasks.refused(sources, workload):
        yield f"{name} needs the capability {one}, which Fargate gives nobody."
    for alias in addresses.aliases(workload):
        yield f"{name} is also called {alias}: give that name to it in a private zone of Route 53."
    for line in addresses.outside(sources, (workload,), workload.host):
        yield f"{', '.join(line.names)} was {line.address} in /etc/hosts: give it to a private zone of Route 53."
    if identity(sources, workload).root and not workload.jobs:
        yield f"{name} runs as root in its container."
    yield from _missing_ports(workload)
    yield from _missing_state(workload)
    for job in workload.jobs:
        if not fargate.times(job.schedule):
            yield f"The schedule {job.schedule} of {job.name} is none that EventBridge knows."
        yield f"{job.name} may run beside itself: EventBridge starts a task at each of its times."


def _missing_ports(workload: Workload) -> Iterator[str]:
    for port in workload.ports:
        where = f"{workload.name} listens on {port.port}/{port.protocol}"
        if port.protocol not in ("tcp", "udp"):
            yield f"{where}, which ECS has no mapping for."
        elif port.protocol == "udp" and port.publish is None:
            yield f"{where}, which Service Connect does not carry."
        elif health.local_only(workload, port.port):
            yield f"{where} for its own container alone: neither Service Connect nor a load balancer reaches it."


def _missing_state(workload: Workload) -> Iterator[str]:
    for volume in workload.volumes:
        if volume.method.startswith("dump:"):
            yield f"{workload.name} keeps a database on EFS, which is slow for it: RDS is what AWS has for that."
        if volume.kind == "runtime" and workload.jobs:
            yield f"The jobs of {workload.name} are tasks of their own: they don't see the sockets in {volume.path}."


def about(sources: Sources) -> About:
    workloads = migrated(sources)
    return About("AWS ECS on Fargate", _HOW, tuple(dict.fromkeys(_missing(sources, workloads))))


EMITTER = Emitter("ecs", emit, on_request=True, about=about)
