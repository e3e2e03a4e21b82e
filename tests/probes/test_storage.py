from __future__ import annotations

from migrate.model.storage import Array, Automount, Disk, Export, RuntimeDirectory, Storage, Swap, TableEntry
from migrate.probes.storage import PROBE
from tests.probes.samples import bare, section


def storage(files: dict[str, str], **parts: str) -> Storage:
    facts = PROBE.parse(section(files=bare(files), **parts)).facts
    assert isinstance(facts, Storage)
    return facts


# fstab and /proc/swaps as they stand on RHEL 5 (labels, LVM) and Debian (UUIDs).
def test_what_fstab_names_is_mounted_or_not_and_passwords_in_it_are_masked() -> None:
    facts = storage(
        {
            "/etc/fstab": "LABEL=/ / ext3 defaults,usrquota 1 1\n"
            "nas:/vol/web /mnt/web nfs rw,hard,intr 0 0\n"
            "//win/share /mnt/a\\040b cifs username=u,password=S3cret!,uid=5 0 0\n"
            "/dev/VolGroup00/LogVol01 swap swap defaults 0 0\n"
            "UUID=9 none swap sw\n",
            "/proc/swaps": "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"
            "/dev/mapper/VolGroup00-LogVol01         partition\t2031608\t100\t-1",
        },
        mounted="/\n/mnt/web",
    )
    assert facts.table == (
        TableEntry("LABEL=/", "/", "ext3", ("defaults", "usrquota"), False, True, "/etc/fstab:1"),
        TableEntry("nas:/vol/web", "/mnt/web", "nfs", ("rw", "hard", "intr"), True, True, "/etc/fstab:2"),
        TableEntry(
            "//win/share", "/mnt/a b", "cifs", ("username=u", "password=***", "uid=5"), True, False, "/etc/fstab:3"
        ),
        TableEntry("/dev/VolGroup00/LogVol01", "swap", "swap", ("defaults",), False, True, "/etc/fstab:4"),
        TableEntry("UUID=9", "none", "swap", ("sw",), False, None, "/etc/fstab:5"),
    )
    assert facts.swaps == (Swap("/dev/mapper/VolGroup00-LogVol01", "partition", 2031608 * 1024, 102400, -1),)
    assert facts.quotas == ("/",)


def test_a_disk_with_partitions_and_a_volume_of_a_group_with_a_dash_in_its_name() -> None:
    facts = storage(
        {
            "/sys/block/sda/size": "2097152",
            "/sys/block/sda/removable": "0",
            "/sys/block/sda/ro": "0",
            "/sys/block/sda/queue/rotational": "1",
            "/sys/block/sda/device/model": "Logical Volume  ",
            "/sys/block/sda/device/vendor": "HP      ",
            "/sys/block/dm-0/size": "2048",
            "/sys/block/dm-0/dm/name": "vg--data-lv--one",
            "/sys/block/dm-0/dm/uuid": "LVM-ABCDEF",
            "/sys/block/dm-1/size": "8",
            "/sys/block/dm-1/dm/name": "mpatha",
            "/sys/block/dm-1/dm/uuid": "mpath-3600508b4000156d700012000000b0000",
            "/sys/block/cciss!c0d0/size": "16",
            "/proc/partitions": "major minor  #blocks  name\n\n   8        0    1048576 sda\n"
            "   8        1     102400 sda1\n"
            " 104        1          4 cciss/c0d0p1",
        },
        members="dm-0/slaves/sda1",
    )
    assert facts.disks == (
        Disk("sda", "disk", 1 << 30, "Logical Volume", "HP", True, False, False, partitions=(("sda1", 102400 * 1024),)),
        Disk("dm-0", "lvm", 1 << 20, mapped="vg--data-lv--one", group="vg-data", volume="lv-one", members=("sda1",)),
        Disk("dm-1", "multipath", 4096, mapped="mpatha"),
        Disk("cciss/c0d0", "disk", 8192, partitions=(("cciss/c0d0p1", 4096),)),
    )


