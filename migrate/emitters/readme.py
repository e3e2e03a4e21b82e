"""generated/README.md: how to build, run and deploy the bundle, and what is not proven about it."""

from __future__ import annotations

from migrate import __version__
from migrate.emission import secrets, volumes
from migrate.emission.accounts import identity
from migrate.emission.loose_ends import loose_ends
from migrate.emission.markdown import plain, table
from migrate.emission.names import base_variable, migrated, project, variable
from migrate.emission.templates import render
from migrate.emission.text import mebibytes
from migrate.emitters import Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.plan import Workload


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    text = render(
        "readme/README.md.j2",
        title=plain(project(sources)),
        version=__version__,
        hosts=", ".join(plain(host) for host in sources.plan.hosts),
        single=len(sources.plan.hosts) == 1,
        workloads=_workloads(sources, workloads),
        variables=_variables(workloads),
        level="makes the namespace " + project(sources),
        secrets=any(secrets.files(sources, one) or secrets.variables(sources, one) for one in workloads),
        loose=[plain(line) for line in loose_ends(sources, workloads)],
    )
    return (BundleFile("README.md", text.encode()),)


def _workloads(sources: Sources, workloads: tuple[Workload, ...]) -> str:
    together = volumes.shared(workloads)
    rows = []
    for one in workloads:
        ports = [f"{port.port}/{port.protocol}" for port in one.ports]
        kept = [
            f"{volume.name} ({plain(volume.path)})" for volume in one.volumes if not volumes.fleeting(volume, together)
        ]
        user = "root" if identity(sources, one).root else plain(str(one.user))
        rows.append([f"**{one.name}**", plain(one.kind), user, ", ".join(ports), ", ".join(kept), plain(one.because)])
    return table(["workload", "kind", "runs as", "ports", "volumes", "because"], rows)


def _variables(workloads: tuple[Workload, ...]) -> str:
    rows: dict[str, tuple[str, str]] = {}
    for one in workloads:
        rows.setdefault(base_variable(one.base), (one.base.image, "the image to build from"))
        for port in one.ports:
            if port.publish is not None:
                words = [one.name, str(port.port), *([port.protocol] if port.protocol != "tcp" else [])]
                rows[variable("PUBLISH", *words)] = (str(port.publish), f"the port of this machine for {one.name}")
        if any(name.lower().removeprefix("limit") == "nofile" for name, _ in one.limits):
            rows[variable("NOFILE", one.name)] = ("at most 20000", f"how many files {one.name} may have open")
        if one.resources.memory_limit:
            default = f"{mebibytes(one.resources.memory_limit)}M"
            rows[variable("MEMORY", one.name)] = (default, f"the most memory that {one.name} may use")
    return "".join(f"| `{name}` | {plain(default)} | {what} |\n" for name, (default, what) in sorted(rows.items()))


EMITTER = Emitter("readme", emit)
