from __future__ import annotations

import re
import subprocess

import pytest

from migrate.model.facts import System
from migrate.probes.system import PROBE
from tests.probes.samples import nul, section, shown


def system(files: dict[str, str], **parts: str | bytes) -> System:
    facts = PROBE.parse(section(release=shown(files), **parts)).facts
    assert isinstance(facts, System)
    return facts


def test_a_debian_of_today() -> None:
    facts = system(
        {
            "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nID=debian\nVERSION_ID="11"\n'
            "VERSION_CODENAME=bullseye\n",
            "/etc/debian_version": "11.9",
        },
        uname="shop01\n5.10.0-28-amd64\nx86_64",
        who="0",
        clock="2665.60\n1795463536",
        init="systemd\nscripts\nstat 1 (systemd) S 0 1 1",
        virtual="vendor QEMU\nproduct Standard PC\ncpus 4\nhypervised",
        memory="2048",
        settings=shown({"/etc/timezone": "Europe/Berlin", "/etc/hosts": "10.0.0.5 shop01.example.com shop01"}),
        locales="C\nC.UTF-8\nen_US.utf8",
    )
    assert (facts.os_id, facts.os_version, facts.os_codename) == ("debian", "11", "bullseye")
    assert (facts.hostname, facts.fqdn) == ("shop01", "shop01.example.com")
    assert (facts.kernel, facts.arch, facts.init, facts.virtualization) == (
        "5.10.0-28-amd64",
        "x86_64",
        "systemd",
        "kvm",
    )
    assert (facts.cpus, facts.memory, facts.uptime, facts.clock) == (4, 2097152, 2665.6, 1795463536.0)
    assert facts.timezone == "Europe/Berlin"
    assert facts.locales == ("C", "C.UTF-8", "en_US.utf8")
    assert facts.privileged


# From the formats of the releases; not recorded here.
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/redhat-release": "CentOS release 5.11 (Final)"}, ("centos", "5.11", ("rhel", "fedora"))),
        (
            {"/etc/redhat-release": "Red Hat Enterprise Linux Server release 6.10 (Santiago)"},
            ("rhel", "6.10", ("fedora",)),
        ),
        ({"/etc/system-release": "Amazon Linux AMI release 2018.03"}, ("amzn", "2018.03", ("rhel", "fedora"))),
        (
            {"/etc/SuSE-release": "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4"},
            ("sles", "11.4", ("suse",)),
        ),
        (
            {"/etc/lsb-release": "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid"},
            ("ubuntu", "10.04", ("debian",)),
        ),
        ({"/etc/debian_version": "6.0.10"}, ("debian", "6", ())),
        ({"/etc/alpine-release": "3.4.6"}, ("alpine", "3.4.6", ())),
        (
            {"/etc/os-release": 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"', "/etc/centos-release": "x"},
            ("centos", "7", ("rhel", "fedora")),
        ),
    ],
)
def test_releases_from_before_os_release(files: dict[str, str], expected: tuple[str, str, tuple[str, ...]]) -> None:
    facts = system(files)
    assert (facts.os_id, facts.os_version, facts.os_like) == expected


def test_a_codename_may_stand_in_the_version_alone() -> None:
    assert system({"/etc/os-release": 'ID=debian\nVERSION="7 (wheezy)"'}).os_codename == "wheezy"
    assert system({"/etc/os-release": 'ID=ubuntu\nVERSION="14.04.6 LTS, Trusty Tahr"'}).os_codename == "trusty"


def test_the_time_zone_comes_from_wherever_it_is_named() -> None:
    linked = system({}, settings=shown({}), localtime=nul("/etc/localtime", "../usr/share/zoneinfo/Asia/Tokyo"))
    assert linked.timezone == "Asia/Tokyo"
    assert (
        system({}, settings=shown({"/etc/sysconfig/clock": 'ZONE="America/New_York"'})).timezone == "America/New_York"
    )


def test_a_locale_of_each_family() -> None:
    assert system({}, settings=shown({"/etc/default/locale": 'LANG="de_DE.UTF-8"'})).locale == "de_DE.UTF-8"
    assert system({}, settings=shown({"/etc/sysconfig/i18n": "LANG=C"})).locale == "C"
    assert system({}, settings=shown({"/etc/sysconfig/language": 'RC_LANG="en_US.UTF-8"'})).locale == "en_US.UTF-8"


# /proc/1/stat of Linux 2.6.18; /etc/init with initctl is RHEL 6.
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("scripts\nstat 1 (init) S 0 1 1 0 -1", "sysv"),
        ("upstart\nscripts\nstat 1 (init) S 0 1 1", "upstart"),
        ("openrc\nscripts\nstat 1 (init) S 0", "openrc"),
        ("scripts\nstat 1 (runit) S 0", "runit"),
        ("stat 1 (java) S 0", None),
    ],
)
def test_the_init_system(said: str, expected: str | None) -> None:
    assert system({}, init=said).init == expected


def test_the_machine_s_make_and_what_it_runs_on() -> None:
    virtual = system({}, virtual="vendor VMware, Inc.\nproduct VMware Virtual Platform\ncpus 2\nhypervised")
    assert (virtual.virtualization, virtual.hardware) == ("vmware", "VMware, Inc. VMware Virtual Platform")
    real = system({}, virtual="vendor HP\nproduct ProLiant DL380 G7\ncpus 24")
    assert (real.virtualization, real.hardware) == (None, "HP ProLiant DL380 G7")
    assert system({}, virtual="vendor To Be Filled By O.E.M.\nproduct System Product Name\ncpus 1").hardware is None


def test_a_file_that_is_not_there_says_nothing() -> None:
    """`read` leaves its variable alone then: what was read before it must not stand for it."""
    shell = (
        PROBE.shell.partition("part release")[0] + "name=before\nsaid container /no/such/file\nsaid one /proc/1/stat"
    )
    ran = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    assert re.fullmatch(r"one 1 \(.*\n", ran.stdout)


def test_what_is_not_known_is_a_gap() -> None:
    parsed = PROBE.parse(section(release="x"))
    assert {gap.what for gap in parsed.gaps} == {"release of the operating system", "time zone"}
