"""What a workload asks for, from what it was seen to use and what it was told that it may use.

    request   what was in use, and 15 % more: the margin of the Kubernetes vertical pod autoscaler
    limit     half as much again as the peak of a week or more (what lived shorter: two and a half times as much), twice
              what was in use, what the settings allow, and 128 MiB: the largest of them
    CPU       the average since the start, and half as much again; 25 millicores at least, the autoscaler's floor

No limit of CPU: a container that is slowed down while the machine idles answers late for nothing, and the request
already says who gets how much when it is busy. Memory has a limit since it can't be shared out later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from migrate.detectors import Candidate
from migrate.model.facts import Process
from migrate.model.plan import Resources, Variable
from migrate.planning import buffers, closure, heaps, pools
from migrate.planning.index import Index

MIB = 1024 * 1024
_MARGIN = 1.15  # recommendation-margin-fraction of the vertical pod autoscaler
_GROWTH = 1.5  # of a peak that has seen every day of a week; a second look may find a higher one
_GROWTH_YOUNG = 2.5
_WEEK = 7 * 86400
_LEAST_REQUEST, _LEAST_LIMIT = 32 * MIB, 128 * MIB
_LEAST_CPU, _MOST_CPU = 0.025, 4.0  # pod-recommendation-min-cpu-millicores; what one machine of the field has
_UNKNOWN_CPU = 0.05  # where it has not lived long enough to tell
_YOUNG = 60  # seconds
_RUNTIME = 64 * MIB  # of a Java virtual machine that has loaded a server and no application
_JOB_REQUEST, _JOB_LIMIT, _SCRIPT_LIMIT = 64 * MIB, 512 * MIB, 1024 * MIB
_HEAP = re.compile(r"-Xmx(\d+[kKmMgG]?)")
_INTERPRETER = re.compile(r"(?:^|[\s/;&|(])(java|php|python|perl|ruby|node|R|Rscript)[\d.]*(?=\s)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Resources, and what the program has to be told so that it keeps to them."""

    resources: Resources
    environment: tuple[Variable, ...] = ()


def measured(host: Index, candidate: Candidate) -> Asked:
    """Memory from the proportional set size and the settings; CPU from the time used since the start."""
    now, peak = in_use(candidate.processes), _peak(candidate.processes)
    if not now:
        return Asked(_of_unit(candidate))
    ceilings = (*heaps.ceilings(host, candidate, peak), *buffers.ceilings(host, candidate))
    ceilings += pools.ceilings(host, candidate)
    share = _share(candidate, now)
    request = _round(max(share * _MARGIN, _LEAST_REQUEST))
    floor = max((one.size for one in ceilings), default=0)
    growth = _GROWTH if _lived(host, candidate) >= _WEEK else _GROWTH_YOUNG
    limit = _round(max(peak * growth, now * 2, request, _LEAST_LIMIT, floor))
    cores, why = _cores(host, candidate)
    told = [f"{_said(now)} in use and {_said(peak)} at the peak when inventoried"]
    if any(process.pss is None for process in candidate.processes):
        told.append("shared pages are counted for each process, the kernel did not tell their share")
    if candidate.part:
        told.append(f"{_said(share)} of it are taken for one of {candidate.part.count} applications")
        cores = max(round(cores / candidate.part.count, 3), _LEAST_CPU)
    told += [one.because for one in ceilings]
    environment = tuple(variable for one in ceilings for variable in one.environment)
    return Asked(Resources(request, limit, cores, "; ".join((*told, why))), environment)


def of_jobs(host: Index, commands: Iterable[str], texts: Iterable[str]) -> Resources:
    """Jobs did not run while the host was looked at: what programs of their sort take, and heaps that they ask for.

    :param commands: of the jobs; ``texts`` the scripts that these run.
    """
    scripts = [(path, host.snapshot.text(path) or "") for path in texts]
    said = [*commands, *(text for path, text in scripts if closure.language_of(path, text))]
    heaps_told = [size for text in said for word in _HEAP.findall(text) if (size := buffers.size_of(word))]
    languages = {one for path, text in scripts if (one := closure.language_of(path, text)) not in (None, "shell")}
    languages |= {name for text in said for name in _INTERPRETER.findall(text)}
    limit, why = _JOB_LIMIT, "programs and pipes of a shell work on a little at a time"
    if languages:
        limit, why = _SCRIPT_LIMIT, f"what runs in {', '.join(sorted(languages))} may read a whole file into memory"
    if heaps_told:
        limit, why = (
            max(heaps_told) + _SCRIPT_LIMIT,
            f"a Java heap of {max(heaps_told) // MIB} MiB, and 1 GiB beside it",
        )
    most = host.system.memory or limit
    told = f"not measured, it did not run then; {_said(min(limit, most))} at most: {why}; raise it if a job is killed"
    return Resources(_JOB_REQUEST, _round(max(min(limit, most), _LEAST_LIMIT)), _UNKNOWN_CPU, told)


def _share(candidate: Candidate, now: int) -> int:
    """What of the memory in use one application has: a part like the others', with a runtime of its own."""
    count = candidate.part.count if candidate.part else 1
    return (now + (count - 1) * _RUNTIME) // count


def in_use(processes: tuple[Process, ...]) -> int:
    """Bytes: what is shared is counted once where the kernel told it (PSS), else each resident set in full."""
    return sum(process.pss or process.rss or 0 for process in processes)


def _peak(processes: tuple[Process, ...]) -> int:
    """What they use now, and what each one had beyond that at its own peak: that part was its own, not shared."""
    grown = sum(max((process.peak or 0) - (process.rss or 0), 0) for process in processes)
    return in_use(processes) + grown


def _of_unit(candidate: Candidate) -> Resources:
    """What the unit's control group says, where the processes can't be read; that counts cached files as well."""
    size = candidate.service.memory if candidate.service else None
    if not size:
        return Resources(because="nothing was measured")
    return Resources(
        memory_request=_round(max(size, _LEAST_REQUEST)),
        memory_limit=_round(max(size * 2, _LEAST_LIMIT)),
        cpu_request=_UNKNOWN_CPU,
        because=f"{size // MIB} MiB in the unit's control group, cached files among them; its processes told nothing",
    )


def _cores(host: Index, candidate: Candidate) -> tuple[float, str]:
    used = sum(process.cpu or 0 for process in candidate.processes)
    lived = _lived(host, candidate)
    if lived < _YOUNG:
        return _UNKNOWN_CPU, "it has not run for long enough to tell its share of CPU"
    share = used / lived
    cores = round(min(max(share * _GROWTH, _LEAST_CPU), _MOST_CPU), 3)
    return cores, f"{used:.0f} s of CPU in {_span(lived)}"


def _lived(host: Index, candidate: Candidate) -> float:
    """Seconds since its main process was started; 0 where that is not known."""
    started = candidate.main.started if candidate.main else None
    return 0.0 if started is None else max((host.system.uptime or 0) - started, 0.0)


def _said(size: int) -> str:
    return f"{size // MIB} MiB" if size >= MIB else f"{-(-size // 1024)} KiB"


def _span(seconds: float) -> str:
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


def _round(size: float) -> int:
    """Up to the next 16 MiB."""
    step = 16 * MIB
    return int(-(-size // step) * step)


def keeping(asked: Asked, environment: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """The workload's environment with what the limits ask for; what the host set itself stays."""
    names = {variable.name for variable in environment}
    return (*environment, *(one for one in asked.environment if one.name not in names))
