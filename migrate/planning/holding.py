"""What a workload holds: packages and files, each of which may show more of the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migrate.detectors import Advice, Candidate
from migrate.planning import belongings, closure, documents, fonts, trust
from migrate.planning.belongings import Belongings
from migrate.planning.closure import Needed
from migrate.planning.evidence import Use
from migrate.planning.index import Index

_ROUNDS = 3
_CGI = re.compile(r"owns \S+\.f?cgi\b")  # what a web server runs itself, whatever else it passes on


def hold(
    host: Index,
    candidate: Candidate,
    advice: Advice,
    uses: tuple[Use, ...],
    uids: frozenset[int],
    reserved: frozenset[str] = frozenset(),
    commands: Iterable[str] = (),
) -> tuple[Advice, Needed, Belongings]:
    """Packages and files, until the packages that are served or named bring no further ones; the advice has these.

    :param uids: users that only this workload runs as.
    :param reserved: trees of theirs that are somebody else's all the same.
    :param commands: of jobs.
    """
    needed = closure.needed(host, candidate, advice, uses, belongings.texts_of(host, advice, uses))
    held = belongings.gather(host, needed, advice, uses, uids, reserved)
    told, served = advice, dict[str, str]()
    for _ in range(_ROUNDS):
        before, had = len(served), needed.everything
        for package, because in documents.served(host, held.texts, _roots(advice, uses), held.files):
            if package not in needed.own:
                served.setdefault(package, because)
        told = replace(advice, packages=(*advice.packages, *served.items()))
        needed = closure.needed(host, candidate, told, uses, held.texts)
        # Of what it passes on it serves the files: those who run the programs read the configuration.
        passed_on = {name for name, why in served.items() if advice.passes_on and not _CGI.search(why)}
        needed = _with_own(needed, served.keys() - passed_on)
        read = replace(needed, everything=needed.everything - passed_on)
        if len(served) == before and not _changed(host) & (read.everything - had):
            break
        held = belongings.gather(host, read, told, uses, uids, reserved)
    authorities = trust.trusted(host, candidate, needed, held.texts, commands)
    drawing = fonts.wanted(host, candidate, needed)
    packages = (*authorities[0], *drawing[0])
    if packages:
        told = replace(told, packages=(*told.packages, *packages))
        needed = replace(closure.needed(host, candidate, told, uses, held.texts), own=needed.own)
    return told, needed, replace(held, files=(*held.files, *authorities[1], *drawing[1]))


def _changed(host: Index) -> frozenset[str]:
    """Packages of which somebody has changed a file."""
    facts = (*host.files.changed_configuration, *host.files.changed_packaged)
    return frozenset(fact.package for fact in facts if fact.package and fact.change != "missing")


def _roots(advice: Advice, uses: Iterable[Use]) -> list[str]:
    return [*(path for path, _ in advice.files), *(use.path for use in uses if use.how == "name")]


def _with_own(needed: Needed, served: Iterable[str]) -> Needed:
    """The configuration of what is served is the workload's, like that of its own program."""
    return replace(needed, own=needed.own | frozenset(served))
