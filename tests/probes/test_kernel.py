from __future__ import annotations

import pytest

from migrate.model.kernel import Clock, HugePages, Kernel, Limit, Module, ModuleSetting, Processor, Tunable, Written
from migrate.probes.kernel import PROBE
from tests.probes.samples import bare, section


def kernel(files: dict[str, str] | None = None, sysctl: dict[str, str] | None = None, **parts: str) -> Kernel:
    facts = PROBE.parse(section(files=bare(files or {}), sysctl=bare(sysctl or {}), **parts)).facts
    assert isinstance(facts, Kernel)
    return facts


def test_a_value_is_told_where_a_file_in_etc_sets_it_or_where_it_is_none_of_the_usual_ones() -> None:
    facts = kernel(
        sysctl={
            "/usr/lib/sysctl.d/50-default.conf": "net.ipv4.ip_forward = 1\nkernel.sysrq = 16",
            "/usr/lib/sysctl.d/60-shop.conf": "vm.swappiness = 1",
            "/etc/sysctl.d/60-shop.conf": "vm.swappiness = 60\nnet/ipv4/conf/eth0.5/rp_filter=0",
            "/etc/sysctl.conf": "kernel.shmmax = 68719476736",
        },
        kernel="V\tvm.swappiness\t60\nV\tkernel.sysrq\t16\nV\tnet.ipv4.ip_forward\t1\nV\tvm.max_map_count\t65530\n"
        "V\tnet.core.somaxconn\t1024\nV\tkernel.shmmax\t1000\nV\tnet/ipv4/conf/eth0.5/rp_filter\t0",
    )
    assert facts.tunables == (
        Tunable("kernel.shmmax", "1000", "68719476736", facts.tunables[0].usual, "/etc/sysctl.conf:1"),
        Tunable("net.core.somaxconn", "1024", None, ("128", "4096"), "/proc/sys/net/core/somaxconn"),
        Tunable("net.ipv4.conf.eth0/5.rp_filter", "0", "0", (), "/etc/sysctl.d/60-shop.conf:2"),
        Tunable("vm.swappiness", "60", "60", ("60",), "/etc/sysctl.d/60-shop.conf:1"),
    ), "not ip_forward, which the distribution sets, nor sysrq"


def test_modules_that_are_not_the_kernel_s_own() -> None:
    facts = kernel(
        {"/proc/sys/kernel/tainted": "12289"},
        kernel="M\tnvidia\t53\t(POE)\nM\text4\t1\t\nM\tvboxdrv\t2\t(OE+)",
        dkms="nvidia/470.256\nvboxdrv/6.1",
    )
    assert facts.modules == (Module("nvidia", 53, "POE"), Module("ext4", 1), Module("vboxdrv", 2, "OE"))
    assert (facts.dkms, facts.tainted) == (("nvidia/470.256", "vboxdrv/6.1"), 12289)


# RHEL 5's modprobe.conf and sysconfig/modules, SLES's sysconfig/kernel, Debian's /etc/modules, Alpine's modules-load.d.
def test_what_files_say_of_modules_in_each_family() -> None:
    facts = kernel(
        {
            "/etc/modprobe.conf": "alias eth0 bnx2\noptions bonding mode=1 miimon=100",
            "/etc/modprobe.d/x.conf": "blacklist floppy\ninstall cramfs /bin/true",
            "/etc/modprobe.d/x.conf.rpmsave": "blacklist x",
            "/etc/modules": "loop max_loop=64",
            "/etc/modules-load.d/ipvs.conf": "ip_vs",
            "/etc/sysconfig/kernel": 'MODULES_LOADED_ON_BOOT="dummy"',
            "/etc/sysconfig/modules/ipmi.modules": "/sbin/modprobe -q ipmi_si >/dev/null",
        }
    )
    assert [(one.kind, one.module, one.value) for one in facts.module_settings] == [
        ("alias", "eth0", "bnx2"),
        ("options", "bonding", "mode=1 miimon=100"),
        ("blacklist", "floppy", None),
        ("install", "cramfs", "/bin/true"),
        ("load", "loop", "max_loop=64"),
        ("load", "ip_vs", None),
        ("load", "dummy", None),
        ("load", "ipmi_si", None),
    ]
    assert facts.module_settings[0] == ModuleSetting("alias", "eth0", "bnx2", "/etc/modprobe.conf:1")


