"""Which packages a workload needs, reduced to what the package manager has to be told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from migrate.detectors import Advice, Candidate
from migrate.model.facts import CapturedFile, Ownership
from migrate.model.plan import FileChoice, PackageChoice
from migrate.planning import evidence, interpreters
from migrate.planning.evidence import Use
from migrate.planning.index import SHARED_DIRECTORIES, Index, below
from migrate.syntax import scripts

INTERPRETERS = re.compile(
    r"^(python|perl|ruby|node|nodejs|java|php|php-cgi|bash|sh|dash|busybox|mono|lua|tclsh|guile)[\d.]*$"
)
_IMPORTS = {
    "python": re.compile(r"^\s*(?:import|from)\s+([A-Za-z_][\w.]*(?:\s*,\s*[A-Za-z_][\w.]*)*)", re.M),
    "perl": re.compile(r"^\s*(?:use|require)\s+([A-Z][\w:]*)", re.M),
    "ruby": re.compile(r"^\s*(?:require|gem)[\s(]+['\"]([\w/-]+)['\"]", re.M),
    "node": re.compile(r"(?:require\s*\(\s*|from\s+)['\"]([@\w][\w./@-]*)['\"]"),
    "php": re.compile(r"(?:require|include)(?:_once)?\s*\(?\s*['\"]([\w/.-]+)['\"]"),
}
_SUFFIXES = {
    ".py": "python", ".pl": "perl", ".pm": "perl", ".cgi": "perl", ".psgi": "perl", ".rb": "ruby", ".ru": "ruby",
    ".rake": "ruby", "/Rakefile": "ruby", "/Gemfile": "ruby", ".js": "node", ".php": "php",
}  # fmt: skip
_SHELL = re.compile(r"\b(?:sh|bash|dash|ksh|zsh|ash)\b")
# What packages tell other programs of the machine about themselves.
_HOUSEKEEPING = frozenset(
    "/etc/apparmor /etc/apparmor.d /etc/apt /etc/bash_completion.d /etc/dbus-1 /etc/dhcp"
    " /etc/insserv.conf.d /etc/init /etc/logcheck"
    " /etc/monit /etc/munin /etc/needrestart /etc/network /etc/pam.d /etc/polkit-1 /etc/ppp /etc/resolvconf"
    " /etc/rsyslog.d /etc/security"
    " /etc/selinux /etc/sysctl.d /etc/tmpfiles.d /etc/ufw /etc/update-motd.d /etc/xinetd.d".split()
)
_MODULE_DIRECTORIES = re.compile(
    r".*/(?:dist-packages|site-packages|perl5/[\d.]+|perl5|node_modules|nodejs|vendor_ruby|php)/(.+)$"
)


@dataclass(frozen=True, slots=True)
class Needed:
    roots: tuple[PackageChoice, ...]
    everything: frozenset[str]  # roots and all they need, the base's packages included
    own: frozenset[str]  # packages that exist for this workload: of its program, unit and script


def needed(host: Index, candidate: Candidate, advice: Advice, uses: tuple[Use, ...], texts: Iterable[str]) -> Needed:
    """Packages from evidence, scripts and the detector's knowledge."""
    reasons: dict[str, str] = {}
    alone = interpreters.isolated(host, candidate)
    found = (*advice.packages, *_from_uses(host, uses), *_from_texts(host, texts, alone))
    for name, because in (*found, *interpreters.modules_run(host, {} if alone else _modules(host), candidate)):
        if name in host.packages:
            reasons.setdefault(interpreters.whole(host, name), because)
    own = _own(host, candidate)
    reasons = {name: because for name, because in reasons.items() if name not in mail_servers(host) - own.keys()}
    for name, because in own.items():
        reasons.setdefault(name, because)
    return Needed(_reduce(host, reasons), host.closure(reasons), frozenset(own))


# Programs that hand mail to another machine at once, with nothing that runs: they come along as they are.
_HANDING_ON = frozenset("msmtp-mta ssmtp esmtp-run nullmailer dma lsb-invalid-mta masqmail".split())


