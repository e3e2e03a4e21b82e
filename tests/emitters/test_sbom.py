from __future__ import annotations

import json
from typing import Any

import pytest

from migrate.emitters.sbom import EMITTER
from migrate.model.applications import Component
from migrate.model.facts import Archive, Archives, Package, Packages
from migrate.model.libraries import Libraries, Library
from migrate.model.plan import FileChoice, PackageChoice
from tests.emission.sample import captured, emitted, shop, snapshot, sources, text, workload

HOSTILE = ('we"ird $x', "new\nline", "<b>{{ x }}</b>", "\udce4\u00e4", "a|b`c`", "-dash", "\x1b[0m")


def document(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    return found


def valid(data: bytes) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(data.decode()) is None


def test_each_image_has_a_document_that_the_schema_takes() -> None:
    documents = [file for path, file in emitted(shop()).items() if path.endswith("/sbom.cdx.json")]
    assert len(documents) > 2
    for file in documents:
        assert isinstance(file.data, bytes)
        valid(file.data)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_host_calls_its_libraries(name: str) -> None:
    seen = snapshot(
        [captured(f"/srv/{name}"), captured("/srv/a.war")],
        None,
        Libraries((Library(name, name, "npm", "/srv", seen=f"/srv/{name}", licence=name),)),
        Archives((Archive("/srv/a.war", "war", title=name, version=name, components=(Component(name, name, name),)),)),
    )
    one = workload(files=(FileChoice("/srv", "test"),))
    files = {file.path: file.data for file in EMITTER.emit(sources(one, seen=seen))}
    data = files["images/app/sbom.cdx.json"]
    assert isinstance(data, bytes)
    valid(data)
    assert name.encode("utf-8", "replace").decode() in [part["name"] for part in document(data)["components"]]


def test_the_same_image_has_the_same_document() -> None:
    assert EMITTER.emit(shop()) == EMITTER.emit(shop())


def test_licences_are_on_one_page_with_what_is_not_known_last() -> None:
    packages = Packages("dpkg", (Package("a", "1", "all", "dpkg", licence="Zlib"), Package("b", "2", "all", "dpkg")))
    one = workload(packages=(PackageChoice("a", "1", "x"), PackageChoice("b", "2", "x")))
    rows = text(emitted(sources(one, seen=snapshot((), None, packages))), "LICENSES.md").splitlines()[-2:]
    assert rows == ["| Zlib | 1 | a 1 |", "| not known | 1 | b 2 |"]
