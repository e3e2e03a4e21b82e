"""Where applications lie on a server that people have kept: their folders, their releases, and homes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from migrate.model.paths import above
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, parent

# Directories that an administrator fills with whole applications: one level below them is one application.
_APPLICATION_PLACES = frozenset(
    "/opt /srv /usr/local /usr/local/share /usr/local/lib /var/www /data /app /apps /u01 /export /usr/share".split()
)
# Names of directories that hold one application beside the other.
_COLLECTIONS = frozenset("apps applications www webs sites vhosts services projects domains clients customers".split())


# One of several versions of a language that somebody keeps side by side: ~/.nvm/versions/node/v18.20.4.
_KEPT_VERSION = re.compile(
    r"(/.*/\.?(?:nvm|fnm|nodenv|pyenv|rbenv|rvm|asdf|sdkman|goenv|phpenv|jabba)(?:/[\w.-]+)??"
    r"/(?:versions|installs|candidates|rubies|jdk|node-versions)/(?:[^/\d]+/)?[^/]*\d[^/]*)(?:/.*)?"
)


def application_root(host: Index, path: str) -> str:
    """The folder of the application that ``path`` is part of; ``path`` itself where the folder is everybody's."""
    if version := _KEPT_VERSION.fullmatch(path):
        return version[1]
    for place in above(parent(path)):
        if place != "/" and (place in _APPLICATION_PLACES or place in host.dwellings):
            pieces = path[len(place) :].strip("/").split("/")
            deep = 2 if pieces[0].lower() in _COLLECTIONS and len(pieces) > 1 else 1
            root = place.rstrip("/") + "/" + "/".join(pieces[:deep])
            if len(pieces) > deep and f"{root}/{pieces[deep]}/conf/server.xml" in host.entries:
                root = f"{root}/{pieces[deep]}"  # one of several instances of Tomcat in a folder
            return root if root not in SHARED_DIRECTORIES else path
    return path


def homes(host: Index) -> frozenset[str]:
    """Homes; not a service's own, which often is its application's or its data's folder."""
    return host.homes


def former_releases(host: Index, used: Iterable[str]) -> Iterator[str]:
    """Folders beside the release that a link such as ``current`` leads to, unless one of ``used`` lies in them."""
    for link in host.links.values():
        release = host.resolve(link.path)
        place = parent(release)
        if place.rpartition("/")[2] not in ("releases", "versions") or parent(place) != parent(link.path):
            continue
        for entry in host.captured_below(place):
            other = entry.path != release and parent(entry.path) == place and entry.kind == "directory"
            if other and not any(below(use, entry.path) for use in used):
                yield entry.path


# What editors, package managers and careful people leave beside a file, and what only a linker reads.
_LEFTOVER = re.compile(
    r"(?i)(?:[^/]+~|#[^/]+#|\.#[^/]+|[^/]+\.(?:bak|old|orig|sav|save|swp|swo|rej|dpkg-\w+|ucf-\w+|rpm(?:save|new|orig))"
    r"(?:[._-]?\d+)?|lib[^/]+\.l?a|[^/]+\.pc|[^/]+\.(?:bak|old|orig)[._-][\w.-]+)"
)
_FORMER = re.compile(r"(?i)(?P<now>.+?)[._-]?(?:(?<=[._-])(?:old|alt|bak|backup|orig|save|prev|copy|kopie|\d{4,8}))")


def leftover(path: str) -> bool:
    """Whether a file's name is that of a copy that somebody kept, or of a part that only compilers need."""
    return bool(_LEFTOVER.fullmatch(path.rpartition("/")[2]))


def copies(host: Index, directory: str, named: Iterable[str]) -> Iterator[str]:
    """Copies below a directory that are not named anywhere: ``x.bak``, ``htdocs.2009`` beside ``htdocs``."""
    used = frozenset(named)
    steps = {step for path in used for step in above(path)}
    for entry in host.copied_below(directory):
        if entry.path in used or entry.path in steps:
            continue
        if entry.kind == "directory":
            match = _FORMER.fullmatch(entry.path)
            if match and match["now"] in host.entries:
                yield entry.path
        elif leftover(entry.path):
            yield entry.path
