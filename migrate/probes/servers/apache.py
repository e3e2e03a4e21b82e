"""Apache httpd: the main server where it serves something, and one site for each virtual host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname

from migrate.model.facts import Site
from migrate.model.inventory import Gap
from migrate.probes.servers import Instance, Read, Seen
from migrate.syntax import apache, environment_file
from migrate.syntax.apache import Directive

_NAMES = (
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
    "proxypass alias scriptalias jkmount wsgiscriptalias redirect redirectpermanent redirecttemp".split()
)
_VARIABLES = ("/etc/apache2/envvars", "/etc/sysconfig/httpd", "/etc/sysconfig/apache2", "/etc/conf.d/apache2")


@dataclass(frozen=True, slots=True)
class _Main:
    """What virtual hosts take over."""

    listens: tuple[tuple[int, bool], ...]  # (port, with https)
    root: str | None
    tls: bool


def sites(seen: Seen) -> Read:
    found: list[Site] = []
    gaps: list[Gap] = []
    for instance in seen.instances(*_NAMES):
        path, root = _configuration(instance, seen)
        if path is None:
            gaps.append(Gap("the sites of Apache httpd", "its configuration was not captured"))
            continue
        directives = apache.read(
            seen.texts, path, root=root, variables=_variables(instance, seen), defined=_defined(instance)
        )  # fmt: skip
        found += _of(tuple(apache.transparent(directives)), seen, instance)
    return Read(tuple(found), tuple(gaps))


def _configuration(instance: Instance, seen: Seen) -> tuple[str | None, str]:
    root, named = instance.option("-d"), instance.option("-f")
    built = re.fullmatch(r"(/.+)/s?bin/[^/]+", instance.exe or "")
    home = root or (built[1] if built and built[1] not in {"/usr", "/usr/local"} else None)
    if named:
        usual = next((place for path, place in _USUAL if path == named), None)
        wanted = instance.path(named, home or "/etc/httpd")
        return (wanted if wanted in seen.texts else None), home or usual or dirname(wanted)
    own = (f"{home}/conf/httpd.conf", f"{home}/httpd.conf", f"{home}/apache2.conf") if home else ()
    if home and (path := seen.first(own)):
        return path, home
    return next(((path, place) for path, place in _USUAL if path in seen.texts), (None, ""))


def _variables(instance: Instance, seen: Seen) -> Mapping[str, str]:
    known = {"APACHE_RUN_USER": "www-data", "APACHE_RUN_GROUP": "www-data", "APACHE_LOG_DIR": "/var/log/apache2",
             "APACHE_RUN_DIR": "/var/run/apache2", "APACHE_LOCK_DIR": "/var/lock/apache2"}  # fmt: skip
    for path in _VARIABLES:
        if path in seen.texts:
            known |= environment_file.variables(environment_file.read_shell(seen.texts[path], {"SUFFIX": "", **known}))
    return {**known, **instance.environment}


def _defined(instance: Instance) -> frozenset[str]:
    words = instance.argv
    pairs = (words[at + 1] if word == "-D" else word[2:] for at, word in enumerate(words[:-1]) if word.startswith("-D"))
    last = {words[-1][2:]} if words and words[-1].startswith("-D") else set()
    return frozenset({name for name in pairs if name} | last)


def _of(directives: tuple[Directive, ...], seen: Seen, instance: Instance) -> Iterator[Site]:
    listens = [_listen(one) for one in directives if one.name == "listen" and one.words]
    ports = tuple(dict.fromkeys(one for one in listens if one)) or tuple(
        (port, port == 443) for port in seen.ports(instance.pids)
    )
    root = next((one.words[0] for one in directives if one.name == "documentroot" and one.words), None)
    main = _Main(ports, root, any(one.name == "sslengine" and one.words[:1] == ("on",) for one in directives))
    hosts = [one for one in directives if one.name == "virtualhost"]
    if root or not hosts:
        covered = {port for host in hosts for port in _ports(host, main)}
        left = tuple(port for port, _ in ports if port not in covered)
        if left and directives:
            yield _site(Directive("", (), directives[0].path, directives[0].line, directives), left, main, seen)
    for host in hosts:
        yield _site(host, _ports(host, main), main, seen)


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
        tuple(dict.fromkeys(_upstreams(host))), f"{seen.real(host.path)}:{host.line}",
    )  # fmt: skip


def _name(text: str) -> str:
    """Without scheme and port."""
    return re.sub(r"^[a-z]+://|:\d+$", "", text)


def _paths(inside: tuple[Directive, ...]) -> Iterator[str]:
    for one in inside:
        paths = [word for word in one.words if word.startswith("/")]
        if paths and (one.name in _PATHS or (one.name == "location" and "~" not in one.words)):
            yield paths[0].rstrip("*")


def _upstreams(host: Directive) -> Iterator[str]:
    for one in _walk(host.block):
        if one.name in {"proxypass", "proxypassmatch", "balancermember"}:
            yield from (found for word in one.words if (found := _host(word)))
        elif one.name == "rewriterule" and any("P" in re.split(r"[\[\],]", word) for word in one.words[2:]):
            yield from (found for word in one.words[1:2] if (found := _host(word)))
        elif one.name == "sethandler":
            yield from (found for word in one.words if word.startswith("proxy:") and (found := _host(word[6:])))


def _walk(block: tuple[Directive, ...]) -> Iterator[Directive]:
    for one in block:
        yield one
        yield from () if one.name == "virtualhost" else _walk(one.block)


def _host(target: str) -> str | None:
    """host:port or unix:PATH of a URL; None of anything else, and of a balancer, whose members say it."""
    if target.startswith("unix:"):
        return target.split("|")[0]
    match = re.match(r"(?!balancer)[a-z]+://([^/\s$%]+)", target)
    return match[1] if match else None


SITES = sites
