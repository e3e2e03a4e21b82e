"""Licences that are bound to the machine, read from captured files, running daemons and environments.

The forms are those of FlexLM's and RLM's end-user manuals; the daemons those that their makers' packages install.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from migrate.model.facts import Processes
from migrate.model.inventory import Snapshot
from migrate.model.licences import LicenceDaemon, LicenceFile, Licences, LicenceServer
from migrate.model.routing import Routing
from migrate.probes import Parsed, Reading

_DAEMONS = {
    "lmgrd": "FlexLM",
    "lmadmin": "FlexNet",
    "rlm": "Reprise License Manager",
    "hasplmd": "Sentinel HASP",
    "hasplmd_x86_64": "Sentinel HASP",
    "aksusbd": "Sentinel HASP (dongles)",
    "aksusbd_x86_64": "Sentinel HASP (dongles)",
    "winehasp": "Sentinel HASP (dongles)",
    "CodeMeterLin": "CodeMeter",
    "CmWebAdmin": "CodeMeter",
    "lserv": "Sentinel RMS",
    "lservnt": "Sentinel RMS",
    "sntlsrvr": "Sentinel Protection",
    "spnsrvlnx": "Sentinel Protection",
    "loadserv": "Sentinel Protection",
    "lmx-serv": "LM-X",
    "lmx-serv-lmx": "LM-X",
    "licserv": "licence server",
    "dslsd": "Dassault DSLS",
    "DSLicSrv": "Dassault DSLS",
    "grdnetsrv": "Guardant Net",
    "i4lmd": "IBM LUM",
    "i4llmd": "IBM LUM",
    "elmd": "Elan",
}
_VARIABLE = re.compile(r"\w*LICENSE(?:_FILE|_PATH|_SERVER)?|LSHOST|LSFORCEHOST|CDS_LIC_FILE|\w+_LIC(?:_FILE)?")
_PLACE = re.compile(r"\d{1,5}@[A-Za-z0-9][\w.-]*")
_TELLING = re.compile(rb"(?m)^[ \t]*(?:SERVER|HOST|INCREMENT|FEATURE|LICENSE)[ \t]+\S+[ \t]+\S+")
_SERVER = re.compile(r"(SERVER|HOST)\s+(\S+)\s+(\S+)(?:\s+(?:TCP:)?(\d{1,5}))?(?=\s|$)")
_VENDOR = re.compile(r"(?:VENDOR|DAEMON|ISV)\s+(\S+)")
_FEATURE = re.compile(r"(INCREMENT|FEATURE|LICENSE)\s+(\S+)\s+(\S+)\s+(\d\S*)\s+(\S+)\s+(\S+)")
_HOST_ID = re.compile(r"(?i)\b(?:hostid|nodelock)=(\"[^\"]*\"|\S+)")
_ANY = frozenset(("ANY", "DEMO", "0", "*", "INTERNET=*.*.*.*"))


def read(snapshot: Snapshot) -> Parsed:
    macs = {one.mac.replace(":", "").lower() for one in snapshot.inventory.get(Routing).interfaces if one.mac}
    files = tuple(_files(snapshot, macs))
    return Parsed(Licences(files, tuple(_daemons(snapshot)), tuple(_servers(snapshot))))


def _files(snapshot: Snapshot, macs: set[str]) -> Iterator[LicenceFile]:
    for path, data in snapshot.texts.items():
        if _TELLING.search(data) and b"\0" not in data[:4096]:
            found = _file(path, data.decode("utf-8", "replace"), macs)
            if found:
                yield found


def _file(path: str, text: str, macs: set[str]) -> LicenceFile | None:
    """A licence file has both: who gives it or what it is bound to, and what it is for or whose daemon gives it."""
    lines = [line.strip() for line in re.sub(r"\\\r?\n\s*", " ", text).splitlines()]
    servers = [found for line in lines if (found := _SERVER.match(line)) and not line.startswith("#")]
    vendors = [found[1] for line in lines if (found := _VENDOR.match(line))]
    features = [(found, line) for line in lines if (found := _FEATURE.match(line))]
    bound = [found[1].strip('"') for _, line in features if (found := _HOST_ID.search(line))]
    if not ((servers and (vendors or features)) or (features and bound)):
        return None
    ids = [word for one in servers for word in [one[3]]] + [word for one in bound for word in one.split()]
    ids = [word for word in dict.fromkeys(ids) if word.upper() not in _ANY]
    rlm = any(one[1] == "HOST" for one in servers) or any(found[1] == "LICENSE" for found, _ in features)
    first = next((at for at, line in enumerate(text.splitlines(), 1) if _SERVER.match(line.strip())), 1)
    return LicenceFile(
        path,
        "rlm" if rlm else "flexlm",
        tuple(dict.fromkeys(one[2] for one in servers)),
        tuple(ids),
        tuple(dict.fromkeys(int(one[4]) for one in servers if one[4] and int(one[4]) < 65536)),
        tuple(dict.fromkeys((*vendors, *(found[3] if found[1] != "LICENSE" else found[2] for found, _ in features)))),
        tuple(dict.fromkeys(found[2] if found[1] != "LICENSE" else found[3] for found, _ in features)),
        tuple(dict.fromkeys(found[5] for found, _ in features)),
        any(_mac(word) in macs for word in ids) if macs and ids else None,
        f"{path}:{first}",
    )


def _mac(word: str) -> str:
    return re.sub(r"[:-]|^ether=", "", word.lower())


def _daemons(snapshot: Snapshot) -> Iterator[LicenceDaemon]:
    for process in snapshot.inventory.get(Processes).processes:
        for name in (basename(process.exe or ""), process.name):
            if name in _DAEMONS:
                yield LicenceDaemon(name, _DAEMONS[name], process.pid, process.unit)
                break


def _servers(snapshot: Snapshot) -> Iterator[LicenceServer]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for process in snapshot.inventory.get(Processes).processes:
        for name, value in process.environment:
            if _VARIABLE.fullmatch(name):
                for place in _PLACE.findall(value):
                    found.setdefault((place, name), {}).setdefault(process.unit or process.name)
    for (place, name), users in sorted(found.items()):
        yield LicenceServer(place, name, tuple(sorted(users)))


READING = Reading(Licences, read)
