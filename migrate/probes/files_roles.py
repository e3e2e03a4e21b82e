"""What something that no package owns is for, judged by where it lies, how it is named, and who writes to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import basename, dirname

from migrate.model.facts import FileFact, Tree
from migrate.syntax import vendored


@dataclass(frozen=True, slots=True)
class Node:
    """A directory with what is below it, itself included.

    :ivar foreign: entries that belong to another user than the root of the tree.
    :ivar open: files that a process has open for writing; ``logs`` and ``code`` are counted by their names.
    """

    fact: FileFact
    count: int
    size: int
    newest: int
    foreign: int = 0
    open: int = 0
    logs: int = 0
    code: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Telling:
    """A file below a tree whose name or use says something."""

    fact: FileFact
    open: bool


@dataclass(frozen=True, slots=True)
class Below:
    """What was seen below the unmanaged directories, by the directory it lies in."""

    nodes: Mapping[str, Node]
    directories: Mapping[str, Sequence[str]]
    telling: Mapping[str, Sequence[Telling]]


_JUNK = re.compile(
    r".*~|\.?.*\.sw[opx]|.*\.(dpkg|ucf)-\w+|.*\.rpm(save|new|orig)|core(\.\d+)?|hs_err_pid\d+\.log|.*\.hprof|nohup\.out"
    r"|dead\.letter|lost\+found|\.DS_Store|Thumbs\.db|\.Trash.*|.*\.part|.*\.rej"
)
_BACKUP = re.compile(
    r"(?i).*[._-](bak|old|orig|org|save|sav|backup|prev|copy)([._-]?\d+)?(\.(gz|bz2|xz|zip))?"
    r"|.*(backup|sicherung|dump).*\.(tar|tgz|gz|bz2|xz|zst|zip|sql|7z|rar)|(backups?|old|_old|sicherung(en)?)"
)
# Of files only: a directory may carry the year of a release.
_DATED = re.compile(r".*[._-](19|20)\d\d([._-]?[01]\d([._-]?[0-3]\d([._T-]?\d+)?)?)?(\.(gz|bz2|xz|bak))?")
_PACKED = re.compile(r"(?i).*\.(tar|tgz|tbz2?|txz|tar\.\w+|zip|7z|rar|dump|sql|sql\.\w+|iso|deb|rpm)")
_LOG = re.compile(r"(?i)logs?|.*[._-]log([._-].*)?|.*\.out|catalina\..*|access[._-]log.*|error[._-]log.*")
_CACHE = re.compile(r"(?i)\.?caches?|te?mp|work|\.npm|sessions?|compile(d|_c)?|templates_c|__pycache__")
_DATA = re.compile(
    r"(?i)data|db|databases?|storage|store|uploads?|uploaded|spool|queues?|repository|index(es)?|state|var|persist\w*"
    r"|attachments?|mail(dir)?|media|user_?files|user_?data|avatars"
)
_SETTINGS = re.compile(r"(?i).*\.(conf|cfg|cnf|ini|properties|xml|ya?ml|toml|env)")
_DEPLOY = re.compile(r"(?i)webapps\d*|deployments?|autodeploy|dropins")
_DATABASE = re.compile(r"(?i).*\.(mv\.db|h2\.db|sqlite3?|db3?|mdb|fdb|gdb|script)|service\.properties")
_SERVER = re.compile(r"PG_VERSION|ibdata1|WiredTiger|appendonly\.aof|mdb\.master")  # a database server's own directory
_DEPLOYED = re.compile(r"(?i).*\.(war|ear|jar)")
_WEB = re.compile(r"^/var/www/|/(?:htdocs|www|public_html|wwwroot|docroot)/")
_RUNTIME = re.compile(r"(?i).*\.(pid|lock|lck|sock|socket)")
# What a server's own directory has in it, or is called: such a one is told apart by what is below.
_SERVER_PARTS = frozenset(
    "conf config configuration bin webapps deployments apps applications autodeploy dropins domains servers profiles "
    "instances nodes cells standalone".split()
)
_HISTORY = re.compile(r"\.(git|svn|hg|bzr)|CVS")

# The longest that matches decides; each directory is meant with all below it.
_BY_PLACE = (
    ("/etc", "configuration"), ("/usr/local/etc", "configuration"), ("/var/spool/cron", "configuration"),
    ("/opt", "application"), ("/srv", "application"), ("/usr", "application"), ("/usr/local", "application"),
    ("/var/www", "application"), ("/lib", "application"), ("/boot", "runtime"), ("/run", "runtime"),
    ("/var/lib/gems", "application"),  # where Debian's Ruby installs
    ("/var", "data"), ("/var/lib", "data"), ("/var/spool", "data"), ("/var/opt", "data"), ("/var/mail", "data"),
    ("/var/local", "data"), ("/mnt", "data"), ("/media", "data"), ("/var/log", "log"), ("/var/cache", "cache"),
    ("/var/tmp", "cache"), ("/tmp", "cache"), ("/var/run", "runtime"), ("/var/backups", "backup"),
    ("/home", "home"), ("/root", "home"),
)  # fmt: skip


def trees(fact: FileFact, below: Below, siblings: frozenset[str]) -> tuple[Tree, ...]:
    """The tree at ``fact``, and those below it whose role is another one.

    :param siblings: names of the other findings in the same directory.
    """
    node = below.nodes.get(fact.path) if fact.kind == "directory" else None
    role, because = _role(fact, node, siblings)
    if node is None:
        whole = fact.kind != "directory"
        return (Tree(fact, role, because, 1, fact.size, fact.mtime, whole),)
    parts = () if role in ("log", "cache", "backup", "junk", "runtime") else _parts(fact.path, role, node, below, 1)
    count = node.count - sum(part.count for part in parts)
    size = node.size - sum(part.size for part in parts)
    tree = Tree(replace(fact, size=0), role, because, max(1, count), max(0, size), node.newest, node.complete)
    return (tree, *parts)


def _role(fact: FileFact, node: Node | None, siblings: frozenset[str]) -> tuple[str, str]:
    path, name = fact.path, basename(fact.path)
    if fact.kind in ("fifo", "socket"):
        return "runtime", f"a {fact.kind}"
    place, role = _place(path)
    if role in ("log", "cache"):
        return role, f"in {place}"
    if _JUNK.fullmatch(name):
        return "junk", "its name is that of a leftover"
    if _backup(fact) or (_PACKED.fullmatch(name) and role in ("home", "data", "backup")):
        return "backup", "its name is that of a backup"
    if role in ("backup", "home", "configuration"):
        return role, f"in {place}"
    if name + ".war" in siblings:
        return "cache", f"unpacked from {name}.war beside it"
    if _DEPLOYED.fullmatch(name):
        return "application", "a Java archive that is deployed"
    if _DEPLOY.fullmatch(basename(dirname(path))) and fact.kind == "directory":
        return "application", f"deployed in {dirname(path)}"
    if fact.kind == "link":
        return ("application" if role == "application" else "configuration"), f"a link that somebody made in {place}"
    return _role_of_content(fact, node, place, role)


def _role_of_content(fact: FileFact, node: Node | None, place: str, role: str) -> tuple[str, str]:
    name = basename(fact.path)
    if fact.kind == "file" and _LOG.fullmatch(name) and role != "application":
        return "log", "its name is that of a log"
    if fact.kind == "file" and _DATABASE.fullmatch(name):
        return "data", "its name is that of a database"
    if role == "data" and fact.kind == "file" and _RUNTIME.fullmatch(name):
        return "runtime", "its name is that of a lock or a process id"
    if role == "data" and node and not node.open and node.code * 3 > node.count:
        return "application", f"{node.code} of {node.count} entries in {place} are programs or pages"
    if role == "data" and node and node.count == 1 and node.complete:
        return "runtime", "an empty directory that a service has to itself"
    if place == "/":
        return _named(name, node)
    return role, f"in {place}"


def _named(name: str, node: Node | None) -> tuple[str, str]:
    """A directory that somebody made in the root directory."""
    if _DATA.fullmatch(name) and not (node and node.code):
        return "data", "its name is that of a data directory"
    if _LOG.fullmatch(name):
        return "log", "its name is that of a log directory"
    return "application", "made in /"


def _backup(fact: FileFact) -> bool:
    name = basename(fact.path)
    return bool(_BACKUP.fullmatch(name) or (fact.kind == "file" and _DATED.fullmatch(name)))


def _place(path: str) -> tuple[str, str]:
    held = [(place, role) for place, role in _BY_PLACE if path.startswith(place + "/")]
    return max(held, key=lambda one: len(one[0]), default=("/", "application"))


def _parts(directory: str, role: str, top: Node, below: Below, depth: int) -> tuple[Tree, ...]:
    """What lies below a directory and has a role of its own, down to the third level."""
    found: list[Tree] = []
    names = frozenset(basename(telling.fact.path) for telling in below.telling.get(directory, ()))
    for path in below.directories.get(directory, ()):
        if vendored.folder(basename(path)):
            continue  # names of libraries say nothing
        node = below.nodes[path]
        other = _part(role, top, node, names, below)
        if other:
            found.append(Tree(replace(node.fact, size=0), *other, node.count, node.size, node.newest, node.complete))
        elif depth < 3:
            found += _parts(path, role, top, below, depth + 1)
        else:
            found += _written_below(node, below)
    for telling in below.telling.get(directory, ()):
        other = _single(role, telling)
        if other and other[0] == "configuration" and any(map(_SERVER.fullmatch, names)):
            continue
        if other and other[0] != role:
            found.append(Tree(telling.fact, *other, 1, telling.fact.size, telling.fact.mtime))
    return tuple(found)


def _part(role: str, top: Node, node: Node, names: frozenset[str], below: Below) -> tuple[str, str] | None:
    """The role of a directory where it is not that of the tree it is in."""
    name = basename(node.fact.path)
    if name + ".war" in names:
        return "cache", f"unpacked from {name}.war beside it"
    if _HISTORY.fullmatch(name):
        return "junk", "the history of a version control system"
    for pattern, other, what in ((_LOG, "log", "log"), (_CACHE, "cache", "cache"), (_BACKUP, "backup", "backup")):
        if pattern.fullmatch(name) and not _otherwise(other, node):
            return other, f"its name is that of a {what} directory"
    if role in ("application", "configuration", "home"):
        return _written(top, node, name, below)
    return None


def _otherwise(role: str, node: Node) -> bool:
    """Whether what a directory holds says that its name means something else: a program's module called log or work."""
    if role == "backup":
        return bool(node.open)
    return bool(node.code) and (role == "cache" or not (node.open or node.logs))


