"""Every recorded HTTP answer of the legacy server is given by the containers, too."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from migrate.checks import CheckPart, Scene
from migrate.compare import DIFFERENT, EQUAL, Comparison, Recorded, compare, text_of
from migrate.engines import Container
from migrate.engines.probe import Probe
from migrate.errors import EngineError
from migrate.exchange import NotHttp, Question, Reply, ask
from migrate.model.facts import Answer, Answers, Network, Site, Sites, System
from migrate.model.inventory import Inventory
from migrate.model.plan import Volume, Workload
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check
from migrate.normalising import Moment
from migrate.quoting import terminal

_LIMIT = 2 << 20
_TIMEOUT = 30.0
# A server may answer before its applications do: all questions of a container share this time for asking again. A page
# that is not there may be about to come, too, but seldom is.
_PATIENCE = 20.0
_STARTING = {404: 14.0, 500: 14.0, 502: 0.0, 503: 0.0, 504: 0.0}
_NO_BODY_KEPT = "the recorded body is not in the workspace"
_LACKS_DATA = (500, 503)


@dataclass(slots=True)
class _Patience:
    left: float = _PATIENCE


@dataclass(frozen=True, slots=True)
class _Case:
    """One recorded answer, and where it is to be given now."""

    scene: Scene
    workload: Workload
    inventory: Inventory
    answer: Answer
    container: Container | None
    patience: _Patience = field(default_factory=_Patience)

    @property
    def name(self) -> str:
        return check_name(self.workload.name, self.answer)


def check_name(workload: str, answer: Answer) -> str:
    host = re.sub(r":\d+$", "", answer.host)
    return f"http:{workload}:{terminal(host)}:{answer.port}{terminal(answer.path)}"


def _run(scene: Scene) -> Iterator[Check]:
    containers = scene.containers()
    for host, snapshot in scene.snapshots.items():
        owners = _owners(scene, host)
        patience = {workload.name: _Patience() for workload in scene.workloads}
        orphans: dict[int, int] = {}
        for answer in snapshot.inventory.get(Answers).answers:
            workload = owners.get(answer.port)
            if workload is None:
                orphans[answer.port] = orphans.get(answer.port, 0) + 1
                continue
            there = containers.get(workload.name)
            yield _timed(_Case(scene, workload, snapshot.inventory, answer, there, patience[workload.name]))
        for port, count in orphans.items():
            yield _orphan(host, port, count)


def _owners(scene: Scene, host: str) -> dict[int, Workload]:
    """Who answers on a port of the host; of several the one in front of the others."""
    return {
        port.port: workload
        for workload in sorted(scene.workloads, key=lambda one: one.kind == "router")
        for port in workload.ports
        if workload.host == host and port.protocol == "tcp"
    }


def _orphan(host: str, port: int, count: int) -> Check:
    summary = f"{count} recorded answers of port {port}, which no workload of the plan serves"
    return Check(f"http:{host}:{port}", None, "http", UNVERIFIED, summary)


def _timed(case: _Case) -> Check:
    began = time.monotonic()
    return replace(_checked(case), seconds=round(time.monotonic() - began, 3))


def _checked(case: _Case) -> Check:
    if case.container is None or case.workload.name not in case.scene.probes:
        state = case.container.state if case.container else "missing"
        return _check(case, FAILED, f"no answer: the container is {state}")
    recorded = _recorded(case)
    if recorded is None:
        return _check(case, UNVERIFIED, _NO_BODY_KEPT)
    reply, found = _ask_until_equal(case, recorded)
    if reply is None:
        return _check(case, FAILED, "no HTTP answer", found.detail)
    summary = f"{reply.status}, {len(reply.body)} bytes"
    if found.outcome == EQUAL:
        how = f"equal after {', '.join(found.rules)}" if found.rules else "equal, byte for byte"
        return _check(case, PASSED, f"{how} ({summary})", found.detail, found.rules)
    if found.outcome != DIFFERENT:
        return _check(case, UNVERIFIED, "it changes by nature too much to be compared", found.detail, found.rules)
    excuse = _excuse(case, recorded.reply, reply)
    if excuse:
        return _check(case, UNVERIFIED, f"it differs ({summary}): {excuse}", found.detail, found.rules)
    return _check(case, FAILED, f"it differs ({summary}; {recorded.reply.status} recorded)", found.detail, found.rules)


def _recorded(case: _Case) -> Recorded | None:
    answer = case.answer
    bodies = case.scene.bodies.get(case.inventory.host, {})
    body = bodies.get(answer.body or "")
    if body is None:
        return None
    reply = Reply(answer.status, answer.headers, body, answer.truncated)
    return Recorded(reply, bodies.get(answer.again) if answer.again else None, answer.again_status)


def _ask_until_equal(case: _Case, recorded: Recorded) -> tuple[Reply | None, Comparison]:
    """Ask again as long as it differs in a way that a server which is still starting would, and patience lasts."""
    question = Question(case.answer.host, case.answer.path, case.answer.tls)
    probe = case.scene.probes[case.workload.name]
    while True:
        began = time.monotonic()
        reply, found = _ask_once(case, probe, question, recorded)
        if found.outcome == EQUAL or case.patience.left <= _patience_kept(reply, recorded.reply):
            return reply, found
        time.sleep(2)
        case.patience.left -= time.monotonic() - began


def _patience_kept(reply: Reply | None, recorded: Reply) -> float:
    """How much patience has to be left for asking once more."""
    if reply is None:
        return 0.0
    return _PATIENCE if reply.status == recorded.status else _STARTING.get(reply.status, _PATIENCE)


def _ask_once(case: _Case, probe: Probe, question: Question, recorded: Recorded) -> tuple[Reply | None, Comparison]:
    limit = len(recorded.reply.body) if recorded.reply.truncated else _LIMIT
    address = _address(case.answer.address)
    try:
        reply = ask(lambda: probe.open_tcp(case.answer.port, address), question, limit=limit, timeout=_TIMEOUT)
    except (NotHttp, OSError, EngineError) as error:
        return None, Comparison(DIFFERENT, detail=str(error) or type(error).__name__)
    then, now = _moments(case)
    return reply, compare(recorded, reply, then, now)


def _address(recorded: str) -> str:
    """Loopback of the same family: in the container the server is asked from beside itself, as it was recorded."""
    return "::1" if recorded == "::1" else "127.0.0.1"


def _moments(case: _Case) -> tuple[Moment, Moment]:
    system, network = case.inventory.get(System), case.inventory.get(Network)
    own = (system.hostname, system.fqdn or "", *network.addresses)
    new = (*case.container.addresses, case.container.id[:12]) if case.container else ()
    names = tuple(name for name in (*own, *new) if name)
    return Moment(_seconds(case.inventory.collected), names), Moment(time.time(), names)


def _seconds(collected: str) -> float | None:
    try:
        return datetime.fromisoformat(collected).timestamp()
    except ValueError:
        return None


# --- what a difference may come from, other than from the containers ------------------------------------------------


def _excuse(case: _Case, old: Reply, new: Reply) -> str | None:
    """Why the difference proves nothing against the bundle; None where it does."""
    missing = case.scene.missing_state(case.workload)
    outside = case.scene.outside(case.workload)
    if outside and new.status in (*_LACKS_DATA, 502, 504) and not (missing and new.status in _LACKS_DATA):
        return f"it may need {', '.join(outside[:3])}, outside of the application, which validation does not reach"
    if not missing:
        return None
    owners = ", ".join(dict.fromkeys(f"{name} ({volume.path})" for name, volume in missing))
    why = f"it may show state of {owners}, which was not synced (migrate sync, then validate again)"
    if new.status in _LACKS_DATA:
        return why
    if new.status == 404:
        sites = case.inventory.get(Sites).sites
        return why if any(_lies_in(case.answer, volume, sites) for _, volume in missing) else None
    same_kind = old.status == new.status and old.header("content-type") == new.header("content-type")
    return why if same_kind and _title(old) == _title(new) else None


def _lies_in(answer: Answer, volume: Volume, sites: tuple[Site, ...]) -> bool:
    """Whether a path of the server may be one of the volume's files."""
    path = answer.path.partition("?")[0]
    for site in sites:
        if site.root and answer.port in site.ports and f"{site.root.rstrip('/')}{path}".startswith(f"{volume.path}/"):
            return True
    first = path.strip("/").split("/")[0]
    return bool(first) and first in volume.path.strip("/").split("/")[-2:]


def _title(reply: Reply) -> str | None:
    found = re.search(r"<title[^>]*>([^<]*)", text_of(reply, reply.body[:65536]), re.IGNORECASE)
    return found[1].strip() if found else None


def _check(case: _Case, status: str, summary: str, detail: str = "", rules: tuple[str, ...] = ()) -> Check:
    return Check(case.name, case.workload.name, "http", status, summary, detail, rules)


CHECK = CheckPart("http", 40, _run)
