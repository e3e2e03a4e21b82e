from __future__ import annotations

from migrate.model.facts import Mount
from migrate.probes.mounts import PROBE
from tests.probes.samples import section


def test_mounts_with_their_sizes() -> None:
    facts = PROBE.parse(
        section(
            mounts="/dev/sda1 / ext4 rw,relatime 0 0\nnas:/export /mnt/with\\040blank nfs4 rw,vers=4 0 0\n"
            "proc /proc proc rw 0 0\ntmpfs /run tmpfs rw 0 0",
            sizes="4096 1000 400 /\n4096 0 0 /run",
        )
    ).facts
    assert facts.mounts == (
        Mount("/dev/sda1", "/", "ext4", ("rw", "relatime"), 4096000, 2457600),
        Mount("nas:/export", "/mnt/with blank", "nfs4", ("rw", "vers=4")),
        Mount("proc", "/proc", "proc", ("rw",)),
        Mount("tmpfs", "/run", "tmpfs", ("rw",)),
    )


def test_a_line_that_is_no_mount_is_a_gap() -> None:
    assert len(PROBE.parse(section(mounts="what")).gaps) == 1


def test_network_file_systems_are_not_among_those_asked_for_their_size() -> None:
    asked = next(line for line in PROBE.shell.splitlines() if "ext[234]" in line)
    assert not {"nfs", "nfs4", "cifs", "fuse", "autofs", "sshfs", "ceph", "glusterfs"} & set(
        asked.strip(" );").split("|")
    )
