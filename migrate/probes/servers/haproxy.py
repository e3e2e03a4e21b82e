"""HAProxy: one site for each frontend (or listen section) that speaks HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.model.facts import Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax.globs import matching

_SECTION = re.compile(
    r"(global|defaults|frontend|backend|listen|userlist|peers|resolvers|mailers|cache|program|ring)\b\s*(\S*)"
)


@dataclass(slots=True)
class Section:
    """One section; each of its lines as words."""

    kind: str
    name: str
    line: int
    lines: list[list[str]] = field(default_factory=list)

    def all(self, name: str) -> Iterator[list[str]]:
        return (words[1:] for words in self.lines if words[0] == name)


def sites(seen: Seen) -> Read:
    found: list[Site] = []
    gaps: list[Gap] = []
    for instance in seen.instances("haproxy"):
        paths = [path for path in files(instance, seen) if path in seen.texts]
        if not paths:
            gaps.append(Gap("the frontends of HAProxy", "its configuration was not captured"))
        for path in paths:
            found += _of(sections(seen.texts[path]), seen.real(path))
    return Read(tuple(found), tuple(gaps))


def files(instance: Instance, seen: Seen) -> tuple[str, ...]:
    """The files that it was started with; of a directory, those in it."""
    words = instance.argv
    named = tuple(words[at + 1] for at, word in enumerate(words[:-1]) if word in {"-f", "--"})
    found = [path for word in named for path in (matching(seen.texts, f"{word.rstrip('/')}/*.cfg") or (word,))]
    return tuple(found) or ("/etc/haproxy/haproxy.cfg",)


def sections(text: str) -> list[Section]:
    found: list[Section] = []
    for number, raw in enumerate(text.split("\n"), 1):
        words = re.sub(r"(?<!\\)#.*", "", raw).split()
        if not words:
            continue
        section = _SECTION.match(" ".join(words))
        if section:
            found.append(Section(section[1], section[2], number))
        elif found:
            found[-1].lines.append(words)
    return found


def _of(sections: list[Section], path: str) -> Iterator[Site]:
    default = next(
        (words[0] for one in sections if one.kind == "defaults" for words in one.all("mode") if words), "tcp"
    )
    backends = {one.name: one for one in sections if one.kind in {"backend", "listen"}}
    for one in sections:
        mode = next((words[0] for words in one.all("mode") if words), default)
        if one.kind in {"frontend", "listen"} and mode == "http":
            yield _site(one, backends, path)


def _site(one: Section, backends: dict[str, Section], path: str) -> Site:
    binds = list(one.all("bind"))
    ports = [int(port) for words in binds if words for port in re.findall(r":(\d{1,5})(?=,|$)", words[0])]
    used = [words[0] for key in ("use_backend", "default_backend") for words in one.all(key) if words]
    members = [one, *(backends[name] for name in used if name in backends)]
    upstreams = dict.fromkeys(words[1] for member in members for words in member.all("server") if len(words) > 1)
    acls = [words for words in one.all("acl") if len(words) > 2]
    names = dict.fromkeys(word for words in acls if "hdr" in words[1] and "host" in words[1] for word in _values(words))
    paths = dict.fromkeys(word for words in acls if words[1] in {"path_beg", "path"} for word in _values(words))
    tls = any("ssl" in words for words in binds)
    return Site(
        "haproxy", tuple(dict.fromkeys(ports)), tuple(names), tls, None, tuple(paths), tuple(upstreams),
        f"{path}:{one.line}",
    )  # fmt: skip


def _values(words: list[str]) -> list[str]:
    return [word for word in words[2:] if not word.startswith("-")]


SITES = sites
