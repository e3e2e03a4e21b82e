"""Which captured files and unmanaged trees belong to a workload, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from migrate.detectors import Advice, Part
from migrate.model.facts import Tree
from migrate.model.paths import above, span
from migrate.model.plan import FileChoice
from migrate.planning import closure, evidence, interpreters, leftovers, libraries, mail, permitted, switches
from migrate.planning.closure import Needed
from migrate.planning.evidence import Use
from migrate.planning.index import SHARED_DIRECTORIES, Index, below, normal, parent
from migrate.planning.places import application_root, copies, former_releases, homes, leftover
from migrate.syntax.vendored import vendored

IMMUTABLE_ROLES = frozenset(("application", "configuration", "home"))
STATE_ROLES = frozenset(("data", "spool", "upload"))
START_EMPTY_ROLES = frozenset(("log", "cache", "runtime"))
OWNED = "belongs to user"
"""Begins the reason of what a workload has for its owner alone."""
_MAX_DEPTH = 4
_PROGRAM = re.compile(r"\.(?:py|pl|rb|js|mjs|sh|php|jar|lua|tcl)$")
# Settings of the machine itself: a workload that names them does not own them.
_MACHINE_PLACES = frozenset(
    "/etc/apt /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/cron.monthly /etc/crontab /etc/fstab"
    " /etc/grub.d /etc/hosts /etc/hosts.allow /etc/hosts.deny /etc/init /etc/init.d /etc/inittab /etc/modprobe.d"
    " /etc/modules /etc/netplan /etc/network /etc/pam.d /etc/passwd /etc/group /etc/shadow /etc/resolv.conf"
    " /etc/security /etc/selinux /etc/ssh /etc/sudoers /etc/sudoers.d /etc/sysctl.conf /etc/sysctl.d"
    " /etc/sysconfig/network-scripts /etc/systemd /etc/udev /etc/yum.repos.d /var/spool/cron /lib/systemd"
    " /usr/lib/systemd /boot".split()
)


@dataclass(frozen=True, slots=True)
class Belongings:
    """What of the host's own files a workload has.

    :ivar trees: unmanaged trees with state, logs or caches that it uses, with the reason.
    :ivar texts: captured texts that are its configuration or scripts.
    :ivar mentioned: every absolute path that these texts name, with the text that names it.
    """

    files: tuple[FileChoice, ...] = ()
    trees: tuple[tuple[Tree, str], ...] = ()
    texts: tuple[str, ...] = ()
    mentioned: tuple[tuple[str, str], ...] = field(default=())


@dataclass(slots=True)
class _Gathering:
    host: Index
    executed: frozenset[str]
    used: frozenset[str]  # every path that the evidence names, links followed
    named: frozenset[str]  # the same as they stand there
    files: dict[str, str] = field(default_factory=dict)
    trees: dict[str, tuple[Tree, str]] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    mentioned: dict[str, str] = field(default_factory=dict)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    permitted: dict[str, tuple[str, int]] = field(default_factory=dict)  # directories that somebody may see: why, depth
    roots: set[str] = field(default_factory=set)  # of sites
    passes_on: tuple[str, ...] = ()
    asked: set[tuple[str, str, int]] = field(default_factory=set)  # what texts name: how, and how deep
    without: Part | None = None

    def foreign(self, path: str) -> bool:
        return self.without is not None and self.without.foreign(path)


def texts_of(host: Index, advice: Advice, uses: tuple[Use, ...]) -> tuple[str, ...]:
    """Scripts and configuration that the evidence names, before packages are known."""
    named = [*evidence.scripts(host, uses), *(path for path, _ in advice.files)]
    roots = [application_root(host, path) for path in named]
    below_roots = [text for root in roots if root not in SHARED_DIRECTORIES for text in host.readable_below(root)]
    found = dict.fromkeys([*(one for one in named if one in host.snapshot.texts), *below_roots])
    return tuple(text for text in found if advice.without is None or not advice.without.foreign(text))


def gather(
    host: Index,
    needed: Needed,
    advice: Advice,
    uses: tuple[Use, ...],
    uids: frozenset[int],
    reserved: frozenset[str] = frozenset(),
) -> Belongings:
    """Everything unpackaged or changed that the workload has.

    :param uids: users that only this workload runs as; what they own is its own.
    :param reserved: trees that are somebody else's all the same.
    """
    own = closure.same_source(host, needed.own)
    executed = frozenset(normal(use.path) for use in uses if use.how == "execute")
    named = frozenset(normal(use.path) for use in uses)
    used = frozenset(host.resolve(use.path) for use in uses)
    found = _Gathering(host, executed, used, named, passes_on=advice.passes_on, without=advice.without)
    for entry, because in closure.changed_files(host, needed.everything, own):
        if not switches.off(host, entry.path):
            _take_file(found, entry.path, because, 1)
    for path, because in advice.files:
        _take(found, path, because, "name", 0)
    for use in uses:
        _take_named(found, use.path, use.because, use.how, 0)
    for directory in closure.configuration_directories(host, own):
        _take_directory(found, directory, "lies among the configuration of its package", 1)
    for path, because in (*libraries.outside_packages(host, uses), *_settings_of(host, needed.own)):
        _take_file(found, path, because, 0)
    for tree in host.trees:
        if tree.root.uid in uids and tree.role != "home" and tree.root.path not in SHARED_DIRECTORIES | reserved:
            _take_tree(
                found,
                tree,
                tree.root.path,
                f"{OWNED} {host.user_name(tree.root.uid)}, which only it runs as",
                1,
            )
    _follow(found)
    for path in mail.settings(host, found.texts):
        _take_directory(found, path, "how it hands on the mail that its scripts send", 1)
        _take_file(found, path, "how it hands on the mail that its scripts send", 1)
    return _result(found, advice)


def _settings_of(host: Index, own: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What a program looks for by its name, and no package brings: /etc/cgitrc, /etc/rsyncd.conf, /etc/mediawiki."""
    for name in sorted(own):
        inside = [entry for entry in host.captured_below(f"/etc/{name}") if entry.kind == "file"]
        if not any(entry.package for entry in inside):  # else it is known as the package's directory
            yield from ((entry.path, f"lies where {name} has its settings") for entry in inside)
        for end in ("rc", ".conf", "d.conf", ".cfg", ".ini", ".rc"):
            path = f"/etc/{name}{end}"
            if path in host.entries and host.entries[path].package is None:
                yield path, f"where {name} looks for its settings"


