"""Logs, licences, and who looked after the host: what surrounds applications without being part of them."""

from __future__ import annotations

from migrate.emission.fates import ASK, CHANGED, DROPPED, Case, Entries, joined
from migrate.model.licences import Licences
from migrate.model.logs import Forward, LogFile, Logs
from migrate.model.management import Managed, Management, Tool

_INSTALLERS = frozenset("kickstart autoyast debian-installer fai cloud-init etckeeper".split())
_CONSOLES = frozenset("landscape subscription-manager rhn suse-connect ocsinventory glpi-agent mcollective".split())


def logs(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Logs)
    for file in facts.files:
        yield case.entry(f"logs:file/{file.path}", *_log(case, file))
    for rule in facts.rotations:
        yield case.entry(
            f"logs:rotation/{rule.seen}", DROPPED, "", "the platform keeps and rotates what containers print"
        )
    for forward in facts.forwards:
        yield case.entry(f"logs:{forward.program}/{forward.seen}/{forward.target}", *_forward(forward))
    for setting in facts.journal:
        yield case.entry(f"logs:journal/{setting.seen}", DROPPED, "", "the platform keeps what containers print")


def _log(case: Case, file: LogFile) -> tuple[str, str, str]:
    streams = {log.path: (one.name, log.stream) for one in case.workloads for log in one.logs}
    if file.path in streams:
        name, stream = streams[file.path]
        return CHANGED, name, f"printed to {stream}"
    writers = joined([one.name for one in case.workloads if set(one.pids) & set(file.pids)])
    if writers:
        return CHANGED, writers, "written inside the container; what was logged so far stays behind"
    return DROPPED, "", "written by what is not carried; what was logged so far stays behind"


def _forward(forward: Forward) -> tuple[str, str, str]:
    if forward.kind in ("remote", "database"):
        return ASK, "", f"{forward.selector} goes to {forward.target}: set the platform's logging so"
    if forward.kind in ("program", "pipe"):
        return ASK, "", f"{forward.target} is given {forward.selector}: something reacts to what is logged"
    return DROPPED, "", "containers print their logs; the platform keeps them"


def licences(case: Case) -> Entries:
    facts = case.snapshot.inventory.get(Licences)
    for file in facts.files:
        users = joined([one.name for one in case.workloads for choice in one.files if choice.path == file.path])
        if file.host_ids:
            ids = ", ".join(file.host_ids)
            text = f"bound to {ids}: a container is another machine; give it that address, or have the licence moved"
            yield case.entry(f"licences:file/{file.path}", ASK, users, text)
        else:
            yield case.entry(f"licences:file/{file.path}", DROPPED, users, "bound to no machine; see the file itself")
    for daemon in facts.daemons:
        owner = joined([one.name for one in case.workloads if daemon.pid in one.pids])
        text = f"{daemon.product} gives licences, or watches a dongle, on this machine: decide where it runs"
        yield case.entry(f"licences:daemon/{daemon.pid}/{daemon.name}", ASK, owner, text)
    for server in facts.servers:
        who = ", ".join(server.users)
        text = f"{who} asks it for licences: the new host must reach it, and may count as one more machine"
        yield case.entry(f"licences:server/{server.address}/{server.variable}", ASK, "", text)


def management(case: Case) -> Entries:
    for tool in case.snapshot.inventory.get(Management).tools:
        yield case.entry(f"management:{tool.name}", *_tool(tool))


def _tool(tool: Tool) -> tuple[str, str, str]:
    if tool.name in _INSTALLERS:
        return DROPPED, "", "how the machine was set up, or what remembers its changes"
    if tool.name in _CONSOLES:
        return DROPPED, "", "looked after the machine, which goes away: take it off the list there"
    by = f" from {tool.server}" if tool.server else ""
    return ASK, "", f"{tool.name} kept the machine{by}: what it changed has to be changed in the images from now on"


def managed(case: Case) -> Entries:
    for file in case.snapshot.inventory.get(Managed).files:
        fact = f"managed:{file.path}"
        places = case.files.get(file.path, ())
        if places:
            because = f"carried as it was found; {file.tool} no longer changes it"
            yield case.entry(fact, CHANGED, joined([where for _, where in places]), because)
        else:
            yield case.entry(fact, DROPPED, "", f"not carried; {file.tool} kept it")


FATES = {"logs": logs, "licences": licences, "management": management, "managed": managed}
