from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.plan import Volume
from migrate.model.storage import Automount, Disk, Export, Storage, Swap, TableEntry
from tests.emission.sample import snapshot, sources, workload

APP = workload(volumes=(Volume("files", "/srv/files", "data", "copy", 0, 0, 0o755, "a test"),))


def fates(facts: Storage) -> dict[str, tuple[str, str]]:
    given = sources(APP, seen=snapshot((), {}, facts))
    return {one.fact: (one.fate, one.where) for one in ledger(given, []) if one.fact.startswith("storage:")}


def test_disks_are_the_host_s_and_exports_are_somebody_s() -> None:
    found = fates(
        Storage(
            disks=(Disk("sda"), Disk("drbd0", "replicated")),
            targets=("iqn.2010-01.corp:disk1",),
            swaps=(Swap("/dev/sda2", "partition"),),
            exports=(Export("/srv", "10.0.0.0/24", ("rw",)),),
            quotas=("/",),
        )
    )
    assert found == {
        "storage:disk/sda": ("dropped", ""),
        "storage:disk/drbd0": ("needs-a-person", ""),
        "storage:iscsi/iqn.2010-01.corp:disk1": ("needs-a-person", ""),
        "storage:swap//dev/sda2": ("dropped", ""),
        "storage:export//srv/10.0.0.0/24": ("needs-a-person", "app"),
        "storage:quota//": ("dropped", ""),
    }


def test_a_network_file_system_that_should_have_been_there_is_asked_about_where_something_lives_on_it() -> None:
    found = fates(
        Storage(
            table=(
                TableEntry("nas:/a", "/srv", "nfs", network=True, mounted=False, seen="/etc/fstab:1"),
                TableEntry("nas:/b", "/mnt/b", "nfs", network=True, mounted=False, seen="/etc/fstab:2"),
                TableEntry("/dev/sda1", "/", "ext4", mounted=True, seen="/etc/fstab:3"),
            ),
            automounts=(Automount("/srv/files", None, "nas:/files", seen="/etc/auto.direct:1"),),
        )
    )
    assert {fact: fate for fact, (fate, _) in found.items()} == {
        "storage:fstab/1//srv": "needs-a-person",
        "storage:fstab/2//mnt/b": "dropped",
        "storage:fstab/3//": "dropped",
        "storage:automount//etc/auto.direct:1//srv/files": "changed",
    }
