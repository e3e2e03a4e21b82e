from __future__ import annotations

import pytest

from migrate.model.routing import (
    Firewall,
    Interface,
    Membership,
    Proxy,
    Route,
    Routing,
    Wrapper,
)
from migrate.probes.routing import PROBE
from tests.probes.samples import bare, section


def routing(files: dict[str, str] | None = None, **parts: str) -> Routing:
    facts = PROBE.parse(section(files=bare(files or {}), **parts)).facts
    assert isinstance(facts, Routing)
    return facts


def interface(name: str, **more: str) -> str:
    fields = ("type", "mtu", "state", "mac", "devtype", "mode", "slaves", "bridge", "tun")
    known = {"type": "1", "mtu": "1500", "state": "up", "mac": "00:0c:29:aa:bb:cc"} | more
    return "\t".join(("I", name, *(known.get(field, "") for field in fields)))


# sysfs of 2.6.18 (RHEL 5) names no DEVTYPE; bond, bridge and VLAN show by their folders and /proc/net/vlan.
def test_interfaces_of_an_old_kernel_and_of_a_new_one() -> None:
    facts = routing(
        net="\n".join(
            (
                interface("lo", type="772", mtu="16436", state="unknown", mac="00:00:00:00:00:00"),
                interface("bond0", mode="active-backup 1", slaves="eth0 eth1"),
                interface("br0", bridge="8000.000c29aabbcc"),
                interface("eth0.5"),
                interface("tun0", type="65534", tun="0x1001", mac=""),
                interface("br1", devtype="bridge"),
                "V\teth0.5        | 5  | eth0",
            )
        ),
        members="br0/brif/eth2\nbr0/lower_eth2\nbr1/lower_vnet0",
    )
    mac = "00:0c:29:aa:bb:cc"
    assert facts.interfaces == (
        Interface("lo", "loopback", 16436, "unknown"),
        Interface("bond0", "bond", 1500, "up", mac, ("eth0", "eth1"), mode="active-backup"),
        Interface("br0", "bridge", 1500, "up", mac, ("eth2",)),
        Interface("eth0.5", "vlan", 1500, "up", mac, ("eth0",), 5),
        Interface("tun0", "tun", 1500, "up"),
        Interface("br1", "bridge", 1500, "up", mac, ("vnet0",)),
    )


@pytest.mark.parametrize(
    "rows",
    [
        "4\teth0\t00000000\t0100000A\t0003\t100\t00000000\n4\teth0\t0000000A\t00000000\t0001\t0\t00FFFFFF",
        "4\teth0\t00000000\t0A000001\t0003\t100\t00000000\n4\teth0\t0A000000\t00000000\t0001\t0\tFFFFFF00",
    ],
    ids=["little-endian", "big-endian, as on s390x"],
)
def test_routes_of_ipv4(rows: str) -> None:
    assert routing(net=rows).routes == (
        Route("0.0.0.0/0", "eth0", "10.0.0.1", 100),
        Route("10.0.0.0/24", "eth0", None, 0),
    )


def test_routes_of_ipv6_and_rules_of_policy_routing() -> None:
    row = "6\teth0\t20010db8000100000000000000000000\t30\tfe800000000000000000000000000001\t00000400"
    facts = routing(
        net=row, policies="0:\tfrom all lookup local\n32765:\tfrom 10.9.0.5 lookup 100\n32766:\tfrom all lookup main"
    )
    assert facts.routes == (Route("2001:db8:1::/48", "eth0", "fe80::1", 1024),)
    assert facts.policies_of_routing == ("32765: from 10.9.0.5 lookup 100",)


def test_a_rule_of_a_file_that_is_in_force_is_told_once() -> None:
    rule = "-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080"
    other = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"
    facts = routing(
        {"/etc/sysconfig/iptables": f"*nat\n{rule}\n*filter\n{other}"}, iptables=f">\n1|*nat\n2|{rule}\n3|COMMIT"
    )
    assert [(one.chain, one.active, one.seen) for one in facts.rules] == [
        ("PREROUTING", True, "iptables-save"),
        ("INPUT", False, "/etc/sysconfig/iptables:4"),
    ]


def test_who_keeps_the_filter_shows_by_its_chains_and_its_files() -> None:
    facts = routing(
        {"/etc/ufw/ufw.conf": "ENABLED=no", "/etc/firewalld/firewalld.conf": "DefaultZone=public"},
        iptables=">\n1|*filter\n2|-A INPUT -j IN_public\n3|-A IN_public -j ACCEPT\n4|-A DOCKER -j DROP",
        keepers="csf",
    )
    assert facts.firewalls == (
        Firewall("csf", None, "/etc/csf/csf.conf"),
        Firewall("docker", True, "rules in force"),
        Firewall("firewalld", True, "/etc/firewalld/firewalld.conf"),
        Firewall("ufw", False, "/etc/ufw/ufw.conf"),
    )


