"""The table of docs/images.md: ``python -m tests.e2e.size_table [--workspaces DIR] [SERVER…]``.

For each sample server: what the images that a person wrote take, and what ours do, layers that several images share
counted once. The person's stand on the plain image of the release, ours on what the plan says.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.building import build_all
from migrate.engines import Engine, Say
from migrate.engines.bases import ensure_base
from migrate.engines.choose import choose
from migrate.engines.layers import contents
from migrate.model.plan import Base, Plan, Workload
from migrate.model.verdict import PASSED
from migrate.workspace import Workspace
from tests.e2e import samples
from tests.e2e.samples import Samples
from tests.e2e.shop import run_migrate

LIMIT = 0.75
_MEGABYTE = 1_000_000
_PLAIN = "-slim"


@dataclass(frozen=True, slots=True)
class Row:
    """Bytes of all images of a server, shared layers once.

    :ivar alike: ours, were they on the person's base.
    :ivar again: seconds that building ours takes when nothing has changed.
    """

    server: str
    images: int
    by_hand: int
    ours: int
    alike: int
    again: float

    @property
    def ratio(self) -> float:
        return self.ours / self.by_hand

    def __str__(self) -> str:
        sizes = (f"{size / _MEGABYTE:.0f}" for size in (self.by_hand, self.ours))
        same = f"{self.alike / self.by_hand:.2f}"
        return f"| {self.server} | {self.images} | {' | '.join(sizes)} | {self.ratio:.2f} | {same} | {self.again:.1f} |"


def measure(name: str, workspace: Path, engine: Engine, say: Say) -> Row:
    """Build both sets of a server that was discovered and planned into ``workspace``."""
    done = run_migrate("generate", "--no-validate", cwd=workspace)
    assert done.status == 0, done.err[-3000:]
    place = Workspace(workspace)
    plan = place.load_plan()
    assert plan is not None
    hand, plain = _by_hand(name, plan, workspace / "generated", engine, say)
    ours, bases = _ours(name, plan, place, engine, say)
    began = time.monotonic()
    _ours(name, plan, place, engine, say)
    again = time.monotonic() - began
    everything = {
        **{f"ours {one}": tag for one, tag in ours.items()},
        **{f"hand {one}": tag for one, tag in hand.items()},
    }
    grounds = {f"base {tag}": tag for tag in (*bases, plain)}
    held = contents(engine, {**everything, **grounds})
    for tag in everything.values():
        engine.remove_image(tag)

    def total(kind: str) -> int:
        used = {layer for image, layers in held.images.items() if image.startswith(kind) for layer in layers}
        return sum(held.layers[layer].size for layer in used)

    alike = total("ours ") - sum(held.size(f"base {tag}") for tag in bases) + held.size(f"base {plain}")
    return Row(name, len(hand), total("hand "), total("ours "), alike, again)


def _ours(
    name: str, plan: Plan, place: Workspace, engine: Engine, say: Say
) -> tuple[Mapping[str, str], frozenset[str]]:
    generated = place.root / "generated"
    tags = {path.parent.name: f"size-{name}/{path.parent.name}" for path in generated.glob("images/*/Dockerfile")}
    built = build_all(generated, plan, place.snapshots(), engine, tags, say)
    assert [check for check in built.checks if check.status != PASSED] == []
    return built.images, frozenset(built.bases.values())


def _by_hand(name: str, plan: Plan, generated: Path, engine: Engine, say: Say) -> tuple[Mapping[str, str], str]:
    base = next(workload.base for workload in plan.workloads if workload.migrate)
    plain = ensure_base(_plain(base), engine, say).reference
    found = {}
    for dockerfile in samples.references(name):
        workload = next(one for one in plan.workloads if one.name == dockerfile.parent.name)
        say(f"building {workload.name}, as by hand")
        with _context(dockerfile, generated, workload) as folder:
            found[workload.name] = tag = f"size-{name}-by-hand/{workload.name}"
            engine.build(folder, tag, arguments={"BASE": plain}, labels={})
    return found, plain


def _plain(base: Base) -> Base:
    return replace(base, image=base.image.removesuffix(_PLAIN))


@contextmanager
def _context(dockerfile: Path, generated: Path, workload: Workload) -> Iterator[Path]:
    """A build context with the person's Dockerfile, and the server's files that ours has, those with secrets too."""
    ours = generated / "images" / workload.name / "rootfs"
    with tempfile.TemporaryDirectory(prefix="size-") as scratch:
        folder = Path(scratch)
        shutil.copytree(dockerfile.parent, folder, dirs_exist_ok=True)
        (folder / "rootfs").mkdir(exist_ok=True)
        if ours.is_dir():
            shutil.copytree(ours, folder / "rootfs", symlinks=True, dirs_exist_ok=True)
        for use in workload.secrets:
            hidden = generated / "secrets" / workload.name / use.name
            if use.path and hidden.is_file():
                place = folder / "rootfs" / use.path.lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(hidden.read_bytes())
        _name_by_name(dockerfile.read_text("utf-8"), folder)
        yield folder


def _name_by_name(dockerfile: str, folder: Path) -> None:
    """What a Dockerfile copies by single names, where it says; what ours has not got is empty."""
    sources = (word for line in re.findall(r"^COPY (.*)", dockerfile, re.MULTILINE) for word in line.split()[:-1])
    for source in sources:
        place = folder / source
        if source.startswith("--") or place.exists():
            continue
        same = folder / "rootfs" / source
        found = [same] if same.exists() else sorted((folder / "rootfs").rglob(Path(source).name))
        place.parent.mkdir(parents=True, exist_ok=True)
        if found and found[0].is_dir():
            shutil.copytree(found[0], place, symlinks=True)
        elif found:
            shutil.copyfile(found[0], place)
        else:
            place.mkdir()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="size_table")
    parser.add_argument("servers", nargs="*", metavar="SERVER")
    parser.add_argument("--workspaces", type=Path, help="SERVER/workspace of each, discovered and planned; not changed")
    asked = parser.parse_args(words)
    engine, rows = choose("docker"), []
    _say("| server | images by hand | by hand, MB | ours, MB | ratio | ratio on the same base | second build, s |")
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    for name in asked.servers or [one for one in samples.names() if samples.references(one)]:
        with _workspace(name, asked.workspaces) as folder:
            rows.append(measure(name, folder, engine, lambda line, name=name: _note(f"{name}: {line}")))  # type: ignore[misc]
        _say(str(rows[-1]))
    return 1 if any(row.ratio > LIMIT for row in rows) else 0


@contextmanager
def _workspace(name: str, ready: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as scratch:
        if ready is not None:
            folder = Path(scratch) / "workspace"
            shutil.copytree(ready / name / "workspace", folder, symlinks=True)
            done = run_migrate("plan", cwd=folder)
            assert done.status == 0, done.err[-3000:]
            yield folder
            return
        made = Samples(Path(scratch), str(os.getpid()))
        try:
            yield made.get(name).folder
        finally:
            made.close()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _note(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
