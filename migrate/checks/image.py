"""Every image holds the captured files that the plan puts into it, with the content they had or were given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from migrate.checks import CheckPart, Scene
from migrate.emission.rewrites import rewritten
from migrate.emission.scratch import place
from migrate.emission.tree import chosen
from migrate.emitters import Sources
from migrate.engines.layers import Entry, lookup
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan, Workload
from migrate.model.verdict import FAILED, PASSED, Check

_SHOWN = 30


def _run(scene: Scene) -> Iterator[Check]:
    for workload in scene.workloads:
        if workload.name not in scene.images:
            yield _check(workload, FAILED, "there is no image")
            continue
        expected = expected_files(scene.plan, scene.snapshots, workload)
        tree = scene.contents.tree(workload.name)
        missing = [path for path in expected if lookup(tree, place(workload, path)) is None]
        changed = [
            path
            for path, digest in expected.items()
            if path not in missing and _differs(tree, place(workload, path), digest)
        ]
        if missing or changed:
            yield _check(workload, FAILED, _summary(missing, changed), _listed(missing, changed))
        else:
            what = f"all {len(expected)} captured files are there" if expected else "no captured file belongs into it"
            yield _check(workload, PASSED, what)


def expected_files(plan: Plan, snapshots: Mapping[str, Snapshot], workload: Workload) -> dict[str, str | None]:
    """Paths that the image must hold, with the sha256 of the content; None where only the path counts."""
    changed = {
        path: hashlib.sha256(data).hexdigest() for path, data in rewritten(workload, snapshots[workload.host]).items()
    }
    entries = chosen(Sources(plan, snapshots, {}), workload)
    expected = {entry.path: changed.get(entry.path, entry.sha256) for entry in entries if entry.kind != "directory"}
    return expected | {path: expected.get(path) for path in workload.archives if path in expected}


def _differs(tree: Mapping[str, Entry], path: str, digest: str | None) -> bool:
    entry = lookup(tree, path)
    return entry is not None and entry.kind == "file" and digest is not None and entry.digest not in (None, digest)


def _summary(missing: list[str], changed: list[str]) -> str:
    parts = [f"{len(missing)} files are missing"] if missing else []
    parts += [f"{len(changed)} files have another content"] if changed else []
    return " and ".join(parts)


def _listed(missing: list[str], changed: list[str]) -> str:
    lines = [f"missing: {path}" for path in missing] + [f"other content: {path}" for path in changed]
    rest = len(lines) - _SHOWN
    return "\n".join([*lines[:_SHOWN], *([f"… {rest} more"] if rest > 0 else [])])


def _check(workload: Workload, status: str, summary: str, detail: str = "") -> Check:
    return Check(f"image:{workload.name}", workload.name, "image", status, summary, detail)


CHECK = CheckPart("image", 60, _run)
