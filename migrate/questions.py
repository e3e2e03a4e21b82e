"""What to ask the HTTP listeners of a host: which of them, under which host names, which paths. Pure.

Recording is for a running server that nobody dares to touch, so a question that might change something or fill a log
is not asked: known other daemons are left alone, and so are links whose words sound like an action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from ipaddress import ip_address
from urllib.parse import urldefrag, urljoin, urlsplit

from migrate.model.facts import Process, Processes, Site, Sites, Socket, Sockets
from migrate.model.inventory import Inventory

# Daemons that speak something else. A question in HTTP would be an error in their logs.
OTHER_DAEMONS = frozenset(
    """sshd dropbear postgres postmaster mysqld mariadbd mysqld_safe redis-server redis-sentinel mongod mongos memcached
    slapd ns-slapd smtpd exim exim4 sendmail sendmail-mta qmail-smtpd opensmtpd named dnsmasq unbound pdns_server
    dovecot imapd pop3d cyrmaster vsftpd proftpd pure-ftpd in.ftpd rpcbind portmap rpc.statd rpc.mountd rpc.nfsd rpcinfo
    smbd nmbd winbindd nfsd epmd rsyslogd syslog-ng xinetd inetd zabbix_agentd zabbix_agent2 nrpe snmpd chronyd ntpd
    stunnel stunnel4 oracle tnslsnr sqlservr db2sysc asterisk squid bacula-fd bacula-dir bacula-sd bareos-fd clamd
    spamd amavisd opendkim rsync in.telnetd telnetd cupsd kadmind krb5kdc radiusd freeradius mosquitto iscsid tgtd
    gearmand beanstalkd distccd x11vnc Xvnc xrdp ovsdb-server salt-master salt-minion zookeeper
    """.split()
)
# For hosts where we may not see whose socket it is; and ports of Java servers on which a question is a fault.
OTHER_PORTS = frozenset(
    int(port)
    for port in """
    7 9 13 19 21 22 23 25 37 53 79 88 110 111 113 119 135 139 143 179 199 389 445 464 465 512 513 514 515 543
    544 548 554 587 636 646 749 873 990 993 995 1099 1433 1521 1723 1883 2049 2181 2628 3128 3205 3260 3268 3306
    3389 3690 4369 4505 4506 4949 5060 5222 5269 5432 5666 5672 5900 6000 6379 6514 8005 8009 9042 9092 9102
    10050 10051 11211 25672 27017 28017
    """.split()
)
TLS_PORTS = frozenset((443, 4443, 8443, 9443))

_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*", re.ASCII)
_ACTIONS = frozenset(
    """logout logoff signout signoff abmelden delete del remove rm destroy drop purge clear reset edit update create add
    new save submit send insert upload install installer uninstall setup start stop restart reload shutdown reboot kill
    exec execute run cron deploy undeploy enable disable activate deactivate approve reject confirm subscribe
    unsubscribe vote like cancel order buy checkout cart basket pay payment import export backup restore sync flush
    invalidate toggle move rename migrate upgrade rebuild write put post patch set change expire terminate register
    loeschen entfernen bearbeiten kaufen bestellen supprimer borrar eliminar wp-cron cmd
    """.split()
)
_WORDS = re.compile(r"[a-z]+(?:-cron)?|[A-Z]+(?![a-z])|[A-Z][a-z]+")
_ASSET = re.compile(r"\.(?:css|js|png|jpe?g|gif|svg|ico|woff2?|ttf|pdf|zip|txt)$", re.IGNORECASE)
_MAX_PATH = 512


@dataclass(frozen=True, slots=True)
class Listener:
    """One place where the host may speak HTTP.

    :ivar address: where to connect, from the host itself.
    :ivar tls: from the configuration; None where that does not tell.
    """

    address: str
    port: int
    tls: bool | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    port: int
    why: str


def listeners(inventory: Inventory) -> tuple[tuple[Listener, ...], tuple[Skipped, ...]]:
    """The listeners worth one question, and those left alone with the reason."""
    processes = {process.pid: process for process in inventory.get(Processes).processes}
    sites = inventory.get(Sites).sites
    found: dict[int, Listener] = {}
    skipped: dict[int, Skipped] = {}
    for socket in sorted(_listening(inventory), key=lambda socket: (socket.port or 0, socket.address or "")):
        port = socket.port or 0
        why = _left_alone(port, [processes[pid] for pid in socket.pids if pid in processes], sites)
        if why:
            skipped[port] = Skipped(port, why)
        else:
            found.setdefault(port, Listener(_reachable(socket.address), port, _tls(port, sites)))
    return tuple(found.values()), tuple(skipped.values())


def host_headers(sites: Iterable[Site], listener: Listener) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names to ask under, each with the paths to begin with; the nameless default comes first."""
    mine = [site for site in sites if not site.ports or listener.port in site.ports]
    asked: dict[str, list[str]] = {"localhost": ["/"]}
    for site in mine:
        names = [name for name in map(sample_name, site.names) if name]
        paths = [path for path in map(plain_path, site.paths) if path]
        for position, name in enumerate(names or ["localhost"]):
            asked.setdefault(name, ["/"]).extend(paths if position == 0 else ())
    return tuple((_with_port(name, listener), tuple(dict.fromkeys(paths))) for name, paths in asked.items())


