"""Record what a host's HTTP listeners answer: GET only, slowly, bounded, and each question twice.

What differs between two askings of the same server changes by nature, and is left out of later comparison.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from migrate.errors import ConnectionLost
from migrate.exchange import NotHttp, Question, Reply, ask, speaks_first
from migrate.model.facts import Answer, Answers, Sites
from migrate.model.inventory import Gap, Inventory
from migrate.questions import Listener, host_headers, links, listeners, same_host
from migrate.reach import Connection, Stream

_GREETING_WAIT = 0.5


@dataclass(frozen=True, slots=True)
class Budget:
    """What recording may cost the host.

    :ivar requests: in all, the second askings included; ``per_listener`` likewise.
    :ivar rate: requests in a second.
    :ivar body: bytes kept of one answer; ``total`` of all of them.
    :ivar timeout: seconds for one answer; ``seconds`` for the whole recording.
    :ivar pause: seconds between the two askings of a question, at least.
    """

    requests: int = 160
    per_listener: int = 80
    rate: float = 5.0
    body: int = 2 * 1024 * 1024
    total: int = 48 * 1024 * 1024
    timeout: float = 10.0
    seconds: float = 120.0
    pause: float = 2.0


class Recording(NamedTuple):
    """:ivar bodies: raw bodies by their sha256, those of second askings included."""

    answers: Answers
    bodies: dict[str, bytes]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    listener: Listener
    question: Question
    reply: Reply
    at: float


@dataclass(slots=True)
class _Round:
    """What is spent and found while one host is recorded."""

    connection: Connection
    budget: Budget
    ends_at: float
    asked: list[_Asked] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    kept: int = 0
    next_at: float = 0.0

    @property
    def time_left(self) -> float:
        return self.ends_at - time.monotonic()


def record(connection: Connection, inventory: Inventory, budget: Budget | None = None) -> Recording:
    """Ask the HTTP listeners of the host through the connection, loopback ones included.

    A listener that greets, speaks something else or refuses is left alone after the first try, and named as a gap. One
    that is known to speak something else was never going to have answers: that is no gap.
    """
    budget = budget or Budget()
    candidates, _ = listeners(inventory)
    work = _Round(connection, budget, time.monotonic() + budget.seconds)
    try:
        for listener in candidates:
            _listen(work, listener, inventory)
        seconds = [(asked, _again(work, asked)) for asked in work.asked]
    except ConnectionLost as error:
        work.gaps.append(Gap("HTTP answers", f"the connection was lost: {error.message}"))
        seconds = [(asked, None) for asked in work.asked]
    return _result(work, seconds)


def _listen(work: _Round, listener: Listener, inventory: Inventory) -> None:
    what = f"HTTP answers of port {listener.port}"
    before = len(work.asked)
    try:
        if speaks_first(_opener(work, listener), _GREETING_WAIT):
            work.gaps.append(Gap(what, "the service speaks first, so it is not HTTP"))
            return
        spoken = _first(work, listener)
    except (NotHttp, OSError) as error:
        work.gaps.append(Gap(what, f"no HTTP answer: {_said(error)}"))
        return
    share = min(work.budget.per_listener, work.budget.requests - 2 * before) // 2
    for question in _questions(work, spoken, inventory, before):
        if len(work.asked) - before >= share or work.time_left <= 0:
            work.gaps.append(Gap(what, f"more pages than the {share} that were asked for", "a larger recording budget"))
            return
        _keep(work, spoken, question)


def _first(work: _Round, listener: Listener) -> Listener:
    """Ask ``/`` in the clear or over TLS, whichever is spoken; the listener as it turned out to be."""
    try:
        reply = _ask(work, listener, Question("localhost", "/", bool(listener.tls)))
        wrong_way = not listener.tls and reply.status == 400 and b"HTTPS" in reply.body.upper()
        wrong_way = wrong_way or (not listener.tls and reply.status == 400 and b"SSL-ENABLED" in reply.body.upper())
    except NotHttp:
        if listener.tls is False:
            raise
        wrong_way = True
    if not wrong_way:
        return replace(listener, tls=bool(listener.tls))
    other = replace(listener, tls=not listener.tls)
    _ask(work, other, Question("localhost", "/", bool(other.tls)))
    return other


def _questions(work: _Round, listener: Listener, inventory: Inventory, start: int) -> Iterator[Question]:
    """First the roots of all virtual hosts, then their configured paths in turns, then what these pages lead to."""
    tls = bool(listener.tls)
    hosts = host_headers(inventory.get(Sites).sites, listener)
    seen: set[tuple[str, str]] = set()
    for depth in range(max(len(paths) for _, paths in hosts)):
        for host, paths in hosts:
            if depth < len(paths) and (host, paths[depth]) not in seen:
                seen.add((host, paths[depth]))
                yield Question(host, paths[depth], tls)
    for asked in work.asked[start:]:
        for path in _leads_to(asked):
            if (asked.question.host, path) not in seen:
                seen.add((asked.question.host, path))
                yield Question(asked.question.host, path, tls)


def _leads_to(asked: _Asked) -> tuple[str, ...]:
    question, reply = asked.question, asked.reply
    scheme = "https" if question.tls else "http"
    if location := reply.header("location"):
        found = same_host(location, f"{scheme}://{question.host}{question.path}")
        return (found,) if found else ()
    if reply.status == 200 and "html" in (reply.header("content-type") or ""):
        return links(reply.body, question.host, question.path, question.tls)
    return ()


def _keep(work: _Round, listener: Listener, question: Question) -> None:
    try:
        reply = _ask(work, listener, question)
    except (NotHttp, OSError) as error:
        what = f"HTTP answer of port {listener.port}, {question.host}{question.path}"
        work.gaps.append(Gap(what, _said(error)))
        return
    work.asked.append(_Asked(listener, question, reply, time.monotonic()))


def _again(work: _Round, asked: _Asked) -> Reply | None:
    if work.time_left <= 0:
        return None
    _sleep(asked.at + work.budget.pause - time.monotonic())
    with contextlib.suppress(NotHttp, OSError):
        # Cut where the first one was cut, so that only what the server changed differs.
        limit = len(asked.reply.body) if asked.reply.truncated else work.budget.body
        return _send(work, asked.listener, asked.question, limit)
    return None


def _ask(work: _Round, listener: Listener, question: Question) -> Reply:
    reply = _send(work, listener, question, max(0, min(work.budget.body, work.budget.total - work.kept)))
    work.kept += len(reply.body)
    return reply


def _send(work: _Round, listener: Listener, question: Question, limit: int) -> Reply:
    _sleep(work.next_at - time.monotonic())
    work.next_at = time.monotonic() + 1 / work.budget.rate
    timeout = max(0.5, min(work.budget.timeout, work.time_left))
    return ask(_opener(work, listener), question, limit=limit, timeout=timeout)


def _opener(work: _Round, listener: Listener) -> Callable[[], Stream]:
    return lambda: work.connection.open_tcp(listener.address, listener.port, work.budget.timeout)


def _sleep(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _result(work: _Round, asked_twice: list[tuple[_Asked, Reply | None]]) -> Recording:
    bodies: dict[str, bytes] = {}
    answers = []
    for asked, second in asked_twice:
        first = asked.reply
        digest = _stored(first.body, bodies)
        changed = second is not None and second.body != first.body
        answers.append(
            Answer(
                port=asked.listener.port,
                host=asked.question.host,
                path=asked.question.path,
                status=first.status,
                address=asked.listener.address,
                tls=asked.question.tls,
                headers=first.headers,
                body=digest,
                size=len(first.body),
                again=_stored(second.body, bodies) if second is not None and changed else None,
                again_status=second.status if second is not None and second.status != first.status else None,
                truncated=first.truncated,
            )
        )
    if any(second is None for _, second in asked_twice):
        work.gaps.append(Gap("second HTTP answers", "not every page could be asked for twice"))
    return Recording(Answers(tuple(answers)), bodies, tuple(work.gaps))


def _stored(body: bytes, bodies: dict[str, bytes]) -> str:
    digest = hashlib.sha256(body).hexdigest()
    bodies[digest] = body
    return digest