def mail_servers(host: Index) -> frozenset[str]:
    """Debian's packages of mail servers: who only calls their ``sendmail`` is given a client of theirs instead."""
    found = (name for name, one in host.packages.items() if "mail-transport-agent" in one.provides)
    return frozenset(found) - _HANDING_ON


def _from_uses(host: Index, uses: tuple[Use, ...]) -> Iterator[tuple[str, str]]:
    for use in uses:
        package = host.owner(use.path) or host.owner(host.resolve(use.path))
        if (package and use.how in ("execute", "map", "read")) or (
            package and use.how == "name" and not use.path.startswith("/etc/")
        ):
            yield package, f"owns {use.path}: {use.because}"


def _own(host: Index, candidate: Candidate) -> dict[str, str]:
    """The packages that are there for this service and not for others."""
    found: dict[str, str] = {}
    service, main = candidate.service, candidate.main
    if service and service.unit_file and (package := host.owner(service.unit_file)):
        found[package] = f"brings {service.unit_file}"
    programs = [main.exe] if main and main.exe else []
    programs += [argv[0] for argv in service.exec_start if argv] if service else []
    programs += [word for word in (main.argv[1:3] if main else ()) if word.startswith("/")]
    for program in programs:
        package = host.owner(program)
        if package and not INTERPRETERS.match(program.rpartition("/")[2]) and package not in host.essential:
            found.setdefault(package, f"owns {program}, which is what runs")
    return found


def same_source(host: Index, own: Iterable[str]) -> frozenset[str]:
    """``own`` with the installed packages that were built from the same sources."""
    sources = {host.packages[name].source or name for name in own if name in host.packages}
    return frozenset(name for name, package in host.packages.items() if (package.source or name) in sources)


def _from_texts(host: Index, texts: Iterable[str], alone: bool) -> Iterator[tuple[str, str]]:
    """What scripts call and load.

    :param alone: Python's modules come from a virtualenv of its own, not from packages.
    """
    modules = _modules(host)
    for path in texts:
        if packages_own(host, path):
            continue
        text = host.snapshot.text(path) or ""
        language = language_of(path, text)
        if language == "shell":
            yield from _shell_commands(host, path, text)
        elif language:
            if language != "python" or not alone:
                yield from _imports(host, modules, language, path, text)
            if language == "python" and not alone:
                yield from interpreters.distributions(host, modules, path, text)
            yield from _interpreter(host, path, text)
            if language == "perl":
                yield from _drivers(modules, path, text)
            for command in scripts.called(text, language):
                yield from command_packages(host, command, path)


def packages_own(host: Index, path: str) -> bool:
    """Whether a text is as its package brings it: then the package says itself what it needs."""
    return path in host.entries and bool(host.entries[path].package) and path not in host.differing


def _drivers(modules: Mapping[str, str], path: str, text: str) -> Iterator[tuple[str, str]]:
    """Perl's DBI loads the driver that the name of the data source tells, and classes those that they build on."""
    named = {f"DBD::{name}" for name in re.findall(r"\bdbi:(\w+)[:(]", text, re.I)}
    for words in re.findall(r"(?m)^\s*use\s+(?:base|parent)\s+(?:-norequire,\s*)?(?:qw\W)?['\"]?([\w: ]+)", text):
        named.update(words.split())
    for name in sorted(named):
        package = modules.get(_module_key("perl", name))
        if package:
            yield package, f"has the perl module {name}, which {path} loads"


def language_of(path: str, text: str) -> str | None:
    """shell, python, perl, ruby, node or php, by the first line, else by the name's end."""
    if text.startswith("#!"):
        first = text.partition("\n")[0]
        for language in _IMPORTS:
            if language in first:
                return language
        return "shell" if _SHELL.search(first) else None
    if path.endswith((".sh", ".bash")):
        return "shell"
    return next((language for suffix, language in _SUFFIXES.items() if path.endswith(suffix)), None)


