"""Rules of packet filters as iptables-save, nft, firewalld, SuSEfirewall2 and Shorewall write them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from migrate.model.routing import Policy, Rule

Lines = Iterable[tuple[int, str]]

_ACTIONS = frozenset("accept drop reject redirect dnat snat masquerade log queue return".split())


# --- iptables-save ----------------------------------------------------------------------------------------------------


def iptables(lines: Lines, family: str, path: str, *, active: bool) -> tuple[list[Rule], list[Policy]]:
    """What iptables-save printed, or a file of that form (ufw's user.rules, /etc/sysconfig/iptables)."""
    rules, policies, table = [], [], "filter"
    for at, raw in lines:
        line = re.sub(r"^\[\d+:\d+\]\s*", "", raw.strip())
        if line.startswith("*"):
            table = line[1:].strip()
        elif found := re.match(r":(\S+)\s+(ACCEPT|DROP|REJECT|QUEUE)\b", line):
            policies.append(Policy(family, table, found[1], found[2].lower()))
        elif found := re.match(r"(?:-A|-I|--append)\s+(\S+)(?:\s+\d+)?\s*(.*)", line):
            seen = path if active else f"{path}:{at}"
            rules.append(_iptables(family, table, found[1], found[2], active=active, seen=seen))
    return rules, policies


def _iptables(family: str, table: str, chain: str, text: str, *, active: bool, seen: str) -> Rule:
    options = _options(text)
    target = options.get("j") or options.get("g")
    action = target.lower() if target and target.lower() in _ACTIONS else "jump" if target else None
    to = next((options[name] for name in ("to-ports", "to-destination", "to-source") if name in options), None)
    if "to-ports" in options:
        to = f":{options['to-ports']}"
    ports = options.get("dports") or options.get("dport") or options.get("destination-ports") or ""
    return Rule(
        family,
        table,
        chain,
        action,
        options.get("p"),
        tuple(port for port in ports.split(",") if port),
        target if action == "jump" else to,
        options.get("s"),
        options.get("d"),
        options.get("i"),
        text,
        active,
        seen,
    )


_LONG = {"jump": "j", "goto": "g", "protocol": "p", "proto": "p", "source": "s", "src": "s", "destination": "d",
         "dst": "d", "in-interface": "i",
         "destination-port": "dport", "to-port": "to-ports"}  # fmt: skip


def _options(text: str) -> dict[str, str]:
    """Options with their values; a value that is negated begins with "!"."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    found: dict[str, str] = {}
    negated = ""
    for at, word in enumerate(words):
        if word == "!":
            # iptables 1.3 had it behind the option: -s ! 10.0.0.0/8.
            negated = "!" if words[at + 1 : at + 2] and words[at + 1].startswith("-") else ""
        elif word.startswith("-") and len(word) > 1:
            name = word.lstrip("-")
            value = words[at + 1] if at + 1 < len(words) else ""
            if value == "!" and at + 2 < len(words):
                value = "!" + words[at + 2]
            found.setdefault(_LONG.get(name, name), negated + value)
            negated = ""
    return found


# --- nft --------------------------------------------------------------------------------------------------------------

_NFT_PORTS = re.compile(r"\b(tcp|udp|sctp|dccp|th) dport (?:(!=)\s*)?(\{[^}]*\}|\S+)")
_NFT_VERDICT = re.compile(
    r"\b(?:(accept|drop|reject|masquerade|return)\b|(redirect)(?: to (:?\S+))?|(dnat|snat)(?: ip6?)? to (\S+)"
    r"|(?:jump|goto) (\S+)|xt target \"(\w+)\")"
)

_NFT_FIELDS = (
    ("source", re.compile(r"\bip6? saddr (!= )?(\S+)")),
    ("destination", re.compile(r"\bip6? daddr (!= )?(\S+)")),
    ("interface", re.compile(r'\biif(?:name)? (!= )?"?([^\s"]+)')),
    ("protocol", re.compile(r"\bl4proto (!= )?(\w+)")),
)


def nft(lines: Lines, path: str, *, active: bool) -> tuple[list[Rule], list[Policy]]:
    """What ``nft list ruleset`` printed, or a file of that form with one statement on a line."""
    rules, policies = [], []
    family = table = chain = ""
    depth = 0  # of a set or map, whose lines are no rules
    for at, raw in lines:
        line = re.sub(r"\s+counter packets \d+ bytes \d+|(?<=\s)counter(?=\s)", " ", f" {raw.strip()} ").strip()
        line = re.sub(r"\s+", " ", line)
        if found := re.match(r"(?:add )?table(?: (ip6?|inet|arp|bridge|netdev))? (\S+) ?\{$", line):
            family, table, chain = found[1] or "ip", found[2], ""
        elif table and (found := re.match(r"chain (\S+) ?\{$", line)):
            chain = found[1]
        elif line.endswith("{") and not chain:
            depth += 1
        elif line == "}":
            depth, chain, table = (depth - 1, chain, table) if depth else (0, "", table if chain else "")
        elif chain and line.startswith("type "):
            if found := re.search(r"policy (\w+)", line):
                policies.append(Policy(family, table, chain, found[1]))
        elif chain and not depth and not line.startswith(("#", "comment ", "policy ")):
            rules.append(
                _nft(family, table, chain, line.rstrip(";"), active=active, seen=path if active else f"{path}:{at}")
            )
    return rules, policies


def _nft(family: str, table: str, chain: str, text: str, *, active: bool, seen: str) -> Rule:
    ports = _NFT_PORTS.search(text)
    verdicts = list(_NFT_VERDICT.finditer(text))
    verdict = verdicts[-1] if verdicts else None
    action, to = _verdict(verdict) if verdict else (None, None)
    found = {
        name: ("!" if match[1] else "") + match[2] for name, pattern in _NFT_FIELDS if (match := pattern.search(text))
    }
    return Rule(
        family,
        table,
        chain,
        action,
        ports[1] if ports and ports[1] != "th" else found.get("protocol"),
        tuple(re.split(r",\s*", ports[3].strip("{} ").replace("-", ":"))) if ports and not ports[2] else (),
        to,
        found.get("source"),
        found.get("destination"),
        found.get("interface"),
        text,
        active,
        seen,
    )


def _verdict(found: re.Match[str]) -> tuple[str, str | None]:
    if found[1]:
        return found[1], None
    if found[2]:
        return "redirect", found[3]
    if found[4]:
        return found[4], found[5]
    if found[6]:
        return "jump", found[6]
    return (found[7].lower(), None) if found[7].lower() in _ACTIONS else ("jump", found[7])


# --- what keeps them --------------------------------------------------------------------------------------------------


def firewalld(path: str, lines: Lines) -> Iterator[Rule]:
    """A zone: services, ports and forwarded ports, each told by one element."""
    zone = path.rpartition("/")[2].removesuffix(".xml")
    for at, line in lines:
        for element, attributes in re.findall(r"<(service|port|forward-port|masquerade)\b([^>]*)", line):
            given = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
            port, to = given.get("port"), None
            action = "accept"
            if element == "forward-port":
                action, to = "redirect", f"{given.get('to-addr', '')}:{given.get('to-port', port or '')}"
                action = "dnat" if given.get("to-addr") else action
            elif element == "masquerade":
                action = "masquerade"
            ports = (port.replace("-", ":"),) if port else (given["name"],) if "name" in given else ()
            yield Rule(
                "inet", "firewalld", zone, action, given.get("protocol"), ports, to,
                text=f"{element} {attributes.strip().rstrip('/').strip()}".strip(), active=False, seen=f"{path}:{at}",
            )  # fmt: skip


def susefirewall(path: str, lines: Lines) -> Iterator[Rule]:
    """FW_SERVICES_EXT_TCP="22 80", FW_REDIRECT="0/0,10.0.0.1,tcp,80,8080" and FW_FORWARD_MASQ of the same form."""
    for at, line in lines:
        found = re.match(r"\s*(FW_\w+)=[\"']?([^\"'#]*)", line)
        if not found or not found[2].strip():
            continue
        for made in _suse(found[1], found[2].split()):
            yield replace(made, active=False, seen=f"{path}:{at}")


def _suse(key: str, words: list[str]) -> Iterator[Rule]:
    family, table = "inet", "SuSEfirewall2"
    if opened := re.fullmatch(r"FW_SERVICES_(EXT|INT|DMZ)_(TCP|UDP)", key):
        text = f"{key}={' '.join(words)}"
        yield Rule(family, table, opened[1].lower(), "accept", opened[2].lower(), tuple(words), text=text)
        return
    for word in words:
        fields = [*word.split(","), ""]
        if len(fields) < 5:
            continue
        source, address, protocol, port = fields[:4]
        if key == "FW_REDIRECT" and fields[4]:
            yield Rule(
                family, table, "redirect", "redirect", protocol, (port,), f":{fields[4]}", source, address, text=word
            )
        elif key == "FW_FORWARD_MASQ":
            to = f"{address}:{fields[4] or port}"
            yield Rule(family, table, "forward", "dnat", protocol, (port,), to, source, text=word)


def shorewall(path: str, lines: Lines) -> Iterator[Rule]:
    """``ACTION SOURCE DEST PROTO DPORT``, with ``REDIRECT net 8080 tcp 80`` and ``DNAT net loc:10.0.0.5:80 tcp 80``."""
    for at, line in lines:
        words = line.split("#")[0].split()
        found = re.match(r"(ACCEPT|DROP|REJECT|REDIRECT|DNAT)\b", words[0]) if len(words) >= 3 else None
        if not found:
            continue
        action, to = found[1].lower(), None
        if action == "redirect":
            to = f":{words[2]}"
        elif action == "dnat":
            to = words[2].partition(":")[2] or words[2]
        ports = tuple(words[4].split(",")) if len(words) > 4 and words[4] != "-" else ()
        protocol = words[3] if len(words) > 3 and words[3] != "-" else None
        yield Rule("inet", "shorewall", words[2].partition(":")[0], action, protocol, ports, to, words[1],
                   text=" ".join(words), active=False, seen=f"{path}:{at}")  # fmt: skip
