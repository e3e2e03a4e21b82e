"""What every finder says of what it found: its package, its version, whom it runs as; nothing that is secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from posixpath import basename, commonpath, dirname
from typing import Any, TypeVar

from migrate.model.applications import Application, Resource
from migrate.model.facts import Process, Processes, Sockets
from migrate.planning.secrets import names
from migrate.probes.servers import Instance, Seen
from migrate.probes.servers.versions import home_of, version_of

_URL_PASSWORD = re.compile(r"(?<=//)([^/@\s:]*):[^/\s]*@(?=[^@\s]*(?:/|$|\s))")
_LOGIN = re.compile(r"(?i)\b((?:login|auth|userpwd|credentials)=[^\s:]+):[^\s]+")
_PAIR = re.compile(r"(?i)\b(password|passwd|pwd|pass|auth|secret|token)(\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s;&,\"']+)")
_INTERPRETER = re.compile(
    r"(python|pypy|perl|ruby|jruby|node|nodejs|php|php-cgi|tclsh|lua|luajit|mono|mono-sgen|dotnet|beam\.smp|beam|bash|dash"
    r"|ksh|sh|busybox)-?([\d.]*)[a-z]?"
)
_SHELLS = frozenset(("bash", "dash", "ksh", "sh", "busybox"))
_RUNTIMES = {"nodejs": "node", "mono-sgen": "mono", "beam.smp": "erlang", "beam": "erlang", "tclsh": "tcl",
             "php-cgi": "php"}  # fmt: skip
_PASSING = ("/dev/", "/proc/", "/sys/", "/run/", "/var/run/", "/tmp/", "/var/tmp/", "/var/cache/fontconfig/", "/memfd:")
_LOG = re.compile(r"(?i)\.log(?:[.-]\w+)?$|[/_-]logs?/|/(?:access|error|catalina)[._-]?log")
_SHARED = frozenset(("/", "/var", "/var/lib", "/var/spool", "/var/cache", "/srv", "/opt", "/home", "/root", "/etc"))
MASK = "***"
_EPHEMERAL = 32768  # from here on the kernel gives out ports of its own choice
T = TypeVar("T")


def application(seen: Seen, instance: Instance, kind: str, role: str, **known: Any) -> Application:
    """The application that an instance is, with what its processes and its package say of it."""
    home = home_of(instance.exe)
    found = Application(
        kind, role, called(instance, kind), version_of(seen, _program(instance)), home, unit=instance.unit,
        user=user_of(seen, instance), pids=tuple(sorted(instance.pids)), ports=ports(seen, instance.pids),
        runtime=runtime_of(seen, instance.exe), seen=_seen(instance),
    )  # fmt: skip
    return replace(found, **{key: value for key, value in known.items() if value is not None})


def _program(instance: Instance) -> str | None:
    """The program, or the script that an interpreter runs; None of an interpreter that runs something else."""
    if _INTERPRETER.fullmatch(basename(instance.exe or "")):
        return script(instance.argv)
    return instance.exe


def runtime_of(seen: Seen, exe: str | None) -> str | None:
    """``python 3.11.2`` of an interpreter; None of other programs."""
    match = _INTERPRETER.fullmatch(basename(exe or ""))
    if match is None or match[1] in _SHELLS:
        return None
    version = version_of(seen, exe) or match[2]
    name = _RUNTIMES.get(match[1], match[1])
    return f"{name} {version}" if version else name


def called(instance: Instance, kind: str) -> str:
    """What a person calls it: its unit, else its kind."""
    unit = (instance.unit or "").removesuffix(".service")
    return unit or kind


def user_of(seen: Seen, instance: Instance) -> str | None:
    """Whom it works as: not root where only its first process is."""
    uid = next((one for one in instance.uids if one), next(iter(instance.uids), None))
    return instance.user if uid is None else seen.users.get(uid, str(uid))


def ports(seen: Seen, pids: Iterable[int]) -> tuple[int, ...]:
    """Ports of TCP, and fixed ones of UDP, that processes listen on."""
    wanted = set(pids)
    datagrams = {
        one.port for one in seen.snapshot.inventory.get(Sockets).sockets
        if one.protocol == "udp" and one.state == "unconnected" and one.port and one.port < _EPHEMERAL
        and wanted & set(one.pids)
    }  # fmt: skip
    return tuple(sorted({*seen.ports(wanted), *datagrams}))


def processes(seen: Seen, pids: Iterable[int]) -> tuple[Process, ...]:
    wanted = set(pids)
    return tuple(one for one in seen.snapshot.inventory.get(Processes).processes if one.pid in wanted)


def masked(url: str) -> str:
    """An address or a connection string without the password in it."""
    plain = _LOGIN.sub(rf"\1:{MASK}", _URL_PASSWORD.sub(rf"\1:{MASK}@", url))
    return _PAIR.sub(rf"\1\2{MASK}", plain)


def secret(key: str) -> bool:
    """Whether a setting of this name may hold a secret."""
    return names.kind(key) is not None


def settings(pairs: Iterable[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """Those that have a value and are no secret, each once."""
    return tuple(
        dict.fromkeys((key, masked(value)[:400]) for key, value in pairs if value is not None and not secret(key))
    )


def resource(kind: str, name: str | None, url: str | None, user: str | None = None, seen: str = "") -> Resource:
    return Resource(kind, name, masked(url) if url else None, user, seen)


def unique(found: Iterable[T | None]) -> tuple[T, ...]:
    """Each once, in order, without None."""
    return tuple(dict.fromkeys(one for one in found if one is not None))


def paths(words: Iterable[str | None]) -> tuple[str, ...]:
    """Those that are absolute paths, each once."""
    return tuple(dict.fromkeys(word for word in words if word and word.startswith("/")))


def _seen(instance: Instance) -> str:
    if instance.pids:
        return f"process {basename(instance.exe or instance.argv[0] if instance.argv else '')}".strip()
    return instance.unit or ""


def script(argv: tuple[str, ...]) -> str | None:
    """The script that an interpreter was told to run; None where the program is none, or runs a module or a text."""
    if not argv or not _INTERPRETER.fullmatch(basename(argv[0])):
        return None
    words = iter(argv[1:])
    for word in words:
        if word in ("-m", "-c", "-e", "-E"):
            return None
        if word in ("-W", "-X", "-I", "-r", "--require", "-M"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def written(seen: Seen, pids: Iterable[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Directories of data, and logs, that processes have open for writing."""
    opened = sorted({file.path for one in processes(seen, pids) for file in one.open_files if file.writable})
    real = [path for path in opened if path.startswith("/") and not path.startswith(_PASSING) and ":" not in path]
    logs = [path for path in real if path.startswith("/var/log/") or _is_log(path)]
    data = [path for path in real if path not in logs]
    return topmost(dirname(path) if dirname(path) not in _SHARED else path for path in data), tuple(logs)


def outermost(found: Iterable[str | None]) -> tuple[str, ...]:
    """Paths in order, without those that lie in another of them."""
    every = unique(path.rstrip("/") for path in found if path)
    return tuple(path for path in every if not any(path.startswith(other + "/") for other in every))


def _is_log(path: str) -> bool:
    """By its name; a database's ``x.log`` among its data is none."""
    return bool(_LOG.search(path)) and (not path.startswith("/var/lib/") or "/log" in path)


def topmost(found: Iterable[str]) -> tuple[str, ...]:
    """Directories without those that lie in others; several of one service's directory as that."""
    groups: dict[str, list[str]] = {}
    for path in sorted(set(found)):
        pieces = path.split("/")
        deep = 4 if "/".join(pieces[:3]) in _SHARED else 3
        groups.setdefault("/".join(pieces[:deep]), []).append(path)
    return tuple(commonpath(paths) for paths in groups.values())