def _follow(found: _Gathering) -> None:
    """Take what the texts name; then what they permit, which is more than sites where several are in one place."""
    _follow_texts(found)
    while found.permitted:
        path, (because, depth) = found.permitted.popitem()
        if not permitted.over_several(found.host, path, found.roots):
            found.mentioned.setdefault(path, because.removeprefix("named in "))
            _take_named(found, path, because, "mention", depth)
            _follow_texts(found)


def _follow_texts(found: _Gathering) -> None:
    """Take what the texts name, and what those texts name, a few steps deep."""
    while found.waiting:
        path, depth = found.waiting.pop(0)
        if depth > _MAX_DEPTH:
            continue
        data = found.host.snapshot.texts.get(path, b"")
        if b"\0" in data and not data.startswith(b"\x7fELF"):
            continue  # an archive or compiled code, unlike a program: what looks like a path in it is chance
        text = found.host.snapshot.text(path) or ""
        language = closure.language_of(path, text)
        script = language == "shell"
        if language == "perl":
            for module in interpreters.perl_modules(found.host, path, text):
                _take_file(found, module, f"a module that {path} loads", depth + 1)
        lines = text.splitlines()
        for line, named in evidence.mentioned(text):
            if permitted.is_permission(lines[line - 1]):
                found.permitted.setdefault(named, (f"named in {path}:{line}", depth + 1))
                continue
            if permitted.is_root(lines[line - 1]):
                found.roots.add(named)
            found.mentioned.setdefault(named, f"{path}:{line}")
            how = "name" if script and _is_program(found.host, named) else "mention"
            if (named, how, depth) in found.asked:
                continue  # the same again changes nothing
            found.asked.add((named, how, depth))
            _take_named(found, named, f"named in {path}:{line}", how, depth + 1)


