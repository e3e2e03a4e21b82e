"""Finding references in a text of any format."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from migrate.planning.couplings import settings
from migrate.planning.couplings.lines import line_starts, matches, with_pattern, with_words
from migrate.planning.couplings.reference import HOST, Place, Reference, address, valid_port
from migrate.planning.couplings.services import default_port
from migrate.syntax import comments

_URL = re.compile(
    r"(?<![\w.+-])(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,20}(?::[a-z0-9]{1,20}){0,2})\\?:@?(?P<slashes>//)"
    rf"(?P<user>[^\s/@\"'<>]{{1,300}}@)?(?P<host>{HOST})(?:\\?:(?P<port>\d{{1,5}}))?(?P<after>[/?#;,\s\"'<>()\]"
    rf"|&\\`]|\Z)"
)
_PAIR = re.compile(rf"(?<![\w.:$%{{-])(?P<host>{HOST})\\?:(?P<port>\d{{1,5}})(?![\w]|\.\d|-\w)")
_DEVICE = re.compile(rf"/dev/(?:tcp|udp)/(?P<host>{HOST})/(?P<port>\d{{1,5}})\b")
_ARGUMENTS = re.compile(rf"(?P<quote>[\"'])(?P<host>{HOST})(?P=quote)[ \t]*,[ \t]*[\"']?(?P<port>\d{{2,5}})(?![\w.])")
_MYSQL_CALL = re.compile(
    rf"(?P<call>(?:mysqli?_p?connect|mysqli_real_connect|new[ \t]+mysqli"
    rf"|->[ \t]*real_connect)[ \t]*\([ \t]*[\"'])(?P<host>{HOST})(?=[\"'])"
)
_UPSTREAM = re.compile(
    rf"(?m)^[ \t]*server[ \t]+(?P<host>{HOST})(?=[ \t]*;|[ \t]+(?:weight|max_|fail_|backup|down|resolve))"
)
# Mail: a relay in a server's settings, brackets for "no look-up of MX", and clients that take its port for granted.
_RELAY = re.compile(
    r"(?m)^[ \t]*(?:relay_?host|dc_smarthost|smart_?host|mailhub)[ \t]*=[ \t]*[\"']?"
    rf"\[?(?P<host>{HOST})\]?(?:::?(?P<port>\d{{2,5}}))?"
)
_MAIL_CALL = re.compile(
    r"(?:\bsmtplib\.SMTP(?:_SSL)?|\bNet::SMTP(?:::SSL)?[ \t]*->[ \t]*new)[ \t]*\([ \t]*(?P<quote>[\"'])"
    rf"(?P<host>{HOST})(?P=quote)(?![ \t]*,[ \t]*[\"']?\d)"
)
_UNIX = re.compile(r"\bunix:(?://)?(?P<path>/[^\s;|,\"'<>)]{2,200})")
_SOCKET = re.compile(r"(?<![\w./-])(?P<path>/[\w.@+/-]{2,180}(?:\.sock(?:et)?|/\.s\.PGSQL\.\d+))(?![\w/-])")
# What must be on a line for the forms above to be.
_NUMBERED = re.compile(r":\d")
_LISTED = re.compile(r"[\"'][ \t]*,[ \t]*[\"']?\d")
_FILE_NAMES = frozenset(
    "py pl rb php js java xml html conf c h cc cpp sh go rs yml yaml json txt log md properties jar so ts lua cfg "
    "ini css sql".split()
)


def scan(text: str, path: str = "") -> tuple[Reference, ...]:
    """Everything in ``text`` that names a host with a port, or a Unix socket, in its order.

    Comments are passed over, by the kind of file that ``path`` and the text's first line tell. Bindings and
    connections look alike: who listens where decides (see :func:`migrate.planning.couplings.resolve`).
    """
    plain = comments.blank(text, path)
    script = bool(re.match(r"#!", text)) or path.endswith(".sh")
    places = _apart([*_sockets(plain), *_direct(plain), *settings.find(plain, path, script)])
    starts = line_starts(text) if places else []
    return tuple(_reference(text, starts, place) for place in places)


def _apart(places: list[Place]) -> list[Place]:
    """Without those that overlap one that was found by a surer form; in the text's order."""
    kept: list[Place] = []
    taken: set[int] = set()
    for place in places:
        span = range(*(place.host or (place.start, place.end)))
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(place)
    return sorted(kept, key=lambda one: one.start)


