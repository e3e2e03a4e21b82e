"""References whose host and port are settings of their own: keys on neighbouring lines, options of a command."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.planning.couplings.lines import line_starts, matches, with_words, with_words_of_any_case
from migrate.planning.couplings.reference import HOST, IPV4, Place, address, valid_port
from migrate.planning.couplings.services import DATABASE, PORTS, product, products

_SEP = r"[\"']?\]?(?:[ \t]*(?:=>|[=:,])[ \t]*|>[ \t]*)"
_HOST_KEY = re.compile(
    r"(?i)(?P<key>(?<![\w.])[A-Za-z_][\w.-]{0,60}?)??(?P<word>host(?:_?name|_?addr)?|server(?:_?name)?"
    r"|addr(?:ess)?|data source)"
    rf"{_SEP}(?P<quote>[\"'])?(?P<host>{HOST}|::1)(?=[\"'\s;,)&<}}]|\Z)"
)
_HOST_WORDS = ("host", "server", "addr", "data source")
_DIRECTORY_KEY = re.compile(r"(?i)\bhost[\"']?[ \t]*(?:=>|[=:])[ \t]*[\"']?(?P<path>/[\w./-]{2,100})")
_PORT_KEY = re.compile(
    rf"(?i)(?P<key>(?<![\w.])[A-Za-z_][\w.-]{{0,60}}?)??port(?:_?num(?:ber)?)?{_SEP}[\"']?(?P<port>\d{{2,5}})\b"
)
_NEAR = 8  # lines between a host and its port
_AROUND = 4  # lines around a host in which its product may be named
_DATABASE = re.compile(r"(?:.*[^a-z])?(?:db|database|sql)")
_DATABASES = ("mysql", "postgresql", "oracle", "sqlserver")
# Who logs in beside a host, and with what: then it is a database's where nothing else is said.
_USER = re.compile(r"(?i)(?<![a-z])(?:\w*[_.-])?(?:user(?:_?name)?|usr|login)[\"']?\]?[ \t]*(?:=>|[=:,])")
_PASSWORD = re.compile(r"(?i)(?<![a-z])(?:\w*[_.-])?(?:pass(?:w(?:or)?d|wort)?|pwd|pw)[\"']?\]?[ \t]*(?:=>|[=:,])")
# Languages in which a text stands in quotes.
_EXPRESSIONS = re.compile(r"\.(?:py|rb|[cm]?[jt]sx?|php\d?|p[lm]|java|go)$")
# Variables that clients read by themselves: known wherever they stand.
_KNOWN = re.compile(r"PGHOST(?:ADDR)?|MYSQL_HOST")

_CLIENTS = (
    (
        r"psql|pg_(?:dump|dumpall|restore|isready|basebackup)|createdb|dropdb|createuser|vacuumdb|reindexdb|pgbench",
        "postgresql",
        "p",
    ),
    (r"(?:mysql|mariadb)(?:-?(?:dump|admin|check|import|show|slap|binlog|backup))?|mytop", "mysql", "P"),
    (r"(?:redis|valkey)-cli", "redis", "p"),
    (r"mongo(?:sh|dump|restore|export|import)?", "mongodb", "p"),
    (r"ldap(?:search|add|modify|delete|passwd|whoami)", "ldap", "p"),
    (r"rabbitmqadmin", "amqp", "P"),
)
_COMMANDS = tuple(
    (re.compile(rf"(?<![\w./-])(?:/[\w./-]+/)?(?:{names})(?![\w-])"), scheme, port) for names, scheme, port in _CLIENTS
)
_HOST_OPTION = re.compile(rf"(?<!\S)(?:-h[ \t]*|--host(?:name)?[= \t][ \t]*)[\"']?(?P<host>{HOST})(?=[\"'\s]|\Z)")
_TALK = re.compile(
    r"\b(?:telnet|nc|ncat|netcat)(?:[ \t]+-\w+(?:[ \t]+\d+(?=[ \t]+\w))?)*"
    rf"[ \t]+(?P<host>{HOST})[ \t]+(?P<port>\d{{1,5}})\b"
)
_TALKERS = ("telnet", "nc ", "nc\t", "cat ", "cat\t")
_FETCH = re.compile(rf"\b(?:curl|wget)\b[^\n;|&]{{0,300}}?[ \t][\"']?(?P<host>localhost|{IPV4})(?P<after>/)")


@dataclass(frozen=True, slots=True)
class _Port:
    line: int
    prefix: str
    port: int
    at: int


def find(text: str, path: str, script: bool) -> Iterator[Place]:
    """Hosts that are settings, with the port that belongs to them.

    :param script: a program: what a variable's value is used for is not known, unless clients read it themselves.
    """
    yield from _commands(text)
    if hosts := list(matches(_HOST_KEY, text, with_words_of_any_case(text, *_HOST_WORDS))):
        starts = line_starts(text)
        ports = [_port(match, starts) for match in matches(_PORT_KEY, text, with_words_of_any_case(text, "port"))]
        near = [one for one in ports if one]
        yield from (place for match in hosts if (place := _setting(text, path, script, match, starts, near)))
    for match in matches(_DIRECTORY_KEY, text, with_words_of_any_case(text, "host")):
        yield Place(match.start("path"), match.end("path"), path=match["path"])


def _port(match: re.Match[str], starts: list[int]) -> _Port | None:
    port = valid_port(match["port"])
    return (
        _Port(bisect_right(starts, match.start()), _prefix(match["key"]), port, match.start("port")) if port else None
    )


def _prefix(key: str | None) -> str:
    """What keys of one thing have in common: ``db.`` of db.host and db.port."""
    return re.sub(r"[^a-z0-9]+", "", (key or "").lower())


def _setting(
    text: str, path: str, script: bool, match: re.Match[str], starts: list[int], ports: list[_Port]
) -> Place | None:
    host = match["host"]
    if match["quote"] is None and not address(host) and _EXPRESSIONS.search(path) and _outside_quotes(text, match):
        return None  # database.hostname in Python is no name of a host
    if (match["key"] or "").lower() in ("my", "dc_read", "qualify_"):
        return None  # myhostname and the like: what it calls itself
    if not (address(host) or host == "::1" or host.startswith("[") or re.search(r"[A-Za-z]", host)):
        return None
    line, prefix = bisect_right(starts, match.start("host")), _prefix(match["key"])
    near = [one for one in ports if one.prefix == prefix and abs(one.line - line) <= _NEAR]
    near = [one for one in near if _of_one_object(text, match.start("host"), one.at)]
    partner = min(near, key=lambda one: (abs(one.line - line), one.at), default=None)
    kind = _product(text, starts, line, match["key"] or "", prefix)
    known = bool(_KNOWN.fullmatch((match["key"] or "") + match["word"]))
    port = partner.port if partner else PORTS.get(kind or "")
    if port is None and _local(host) and _logs_in(_around(text, starts, line)):
        kind = DATABASE
    elif port is None or (partner is None and not known and not _local(host) and "." not in host):
        return None
    scheme = f"jdbc:{kind}" if kind and path.endswith((".properties", ".xml")) else kind
    start = match.start("key") if match["key"] else match.start("word")
    return Place(
        start, match.end("host"), match.span("host"), port, scheme=scheme, port_at=partner.at if partner else None,
        implied=partner is None, sure=known or not script,
    )  # fmt: skip


def _of_one_object(text: str, first: int, second: int) -> bool:
    """Whether no bracket separates two places: ``{"port": 80, "db": {"host": "x"}}`` says no port for the host."""
    depth = 0
    for bracket in re.findall(r"[][{}]", text[min(first, second) : max(first, second)]):
        depth += 1 if bracket in "[{" else -1
        if depth < 0:
            return False
    return depth == 0


def _outside_quotes(text: str, match: re.Match[str]) -> bool:
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start("host")]
    return all(before.count(quote) % 2 == 0 for quote in "\"'")


def _product(text: str, starts: list[int], line: int, key: str, prefix: str) -> str | None:
    """What the host is asked for: the key says it, or what stands around it and is no setting of something else.

    ``define('DB_HOST', 'localhost')`` in PHP is MySQL's where nothing says otherwise.
    """
    around = _around(text, starts, line).splitlines()
    family = [one for one in around if prefix and prefix in _prefix(one)]
    others = [one for one in around if prefix and _other(one, prefix)]
    near = "\n".join(one for one in around if one not in others)
    found = product(key) or product("\n".join(family)) or product(near)
    if _DATABASE.match(prefix) and found not in _DATABASES:
        said = products(text).intersection(_DATABASES)
        php = text.lstrip("\ufeff \t\r\n").startswith("<?php")
        return said.pop() if len(said) == 1 else "mysql" if php else None
    return found


def _logs_in(around: str) -> bool:
    return bool(_USER.search(around) and _PASSWORD.search(around))


def _other(line: str, prefix: str) -> bool:
    """Whether the line sets the host or port of something else."""
    match = _HOST_KEY.search(line) or _PORT_KEY.search(line)
    return match is not None and _prefix(match["key"]) != prefix and bool(product(line))


def _local(host: str) -> bool:
    return host.lower().startswith("localhost") or host.startswith("127.") or host == "::1"


def _around(text: str, starts: list[int], line: int) -> str:
    first = max(0, line - 1 - _AROUND)
    last = min(len(starts) - 1, line + _AROUND)
    return text[starts[first] : starts[last] if last > line - 1 else len(text)]


def _commands(text: str) -> Iterator[Place]:
    for match in matches(_HOST_OPTION, text, with_words(text, "-h")):
        before, after = _command(text, match.start())
        client = next((one for one in _COMMANDS if one[0].search(before)), None)
        if client is None:
            continue
        _, scheme, letter = client
        port = re.search(rf"(?<!\S)(?:-{letter}[ \t]*|--port[= \t][ \t]*)[\"']?(?P<port>\d{{2,5}})\b", before + after)
        number = valid_port(port["port"]) if port else PORTS[scheme]
        yield Place(*match.span(), match.span("host"), number, scheme=scheme, implied=port is None)
    for match in matches(_TALK, text, with_words(text, *_TALKERS)):
        yield Place(match.start("host") - 1, match.end(), match.span("host"), valid_port(match["port"]))
    for match in matches(_FETCH, text, with_words(text, "curl", "wget")):
        yield Place(match.start("host") - 1, match.end("after"), match.span("host"), 80, scheme="http", implied=True)


def _command(text: str, at: int) -> tuple[str, str]:
    """The simple command around ``at``: what stands before, and what after."""
    start = max(text.rfind(mark, max(0, at - 2000), at) for mark in "\n;|&") + 1
    end = re.compile(r"[^\n;|&]{0,2000}").match(text, at)
    return text[max(start, at - 2000) : at], end.group() if end else ""
