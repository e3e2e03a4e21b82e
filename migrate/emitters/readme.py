"""generated/README.md: what the bundle is, how to build, run, push and roll it back, and what is not proven of it."""

from __future__ import annotations

from collections.abc import Iterator

from migrate import __version__
from migrate.emission import secrets, volumes
from migrate.emission.accounts import identity
from migrate.emission.loose_ends import loose_ends, questions
from migrate.emission.markdown import plain, table
from migrate.emission.names import base_variable, migrated, project, variable
from migrate.emission.published import published
from migrate.emission.templates import render
from migrate.emission.text import mebibytes
from migrate.emitters import About, Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.facts import System
from migrate.model.plan import Coupling, Workload
from migrate.parts import parts

_MET = {
    "rewrite": "its new name stands in the configuration",
    "alias": "the name that it used is the server's",
    "forward": "a forwarder beside it offers the old address",
    "volume": "a shared folder",
}


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    text = render(
        "readme/README.md.j2",
        title=plain(project(sources)),
        version=__version__,
        machines=" and ".join(_machine(sources, host) for host in sources.plan.hosts),
        single=len(sources.plan.hosts) == 1,
        count=f"{len(workloads)} workload{'' if len(workloads) == 1 else 's'}",
        first=workloads[0].name if workloads else "",
        workloads=_workloads(sources, workloads),
        couplings=_couplings(workloads),
        state=", ".join(f"`{project(sources)}_{name}`" for name in _state(workloads)),
        variables=_variables(sources, workloads),
        targets=[_target(one) for one in _abouts(sources)],
        resources=_resources(workloads),
        secrets=any(secrets.names(sources, one) for one in workloads),
        asked=[plain(line) for line in questions(sources)],
        loose=[plain(line) for line in loose_ends(sources, workloads)],
    )
    return (BundleFile("README.md", text.encode()),)


def _machine(sources: Sources, host: str) -> str:
    snapshot = sources.snapshots.get(host)
    system = snapshot.inventory.get(System) if snapshot else System()
    release = system.os_name or f"{system.os_id} {system.os_version}".strip()
    name = system.hostname or host
    return f"**{plain(name)}**" + (f" ({plain(release)})" if release else "")


def _workloads(sources: Sources, workloads: tuple[Workload, ...]) -> str:
    together = volumes.shared(workloads)
    rows = []
    for one in workloads:
        user = "root" if identity(sources, one).root else plain(str(one.user))
        kept = [plain(volume.path) for volume in one.volumes if not volumes.fleeting(volume, together)]
        listens = [
            f"{port.port}/{port.protocol}" + (f" → {port.publish}" if port.publish is not None else "")
            for port in one.ports
        ]
        rows.append([f"**{one.name}**", plain(one.kind), user, ", ".join(listens), ", ".join(kept), plain(one.because)])
    return table(["workload", "kind", "runs as", "listens on → published", "keeps", "because"], rows)


def _couplings(workloads: tuple[Workload, ...]) -> str:
    rows = dict.fromkeys(row for one in workloads for coupling in one.couplings if (row := _coupling(one, coupling)))
    return table(["who", "needs", "for", "how that is met now"], rows) if rows else ""


def _coupling(workload: Workload, coupling: Coupling) -> tuple[str, ...] | None:
    if coupling.to is None or coupling.how not in _MET:
        return None
    old = coupling.path or ":".join(str(one) for one in (coupling.address, coupling.port) if one is not None)
    return workload.name, coupling.to, plain(old), _MET[coupling.how]


def _state(workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    together = volumes.shared(workloads)
    found = (volumes.name(one) for workload in workloads for one in workload.volumes if volumes.lasting(one, together))
    return tuple(dict.fromkeys(found))


def _variables(sources: Sources, workloads: tuple[Workload, ...]) -> str:
    rows: dict[str, tuple[str, str]] = {
        "COMPOSE_PROJECT_NAME": (project(sources), "the name of the whole: two that meet on one machine need two"),
        "IMAGE_REGISTRY": ("", "where the images are, with a slash at its end: `registry.example.com/`"),
        "IMAGE_TAG": ("latest", "which release of them"),
    }
    for one in workloads:
        rows.setdefault(base_variable(one.base), (one.base.image, "the image to build from"))
        for port in published(one):
            which = "port" if port.host.isdigit() else "ports"
            what = f"the {which} of this machine for {one.name}; `192.0.2.7:{port.host}` is on that address alone"
            rows[port.variable] = (port.host, what)
        if any(name.lower().removeprefix("limit") == "nofile" for name, _ in one.limits):
            rows[variable("NOFILE", one.name)] = ("at most 20000", f"how many files {one.name} may have open")
        if one.resources.memory_limit:
            default = f"{mebibytes(one.resources.memory_limit)}M"
            rows[variable("MEMORY", one.name)] = (default, f"the most memory that {one.name} may use")
    return "".join(f"| `{name}` | {plain(default)} | {what} |\n" for name, (default, what) in sorted(rows.items()))


def _resources(workloads: tuple[Workload, ...]) -> str:
    rows = [
        [
            one.name,
            _size(one.resources.memory_request),
            _size(one.resources.memory_limit),
            "" if one.resources.cpu_request is None else f"{one.resources.cpu_request:g}",
            plain(one.resources.because),
        ]
        for one in workloads
    ]
    return table(["workload", "memory, promised", "memory, at most", "cores, promised", "measured"], rows)


def _size(size: int | None) -> str:
    return "" if size is None else f"{mebibytes(size)} MiB"


def _abouts(sources: Sources) -> Iterator[About]:
    for emitter in sorted(parts("migrate.emitters", "EMITTER"), key=lambda one: one.on_request):
        if emitter.about is not None and (not emitter.on_request or emitter.name in sources.plan.targets):
            yield emitter.about(sources)


def _target(one: About) -> dict[str, object]:
    missing = [plain(line) for line in one.missing]
    return {"title": plain(one.title), "how": one.how.rstrip("\n"), "missing": missing}


EMITTER = Emitter("readme", emit)
