"""What is worth taking along: a pure choice from the facts so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, normpath

from migrate.model.facts import Accounts, FileFact, Files, Job, Packages, Processes, Schedule, Services, Tree
from migrate.model.inventory import Inventory
from migrate.syntax import scripts

LARGEST_FILE = 512 << 20
LARGEST_ALL = 4 << 30
LARGE = 256 << 20
_TAKEN = frozenset(("application", "configuration"))
_DOTFILES = (".pgpass", ".my.cnf", ".mylogin.cnf", ".netrc", ".s3cfg", ".aws/config", ".aws/credentials", ".ssh/config",
             ".ssh/known_hosts", ".ssh/id_rsa", ".ssh/id_ecdsa", ".ssh/id_ed25519", ".ssh/id_dsa")  # fmt: skip
_ALWAYS = ("/etc/environment", "/etc/crontab", "/etc/anacrontab", "/etc/inittab", "/etc/rc.local", "/etc/rc.d/rc.local",
           "/etc/ld.so.conf", "/etc/security/limits.conf", "/etc/nsswitch.conf", "/etc/logrotate.conf")  # fmt: skip
# Certificates and keys that installation scripts make for this machine alone: servers are configured with them, too.
_OWN_CERTIFICATES = (
    *("/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/private/ssl-cert-snakeoil.key"),
    *("/etc/pki/tls/certs/localhost.crt", "/etc/pki/tls/private/localhost.key"),
    *("/etc/ssl/servercerts/servercert.pem", "/etc/ssl/servercerts/serverkey.pem"),
)
_KEYS = ("/etc/apt/trusted.gpg", "/etc/apt/keyrings/", "/usr/share/keyrings/", "/etc/pki/rpm-gpg/")
_PAPERS = re.compile(r"/usr/share/(?:doc|man|info|lintian|locale)/")
_NEVER = ("/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd")
_NO_HOME = frozenset(("/", "/nonexistent", "/var/empty", "/dev/null", "/bin", "/sbin", "/usr", "/var/run", "/proc"))
_PROGRAM = re.compile(
    r"/s?bin/[^/]+$|\.(jar|war|ear|py|pl|rb|php|js|sh|so[.\d]*|cgi|lua|tcl|conf|cfg|ini|properties|ya?ml|xml)$"
)
# Where a Java server is, and what packages put elsewhere behind a link of that name.
_PLACE = re.compile(r"-D[\w.-]*(?:\.home|\.base|[hH]ome\.?[dD]ir|[rR]oot)=(/[^=]+)")
_PARTS = ("webapps", "conf", "etc", "start.d", "start.ini", "logs", "data", "deployments", "configuration")
_SCRIPT = re.compile(r"\.(py|pl|rb|php|js|sh|bash)$|/bin/[^/]+$")
_HIDDEN = re.compile(r"/\.")
_PSEUDO = ("/proc/", "/dev/", "/sys/", "/run/", "/var/run/", "/tmp/", "[", "anon_inode:", "/memfd:", "/SYSV")


@dataclass(frozen=True, slots=True)
class Choice:
    """What to ask the host for. Paths are absolute.

    :ivar trees: taken with all below.
    :ivar single: taken alone: files, links, and directories for their owner and mode.
    :ivar without: paths below the trees that are left out.
    :ivar users: programs and units whose packages' configuration is taken whole.
    :ivar omitted: paths and why they are left behind.
    """

    trees: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    omitted: tuple[tuple[str, str], ...] = ()


def choose(inventory: Inventory) -> Choice:
    """Configuration and applications with what they name; never state, logs, caches or backups."""
    files = inventory.get(Files)
    taken, left = _split(files.unmanaged)
    named = _named(inventory)
    mentioned = [path for path in named if _worth(path, _of(path, left))]
    homes = [tree.root.path for tree in left if tree.role == "home"]
    lived_in = {*_directories(inventory), *_job_directories(inventory)}
    extra = sorted(path for path in lived_in if _home_part(path, homes))
    # Small ones first: what is too much then costs the largest, not everything that comes behind it.
    sizes = {**dict.fromkeys(extra, 0), **{tree.root.path: tree.size for tree in taken}}
    trees = sorted(sizes, key=lambda path: (sizes[path] > LARGE, path))
    single = {
        *(fact.path for fact in _changed(files) if fact.change != "missing"),
        *mentioned, *_units(inventory), *_jobs(inventory), *_dotfiles(inventory), *_runtimes(inventory),
        *_packages(inventory), *_ALWAYS, *_OWN_CERTIFICATES,
    }  # fmt: skip
    # Directories of packages in /etc are taken as a whole on the host, so that leftovers there count as nested, too.
    nested = sorted(tree.root.path for tree in left if _below_any(tree.root.path, [*trees, "/etc"]))
    without = [path for path in nested if path not in extra]
    between = {step for path in without for step in _ancestors(path) if _below_any(step, trees)}
    alone = {path for path in single | between if path not in _NEVER and _is_path(path)}
    parents = {step for path in (*alone, *trees) for step in _ancestors(path)}
    omitted = _omitted(left, frozenset(extra))
    return Choice(tuple(trees), tuple(sorted(alone | parents)), tuple(without), _users(inventory), omitted)


def _split(trees: Iterable[Tree]) -> tuple[list[Tree], list[Tree]]:
    taken: list[Tree] = []
    left: list[Tree] = []
    for tree in trees:
        wanted = tree.role in _TAKEN and tree.complete and tree.root.path not in _NEVER
        (taken if wanted else left).append(tree)
    return taken, left


def _omitted(left: Sequence[Tree], extra: frozenset[str]) -> tuple[tuple[str, str], ...]:
    found = []
    for tree in left:
        if tree.root.path in extra:
            continue
        why = tree.because if tree.complete or tree.role not in _TAKEN else "too large to be counted in time"
        why = f"{tree.role}: {why}"
        found.append((tree.root.path, why))
    return tuple(found)


def _named(inventory: Inventory) -> list[str]:
    """Files that processes, units and jobs name or have mapped."""
    words: list[str] = []
    for process in inventory.get(Processes).processes:
        words += [process.exe or "", *process.mapped, *_paths(process.argv)]
        read = [one.path for one in process.open_files if not one.writable]
        words += [path for path in read if path.endswith((".jar", ".war", ".ear"))]
    for service in inventory.get(Services).services:
        for command in (*service.exec_start, *service.exec_start_pre, *service.exec_stop):
            words += _paths(command)
    homes = {user.name: user.home for user in inventory.get(Accounts).users}
    for job in inventory.get(Schedule).jobs:
        words += _of_job(job, homes.get(job.user, ""))
    return sorted({normpath(word) for word in words if _is_path(word)})


def _of_job(job: Job, home: str) -> Iterator[str]:
    """Paths in a job's command, its variables put in, and where its table's PATH may have what it calls by name."""
    known = {"HOME": home, "LOGNAME": job.user, **dict(job.environment)}
    command = re.sub(r"(?<![\w/])~/", f"{home}/", scripts.expand(job.command, known))
    words = re.sub(r"[;'\"()&|]", " ", command).split()
    yield from _paths(words)
    places = [place for place in known.get("PATH", "").split(":") if _is_path(place)]
    names = [word for word in words if re.fullmatch(r"[A-Za-z][\w.+-]*", word)]
    yield from (f"{place}/{name}" for place in places for name in names)


def _job_directories(inventory: Inventory) -> Iterator[str]:
    """Directories of scripts that jobs run: what lies beside one is mostly part of it."""
    homes = {user.name: user.home for user in inventory.get(Accounts).users}
    for job in inventory.get(Schedule).jobs:
        for path in _of_job(job, homes.get(job.user, "")):
            place = dirname(normpath(path))
            if _SCRIPT.search(path) and place not in homes.values() and not _HIDDEN.search(place):
                yield place


def _paths(words: Iterable[str]) -> Iterator[str]:
    """Absolute paths in a command line, behind ``=``, ``@``, ``>`` and in ``a:b`` lists too."""
    for word in words:
        yield from (piece for piece in re.split(r"[=@:>,\s]+", word) if piece.startswith("/"))


def _directories(inventory: Inventory) -> set[str]:
    """Directories that processes run in."""
    found = {process.cwd for process in inventory.get(Processes).processes if process.cwd}
    found |= {service.working_directory for service in inventory.get(Services).services if service.working_directory}
    return {normpath(path.lstrip("-~!")) for path in found if _is_path(path.lstrip("-~!"))}


def _home_part(path: str, homes: Sequence[str]) -> bool:
    """Whether a process lives below a home directory: then that part of it is an application."""
    return any(path.startswith(home + "/") for home in homes)


def _packages(inventory: Inventory) -> set[str]:
    """The files of packages that no repository offers, and the keys of those that are not the distribution's."""
    facts = inventory.get(Packages)
    alone = (one for one in facts.packages if one.third_party and not one.origin)
    keys = {one.key for one in facts.repositories if one.key and one.third_party is not False}
    trusted = {tree.root.path for tree in inventory.get(Files).unmanaged if tree.root.path.startswith(_KEYS)}
    found = {path for one in alone for path in one.files if not _PAPERS.match(path)}
    return {path for path in found | keys | trusted if _is_path(path)}


