"""Programs that pm2 keeps, from the list that it saves."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from migrate.model.facts import Service
from migrate.syntax.process_tree import Tree
from migrate.syntax.supervisors import Files

# What the shell that started pm2 happened to have, and pm2's own.
_NOISE = re.compile(
    r"(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|SHLVL|TERM|LANG|MAIL|_|unique_id|instance_var|JOURNAL_STREAM"
    r"|INVOCATION_ID|SYSTEMD_EXEC_PID|PM2_\w+|SSH_\w+|XDG_\w+|DBUS_\w+|LS_COLORS|LESS\w*|SUDO_\w+|HIST\w+|windowsHide)\Z"
)


def pm2(files: Files, pids: Mapping[str, int], tree: Tree) -> list[Service]:
    """One service for each name in the saved list, with the processes of all its instances.

    :param pids: process ids by pid file: pm2 has one for each instance, ``NAME-NUMBER.pid``.
    """
    alive = {path: pid for path, pid in pids.items() if pid in tree}
    found: dict[tuple[str, str], Service] = {}
    for path, lines in files:
        listed: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in _programs(lines):
            listed[str(one.get("name") or "")].append(one)
        for name, programs in listed.items():
            if name:
                found[path, name] = _service(name, programs, path, alive)
        for name, mine in _unsaved(path, alive, listed).items():
            found[path, name] = Service(
                name,
                "pm2",
                active=True,
                enabled=False,
                state="running",
                main_pid=min(mine),
                pids=tuple(sorted(mine)) if len(mine) > 1 else (),
                seen=path,
            )
    return list(found.values())


def _programs(lines: list[str]) -> list[dict[str, Any]]:
    """The list; a comma before what was left out is no mistake."""
    try:
        said = json.loads(re.sub(r",(\s*[}\]])", r"\1", "\n".join(lines)), strict=False)
    except (ValueError, RecursionError):
        return []
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def _service(name: str, programs: list[dict[str, Any]], path: str, alive: Mapping[str, int]) -> Service:
    one = programs[0]
    base = path.rpartition("/")[0] + "/pids"
    mine = sorted(pid for file, pid in alive.items() if _instance(file, base) == _safe(name))
    interpreter = _text(one.get("exec_interpreter"))
    script = _text(one.get("pm_exec_path")) or ""
    before = (interpreter, *_words(one.get("node_args"))) if interpreter and interpreter != "none" else ()
    command = (*before, script, *_words(one.get("args"))) if script else ()
    environment = one.get("env")
    pairs = environment.items() if isinstance(environment, dict) else ()
    return Service(
        name,
        "pm2",
        active=bool(mine),
        enabled=one.get("autostart") is not False,
        # What it said when the list was saved may be long past; of what does not run "online" is.
        state="running" if mine else status if (status := _text(one.get("status"))) != "online" else None,
        kind="cluster" if str(one.get("exec_mode", "")).startswith("cluster") else "fork",
        main_pid=mine[0] if mine else None,
        unit_file=path,
        exec_start=(command,) if command else (),
        environment=tuple(
            (key, str(value)) for key, value in pairs if not _NOISE.match(key) and key != name and _plain(value)
        ),
        user=_text(one.get("username")) or _text(one.get("uid")),
        working_directory=_text(one.get("pm_cwd")),
        restart="always" if one.get("autorestart", True) is not False else "no",
        instances=len(programs) if len(programs) > 1 else None,
        pids=tuple(mine) if len(mine) > 1 else (),
        seen=path,
    )


def _unsaved(path: str, alive: Mapping[str, int], listed: Mapping[str, object]) -> dict[str, list[int]]:
    """What runs, but is not in the list: it would not come back after a restart."""
    base = path.rpartition("/")[0] + "/pids"
    known = {_safe(name) for name in listed}
    found: dict[str, list[int]] = defaultdict(list)
    for file, pid in alive.items():
        name = _instance(file, base)
        if name and name not in known:
            found[name].append(pid)
    return found


def _instance(file: str, base: str) -> str | None:
    match = re.fullmatch(re.escape(base) + r"/(.+?)-\d+\.pid", file)
    return match[1] if match else None


def _safe(name: str) -> str:
    """As pm2 writes a name into a file's."""
    return re.sub(r"[^A-Za-z0-9.\\/-]", "-", name)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value) else None


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(word) for word in value) if isinstance(value, list) else ()