def test_limits_and_the_manager_s_defaults() -> None:
    facts = kernel(
        {
            "/etc/security/limits.d/dba.conf": "@dba - memlock unlimited # db\n* soft odd 1\noracle hard nofile 65536",
            "/etc/systemd/system.conf": "[Manager]\nDefaultLimitNOFILE=65536:524288",
        }
    )
    assert facts.limits == (
        Limit("@dba", "-", "memlock", "unlimited", "/etc/security/limits.d/dba.conf:1"),
        Limit("oracle", "hard", "nofile", "65536", "/etc/security/limits.d/dba.conf:3"),
    )
    assert facts.manager == (Written("DefaultLimitNOFILE", "65536:524288", "/etc/systemd/system.conf:2"),)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/sys/fs/selinux/enforce": "1", "/etc/selinux/config": "SELINUX=permissive"}, "enforcing"),
        ({"/selinux/enforce": "0"}, "permissive"),
        ({"/etc/selinux/config": "SELINUX=enforcing\nSELINUXTYPE=targeted"}, "disabled"),
        ({}, None),
    ],
)
def test_selinux_is_what_the_kernel_says_not_what_is_written(files: dict[str, str], expected: str | None) -> None:
    facts = kernel(files)
    assert facts.selinux == expected
    written = files.get("/etc/selinux/config", "").partition("SELINUX=")[2].partition("\n")[0]
    assert facts.selinux_written == (written or None)


def test_apparmor_huge_pages_and_the_command_line_without_its_password() -> None:
    facts = kernel(
        {
            "/sys/module/apparmor/parameters/enabled": "Y",
            "/sys/kernel/mm/redhat_transparent_hugepage/enabled": "always madvise [never]",
            "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "512",
            "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages": "12",
            "/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages": "0",
            "/proc/cmdline": "ro isolcpus=2,3 inst.rootpw=Tr0ub4dor root=/dev/sda1",
            "/proc/sys/kernel/random/entropy_avail": "3021",
        },
        kernel="P\tenforce)\t31\nP\tcomplain)\t2",
    )
    assert (facts.apparmor, facts.profiles) == (True, (("complain", 2), ("enforce", 31)))
    assert facts.transparent_huge_pages == "never"
    assert facts.huge_pages == (HugePages(2 << 20, 512, 12),)
    assert facts.command_line == ("ro", "isolcpus=2,3", "inst.rootpw=***", "root=/dev/sda1")
    assert facts.entropy == 3021


# chronyc tracking and ntpq -c rv after their manuals.
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("timesyncd", True),
        ("Reference ID    : 0A000001 (10.0.0.1)\nLeap status     : Normal", True),
        ("Reference ID    : 00000000 ()\nLeap status     : Not synchronised", False),
        ("leap=00, stratum=3, refid=10.0.0.1", True),
        ("leap=11, stratum=16, refid=INIT", False),
        ("506 Cannot talk to daemon", None),
        ("", None),
    ],
)
def test_whether_the_clock_is_right_is_what_its_daemon_says(said: str, expected: bool | None) -> None:
    assert kernel(synchronised=said).clock.synchronised is expected


# The files of Debian 7, RHEL 5, SLES 11 and Alpine, after their documentation.
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/adjtime": "0.0 0 0.0\n0\nLOCAL", "/etc/default/rcS": "UTC=yes"}, False),
        ({"/etc/default/rcS": "UTC=yes"}, True),
        ({"/etc/sysconfig/clock": 'ZONE="Europe/Berlin"\nUTC=true'}, True),
        ({"/etc/sysconfig/clock": 'HWCLOCK="--localtime"'}, False),
        ({"/etc/conf.d/hwclock": 'clock="UTC"'}, True),
        ({}, None),
    ],
)
def test_the_hardware_clock(files: dict[str, str], expected: bool | None) -> None:
    assert kernel(files).clock.hardware_utc is expected


def test_the_clock_s_daemon_and_servers() -> None:
    source = "/sys/devices/system/clocksource/clocksource0/"
    facts = kernel(
        {
            source + "current_clocksource": "kvm-clock",
            source + "available_clocksource": "kvm-clock tsc acpi_pm",
            "/etc/chrony.conf": "server 10.0.0.1 iburst\npool 2.pool.ntp.org",
            "/etc/systemd/timesyncd.conf": "[Time]\nNTP=a b",
        },
        kernel="D\tsystemd-timesyn\nD\tchronyd",
    )
    assert facts.clock == Clock(
        ("chronyd", "systemd-timesyncd"),
        ("10.0.0.1", "2.pool.ntp.org", "a", "b"),
        None,
        "kvm-clock",
        ("kvm-clock", "tsc", "acpi_pm"),
    )


def test_the_processor_with_what_programs_are_built_for() -> None:
    facts = kernel(
        kernel="C\tvendor_id\t: GenuineIntel\nC\tmodel name\t: Intel(R) Xeon(R) CPU E5-2650 v4\n"
        "C\tflags\t\t: fpu avx2 aes"
    )
    assert facts.processor == Processor("Intel(R) Xeon(R) CPU E5-2650 v4", "GenuineIntel", ("aes", "avx2"))
