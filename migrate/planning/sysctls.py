"""Kernel settings that a person changed and a container can be given alone: for the workloads that they act on.

Only what each namespace has of its own: a container whose engine is asked for anything else does not start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrate.model.facts import Network
from migrate.model.plan import Sysctl, Workload
from migrate.planning.index import Index
from migrate.planning.workloads import Draft

# Of a network namespace since Linux 4.15 or before.
_SERVING = frozenset(
    "net.core.somaxconn net.ipv4.tcp_max_syn_backlog net.ipv4.tcp_syncookies net.ipv4.tcp_abort_on_overflow"
    " net.ipv4.tcp_synack_retries net.ipv4.tcp_fastopen".split()
)
_TALKING = frozenset(
    "net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes"
    " net.ipv4.tcp_tw_reuse net.ipv4.tcp_syn_retries net.ipv4.tcp_retries1 net.ipv4.tcp_retries2 net.ipv4.tcp_rmem"
    " net.ipv4.tcp_wmem net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_mtu_probing net.ipv4.tcp_orphan_retries"
    " net.ipv4.tcp_window_scaling net.ipv4.tcp_timestamps net.ipv4.tcp_sack net.ipv4.ip_local_port_range"
    " net.ipv4.ip_local_reserved_ports net.ipv4.ip_default_ttl net.ipv4.tcp_max_tw_buckets".split()
)
_OF_IPC = re.compile(r"kernel\.(?:shm(?:all|max|mni|_rmid_forced)|msg(?:max|mnb|mni)|sem)")
_QUEUES = re.compile(r"fs\.mqueue\.\w+")
_VALUE = re.compile(r"[\w.,:+-]+(?:[ \t]+[\w.,:+-]+)*")


def settings(host: Index, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The drafts, each with what acts on it."""
    told = dict(host.snapshot.inventory.get(Network).sysctl)
    for draft in drafts:
        found = tuple(_of(draft, told)) if told else ()
        yield replace(draft, workload=replace(draft.workload, sysctls=found)) if found else draft


def _of(draft: Draft, told: Mapping[str, str]) -> Iterator[Sysctl]:
    for key, value in sorted(told.items()):
        because = _why(draft, key)
        if because and _VALUE.fullmatch(value.strip()):
            yield Sysctl(key, " ".join(value.split()), f"set by a person on the host; {because}")


def _why(draft: Draft, key: str) -> str | None:
    workload = draft.workload
    if key in _SERVING and _serves(workload):
        return "it takes connections"
    if key in _TALKING and (_serves(workload) or any(one.port for one in workload.couplings)):
        return "it speaks over TCP"
    mapped = [path for one in (draft.candidate.processes if draft.candidate else ()) for path in one.mapped]
    if _OF_IPC.fullmatch(key) and (workload.kind == "postgresql" or any(path.startswith("/SYSV") for path in mapped)):
        return "it uses memory or messages of System V"
    opened = [file.path for one in (draft.candidate.processes if draft.candidate else ()) for file in one.open_files]
    if _QUEUES.fullmatch(key) and any(path.startswith("/dev/mqueue/") for path in (*opened, *mapped)):
        return "it uses message queues"
    return None


def _serves(workload: Workload) -> bool:
    return any(port.protocol == "tcp" for port in workload.ports)
