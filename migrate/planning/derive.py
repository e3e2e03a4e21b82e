"""From facts to a plan: the straight line through the steps of planning. A pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from migrate.detectors import Candidate
from migrate.model.inventory import Snapshot
from migrate.model.plan import Base, Plan, SetAside, Workload
from migrate.planning import (
    bases,
    candidates,
    closure,
    console,
    crontabs,
    jobs,
    joining,
    logins,
    mail,
    publishing,
    replicas,
    router,
    sharing,
    sysctls,
    unoffered,
    upstream,
    webapps,
    workloads,
    writable,
)
from migrate.planning.asking import Inquiry
from migrate.planning.index import Index, index
from migrate.planning.workloads import Draft
from migrate.quoting import slug

Names = Mapping[tuple[str, str], str]
"""What a workload is called in the plan, by its host and the name that it would have if there were no other host."""


@dataclass(slots=True)
class _Taken:
    """Names that are given, over all hosts."""

    chosen: Names
    names: set[str] = field(default_factory=set)
    volumes: set[str] = field(default_factory=set)
    called: dict[str, str] = field(default_factory=dict)  # by the name in the plan, where that is another

    def name(self, host: str, local: str) -> str:
        """The workload's name in the plan: a person's, the one it had, or its local one where that is free."""
        name = self.chosen.get((host, local)) or _unique(local, slug(f"{host}-{local}"), self.names)
        self.names.add(name)
        if name != local:
            self.called[name] = local
        return name


def derive(
    snapshots: Mapping[str, Snapshot], answers: Mapping[str, str] | None = None, names: Names | None = None
) -> Plan:
    """The plan for the hosts of a workspace, as we would decide.

    :param answers: what people have answered, by the question's id.
    :param names: of workloads that have one already.
    """
    drafts: list[Draft] = []
    aside: list[SetAside] = []
    inquiry = Inquiry(answers or {})
    taken = _Taken(names or {}, set((names or {}).values()))
    hosts = [index(snapshots[host], inquiry) for host in sorted(snapshots)]
    alone = []
    for host in hosts:
        found, left = _host(host, taken)
        alone.append((host, found))
        aside.extend(left)
    for host, joined in zip(hosts, joining.join(alone), strict=True):
        drafts.extend(_decided(host, joined, taken.volumes))
    return Plan(
        hosts=tuple(sorted(snapshots)),
        workloads=publishing.apart(
            tuple(
                _finished(
                    snapshots[draft.workload.host],
                    replace(
                        upstream.choose(draft.workload, inquiry.answers.get(f"base:{draft.workload.name}")),
                        called=taken.called.get(draft.workload.name),
                    ),
                )
                for draft in drafts
            )
        ),
        set_aside=tuple(aside),
        questions=tuple(inquiry.asked.values()),
    )


def _finished(snapshot: Snapshot, workload: Workload) -> Workload:
    """With what is decided when everything else is."""
    return console.to_console(snapshot, unoffered.carried(snapshot, workload))


def _host(host: Index, taken: _Taken) -> tuple[tuple[Draft, ...], tuple[SetAside, ...]]:
    base = bases.faithful(host.system)
    found = candidates.find(host)
    sorted_jobs = jobs.sort(host)
    uids = Counter(uid for one in found.candidates for uid in {process.uid for process in one.processes})
    alone = frozenset(uid for uid, count in uids.items() if count == 1 and uid != 0)
    local: set[str] = set()
    here = host.snapshot.inventory.host
    names = [taken.name(here, name) for name in _names(found.candidates, host, local)]
    only = _alone(host, sorted_jobs.crontabs) - frozenset(uids)
    tables = []
    for crontab in sorted_jobs.crontabs:
        name = taken.name(here, _unique(crontab.name, f"cron-{crontab.name}", local))
        tables.append(crontabs.from_crontab(host, crontab, name, base, only))
    reserved = frozenset(volume.path for table in tables for volume in table.workload.volumes)
    drafts = [
        draft
        for one, name in zip(found.candidates, names, strict=True)
        for draft in _drafts(host, one, name, _Setting(base, alone, reserved, taken, local))
    ]
    drafts = [_mailing(host, draft) for draft in (*drafts, *tables)]
    relays = found.relays if any(draft.mails for draft in drafts) else ()
    for one, _ in relays:
        [name] = _names((one,), host, local)
        drafts.append(workloads.from_service(host, one, taken.name(here, name), base, alone))
    wanted = {aside for _, aside in relays}
    left = (*(one for one in found.set_aside if one not in wanted), *sorted_jobs.set_aside)
    return sharing.share(sharing.distinct(tuple(drafts), taken.volumes)), left


@dataclass(frozen=True, slots=True)
class _Setting:
    base: Base
    alone: frozenset[int]
    reserved: frozenset[str]
    taken: _Taken
    local: set[str]


def _drafts(host: Index, one: Candidate, name: str, given: _Setting) -> Iterator[Draft]:
    """One workload; of a server that a person splits one for each application, and the router in front of them."""
    parts = webapps.split(host, one)
    if not parts:
        yield workloads.from_service(host, one, name, given.base, given.alone, given.reserved)
        return
    ports = webapps.http_ports(host, one)
    paths = [part.part.path for part in parts if part.part]
    if ports:
        yield router.draft(host, one, name, given.base, ports, paths)
    for part in parts:
        local = _unique(part.part.name if part.part else part.name, slug(part.name), given.local)
        called = given.taken.name(host.snapshot.inventory.host, local)
        made = workloads.from_service(host, part, called, given.base, given.alone, given.reserved)
        yield replace(made, workload=router.behind(made.workload, ports, name))


def _decided(host: Index, joined: tuple[Draft, ...], taken: set[str]) -> tuple[Draft, ...]:
    """What can be said of workloads only when it is known what leads to them."""
    for draft in joined:
        if draft.workload.kind in ("postfix", "exim"):
            host.ask(mail.question(host, draft.workload, draft.workload.pids))
        if draft.workload.kind == "vsftpd" and (asked := logins.question(draft.workload)):
            host.ask(asked)
    return writable.decide(host, replicas.decide(host, tuple(sysctls.settings(host, joined))), taken)


def _mailing(host: Index, draft: Draft) -> Draft:
    """The draft with what of it sends mail by the machine's server; not that server itself."""
    own = closure.mail_servers(host) & {one.name for one in draft.workload.packages}
    return draft if own else replace(draft, mails=mail.sends(host, draft.workload, draft.belongings.texts))


def _alone(host: Index, found: Sequence[jobs.Crontab]) -> frozenset[int]:
    """Users whose jobs are all in one crontab."""
    users = Counter(name for one in found for name in {job.user for job in one.jobs})
    return frozenset(
        host.users_by_name[name].uid for name, count in users.items() if count == 1 and name in host.users_by_name
    )


def _names(found: Sequence[Candidate], host: Index, taken: set[str]) -> list[str]:
    """For each candidate the kind's plain name where it is the only one of it, else the service's."""
    plain = [workloads.recognise(host, one)[2].name or one.name for one in found]
    counts = Counter(plain)
    called = [kind if counts[kind] == 1 else one.name for kind, one in zip(plain, found, strict=True)]
    return [_unique(slug(name), slug(name), taken) for name in called]


def _unique(name: str, longer: str, taken: set[str]) -> str:
    chosen, count = (name if name not in taken else longer), 2
    while chosen in taken:
        chosen, count = f"{longer}-{count}", count + 1
    taken.add(chosen)
    return chosen
