"""One host's facts, indexed for the questions that planning asks again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrate.model.facts import (
    Accounts,
    CapturedFile,
    Content,
    FileFact,
    Files,
    Group,
    Owned,
    Ownership,
    Package,
    Packages,
    Process,
    Processes,
    Schedule,
    Service,
    Services,
    Socket,
    Sockets,
    System,
    Tree,
    User,
)
from migrate.model.inventory import Snapshot
from migrate.model.paths import above, span
from migrate.model.plan import Question
from migrate.planning.asking import Inquiry
from migrate.planning.unseen import with_program
from migrate.quoting import slug
from migrate.syntax.vendored import vendored

# Directories that everybody uses: naming one of them says nothing about what is below.
SHARED_DIRECTORIES = frozenset(
    "/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/bin"
    " /usr/games /usr/include /usr/lib /usr/lib64 /usr/libexec /usr/local /usr/local/bin /usr/local/etc"
    " /usr/local/lib /usr/local/lib64 /usr/local/sbin /usr/local/share /usr/local/src /usr/sbin /usr/share /usr/src"
    " /var /var/backups /var/cache /var/lib /var/local /var/lock /var/log /var/mail /var/opt /var/run /var/spool"
    " /var/tmp /var/www /etc/default /etc/sysconfig /etc/init.d /etc/rc.d /etc/rc.d/init.d /etc/cron.d"
    " /etc/cron.daily /etc/cron.hourly /etc/cron.weekly /etc/cron.monthly /etc/systemd /etc/systemd/system"
    " /etc/profile.d /etc/logrotate.d /etc/ssl /etc/ssl/certs /etc/ssl/private /etc/pki /usr/share/java"
    " /lib/systemd/system /usr/lib/systemd/system /var/spool/cron /var/spool/cron/crontabs".split()
)

# How a name ends or what is in it that may be one of a copy, or of a part that only compilers need.
_COPY_ENDS = (*"~#.-0123456789", *"old alt bak backup orig save sav prev copy kopie swp swo rej .a .la .pc".split())
_COPY_MARKS = (".bak", ".old", ".orig", ".dpkg-", ".ucf-", ".rpm")


def below(path: str, directory: str) -> bool:
    """Whether ``path`` is ``directory`` or lies under it."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def parent(path: str) -> str:
    """The directory that holds ``path``; "/" for the root itself."""
    return path.rstrip("/").rpartition("/")[0] or "/"