def _is_program(host: Index, path: str) -> bool:
    """Whether a captured file is one that a script runs: then the rest of its application is needed with it."""
    entry = host.entries.get(host.resolve(path)) or host.entries.get(path)
    if entry is None or entry.kind == "directory":
        return False
    return bool(entry.mode & 0o111) or bool(_PROGRAM.search(path))


def _take_named(found: _Gathering, path: str, because: str, how: str, depth: int) -> None:
    """What a path stands for, and the links that somebody made on the way to it."""
    host = found.host
    for link in host.links_on(normal(path)):
        tree = host.tree_of(link)
        if tree is not None and tree.role in IMMUTABLE_ROLES and link not in SHARED_DIRECTORIES:
            _take_file(found, link, because, depth)
            for environment in interpreters.environments(host, (link,)):
                _take_tree(found, tree, environment, f"the virtualenv of {link}: {because}", depth)
    _take(found, host.resolve(normal(path)), because, how, depth)


def _take(found: _Gathering, path: str, because: str, how: str, depth: int) -> None:
    path = normal(path)
    host = found.host
    if path in SHARED_DIRECTORIES or path in homes(host) or _machines_own(found, path) or found.foreign(path):
        return
    tree = host.tree_of(path)
    if tree is not None:
        for environment in interpreters.environments(host, (path,)):
            _take_tree(found, tree, environment, f"the virtualenv of {path}: {because}", depth)
        wide = how in ("execute", "read", "name", "map") and tree.role in IMMUTABLE_ROLES
        wide = wide and not interpreters.stands_alone(host, path)
        root = application_root(host, path) if wide else path
        if root != path and root not in SHARED_DIRECTORIES:
            _take_directory(found, root, because, depth)
            path = root if below(root, tree.root.path) else path
        _take_tree(found, tree, path, because, depth)
        for inner in host.trees_below(path) if tree.role in IMMUTABLE_ROLES else ():
            if inner.role in STATE_ROLES | START_EMPTY_ROLES:
                _take_tree(found, inner, inner.root.path, because, depth)
    elif path in host.entries and host.entries[path].kind == "file":
        if how == "mention" and host.entries[path].package and not _differs(host, path):
            _read(found, path, depth)
        elif how in ("name", "mention", "read", "execute"):
            _take_packaged(found, path, because, depth)
    else:
        _take_directory(found, path, because, depth)


def _machines_own(found: _Gathering, path: str) -> bool:
    if path in found.executed and path.startswith("/etc/cron."):
        return False  # a script that a job runs
    return any(one in _MACHINE_PLACES for one in above(path))


def _take_packaged(found: _Gathering, path: str, because: str, depth: int) -> None:
    """A captured file that a package owns: read it; carry it only where it differs from the package's."""
    entry = found.host.entries[path]
    if entry.package is None or _differs(found.host, path):
        if entry.package not in found.host.essential:
            _take_file(found, path, because, depth)
    else:
        _read(found, path, depth)


def _differs(host: Index, path: str) -> bool:
    return path in host.differing


def _take_directory(found: _Gathering, directory: str, because: str, depth: int) -> None:
    """Every tree below a directory, and the captured texts there to be read; not what is there and not switched on."""
    for tree in found.host.trees_below(directory):
        if not switches.off(found.host, tree.root.path):
            _take_tree(found, tree, tree.root.path, because, depth)
    if directory.count("/") > 1:
        for path in found.host.readable_below(directory):
            if not switches.off(found.host, path):
                _read(found, path, depth)


