"""Where each fact of a host went, scope by scope.

Each module ends in ``FATES``: by scope, the function from a :class:`Case` to the entries of that scope's facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from migrate.model.inventory import Snapshot
from migrate.model.ledger import Entry
from migrate.model.plan import Plan, Question, Workload

CARRIED, CHANGED, DROPPED, ASK = "carried", "changed", "dropped", "needs-a-person"


@dataclass(frozen=True, slots=True)
class Case:
    """One host's snapshot with what became of it.

    :ivar workloads: those of this host that are emitted.
    :ivar files: for each captured path in images or secrets, (workload, generated file).
    :ivar rewritten: for each changed path, why.
    :ivar aside: what the plan set aside, by fact, with the reason.
    """

    host: str
    snapshot: Snapshot
    plan: Plan
    workloads: tuple[Workload, ...]
    files: Mapping[str, tuple[tuple[str, str], ...]]
    rewritten: Mapping[str, str]
    aside: Mapping[str, str]

    def entry(self, fact: str, fate: str, where: str, because: str) -> Entry:
        return Entry(self.host, fact, fate, where, because)

    def question(self, fact: str) -> Question | None:
        """The question that the plan asks about a fact."""
        return next((one for one in self.plan.questions if one.because.startswith(f"{fact}:")), None)

    def undecided(self, fact: str) -> Entry:
        """What the plan says of a fact that no workload has taken: set aside, asked about, or nothing."""
        if fact in self.aside:
            return self.entry(fact, DROPPED, "", self.aside[fact])
        asked = self.question(fact)
        if asked and asked.answer is None:
            return self.entry(fact, ASK, asked.id, asked.text)
        if asked:
            return self.entry(fact, DROPPED, asked.id, f"answered: {asked.answer}")
        return self.entry(fact, ASK, "plan.yaml", "the plan does not say what becomes of it")


Entries = Iterator[Entry]
Account = Callable[[Case], Entries]


def joined(names: tuple[str, ...] | list[str]) -> str:
    """Several places as one text, each once."""
    return ", ".join(dict.fromkeys(names))
