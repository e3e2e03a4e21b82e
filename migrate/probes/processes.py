"""Running processes with what they execute, map and open. Kernel threads and our own processes are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from migrate.model.facts import OpenFile, Process, Processes
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.sections import SUDOERS, Parts, number, shell_of, split, text

_LIMITS = {
    "Max cpu time": "cpu",
    "Max file size": "fsize",
    "Max data size": "data",
    "Max stack size": "stack",
    "Max core file size": "core",
    "Max resident set": "rss",
    "Max processes": "nproc",
    "Max open files": "nofile",
    "Max locked memory": "memlock",
    "Max address space": "as",
    "Max file locks": "locks",
    "Max pending signals": "sigpending",
    "Max msgqueue size": "msgqueue",
    "Max nice priority": "nice",
    "Max realtime priority": "rtprio",
    "Max realtime timeout": "rttime",
}
_UNIT = re.compile(r"\.(service|scope|socket|mount|swap|timer)$")
_DELETED = " (deleted)"
_NOT_A_FILE = re.compile(r"/(?:dev(?!/shm/)|proc|sys)(?:/|$)|/memfd:|/SYSV")


def parse(data: bytes) -> Parsed:
    parts = split(data)
    me, effective, hertz = [*parts.lines("self"), "", "", ""][:3]
    seen = _records(parts, number(hertz) or 100)
    prefix = next((_scope_above(one.cgroup) for one in seen if one.process.pid == 1), "")
    strings, links = _strings(parts), _links(parts)
    ours = _ours(seen, number(me))
    processes = tuple(
        _whole(one, prefix, strings, links) for one in seen if one.process.pid not in ours and one.state not in "ZX"
    )
    return Parsed(Processes(processes), (*parts.gaps, *_gaps(processes, seen, links, effective)))


@dataclass
class _Seen:
    """One process as the table says it."""

    process: Process
    state: str
    cgroup: str = ""
    whole: bool = False
    hidden: bool = False  # its maps could not be read


@dataclass
class _Tables:
    paths: list[str] = field(default_factory=list)
    limits: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    maps: list[tuple[str, ...] | None] = field(default_factory=list)


def _records(parts: Parts, hertz: int) -> list[_Seen]:
    """The processes of the table that were said to their end."""
    tables, found, current = _Tables(), [], None  # type: _Tables, list[_Seen], _Seen | None
    for line in parts.lines("table"):
        tag, _, rest = line.partition("\t")
        if tag == "B":
            current = _begun(rest.split("\t"), hertz)
        elif tag in "PLM":
            _shared(tables, tag, rest)
        elif current and tag == "E":
            found.append(current)
            current = None
        elif current:
            _detail(current, tables, tag, rest)
    return found


def _begun(fields: list[str], hertz: int) -> _Seen | None:
    if len(fields) < 5 or (pid := number(fields[0])) is None or (ppid := number(fields[2])) is None:
        return None
    ticks, started = number(fields[3]), number(fields[4])
    process = Process(
        pid,
        ppid,
        name="",
        argv=(),
        uid=0,
        gid=0,
        cpu=ticks / hertz if ticks is not None else None,
        started=started / hertz if started is not None else None,
    )
    return _Seen(process, fields[1])


def _shared(tables: _Tables, tag: str, rest: str) -> None:
    if tag == "P":
        tables.paths.append(_unescaped(rest))
    elif tag == "M":
        numbers = [number(word) for word in rest.split()]
        known = [tables.paths[n] for n in numbers if n is not None and n < len(tables.paths)]
        tables.maps.append(None if rest == "?" else tuple(sorted({path.removesuffix(_DELETED) for path in known})))
    else:
        pairs = ((_LIMITS.get(cell[:26].strip()), cell[26:].strip()) for cell in rest.split("\t"))
        tables.limits.append(tuple((name, value) for name, value in pairs if name and value))


def _unescaped(path: str) -> str:
    """/proc/PID/maps has newlines as \\012."""
    return path.replace("\\012", "\n")


def _detail(one: _Seen, tables: _Tables, tag: str, rest: str) -> None:
    if tag == "s":
        key, _, value = rest.partition(":")
        one.process = _status(one.process, key, value.strip())
    elif tag == "c":
        _, _, named = rest.partition(":")
        controllers, _, path = named.partition(":")
        if controllers in ("", "name=systemd"):
            one.cgroup = one.cgroup if len(one.cgroup) > 1 else path
    elif (index := number(rest)) is None:
        return
    elif tag == "l" and index < len(tables.limits):
        one.process = replace(one.process, limits=tables.limits[index])
    elif tag == "m" and index < len(tables.maps):
        mapped = tables.maps[index]
        one.hidden = mapped is None
        one.process = replace(one.process, mapped=mapped or ())


def _status(process: Process, key: str, value: str) -> Process:
    if key == "Name":
        return replace(process, name=value.replace("\\n", "\n").replace("\\\\", "\\"))
    if key in ("Umask", "CapEff"):
        return replace(process, umask=value) if key == "Umask" else replace(process, capabilities=value)
    numbers = [n for n in map(number, value.split()) if n is not None]
    if key == "Groups":
        return replace(process, groups=tuple(numbers))
    if not numbers:
        return process
    effective = numbers[min(1, len(numbers) - 1)]
    match key:
        case "Uid":
            return replace(process, uid=effective)
        case "Gid":
            return replace(process, gid=effective)
        case "Threads":
            return replace(process, threads=numbers[0])
    return _memory(process, key, numbers[0] * 1024)


def _memory(process: Process, key: str, size: int) -> Process:
    match key:
        case "VmHWM":
            return replace(process, peak=size)
        case "VmRSS":
            return replace(process, rss=size)
        case "Pss":
            return replace(process, pss=size)
    return process


def _whole(one: _Seen, prefix: str, strings: dict[str, list[str]], links: dict[int, _Links]) -> Process:
    pid = one.process.pid
    mine = links.get(pid, {})
    argv = _argv(strings.get(f"{pid}/cmdline", []))
    return replace(
        one.process,
        argv=argv,
        environment=tuple(_environment(strings.get(f"{pid}/environ", []))),
        exe=_target(mine, "exe") or _claimed(argv),
        cwd=_target(mine, "cwd"),
        unit=_unit(one.cgroup, prefix),
        open_files=_open_files(mine),
    )


def _argv(words: list[str]) -> tuple[str, ...]:
    """A program that writes its title over its arguments leaves NULs behind: these are no arguments."""
    end = len(words)
    while end > 1 and not words[end - 1]:
        end -= 1
    titled = bool(words) and (" " in words[0] or len(words) - end > 1)
    return tuple(words[:end] if titled else words)


def _claimed(argv: tuple[str, ...]) -> str | None:
    """What a process calls itself, where the kernel does not tell us what it executes."""
    return argv[0] if argv and argv[0].startswith("/") and " " not in argv[0] else None


def _environment(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, equals, value = word.partition("=")
        if equals and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.%()-]*", name):
            yield name, value


_Links = dict[str, tuple[int, str]]
"""Mode and target by "exe", "cwd" and "fd/N"."""


def _target(links: _Links, key: str) -> str | None:
    path = links.get(key, (0, ""))[1].removesuffix(_DELETED)
    return path if path.startswith("/") else None


def _open_files(links: _Links) -> tuple[OpenFile, ...]:
    found: dict[str, bool] = {}
    for key, (mode, target) in links.items():
        path = target.removesuffix(_DELETED)
        if key.startswith("fd/") and path.startswith("/") and not _NOT_A_FILE.match(path):
            found[path] = found.get(path, False) or bool(mode & 0o200)
    return tuple(OpenFile(path, writable) for path, writable in sorted(found.items()))


def _strings(parts: Parts) -> dict[str, list[str]]:
    """Arguments and environments by "PID/cmdline" and "PID/environ"."""
    found: dict[str, list[str]] = {}
    for record in parts.records("strings"):
        match = re.match(rb"/proc/(\d+/(?:cmdline|environ)):", record)
        if match:
            found.setdefault(match[1].decode(), []).append(text(record[match.end() :]))
    if "heads" in parts.blocks:
        found.update(_heads(parts.block("heads")))
    return found


def _heads(block: bytes) -> dict[str, list[str]]:
    """Of ``head``: a process that writes what looks like a heading makes it stand there twice; both are left out."""
    pieces = re.split(rb"(?:\A|\n)==> /proc/(\d+/(?:cmdline|environ)) <==\n", block)
    names = pieces[1::2]
    found = {}
    for name, body in zip(names, pieces[2::2], strict=False):
        if names.count(name) == 1 and (words := body.split(b"\0")[:-1]):
            found[name.decode()] = [text(word) for word in words]
    return found


def _links(parts: Parts) -> dict[int, _Links]:
    found: dict[int, _Links] = {}
    for name, target in parts.pairs("links"):
        match = re.fullmatch(r"([0-7]{1,4}) /proc/([0-9]{1,9})/(.*)", name)
        if match:
            found.setdefault(int(match[2]), {})[match[3]] = (int(match[1], 8), target)
    folder = ""
    for line in parts.lines("listing"):
        if heading := re.fullmatch(r"/proc/([0-9]{1,9}/fd):", line):
            folder = heading[1]
        elif match := re.fullmatch(r"l[r-]([w-])\S+\s.*? (?:/proc/([0-9]{1,9}/(?:exe|cwd))|([0-9]+)) -> (.*)", line):
            pid, _, key = (match[2] or f"{folder}/{match[3]}").partition("/")
            if pid:
                found.setdefault(int(pid), {}).setdefault(key, (0o200 if match[1] == "w" else 0, match[4]))
    return found


def _scope_above(cgroup: str) -> str:
    """The cgroup that this machine as a whole is in, as a container is; "" for a real one."""
    return re.sub(r"/(init\.scope|init)?$", "", cgroup)


def _unit(cgroup: str, prefix: str) -> str | None:
    if prefix and cgroup.startswith(prefix + "/"):
        cgroup = cgroup[len(prefix) :]
    return next((piece for piece in cgroup.split("/") if _UNIT.search(piece)), None)


def _ours(seen: list[_Seen], me: int | None) -> set[int]:
    """The probe's shell, all below it, and what carries it: the session's sshd and sudo, not the daemon."""
    if me is None:
        return set()
    parent = {one.process.pid: one.process.ppid for one in seen}
    ours = {me}
    up = parent.get(me, 0)
    while up > 1 and parent.get(up, 0) > 1 and up not in ours:
        ours.add(up)
        up = parent[up]
    below = {me}
    while more := {pid for pid, ppid in parent.items() if ppid in below} - below:
        below |= more
    return ours | below


def _gaps(processes: tuple[Process, ...], seen: list[_Seen], links: dict[int, _Links], effective: str) -> list[Gap]:
    living = {one.pid for one in processes}
    hidden = {one.process.pid for one in seen if one.hidden} & living
    blind = [one for one in processes if "exe" not in links.get(one.pid, {})]
    if seen and effective != "0" and all(one.process.pid != 1 for one in seen):
        return [Gap("processes of other users", "/proc hides them (hidepid)", SUDOERS)]
    if not blind and not hidden:
        return []
    what = f"programs, mapped and open files of {len({one.pid for one in blind} | hidden)} processes"
    if effective == "0":
        return [Gap(what, "root may not look into other processes here", "give the host (a container?) CAP_SYS_PTRACE")]
    return [Gap(what, "only root may read them", SUDOERS)]


PROBE = Probe(Processes, shell_of(__file__), parse, budget=60, packed=True)
