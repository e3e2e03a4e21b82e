"""The network around a host. The platform has its own; what clients or applications relied on is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.emission.fates import ASK, CARRIED, DROPPED, Case, Entries
from migrate.model.plan import Workload
from migrate.model.routing import Membership, Proxy, Route, Routing, Rule, Wrapper

_NEW = "the new host's network is its own"
_DIRECTORIES = frozenset(("sss", "ldap", "winbind", "nis", "nisplus", "compat", "centrify", "vas4", "lsass"))
_TUNNELS = frozenset("tun wireguard ppp gre ipip".split())
_MADE = re.compile(r"DOCKER|KUBE-|CNI-|LIBVIRT_|f2b-|fail2ban-|cali-|FLANNEL|WEAVE")
_ENTRANCE = re.compile(r"(?i)input$")


def routing(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Routing)
    for interface in facts.interfaces:
        tunnel = interface.kind in _TUNNELS and interface.state != "down"
        because = "a tunnel: see who reaches what through it" if tunnel else _NEW
        yield case.entry(f"routing:interface/{interface.name}", ASK if tunnel else DROPPED, "", because)
    for route in facts.routes:
        yield case.entry(f"routing:route/{route.destination}/{route.interface}", *_route(route))
    for line in facts.policies_of_routing:
        text = "packets of this address took a way of their own: see who needed it"
        yield case.entry(f"routing:policy/{line}", ASK, "", text)
    for rule in facts.rules:
        yield case.entry(f"routing:rule/{rule.family}/{rule.table}/{rule.chain}/{rule.text}", *_rule(case, rule))
    yield from _filter(case, facts)
    for wrapper in facts.wrappers:
        yield case.entry(f"routing:wrapper/{wrapper.seen}", *_wrapper(case, wrapper))
    for proxy in facts.proxies:
        yield case.entry(f"routing:proxy/{proxy.seen}/{proxy.name}", *_proxy(proxy))
    used = {source for name, sources in facts.name_sources if name in ("passwd", "group") for source in sources}
    for database, sources in facts.name_sources:
        yield case.entry(f"routing:names/{database}", *_names(database, sources))
    for one in facts.memberships:
        yield case.entry(f"routing:directory/{one.kind}/{one.seen}", *_membership(one, bool(used & _DIRECTORIES)))


def _route(route: Route) -> tuple[str, str, str]:
    if route.gateway and not route.destination.endswith("/0"):
        return ASK, "", f"{route.destination} was reached through {route.gateway}: see that the new host reaches it"
    return DROPPED, "", _NEW


def _rule(case: Case, rule: Rule) -> tuple[str, str, str]:
    if _MADE.match(rule.chain) or _MADE.match(rule.to or ""):
        return DROPPED, "", "made by a program as it runs, not by a person"
    if not rule.active:
        return DROPPED, "", "stands in a file; rules that are in force are told for themselves"
    if rule.action in ("redirect", "dnat") and rule.ports:
        return _redirect(case, rule)
    if rule.table == "nat":
        return DROPPED, "", _NEW
    return DROPPED, "", "who may come in is set in the platform: see routing:filter"


def _redirect(case: Case, rule: Rule) -> tuple[str, str, str]:
    """A port that clients use, though nobody listens on it."""
    wanted = rule.ports[0]
    port = (rule.to or "").rpartition(":")[2]
    for workload, published in _serving(case, port):
        if published is not None and str(published) == wanted:
            return CARRIED, "compose.yaml", f"{workload.name} is published on {wanted}, which was redirected to it"
        return ASK, workload.name, f"clients come in on {wanted}, which is redirected to {port}: publish it on {wanted}"
    return ASK, "", f"{wanted} is redirected to {rule.to or 'another port'}: see who serves it from now on"


def _serving(case: Case, port: str) -> Iterator[tuple[Workload, int | None]]:
    for workload in case.workloads:
        for one in workload.ports:
            if str(one.port) == port:
                yield workload, one.publish


def _filter(case: Case, facts: Routing) -> Entries:
    """Once for all rules: whether the packet filter decided who may come in."""
    closed = any(_ENTRANCE.search(one.chain) and one.policy in ("drop", "reject") for one in facts.policies)
    closed |= any(one.active and one.action in ("drop", "reject") and not _MADE.match(one.chain) for one in facts.rules)
    if closed:
        text = "a packet filter decided who may reach which port: the rules are facts of routing; set the platform's so"
        yield case.entry("routing:filter", ASK, "", text)
    for one in facts.policies:
        yield case.entry(f"routing:chain/{one.family}/{one.table}/{one.chain}", DROPPED, "", "see routing:filter")
    for firewall in facts.firewalls:
        yield case.entry(f"routing:firewall/{firewall.name}", DROPPED, "", "see routing:filter")


def _wrapper(case: Case, wrapper: Wrapper) -> tuple[str, str, str]:
    for workload in case.workloads:
        programs = {workload.name, workload.kind, *(word.rpartition("/")[2] for word in workload.command[:1])}
        if programs & set(wrapper.daemons):
            who = " ".join(wrapper.clients)
            return ASK, workload.name, f"{wrapper.action} {who}: nothing in a container keeps others out"
    return DROPPED, "", "for daemons that are not carried, or that do not read it"


def _proxy(proxy: Proxy) -> tuple[str, str, str]:
    if re.match(r"/etc/(?:environment|profile|bash)", proxy.seen) and proxy.name.lower() != "no_proxy":
        return ASK, "", f"programs were told to go out through {proxy.value}: see whether workloads must, too"
    return DROPPED, "", "for installing software on the machine; builds use the proxy of their engine"


def _names(database: str, sources: tuple[str, ...]) -> tuple[str, str, str]:
    if database == "passwd" and (found := [one for one in sources if one in _DIRECTORIES - {"compat"}]):
        return (
            ASK,
            "",
            f"accounts come from a directory ({', '.join(found)}), too: containers know those of files alone",
        )
    return DROPPED, "", "containers look names up as their base does"


def _membership(one: Membership, used: bool) -> tuple[str, str, str]:
    name = one.domain or ", ".join(one.servers)
    if one.kind in ("winbind", "sssd") or (one.kind in ("ldap", "nis") and used):
        return ASK, "", f"the machine is a member of {name}: an application may rely on its accounts or tickets"
    return DROPPED, "", "a client's default; nothing on the machine takes accounts from it"


FATES = {"routing": routing}
