"""Where syslog sends what: rules of sysklogd and rsyslog in both of their forms, destinations of syslog-ng."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.model.logs import Forward

_SELECTOR = re.compile(r"(?:[\w*,;.=!-]+\.[=!*\w]+[\w*,;.=!-]*)$")
_NO_RULE = re.compile(r"\$|module|global|input|template|ruleset|main_queue|[{}]")
_DATABASES = ("ommysql", "ompgsql", "omelasticsearch", "ommongodb", "omkafka", "omlibdbi")


def rules(path: str, text: str, program: str) -> Iterator[Forward]:
    """``selector target`` lines, property filters, and rsyslog's ``action(…)``."""
    selector = "*.*"
    for at, line in _joined(text):
        seen = f"{path}:{at}"
        for action in re.findall(r"\baction\s*\(([^)]*)\)", line):
            yield from _action(_before(line, selector), action, program, seen)
        if "action(" in line.replace(" ", "") or _NO_RULE.match(line):
            continue
        if (found := re.match(r'(:\w+,\s*!?\w+,\s*"[^"]*")\s+(.+)', line)) or (
            found := re.match(r"if\s+(.+?)\s+then\s+(.+)", line)
        ):
            selector, target = found[1], found[2]
        elif found := re.match(r"&\s*(.+)", line):
            target = found[1]
        else:
            word, _, target = line.partition(" ")
            if not _SELECTOR.match(word) or not target.strip():
                continue
            selector = word
        yield from _target(selector, target.strip(), program, seen)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    held, start, depth = "", 0, 0
    for at, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not held and (not line or line.startswith("#")):
            continue
        start = start if held else at
        depth += line.count("(") - line.count(")")
        if line.endswith("\\"):
            held += line[:-1]
        elif depth > 0 and re.search(r"\b(?:action|module|input|template)\s*\(", held + line) and at - start < 50:
            held += line + " "
        else:
            yield start, re.sub(r"\s+", " ", held + line)
            held, depth = "", 0


def _before(line: str, selector: str) -> str:
    if found := re.match(r"if\s+(.+?)\s+then\b", line):
        return found[1]
    word = line.split(" ", 1)[0]
    return word if _SELECTOR.match(word) else selector


def _action(selector: str, text: str, program: str, seen: str) -> Iterator[Forward]:
    given = {key.lower(): value for key, value in re.findall(r'(\w[\w.]*)\s*=\s*"([^"]*)"', text)}
    kind = given.get("type", "")
    if kind in ("omfwd", "omrelp") and given.get("target"):
        port = given.get("port", "514")
        protocol = "relp" if kind == "omrelp" else given.get("protocol", "udp").lower()
        protocol = "tls" if given.get("streamdrivermode") == "1" or given.get("tls") == "on" else protocol
        yield Forward(selector, f"{given['target']}:{port}", "remote", protocol, program, seen)
    elif kind == "omfile" and (where := given.get("file") or given.get("dynafile")):
        yield Forward(selector, where, "file", None, program, seen)
    elif kind == "omprog" and given.get("binary"):
        yield Forward(selector, given["binary"], "program", None, program, seen)
    elif kind in _DATABASES and (where := given.get("server") or given.get("broker")):
        yield Forward(selector, where, "database", kind[2:], program, seen)


def _target(selector: str, target: str, program: str, seen: str) -> Iterator[Forward]:
    word = target.split(";")[0].strip()
    if found := re.match(r"(@@?)(?:\([^)]*\))?(\[[^]]+\]|[^\s:;]+)(?::(\d+))?", word):
        yield Forward(
            selector, f"{found[2]}:{found[3] or '514'}", "remote", "tcp" if found[1] == "@@" else "udp", program, seen
        )
    elif found := re.match(r":omrelp:(\[[^]]+\]|[^\s:;]+)(?::(\d+))?", word):
        yield Forward(selector, f"{found[1]}:{found[2] or '514'}", "remote", "relp", program, seen)
    elif found := re.match(r":(om\w+):([^,\s]*)", word):
        if found[1] in _DATABASES:
            yield Forward(selector, found[2], "database", found[1][2:], program, seen)
        elif found[1] == "omusrmsg":
            yield Forward(selector, found[2], "users", None, program, seen)
    elif found := re.match(r"-?(/\S+)", word):
        kind = "console" if found[1].startswith("/dev/") else "file"
        yield Forward(selector, found[1], kind, None, program, seen)
    elif word.startswith("|"):
        yield Forward(selector, word[1:].strip(), "pipe", None, program, seen)
    elif word.startswith("^"):
        yield Forward(selector, word[1:].strip(), "program", None, program, seen)
    elif re.fullmatch(r"\*|[a-z_][\w-]*(?:,[a-z_][\w-]*)*", word) and word not in ("stop", "discard"):
        yield Forward(selector, word, "users", None, program, seen)


_DRIVER = re.compile(
    r"\b(file|udp6?|tcp6?|syslog|network|program|pipe|sql|mongodb|elasticsearch(?:-http)?|usertty)\s*\(\s*\"?([^\s\")]+)\"?([^;]*)"
)
_KINDS = {"file": "file", "pipe": "pipe", "program": "program", "usertty": "users"}


def syslog_ng(path: str, text: str) -> Iterator[Forward]:
    """``destination d_x { file("/var/log/x"); tcp("host" port(514)); };``, with what ``log`` statements bring there."""
    plain = re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", text)
    logged: dict[str, list[str]] = {}
    for body in re.findall(r"\blog\s*\{([^}]*)\}", plain):
        inputs = [f"{kind}({name})" for kind, name in re.findall(r"\b(source|filter)\s*\(\s*([\w.-]+)\s*\)", body)]
        for name in re.findall(r"\bdestination\s*\(\s*([\w.-]+)\s*\)", body):
            logged.setdefault(name, []).append(" ".join(inputs))
    for found in re.finditer(r"\bdestination\s+([\w.-]+)\s*\{(.*?)\}\s*;", plain, re.DOTALL):
        seen = f"{path}:{plain.count(chr(10), 0, found.start()) + 1}"
        for selector in dict.fromkeys(logged.get(found[1], [])):
            for driver, target, rest in _DRIVER.findall(found[2]):
                yield _driver(selector, driver, target, rest, seen)


def _driver(selector: str, driver: str, target: str, rest: str, seen: str) -> Forward:
    if driver in _KINDS:
        kind = "console" if target.startswith("/dev/") else _KINDS[driver]
        return Forward(selector, target, kind, None, "syslog-ng", seen)
    if driver in ("sql", "mongodb") or driver.startswith("elasticsearch"):
        return Forward(selector, driver, "database", None, "syslog-ng", seen)
    port = re.search(r"\bport\s*\(\s*\"?(\d+)", rest)
    transport = re.search(r"\btransport\s*\(\s*\"?(\w+)", rest)
    protocol = transport[1].lower() if transport else "udp" if driver.startswith("udp") else "tcp"
    default = "601" if driver == "syslog" else "514"
    return Forward(selector, f"{target}:{port[1] if port else default}", "remote", protocol, "syslog-ng", seen)
