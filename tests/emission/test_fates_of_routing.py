from __future__ import annotations

from dataclasses import replace

from migrate.ledger import ledger
from migrate.model.plan import Port
from migrate.model.routing import (
    Firewall,
    Interface,
    Membership,
    Policy,
    Proxy,
    Route,
    Routing,
    Rule,
    Wrapper,
)
from tests.emission.sample import snapshot, sources, workload

APP = workload(ports=(Port(8080),), command=("/usr/sbin/vsftpd",))
REDIRECT = Rule("ip", "nat", "PREROUTING", "redirect", "tcp", ("80",), ":8080", text="r")


def fates(facts: Routing, app: object = APP) -> dict[str, tuple[str, str]]:
    given = sources(app, seen=snapshot((), {}, facts))  # type: ignore[arg-type]
    found = [one for one in ledger(given, []) if one.fact.startswith("routing:")]
    return {one.fact.removeprefix("routing:"): (one.fate, one.where) for one in found}


def test_a_redirected_port_is_a_coupling_with_the_clients() -> None:
    published = replace(APP, ports=(Port(8080, publish=80),))
    assert fates(Routing(rules=(REDIRECT,))) == {"rule/ip/nat/PREROUTING/r": ("needs-a-person", "app")}
    assert fates(Routing(rules=(REDIRECT,)), published) == {"rule/ip/nat/PREROUTING/r": ("carried", "compose.yaml")}
    nobody = replace(REDIRECT, to="10.9.9.9:81")
    assert fates(Routing(rules=(nobody,))) == {"rule/ip/nat/PREROUTING/r": ("needs-a-person", "")}
    made = replace(REDIRECT, chain="DOCKER")
    assert fates(Routing(rules=(made,))) == {"rule/ip/nat/DOCKER/r": ("dropped", "")}


def test_a_filter_that_keeps_people_out_is_asked_about_once() -> None:
    rules = tuple(Rule("ip", "filter", "INPUT", "accept", "tcp", (str(port),), text=str(port)) for port in (22, 80))
    found = fates(
        Routing(rules=rules, policies=(Policy("ip", "filter", "INPUT", "drop"),), firewalls=(Firewall("ufw", True),))
    )
    assert [fact for fact, (fate, _) in found.items() if fate == "needs-a-person"] == ["filter"]
    assert len(found) == 5


def test_what_applications_may_rely_on_needs_a_person_and_the_rest_is_the_new_host_s() -> None:
    found = fates(
        Routing(
            interfaces=(Interface("eth0", "ethernet"), Interface("tun0", "tun", state="unknown")),
            routes=(Route("0.0.0.0/0", "eth0", "10.0.0.1"), Route("10.8.0.0/16", "eth0", "10.0.0.2")),
            policies_of_routing=("100: from 10.0.0.5 lookup 9",),
            wrappers=(
                Wrapper("allow", ("vsftpd",), ("10.",), (), "/a:1"),
                Wrapper("allow", ("sshd",), ("10.",), (), "/a:2"),
            ),
            proxies=(
                Proxy("http_proxy", "http://p", "/etc/environment:1"),
                Proxy("proxy", "http://p", "/etc/yum.conf:1"),
            ),
            name_sources=(("passwd", ("files", "sss")), ("hosts", ("files", "dns"))),
            memberships=(Membership("sssd", "corp", seen="/s:1"), Membership("kerberos", "CORP", seen="/k:1")),
        )
    )
    assert {fact for fact, (fate, _) in found.items() if fate == "needs-a-person"} == {
        "interface/tun0",
        "route/10.8.0.0/16/eth0",
        "policy/100: from 10.0.0.5 lookup 9",
        "wrapper//a:1",
        "proxy//etc/environment:1/http_proxy",
        "names/passwd",
        "directory/sssd//s:1",
    }
    assert len(found) == 13
