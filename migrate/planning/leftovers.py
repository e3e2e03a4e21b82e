"""What an application's folder holds from building it or from former times: it runs without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from migrate.model.facts import Sites
from migrate.planning import java_leftovers
from migrate.planning.index import Index, below
from migrate.syntax.vendored import vendored

# Where tools that build a front end say what they need; none of these is read at run time.
_BUILDING = re.compile(
    r"(?:^|/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|\.\w*ignore|Makefile|Gruntfile\.js"
    r"|Gulpfile\.js|gulpfile\.js|Dockerfile|(?:webpack|rollup|vite|babel|postcss|jest|tailwind|karma|vue)[\w.]*\.[cm]?js"
    r"|ts(?:config|lint)[\w.]*\.json|\.eslintrc[\w.]*|[\w.-]+\.md)$"
)
# What those who made a program explain it with, beside the terms under which they give it away.
_EXPLAINING = re.compile(r"/(?:docs?|documentation|examples?|samples?|javadocs?|apidocs|licen[cs]es)(?=/|$)", re.I)
_TERMS = tuple(f"{name}{end}" for name in ("LICENSE", "NOTICE", "COPYING") for end in ("", ".txt", ".md"))
_COPY = re.compile(r"[^/](?:~|\.(?:bak|old|orig|save|swp|rej)[\d.-]*)\Z")
_NODE = re.compile(r"(?:^|/)(?:node|nodejs|npm|npx|yarn|pm2|bun|deno)$")
_CALLED = re.compile(r"(?:^|[\s;&|(/])(?:node|nodejs|npm|npx|yarn|pm2|bun|deno)\s", re.MULTILINE)


def unused(host: Index, taken: Sequence[str], used: Iterable[str], texts: Sequence[str]) -> Iterator[str]:
    """Folders below those that are taken which nothing of the workload uses.

    :param taken: what is carried.
    :param used: paths that its processes and commands name, as they name them.
    :param texts: what of its files was read.
    """
    own = tuple(path for path in texts if not vendored(path) and not _BUILDING.search(path))
    known = frozenset(used)
    yield from _copies(host, taken, known)
    yield from _explaining(host, taken, known)
    yield from _developing(host, taken)
    yield from _environments(host, taken, known, own)
    yield from _modules(host, taken, known, own)
    yield from java_leftovers.unused(host, taken, known, texts)


def explains(host: Index, path: str) -> str | None:
    """The folder of manuals and examples of an unpacked program in which ``path`` lies, or that it is.

    Not what a web server may be asked for, and not what a package manager of a language put there.
    """
    for found in _EXPLAINING.finditer(path):
        above = path[: found.start()]
        if any(f"{above}/{name}" in host.entries for name in _TERMS) and not vendored(path):
            return None if any(below(path, root) for root in _served(host)) else path[: found.end()]
    return None


def _served(host: Index) -> Iterator[str]:
    sites = host.snapshot.inventory.get(Sites).sites
    return (folder for site in sites for folder in (site.root, *site.folders) if folder)


def _explaining(host: Index, taken: Sequence[str], used: frozenset[str]) -> Iterator[str]:
    """Manuals and examples that came with a program: nobody reads them in a container."""
    folders = {explains(host, entry.path) for place in taken for entry in host.captured_below(place)}
    for folder in sorted(one for one in folders if one):
        if not any(below(path, folder) for path in used):
            yield folder


def _copies(host: Index, taken: Sequence[str], used: frozenset[str]) -> Iterator[str]:
    """What editors and careful people leave beside a file; in homes, discovery tells no roles of single files."""
    for place in taken:
        for entry in host.copied_below(place):
            copied = entry.kind == "file" and entry.path != place and _COPY.search(entry.path)
            if copied and entry.path not in used and not vendored(entry.path):
                yield entry.path


def _developing(host: Index, taken: Sequence[str]) -> Iterator[str]:
    """Headers and manuals of a runtime that was unpacked from an archive; Python reads a header of its own."""
    for place in taken:
        if host.has_captured(f"{place}/bin") and host.has_captured(f"{place}/lib"):
            headers = (f"{place}/include/node", f"{place}/include/ruby", f"{place}/share/man", f"{place}/share/doc")
            yield from (one for one in headers if host.has_captured(one))


def _environments(host: Index, taken: Sequence[str], used: frozenset[str], texts: Sequence[str]) -> Iterator[str]:
    """Virtualenvs beside the one that is used."""
    found = [one for one in host.virtualenvs if _inside(f"{one}/pyvenv.cfg", taken)]
    if len(found) < 2:
        return
    wanted = {one for one in found if any(below(path, one) for path in used) or _named(host, one, texts)}
    if wanted:
        yield from (one for one in found if one not in wanted)


def _named(host: Index, environment: str, texts: Sequence[str]) -> bool:
    """Whether a text names the environment's programs: ``. ../venv/bin/activate``."""
    program = f"{environment.rpartition('/')[2]}/bin/"
    mine = (path for path in texts if not below(path, environment))
    return any(re.search(rf"(?<![\w.-]){re.escape(program)}", host.snapshot.text(path) or "") for path in mine)


def _modules(host: Index, taken: Sequence[str], used: frozenset[str], texts: Sequence[str]) -> Iterator[str]:
    """node_modules of an application that runs no Node and hands nothing of it out."""
    found = {path.partition("/node_modules/")[0] for path in host.entries if "/node_modules/" in path}
    mine = sorted(f"{one}/node_modules" for one in found if _inside(one, taken))
    if not mine or any(_NODE.search(path) for path in used) or any(below(path, one) for path in used for one in mine):
        return
    for path in texts:
        text = host.snapshot.text(path) or ""
        if "node_modules" in text or (text.startswith("#!") and _CALLED.search(text)):
            return
    yield from mine


def _inside(path: str, taken: Sequence[str]) -> bool:
    return any(below(path, one) for one in taken)
