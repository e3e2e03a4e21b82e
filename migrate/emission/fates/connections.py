"""Connections that were open: their clients make them anew. Where two workloads had one, the plan couples them."""

from __future__ import annotations

from migrate.emission.fates import CARRIED, DROPPED, Case, Entries
from migrate.model.connections import Connections, UnixConnection


def connections(case: Case) -> Entries:
    for one in case.snapshot.inventory.get(Connections).unix:
        yield case.entry(f"connections:{one.path}/{','.join(map(str, one.clients))}", *_fate(case, one))


def _fate(case: Case, one: UnixConnection) -> tuple[str, str, str]:
    servers = {each.name for each in case.workloads if set(each.pids) & set(one.pids)}
    for client in case.workloads:
        coupled = {coupling.to for coupling in client.couplings if coupling.to} & servers
        if set(client.pids) & set(one.clients) and coupled:
            return CARRIED, client.name, f"{client.name} is coupled to {', '.join(sorted(coupled))}"
    return DROPPED, "", "evidence only: a connection is made anew by its client"


FATES = {"connections": connections}
