"""``<Directory /srv/www>`` over a dozen sites says who may see them, not that all that lies there is one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrate.planning.index import Index, below, parent
from migrate.planning.places import leftover

_PERMISSION = re.compile(r"(?i)^\s*<\s*directory(?:match)?\b")
_ROOT = re.compile(r"(?i)^\s*(?:(?:virtual)?documentroot|root|server\.document-root)\b")
_PACKED = re.compile(r"(?i)\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz|zip|gz|bz2|xz|7z|rar|sql|dump|log)$")


def is_permission(line: str) -> bool:
    return bool(_PERMISSION.match(line))


def is_root(line: str) -> bool:
    return bool(_ROOT.match(line))


def over_several(host: Index, directory: str, roots: Iterable[str]) -> bool:
    """Whether ``directory`` is a place where several sites are, each on its own, rather than an application.

    :param roots: what is handed out as the root of a site.
    """
    inside = {
        root[len(directory) + 1 :].partition("/")[0] for root in roots if root != directory and below(root, directory)
    }
    return len(inside) > 1 and not any(
        entry.kind == "file" and parent(entry.path) == directory and not _aside(entry.path)
        for entry in host.captured_below(directory)
    )


def _aside(path: str) -> bool:
    return leftover(path) or bool(_PACKED.search(path))