def sample_name(name: str) -> str | None:
    """A host name that a virtual host answers to: its own, one for a wildcard, none for an expression."""
    name = name.strip().lower()
    if name in ("_", "", "*", "default", "_default_"):
        return None
    name = f"www{name[1:]}" if name.startswith("*.") else name[1:] if name.startswith(".") else name
    return name if len(name) <= 253 and _NAME.fullmatch(name) else None


def plain_path(path: str) -> str | None:
    """A path to ask for, from a location as configurations write it; None for expressions and names."""
    path = re.sub(r"^(?:=|\^~)\s*", "", path.strip())
    if path.endswith("/*"):
        path = path[:-1]
    if not path.startswith("/") or len(path) > _MAX_PATH or re.search(r"[\x00-\x20\x7f*\\^$(){}\[\]|<>\"]", path):
        return None
    return None if sounds_like_action(path) else path


def sounds_like_action(target: str) -> bool:
    """Whether a path and query name something that is done rather than shown."""
    words = {word.lower() for word in _WORDS.findall(target)}
    return bool(words & _ACTIONS)


def links(body: bytes, host: str, path: str, tls: bool) -> tuple[str, ...]:
    """Paths on the same host that a page leads to, pages before assets; careful ones only."""
    reader = _Links()
    # The parser asserts on some broken declarations; what was read before counts.
    with suppress(AssertionError, ValueError):
        reader.feed(body.decode("utf-8", "replace"))
    scheme = "https" if tls else "http"
    here = f"{scheme}://{host}{path}"
    paths = dict.fromkeys(found for link in reader.found if (found := same_host(link, here)) and found != path)
    return tuple(sorted(paths, key=lambda found: bool(_ASSET.search(found.split("?")[0]))))


def same_host(link: str, here: str) -> str | None:
    """The path of a link that stays on the host and is safe to ask for."""
    try:
        target = urlsplit(urldefrag(urljoin(here, link.strip())).url)
        base = urlsplit(here)
        query = target.query
    except ValueError:
        return None
    if (target.scheme, target.netloc.lower()) != (base.scheme, base.netloc.lower()):
        return None
    full = (target.path or "/") + (f"?{query}" if query else "")
    if len(full) > _MAX_PATH or query.count("&") > 1 or re.search(r"[\x00-\x20\x7f<>\"\\]", full):
        return None
    return None if sounds_like_action(full) else full


def _listening(inventory: Inventory) -> Iterator[Socket]:
    for socket in inventory.get(Sockets).sockets:
        if socket.protocol.startswith("tcp") and socket.state == "listen" and socket.port:
            yield socket


def _left_alone(port: int, processes: list[Process], sites: tuple[Site, ...]) -> str | None:
    configured = {number for site in sites for number in site.ports}
    if port in configured:
        return None
    for process in processes:
        names = {process.name, (process.exe or "").rsplit("/", 1)[-1]}
        if other := sorted(names & OTHER_DAEMONS):
            return f"{other[0]} does not speak HTTP"
        if "org.apache.catalina.startup.Bootstrap" in process.argv and configured:
            return "a port of Tomcat that its configuration does not name as HTTP"
    if port in OTHER_PORTS:
        return "a port that is used for something else than HTTP"
    return None


def _reachable(address: str | None) -> str:
    if address in (None, "", "0.0.0.0", "*"):
        return "127.0.0.1"
    try:
        known = ip_address(str(address).split("%")[0])
    except ValueError:
        return str(address)
    known = getattr(known, "ipv4_mapped", None) or known
    return ("::1" if known.version == 6 else "127.0.0.1") if known.is_unspecified else str(known)


def _tls(port: int, sites: tuple[Site, ...]) -> bool | None:
    said = {site.tls for site in sites if port in site.ports}
    return said.pop() if len(said) == 1 else True if port in TLS_PORTS else None


def _with_port(name: str, listener: Listener) -> str:
    return name if listener.port == (443 if listener.tls else 80) else f"{name}:{listener.port}"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "link": "href", "script": "src", "img": "src", "frame": "src", "iframe": "src"}.get(tag)
        self.found.extend(value for name, value in attrs if name == wanted and value)
