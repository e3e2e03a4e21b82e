"""What a workload asks for, from what it was seen to use."""

from __future__ import annotations

from migrate.detectors import Candidate
from migrate.model.plan import Resources

_MIB = 1024 * 1024
_LEAST = 32 * _MIB


def measured(candidate: Candidate, uptime: float | None) -> Resources:
    """Memory from the proportional set size, with room above the peak; CPU from the time used since the start."""
    now = sum(process.pss or process.rss or 0 for process in candidate.processes)
    peak = sum(process.peak or process.rss or 0 for process in candidate.processes)
    if not now:
        return Resources(because="nothing was measured")
    request = _round(max(now * 1.1, _LEAST))
    limit = _round(max(peak * 1.5, now * 2, request, 2 * _LEAST))
    return Resources(
        memory_request=request,
        memory_limit=limit,
        cpu_request=_cores(candidate, uptime),
        because=f"{now // _MIB} MiB in use and {peak // _MIB} MiB at the peak when inventoried",
    )


def _cores(candidate: Candidate, uptime: float | None) -> float:
    used = sum(process.cpu or 0 for process in candidate.processes)
    main = candidate.main
    lived = (uptime or 0) - ((main.started or 0) if main else 0)
    share = used / lived if lived > 60 else 0.05
    return round(min(max(share * 1.5, 0.02), 4), 2)


def _round(size: float) -> int:
    """Up to the next 16 MiB."""
    step = 16 * _MIB
    return int(-(-size // step) * step)
