"""The ledger: where every fact of the inventories went. Nothing is lost in silence."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from migrate.emission import permissions
from migrate.emission.fates import ASK, DROPPED, Account, Case, Entries
from migrate.emission.markdown import plain, table
from migrate.emission.rewrites import rewrites
from migrate.emission.secrets import files as secret_files
from migrate.emission.tree import below, chosen
from migrate.emitters import Sources
from migrate.model.bundle import BundleFile
from migrate.model.facts import Content
from migrate.model.ledger import FATES, Entry
from migrate.model.plan import Workload
from migrate.parts import parts

_EVIDENCE = frozenset(("ownership", "answers"))
"""Scopes that are read for planning and validation, and hold nothing that could go anywhere."""

_TITLES = {
    "needs-a-person": "Needs a person",
    "changed": "Changed",
    "carried": "Carried",
    "dropped": "Dropped",
}


def ledger(sources: Sources, files: Iterable[BundleFile]) -> tuple[Entry, ...]:
    """The fate of every fact, each exactly once, in a stable order.

    :param files: the bundle's, of which an entry may only name those that are there.
    """
    made = {file.path for file in files}
    found: list[Entry] = []
    for host in sorted(sources.snapshots):
        case = _case(sources, host, made)
        found.extend(_once(entry for entry in _entries(case)))
    return tuple(found)


def _accounts() -> dict[str, Account]:
    """What tells the fate of a scope's facts, by scope."""
    return {scope: account for some in parts("migrate.emission.fates", "FATES") for scope, account in some.items()}


def _entries(case: Case) -> Entries:
    accounts = _accounts()
    for scope in case.snapshot.inventory.scopes:
        for gap in scope.gaps:
            remedy = f"; {gap.remedy}" if gap.remedy else ""
            fate = DROPPED if scope.name in _EVIDENCE else ASK
            yield case.entry(f"{scope.name}:gap/{gap.what}", fate, "", f"could not be read: {gap.why}{remedy}")
        if scope.facts is None and scope.status in ("failed", "partial") and not scope.gaps:
            yield case.entry(f"{scope.name}:gap/all", ASK, "", "could not be read")
        if scope.name not in accounts and scope.name not in _EVIDENCE and scope.facts is not None:
            yield case.entry(f"{scope.name}:*", ASK, "", "no part of the toolkit says what becomes of these facts")
    for account in accounts.values():
        yield from account(case)
    yield from _unmatched(case)


def _unmatched(case: Case) -> Entries:
    """What the plan wants to carry, and nothing was captured of."""
    index = case.snapshot.inventory
    captured = [entry.path for entry in index.get(Content).entries]
    for workload in case.workloads:
        for choice in workload.files:
            if not any(below(path, choice.path) for path in captured):
                fact = f"plan:{workload.name}/{choice.path}"
                yield case.entry(fact, ASK, "plan.yaml", "the plan carries it, but nothing was captured there")


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The same name twice (two architectures, two lines) is told apart by a number."""
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.fact] += 1
        number = counts[entry.fact]
        yield (
            entry
            if number == 1
            else Entry(entry.host, f"{entry.fact} ({number})", entry.fate, entry.where, entry.because)
        )


def _case(sources: Sources, host: str, made: set[str]) -> Case:
    workloads = tuple(one for one in sources.plan.workloads if one.migrate and one.host == host)
    return Case(
        host=host,
        snapshot=sources.snapshots[host],
        plan=sources.plan,
        workloads=workloads,
        files=_places(sources, workloads, made),
        rewritten=_rewritten(workloads),
        aside={one.what: one.because for one in sources.plan.set_aside},
    )


def _places(
    sources: Sources, workloads: tuple[Workload, ...], made: set[str]
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for workload in workloads:
        for entry in chosen(sources, workload):
            name = permissions.context_name(entry.path) if entry.kind == "file" else "rootfs.sh"
            file = f"images/{workload.name}/{name}"
            if file in made:
                found[entry.path].append((workload.name, file))
        for secret in secret_files(sources, workload):
            file = f"secrets/{workload.name}/{secret.name}"
            if file in made:
                found[secret.path].append((workload.name, file))
    return {path: tuple(places) for path, places in found.items()}


def _rewritten(workloads: tuple[Workload, ...]) -> dict[str, str]:
    """For each path what is changed in it; the values are shown, since none of them is a secret."""
    found: dict[str, list[str]] = defaultdict(list)
    for workload in workloads:
        for one in rewrites(workload):
            text = f"line {one.line}: {one.old} became {one.new} ({one.because})"
            if text not in found[one.path]:
                found[one.path].append(text)
    return {path: "; ".join(texts) for path, texts in found.items()}


# --- as files -------------------------------------------------------------------------------------------------------


def ledger_files(entries: tuple[Entry, ...]) -> tuple[BundleFile, ...]:
    """LEDGER.md for people, ledger.json for programs."""
    # ASCII: a fact's name may hold bytes that are not UTF-8.
    data = json.dumps({"entries": [asdict(entry) for entry in entries]}, indent=1) + "\n"
    return (BundleFile("LEDGER.md", _markdown(entries).encode()), BundleFile("ledger.json", data.encode()))


def _markdown(entries: tuple[Entry, ...]) -> str:
    parts = ["# Ledger\n", "Where every fact of the inventory went. `ledger.json` holds the same for programs.\n"]
    parts += [_counts(entries)]
    for fate in sorted(FATES, key=list(_TITLES).index):
        group = [entry for entry in entries if entry.fate == fate]
        if group:
            parts.append(f"## {_TITLES[fate]}\n")
            parts += [_scope(name, found) for name, found in _by_scope(group)]
    return "\n".join(parts)


def _counts(entries: tuple[Entry, ...]) -> str:
    counts = Counter((_scope_name(entry), entry.fate) for entry in entries)
    names = sorted({name for name, _ in counts})
    rows = [[name, *(str(counts[name, fate]) for fate in _TITLES)] for name in names]
    totals = Counter(entry.fate for entry in entries)
    rows.append(["**all**", *(f"**{totals[fate]}**" for fate in _TITLES)])
    return table(["scope", *(title.lower() for title in _TITLES.values())], rows)


def _scope(name: str, entries: list[Entry]) -> str:
    hosts = len({entry.host for entry in entries}) > 1
    rows = [
        [
            *([plain(entry.host)] if hosts else []),
            plain(entry.fact.partition(":")[2]),
            plain(entry.where),
            plain(entry.because),
        ]
        for entry in entries
    ]
    return f"### {name}\n\n" + table([*(["host"] if hosts else []), "fact", "where", "because"], rows)


def _by_scope(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[_scope_name(entry)].append(entry)
    return sorted(groups.items())


def _scope_name(entry: Entry) -> str:
    return entry.fact.partition(":")[0]
