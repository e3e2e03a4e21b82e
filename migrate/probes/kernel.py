"""The kernel's settings, modules, limits and security, the clock, the processor: all from files.

Of sysctl only what a file sets, or what is none of the usual values of the keys that applications are tuned with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname

from migrate.model.kernel import (
    Clock,
    HugePages,
    Kernel,
    Limit,
    Module,
    ModuleSetting,
    Processor,
    Tunable,
    Written,
)
from migrate.probes import Parsed, Probe
from migrate.probes.kernel_defaults import ALWAYS, USUAL
from migrate.probes.masks import hidden
from migrate.probes.sections import Parts, number, settings, shell_of, split

Lines = list[tuple[int, str]]
Files = Mapping[str, Lines]
SHELL = f"KEYS='{' '.join((*USUAL, *ALWAYS))}'\n{shell_of(__file__)}"

_FEATURES = frozenset(
    "aes avx avx2 avx512f avx512bw avx512vl bmi1 bmi2 fma f16c movbe lzcnt abm pclmulqdq popcnt rdrand sha_ni sse3 pni "
    "ssse3 sse4_1 sse4_2 cx16 lahf_lm vmx svm tsx rtm asimd crc32 atomics sve neon vfpv4".split()
)
_DAEMONS = {"systemd-timesyn": "systemd-timesyncd"}
_LOADED = re.compile(r'\s*(?:MODULES_LOADED_ON_BOOT|modules)\s*=\s*"([^"]*)"')
_ITEMS = frozenset(
    "core data fsize memlock nofile rss stack cpu nproc as maxlogins maxsyslogins priority locks sigpending msgqueue "
    "nice rtprio rttime nonewprivs chroot".split()
)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    files, told = parts.numbered("files"), list(parts.table("kernel"))
    facts = Kernel(
        tunables=tuple(_tunables(parts.numbered("sysctl"), told)),
        command_line=tuple(hidden(word) for word in _first(files, "/proc/cmdline").split()),
        modules=tuple(_modules(told)),
        module_settings=tuple(_module_settings(files)),
        dkms=tuple(line for line in parts.lines("dkms") if line),
        tainted=number(_first(files, "/proc/sys/kernel/tainted")),
        limits=tuple(_limits(files)),
        manager=tuple(_manager(files)),
        selinux=_selinux(files),
        selinux_written=settings([line for _, line in files.get("/etc/selinux/config", [])]).get("SELINUX"),
        apparmor={"Y": True, "N": False}.get(_first(files, "/sys/module/apparmor/parameters/enabled")),
        profiles=tuple(
            sorted((row[1].rstrip(")"), number(row[2]) or 0) for row in told if row[0] == "P" and len(row) > 2)
        ),
        transparent_huge_pages=_chosen(files),
        huge_pages=tuple(_huge_pages(files)),
        entropy=number(_first(files, "/proc/sys/kernel/random/entropy_avail")),
        clock=_clock(files, told, parts),
        processor=_processor(told),
    )
    return Parsed(facts, parts.gaps)


def _first(files: Files, path: str) -> str:
    return next((line.strip() for _, line in files.get(path, [])), "")


def _plain_key(key: str) -> str:
    """With dots between its pieces, whichever way it was written."""
    first = re.search(r"[./]", key)
    return key.translate(str.maketrans("./", "/.")) if first and first[0] == "/" else key


def _tunables(files: Files, told: list[list[str]]) -> Iterator[Tunable]:
    """In the order of systemd and procps: by name of file, one in /etc for all of its name, sysctl.conf last."""
    values = {_plain_key(row[1]): " ".join(row[2].split()) for row in told if row[0] == "V" and len(row) > 2}
    written: dict[str, tuple[str, str]] = {}
    for path in sorted(_effective(files), key=lambda one: (one == "/etc/sysctl.conf", basename(one))):
        for at, line in files[path]:
            if found := re.fullmatch(r"\s*-?([A-Za-z0-9_][^=\s#;]*)\s*=\s*(.*?)\s*", line):
                written[_plain_key(found[1])] = (" ".join(found[2].split()), f"{path}:{at}")
    for key in sorted({*values, *written}):
        usual, value = USUAL.get(key, ()), values.get(key)
        said, seen = written.get(key, (None, f"/proc/sys/{key.translate(str.maketrans('./', '/.'))}"))
        if _worth(key, value, said, seen, usual):
            yield Tunable(key, value, said, usual, seen)


def _worth(key: str, value: str | None, said: str | None, seen: str, usual: tuple[str, ...]) -> bool:
    if said is not None and seen.startswith("/etc/"):
        return True
    # What the distribution sets is its default; None means that it could not be read.
    return value is not None and (key in ALWAYS or (bool(usual) and value not in (*usual, said)))


def _effective(files: Files) -> list[str]:
    rank = ("/lib/", "/usr/lib/", "/usr/local/", "/run/", "/etc/")
    found: dict[str, str] = {}
    for path in files:
        name = basename(path) if path != "/etc/sysctl.conf" else path
        known = found.get(name)
        if known is None or _rank(path, rank) >= _rank(known, rank):
            found[name] = path
    return list(found.values())


def _rank(path: str, rank: tuple[str, ...]) -> int:
    return next((at for at, prefix in enumerate(rank) if path.startswith(prefix)), -1)


def _modules(told: list[list[str]]) -> Iterator[Module]:
    for row in told:
        if row[0] == "M" and len(row) > 3:
            yield Module(row[1], number(row[2]), row[3].strip("()").rstrip("+-") or None)


def _module_settings(files: Files) -> Iterator[ModuleSetting]:
    for path, lines in files.items():
        for at, line in lines:
            words, seen = line.split(), f"{path}:{at}"
            if path.startswith("/etc/modprobe"):
                if re.search(r"\.(dpkg-\w+|rpm\w+|bak|old)$|~$", path) or len(words) < 2:
                    continue
                yield ModuleSetting(words[0], words[1], hidden(" ".join(words[2:])) or None, seen)
            elif path == "/etc/modules" or path.startswith("/etc/modules-load.d/"):
                yield ModuleSetting("load", words[0], " ".join(words[1:]) or None, seen)
            elif path.startswith("/etc/sysconfig/modules/"):
                for name in re.findall(r"\bmodprobe\s+(?:-\S+\s+)*([A-Za-z0-9_-]+)", line):
                    yield ModuleSetting("load", name, None, seen)
            elif found := _LOADED.match(line) if path in ("/etc/sysconfig/kernel", "/etc/conf.d/modules") else None:
                yield from (ModuleSetting("load", name, None, seen) for name in found[1].split())


def _limits(files: Files) -> Iterator[Limit]:
    for path, lines in files.items():
        if path.startswith("/etc/security/limits"):
            for at, line in lines:
                words = line.split("#")[0].split()
                if len(words) >= 4 and words[1] in ("soft", "hard", "-") and words[2] in _ITEMS:
                    yield Limit(words[0], words[1], words[2], words[3], f"{path}:{at}")


def _manager(files: Files) -> Iterator[Written]:
    for path, lines in files.items():
        if re.match(r"/etc/systemd/(?:system|user)\.conf", path):
            for at, line in lines:
                key, equals, value = line.partition("=")
                if equals:
                    yield Written(key.strip(), hidden(value.strip()), f"{path}:{at}")


def _selinux(files: Files) -> str | None:
    now = _first(files, "/sys/fs/selinux/enforce") or _first(files, "/selinux/enforce")
    if now in ("0", "1"):
        return "enforcing" if now == "1" else "permissive"
    said = settings([line for _, line in files.get("/etc/selinux/config", [])]).get("SELINUX")
    return "disabled" if said else None


def _chosen(files: Files) -> str | None:
    for name in ("transparent_hugepage", "redhat_transparent_hugepage"):
        if found := re.search(r"\[(\w+)\]", _first(files, f"/sys/kernel/mm/{name}/enabled")):
            return found[1]
    return None


def _huge_pages(files: Files) -> Iterator[HugePages]:
    for path in files:
        if found := re.fullmatch(r"/sys/kernel/mm/hugepages/hugepages-(\d{1,12})kB/nr_hugepages", path):
            free = number(_first(files, dirname(path) + "/free_hugepages"))
            if total := number(_first(files, path)):
                yield HugePages(int(found[1]) * 1024, total, free)


def _clock(files: Files, told: list[list[str]], parts: Parts) -> Clock:
    source = "/sys/devices/system/clocksource/clocksource0/"
    names = [_DAEMONS.get(row[1], row[1]) for row in told if row[0] == "D" and len(row) > 1]
    return Clock(
        tuple(sorted(names)),
        tuple(dict.fromkeys(_servers(files))),
        _synchronised(parts.lines("synchronised")),
        _first(files, source + "current_clocksource") or None,
        tuple(_first(files, source + "available_clocksource").split()),
        _utc(files),
    )


def _servers(files: Files) -> Iterator[str]:
    for path, lines in files.items():
        if not re.search(r"ntp|chrony|timesyncd", path):
            continue
        for _, line in lines:
            words = line.split()
            if len(words) > 1 and words[0] in ("server", "pool", "peer", "servers", "refclock"):
                yield from words[1:2]
            elif path.startswith("/etc/systemd/timesyncd") and words[0].startswith("NTP="):
                yield from line.strip().removeprefix("NTP=").split()


def _synchronised(lines: list[str]) -> bool | None:
    if "timesyncd" in lines:
        return True
    for line in lines:
        if found := re.match(r"Leap status\s*: (.*)", line):
            return found[1] != "Not synchronised"
        if found := re.search(r"\bleap=(\w+)", line):
            return found[1] not in ("11", "leap_alarm", "sync_alarm")
    return None


def _utc(files: Files) -> bool | None:
    third = [line.strip() for at, line in files.get("/etc/adjtime", []) if at == 3]
    if third and third[0] in ("UTC", "LOCAL"):
        return third[0] == "UTC"
    for path, key, yes in (
        ("/etc/default/rcS", "UTC", ("yes",)),
        ("/etc/sysconfig/clock", "UTC", ("true", "yes", "1")),
        ("/etc/conf.d/hwclock", "clock", ("UTC",)),
    ):
        if value := settings([line for _, line in files.get(path, [])]).get(key):
            return value in yes
    suse = settings([line for _, line in files.get("/etc/sysconfig/clock", [])]).get("HWCLOCK", "")
    return "-u" in suse.split() if suse else None


def _processor(told: list[list[str]]) -> Processor:
    known: dict[str, str] = {}
    for row in told:
        if row[0] == "C":
            key, _, value = "\t".join(row[1:]).partition(":")
            known.setdefault(key.strip(), value.strip())
    words: Iterable[str] = (known.get("flags") or known.get("Features") or known.get("features") or "").split()
    model = known.get("model name") or known.get("Hardware") or known.get("cpu") or known.get("machine")
    return Processor(
        model or None,
        known.get("vendor_id") or known.get("CPU implementer") or None,
        tuple(sorted(set(words) & _FEATURES)),
    )


PROBE = Probe(Kernel, SHELL, parse, budget=20)
