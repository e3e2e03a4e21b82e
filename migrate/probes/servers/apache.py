"""Apache httpd: the main server where it serves something, and one site for each virtual host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from posixpath import dirname, isabs, join, normpath

from migrate.model.facts import Processes, Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.probes.servers.versions import version_of
from migrate.syntax import apache, environment_file, properties
from migrate.syntax.apache import Directive

NAMES = (
    "apache2",
    "httpd",
    "httpd2",
    "httpd-prefork",
    "httpd2-prefork",
    "httpd.worker",
    "httpd.event",
    "httpd2-worker",
)
# (main file, ServerRoot): Debian, Red Hat, SUSE, Alpine and built from source.
_USUAL = (
    ("/etc/apache2/apache2.conf", "/etc/apache2"), ("/etc/httpd/conf/httpd.conf", "/etc/httpd"),
    ("/etc/apache2/httpd.conf", "/etc/apache2"), ("/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2"),
    ("/usr/local/apache/conf/httpd.conf", "/usr/local/apache"), ("/etc/httpd/httpd.conf", "/etc/httpd"),
    ("/opt/rh/httpd24/root/etc/httpd/conf/httpd.conf", "/opt/rh/httpd24/root/etc/httpd"),
)  # fmt: skip
_PATHS = frozenset(
    "proxypass alias scriptalias jkmount wsgiscriptalias redirect redirectpermanent redirecttemp passengerbaseuri "
    "railsbaseuri rackbaseuri".split()
)
_OWN = ("conf/httpd.conf", "httpd.conf", "apache2.conf", "etc/httpd.conf", "etc/apache2/httpd.conf")
_ALIASES = frozenset("alias scriptalias wsgiscriptalias aliasmatch scriptaliasmatch".split())
_VARIABLES = ("/etc/apache2/envvars", "/etc/sysconfig/httpd", "/etc/sysconfig/apache2", "/etc/conf.d/apache2")


@dataclass(frozen=True, slots=True)
class _Main:
    """What virtual hosts take over."""

    listens: tuple[tuple[int, bool], ...]  # (port, with https)
    root: str | None
    tls: bool
    targets: Mapping[str, tuple[str, ...]]  # hosts of balancers (balancer://x) and of workers of mod_jk
    folders: tuple[str, ...] = ()  # where aliases lead


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an instance runs with.

    :ivar path: the main file; ``root`` is its ServerRoot.
    :ivar directives: in order, those in conditions that hold too.
    """

    instance: Instance
    path: str
    root: str
    directives: tuple[Directive, ...]

    def all(self, *names: str) -> Iterator[Directive]:
        """Directives of these names anywhere."""
        return (one for one in walk(self.directives, hosts=True) if one.name in names)

    def first(self, name: str) -> str | None:
        """The first word of the first such directive outside virtual hosts."""
        return next((one.words[0] for one in self.directives if one.name == name and one.words), None)

    def absolute(self, path: str) -> str:
        return normpath(path if isabs(path) else join(self.root, path))


def sites(seen: Seen) -> Read:
    found, gaps = configurations(seen)
    return Read(tuple(site for one in found for site in sites_of(one, seen)), gaps)


def configurations(seen: Seen) -> tuple[tuple[Configuration, ...], tuple[Gap, ...]]:
    """What each instance runs with, and those whose configuration is not there."""
    found: list[Configuration] = []
    gaps: list[Gap] = []
    for instance in seen.instances(*NAMES):
        path, root = _configuration(instance, seen)
        if path is None:
            gaps.append(Gap("the sites of Apache httpd", "its configuration was not captured"))
            continue
        directives = apache.read(
            seen.texts, path, root=root, variables=_variables(instance, seen, dirname(path)),
            defined=_defined(instance), version=version_of(seen, instance.exe), modules=_mapped(seen, instance),
        )  # fmt: skip
        flat = tuple(apache.transparent(directives))
        named = next((one.words[0] for one in flat if one.name == "serverroot" and one.words), None)
        found.append(Configuration(instance, path, named or root, flat))
    return tuple(found), tuple(gaps)


def _mapped(seen: Seen, instance: Instance) -> frozenset[str]:
    """Modules that its processes have loaded."""
    processes = seen.snapshot.inventory.get(Processes).processes
    mapped = {path for one in processes if one.pid in instance.pids for path in one.mapped}
    return frozenset(path for path in mapped if re.search(r"/(?:mod_[\w-]+|libphp[\w.]*)\.so$", path))