def _take_tree(found: _Gathering, tree: Tree, path: str, because: str, depth: int) -> None:
    """The part of ``tree`` at ``path``."""
    if found.foreign(path):
        return
    if tree.role in IMMUTABLE_ROLES:
        _take_file(found, path, because, depth)
    elif tree.role in STATE_ROLES | START_EMPTY_ROLES:
        found.trees.setdefault(tree.root.path, (tree, because))


def _take_file(found: _Gathering, path: str, because: str, depth: int) -> None:
    if _machines_own(found, path) or found.foreign(path) or any(one in found.files for one in above(path)):
        return
    if path in found.host.entries or found.host.has_captured(path):
        found.files[path] = because
        for text in found.host.readable_below(path):
            _read(found, text, depth)
        _follow_links(found, path, depth)


def _follow_links(found: _Gathering, path: str, depth: int) -> None:
    """Where links below ``path`` lead, when that is elsewhere: what is switched on, what an application keeps apart."""
    for entry in found.host.captured_below(path):
        if entry.kind == "link":
            target = found.host.resolve(entry.path)
            if not below(target, path) and depth < _MAX_DEPTH:
                _take(found, target, f"where the link {entry.path} leads", "mention", depth + 1)


def _read(found: _Gathering, path: str, depth: int) -> None:
    if path in found.texts or path.endswith(found.passes_on) or vendored(path) or found.foreign(path):
        return
    if leftovers.explains(found.host, path) and path not in found.used:
        return
    if leftover(path) and path not in found.used and path not in found.mentioned and path not in found.files:
        return
    if path in found.host.snapshot.texts:
        found.texts[path] = None
        found.waiting.append((path, depth))


def _result(found: _Gathering, advice: Advice) -> Belongings:
    paths = sorted(found.files)
    kept = [path for path in paths if not any(one in found.files for one in above(path) if one != path)]
    excluded = {tree.root.path for tree, _ in found.trees.values()} | set(advice.exclude)
    excluded |= _others(found)
    excluded |= {*_junk(found.host), *former_releases(found.host, found.used)}
    excluded |= {*leftovers.unused(found.host, kept, found.named, tuple(found.texts))}
    named = (*found.used, *found.mentioned, *kept)
    excluded |= {one for path in kept for one in copies(found.host, path, named)}
    excluded |= set(_emptied(found.host, excluded))
    ordered = sorted(excluded)
    return Belongings(
        files=tuple(
            FileChoice(path, found.files[path], tuple(ordered[at] for at in span(ordered, path) if ordered[at] != path))
            for path in kept
            if not any(below(path, out) for out in advice.exclude)
        ),
        trees=tuple(found.trees[path] for path in sorted(found.trees)),
        texts=tuple(found.texts),
        mentioned=tuple(sorted(found.mentioned.items())),
    )


def _others(found: _Gathering) -> set[str]:
    """What other applications of the same server have, but for what this one has in the midst of it."""
    part = found.without
    if part is None:
        return set()
    apart = {one for one in part.others if not any(below(own, one) for own in part.own)}
    within = (entry.path for one in part.others if one not in apart for entry in found.host.captured_below(one))
    return apart | {path for path in within if part.foreign(path) and not any(below(own, path) for own in part.own)}


def _emptied(host: Index, excluded: set[str]) -> Iterator[str]:
    """Directories in which nothing is left when ``excluded`` is gone."""
    for path in excluded:
        place = parent(path)
        entry = host.entries.get(place)
        if entry is None or entry.kind != "directory" or place in SHARED_DIRECTORIES:
            continue
        inside = (one.path for one in host.captured_below(place) if one.path != place)
        if all(any(up in excluded for up in above(one)) for one in inside):
            yield place


def _junk(host: Index) -> Iterator[str]:
    return (tree.root.path for tree in host.trees if tree.role in ("backup", "junk"))


def owners(host: Index, files: Iterable[FileChoice]) -> frozenset[tuple[int, int]]:
    """(uid, gid) of everything that is carried."""
    return frozenset(
        (entry.uid, entry.gid) for choice in files for entry in host.captured_below(choice.path, choice.exclude)
    )