@dataclass(frozen=True, slots=True)
class Index:
    """Facts of one host by name, id and path."""

    snapshot: Snapshot
    system: System
    packages: Mapping[str, Package]
    providers: Mapping[str, tuple[str, ...]]  # virtual name -> installed packages
    owners: Mapping[str, str]  # path -> package
    commands: Mapping[str, str]  # command name -> package
    command_paths: Mapping[str, str]  # command name -> path
    modules: Mapping[str, str]  # path of a script module -> package
    users: Mapping[int, User]
    users_by_name: Mapping[str, User]
    groups: Mapping[int, Group]
    entries: Mapping[str, CapturedFile]  # by path, sorted
    links: Mapping[str, CapturedFile]  # the symbolic links among them
    captured: tuple[CapturedFile, ...]  # the entries, sorted by path
    paths: tuple[str, ...]  # of the entries, sorted
    copied: tuple[str, ...]  # of the entries that may be copies of others, sorted
    secret: tuple[str, ...]  # of the entries with secrets, sorted
    directories: tuple[str, ...]  # of the entries, sorted
    children: Mapping[str, tuple[CapturedFile, ...]]  # entries by the directory they lie in
    trees: tuple[Tree, ...]  # sorted by path
    tree_paths: tuple[str, ...]  # of the trees, sorted
    tree_at: Mapping[str, Tree]
    differing: frozenset[str]  # packages' files that are not as the packages bring them
    homes: frozenset[str]  # of users; not a service's own, which often is its application's or its data's folder
    dwellings: frozenset[str]  # where people live, with applications among other things
    virtualenvs: tuple[str, ...]
    inquiry: Inquiry
    switched_on: dict[str, frozenset[str]]  # by directory, what its links lead to; filled when it is asked for
    brought: dict[str, frozenset[str]]  # by package, what comes with it whoever chooses; filled when it is asked for
    called: dict[str, tuple[tuple[str, str], ...]]  # by script, packages of its commands; filled like these
    laid: dict[str, Counter[str]]  # by directory of /etc, how many files each source has there; filled like these
    readable: tuple[str, ...]  # captured texts but those of package managers of languages, sorted

    def ask(self, question: Question) -> str:
        """What a person decided of this host, or the default: see :mod:`migrate.planning.asking`."""
        return self.inquiry.ask(replace(question, id=slug(f"{self.snapshot.inventory.host}-{question.id}", 100)))

    processes: tuple[Process, ...]
    by_pid: Mapping[int, Process]
    sockets: tuple[Socket, ...]
    services: tuple[Service, ...]
    schedule: Schedule
    files: Files
    essential: frozenset[str]

    def owner(self, path: str) -> str | None:
        """The package that owns ``path``, merged /usr considered."""
        for spelling in spellings(path):
            if spelling in self.owners:
                return self.owners[spelling]
        return None

    def depends(self, name: str) -> tuple[str, ...]:
        """Installed packages that ``name`` needs directly."""
        package = self.packages.get(name)
        if package is None:
            return ()
        chosen = (self._installed(alternatives) for alternatives in package.depends)
        return tuple(dict.fromkeys(one for one in chosen if one and one != name))

    def closure(self, names: Iterable[str]) -> frozenset[str]:
        """``names`` and everything they need, transitively."""
        seen: set[str] = set()
        waiting = [name for name in names if name in self.packages]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(self.depends(name))
        return frozenset(seen)

    def tree_of(self, path: str) -> Tree | None:
        """The smallest unmanaged tree that holds ``path``."""
        return next((self.tree_at[one] for one in above(path) if one in self.tree_at), None)

    def trees_below(self, directory: str) -> tuple[Tree, ...]:
        """Unmanaged trees at or below ``directory``."""
        return tuple(self.trees[at] for at in span(self.tree_paths, directory))

    def captured_below(self, directory: str, without: Iterable[str] = ()) -> tuple[CapturedFile, ...]:
        """Captured entries at or below ``directory``, and not at or below one of ``without``."""
        spots = span(self.paths, directory)
        if out := {at for one in without for at in span(self.paths, one)}:
            spots = (at for at in spots if at not in out)
        return tuple(map(self.captured.__getitem__, spots))

    def has_captured(self, directory: str) -> bool:
        """Whether anything at or below ``directory`` was captured."""
        return next(span(self.paths, directory), None) is not None

    def copied_below(self, directory: str) -> tuple[CapturedFile, ...]:
        """Captured entries at or below ``directory`` whose name is that of a copy that somebody kept, or may be."""
        return tuple(self.entries[self.copied[at]] for at in span(self.copied, directory))

    def secret_below(self, directory: str) -> Iterator[str]:
        """Captured entries with secrets at or below ``directory``."""
        return (self.secret[at] for at in span(self.secret, directory))

    def readable_below(self, directory: str) -> Iterator[str]:
        """Captured texts at or below ``directory``, without those that a language's package manager put there."""
        return (self.readable[at] for at in span(self.readable, directory))

    def user_name(self, uid: int) -> str:
        user = self.users.get(uid)
        return user.name if user else str(uid)

    def resolve(self, path: str, limit: int = 8) -> str:
        """``path`` with captured symbolic links on the way followed."""
        for _ in range(limit):
            link = self._link_on(path)
            if link is None or link.target is None:
                return path
            target = link.target if link.target.startswith("/") else f"{parent(link.path)}/{link.target}"
            path = normal(target + path[len(link.path) :])
        return path

    def links_on(self, path: str, limit: int = 8) -> tuple[str, ...]:
        """The captured symbolic links that lead from ``path`` to what it stands for."""
        found: list[str] = []
        for _ in range(limit):
            link = self._link_on(path)
            if link is None or link.target is None:
                break
            found.append(link.path)
            target = link.target if link.target.startswith("/") else f"{parent(link.path)}/{link.target}"
            path = normal(target + path[len(link.path) :])
        return tuple(found)

    def _link_on(self, path: str) -> CapturedFile | None:
        found = None
        for one in above(path):
            found = self.links.get(one, found)  # the one that is nearest to the root counts
        return found

    def _installed(self, alternatives: tuple[str, ...]) -> str | None:
        for name in alternatives:
            if name in self.packages:
                return name
        for name in alternatives:
            if self.providers.get(name):
                return self.providers[name][0]
        return None


def normal(path: str) -> str:
    """An absolute path without ``.``, ``..`` and double slashes, as text only."""
    kept: list[str] = []
    for piece in path.split("/"):
        if piece == "..":
            del kept[-1:]
        elif piece not in ("", "."):
            kept.append(piece)
    return "/" + "/".join(kept)


def _may_be_copy(name: str) -> bool:
    """Whether a closer look is worth it: see `places` and `leftovers`."""
    return name.endswith(_COPY_ENDS) or name.startswith(".#") or any(mark in name for mark in _COPY_MARKS)


def spellings(path: str) -> tuple[str, ...]:
    """``path`` as it is, and with /usr added or taken away where the two may be merged."""
    if path.startswith(("/usr/bin/", "/usr/sbin/", "/usr/lib", "/usr/lib64/")):
        return path, path[4:]
    if path.startswith(("/bin/", "/sbin/", "/lib")):
        return path, "/usr" + path
    if path.startswith("/var/run/"):
        return path, path[4:]
    return (path,)