def _configuration(instance: Instance, seen: Seen) -> tuple[str | None, str]:
    root, named = instance.option("-d"), instance.option("-f")
    built = re.fullmatch(r"(/.+)/s?bin/[^/]+", instance.exe or "")
    home = root or (built[1] if built and built[1] not in {"/usr", "/usr/local"} else None)
    if named:
        usual = next((place for path, place in _USUAL if path == named), None)
        wanted = instance.path(named, home or "/etc/httpd")
        return (wanted if wanted in seen.texts else None), home or usual or dirname(wanted)
    own = tuple(f"{home}/{name}" for name in _OWN) if home else ()
    if home and home.endswith("/root/usr"):  # a software collection
        own = (f"{home[:-4]}/etc/httpd/conf/httpd.conf", *own)
    if home and (path := seen.first(own)):
        return path, dirname(dirname(path)) if path.startswith(f"{home[:-4]}/etc/") else home
    return next(((path, place) for path, place in _USUAL if path in seen.texts), (None, ""))


def _variables(instance: Instance, seen: Seen, folder: str) -> Mapping[str, str]:
    known = {"APACHE_RUN_USER": "www-data", "APACHE_RUN_GROUP": "www-data", "APACHE_LOG_DIR": "/var/log/apache2",
             "APACHE_RUN_DIR": "/var/run/apache2", "APACHE_LOCK_DIR": "/var/lock/apache2"}  # fmt: skip
    own = (f"{folder}/envvars", f"{dirname(folder)}/bin/envvars")
    for path in own if any(path in seen.texts for path in own) else _VARIABLES:
        if path in seen.texts:
            known |= environment_file.variables(environment_file.read_shell(seen.texts[path], {"SUFFIX": "", **known}))
    return {**known, **instance.environment}


def _defined(instance: Instance) -> frozenset[str]:
    words = instance.argv
    pairs = (words[at + 1] if word == "-D" else word[2:] for at, word in enumerate(words[:-1]) if word.startswith("-D"))
    last = {words[-1][2:]} if words and words[-1].startswith("-D") else set()
    return frozenset({name for name in pairs if name} | last)


def sites_of(given: Configuration, seen: Seen) -> Iterator[Site]:
    """The main server where it serves something, and the virtual hosts."""
    directives = given.directives
    listens = [_listen(one) for one in directives if one.name == "listen" and one.words]
    listens = listens or [_listen(one) for one in directives if one.name == "port" and one.words]  # Apache 1.3
    ports = tuple(dict.fromkeys(one for one in listens if one)) or tuple(
        (port, port == 443) for port in seen.ports(given.instance.pids)
    )
    tls = any(one.name == "sslengine" and one.words[:1] == ("on",) for one in directives)
    main = _Main(ports, given.first("documentroot"), tls, {**_balancers(directives), **_workers(given, seen)},
                 tuple(_folders(apache.transparent(directives))))  # fmt: skip
    hosts = [one for one in directives if one.name == "virtualhost"]
    if main.root or not hosts:
        covered = {port for host in hosts for port in _ports(host, main)}
        left = tuple(port for port, _ in ports if port not in covered)
        if left and directives:
            yield _site(Directive("", (), directives[0].path, directives[0].line, directives), left, main, seen)
    for host in hosts:
        yield _site(host, _ports(host, main), main, seen)


def _balancers(directives: tuple[Directive, ...]) -> dict[str, tuple[str, ...]]:
    """The members of each balancer, by its URL."""
    found: dict[str, tuple[str, ...]] = {}
    for one in walk(directives, hosts=True):
        if one.name == "proxy" and one.words and one.words[0].startswith("balancer:"):
            members = tuple(member for inside in one.all("balancermember") for member in _hosts(inside.words))
            found[one.words[0].rstrip("/")] = found.get(one.words[0].rstrip("/"), ()) + members
        elif one.name == "balancermember" and len(one.words) > 1 and one.words[0].startswith("balancer:"):
            found[one.words[0].rstrip("/")] = found.get(one.words[0].rstrip("/"), ()) + _hosts(one.words[1:])
    return found


def _workers(given: Configuration, seen: Seen) -> dict[str, tuple[str, ...]]:
    """The hosts of mod_jk's workers, through the balancers among them."""
    words = [one.words[0] for one in given.all("jkworkersfile") if one.words]
    lines = [one.words[0] for one in given.all("jkworkerproperty") if one.words]
    text = "\n".join([*(seen.texts.get(given.absolute(word), "") for word in words), *lines])
    values = properties.values(text)
    hosts = {name: _worker(name, values) for name in {key.split(".")[1] for key in values if key.count(".") > 1}}
    for name in list(hosts):
        members = values.get(f"worker.{name}.balance_workers") or values.get(f"worker.{name}.balanced_workers")
        if members:
            hosts[name] = tuple(host for one in re.split(r"[,\s]+", members) for host in hosts.get(one, ()))
    return hosts