def _written(top: Node, node: Node, name: str, below: Below) -> tuple[str, str] | None:
    """Whether a directory of an application is written to at run time."""
    service = node.fact.uid not in (0, top.fact.uid)
    if node.open and node.open <= node.logs:
        # Only where logs are nearly all there is: a start script may write its log beside the program.
        return ("log", "a process writes logs in it") if not node.code and node.logs * 2 >= node.count - 1 else None
    if node.logs and not node.code and node.logs >= node.count - 1:
        return "log", "all that is in it are logs"
    server = _server(node.fact.path, below)
    program = server or (node.code > 0 and not service and not _DATA.fullmatch(name))
    if node.open and _data_like(node) and not (program and _open_below(node, below)):
        return "data", "a process has files in it open for writing"
    if _published(node.fact):
        return None
    if _DATA.fullmatch(name) and node.code == 0:
        return "data", "its name is that of a data directory"
    if service and node.code * 3 <= node.count and not server:
        return "data", f"it belongs to another user ({node.fact.uid}) than what is around it ({top.fact.uid})"
    return None


def _published(fact: FileFact) -> bool:
    """Whether a directory is part of what a web server hands out, whose processes can't write to it."""
    return fact.uid == 0 and not fact.mode & 0o022 and bool(_WEB.search(fact.path))


