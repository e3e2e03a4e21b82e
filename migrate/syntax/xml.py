"""XML of a host, read without trusting it: no entities, no network, no document types."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

Element = etree._Element
_MOST_ENTITIES = 20
_MOST_INCLUDED = 1 << 20
_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s+)?(\S+)\s+SYSTEM\s+[\"']([^\"']*)[\"']")


def parse(text: str) -> etree._Element | None:
    """The document's root; what can be read of a broken one; None where there is nothing. Line numbers are kept."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    data = text.encode("utf-8", "replace")
    if text.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        # Read from text, whatever encoding the file says; the declaration's lines are kept.
        data = re.sub(rb"<\?xml[^>]*\?>", lambda match: b"\n" * match.group().count(b"\n"), data, count=1).lstrip(
            b"\xef\xbb\xbf"
        )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if isinstance(root, etree._Element) else None


def elements(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Elements of these names anywhere below, whatever namespace they are in, in their order."""
    return (one for one in root.iter() if local(one) in names)


def children(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Elements of these names directly below."""
    return (one for one in root if local(one) in names)


def local(element: etree._Element) -> str:
    """The element's name without its namespace; "" for what is no element."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line(element: etree._Element) -> int:
    """The line on which the element's start tag ends, counted from 1."""
    at: object = element.sourceline
    return at if isinstance(at, int) else 1


def attribute(element: etree._Element, name: str) -> str | None:
    value = element.get(name)
    return value if isinstance(value, str) else None


def words(element: etree._Element | None) -> str:
    """The text of an element without white space around it."""
    return (element.text or "").strip() if element is not None else ""


def whole(text: str, file: Callable[[str], str | None]) -> str:
    """The document with its external entities in their places, as far as ``file`` knows them; line numbers are kept.

    What is included may not include anything itself, and no more is taken in than a person would write.
    """
    named = {name: content for name, path in included(text)[:_MOST_ENTITIES] if (content := file(path)) is not None}
    budget = [_MOST_INCLUDED]

    def included_text(match: re.Match[str]) -> str:
        inside = re.sub(r"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", "", named.get(match[1], match[0])).replace("\n", " ")
        budget[0] -= len(inside)
        return inside if budget[0] > 0 else match[0]

    return re.sub(r"&([\w.:-]+);", included_text, text) if named else text


def included(text: str) -> tuple[tuple[str, str], ...]:
    """External entities that the document names: (name, file). They are reported, never read."""
    return tuple((match[1], match[2]) for match in _ENTITY.finditer(text))
