"""What nobody kept running: where it is carried, the platform keeps it now."""

from __future__ import annotations

from migrate.emission.fates import CHANGED, DROPPED, Case, Entries
from migrate.model.unsupervised import Unsupervised


def unsupervised(case: Case) -> Entries:
    for one in case.snapshot.inventory.get(Unsupervised).left:
        fact = f"unsupervised:{one.pid}/{one.name}"
        workload = next((each.name for each in case.workloads if one.pid in each.pids), None)
        if workload:
            yield case.entry(fact, CHANGED, workload, "nobody started it again on the host; the platform does")
        else:
            why = case.aside.get(f"processes:{one.pid}/{one.name}")
            yield case.entry(fact, DROPPED, "", why or "nobody kept it running, and it serves nobody that was seen")


FATES = {"unsupervised": unsupervised}
