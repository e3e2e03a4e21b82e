"""Package sources as apt, yum, zypper and apk write them. Credentials are masked before anything else sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.facts import Repository


def repositories(path: str, lines: list[str]) -> list[Repository]:
    """The sources in one file, by what its name says it is."""
    if path.endswith(".sources"):
        return list(_deb822(path, lines))
    if path.endswith(".repo"):
        return list(_yum(path, lines))
    if path.startswith("/etc/apk/"):
        return list(_apk(path, lines))
    return list(_one_line(path, lines))


def masked(url: str) -> str:
    """An address without its credentials: ``https://***@host/``."""
    url = re.sub(r"(?<=://)[^/\s]*@", "***@", url)
    return re.sub(r"([?&][^=&]*(?:token|pass|key|secret|auth)[^=&]*=)[^&\s]*", r"\1***", url, flags=re.IGNORECASE)


def _one_line(path: str, lines: list[str]) -> Iterator[Repository]:
    for line in lines:
        match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)", line)
        if match:
            options = dict(word.partition("=")[::2] for word in (match[1] or "").lower().split())
            key = re.search(r"signed-by=(\S+)", match[1] or "")
            yield Repository(
                "deb",
                masked(match[2]),
                match[3],
                tuple(match[4].split()),
                key=key[1] if key else None,
                seen=path,
                architectures=tuple(filter(None, options.get("arch", "").split(","))),
                verified=False if options.get("trusted") == "yes" else None,
            )


def _deb822(path: str, lines: list[str]) -> Iterator[Repository]:
    for fields in stanzas(lines):
        if "deb" not in fields.get("types", "").split():
            continue
        key = fields.get("signed-by", "").strip()
        for url in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Repository(
                    "deb",
                    masked(url),
                    suite,
                    tuple(fields.get("components", "").split()),
                    key=key if key.startswith("/") else None,
                    enabled=fields.get("enabled", "yes").strip().lower() not in ("no", "false", "0"),
                    seen=path,
                    architectures=tuple(fields.get("architectures", "").split()),
                    verified=False if fields.get("trusted", "").strip().lower() == "yes" else None,
                )


def stanzas(lines: list[str]) -> Iterator[dict[str, str]]:
    """Paragraphs of ``Name: value``, by lower-case name."""
    fields: dict[str, str] = {}
    name = ""
    for line in [*lines, ""]:
        if not line.strip():
            if fields:
                yield fields
            fields, name = {}, ""
        elif line.startswith("#"):
            continue
        elif line[0] in " \t":
            fields[name] = f"{fields.get(name, '')}\n{line.strip()}"
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()


def _yum(path: str, lines: list[str]) -> Iterator[Repository]:
    for section, values in sections(lines):
        url = next((values[key] for key in ("baseurl", "mirrorlist", "metalink") if values.get(key)), "")
        if url:
            key = values.get("gpgkey", "").split()
            yield Repository(
                "rpm",
                masked(url.split()[0]),
                section,
                key=masked(key[0]) if key else None,
                enabled=not _off(values.get("enabled", "1")),
                seen=path,
                name=values.get("name") or None,
                priority=int(priority) if (priority := values.get("priority", "")).isdecimal() else None,
                excludes=tuple(filter(None, re.split(r"[\s,]+", excluded))) if (excluded := _excluded(values)) else (),
                verified=not _off(values["gpgcheck"]) if values.get("gpgcheck") else None,
            )


def _off(value: str) -> bool:
    return value.strip().lower() in ("0", "no", "false", "off")


def _excluded(values: dict[str, str]) -> str:
    return " ".join(values[key] for key in ("exclude", "excludepkgs") if values.get(key)).strip()


def sections(lines: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The sections of yum's files, with values that go on in indented lines."""
    section, values, key = "", {}, ""  # type: str, dict[str, str], str
    for line in [*lines, "[]"]:
        if match := re.match(r"\[([^]]*)\]", line):
            if section:
                yield section, values
            section, values, key = match[1], {}, ""
        elif line[:1] in " \t" and key and line.strip():
            values[key] += " " + line.strip()
        elif "=" in line and line[0] not in "#;":
            key, _, value = line.partition("=")
            key = key.strip().lower()
            values[key] = value.strip()


def _apk(path: str, lines: list[str]) -> Iterator[Repository]:
    for line in lines:
        words = line.split("#")[0].split()
        if words:
            tag = words[0] if words[0].startswith("@") and len(words) > 1 else None
            yield Repository("apk", masked(words[-1]), tag, seen=path)
