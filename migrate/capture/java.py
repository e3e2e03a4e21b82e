"""What Java archives say of themselves: manifest, web.xml, the level of their classes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from posixpath import basename, splitext
from typing import IO, Any

from migrate.archives import Zip, open_zip
from migrate.model.facts import Archive

_CLASSES_LOOKED_AT = 400
_SETTINGS = re.compile(r"(WEB-INF|META-INF|BOOT-INF)/(.*/)?[^/]+\.(properties|xml|ya?ml|conf|cfg|ini|json|env)")


def is_archive(path: str) -> bool:
    """Whether a path is that of a WAR, EAR or JAR that is deployed or run; libraries inside an application are not."""
    kind = splitext(path)[1].lower()
    return kind in (".war", ".ear") or (kind == ".jar" and "/WEB-INF/lib/" not in path and "/BOOT-INF/lib/" not in path)


def describe(path: str, file: IO[bytes], size: int, sha256: str) -> Archive:
    """The facts of an archive.

    :raises InputError: it is no archive, damaged, or made to do harm.
    """
    found = Archive(path, splitext(path)[1].lower().lstrip("."), size, sha256)
    with open_zip(file) as archive:
        found = _with_manifest(found, _text(archive, "META-INF/MANIFEST.MF"))
        found = with_descriptor(found, archive.read("WEB-INF/web.xml") or archive.read("META-INF/application.xml"))
        return replace(found, libraries=libraries(archive.names), java_level=_level(archive))


def settings(file: IO[bytes]) -> Iterable[tuple[str, bytes]]:
    """Small settings files inside an archive, to be searched for secrets."""
    with open_zip(file) as archive:
        for name in archive.names:
            if _SETTINGS.fullmatch(name) and archive.size(name) <= 256 << 10:
                yield name, archive.read(name) or b""


def with_descriptor(found: Archive, xml: bytes | None) -> Archive:
    """``found`` with what its web.xml says; as it is where that can't be understood."""
    root = _parse(xml) if xml else None
    if root is None:
        return found
    return replace(
        found,
        title=found.title or next(iter(_texts(root, "display-name")), None),
        servlet_version=root.get("version") or _version_of_doctype(xml or b""),
        resources=tuple(dict.fromkeys(_texts(root, "res-ref-name"))),
        url_patterns=tuple(dict.fromkeys(_texts(root, "url-pattern"))),
    )


def libraries(names: Iterable[str]) -> tuple[str, ...]:
    """File names of the jars inside."""
    return tuple(sorted(basename(name) for name in names if name.endswith(".jar")))


def _with_manifest(found: Archive, text: str) -> Archive:
    fields = _manifest(text)

    def first(*names: str) -> str | None:
        return next((fields[name] for name in names if name in fields), None)

    return replace(
        found,
        title=first("implementation-title", "bundle-name", "specification-title"),
        version=first("implementation-version", "bundle-version", "specification-version"),
        main_class=first("start-class", "main-class"),
    )


def _manifest(text: str) -> dict[str, str]:
    """The main section of a manifest; long lines go on behind a space."""
    main = re.split(r"\r?\n\r?\n", re.sub(r"\r?\n ", "", text), maxsplit=1)[0]
    pairs = (line.partition(":") for line in main.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon and value.strip()}


def _text(archive: Zip, name: str) -> str:
    return (archive.read(name) or b"").decode("utf-8", "replace")


def _level(archive: Zip) -> int | None:
    """The Java version that the newest of the archive's own classes needs."""
    classes = [name for name in archive.names if name.endswith(".class") and not name.startswith("META-INF/versions/")]
    step = len(classes) // _CLASSES_LOOKED_AT + 1
    majors = [int.from_bytes((archive.head(name, 8) or b"")[6:8], "big") for name in classes[::step]]
    newest = max((major for major in majors if 45 <= major < 200), default=0)
    return newest - 44 if newest else None


def _parse(xml: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _texts(root: Any, name: str) -> list[str]:
    found = (element.text for element in root.iter() if isinstance(element.tag, str) and _local(element.tag) == name)
    return [text.strip() for text in found if text and text.strip()]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _version_of_doctype(xml: bytes) -> str | None:
    match = re.search(rb"Web Application (\d\.\d)", xml[:2000])
    return match[1].decode("ascii") if match else None
