"""What discovery knows of a server that no detector knows: the files that it reads and the places where it keeps data.

Discovery has a table of many daemons with the option, the setting and the usual place of their configuration and data
(``migrate/probes/applications``). A daemon reads its configuration when it starts and closes it, so that its process
shows none of it; what is named here is as good as a name on its command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migrate.detectors import Advice, Candidate
from migrate.model.applications import Application, Applications
from migrate.model.facts import FileFact
from migrate.planning import buffers, written
from migrate.planning.belongings import START_EMPTY_ROLES, STATE_ROLES
from migrate.planning.evidence import Use
from migrate.planning.index import SHARED_DIRECTORIES, Index

_KEPT_FOR_OTHERS = frozenset(("proxy", "cache"))
"""Roles whose data is a copy of what is elsewhere: it may be made anew."""
_PASSING = re.compile(r"(?i)/(?:te?mp|caches?|uploads?-tmp)$")


def uses(host: Index, candidate: Candidate) -> Iterator[Use]:
    """The configuration that its kind of server reads."""
    for one in _of(host, candidate):
        yield from (Use(path, "name", f"the configuration of {one.kind}") for path in one.configuration)


def places(host: Index, candidate: Candidate) -> Iterator[written.Place]:
    """Directories in which its kind of server keeps data, and somebody else than root writes."""
    for one in _of(host, candidate):
        for fact in _data(host, one):
            if _others_write(fact) and not _fleeting(one, fact):
                yield fact, f"where {one.kind} keeps its data"


def advised(host: Index, candidate: Candidate, advice: Advice) -> Advice:
    """The advice with what it serves and only root has laid down, and with caches that start empty."""
    served: list[tuple[str, str]] = []
    caches: list[str] = []
    groups: set[int] = set()
    for one in _of(host, candidate):
        for fact in _data(host, one):
            groups.add(fact.gid)
            if _fleeting(one, fact):
                caches.append(fact.path)
            elif not _others_write(fact):
                served.append((fact.path, f"what {one.kind} serves"))
    return replace(
        advice,
        files=(*advice.files, *served),
        exclude=(*advice.exclude, *caches),
        log_directories=(*advice.log_directories, *caches),
        accounts=(*advice.accounts, *_members(host, groups)),
    )


def _members(host: Index, groups: set[int]) -> tuple[str, ...]:
    """Users who may use the data by their group: a file server looks them up."""
    return tuple(sorted({name for gid in groups if gid and gid in host.groups for name in host.groups[gid].members}))


def _others_write(fact: FileFact) -> bool:
    """Whether somebody else than root may write there: its owner, or a group of users."""
    return bool(fact.uid or fact.mode & 0o022)


def _fleeting(one: Application, fact: FileFact) -> bool:
    return one.role in _KEPT_FOR_OTHERS or bool(_PASSING.search(fact.path))


def _of(host: Index, candidate: Candidate) -> tuple[Application, ...]:
    return buffers.mine(host.snapshot.inventory.get(Applications).applications, candidate)


def _data(host: Index, one: Application) -> Iterator[FileFact]:
    for path in one.data:
        fact = written.owned(host, host.resolve(path))
        tree = host.tree_of(fact.path)
        kept = tree is None or tree.role in STATE_ROLES | START_EMPTY_ROLES or written.holds_data(host, fact)
        there = fact.path in host.entries or tree is not None
        if there and kept and fact.path not in SHARED_DIRECTORIES and fact.path.count("/") > 1:
            yield fact
