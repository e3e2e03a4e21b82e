"""Sample servers: a folder in ``boxes`` with a ``truth.yaml`` each, discovered and planned once, and compared with it.

``truth.yaml`` says what an administrator of the machine would: its workloads with ports, state, files and packages, its
jobs, what leads where, what is left behind. Workloads, ports, state and jobs are all that there are. ``optional`` names
what may be told or not. ``machine.yaml`` says how the server is run, and ``reference/<workload>/Dockerfile`` is what a
good engineer would have written by hand.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from migrate.emission.tree import chosen
from migrate.emitters import Sources
from migrate.model.plan import Base, Plan, Workload
from migrate.planning.index import below
from migrate.workspace import Workspace
from tests.e2e import lamp, machines, mixed, shop
from tests.e2e.machines import BOXES, Machine
from tests.e2e.shop import ALIAS, Done, Shop, run_migrate

_RELEASES = {"10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie"}
_STATE = frozenset(("data", "spool", "upload", "shared"))
# Servers that are older than machine.yaml, and start in ways of their own.
_ELSEWHERE: Mapping[str, Callable[[Path, str], contextlib.AbstractContextManager[Shop]]] = {
    "lamp": lamp.running,
    "mixed": mixed.running,
    "shop": shop.running,
}
_TARGETS = {"mixed": mixed.TARGET}


def names() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in BOXES.glob("*/truth.yaml")))


def running(name: str, folder: Path, container: str) -> contextlib.AbstractContextManager[Shop]:
    """Build and start a sample server."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name](folder, container)
    return machines.running(described(name), folder, container)


def described(name: str) -> Machine:
    """The machine that ``machine.yaml`` tells of: ``release`` of Debian, ``init``, ``ready`` in sh, ``hosts``."""
    said = yaml.safe_load((BOXES / name / "machine.yaml").read_text("utf-8"))
    release = str(said["release"])
    base = Base(f"debian:{release}", "dpkg", "debian", release, _RELEASES[release])
    folders = ("--tmpfs", "/run:exec", "--tmpfs", "/run/lock")
    options = machines.systemd_options() if said["init"] == "systemd" else folders
    hosts = tuple(word for one in said.get("hosts", ()) for word in ("--add-host", one))
    return Machine(name, base, said["ready"], options=(*options, *hosts))


@dataclass(frozen=True, slots=True)
class Score:
    """How many facts of one kind the plan has, and which it lacks or made up."""

    kind: str
    wanted: int = 0
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        return self.wanted - len(self.missing)


@dataclass(frozen=True)
class Sample:
    """A sample server in the workspace in which it was discovered and planned."""

    name: str
    server: Shop
    folder: Path
    truth: Mapping[str, Any]
    plan: Plan
    sources: Sources
    seconds: float  # of ``migrate plan``, the whole process

    def migrate(self, *words: str, **environment: str) -> Done:
        return run_migrate(*words, cwd=self.folder, env={**self.server.environment, **environment})

    @cached_property
    def workloads(self) -> Mapping[str, Workload]:
        """By what the truth calls them; those that are not there are left out."""
        wanted = [str(one["is"]) for one in self.truth.get("workloads", ())]
        wanted += [str(one["command"]) for one in self.truth.get("jobs", ())]
        found = {one: self.workload(one) for one in wanted}
        return {one: workload for one, workload in found.items() if workload is not None}

    @cached_property
    def with_secrets(self) -> Sources:
        """What emitters read, the secrets' values included."""
        workspace = Workspace(self.folder)
        values = {host: workspace.load_secrets(host) for host in self.sources.snapshots}
        return replace(self.sources, secrets=values)

    def workload(self, called: str) -> Workload | None:
        """By the service, program or file that it stands for, or a part of its job's command."""
        for one in self.plan.workloads:
            if one.migrate and called in (*one.services, one.name, *one.command):
                return one
        jobs = [one for one in self.plan.workloads if any(called in job.command for job in one.jobs)]
        return jobs[0] if jobs else None

    def files(self, workload: Workload) -> frozenset[str]:
        """What its image holds beside packages, and what is mounted into it."""
        return frozenset(entry.path for entry in chosen(self.sources, workload)) | _mounted(workload)


@dataclass
class Samples:
    """The sample servers of a test run: each is started when it is asked for, and stays till the end."""

    folder: Path
    mark: str
    _made: dict[str, Sample] = field(default_factory=dict)
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def get(self, name: str) -> Sample:
        if name not in self._made:
            self._made[name] = self._stack.enter_context(
                planned(name, self.folder / name, f"sample-{name}-{self.mark}")
            )
        return self._made[name]

    def close(self) -> None:
        self._stack.close()