def index(snapshot: Snapshot, inquiry: Inquiry | None = None) -> Index:
    """Index the facts of one host.

    :param inquiry: takes what is asked; without it, nobody has answered anything.
    """
    inventory = snapshot.inventory
    packages = {package.name: package for package in inventory.get(Packages).packages}
    accounts = inventory.get(Accounts)
    ownership = inventory.get(Ownership)
    processes = tuple(with_program(process) for process in inventory.get(Processes).processes)
    files = inventory.get(Files)
    owners = {owned.path: owned.package for owned in ownership.modules}
    owners |= {owned.path: owned.package for owned in ownership.commands}
    owners |= _owners(ownership.owners, packages)
    owners |= {fact.path: fact.package for fact in _changed(files) if fact.package}
    entries = {entry.path: entry for entry in sorted(inventory.get(Content).entries, key=lambda entry: entry.path)}
    trees = tuple(sorted(files.unmanaged, key=lambda tree: tree.root.path))
    tree_at = {tree.root.path: tree for tree in reversed(trees)}
    owners |= {entry.path: entry.package for entry in entries.values() if entry.package}
    return Index(
        snapshot=snapshot,
        system=inventory.get(System),
        packages=packages,
        providers=_providers(packages.values()),
        owners=owners,
        commands={owned.path.rpartition("/")[2]: owned.package for owned in ownership.commands},
        command_paths={owned.path.rpartition("/")[2]: owned.path for owned in ownership.commands},
        modules={owned.path: owned.package for owned in ownership.modules},
        users={user.uid: user for user in reversed(accounts.users)},
        users_by_name={user.name: user for user in accounts.users},
        groups={group.gid: group for group in reversed(accounts.groups)},
        entries=entries,
        links={path: entry for path, entry in entries.items() if entry.kind == "link"},
        captured=tuple(entries.values()),
        paths=tuple(entries),
        copied=tuple(path for path in entries if _may_be_copy(path.rpartition("/")[2].lower())),
        secret=tuple(path for path, entry in entries.items() if entry.secrets),
        directories=tuple(path for path, entry in entries.items() if entry.kind == "directory"),
        children=_children(entries.values()),
        trees=trees,
        tree_paths=tuple(tree.root.path for tree in trees),
        tree_at=tree_at,
        differing=frozenset(fact.path for fact in _changed(files)),
        homes=frozenset(home for home in {user.home for user in accounts.users} if _lives(tree_at, home)),
        dwellings=frozenset(one.root.path for one in trees if one.role == "home" and one.root.kind == "directory"),
        inquiry=inquiry or Inquiry(),
        switched_on={},
        brought={},
        called={},
        laid={},
        readable=tuple(sorted(path for path in snapshot.texts if not vendored(path))),
        virtualenvs=tuple(sorted({parent(path) for path in entries if path.endswith("/pyvenv.cfg")})),
        processes=processes,
        by_pid={process.pid: process for process in processes},
        sockets=inventory.get(Sockets).sockets,
        services=inventory.get(Services).services,
        schedule=inventory.get(Schedule),
        files=files,
        essential=_essential(packages),
    )


def _owners(owned: Iterable[Owned], packages: Mapping[str, Package]) -> dict[str, str]:
    """The package of each path; of several that have a directory, the one that the others need or are named after."""
    several: dict[str, list[str]] = {}
    for one in owned:
        several.setdefault(one.path, []).append(one.package)
    return {path: min(names, key=lambda name: _rank(name, names, path, packages)) for path, names in several.items()}


def _rank(name: str, names: Sequence[str], path: str, packages: Mapping[str, Package]) -> tuple[int, bool, int, str]:
    if len(names) == 1:
        return (0, False, 0, name)
    needing = sum(
        name in alternatives for other in names if other in packages for alternatives in packages[other].depends
    )
    return (-needing, name != path.rpartition("/")[2], len(name), name)


def _children(entries: Iterable[CapturedFile]) -> dict[str, tuple[CapturedFile, ...]]:
    found: dict[str, list[CapturedFile]] = {}
    for entry in entries:
        found.setdefault(parent(entry.path), []).append(entry)
    return {directory: tuple(inside) for directory, inside in found.items()}


def _lives(tree_at: Mapping[str, Tree], home: str) -> bool:
    """Whether a home is a person's: in no tree that has another role."""
    tree = next((tree_at[one] for one in above(home) if one in tree_at), None)
    return tree is None or tree.role == "home"


def _changed(files: Files) -> tuple[FileFact, ...]:
    return (*files.changed_configuration, *files.changed_packaged)


def _providers(packages: Iterable[Package]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for package in packages:
        for name in package.provides:
            found[name] = (*found.get(name, ()), package.name)
    return found


def _essential(packages: Mapping[str, Package]) -> frozenset[str]:
    """What a minimal base image has: Essential and required packages with what they need.

    apt is no member of that set by its own fields, but every Debian base image has it (debootstrap's minbase).
    """
    seen: set[str] = set()
    waiting = [package.name for package in packages.values() if package.essential]
    waiting += [name for name in ("apt",) if name in packages]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in packages:
            continue
        seen.add(name)
        for alternatives in packages[name].depends:
            waiting.extend(one for one in alternatives[:1])
    return frozenset(seen)
