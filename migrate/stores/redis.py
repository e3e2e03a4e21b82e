"""Redis and its successors: the server's own format of all its keys, whose contents are added up before and after."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.errors import MigrateError
from migrate.model.plan import Workload
from migrate.model.verdict import Check
from migrate.process import Completed
from migrate.quoting import shell, terminal
from migrate.stores import Group, Item, Place, Saved, Source, Store
from migrate.stores.comparing import compared
from migrate.stores.remote import fetch, keeping, unpacked
from migrate.stores.stamps import Watch

_MARK = 40
_END = 9  # 0xff, which ends the keys, and the eight bytes of their checksum
_LIMIT = 200_000  # keys of a database whose contents are added up; of more, they are counted
# For each key of a page: its type, whether it expires, and hashes of its name and content, in an order of our own
# where the server has none. It sends reading commands only.
_SCRIPT = """
local page = redis.call('SCAN', ARGV[1], 'COUNT', 500)
local found = {page[1]}
local function size(kind, key)
    local of = {list='LLEN', set='SCARD', hash='HLEN', zset='ZCARD', stream='XLEN'}
    return of[kind] and redis.call(of[kind], key) or 0
end
local function flat(values)
    local parts = {}
    for _, value in ipairs(values) do
        local text = type(value) == 'table' and flat(value) or tostring(value)
        parts[#parts + 1] = #text .. ':' .. text
    end
    return table.concat(parts)
end
local function pairs_of(values)
    local joined = {}
    for i = 1, #values, 2 do joined[#joined + 1] = #values[i] .. ':' .. values[i] .. values[i + 1] end
    table.sort(joined)
    return joined
end
for _, key in ipairs(page[2]) do
    local kind = redis.call('TYPE', key).ok
    local count, text = size(kind, key), ''
    if count > 100000 then text = 'large:' .. count
    elseif kind == 'string' then text = redis.call('GET', key) or ''
    elseif kind == 'list' then text = flat(redis.call('LRANGE', key, 0, -1))
    elseif kind == 'set' then
        local members = redis.call('SMEMBERS', key)
        table.sort(members)
        text = flat(members)
    elseif kind == 'zset' then text = flat(redis.call('ZRANGE', key, 0, -1, 'WITHSCORES'))
    elseif kind == 'hash' then text = flat(pairs_of(redis.call('HGETALL', key)))
    elseif kind == 'stream' then text = tostring(count)
    end
    local lives = redis.call('PTTL', key) >= 0 and 'expiring' or 'lasting'
    if kind ~= 'none' then
        found[#found + 1] = string.gsub(kind, '[^%w]', '_') .. ' ' .. lives .. ' ' .. redis.sha1hex(key) .. ' ' ..
            redis.sha1hex(text)
    end
end
return found
"""
_SERVER = "main() { locate; framed 0 server server && finished 1; }\n"
_KEYS = r"""
packed_dump() { packed dump; }
main() { locate; framed 0 digest digest && framed 1 dump packed_dump && framed 2 later digest && finished 3; }
"""
_PRELUDE = """
have() { command -v "$1" >/dev/null 2>&1; }
fail() { printf '%s\\n' "$1" >&2; exit 9; }
n=0
until (locate) >/dev/null 2>&1; do
    n=$((n + 1))
    [ "$n" -lt 60 ] || break
    sleep 1
done
locate
digest
"""
# Into a volume that a server has just written its first, empty files to.
_UNPACK = """
set -eu
find /state -mindepth 1 -delete
umask 077
cat >/state/"$FILE"
chown "$OWNER" /state/"$FILE"
chmod 660 /state/"$FILE"
"""


@dataclass(frozen=True, slots=True)
class _Server:
    version: str
    file: str  # that holds all keys when the server starts
    appends: bool
    dirty: bool


def dump(source: Source) -> Saved:
    """All keys of all its databases."""
    watch = Watch()
    server = _server(source)
    volume = source.volume
    what = f"{source.workload.name}: its keys"
    path = source.folder / f"{volume.name}.rdb.gz"
    with keeping(path, lambda done: source.progress(what, done, None)) as keeper:
        body = _program(volume.path, source.workload, _KEYS)
        said = fetch(source.connection, ("digest", "dump", "later"), body, what, {"dump": keeper.write})
        file, size = keeper.finish(), keeper.unpacked
    try:
        items = _settled(_items(said["digest"].data), _items(said["later"].data))
    except ValueError as error:
        raise MigrateError(f"{what}: the server's answer is not understood: {error}") from error
    if not size:
        raise MigrateError(f"{what} could not be had: the server sent nothing", "its client may be too old for --rdb")
    return Saved(
        volume.name,
        volume.path,
        volume.method,
        f"the keys of Redis {server.version} as a replica gets them; added up before and after",
        watch.began,
        watch.seconds,
        (file,),
        (Group(server.file, "keys", items, file.name),),
        _notes(server, items),
        size,
    )


def _program(data: str, workload: Workload, body: str) -> str:
    config = next((word for word in workload.command if word.endswith(".conf")), "")
    values = {"DATA": data, "CONF": config, "LIMIT": str(_LIMIT), "SCRIPT": _SCRIPT.strip()}
    text = Path(__file__).with_name("redis.sh").read_text("utf-8")
    return "\n".join((text, *(f"{name}={shell(value)}" for name, value in values.items()), body))


def _server(source: Source) -> _Server:
    said = fetch(source.connection, ("server",), _program(source.volume.path, source.workload, _SERVER), "the server")
    facts: dict[str, str] = {}
    for line in said["server"].data.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(" ")
        facts[name] = value.strip()
    appends = facts.get("aof_enabled") == "1"
    # A server that appends reads that file alone; since 4.0 it may begin with, or be, what a replica is sent.
    file = (facts.get("appendfilename") or "appendonly.aof") if appends else (facts.get("dbfilename") or "dump.rdb")
    return _Server(
        facts.get("redis_version", "of unknown version"),
        _plain(file),
        appends,
        facts.get("rdb_changes_since_last_save", "0") != "0",
    )


def _plain(name: str) -> str:
    if "/" in name or name in ("", ".", ".."):
        raise MigrateError(f"{terminal(name)!r} can't be the name of Redis's file")
    return name


def _notes(server: _Server, items: tuple[Item, ...]) -> tuple[str, ...]:
    notes = []
    if server.appends:
        notes.append("it appends to a log of changes: that begins anew, with all keys in it")
    if server.dirty:
        notes.append("it had changes that were not saved yet: it sent its keys as to a replica")
    if any(item.kind == "expiring" for item in items):
        notes.append("keys that expire are carried with their times; they are not compared")
    return tuple(notes)


def _items(data: bytes) -> tuple[Item, ...]:
    """For each database: its keys by type with their sums. :raises ValueError: the answer is not understood."""
    lines = [line.split(" ") for line in data.decode("ascii", "replace").splitlines() if line]
    if not lines or lines[-1] != ["end"]:
        raise ValueError("it has no end")
    base, totals, found = "", dict[str, int](), defaultdict[tuple[str, str], list[str]](list)
    for line in lines[:-1]:
        match line:
            case ["database", number, count]:
                base = f"db{number}"
                totals[base] = int(count)
            case [kind, lives, key, content] if base:
                found["expiring" if lives == "expiring" else kind, base].append(f"{kind} {key} {content}")
            case _:
                raise ValueError(f"a line of {len(line)} words")
    return (*_summed(found), *_counted(totals, found))


def _summed(found: Mapping[tuple[str, str], list[str]]) -> tuple[Item, ...]:
    return tuple(
        # What expires may be gone at any moment.
        Item(kind, base, 0, upto=len(keys)) if kind == "expiring" else Item(kind, base, len(set(keys)), _sum(keys))
        for (kind, base), keys in sorted(found.items())
    )


def _counted(totals: Mapping[str, int], found: Mapping[tuple[str, str], list[str]]) -> tuple[Item, ...]:
    """Databases that hold more keys than are added up."""
    summed = {base for _, base in found}
    return tuple(Item("keys", base, count) for base, count in totals.items() if base not in summed)


def _sum(keys: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(set(keys))).encode()).hexdigest()


def _settled(before: tuple[Item, ...], later: tuple[Item, ...]) -> tuple[Item, ...]:
    """What was the same before and after the dump was so in it; of anything else the content is not known."""
    after = {(item.kind, item.name): item for item in later}
    return tuple(
        item if item.upto is not None or after.get((item.kind, item.name)) == item else replace(item, checksum=None)
        for item in before
    )


def load(place: Place) -> None:
    """A server reads its file when it starts: it is stopped, given the file, and started again."""
    container = place.application.container(place.workload.name)
    volume = container.volumes.get(place.volume.path)
    if volume is None:
        raise MigrateError(f"{place.workload.name}: its container has no volume at {place.volume.path}")
    [group] = place.saved.groups
    place.application.engine("stop", container.id, timeout=120)
    owner = f"{place.volume.uid}:{place.volume.gid}"
    script = f"FILE={shell(_plain(group.name))}\nOWNER={shell(owner)}\n{_UNPACK}"
    keys = _without_mark(unpacked(place.folder / group.file))
    done = place.application.beside(container, volume, script, keys)
    place.application.engine("start", container.id, timeout=120)
    if not done.ok:
        raise MigrateError(f"{place.workload.name}: its keys could not be loaded: {terminal(done.complaint)}")


def _without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The keys without the mark that ends them on the wire: 40 hexadecimal digits behind their checksum.

    A client that writes to a pipe can't cut it off again, and a server that takes the keys for the beginning of its log
    of changes stumbles over it: https://github.com/redis/redis/blob/7.0/src/redis-cli.c (getRDB).
    """
    held = b""
    for piece in pieces:
        held += piece
        if len(held) > _MARK + _END:
            yield held[: -_MARK - _END]
            held = held[-_MARK - _END :]
    marked = re.fullmatch(rb"[0-9a-f]{%d}" % _MARK, held[-_MARK:]) and held[-_MARK - _END :][:1] == b"\xff"
    yield held[:-_MARK] if marked else held


def compare(place: Place) -> tuple[Check, ...]:
    """One check for all keys."""
    [group] = place.saved.groups
    done = _ask(place)
    if not done.ok:
        return (compared(place, group, None, terminal(done.complaint)),)
    try:
        return (compared(place, group, _items(done.out)),)
    except ValueError as error:
        return (compared(place, group, None, f"the server's answer is not understood: {error}"),)


def _ask(place: Place) -> Completed:
    container = place.application.container(place.workload.name)
    script = _program(place.volume.path, place.workload, _PRELUDE)
    user = f"{place.volume.uid}:{place.volume.gid}"
    return place.application.execute(container, user, script)


STORE = Store("dump:redis", dump, load, compare, running=True)
