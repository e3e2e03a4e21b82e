"""The names that the generated files share: images, variables, services."""

from __future__ import annotations

import re

from migrate.emitters import Sources
from migrate.errors import InputError
from migrate.model.facts import System
from migrate.model.plan import Base, Workload
from migrate.quoting import slug

_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}")


def migrated(sources: Sources) -> tuple[Workload, ...]:
    """The workloads that are emitted, in the plan's order.

    :raises InputError: a name can't be one of a service, or is there twice, or its host was not discovered.
    """
    workloads = tuple(workload for workload in sources.plan.workloads if workload.migrate)
    seen: set[str] = set()
    for workload in workloads:
        if not _NAME.fullmatch(workload.name):
            hint = "use at most 50 of a-z, 0-9 and inner dashes, starting with a letter"
            raise InputError(f"plan.yaml: {workload.name!r} can't be the name of a workload", hint)
        if workload.name in seen:
            raise InputError(f"plan.yaml: there are two workloads named {workload.name}", "rename one of them")
        if workload.host not in sources.snapshots:
            raise InputError(
                f"plan.yaml: workload {workload.name} is of host {workload.host!r}, of which there is no inventory",
                f"run migrate discover for {workload.host}, or take the workload out of the plan",
            )
        seen.add(workload.name)
    return workloads


def project(sources: Sources) -> str:
    """The compose project, the namespace and the images' prefix: what the plan says, else the hosts' own names."""
    return sources.plan.project or slug("-".join(_short(sources, host) for host in sources.plan.hosts) or "migrated")


def _short(sources: Sources, host: str) -> str:
    snapshot = sources.snapshots.get(host)
    called = snapshot.inventory.get(System).hostname.split(".")[0] if snapshot else ""
    return called or host


def image(sources: Sources, name: str) -> str:
    """An image's name; the project in it keeps the images of several migrations on one engine apart."""
    return f"{project(sources)}/{name}"


def folder(name: str) -> str:
    """Of an image's build context, below generated/."""
    return f"images/{name}"


def variable(*words: str) -> str:
    """An environment variable's name: ``PUBLISH_NGINX_80``."""
    return re.sub(r"[^A-Z0-9]+", "_", "_".join(words).upper()).strip("_")


def base_variable(base: Base) -> str:
    """The variable that can name another image to start from: ``MIGRATE_BASE_DEBIAN_11``."""
    return variable("MIGRATE_BASE", base.image)


def file_name(name: str, where: str) -> str:
    """``name`` where it is a harmless file name. :raises InputError: it is not."""
    if not _FILE.fullmatch(name):
        raise InputError(
            f"plan.yaml: {where}: {name!r} can't be a file name", "use letters, digits, dots, dashes, underscores"
        )
    return name