def _reference(text: str, starts: list[int], place: Place) -> Reference:
    line = bisect_right(starts, place.start)
    host, at, length = None, 0, 0
    if place.host:
        host = text[slice(*place.host)].strip("[]").lower()
        at, length = place.host[0] - place.start, place.host[1] - place.host[0]
    port_line = bisect_right(starts, place.port_at) if place.port_at is not None else None
    return Reference(
        line, place.start - starts[line - 1] + 1, text[place.start : place.end], host, place.port, place.path,
        place.scheme,
        at, length, port_line if port_line != line else None, place.implied, place.sure,
    )  # fmt: skip


def _sockets(text: str) -> Iterator[Place]:
    if "unix:" not in text and ".sock" not in text and ".s.PGSQL" not in text:
        return
    for pattern in (_UNIX, _SOCKET):
        for match in pattern.finditer(text):
            yield Place(match.start("path"), match.end("path"), path=match["path"].rstrip(":"))


def _direct(text: str) -> Iterator[Place]:
    """Forms in which host and port stand together, or the form itself says the port."""
    yield from _urls(text)
    for pattern, spans in ((_DEVICE, with_words(text, "/dev/")), (_ARGUMENTS, with_pattern(text, _LISTED))):
        for match in matches(pattern, text, spans):
            port = valid_port(match["port"])
            if port and _hostlike(match["host"], match["port"], ""):
                yield Place(match.start(), match.end(), match.span("host"), port)
    yield from _pairs(text)
    for match in matches(_MYSQL_CALL, text, with_words(text, "mysql", "connect")):
        yield Place(match.start(), match.end(), match.span("host"), 3306, scheme="mysql", implied=True)
    for match in matches(_MAIL_CALL, text, with_words(text, "SMTP")):
        yield Place(match.start(), match.end(), match.span("host"), 25, scheme="smtp", implied=True)
    for match in matches(_RELAY, text, with_words(text, "relay", "smart", "mailhub")):
        port = valid_port(match["port"]) if match["port"] else 25
        if port:
            yield Place(match.start("host"), match.end(), match.span("host"), port, scheme="smtp", implied=True)
    for match in matches(_UPSTREAM, text, with_words(text, "server")):
        yield Place(match.start("host") - 1, match.end(), match.span("host"), 80, scheme="http", implied=True)


def _urls(text: str) -> Iterator[Place]:
    for match in matches(_URL, text, with_words(text, "//")):
        # Of "unix:/run/x.sock|fcgi://localhost/" only the socket counts.
        if (
            text[max(0, match.start() - 1) : match.start()] == "|"
            and "unix:" in text[max(0, match.start() - 200) : match.start()]
        ):
            continue
        if match["port"]:
            if port := valid_port(match["port"]):
                yield Place(
                    match.start("host"), match.end("port"), match.span("host"), port, scheme=match["scheme"].lower()
                )
            continue
        start = match.end("user") - 1 if match["user"] else match.start("slashes")
        end = match.end("host") + (match["after"] not in ("", "\n", "\r", "\\"))
        port = default_port(match["scheme"])
        yield Place(start, end, match.span("host"), port, scheme=match["scheme"].lower(), implied=True)


def _pairs(text: str) -> Iterator[Place]:
    for match in matches(_PAIR, text, with_pattern(text, _NUMBERED)):
        port, host = valid_port(match["port"]), match["host"]
        if port is None or not _hostlike(host, match["port"], text[match.start() - 1 : match.start()]):
            continue
        oracle = text[max(0, match.start() - 6) : match.start()].endswith(("thin:@", "oci:@"))
        yield Place(match.start(), match.end(), match.span("host"), port, scheme="jdbc:oracle" if oracle else None)


def _hostlike(host: str, port: str, before: str) -> bool:
    """Whether ``name:number`` is a host with a port rather than a time, a place in a source file or a version."""
    if host.startswith("[") or address(host):
        return True
    if not re.search(r"[A-Za-z]", host) or "_" in host or host.rpartition(".")[2].lower() in _FILE_NAMES:
        return False
    return before != "/" and len(port) > 1 and not host.rpartition(".")[2].isdigit()