# After Documentation/admin-guide/md.rst and the mdstat of RHEL 5 to 9.
def test_an_array_that_lacks_a_member() -> None:
    text = (
        "Personalities : [raid1] [raid6] [raid5] [raid4]\n"
        "md0 : active raid1 sdb1[1] sda1[0]\n"
        "      104320 blocks [2/2] [UU]\n"
        "md127 : active (auto-read-only) raid5 sdc1[0] sdd1[3](F)\n"
        "      2096128 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [UU_]\n"
        "md2 : inactive sdf1[0](S)\n"
        "unused devices: <none>"
    )
    assert storage({"/proc/mdstat": text}).arrays == (
        Array("md0", "raid1", "active", ("sda1", "sdb1"), 0, 104320 * 1024),
        Array("md127", "raid5", "active", ("sdc1", "sdd1"), 1, 2096128 * 1024),
        Array("md2", None, "inactive", ("sdf1",)),
    )


def test_exports_with_options_of_their_own_and_common_ones() -> None:
    text = (
        "/srv/nfs 10.0.0.0/24(rw,sync) *.example.com(ro)\n/srv/pub -ro,async \\\n  a b(rw)\n"
        '"/srv/with blank" @hosts\n/all'
    )
    assert storage({"/etc/exports": text}).exports == (
        Export("/srv/nfs", "10.0.0.0/24", ("rw", "sync"), "/etc/exports:1"),
        Export("/srv/nfs", "*.example.com", ("ro",), "/etc/exports:1"),
        Export("/srv/pub", "a", ("ro", "async"), "/etc/exports:2"),
        Export("/srv/pub", "b", ("rw",), "/etc/exports:2"),
        Export("/srv/with blank", "@hosts", (), "/etc/exports:4"),
        Export("/all", "*", (), "/etc/exports:5"),
    )


def test_the_automounter_s_master_map_with_the_maps_it_names() -> None:
    files = {
        "/etc/auto.master": "+auto.master\n/home/net /etc/auto.home --timeout=60\n/- auto.direct\n/misc ldap:auto.misc",
        "/etc/auto.home": "alice -rw,soft nas:/home/alice\n* nas:/home/&",
        "/etc/auto.direct": "/opt/shared -fstype=cifs,password=x ://win/shared",
        "/etc/auto.net": "#!/bin/sh\necho a b:c",
    }
    assert storage(files).automounts == (
        Automount("/home/net", "/etc/auto.home", None, ("timeout=60",), "/etc/auto.master:2"),
        Automount("/home/net/alice", None, "nas:/home/alice", ("rw", "soft"), "/etc/auto.home:1"),
        Automount("/home/net/*", None, "nas:/home/&", (), "/etc/auto.home:2"),
        Automount("/-", "auto.direct", None, (), "/etc/auto.master:3"),
        Automount("/opt/shared", None, "://win/shared", ("fstype=cifs", "password=***"), "/etc/auto.direct:1"),
        Automount("/misc", "ldap:auto.misc", None, (), "/etc/auto.master:4"),
    )


def test_disks_that_other_machines_have_a_part_in() -> None:
    facts = storage(
        {
            "/sys/class/iscsi_session/session1/targetname": "iqn.2010-01.corp:disk1",
            "/sys/block/drbd0/size": "8",
            "/sys/block/rbd0/size": "8",
        }
    )
    assert facts.targets == ("iqn.2010-01.corp:disk1",)
    assert [one.kind for one in facts.disks] == ["replicated", "network"]


def test_encrypted_volumes_are_named() -> None:
    assert storage({"/etc/crypttab": "data /dev/sdb2 none luks"}).encrypted == (("data", "/dev/sdb2"),)


def test_a_line_of_fstab_that_is_none_is_a_gap() -> None:
    assert [gap.what for gap in PROBE.parse(section(files=bare({"/etc/fstab": "nonsense"}))).gaps] == ["/etc/fstab:1"]


def test_directories_that_are_made_anew_at_each_start_have_owner_and_mode() -> None:
    facts = storage({}, runtime="105 109 755 /run/mosquitto/\n0 0 2775 /var/run/named/\nnot one\n0 0 755 /srv/x/")
    assert facts.runtime == (
        RuntimeDirectory("/run/mosquitto", 105, 109, 0o755),
        RuntimeDirectory("/run/named", 0, 0, 0o2775),
    )
