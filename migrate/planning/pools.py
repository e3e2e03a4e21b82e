"""Servers that fork: as many children as they may have, each as large as the largest that was seen."""

from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.applications import Applications
from migrate.model.facts import Process
from migrate.planning.buffers import Ceiling, mine
from migrate.planning.index import Index
from migrate.syntax import php

_MIB = 1024 * 1024
_LEAST = 24 * _MIB  # a child that has answered nothing yet is smaller than it will be
_MOST = ".pm.max_children"
_WORKERS = ("MaxRequestWorkers", "MaxClients")  # of Apache that forks


def ceilings(host: Index, candidate: Candidate) -> tuple[Ceiling, ...]:
    """One for all children together; nothing where no setting says how many there may be."""
    children = candidate.processes[1:]
    most, setting, least = _most(host, candidate)
    if not most or not children:
        return ()
    each = max(least, *(_own(child) for child in children))
    master = _own(candidate.processes[0])
    size = f"{each // _MIB} MiB" if each >= _MIB else f"{each // 1024} KiB"
    return (Ceiling(master + most * each, f"{most} children of {size}, as {setting} allows"),)


def _most(host: Index, candidate: Candidate) -> tuple[int, str, int]:
    """(how many, the setting that says so, the least that one takes)."""
    servers = mine(host.snapshot.inventory.get(Applications).applications, candidate)
    pools = [value for one in servers if one.kind == "php-fpm" for name, value in one.settings if name.endswith(_MOST)]
    if pools:
        return sum(int(value) for value in pools if value.isdigit()), "pm.max_children", _LEAST
    if any((child.threads or 1) > 1 for child in candidate.processes[1:]):
        return 0, "", 0  # threads do the work: there are few children, and they were seen
    workers = [pair for one in servers if one.kind == "apache" for pair in one.settings if pair[0] in _WORKERS]
    php = any(one.kind == "mod_php" for one in servers) or any(_runs_php(child) for child in candidate.processes)
    name, value = next((pair for pair in workers if pair[1].isdigit()), ("", "0"))
    return int(value), name, _LEAST if php else 0


def _runs_php(process: Process) -> bool:
    return any(php.is_module(path) for path in process.mapped)


def _own(process: Process) -> int:
    grown = max((process.peak or 0) - (process.rss or 0), 0)
    return (process.pss or process.rss or 0) + grown