def test_what_ufw_s_files_hold_everywhere_is_nobody_s_rule() -> None:
    facts = routing(
        {
            "/etc/ufw/before.rules": "*filter\n-A ufw-before-input -i lo -j ACCEPT\n*nat\n"
            "-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-port 8080",
            "/etc/ufw/user.rules": "*filter\n-A ufw-user-input -p tcp --dport 22 -j ACCEPT\n"
            "-A ufw-user-limit -j REJECT",
        }
    )
    assert [(one.chain, one.ports, one.to) for one in facts.rules] == [
        ("PREROUTING", ("80",), ":8080"),
        ("ufw-user-input", ("22",), None),
    ]


def test_rules_that_were_cut_off_are_a_gap() -> None:
    parsed = PROBE.parse(section(iptables=">\n1|*nat\n4001|..."))
    assert [gap.what for gap in parsed.gaps] == ["rules of the packet filter (iptables)"]


def test_tcp_wrappers() -> None:
    facts = routing(
        {
            "/etc/hosts.allow": "sshd, vsftpd : 10.0.0.0/255.0.0.0 .corp : spawn (/bin/x)\nALL: [fe80::]/10",
            "/etc/hosts.deny": "ALL: ALL",
        }
    )
    assert facts.wrappers == (
        Wrapper(
            "allow", ("sshd", "vsftpd"), ("10.0.0.0/255.0.0.0", ".corp"), ("spawn (/bin/x)",), "/etc/hosts.allow:1"
        ),
        Wrapper("allow", ("ALL",), ("[fe80::]/10",), (), "/etc/hosts.allow:2"),
        Wrapper("deny", ("ALL",), ("ALL",), (), "/etc/hosts.deny:1"),
    )


def test_proxies_without_their_credentials() -> None:
    net = bare(
        {
            "/etc/environment": 'http_proxy="http://bob:pw1@proxy.corp:3128"\nno_proxy=localhost,.corp',
            "/etc/profile.d/p.sh": "export HTTPS_PROXY=bob:pw1@proxy.corp:3128",
            "/etc/apt/apt.conf.d/p": 'Acquire::http::Proxy "http://apt:3142";',
            "/etc/yum.conf": "proxy=_none_\nproxy_password=S3cretS3cret",
        }
    )
    assert routing(net=net).proxies == (
        Proxy("http_proxy", "http://***@proxy.corp:3128", "/etc/environment:1"),
        Proxy("no_proxy", "localhost,.corp", "/etc/environment:2"),
        Proxy("HTTPS_PROXY", "***@proxy.corp:3128", "/etc/profile.d/p.sh:1"),
        Proxy("Acquire::http::Proxy", "http://apt:3142", "/etc/apt/apt.conf.d/p:1"),
    )


def test_directories_that_accounts_come_from() -> None:
    net = bare(
        {
            "/etc/sssd/sssd.conf": "[sssd]\ndomains = corp\n[domain/corp]\nid_provider = ad\n"
            "ad_domain = corp.example.com\nad_server = dc1.corp, dc2.corp",
            "/etc/krb5.conf": "[libdefaults]\n default_realm = CORP.EXAMPLE.COM\n[realms]\n MIT.EDU = {\n  kdc = mit\n"
            " }\n CORP.EXAMPLE.COM = {\n  kdc = dc1:88\n }",
            "/etc/samba/smb.conf": "[global]\n security = ADS\n realm = CORP\n[share]\n security = user",
            "/etc/yp.conf": "domain shop server 10.0.0.7",
            "/etc/ldap.conf": "uri ldap://l1 ldaps://l2\nbase dc=corp",
        }
    )
    assert routing(net=net).memberships == (
        Membership("sssd", "corp.example.com", ("dc1.corp", "dc2.corp"), None, "ad", "/etc/sssd/sssd.conf:3"),
        Membership("kerberos", "CORP.EXAMPLE.COM", ("dc1:88",), seen="/etc/krb5.conf:2"),
        Membership("winbind", "CORP", seen="/etc/samba/smb.conf:1"),
        Membership("nis", "shop", ("10.0.0.7",), seen="/etc/yp.conf:1"),
        Membership("ldap", None, ("ldap://l1", "ldaps://l2"), "dc=corp", seen="/etc/ldap.conf:1"),
    )


def test_name_sources() -> None:
    text = "passwd: files sss # x\nhosts: files mdns4_minimal [NOTFOUND=return] dns\nempty:"
    assert routing({"/etc/nsswitch.conf": text}).name_sources == (
        ("passwd", ("files", "sss")),
        ("hosts", ("files", "mdns4_minimal", "dns")),
    )
