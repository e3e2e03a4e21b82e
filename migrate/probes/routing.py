"""Interfaces, routes, packet filters, hosts.allow, proxies, name sources and directories; nothing is loaded for it.

Rules that are in force come from iptables-save and nft; those of files are told as well where they are not in force.
"""

from __future__ import annotations

from migrate.model.routing import Routing
from migrate.probes import Parsed, Probe
from migrate.probes.networks.directories import memberships
from migrate.probes.networks.filters import cut, firewalls, in_force, wrappers, written
from migrate.probes.networks.proxies import name_sources, proxies
from migrate.probes.networks.routes import interfaces, policy_rules, routes
from migrate.probes.sections import shell_of, split


def parse(data: bytes) -> Parsed:
    parts = split(data)
    files, net = parts.numbered("files"), parts.numbered("net")
    table = [line.split("\t") for line in parts.lines("net") if "\t" in line[:2]]
    rules, policies = in_force(parts)
    rules += written(files, rules)
    facts = Routing(
        interfaces=tuple(interfaces(table, parts.lines("members"))),
        routes=tuple(routes(table)),
        policies_of_routing=tuple(policy_rules(parts.lines("policies"))),
        rules=tuple(dict.fromkeys(rules)),
        policies=tuple(dict.fromkeys(policies)),
        firewalls=tuple(firewalls(files, rules, parts.lines("keepers"))),
        wrappers=tuple(wrappers(files)),
        proxies=tuple(proxies(net)),
        name_sources=tuple(name_sources(files.get("/etc/nsswitch.conf", []))),
        memberships=tuple(memberships(net)),
    )
    return Parsed(facts, (*parts.gaps, *cut(parts)))


PROBE = Probe(Routing, shell_of(__file__), parse, budget=20)
