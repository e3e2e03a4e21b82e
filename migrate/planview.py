"""A plan as text for a terminal: what it makes, what feeds it, what is open, what stays behind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from migrate.model.plan import Coupling, Plan, Question, Workload
from migrate.quoting import terminal

if TYPE_CHECKING:
    from migrate.planner import Refreshed
    from migrate.planning.changes import Change

_WIDE = 150
_EACH = 8  # differences of one workload
_ALL = 60
_REASONS = 12  # for which things are set aside
_SIGNS = {"added": "+", "vanished": "-", "changed": "~", "kept": "!"}


def refreshed(found: Refreshed) -> str:
    """What is different, then the plan."""
    blocks = [planned(found.plan)]
    if found.changes:
        blocks.insert(0, "\n".join(["what is new in plan.yaml:", *differences(found.changes)]))
    if not found.written:
        blocks.append("nothing was written: this was a look at what would change")
    return "\n\n".join(blocks)


def differences(changes: Sequence[Change]) -> Iterator[str]:
    """Some for each workload: the rest is counted."""
    groups: dict[str | None, list[Change]] = {}
    for one in changes:
        groups.setdefault(one.workload, []).append(one)
    shown = 0
    for name, same in groups.items():
        room = max(0, min(_EACH, _ALL - shown))
        yield from (_line(_difference(one)) for one in same[:room])
        shown += len(same[:room])
        if len(same) > room:
            yield f"    and {len(same) - room} more in {name or 'the plan'}"


def _difference(one: Change) -> str:
    place = " ".join(part for part in (one.workload, one.field) if part)
    if one.what == "changed":
        return f"  ~ {place}: {one.old or 'nothing'} became {one.new or 'nothing'}"
    if one.what == "kept":
        return f"  ! {place}: your edit stays ({one.old or 'taken out'}); the host says {one.new or 'it is gone'}"
    return f"  {_SIGNS[one.what]} {place}{f': {one.new}' if one.new else ''}"


def planned(plan: Plan) -> str:
    """The workloads, what feeds them, what is outside, what is open."""
    lines = [line for workload in plan.workloads for line in _workload(workload)]
    if outside := list(_outside(plan)):
        lines += ["outside of the bundle, to be reachable from the new place:", *outside, ""]
    lines += [*_set_aside(plan), *_questions(plan.questions)]
    return "\n".join(lines)


def _set_aside(plan: Plan) -> Iterator[str]:
    yield f"set aside: {len(plan.set_aside)} (each in plan.yaml)"
    groups = sorted(_by_reason(plan).items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for because, same in groups[:_REASONS]:
        yield _line(f"  - {because}: {_some(same, 3)}")
    if more := groups[_REASONS:]:
        yield f"    and {sum(len(same) for _, same in more)} more, for {len(more)} more reasons"


def _questions(questions: Iterable[Question]) -> Iterator[str]:
    open_ = [one for one in questions if one.answer is None]
    yield f"open questions: {len(open_)}" + ("; answer them in plan.yaml, then run migrate plan" if open_ else "")
    for one in open_:
        yield _line(f"  ? {one.id}: {one.text}")
        yield _line(f"      until then: {one.default}; {one.because}")


def asked(question: Question) -> str:
    """A question as it is put to a person at the terminal."""
    choices = {"yes-no": "yes or no", "number": "a number"}.get(question.kind, ", ".join(question.choices))
    said = f" [{choices}]" if choices else ""
    return terminal(f"\n{question.text}\n  because: {question.because}\n  {question.workload or 'answer'}{said}")


def _outside(plan: Plan) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for workload in plan.workloads:
        for one in workload.couplings if workload.migrate else ():
            if one.how == "external":
                found.setdefault(_place(one), []).append(workload.name)
    for place, names in sorted(found.items()):
        yield _line(f"  > {place}: {_some(list(dict.fromkeys(names)), 4)}")


def _by_reason(plan: Plan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in plan.set_aside:
        found.setdefault(one.because, []).append(one.what.partition(":")[2])
    return found


def _workload(workload: Workload) -> list[str]:
    ports = [f"{port.port}/{port.protocol}{_published(port.publish)}" for port in workload.ports]
    couplings = [_coupling(one) for one in workload.couplings if one.how not in ("external", "none")]
    rows = (
        ("why", workload.because),
        ("gone", workload.gone or ""),
        ("runs", " ".join(workload.command)),
        ("jobs", _some([f"{job.schedule} {job.command}" for job in workload.jobs], 3, "; ")),
        ("as", workload.user or "root"),
        ("ports", _some(ports, 12)),
        ("packages", _some([package.name for package in workload.packages], 12)),
        ("files", _some([file.path for file in workload.files], 6)),
        (
            "state",
            _some(
                [f"{one.path} ({one.method})" for one in workload.volumes if one.kind not in ("runtime", "temporary")],
                6,
            ),
        ),
        ("secrets", _some([use.path or use.variable or "" for use in workload.secrets], 6)),
        ("couplings", _some(couplings, 8)),
        ("asks for", _asked(workload)),
        ("at two", _breaks(workload)),
    )
    title = f"{workload.name}  [{workload.kind}]" + ("" if workload.migrate else "  (not migrated)")
    return [title, *(_line(f"  {name:10} {text}") for name, text in rows if text), ""]


def _asked(workload: Workload) -> str:
    """``48 MiB, at most 128 MiB, 0.05 CPUs; 2 replicas``."""
    asked, mib = workload.resources, 1 << 20
    told = [f"{asked.memory_request // mib} MiB"] if asked.memory_request else []
    told += [f"at most {asked.memory_limit // mib} MiB"] if asked.memory_limit else []
    told += [f"{asked.cpu_request:g} CPUs"] if asked.cpu_request else []
    return ", ".join(told) + (f"; {workload.replicas} replicas" if workload.replicas != 1 else "")


def _breaks(workload: Workload) -> str:
    """What would break at two replicas: the first of each kind."""
    first = {one.what: one.because for one in reversed(workload.breaks_at_two)}
    return "; ".join(f"{what}: {first[what]}" for what in dict.fromkeys(one.what for one in workload.breaks_at_two))


def _published(port: int | None) -> str:
    return f" (published on {port})" if port is not None else ""


def _coupling(one: Coupling) -> str:
    return f"{one.how} {_place(one)} → {one.to or 'outside'}"


def _place(one: Coupling) -> str:
    return f"{one.address or one.path}{f':{one.port}' if one.port else ''}"


def _some(texts: Sequence[str], most: int, between: str = ", ") -> str:
    more = len(texts) - most
    return between.join(texts[:most]) + (f" and {more} more" if more > 0 else "")


def _line(text: str) -> str:
    """One line, whatever a host's text holds, and not a screenful of it."""
    plain = terminal(" ".join(text.split("\n")))
    return plain if len(plain) <= _WIDE else plain[: _WIDE - 1] + "…"