@contextlib.contextmanager
def planned(name: str, folder: Path, container: str) -> Iterator[Sample]:
    """A running sample server, discovered over SSH and planned by the real command line."""
    workspace = folder / "workspace"
    workspace.mkdir(parents=True)
    with running(name, folder, container) as server:
        _succeeds("discover", _TARGETS.get(name, ALIAS), server=server, folder=workspace)
        before = time.monotonic()
        _succeeds("plan", server=server, folder=workspace)
        seconds = time.monotonic() - before
        space = Workspace(workspace)
        plan = space.load_plan()
        assert plan is not None
        sources = Sources(plan, space.snapshots(), {})
        yield Sample(name, server, workspace, truth(name), plan, sources, seconds)


def truth(name: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = yaml.safe_load((BOXES / name / "truth.yaml").read_text("utf-8"))
    return said


def _succeeds(*words: str, server: Shop, folder: Path) -> None:
    done = run_migrate(*words, cwd=folder, env=server.environment)
    assert done.status == 0, f"{words}: {done.err[-3000:]}"


# --- what must be all of it and nothing else --------------------------------------------------------------------------


def scores(sample: Sample) -> tuple[Score, ...]:
    """Workloads, ports, state and jobs against the truth; of couplings what is missing alone."""
    return (_workloads(sample), _each(sample, "ports", _ports), _each(sample, "state", _state(sample)), _jobs(sample),
            _couplings(sample))  # fmt: skip


def _workloads(sample: Sample) -> Score:
    wanted = [str(one["is"]) for one in sample.truth.get("workloads", ())]
    known = {workload.name for workload in sample.workloads.values()}
    optional = {one.name for word in sample.truth.get("optional", ()) if (one := sample.workload(word))}
    missing = tuple(one for one in wanted if one not in sample.workloads or sample.workloads[one].jobs)
    extra = tuple(
        one.name for one in sample.plan.workloads if one.migrate and not one.jobs and one.name not in known | optional
    )
    return Score("workloads", len(wanted), missing, extra)


def _each(sample: Sample, kind: str, told: Callable[[Workload], frozenset[str]]) -> Score:
    missing: list[str] = []
    extra: list[str] = []
    wanted = 0
    for called, one in _told(sample):
        workload = sample.workloads.get(called)
        have = told(workload) if workload else frozenset()
        want = frozenset(map(str, one.get(kind, ())))
        # What others write and it only reads is theirs.
        read = frozenset(volume.path for volume in workload.volumes if volume.read_only) if workload else frozenset()
        allowed = want | read | frozenset(one.get("optional", {}).get(kind, ()))
        wanted += len(want)
        missing += [f"{called}: {item}" for item in sorted(want - have)]
        extra += [f"{called}: {item}" for item in sorted(have - allowed)]
    return Score(kind, wanted, tuple(missing), tuple(extra))


def _told(sample: Sample) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What the truth says of each workload, and of each job."""
    yield from ((str(one["is"]), one) for one in sample.truth.get("workloads", ()))
    yield from ((str(one["command"]), one) for one in sample.truth.get("jobs", ()))


def _ports(workload: Workload) -> frozenset[str]:
    return frozenset(f"{port.port}/{port.protocol}" for port in workload.ports)


def _state(sample: Sample) -> Callable[[Workload], frozenset[str]]:
    """What moves; of a volume that several share, it moves for one of them."""
    volumes = [volume for workload in sample.plan.workloads for volume in workload.volumes]
    moving = {volume.name for volume in volumes if volume.kind in _STATE and volume.method != "none"}
    return lambda workload: frozenset(volume.path for volume in workload.volumes if volume.name in moving)


def _jobs(sample: Sample) -> Score:
    wanted = list(sample.truth.get("jobs", ()))
    told = [job for workload in sample.plan.workloads if workload.migrate for job in workload.jobs]
    missing, met = [], set()
    for one in wanted:
        same = [job for job in told if str(one["command"]) in job.command]
        right = [job for job in same if (job.schedule, job.user) == (one["schedule"], one["user"])]
        met |= {id(job) for job in same}
        if not right:
            missing.append(f"{one['command']}: {[(job.schedule, job.user) for job in same] or 'not there'}")
    return Score("jobs", len(wanted), tuple(missing), tuple(job.command for job in told if id(job) not in met))


def _couplings(sample: Sample) -> Score:
    wanted = list(sample.truth.get("couplings", ()))
    missing = tuple(f"{one['of']} to {one['to']}" for one in wanted if not _coupled(sample, one))
    return Score("couplings", len(wanted), missing)


def _coupled(sample: Sample, one: Mapping[str, Any]) -> bool:
    client, server = sample.workload(str(one["of"])), sample.workload(str(one["to"]))
    return client is not None and server is not None and any(
        coupling.to == server.name and (coupling.port, coupling.path) == (one.get("port"), one.get("path"))
        for coupling in client.couplings
    )  # fmt: skip


# --- what must hold besides -------------------------------------------------------------------------------------------


def faults(sample: Sample) -> tuple[str, ...]:
    """What is wrong with the workloads that are there, a line each."""
    found = [line for called, one in _told(sample) for line in _of_workload(sample, called, one)]
    return (*found, *_left_behind(sample), *_aside(sample), *_secrets(sample), *_outside(sample))


def _of_workload(sample: Sample, called: str, one: Mapping[str, Any]) -> Iterator[str]:
    workload = sample.workloads.get(called)
    if workload is None:
        return
    packages = [package.name for package in workload.packages]
    closure = _closure(sample, packages)
    for need in one.get("needs", ()):
        # What is brought by one that is told to the package manager is there as well.
        if not any(str(need) in name for name in packages) and str(need) not in closure:
            yield f"{called}: lacks the package {need}"
    for path in sorted(set(one.get("files", ())) - sample.files(workload)):
        yield f"{called}: lacks {path}"
    for path in sorted(set(one.get("secret_files", ())) - _mounted(workload)):
        yield f"{called}: {path} is not mounted as a secret"
    user = one.get("user")
    if user and not workload.jobs and workload.user != user:
        yield f"{called}: runs as {workload.user}, not as {user}"


def _closure(sample: Sample, packages: list[str]) -> frozenset[str]:
    from migrate.planning.index import index

    [snapshot] = sample.sources.snapshots.values()
    return index(snapshot).closure(packages)


def _mounted(workload: Workload) -> frozenset[str]:
    return frozenset(use.path for use in workload.secrets if use.path)


def _left_behind(sample: Sample) -> Iterator[str]:
    for workload in sample.plan.workloads:
        for path in sorted(sample.files(workload)):
            if any(below(path, junk) for junk in sample.truth.get("junk", ())):
                yield f"{workload.name}: carries {path}, which is junk"
        for package in workload.packages:
            if package.name in sample.truth.get("unneeded_packages", ()):
                yield f"{workload.name}: asks for {package.name}, which it does not need: {package.because}"


def _aside(sample: Sample) -> Iterator[str]:
    aside = {one.what.removeprefix("services:") for one in sample.plan.set_aside}
    for name in (*sample.truth.get("aside", ()), *sample.truth.get("not_migrated", ())):
        if name not in aside and name.removesuffix(".service") not in aside:
            yield f"{name} is not set aside with a reason"


def _secrets(sample: Sample) -> Iterator[str]:
    values = [value for secrets in _values(sample).values() for value in secrets.values()]
    public = [sample.folder / "plan.yaml", *sample.folder.glob("inventory/*/inventory.json")]
    for secret in sample.truth.get("secrets", ()):
        if not any(secret in value for value in values):
            yield f"the secret {secret} was not found"
        yield from (f"the secret {secret} is in {path.name}" for path in public if secret in path.read_text("utf-8"))


def _values(sample: Sample) -> Mapping[str, Mapping[str, str]]:
    workspace = Workspace(sample.folder)
    return {host: workspace.load_secrets(host) for host in workspace.hosts()}


def _outside(sample: Sample) -> Iterator[str]:
    told = {one.address for workload in sample.plan.workloads for one in workload.couplings if one.how == "external"}
    for name in sample.truth.get("external", ()):
        if name not in told:
            yield f"{name}, outside, is not told of"


# --- packages that are told to the package manager --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Packages:
    """How many one workload asks for, and how many a hand-written Dockerfile does."""

    workload: str
    ours: int
    reference: int


def packages(sample: Sample) -> tuple[Packages, ...]:
    """One for each workload that a reference was written for."""
    found = []
    for path in references(sample.name):
        workload = next((one for one in sample.plan.workloads if one.name == path.parent.name), None)
        if workload is not None:
            found.append(Packages(workload.name, len(workload.packages), len(installed(path.read_text("utf-8")))))
    return tuple(found)


def references(name: str) -> list[Path]:
    """Its Dockerfiles, by hand; in their contexts ``rootfs/`` is what the server has of the files that belong there."""
    folder = shop.SCRIPTS / "reference" if name == "shop" else BOXES / name / "reference"
    return sorted(folder.glob("*/Dockerfile"))


def without_reference(sample: Sample) -> tuple[str, ...]:
    there = {path.parent.name for path in references(sample.name)}
    return tuple(sorted({one.name for one in sample.plan.workloads if one.migrate} - there))


_INSTALL = re.compile(r"\b(?:apt-get|apt|dnf|yum)\s+(?:-\S+\s+)*install\b([^;&|]*)")


def installed(dockerfile: str) -> frozenset[str]:
    """What the commands of a Dockerfile ask the package manager for."""
    joined = re.sub(r"\\\n(?:\s*#[^\n]*\n)*", " ", dockerfile)
    words = (word for match in _INSTALL.finditer(joined) for word in match[1].split())
    return frozenset(re.split("[=/]", word)[0] for word in words if re.fullmatch(r"[a-z0-9][\w.+:=~/-]*", word))


def findings(sample: Sample) -> frozenset[str]:
    """The rules that hold, but for those that time makes hold and what is only worth knowing."""
    found = json.loads((sample.folder / "reports" / "assessment.json").read_text("utf-8"))["findings"]
    return frozenset(
        str(one["rule"])
        for one in found
        if one["topic"] not in ("end of life", "insufficient data")
        and {one["severity"].get(target) for target in ("compose", "kubernetes")} - {None, "none", "info"}
    )
