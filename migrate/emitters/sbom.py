"""What each image is made of, as CycloneDX (``images/<workload>/sbom.cdx.json``), and all licences on one page.

https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from migrate import __version__
from migrate.emission.bill import Part, flat, parts
from migrate.emission.markdown import plain, table
from migrate.emission.names import folder, migrated
from migrate.emitters import Emitter, Sources
from migrate.model.bundle import BundleFile
from migrate.model.plan import Workload

UNKNOWN = "not known"


def emit(sources: Sources) -> tuple[BundleFile, ...]:
    found = {workload.name: (workload, parts(sources, workload)) for workload in migrated(sources)}
    files = [
        BundleFile(f"{folder(name)}/sbom.cdx.json", _document(sources, workload, some))
        for name, (workload, some) in found.items()
    ]
    return (*files, BundleFile("LICENSES.md", _licences({name: some for name, (_, some) in found.items()}).encode()))


def _document(sources: Sources, workload: Workload, found: tuple[Part, ...]) -> bytes:
    """The same parts give the same document, its number included."""
    refs = _Refs()
    components = [_component(one, refs) for one in found]
    number = _number(json.dumps([_text(workload.name), components], sort_keys=True))
    own = {"type": "container", "bom-ref": "image", "name": _text(workload.name)}
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            **_time(sources.snapshots[workload.host].inventory.collected),
            "tools": {"components": [{"type": "application", "name": "migrate", "version": __version__}]},
            "component": own,
            "properties": [{"name": "migrate:versions", "value": "as on the host when it was inventoried"}],
        },
        "components": components,
        "dependencies": [{"ref": "image", "dependsOn": [one["bom-ref"] for one in components]}],
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def _number(text: str) -> str:
    """A UUID of version 8, made from what it is the number of."""
    hexes = sha256(text.encode()).hexdigest()
    return f"{hexes[:8]}-{hexes[8:12]}-8{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:32]}"


def _time(collected: str) -> dict[str, str]:
    return {"timestamp": collected} if collected[:1].isdigit() and "T" in collected else {}


class _Refs:
    """A name of its own for each component: its package URL, with a number where that is there already."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = defaultdict(int)

    def of(self, one: Part) -> str:
        name = one.purl or f"{_text(one.name)}@{_text(one.version or '')}"
        self._counts[name] += 1
        return name if self._counts[name] == 1 else f"{name}#{self._counts[name]}"


def _component(one: Part, refs: _Refs) -> dict[str, Any]:
    found: dict[str, Any] = {"type": one.kind, "bom-ref": refs.of(one), "name": _text(one.name)}
    if one.group:
        found["group"] = _text(one.group)
    if one.version:
        found["version"] = _text(one.version)
    if one.sha256:
        found["hashes"] = [{"alg": "SHA-256", "content": one.sha256}]
    if one.licence:
        found["licenses"] = [{"license": {"name": _text(one.licence)}}]
    if one.purl:
        found["purl"] = one.purl
    if one.place:
        found["evidence"] = {"occurrences": [{"location": _text(one.place)}]}
    if one.parts:
        found["components"] = [_component(inner, refs) for inner in one.parts]
    return found


def _text(text: str) -> str:
    """A file's name may hold bytes that are no text."""
    return text.encode("utf-8", "replace").decode()


def _licences(found: Mapping[str, Iterable[Part]]) -> str:
    """Each licence with what is under it."""
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    for some in found.values():
        for one in flat(some):
            if one.kind != "operating-system":
                groups[one.licence or UNKNOWN].setdefault(f"{one.name} {one.version or ''}".strip())
    names = sorted(groups, key=lambda name: (name == UNKNOWN, name.lower(), name))
    rows = [[plain(name), str(len(groups[name])), plain(", ".join(sorted(groups[name])))] for name in names]
    return (
        "# Licences\n\nWhat the images are made of, by the licence that each part names itself: packages in their "
        "copyright files, libraries and archives in what they carry. "
        "`images/*/sbom.cdx.json` has the same for programs.\n\n" + table(["licence", "parts", "names"], rows)
    )


EMITTER = Emitter("sbom", emit)
