"""Deployment descriptors of Java web and enterprise applications, and manifests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from migrate.syntax import xml

_CONTEXT_ELEMENTS = ("context-root", "contextRoot")
_MOST = 40


@dataclass(frozen=True, slots=True)
class Web:
    """What a web.xml or web-fragment.xml says."""

    title: str | None = None
    version: str | None = None
    references: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


def manifest(text: str) -> dict[str, str]:
    """The main section of a manifest, by lower-case names; long lines go on behind a space."""
    main = re.split(r"\r?\n\r?\n", re.sub(r"\r?\n ", "", text), maxsplit=1)[0]
    pairs = (line.partition(":") for line in main.splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon and value.strip()}


def web(text: str) -> Web | None:
    """web.xml, of any version; None where that can't be understood."""
    root = xml.parse(text)
    if root is None:
        return None
    match = re.search(r"Web Application (\d\.\d)", text[:2000])
    return Web(
        next(iter(_texts(root, "display-name")), None),
        xml.attribute(root, "version") or (match[1] if match else None),
        tuple(dict.fromkeys(_texts(root, "res-ref-name"))),
        tuple(dict.fromkeys(_texts(root, "url-pattern"))),
        tuple(dict.fromkeys(_settings(root))),
    )


def _settings(root: etree._Element) -> Iterator[tuple[str, str]]:
    for name in ("session-timeout", "auth-method", "realm-name", "transport-guarantee", "cookie-config"):
        if found := _texts(root, name):
            yield name, found[0]
    if next(xml.children(root, "distributable"), None) is not None:
        yield "distributable", "yes"
    for kind in ("listener", "filter"):
        if found := _texts(root, f"{kind}-class"):
            yield f"{kind}s", " ".join(dict.fromkeys(found[:_MOST]))
    for role in (
        xml.words(one) for part in xml.children(root, "security-role") for one in xml.children(part, "role-name")
    ):
        if role:
            yield "security-role", role
    for entry, name, value in _named(root):
        yield f"{entry} {name}", value


def _named(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """env-entries and context parameters, in their order."""
    parts = (("env-entry", "env-entry-name", "env-entry-value"), ("context-param", "param-name", "param-value"))
    for outer, named, valued in parts:
        for element in list(xml.children(root, outer))[:_MOST]:
            name = xml.words(next(xml.children(element, named), None))
            value = xml.words(next(xml.children(element, valued), None))
            if name and value:
                yield outer, name, value


def modules(text: str) -> tuple[tuple[str, str], ...]:
    """What an application.xml names: (path inside the EAR, context path of a web module or the kind of another)."""
    root = xml.parse(text)
    found: list[tuple[str, str]] = []
    for module in xml.elements(root, "module") if root is not None else ():
        for part in module:
            kind = xml.local(part)
            if kind == "web":
                path = xml.words(next(xml.children(part, "web-uri"), None))
                context = xml.words(next(xml.children(part, "context-root"), None))
                found += [(path, _slashed(context))] if path else []
            elif kind in ("ejb", "java", "connector") and xml.words(part):
                found.append((xml.words(part), kind))
    return tuple(dict.fromkeys(found))[:_MOST]


def licences(text: str) -> tuple[str, ...]:
    """The names of the licences in a pom.xml."""
    root = xml.parse(text) if text else None
    if root is None:
        return ()
    found = (
        xml.words(name)
        for some in xml.children(root, "licenses")
        for one in xml.children(some, "license")
        for name in xml.children(one, "name")
    )
    return tuple(dict.fromkeys(" ".join(name.split()) for name in found if name))


def context_root(name: str, text: str) -> str | None:
    """The context path that a server's own descriptor gives: jboss-web, weblogic, glassfish-web, ibm-web-ext, context.

    :param name: of the file inside the application.
    """
    root = xml.parse(text)
    if root is None:
        return None
    if name.endswith("context.xml"):
        given = xml.attribute(root, "path") if xml.local(root) == "Context" else None
    elif "ibm-web-ext" in name:
        element = next(xml.elements(root, "context-root"), None)
        given = (xml.attribute(element, "uri") if element is not None else None) or xml.attribute(root, "contextRoot")
    else:
        given = next((found for one in xml.children(root, *_CONTEXT_ELEMENTS) if (found := xml.words(one))), None)
    return _slashed(given) if given is not None else None


def _slashed(path: str) -> str:
    return "/" + path.strip().strip("/")


def _texts(root: etree._Element, name: str) -> list[str]:
    return [text for one in xml.elements(root, name) if (text := xml.words(one))]