def _units(inventory: Inventory) -> set[str]:
    found: set[str] = set()
    for service in inventory.get(Services).services:
        if service.active or service.enabled:
            found.update((service.unit_file or "", *service.drop_ins))
            found.update(name.lstrip("-") for name in service.environment_files)
    return {path for path in found if _is_path(path) and "*" not in path}


def _jobs(inventory: Inventory) -> set[str]:
    return {job.source for job in inventory.get(Schedule).jobs if _is_path(job.source)}


def _dotfiles(inventory: Inventory) -> set[str]:
    """Where the users that run something keep their passwords."""
    users = inventory.get(Accounts).users
    uids = {process.uid for process in inventory.get(Processes).processes}
    names = {job.user for job in inventory.get(Schedule).jobs}
    names |= {service.user for service in inventory.get(Services).services if service.user and service.active}
    homes = {user.home for user in users if (user.uid in uids or user.name in names) and user.home not in _NO_HOME}
    return {f"{home.rstrip('/')}/{name}" for home in homes if _is_path(home) for name in _DOTFILES}


def _runtimes(inventory: Inventory) -> set[str]:
    """What Java runtimes that run say of themselves, and the places of servers that packages put behind links."""
    programs = {process.exe for process in inventory.get(Processes).processes if process.exe}
    found = (re.fullmatch(r"(/.+?)(?:/jre)?/bin/java", program) for program in programs)
    releases = {f"{match[1]}/release" for match in found if match and match[1] not in ("/usr", "/usr/local")}
    words = (word for process in inventory.get(Processes).processes for word in process.argv)
    places = {match[1].rstrip("/") for word in words if (match := _PLACE.fullmatch(word))}
    return releases | {f"{place}/{name}" for place in places for name in _PARTS}


