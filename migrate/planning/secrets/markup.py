"""Where the value of a setting stands in XML: an attribute, an element, the parameter beside it."""

from __future__ import annotations

import re

_ATTRIBUTE = re.compile(
    r"(?P<name>[\"'])\s+(?:[\w:-]{1,40}=[\"'][^\"'<>]{0,200}[\"']\s+){0,3}(?:value|content"
    r"|Value)\s*=\s*(?P<quote>[\"'])"
    r"(?P<value>[^\"'<>]{1,1000}?)(?P=quote)"
)
_ATTRIBUTE_BEFORE = re.compile(
    r"\bvalue\s*=\s*(?P<quote>[\"'])(?P<value>[^\"'<>]{1,300})(?P=quote)[^<>\"']*\bname\s*=\s*[\"']\Z"
)
_CDATA = re.compile(r"(?:\s[^<>]{0,200})?>\s*<!\[CDATA\[(?P<value>.{1,1000}?)\]\]>\s*</", re.DOTALL)
_ELEMENT = re.compile(r"(?:[\"']?\s[^<>]{0,200}|[\"'])?>\s*(?:<value>\s*)?(?P<value>[^<>\s][^<>]{0,1000}?)\s*</")
_PARAMETER = re.compile(r"\s*</[\w:-]{1,60}>\s*<[\w:-]*value[^<>]{0,80}>\s*(?P<value>[^<>\s][^<>]{0,1000}?)\s*</")


def value_of(text: str, start: int, end: int) -> tuple[int, str] | None:
    """Where the value of the name at ``start``-``end`` begins, and what it is."""
    opened = text.rfind("<", max(0, start - 300), start)
    if opened < 0:
        return None
    if ">" in text[opened:start]:
        match = _PARAMETER.match(text, end)
        return (match.start("value"), match["value"]) if match else None
    match = _ATTRIBUTE.match(text, end) or _CDATA.match(text, end) or _ELEMENT.match(text, end)
    if match:
        return match.start("value"), match["value"]
    before = _ATTRIBUTE_BEFORE.search(text[opened:start])
    return (opened + before.start("value"), before["value"]) if before else None
