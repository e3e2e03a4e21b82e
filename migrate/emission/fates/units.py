"""Units that start, mount or group others. Containers are started by their platform; what only systemd did is asked."""

from __future__ import annotations

from migrate.emission.fates import ASK, CHANGED, DROPPED, Case, Entries
from migrate.model.units import Unit, Units

_PLATFORM = "containers are started by their platform"
_WHY = {
    "mount": "a mount of the old machine: what it held is with the volumes, where a workload uses it",
    "automount": "a mount of the old machine: what it held is with the volumes, where a workload uses it",
    "swap": "memory is the platform's concern",
    "slice": "each container has limits of its own",
    "timer": "it did not run when the host was inventoried",
}


def units(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Units)
    for unit in facts.units:
        whose = f"{unit.user}/" if unit.user else ""
        yield case.entry(f"units:{whose}{unit.name}", *_unit(case, unit))
    for want in facts.wants:
        yield case.entry(f"units:enabled/{want.by}/{want.unit}", DROPPED, "", _PLATFORM)
    if facts.target:
        yield case.entry("units:target", DROPPED, "", _PLATFORM)


def _unit(case: Case, unit: Unit) -> tuple[str, str, str]:
    if unit.kind in ("socket", "path"):
        return _starter(case, unit)
    return DROPPED, "", _WHY.get(unit.kind, _PLATFORM)


def _starter(case: Case, unit: Unit) -> tuple[str, str, str]:
    carried = next((one.name for one in case.workloads if unit.activates in one.services), None)
    if carried and unit.kind == "socket":
        return CHANGED, carried, f"systemd opened its sockets for it; in its container {carried} opens them itself"
    if unit.origin != "person" or not (unit.active or unit.enabled):
        return DROPPED, "", _PLATFORM
    if unit.kind == "path":
        seen = ", ".join(path for _, path in unit.watches)
        return ASK, carried or "", f"{unit.activates} was started when something came to {seen}: what is to do so now?"
    asked = ", ".join(place for _, place in unit.listens)
    return ASK, "", f"systemd started {unit.activates} for who came to {asked}: see whether anybody still does"


FATES = {"units": units}
