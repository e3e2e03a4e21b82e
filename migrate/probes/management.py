"""Traces of configuration management, provisioning and fleets' consoles: which, from where, with which roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from migrate.model.management import Management, Tool
from migrate.probes import Parsed, Probe
from migrate.probes.masks import hidden
from migrate.probes.sections import number, shell_of, split, unquoted

Lines = list[tuple[int, str]]

# By path, whose trace it is.
_TRACES = (
    ("puppet", re.compile(r"/puppet(?:labs)?/")),
    ("chef", re.compile(r"/(?:chef|cinc)/")),
    ("salt", re.compile(r"/salt/")),
    ("cfengine", re.compile(r"/var/cfengine/")),
    ("ansible", re.compile(r"/etc/ansible/|/\.ansible|ansible-pull")),
    ("cloud-init", re.compile(r"/var/lib/cloud/")),
    ("kickstart", re.compile(r"anaconda-ks\.cfg$")),
    ("autoyast", re.compile(r"autoinst\.xml$")),
    ("debian-installer", re.compile(r"/var/log/installer/")),
    ("fai", re.compile(r"/var/log/fai")),
    ("landscape", re.compile(r"/landscape/")),
    ("subscription-manager", re.compile(r"/rhsm/|/pki/consumer/")),
    ("rhn", re.compile(r"/sysconfig/rhn/")),
    ("suse-connect", re.compile(r"SUSEConnect$|SCCcredentials$")),
    ("etckeeper", re.compile(r"\.etckeeper$")),
    ("rudder", re.compile(r"/opt/rudder/")),
    ("bcfg2", re.compile(r"bcfg2\.conf$")),
    ("quattor", re.compile(r"quattor\.conf$")),
    ("mcollective", re.compile(r"/mcollective/")),
    ("ocsinventory", re.compile(r"/ocsinventory/")),
    ("glpi-agent", re.compile(r"/glpi-agent/")),
)
# Files whose time is that of the last run.
_RUNS = re.compile(
    r"last_run_summary|resources\.txt$|client\.log$|highstate\.cache|promise_summary|ansible-pull\.log$|/\.ansible$"
    r"|result\.json$|anaconda-ks\.cfg$|autoinst\.xml$|hardware-summary$|/fai"
)
# A package brings these; alone they say nothing.
_BROUGHT = re.compile(
    r"/etc/(?:ansible/(?:ansible\.cfg|hosts)|rhsm/rhsm\.conf|puppet(?:labs/puppet)?/puppet\.conf|salt/minion"
    r"|sysconfig/rhn/up2date|landscape/client\.conf|mcollective/server\.cfg|ocsinventory/.*|glpi-agent/.*)$"
)


@dataclass(frozen=True, slots=True)
class _Trace:
    path: str
    lines: tuple[str, ...]
    time: float | None


def parse(data: bytes) -> Parsed:
    parts = split(data)
    stats = (re.fullmatch(r"(\d{1,12}) (.*)", line) for line in parts.lines("times"))
    times = {stat[2]: float(stat[1]) for stat in stats if stat}
    found: dict[str, list[_Trace]] = {}
    for path, lines in parts.numbered("files").items():
        name = next((name for name, pattern in _TRACES if pattern.search(path)), None)
        if name:
            found.setdefault(name, []).append(_Trace(path, tuple(line for _, line in lines), times.get(path)))
    tools = [_tool(name, traces) for name, traces in found.items() if _telling(traces)]
    return Parsed(Management(tuple(sorted(tools, key=lambda one: one.name))), parts.gaps)


def _telling(traces: list[_Trace]) -> bool:
    """More than what a package brings: a file of its own, or a setting that names a server."""
    return any(not _BROUGHT.search(one.path) for one in traces) or any(
        re.match(r"\s*(?:server|master|serverURL|account_name)\s*[:=]", line) for one in traces for line in one.lines
    )


def _tool(name: str, traces: list[_Trace]) -> Tool:
    last = [one.time for one in traces if one.time is not None and _RUNS.search(one.path)]
    tool = Tool(name, last=max(last) if last else None, seen=tuple(sorted(one.path for one in traces)))
    for trace in traces:
        tool = _READERS[name](tool, trace) if name in _READERS else tool
    return tool


def _value(lines: tuple[str, ...], *keys: str) -> str | None:
    """Of ``key = value``, ``key: value`` or ``key "value"``; the last one that is set."""
    found = None
    for line in lines:
        for key in keys:
            if match := re.match(rf"\s*{key}(?:\s*[:=]\s*|\s+)(\S.*?)\s*$", line):
                found = unquoted(match[1])
    return hidden(found) if found else None


def _items(lines: tuple[str, ...]) -> Iterator[str]:
    for line in lines:
        if found := re.match(r"\s*-\s+(\S.*?)\s*$", line):
            yield unquoted(found[1])


def _puppet(tool: Tool, trace: _Trace) -> Tool:
    if trace.path.endswith("puppet.conf"):
        return replace(
            tool,
            node=_value(trace.lines, "certname") or tool.node,
            server=_value(trace.lines, "server") or tool.server,
            environment=_value(trace.lines, "environment") or tool.environment,
        )
    if trace.path.endswith("classes.txt"):
        return replace(tool, roles=tuple(sorted({*tool.roles, *(line.strip() for line in trace.lines)} - {"settings"})))
    if trace.path.endswith("resources.txt"):
        return replace(tool, keeps=tuple(dict.fromkeys((*tool.keeps, *(_resource(line) for line in trace.lines)))))
    run = number(_value(trace.lines, "last_run") or "")
    return replace(tool, last=float(run) if run else tool.last, version=_value(trace.lines, "puppet") or tool.version)


def _resource(line: str) -> str:
    """``file[/etc/ntp.conf]`` as its path, other resources as they stand."""
    found = re.fullmatch(r"\s*file\[(/.*)\]\s*", line)
    return found[1] if found else line.strip()


def _chef(tool: Tool, trace: _Trace) -> Tool:
    if trace.path.endswith(".rb"):
        return replace(
            tool,
            node=_value(trace.lines, "node_name") or tool.node,
            server=_value(trace.lines, "chef_server_url") or tool.server,
            environment=_value(trace.lines, "environment", "policy_group") or tool.environment,
        )
    roles = re.findall(r"((?:recipe|role)\[[^\]\s]+\])", "\n".join(trace.lines))
    return replace(tool, roles=tuple(dict.fromkeys((*tool.roles, *roles))))


def _salt(tool: Tool, trace: _Trace) -> Tool:
    if trace.path.endswith("minion_id"):
        return replace(tool, node=next(iter(trace.lines), "").strip() or tool.node)
    if trace.path.endswith("grains"):
        return replace(tool, roles=tuple(dict.fromkeys((*tool.roles, *_items(trace.lines)))))
    masters = _value(trace.lines, "master") or ", ".join(_listed(trace.lines, "master"))
    return replace(
        tool,
        server=masters or tool.server,
        node=_value(trace.lines, "id") or tool.node,
        environment=_value(trace.lines, "saltenv", "environment") or tool.environment,
    )


def _listed(lines: tuple[str, ...], key: str) -> Iterator[str]:
    """What stands as a list below ``key:``."""
    inside = False
    for line in lines:
        if re.match(rf"\s*{key}:\s*$", line):
            inside = True
        elif inside and (found := re.match(r"\s*-\s+(\S+)", line)):
            yield found[1]
        else:
            inside = False


def _first_line(tool: Tool, trace: _Trace) -> Tool:
    """A file of one line that names the server, or the node."""
    line = next(iter(trace.lines), "").strip() or None
    if trace.path.endswith("policy_server.dat"):
        return replace(tool, server=line or tool.server)
    return replace(tool, node=line or tool.node) if trace.path.endswith(("instance-id", "uuid.hive")) else tool


def _cloud(tool: Tool, trace: _Trace) -> Tool:
    if found := re.search(r'"datasource":\s*"([^"]+)"', "\n".join(trace.lines)):
        return replace(tool, server=found[1])
    return _first_line(tool, trace)


def _kickstart(tool: Tool, trace: _Trace) -> Tool:
    found = re.search(r"(?m)^(?:url|nfs|repo) .*?(?:--url|--server|--baseurl)[= ]\"?([^\s\"]+)", "\n".join(trace.lines))
    return replace(tool, server=hidden(found[1])) if found else tool


def _console(tool: Tool, trace: _Trace) -> Tool:
    return replace(
        tool,
        server=_value(trace.lines, "url", "hostname", "serverURL", "server", r"plugin\.\w+\.(?:pool\.1\.)?host")
        or tool.server,
        node=_value(trace.lines, "computer_title") or tool.node,
        environment=_value(trace.lines, "account_name") or tool.environment,
    )


_READERS: dict[str, Callable[[Tool, _Trace], Tool]] = {
    "puppet": _puppet,
    "chef": _chef,
    "salt": _salt,
    "cfengine": _first_line,
    "rudder": _first_line,
    "cloud-init": _cloud,
    "kickstart": _kickstart,
    "landscape": _console,
    "subscription-manager": _console,
    "rhn": _console,
    "suse-connect": _console,
    "mcollective": _console,
    "ocsinventory": _console,
    "glpi-agent": _console,
}

PROBE = Probe(Management, shell_of(__file__), parse, budget=20)
