"""What a candidate is seen to use: paths with the reason each is known by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from migrate.detectors import Candidate
from migrate.model.facts import Process
from migrate.planning.index import Index, normal
from migrate.syntax import environment_file

# A path inside other text: up to a character that ends a word in the languages of configuration.
_PATH = re.compile(r"(?<![\w/.~$}-])/[\w.@+%~-]+(?:/[\w.@+%~-]+)*/?(?![\w/])")
# What the program fills in: of "/srv/customers/%1/web" the part that is there.
_FILLED_IN = re.compile(r"/[^/]*%-?\d(?![0-9A-Fa-f])[^/]*(?:/.*)?$")
_QUOTED_START = re.compile(r"""(["'])\$\{?\w+\}?\1(?=/)""")  # "$JAVA_HOME"/bin/javac is no /bin/javac
_COMMENT = re.compile(r"^\s*(?:#|;|//|--\s|<!--.*-->\s*$)")
_PSEUDO = ("/proc/", "/sys/", "/dev/", "/tmp/", "/var/tmp/")
# Environment that init systems and shells make; a container's own takes its place.
_AMBIENT = frozenset(
    "HOME LOGNAME USER USERNAME SHELL PWD OLDPWD SHLVL _ TERM MAIL PS1 PS2 IFS HOSTNAME INVOCATION_ID JOURNAL_STREAM"
    " NOTIFY_SOCKET LISTEN_PID LISTEN_FDS LISTEN_FDNAMES MAINPID MANAGERPID SYSTEMD_EXEC_PID MEMORY_PRESSURE_WATCH"
    " MEMORY_PRESSURE_WRITE RUNTIME_DIRECTORY STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY"
    " CREDENTIALS_DIRECTORY WATCHDOG_PID WATCHDOG_USEC RUNLEVEL PREVLEVEL previous runlevel CONSOLE INIT_VERSION"
    " BOOT_IMAGE rootmnt LS_COLORS LESSOPEN LESSCLOSE HISTSIZE HISTCONTROL SUDO_USER SUDO_UID SUDO_GID SUDO_COMMAND"
    " EXIT_CODE EXIT_STATUS SERVICE_RESULT TRIGGER_UNIT DBUS_SESSION_BUS_ADDRESS SYSTEMD_NSS_DYNAMIC_BYPASS upstart_job"
    " container MOTD_SHOWN DEBUGINFOD_URLS DEBIAN_FRONTEND"
    # What a master process leaves for itself when it starts anew.
    " HAPROXY_BRANCH HAPROXY_CFGFILES HAPROXY_CLI HAPROXY_LOCALPEER HAPROXY_MASTER_CLI HAPROXY_MWORKER"
    " HAPROXY_MWORKER_REEXEC HAPROXY_MWORKER_WAIT_ONLY HAPROXY_PROCESSES HAPROXY_STARTUP_VERSION"
    " HAPROXY_STARTUPLOGS_FD GUNICORN_FD GUNICORN_PID UWSGI_RELOADS UWSGI_ORIGINAL_PROC_NAME".split()
)
_AMBIENT_PREFIXES = (
    *("XDG_", "SUPERVISOR_", "SSH_", "LC_TERMINAL", "UPSTART_", "SYSTEMD_", "BASH_FUNC_"),
    *("PM2_", "pm2_", "pm_", "NODE_CHANNEL_", "NODE_UNIQUE_ID"),
)
_USUAL_PATHS = frozenset(
    ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/usr/games", ".")
)
# A name relative to the working directory, alone or behind an option: server.js, -Dsettings=conf/app.properties.
_RELATIVE = re.compile(r"(?:--?[\w.-]+=)?(?P<path>(?!-)[\w-][\w./-]*[./][\w./-]*)")
_BESIDE = re.compile(r"[\w.][\w./-]*[./][\w./-]*")
_SEPARATORS = re.compile(r"\$\(|[|;&(){}`]")
# What may stand before a command on its line: assignments, keywords, and programs that run another one.
_PREFIXES = re.compile(
    r"^(?:(?:[A-Za-z_]\w*=\S*|!|if|then|elif|else|while|until|do|time|exec|command|nohup|setsid|xargs|env|eval|builtin"
    r"|(?:sudo|nice|ionice|chrt|runuser|su|flock|timeout|stdbuf)(?:\s+-[ugncpt]\s+\S+|\s+-\S+|\s+\d\S*)*(?:\s+/\S+(?=\s+\w))?)\s+)+"
)


@dataclass(frozen=True, slots=True)
class Use:
    """A path, how it is used, and why we say so.

    :ivar how: execute, map, read, write, name (it stands in a text).
    """

    path: str
    how: str
    because: str


def of(candidate: Candidate) -> tuple[Use, ...]:
    """Everything that the running processes and their unit show."""
    uses = [use for process in candidate.processes for use in _process(process)]
    uses += _unit(candidate)
    return tuple(use for use in dict.fromkeys(uses) if not candidate.foreign(use.path))


def environment(candidate: Candidate) -> tuple[tuple[str, str], ...]:
    """The main process's variables, less those that belong to the old init system or shell."""
    main = candidate.main
    pairs = main.environment if main and main.environment else ()
    # Pm2 hands a program its variables after it was started, among many of its own.
    if candidate.service and (not pairs or (candidate.service.manager == "pm2" and candidate.service.environment)):
        pairs = candidate.service.environment
    return tuple((name, value) for name, value in pairs if _meant(name, value))


def declared(host: Index, candidate: Candidate) -> frozenset[str]:
    """Names of the variables that the unit and its environment files set."""
    service = candidate.service
    if service is None:
        return frozenset()
    texts = (host.snapshot.text(path.removeprefix("-")) or "" for path in service.environment_files)
    files = {one.name for text in texts for one in environment_file.read_systemd(text)}
    return frozenset(files | {name for name, _ in service.environment})


def _meant(name: str, value: str) -> bool:
    if name in _AMBIENT or name.startswith(_AMBIENT_PREFIXES) or not re.fullmatch(r"[A-Za-z_]\w*", name):
        return False
    return not (name == "PATH" and set(value.split(":")) <= _USUAL_PATHS)


def mentions(text: str) -> Iterator[tuple[int, str]]:
    """(line, path) for each absolute path in ``text`` that does not stand in a comment."""
    for number, line in enumerate(text.splitlines(), 1):
        if "/" not in line or (_COMMENT.match(line) and not line.startswith("#!")):
            continue
        plain_line = _QUOTED_START.sub("$", line.removeprefix("#!").replace("file://", " "))
        for match in _PATH.finditer(plain_line):
            path = normal(_FILLED_IN.sub("", match.group()).rstrip(".,:;-"))
            if not path.startswith(_PSEUDO) and path.count("/") >= 1 and len(path) > 1:
                yield number, path


@lru_cache(maxsize=1024)
def mentioned(text: str) -> tuple[tuple[int, str], ...]:
    """The same of a whole file, which several workloads may read."""
    return tuple(mentions(text))


def after_changing(text: str) -> Iterator[tuple[int, str]]:
    """(line, path) of the relative names behind a ``cd`` to a directory: ``cd /srv/app && bin/python manage.py x``."""
    for number, line in enumerate(text.splitlines(), 1):
        place = None
        for piece in _SEPARATORS.split(line):
            words = piece.split()
            if words[:1] == ["cd"] and len(words) == 2 and words[1].startswith("/"):
                place = words[1].strip("\"'")
            elif place:
                yield from ((number, normal(f"{place}/{word}")) for word in words if _BESIDE.fullmatch(word))


def commands(text: str) -> Iterator[str]:
    """The words of a shell text that stand where a command stands."""
    for line in text.replace("\\\n", " ").splitlines():
        if _COMMENT.match(line):
            continue
        for piece in _SEPARATORS.split(_without_strings(line)):
            words = _PREFIXES.sub("", piece.strip() + " ").split()
            if words and re.fullmatch(r"[a-zA-Z_\[][\w.+-]*", words[0]):
                yield words[0]


def plain(command: str) -> str:
    """A job's command without what stands before the program: variables, locks, priorities, limits of time."""
    pieces = [piece.strip() for piece in re.split(r"&&|\|\||;", command)]
    useful = [piece for piece in pieces if not re.match(r"(?:cd|test|\[|sleep|\.|source|export|umask)\s", piece)]
    text = (useful or pieces)[0] + " "
    return _PREFIXES.sub("", text).strip() or command


def _without_strings(line: str) -> str:
    """Quoted text taken away, command substitutions inside double quotes kept."""
    line = re.sub(r"'[^']*'", "''", line)
    return re.sub(
        r'"([^"]*)"', lambda match: " ".join(re.findall(r"\$\([^()]*\)|`[^`]*`", match.group(1))) or '""', line
    )


def _process(process: Process) -> Iterator[Use]:
    who = f"process {process.pid} ({process.name})"
    if process.exe:
        yield Use(process.exe, "execute", f"{who} executes it")
    for path in process.mapped:
        yield Use(path, "map", f"{who} maps it")
    for file in process.open_files:
        if file.path.startswith("/") and not file.path.startswith(_PSEUDO):
            yield Use(file.path, "write" if file.writable else "read", f"{who} has it open")
    if process.cwd and process.cwd != "/":
        yield Use(process.cwd, "name", f"{who} works there")
    yield from _words(process.argv[:1], "execute", f"{who} was started as")
    yield from _words(process.argv[1:], "name", f"the command line of {who} names it")
    for word in process.argv[1:]:
        if process.cwd and (name := _RELATIVE.fullmatch(word)):
            yield Use(normal(f"{process.cwd}/{name['path']}"), "name", f"the command line of {who} names it")
    values = [value for name, value in process.environment if _meant(name, value) and name not in ("PATH", "MANPATH")]
    yield from _words(values, "name", f"the environment of {who} names it")


def _unit(candidate: Candidate) -> Iterator[Use]:
    service = candidate.service
    if service is None:
        return
    for argv in (*service.exec_start, *service.exec_start_pre):
        yield from _words(argv[:1], "execute", f"{service.name} executes it")
        yield from _words(argv[1:], "name", f"{service.name} names it")
    named = (*service.environment_files, *([service.working_directory] if service.working_directory else []))
    yield from _words(named, "name", f"{service.name} names it")
    yield from _words(
        [value for name, value in service.environment if name != "PATH"], "name", f"{service.name} names it"
    )


def _words(words: Iterable[str], how: str, because: str) -> Iterator[Use]:
    for word in words:
        if how == "execute":
            if word.startswith("/") and " " not in word:
                yield Use(normal(word), how, because)
        else:
            for _, path in mentions(word):
                yield Use(path, how, because)


def scripts(host: Index, uses: Iterable[Use]) -> tuple[str, ...]:
    """Captured texts among the used paths, links followed."""
    paths = (host.resolve(use.path) for use in uses)
    return tuple(dict.fromkeys(path for path in paths if path in host.snapshot.texts))
