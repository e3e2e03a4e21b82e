"""Files that Log4j, Logback, java.util.logging and the like write to."""

from __future__ import annotations

import re
from posixpath import basename

from migrate.syntax import settings, xml

_CONFIGURATION = re.compile(
    r"(?i)(log4j2?|logback|logging|log|jboss-log4j|tinylog)([-_.][\w.-]*)?\.(properties|xml|ya?ml)"
)
_KEY = re.compile(
    r"(?i)(.*\.)?(file(name)?|FileHandler\.pattern|logging\.file(\.name|\.path)?)|.*FileHandler\.directory"
)
_ATTRIBUTES = ("fileName", "file", "File")
_PATH = re.compile(r"[^\s<>|;]*(/|\.(log|out|txt|json)\b)[^<>|;]*")


def is_configuration(path: str) -> bool:
    return bool(_CONFIGURATION.fullmatch(basename(path)))


def targets(path: str, text: str) -> tuple[str, ...]:
    """Files and directories as written, variables and all."""
    found = _in_xml(text) if path.endswith(".xml") else _in_settings(path, text)
    return tuple(dict.fromkeys(one for one in found if len(one) < 500 and _PATH.fullmatch(one)))[:50]


def _in_settings(path: str, text: str) -> list[str]:
    return [one.value.strip() for one in settings.read(path, text) if _KEY.fullmatch(one.key)]


def _in_xml(text: str) -> list[str]:
    root = xml.parse(text)
    found: list[str] = []
    for element in root.iter() if root is not None else ():
        found += [value.strip() for name in _ATTRIBUTES if (value := xml.attribute(element, name))]
        if xml.local(element) == "param" and (xml.attribute(element, "name") or "").lower() == "file":
            found.append((xml.attribute(element, "value") or "").strip())
        if xml.local(element) in ("file", "File"):
            found.append(xml.words(element))
    return found
