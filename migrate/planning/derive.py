"""From facts to a plan: the straight line through the steps of planning. A pure function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from migrate.detectors import Candidate
from migrate.model.facts import Job
from migrate.model.inventory import Snapshot
from migrate.model.plan import Plan, Question, SetAside
from migrate.planning import bases, candidates, crontabs, jobs, joining, replicas, sharing, workloads
from migrate.planning.index import Index, index
from migrate.planning.workloads import Draft
from migrate.quoting import slug


def derive(snapshots: Mapping[str, Snapshot]) -> Plan:
    """The plan for the hosts of a workspace, as we would decide without a person."""
    drafts: list[Draft] = []
    aside: list[SetAside] = []
    questions: list[Question] = []
    taken: set[str] = set()
    volumes: set[str] = set()
    for host in sorted(snapshots):
        one = _host(index(snapshots[host]), taken, volumes)
        drafts.extend(one[0])
        aside.extend(one[1])
        questions.extend(one[2])
    return Plan(
        hosts=tuple(sorted(snapshots)),
        workloads=tuple(draft.workload for draft in drafts),
        set_aside=tuple(aside),
        questions=tuple(questions),
    )


def _host(
    host: Index, taken: set[str], volumes: set[str]
) -> tuple[tuple[Draft, ...], tuple[SetAside, ...], tuple[Question, ...]]:
    base = bases.faithful(host.system)
    found = candidates.find(host)
    sorted_jobs = jobs.sort(host)
    uids = Counter(uid for one in found.candidates for uid in {process.uid for process in one.processes})
    alone = frozenset(uid for uid, count in uids.items() if count == 1 and uid != 0)
    names = _names(host, found.candidates, taken)
    drafts = [
        workloads.from_service(host, one, name, base, alone) for one, name in zip(found.candidates, names, strict=True)
    ]
    users = Counter(name for one in sorted_jobs.crontabs for name in {job.user for job in one.jobs})
    only = frozenset(
        host.users_by_name[name].uid for name, count in users.items() if count == 1 and name in host.users_by_name
    ) - frozenset(uids)
    drafts += [
        crontabs.from_crontab(host, crontab, _unique(crontab.name, crontab.name, taken), base, only)
        for crontab in sorted_jobs.crontabs
    ]
    joined = joining.join(host, sharing.share(sharing.distinct(tuple(drafts), volumes)))
    joined = replicas.decide(host, joined)
    aside = (*found.set_aside, *sorted_jobs.set_aside)
    return joined, aside, tuple(_ask_about(job, why) for job, why in sorted_jobs.backups)


def _names(host: Index, found: Sequence[Candidate], taken: set[str]) -> list[str]:
    """For each candidate the kind's plain name where it is the only one of it, else the service's."""
    plain = [workloads.recognise(host, one)[2].name or one.name for one in found]
    counts = Counter(plain)
    called = [kind if counts[kind] == 1 else one.name for kind, one in zip(plain, found, strict=True)]
    return [_unique(slug(name), slug(f"{host.snapshot.inventory.host}-{name}"), taken) for name in called]


def _unique(name: str, longer: str, taken: set[str]) -> str:
    chosen, count = (name if name not in taken else longer), 2
    while chosen in taken:
        chosen, count = f"{longer}-{count}", count + 1
    taken.add(chosen)
    return chosen


def _ask_about(job: Job, why: str) -> Question:
    return Question(
        id=slug(f"job-{job.source}-{job.line or job.name or ''}"),
        text=f"Is the job «{job.command}» of {job.source} still wanted beside the platform's own backups of volumes?",
        default="no",
        because=f"{jobs.key(job)}: {why}",
    )