def _server(path: str, below: Below) -> bool:
    """Whether a directory is that of a server's instance, or of several: programs and settings, whoever owns it."""
    inside = (basename(one) for one in below.directories.get(path, ()))
    names = (basename(one.fact.path) for one in below.telling.get(path, ()))
    if any(_SERVER.fullmatch(name) or name == "service.properties" for name in names):
        return False  # a database's own directory
    return bool(_SERVER_PARTS.intersection((basename(path), basename(dirname(path)), *inside)))


def _open_below(node: Node, below: Below) -> dict[str, int]:
    """Directories right below one in which files are open for writing, with how many; none where it has one itself."""
    prefix = node.fact.path + "/"
    found: dict[str, int] = {}
    for place, files in below.telling.items():
        opened = sum(one.open and not _RUNTIME.fullmatch(basename(one.fact.path)) for one in files)
        if opened and place == node.fact.path:
            return {}
        if opened and place.startswith(prefix):
            inside = prefix + place[len(prefix) :].partition("/")[0]
            found[inside] = found.get(inside, 0) + opened
    return found


def _written_below(node: Node, below: Below) -> Iterator[Tree]:
    """What is written to at run time deeper than directories are counted."""
    if not node.open or not (node.code or _server(node.fact.path, below)):
        return
    for path, opened in sorted(_open_below(node, below).items()):
        name = basename(path)
        role = "log" if _LOG.fullmatch(name) else "cache" if _CACHE.fullmatch(name) else "data"
        because = "a process has files in it open for writing; only these are counted"
        yield Tree(replace(node.fact, path=path, size=0), role, because, opened)


def _data_like(node: Node) -> bool:
    """Open files make data of a directory unless it is mostly programs, whose parts are then looked at one by one."""
    return node.code * 3 <= node.count


def _single(role: str, telling: Telling) -> tuple[str, str] | None:
    name = basename(telling.fact.path)
    if _JUNK.fullmatch(name) or _backup(telling.fact):
        return None if role == "home" else ("backup", "its name is that of a backup or leftover")
    if telling.open and _LOG.fullmatch(name):
        return "log", "a process has it open for writing"
    if telling.open:
        return "data", "a process has it open for writing"
    if role == "home":
        return None
    if _DEPLOYED.fullmatch(name):
        return "application", "a Java archive that is deployed"
    if _DATABASE.fullmatch(name):
        return "data", "its name is that of a database"
    if _SETTINGS.fullmatch(name) and role == "data":
        return "configuration", f"settings in a data directory ({dirname(telling.fact.path)})"
    return None
