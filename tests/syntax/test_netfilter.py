from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.model.routing import Policy, Rule
from migrate.syntax import netfilter


def lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.strip("\n").split("\n"), 1))


# iptables-save of 1.3.5 (RHEL 5), 1.4 and 1.8: the same form; recorded from 1.8, the old options after the manual.
def test_rules_of_iptables_open_and_redirect_ports() -> None:
    text = """
*nat
:PREROUTING ACCEPT
-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080
-A PREROUTING -d 10.0.0.5/32 ! -i lo -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.1.1.1:8443
-A POSTROUTING -o eth0 -j MASQUERADE
COMMIT
*filter
:INPUT DROP
:RH-Firewall-1-INPUT -
-A INPUT -j RH-Firewall-1-INPUT
[3:180] -A RH-Firewall-1-INPUT -s ! 10.0.0.0/8 -p tcp -m multiport --dports 22,8000:8010 -j ACCEPT
COMMIT
"""
    rules, policies = netfilter.iptables(lines(text), "ip", "iptables-save", active=True)
    told = [(one.table, one.chain, one.action, one.protocol, one.ports, one.to) for one in rules]
    assert told == [
        ("nat", "PREROUTING", "redirect", "tcp", ("80",), ":8080"),
        ("nat", "PREROUTING", "dnat", "tcp", ("443",), "10.1.1.1:8443"),
        ("nat", "POSTROUTING", "masquerade", None, (), None),
        ("filter", "INPUT", "jump", None, (), "RH-Firewall-1-INPUT"),
        ("filter", "RH-Firewall-1-INPUT", "accept", "tcp", ("22", "8000:8010"), None),
    ]
    assert (rules[1].destination, rules[1].interface, rules[4].source) == ("10.0.0.5/32", "!lo", "!10.0.0.0/8")
    assert (rules[0].seen, rules[0].active) == ("iptables-save", True)
    assert policies == [Policy("ip", "nat", "PREROUTING", "accept"), Policy("ip", "filter", "INPUT", "drop")]


def test_rules_of_a_file_say_their_line() -> None:
    (rule,), _ = netfilter.iptables(lines("-A ufw-user-input -p tcp --dport 80 -j ACCEPT"), "ip", "/u", active=False)
    assert (rule.table, rule.ports, rule.active, rule.seen) == ("filter", ("80",), False, "/u:1")


# Recorded from nft 0.9.8, rules made by nft and by iptables-nft.
def test_rules_of_nft() -> None:
    text = """
table ip nat {
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		iifname != "lo" meta l4proto tcp tcp dport 443 counter packets 0 bytes 0 dnat to 10.1.1.1:8443
		iifname "eth0" tcp dport 81 redirect to :8081
	}
}
table inet web {
	set bad {
		type ipv4_addr
		elements = { 1.2.3.4 }
	}

	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ip saddr 10.0.0.0/8 tcp dport { 80, 443, 8000-8010 } counter packets 5 bytes 300 accept
		ip saddr @bad drop
		jump more
	}

	chain more {
		tcp dport != 22 reject with tcp reset
	}
}
"""
    rules, policies = netfilter.nft(lines(text), "nft list ruleset", active=True)
    told = [(one.family, one.chain, one.action, one.protocol, one.ports, one.to, one.source) for one in rules]
    assert told == [
        ("ip", "PREROUTING", "dnat", "tcp", ("443",), "10.1.1.1:8443", None),
        ("ip", "PREROUTING", "redirect", "tcp", ("81",), ":8081", None),
        ("inet", "input", "accept", None, (), None, None),
        ("inet", "input", "accept", "tcp", ("80", "443", "8000:8010"), None, "10.0.0.0/8"),
        ("inet", "input", "drop", None, (), None, "@bad"),
        ("inet", "input", "jump", None, (), "more", None),
        ("inet", "more", "reject", "tcp", (), None, None),
    ]
    assert [one.interface for one in rules[:2]] == ["!lo", "eth0"]
    assert policies == [Policy("ip", "nat", "PREROUTING", "accept"), Policy("inet", "web", "input", "drop")]


# After firewalld.zone(5).
def test_a_zone_of_firewalld() -> None:
    text = (
        '<zone>\n  <service name="http"/>\n  <port protocol="tcp" port="8000-8010"/>\n'
        '  <forward-port port="80" protocol="tcp" to-port="8080"/>\n'
        '  <forward-port port="443" protocol="tcp" to-port="8443" to-addr="10.0.0.9"/>\n</zone>'
    )
    found = list(netfilter.firewalld("/etc/firewalld/zones/public.xml", lines(text)))
    assert [(one.chain, one.action, one.protocol, one.ports, one.to) for one in found] == [
        ("public", "accept", None, ("http",), None),
        ("public", "accept", "tcp", ("8000:8010",), None),
        ("public", "redirect", "tcp", ("80",), ":8080"),
        ("public", "dnat", "tcp", ("443",), "10.0.0.9:8443"),
    ]


# After the comments in SLES 11's /etc/sysconfig/SuSEfirewall2.
def test_suse_s_firewall() -> None:
    text = 'FW_SERVICES_EXT_TCP="22 http"\nFW_SERVICES_EXT_UDP=""\nFW_REDIRECT="0/0,10.0.0.1,tcp,80,8080"\n'
    text += 'FW_FORWARD_MASQ="0/0,10.0.0.5,tcp,81"'
    found = list(netfilter.susefirewall("/s", lines(text)))
    assert [(one.action, one.protocol, one.ports, one.to) for one in found] == [
        ("accept", "tcp", ("22", "http"), None),
        ("redirect", "tcp", ("80",), ":8080"),
        ("dnat", "tcp", ("81",), "10.0.0.5:81"),
    ]
    assert found[1] == Rule(
        "inet", "SuSEfirewall2", "redirect", "redirect", "tcp", ("80",), ":8080", "0/0", "10.0.0.1",
        text="0/0,10.0.0.1,tcp,80,8080", active=False, seen="/s:3",
    )  # fmt: skip


# After shorewall-rules(5).
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ACCEPT net fw tcp 80,443", ("accept", "tcp", ("80", "443"), None)),
        ("REDIRECT:info net 8080 tcp 80", ("redirect", "tcp", ("80",), ":8080")),
        ("DNAT net loc:10.0.0.5:8080 tcp 80", ("dnat", "tcp", ("80",), "10.0.0.5:8080")),
        ("DROP net fw", ("drop", None, (), None)),
    ],
)
def test_rules_of_shorewall(line: str, expected: tuple[str, str | None, tuple[str, ...], str | None]) -> None:
    (rule,) = netfilter.shorewall("/etc/shorewall/rules", lines(f"?SECTION NEW\n{line} # why"))
    assert (rule.action, rule.protocol, rule.ports, rule.to) == expected


@given(st.text(st.sampled_from("\n\t {}!,-jAs:*'\"tabledpor0123")))
def test_no_text_makes_them_raise(text: str) -> None:
    for path in ("a", "b"):
        netfilter.iptables(lines(text), "ip", path, active=False)
        netfilter.nft(lines("table ip x {\nchain y {\n" + text), path, active=False)
        list(netfilter.firewalld(path, lines("<port " + text + ">")))
        list(netfilter.susefirewall(path, lines("FW_REDIRECT=" + text)))
        list(netfilter.shorewall(path, lines("DNAT " + text)))
