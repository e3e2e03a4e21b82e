"""What the images of the sample servers hold, file by file: no compiler, no manual, nothing of others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from migrate.building import Built, build_all
from migrate.engines.choose import choose
from migrate.engines.layers import Contents, Entry, contents
from migrate.model.plan import Workload
from migrate.model.verdict import PASSED
from migrate.planning.index import below, index
from migrate.workspace import Workspace
from tests.e2e import samples
from tests.e2e.samples import Sample, Samples

pytestmark = [pytest.mark.engine, pytest.mark.slow]

_TRIPLE = r"(?:[a-z0-9_]+-linux-[a-z]+-)?"
_COMPILER = re.compile(
    _TRIPLE + r"(?:gcc|g\+\+|cc|c\+\+|cpp|clang|clang\+\+|tcc|gfortran|as|ld|ld\.bfd|ld\.gold)(?:-\d+(?:\.\d+)?)?"
    r"|cc1(?:plus|obj)?|collect2|lto1|make|gmake|cmake|ninja|javac|rustc|cargo|ghc"
)
_PROGRAMS = (
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/lib",
    "/usr/libexec",
    "/opt",
)
_MANUALS = ("/usr/share/man", "/usr/share/info", "/usr/share/doc", "/usr/local/man", "/usr/local/share/man")
_LIST = re.compile(r"/var/lib/dpkg/info/([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9]+)?\.list")


@dataclass(frozen=True, slots=True)
class Images:
    sample: Sample
    built: Built
    held: Contents

    def each(self) -> Iterator[tuple[Workload, dict[str, Entry]]]:
        """Workloads with the files of their images."""
        for workload in self.sample.plan.workloads:
            if workload.migrate:
                yield workload, self.held.tree(workload.name)


@pytest.fixture(scope="session")
def made() -> dict[str, Images]:
    return {}


@pytest.fixture(params=[name for name in samples.names() if samples.truth(name).get("workloads")])
def images(request: pytest.FixtureRequest, sampled: Samples, made: dict[str, Images]) -> Images:
    name = str(request.param)
    if name not in made:
        made[name] = _built(sampled.get(name))
    return made[name]


def _built(sample: Sample) -> Images:
    done = sample.migrate("generate", "--no-validate")
    assert done.status == 0, done.err[-3000:]
    generated = sample.folder / "generated"
    tags = {
        path.parent.name: f"sample-{sample.name}/{path.parent.name}" for path in generated.glob("images/*/Dockerfile")
    }
    engine = choose("docker")
    built = build_all(generated, sample.plan, Workspace(sample.folder).snapshots(), engine, tags, lambda _line: None)
    assert [check for check in built.checks if check.status != PASSED] == []
    bases = {f"base of {name}": base for name, base in built.bases.items()}
    try:
        return Images(sample, built, contents(engine, {**built.images, **bases}, needles=_planted(sample)))
    finally:
        for tag in built.images.values():
            engine.remove_image(tag)


def _planted(sample: Sample) -> dict[str, bytes]:
    return {secret: secret.encode() for secret in map(str, sample.truth.get("secrets", ()))}


def test_no_image_holds_a_compiler(images: Images) -> None:
    assert {workload.name: found for workload, tree in images.each() if (found := list(_compilers(tree)))} == {}


def _compilers(tree: Mapping[str, Entry]) -> Iterator[str]:
    for path, entry in tree.items():
        name = posixpath.basename(path)
        if entry.kind == "file" and _COMPILER.fullmatch(name) and any(below(path, place) for place in _PROGRAMS):
            yield path


def test_no_image_holds_a_manual(images: Images) -> None:
    assert {workload.name: found for workload, tree in images.each() if (found := list(_manuals(tree))[:20])} == {}


def _manuals(tree: Mapping[str, Entry]) -> Iterator[str]:
    for path, entry in tree.items():
        # Licences stay: who hands an image on must hand them on.
        if entry.kind == "file" and any(below(path, place) for place in _MANUALS) and "copyright" not in path:
            yield path


def test_no_image_holds_a_package_that_its_workload_has_no_use_for(images: Images) -> None:
    assert {
        workload.name: more for workload, tree in images.each() if (more := _strangers(images, workload, tree))
    } == {}


def _strangers(images: Images, workload: Workload, tree: Mapping[str, Entry]) -> list[str]:
    """Packages beyond those of the base, those asked for, and what these need."""
    host = index(images.sample.sources.snapshots[workload.host])
    wanted = host.closure(package.name for package in workload.packages)
    base = _packages(images.held.tree(f"base of {workload.name}"))
    others = {one.name for other in images.sample.plan.workloads for one in other.packages}
    beyond = _packages(tree) - base - {package.name for package in workload.packages} - wanted
    # What a package needs that the host does not have (a mail client, a scheduler) is known when it is installed.
    known = all(package.name in host.packages for package in workload.packages)
    return sorted(beyond & (others | (set(host.packages) if known else set())))


def _packages(tree: Mapping[str, Entry]) -> frozenset[str]:
    return frozenset(match[1] for path in tree if (match := _LIST.fullmatch(path)))


def test_no_image_holds_what_was_left_lying_about(images: Images) -> None:
    truth = images.sample.truth
    junk = set(truth.get("junk", ())) - set(truth.get("made_by_packages", ()))
    found = {
        workload.name: carried
        for workload, tree in images.each()
        if (
            carried := [
                path
                for path, entry in tree.items()
                if entry.kind != "directory" and not _out(entry) and any(below(path, one) for one in junk)
            ]
        )
    }
    assert found == {}


def _out(entry: Entry) -> bool:
    """A log's name that leads to the container's own output."""
    return entry.kind == "link" and (entry.target or "").startswith(("/dev/std", "/proc/"))


def test_no_layer_holds_a_planted_secret(images: Images) -> None:
    inside = {found for layer in images.held.layers.values() for found in layer.found}
    assert inside | set(images.held.elsewhere) == set()