def _shell_commands(host: Index, path: str, text: str) -> tuple[tuple[str, str], ...]:
    if path not in host.called:
        host.called[path] = (*_interpreter(host, path, text), *command_packages(host, text, path))
    return host.called[path]


_BUILT_IN = frozenset(("kill", "printf", "echo", "test", "["))  # every shell has these itself


def command_packages(host: Index, text: str, path: str) -> Iterator[tuple[str, str]]:
    """Packages of the commands that a shell text names."""
    for word in dict.fromkeys(evidence.commands(text)):
        if word in host.commands and word not in _BUILT_IN:
            yield host.commands[word], f"owns {word}, which {path} calls"
            yield from _behind_wrapper(host, host.commands[word], f"has the {word} that {path} calls")
    for _, named in evidence.mentions(text):
        package = host.owner(named) or host.owner(host.resolve(named))
        if (package and "/bin/" in named + "/") or (package and "/sbin/" in named):
            yield package, f"owns {named}, which {path} calls"


def _behind_wrapper(host: Index, package: str, because: str) -> Iterator[tuple[str, str]]:
    """Debian's ``NAME-common`` has a wrapper that picks a version; the newest ``NAME-VERSION`` has the program."""
    if not package.endswith("-common"):
        return
    versioned = re.compile(re.escape(package.removesuffix("common")) + r"\d[\d.]*")
    found = [name for name in host.packages if versioned.fullmatch(name) and package in host.depends(name)]
    if found:
        yield max(found, key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)]), because


def _interpreter(host: Index, path: str, text: str) -> Iterator[tuple[str, str]]:
    first = text.partition("\n")[0]
    if first.startswith("#!"):
        words = first[2:].split()
        program = words[-1] if words and words[0].endswith("/env") else words[0] if words else ""
        package = host.owner(program) or host.owner(host.resolve(program))
        package = package or host.commands.get(program.rpartition("/")[2])
        if package:
            yield package, f"owns {program}, the interpreter of {path}"


def _imports(host: Index, modules: Mapping[str, str], language: str, path: str, text: str) -> Iterator[tuple[str, str]]:
    for match in _IMPORTS[language].finditer(text):
        for name in match.group(1).split(","):
            package = modules.get(_module_key(language, name.strip()))
            if package is None and language == "ruby":
                package = interpreters.gem(host, name.strip())
            if package:
                yield package, f"has the {language} module {name.strip()}, which {path} loads"


def _module_key(language: str, name: str) -> str:
    if language == "python":
        return f"python:{name.partition('.')[0]}"
    if language == "perl":
        return f"perl:{name.replace('::', '/')}"
    return f"{language}:{name.removeprefix('node:')}"