def _users(inventory: Inventory) -> tuple[str, ...]:
    found = {process.exe for process in inventory.get(Processes).processes if process.exe}
    # A virtual machine is the runtime's program; the server's package is that of the archives that it is told of.
    words = (word for process in inventory.get(Processes).processes for word in _paths(process.argv))
    found |= {normpath(word) for word in words if word.endswith((".jar", ".war"))}
    found |= {service.unit_file for service in inventory.get(Services).services if service.unit_file and service.active}
    found |= {one for service in inventory.get(Services).services if service.active for one in service.drop_ins}
    return tuple(sorted(path for path in found if _is_path(path)))


def _of(path: str, trees: Sequence[Tree]) -> Tree | None:
    return next((tree for tree in trees if path == tree.root.path or path.startswith(tree.root.path + "/")), None)


def _worth(path: str, tree: Tree | None) -> bool:
    """Whether a file in what is otherwise left behind is taken because something runs or names it."""
    if tree is None or tree.role in ("log", "cache", "runtime"):
        return False
    return tree.role != "data" or bool(_PROGRAM.search(path))


def _below_any(path: str, trees: Sequence[str]) -> bool:
    return any(path == tree or path.startswith(tree.rstrip("/") + "/") for tree in trees)


def _ancestors(path: str) -> Iterator[str]:
    """The directories above ``path``, without the root."""
    while (path := dirname(path)) not in ("/", ""):
        yield path


def _is_path(path: str) -> bool:
    return path.startswith("/") and path != "/" and "\0" not in path and not path.startswith(_PSEUDO)


def owner(files: Files, packages: Mapping[str, str], directories: Mapping[str, str]) -> Callable[[str], str | None]:
    """Which package a captured path belongs to.

    :param packages: owners by path, as the host told; changed files' owners are known already.
    :param directories: directories that belong to a package with all below but what nobody owns.
    """
    known = {**packages, **{fact.path: fact.package for fact in _changed(files) if fact.package}}
    foreign = [tree.root.path for tree in files.unmanaged]

    def of(path: str) -> str | None:
        if path in known:
            return known[path]
        holding = next((package for place, package in directories.items() if _below_any(path, [place])), None)
        return None if holding is None or _below_any(path, foreign) else holding

    return of


def _changed(files: Files) -> tuple[FileFact, ...]:
    return (*files.changed_configuration, *files.changed_packaged)