def _worker(name: str, values: Mapping[str, str]) -> tuple[str, ...]:
    base = values.get(f"worker.{name}.reference", f"worker.{name}")
    kind = values.get(f"worker.{name}.type") or values.get(f"{base}.type", "ajp13")
    if kind not in ("ajp13", "ajp12", "ajp14"):
        return ()
    host = values.get(f"worker.{name}.host") or values.get(f"{base}.host", "localhost")
    port = values.get(f"worker.{name}.port") or values.get(f"{base}.port", "8009")
    return (f"{host}:{port}",)


def _listen(one: Directive) -> tuple[int, bool] | None:
    port = _port(one.words[0])
    return (port, "https" in [word.lower() for word in one.words[1:]] or port == 443) if port else None


def _port(text: str) -> int | None:
    last = text.rpartition(":")[2] if ":" in text.rpartition("]")[2] or "]" not in text else ""
    return int(last) if last.isascii() and last.isdigit() and 0 < int(last[:6]) < 65536 else None


def _ports(host: Directive, main: _Main) -> tuple[int, ...]:
    named = [_port(word) for word in host.words if ":" in word.rpartition("]")[2]]
    found = tuple(dict.fromkeys(port for port in named if port))
    return found or tuple(port for port, _ in main.listens)


def _site(host: Directive, ports: tuple[int, ...], main: _Main, seen: Seen) -> Site:
    inside = tuple(apache.transparent(host.block))
    names = [_name(one.words[0]) for one in inside if one.name == "servername" and one.words]
    names += [name for one in inside if one.name == "serveralias" for name in one.words]
    root = next((one.words[0] for one in inside if one.name == "documentroot" and one.words), main.root)
    engine = next((one.words[0].lower() for one in inside if one.name == "sslengine" and one.words), None)
    tls = engine == "on" if engine else main.tls or (bool(ports) and all(port == 443 for port in ports))
    return Site(
        "apache", ports, tuple(dict.fromkeys(names)), tls, root, tuple(dict.fromkeys(_paths(inside))),
        tuple(dict.fromkeys(_upstreams(host, main))), f"{seen.real(host.path)}:{host.line}",
        tuple(dict.fromkeys((*_folders(inside), *main.folders))),
    )  # fmt: skip


def _folders(directives: Iterable[Directive]) -> Iterator[str]:
    """Where aliases lead."""
    for one in directives:
        if one.name in _ALIASES and len(one.words) > 1 and one.words[1].startswith("/") and "$" not in one.words[1]:
            yield one.words[1].rstrip("/")


def _name(text: str) -> str:
    """Without scheme and port."""
    return re.sub(r"^[a-z]+://|:\d+$", "", text)


def _paths(inside: tuple[Directive, ...]) -> Iterator[str]:
    for one in inside:
        paths = [word for word in one.words if word.startswith("/")]
        if paths and (one.name in _PATHS or (one.name == "location" and "~" not in one.words)):
            yield paths[0].rstrip("*")


def _upstreams(host: Directive, main: _Main) -> Iterator[str]:
    for one in walk(host.block):
        if one.name in {"proxypass", "proxypassmatch", "balancermember"}:
            yield from _hosts(one.words)
            yield from (
                member for word in one.words if word.startswith("balancer:")
                for member in main.targets.get("/".join(word.split("/")[:3]), ())
            )  # fmt: skip
        elif one.name == "rewriterule" and any("P" in re.split(r"[\[\],]", word) for word in one.words[2:]):
            yield from _hosts(one.words[1:2])
        elif one.name == "sethandler":
            yield from (found for word in one.words if word.startswith("proxy:") and (found := _host(word[6:])))
        elif one.name in {"jkmount", "jkautoalias"} and len(one.words) > 1:
            yield from main.targets.get(one.words[1].split(";")[0], ())
        elif one.name == "fastcgiexternalserver":
            yield from _external(one.words)


def _external(words: tuple[str, ...]) -> Iterator[str]:
    """Where mod_fastcgi's external server is: ``-host h:9000``, ``-socket /run/x``."""
    for option, value in pairwise(words):
        if option == "-host":
            yield value
        elif option == "-socket":
            yield f"unix:{value}"


def _hosts(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found for word in words if (found := _host(word)))


def walk(block: tuple[Directive, ...], *, hosts: bool = False) -> Iterator[Directive]:
    """Every directive inside, those of virtual hosts only where ``hosts`` says so."""
    seen: set[int] = set()
    for one in block:
        if id(one) in seen:
            continue
        yield one
        for inside in () if one.name == "virtualhost" and not hosts else walk(one.block, hosts=hosts):
            seen.add(id(inside))
            yield inside


def _host(target: str) -> str | None:
    """host:port or unix:PATH of a URL; None of anything else, and of a balancer, whose members say it."""
    if target.startswith("unix:"):
        return target.split("|")[0]
    match = re.match(r"(?!balancer)[a-z]+://([^/\s$%]+)", target)
    return match[1] if match else None


SITES = sites
