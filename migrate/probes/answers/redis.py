"""What Redis or Valkey said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migrate.model.databases import DatabaseServer, DatabaseUser
from migrate.model.facts import Database
from migrate.probes.answers.answer import SERVER_SAYS, Answer
from migrate.probes.sections import Parts, number


def redis(parts: Parts) -> list[Answer]:
    found: list[Answer] = []
    lines: list[str] = []
    for line in [*parts.lines("redis"), "server\t\t"]:
        if line.startswith("server\t"):
            if found:
                _answer(found[-1], lines)
            lines = []
            pid, _, at = line.removeprefix("server\t").partition("\t")
            found.append(Answer(_server(number(pid), at)))
        else:
            lines.append(line)
    return found[:-1]


def _server(pid: int | None, at: str) -> DatabaseServer:
    if at.startswith("unixsocket:"):
        return DatabaseServer("redis", pid=pid, socket=at.removeprefix("unixsocket:"), seen=SERVER_SAYS)
    port = number(at.rpartition(":")[2])
    return DatabaseServer("redis", pid=pid, ports=(port,) if port else (), seen=SERVER_SAYS)


def _answer(answer: Answer, lines: list[str]) -> None:
    info = dict(line.split(":", 1) for line in lines if re.match(r"[a-z_0-9]+:", line))
    if not info:
        # Only a password keeps a running server from answering its own client; the gap says which it was.
        return
    settings, users = _lists(lines)
    directory = settings.pop("dir", None)
    version = info.get("valkey_version") or info.get("redis_version")
    role = {"master": "primary", "slave": "replica"}.get(info.get("role", ""))
    replicas = tuple(match[1] for key, value in info.items() if re.fullmatch(r"slave\d+", key)
                     for match in [re.search(r"ip=([^,]+)", value)] if match)  # fmt: skip
    primary = f"{info['master_host']}:{info.get('master_port', '')}" if info.get("master_host") else None
    persistence = _persistence(settings, info)
    answer.server = replace(
        answer.server,
        engine="valkey" if "valkey_version" in info else "redis",
        version=version,
        answered=True,
        directory=directory,
        configuration=(info["config_file"],) if info.get("config_file") else (),
        role="standalone" if role == "primary" and not replicas else role,
        primary=primary,
        replicas=replicas,
        persistence=persistence,
        password=False,
        settings=tuple(sorted(settings.items())),
        extensions=tuple(line.partition("name=")[2].partition(",")[0] for line in lines if line.startswith("module:")),
    )
    answer.users |= {(name, None): DatabaseUser(name) for name in users}
    answer.databases = list(_databases(answer.server, info))


def _lists(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Settings, as pairs of lines between ``@config`` and ``@users``, and users between that and ``@end``."""
    marks = [lines.index(mark) if mark in lines else len(lines) for mark in ("@config", "@users", "@end")]
    pairs = lines[marks[0] + 1 : marks[1]]
    users = [line for line in lines[marks[1] + 1 : marks[2]] if line and not line.startswith("ERR")]
    if any(line.startswith(("ERR", "NOPERM")) for line in pairs):
        return {}, users
    return dict(zip(pairs[::2], pairs[1::2], strict=False)), users


def _persistence(settings: dict[str, str], info: dict[str, str]) -> str | None:
    journal = settings.get("appendonly") == "yes" or info.get("aof_enabled") == "1"
    if "save" not in settings and not journal:
        return None
    kinds = [*(["append-only file"] if journal else []), *(["snapshots"] if settings.get("save") else [])]
    return " and ".join(kinds) or "none"


def _databases(server: DatabaseServer, info: dict[str, str]) -> Iterator[Database]:
    port = server.ports[0] if server.ports else None
    for key, value in info.items():
        match = re.match(r"keys=(\d+)", value)
        if re.fullmatch(r"db\d+", key) and match:
            yield Database(
                server.engine, key, port, server.socket, server.directory, server.version, keys=int(match[1])
            )
