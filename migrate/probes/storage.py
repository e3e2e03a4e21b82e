"""Disks, volumes, arrays, swap, fstab, NFS exports and automounter maps: from files alone, no disk is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename

from migrate.model.inventory import Gap
from migrate.model.storage import Array, Automount, Disk, Export, RuntimeDirectory, Storage, Swap, TableEntry
from migrate.probes import Parsed, Probe
from migrate.probes.sections import Parts, number, shell_of, split

Lines = list[tuple[int, str]]
_NETWORK = re.compile(
    r"nfs[34]?|cifs|smb(?:fs|3)|ncpfs|afs|9p|ceph|glusterfs|lustre|davfs2?|(?:fuse\.)?sshfs|curlftpfs|s3fs"
)
_SECRET = re.compile(r"(?i)\b(pass(?:word)?|passwd|secret)=[^,\s]*")
_SECTOR = 512


def parse(data: bytes) -> Parsed:
    parts = split(data)
    files = parts.numbered("files")
    gaps = list(parts.gaps)
    swaps = tuple(_swaps(files.get("/proc/swaps", [])))
    table = tuple(_table(files.get("/etc/fstab", []), _mounted(parts, swaps), gaps))
    facts = Storage(
        table=table,
        swaps=swaps,
        disks=tuple(_disks(parts, files)),
        arrays=tuple(_arrays(files.get("/proc/mdstat", []))),
        exports=tuple(one for path in files if "/exports" in path for one in _exports(path, files[path])),
        automounts=tuple(_automounts(files)),
        encrypted=tuple(_encrypted(files.get("/etc/crypttab", []))),
        targets=tuple(_targets(files)),
        quotas=tuple(one.path for one in table if any(_quota(option) for option in one.options)),
        runtime=tuple(_runtime(parts.lines("runtime"))),
    )
    return Parsed(facts, tuple(gaps))


def _runtime(lines: list[str]) -> Iterator[RuntimeDirectory]:
    for line in lines:
        match = re.fullmatch(r"(\d{1,10}) (\d{1,10}) ([0-7]{1,4}) (?:/var)?(/run/.+?)/?", line)
        if match:
            yield RuntimeDirectory(match[4], int(match[1]), int(match[2]), int(match[3], 8))


def _plain(field: str) -> str:
    """Without the octal escapes for blanks."""
    return re.sub(r"\\([0-3][0-7]{2})", lambda match: chr(int(match[1], 8)), field)


def _hidden(options: str) -> tuple[str, ...]:
    return tuple(one for one in _SECRET.sub(r"\1=***", options).split(",") if one)


def _quota(option: str) -> bool:
    return bool(
        re.match(r"(?:u|g|p)(?:sr|rp|rj)?quota|usrj?quota|grpj?quota|prjquota|uquota|gquota|pquota|quota$", option)
    )


def _mounted(parts: Parts, swaps: tuple[Swap, ...]) -> frozenset[str] | None:
    lines = parts.lines("mounted")
    return frozenset((*map(_plain, lines), *(one.device for one in swaps))) if lines else None


def _table(lines: Lines, mounted: frozenset[str] | None, gaps: list[Gap]) -> Iterator[TableEntry]:
    for at, raw in lines:
        words = [_plain(word) for word in raw.split("#")[0].split()]
        if len(words) < 3:
            gaps.append(Gap(f"/etc/fstab:{at}", "not understood as a device, a place and a type"))
            continue
        device, path, filesystem = words[:3]
        options = _hidden(words[3]) if len(words) > 3 else ()
        network = bool(_NETWORK.fullmatch(filesystem)) or "_netdev" in options
        now = None if mounted is None else path.rstrip("/") in {one.rstrip("/") for one in mounted}
        if filesystem == "swap":
            # By another name (UUID, LABEL, a link) it may be any of those in use.
            now = True if mounted and mounted & {device, _by_mapper(device)} else None
        yield TableEntry(device, path, filesystem, options, network, now, f"/etc/fstab:{at}")


def _by_mapper(device: str) -> str:
    """``/dev/group/volume`` as the kernel names it."""
    found = re.fullmatch(r"/dev/([^/]+)/([^/]+)", device)
    return f"/dev/mapper/{found[1].replace('-', '--')}-{found[2].replace('-', '--')}" if found else device


def _swaps(lines: Lines) -> Iterator[Swap]:
    for _, line in lines[1:]:
        words = line.split()
        if len(words) >= 5 and words[0].startswith("/"):
            size, used = number(words[2]), number(words[3])
            priority = int(words[4]) if re.fullmatch(r"-?\d{1,5}", words[4]) else None
            yield Swap(
                _plain(words[0]).removesuffix(" (deleted)"),
                words[1],
                size * 1024 if size is not None else None,
                used * 1024 if used is not None else None,
                priority,
            )


def _disks(parts: Parts, files: Mapping[str, Lines]) -> Iterator[Disk]:
    told: dict[str, dict[str, str]] = {}
    for path, lines in files.items():
        if found := re.fullmatch(r"/sys/block/([^/]+)/(.+)", path):
            told.setdefault(found[1].replace("!", "/"), {})[basename(found[2])] = (lines or [(0, "")])[0][1].strip()
    members = [line.split("/slaves/") for line in parts.lines("members")]
    pieces = list(_partitions(files.get("/proc/partitions", [])))
    for name, known in told.items():
        parents = tuple(sorted(pair[1] for pair in members if len(pair) == 2 and pair[0].replace("!", "/") == name))
        own = tuple(
            pair for pair in pieces if re.fullmatch(re.escape(name) + r"p?\d+", pair[0]) and pair[0] not in told
        )
        yield _disk(name, known, parents, own)


def _disk(
    name: str, known: Mapping[str, str], members: tuple[str, ...], partitions: tuple[tuple[str, int], ...]
) -> Disk:
    sectors, uuid = number(known.get("size", "")), known.get("uuid", "")
    group, volume = _volume(known.get("name", "")) if uuid.startswith("LVM-") else (None, None)
    return Disk(
        name,
        _kind(name, uuid),
        sectors * _SECTOR if sectors is not None else None,
        known.get("model") or None,
        known.get("vendor") or None,
        _flag(known.get("rotational")),
        _flag(known.get("removable")),
        _flag(known.get("ro")),
        known.get("name") or None,
        group,
        volume,
        members,
        partitions,
    )


def _kind(name: str, uuid: str) -> str:
    if name.startswith("dm-"):
        kinds = {"LVM": "lvm", "CRYPT": "crypt", "mpath": "multipath"}
        return kinds.get(uuid.partition("-")[0], "mapped")
    for pattern, kind in ((r"md[\d_]", "array"), (r"drbd\d", "replicated"), (r"rbd\d", "network")):
        if re.match(pattern, name):
            return kind
    return "optical" if re.match(r"sr\d|scd\d", name) else "disk"


def _volume(name: str) -> tuple[str | None, str | None]:
    """``vg--one-root`` is volume root of group vg-one: a dash in a name stands twice."""
    group, dash, volume = re.sub(r"--", "\0", name).partition("-")
    return (group.replace("\0", "-"), volume.replace("\0", "-")) if dash else (None, None)


def _flag(word: str | None) -> bool | None:
    return {"0": False, "1": True}.get(word or "")


def _partitions(lines: Lines) -> Iterator[tuple[str, int]]:
    for _, line in lines:
        words = line.split()
        if len(words) == 4 and (blocks := number(words[2])) is not None:
            yield words[3], blocks * 1024


def _arrays(lines: Lines) -> Iterator[Array]:
    for at, (_, line) in enumerate(lines):
        found = re.match(
            r"(md\S*) : (\w+)(?: \((?:auto-)?read-only\))?(?: ((?:raid|linear|multipath|faulty)\d*))?(.*)", line
        )
        if not found:
            continue
        below = lines[at + 1][1] if at + 1 < len(lines) else ""
        blocks, count = re.match(r"\s+(\d{1,18}) blocks", below), re.search(r"\[(\d{1,4})/(\d{1,4})\]", below)
        members = tuple(sorted(re.findall(r"(\S+?)\[\d+\]", found[4])))
        missing = int(count[1]) - int(count[2]) if count else None
        yield Array(found[1], found[3], found[2], members, missing, int(blocks[1]) * 1024 if blocks else None)


def _joined(lines: Lines) -> Iterator[tuple[int, str]]:
    held, start = "", 0
    for at, line in lines:
        start = start if held else at
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield start, held + line
        held = ""


def _exports(path: str, lines: Lines) -> Iterator[Export]:
    """``/path client(options) client(options)``, with ``-options`` for those that have none of their own."""
    for at, line in _joined(lines):
        words = re.findall(r'(?:"[^"]*"|\([^)]*\)|[^\s"(])+', line.split(" #")[0])
        if not words or not words[0].strip('"').startswith("/"):
            continue
        common: tuple[str, ...] = ()
        clients = words[1:] or ["*"]
        for word in clients:
            if word.startswith("-"):
                common = tuple(word[1:].split(","))
                continue
            client, _, options = word.partition("(")
            own = tuple(one.strip() for one in options.rstrip(")").split(",") if one.strip())
            yield Export(_plain(words[0].strip('"')), client or "*", own or common, f"{path}:{at}")


def _automounts(files: Mapping[str, Lines]) -> Iterator[Automount]:
    maps = {path: lines for path, lines in files.items() if re.match(r"/etc/(?:autofs/)?auto[._]", path)}
    for path, lines in maps.items():
        if not re.search(r"auto[._]master$|\.autofs$", path):
            continue
        for at, line in _joined(lines):
            words = line.split()
            if len(words) < 2 or not words[0].startswith("/"):
                continue
            named = words[1].removeprefix("file:").removeprefix("file,sun:")
            options = tuple(one for word in words[2:] for one in _hidden(word.lstrip("-")))
            yield Automount(words[0], words[1], None, options, f"{path}:{at}")
            real = named if named.startswith("/") else f"/etc/{named}"
            if real != path:
                yield from _entries(words[0], real, maps.get(real, []))


def _entries(point: str, path: str, lines: Lines) -> Iterator[Automount]:
    """A map's entries: ``key -options source``; a program's text is no map."""
    if lines and lines[0][1].startswith("#!"):
        return
    for at, line in _joined(lines):
        words = line.split()
        if len(words) < 2 or words[0].startswith("+"):
            continue
        options = tuple(one for word in words[1:] if word.startswith("-") for one in _hidden(word[1:]))
        sources = [word for word in words[1:] if not word.startswith("-")]
        where = words[0] if point == "/-" else f"{point.rstrip('/')}/{words[0]}"
        if sources and (":" in sources[0] or sources[0].startswith("/")):
            yield Automount(where, None, sources[0], options, f"{path}:{at}")


def _targets(files: Mapping[str, Lines]) -> Iterator[str]:
    names = (lines[0][1].strip() for path, lines in files.items() if path.startswith("/sys/class/iscsi") and lines)
    return iter(dict.fromkeys(names))


def _encrypted(lines: Lines) -> Iterator[tuple[str, str]]:
    for _, line in lines:
        words = line.split()
        if len(words) >= 2:
            yield words[0], words[1]


PROBE = Probe(Storage, shell_of(__file__), parse, budget=20)
