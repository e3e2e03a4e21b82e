from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migrate.model.facts import Assigned, HostName
from migrate.probes.network import PROBE
from tests.probes.samples import section, shown


# ip, ifconfig of net-tools 1 and 2, and /proc: the last but one after their documentation.
@pytest.mark.parametrize(
    "said",
    [
        "1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0",
        "eth0      Link encap:Ethernet\n          inet addr:10.0.0.5  Bcast:10.0.0.255  Mask:255.255.255.0",
        "eth0: flags=4163<UP>  mtu 1500\n        inet 10.0.0.5  netmask 255.255.255.0  broadcast 10.0.0.255",
        "inet 127.0.0.1\ninet 10.0.0.5\ninet 10.0.0.5",
    ],
)
def test_the_host_s_own_addresses(said: str) -> None:
    facts = PROBE.parse(section(addresses=said, inet6="20010db8000000000000000000000007\n" + "0" * 31 + "1")).facts
    assert facts.addresses == ("10.0.0.5", "2001:db8::7")


# ip of iproute2 (RHEL 5 and of today) and of busybox; ifconfig of net-tools 1.60 (RHEL 5, 6), 2 (RHEL 7) and of Alpine.
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("1: lo    inet 127.0.0.1/8 scope host lo", ("lo", "127.0.0.1", 8, "host")),
        (
            "2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global secondary eth0:1",
            ("eth0", "10.0.0.5", 24, "global"),
        ),
        ("4: eth0.5@eth0    inet6 fe80::1/64 scope link \\       valid_lft forever", ("eth0.5", "fe80::1", 64, "link")),
        ("5: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0", ("tun0", "10.8.0.1", 32, "global")),
        (
            "eth0:1    Link encap:Ethernet\n          inet addr:10.0.0.5  Bcast:10.0.0.255  Mask:255.255.255.0",
            ("eth0:1", "10.0.0.5", 24, None),
        ),
        (
            "eth0      Link encap:Ethernet\n          inet6 addr: fe80::20c:29ff:feaa:bbcc/64 Scope:Link",
            ("eth0", "fe80::20c:29ff:feaa:bbcc", 64, "link"),
        ),
        (
            "ens192: flags=4163<UP>  mtu 1500\n        inet 10.0.0.5  netmask 255.255.254.0  broadcast 10.0.1.255",
            ("ens192", "10.0.0.5", 23, None),
        ),
        (
            "ens192: flags=4163<UP>  mtu 1500\n        inet6 fe80::1  prefixlen 64  scopeid 0x20<link>",
            ("ens192", "fe80::1", 64, "link"),
        ),
    ],
)
def test_addresses_with_their_interfaces(said: str, expected: tuple[str, str, int, str | None]) -> None:
    assert PROBE.parse(section(addresses=said)).facts.assigned == (Assigned(*expected),)


def test_names_and_resolver() -> None:
    files = {
        "/etc/hosts": "127.0.0.1 localhost\n10.0.0.9\tdb.internal db # the old one\n# 10.0.0.10 gone",
        "/etc/resolv.conf": "search example.com corp\nnameserver 10.0.0.1\noptions ndots:2\nnameserver 10.0.0.2",
    }
    facts = PROBE.parse(section(files=shown(files))).facts
    assert facts.hosts == (HostName("127.0.0.1", ("localhost",)), HostName("10.0.0.9", ("db.internal", "db")))
    assert (facts.nameservers, facts.search) == (("10.0.0.1", "10.0.0.2"), ("example.com", "corp"))


def test_behind_systemd_s_stub_are_the_real_name_servers() -> None:
    files = {
        "/etc/resolv.conf": "nameserver 127.0.0.53",
        "/run/systemd/resolve/resolv.conf": "nameserver 10.0.0.1\nsearch corp",
    }
    assert PROBE.parse(section(files=shown(files))).facts.nameservers == ("10.0.0.1",)


def test_kernel_settings_that_a_package_brought_are_not_a_person_s() -> None:
    files = {
        "/etc/sysctl.d/10-package.conf": "kernel.sysrq=1",
        "/etc/sysctl.d/60-shop.conf": "# ours\nvm.swappiness = 10\nnet/core/somaxconn=512\n-fs.file-max = 1",
        "/etc/sysctl.conf": "vm.swappiness=20",
    }
    facts = PROBE.parse(section(sysctl=shown(files), pristine="/etc/sysctl.d/10-package.conf\tprocps")).facts
    assert facts.sysctl == (("fs.file-max", "1"), ("net.core.somaxconn", "512"), ("vm.swappiness", "20"))


def test_without_ip_and_ifconfig_the_kernel_s_table_tells(tmp_path: Path) -> None:
    """The file as Linux 6 has it; its form is that of 2.6.36 and later."""
    table = tmp_path / "fib_trie"
    table.write_text(
        "Main:\n  +-- 0.0.0.0/0 3 0 5\n     +-- 172.17.0.0/16 2 0 2\n           |-- 172.17.0.0\n"
        "              /16 link UNICAST\n           |-- 172.17.0.8\n              /32 host LOCAL\n"
    )
    program = PROBE.shell.partition("else\n")[2].partition("fi\n")[0].replace("/proc/net/fib_trie", str(table))
    said = subprocess.run(["sh", "-c", program], capture_output=True, text=True, check=True).stdout
    assert PROBE.parse(section(addresses=said)).facts.addresses == ("172.17.0.8",)