def php_extensions(host: Index, packages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What a PHP that is run as a command loads besides itself, which no running process shows."""
    php = re.compile(r"/usr(?:/local)?/bin/php[\d.]*")
    owned = host.snapshot.inventory.get(Ownership)
    programs = {one.package for one in owned.commands if php.fullmatch(one.path)}
    called = programs.intersection(host.closure(packages))
    folders = [one for one in owned.modules if re.search(r"/php/(?:\d{8}(?:-zts)?|modules)$", one.path)]
    for program in sorted(called):
        brought = host.closure([program])
        for folder in sorted({one.path for one in folders if one.package in brought}):
            for one in folders:
                if one.path == folder:
                    yield one.package, f"has extensions in {folder}, which the {program} of the jobs loads"


def of_compiled(host: Index, files: Iterable[FileChoice]) -> Iterator[tuple[str, str]]:
    """What the compiled modules among these files load, as a service that maps the same ones shows."""
    places = [file.path for file in files]
    for process in host.processes:
        ours = [path for path in process.mapped if any(below(path, place) for place in places)]
        if not ours or host.owner(ours[0]):
            continue
        for path in process.mapped:
            package = host.owner(path) or host.owner(host.resolve(path))
            if package:
                yield package, f"owns {path}, which process {process.pid} maps beside {ours[0]}"


def _modules(host: Index) -> dict[str, str]:
    """``language:name`` of every module that a package brings."""
    found: dict[str, str] = {}
    for path, package in host.modules.items():
        match = _MODULE_DIRECTORIES.match(path)
        if not match:
            continue
        name = re.sub(r"\.(py|pm|rb|js|php|so|cpython-[\w-]+\.so)$", "", match.group(1))
        language = next(one for part, one in _LANGUAGES if part in path)
        found.setdefault(f"{language}:{name}", package)
    return found


_LANGUAGES = (
    ("-packages/", "python"),
    ("/perl5", "perl"),
    ("/node", "node"),
    ("/vendor_ruby/", "ruby"),
    ("/php/", "php"),
)


def _reduce(host: Index, reasons: Mapping[str, str]) -> tuple[PackageChoice, ...]:
    """Leave out what the base has and what another one brings along; of a cycle, keep the first by name."""
    names = sorted(name for name in reasons if name not in host.essential)
    brought: set[str] = set()
    kept: list[str] = []
    closures = {name: _surely(host, name) for name in names}
    for name in names:
        bringing = [other for other in names if other != name and name in closures[other] and other not in brought]
        if any(other not in closures[name] or other < name for other in bringing):
            brought.add(name)
        else:
            kept.append(name)
    return tuple(
        PackageChoice(name, host.packages[name].version, because) for name, because in _as_asked(host, kept, reasons)
    )


def _as_asked(host: Index, kept: list[str], reasons: Mapping[str, str]) -> list[tuple[str, str]]:
    """In the place of several the one that somebody asked for, where it is these and nothing else: nginx-light."""
    found = {name: reasons[name] for name in kept}
    everything = host.closure(kept)
    for package in sorted(host.packages.values(), key=lambda one: one.name):
        if not package.manual or package.name in everything or len(found) < 2:
            continue
        brought = _surely(host, package.name)
        instead = [name for name in found if name in brought]
        if len(instead) > 1 and host.closure([package.name]) - everything == {package.name}:
            found = {name: because for name, because in found.items() if name not in instead}
            found[package.name] = f"was asked for on the host, and is {' and '.join(instead)}: {reasons[instead[0]]}"
    return sorted(found.items())


def _surely(host: Index, name: str) -> frozenset[str]:
    """What installing ``name`` brings whoever chooses: where several could do, the first one, and no virtual package.

    PHP's extensions want any PHP: that does not bring the one inside of Apache.
    """
    if name not in host.brought:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in host.packages and one not in seen:
                seen.add(one)
                waiting.extend(names[0] for names in host.packages[one].depends if names)
        host.brought[name] = frozenset(seen)
    return host.brought[name]


def changed_files(host: Index, packages: frozenset[str], own: frozenset[str]) -> Iterator[tuple[CapturedFile, str]]:
    """Captured files of these packages that differ from what the packages bring."""
    differing = {fact.path: fact for fact in (*host.files.changed_configuration, *host.files.changed_packaged)}
    for path, fact in differing.items():
        entry = host.entries.get(path)
        package = fact.package
        if entry is None or package is None or fact.change == "missing":
            continue
        if package in own or (package in packages and package not in host.essential):
            yield entry, f"differs from what {package} brings"


def _laid(host: Index) -> dict[str, Counter[str]]:
    for entry in host.captured_below("/etc"):
        if entry.package and entry.path.count("/") > 2:
            package = host.packages.get(entry.package)
            directory = "/".join(entry.path.split("/")[:3])
            of = (package.source or package.name) if package else entry.package
            host.laid.setdefault(directory, Counter())[of] += 1
    return host.laid


def configuration_directories(host: Index, own: frozenset[str]) -> tuple[str, ...]:
    """Directories below /etc that hold the configuration of the workload's own packages.

    A package that only lays a file into another's directory (PHP's for Apache) does not make that its own.
    """
    counts = host.laid or _laid(host)
    sources = {host.packages[name].source or name for name in own if name in host.packages}
    found = {one for one, count in counts.items() if sum(count[source] for source in sources) * 2 >= count.total()}
    return tuple(sorted(found - SHARED_DIRECTORIES - _HOUSEKEEPING))
