"""generated/secrets: the files that compose mounts and kustomize reads, and a .gitignore that keeps them out of git."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.emission import secrets
from migrate.emission.names import migrated
from migrate.emission.yamltext import dump
from migrate.emitters import Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.plan import Workload


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    workloads = migrated(sources)
    found = [file for workload in workloads for file in _of(sources, workload)]
    ignore = BundleFile(".gitignore", b"# Secrets stay out of the repository.\n/secrets/\n")
    return (ignore, *found, *_kustomization(sources, workloads))


def _of(sources: Sources, workload: Workload) -> Iterator[BundleFile]:
    place = f"secrets/{workload.name}"
    for file in secrets.files(sources, workload):
        yield BundleFile(f"{place}/{file.name}", file.data, file.mode, (file.uid, file.gid), secret=True)
    found = secrets.variables(sources, workload)
    if found:
        yield BundleFile(f"{place}/environment", secrets.environment_file(found), 0o600, secret=True)
    for one in found:
        yield BundleFile(f"{place}/{one.file}", one.value.encode("utf-8", "surrogateescape"), 0o600, secret=True)


def _kustomization(sources: Sources, workloads: tuple[Workload, ...]) -> Iterator[BundleFile]:
    """Secrets are made here, since kustomize reads files from below its own folder only."""
    generators = [
        {
            "name": f"{workload.name}-secrets",
            "files": [
                *(f"{one.name}={workload.name}/{one.name}" for one in secrets.files(sources, workload)),
                *(f"{one.file}={workload.name}/{one.file}" for one in secrets.variables(sources, workload)),
            ],
        }
        for workload in workloads
        if secrets.files(sources, workload) or secrets.variables(sources, workload)
    ]
    if generators:
        head = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
        yield BundleFile("secrets/kustomization.yaml", dump(head | {"secretGenerator": generators}).encode())


EMITTER = Emitter("secret_files", emit)
