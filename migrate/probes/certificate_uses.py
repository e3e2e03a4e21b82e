"""Which setting or command line names a certificate, a key or a keystore."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, isabs, join, normpath

from migrate.model.certificates import Use
from migrate.model.facts import Content, Files, Processes, Services
from migrate.model.inventory import Snapshot
from migrate.syntax import comments, links

_ENDINGS = "pem|crt|cer|cert|key|p12|pfx|jks|jceks|keystore|ks|truststore|bks|der"
_TOKEN = re.compile(
    rf"[^\s\"'=;,<>(){{}}\[\]|`#!]*[^\s\"'=;,<>(){{}}\[\]|`#!./]\.(?:{_ENDINGS})(?![\w./-])", re.IGNORECASE
)
_SETTING = re.compile(r"([\w.:-]{2,80})[\"']?\s*(?:[=:]>?|\s)\s*[<\"'\s]*$")
_TELLING = re.compile(r"(?i)cert|crt|key.?store|trust.?store|key.?file|ca.?file|ssl|tls|pem")
_LIBRARIES = re.compile(
    r"/(?:node_modules|(?:site|dist)-packages|gems|vendor|\.git|testdata?|tests?|spec|examples?|doc)/"
)
_CONFIGURATION = re.compile(
    r"/etc/|[./](?:conf|cfg|cnf|ini|properties|xml|ya?ml|json|env|toml|service|config|cf|rb|py|php|js)$"
)
_LARGEST = 256 << 10
_OTHER_NAMES = {
    "mysql": ("mariadb", "mysqld"),
    "ldap": ("slapd",),
    "openldap": ("slapd",),
    "postgresql": ("postgresql", "postgres"),
    "httpd": ("httpd", "apache2"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """:ivar uses: by path; ``missing``: paths that were named and are none of the known ones, with who names them."""

    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)
    missing: Mapping[str, Use] = field(default_factory=dict)


def is_library(path: str) -> bool:
    """Whether a file came with somebody's library or tests, and counts only where something names it."""
    return _LIBRARIES.search(path) is not None


def named(snapshot: Snapshot, known: Iterable[str]) -> Named:
    """:param known: paths of certificates, keys and stores, as the host resolves them."""
    look = _Look(snapshot, frozenset(known))
    for path in sorted(snapshot.texts):
        # What renews a certificate does not use it.
        if (
            path not in look.known
            and "/letsencrypt/renewal/" not in path
            and _CONFIGURATION.search(path)
            and not is_library(path)
        ):
            look.configuration(path)
    look.processes()
    return Named({path: tuple(dict.fromkeys(uses)) for path, uses in look.uses.items()}, look.missing)


class _Look:
    def __init__(self, snapshot: Snapshot, known: frozenset[str]) -> None:
        self.snapshot = snapshot
        self.known = known
        self.uses: dict[str, list[Use]] = {}
        self.missing: dict[str, Use] = {}
        self._links = links.targets(snapshot.inventory.get(Content).entries)
        plain = [path for path in known if not re.search(rf"(?i)\.(?:{_ENDINGS})$", path)]
        self._plain = re.compile("|".join(map(re.escape, plain)) + r"(?![\w./-])") if plain else None
        self._services = _Services(snapshot)
        changed = {fact.path for fact in snapshot.inventory.get(Files).changed_configuration}
        entries = snapshot.inventory.get(Content).entries
        self._as_packaged = {entry.path for entry in entries if entry.package} - changed

    def configuration(self, path: str) -> None:
        data = self.snapshot.texts[path]
        if len(data) > _LARGEST or b"\0" in data[:4096]:
            return
        text = data.decode("utf-8", "surrogateescape")
        found = list(self._tokens(text))
        if not found:
            return
        plain = comments.blank(text, path)
        service = self._services.of_file(path)
        for start, token in found:
            if plain[start : start + len(token)] == token:
                begin = plain.rfind("\n", 0, start) + 1
                setting = _setting(plain[begin:start])
                line = plain.count("\n", 0, start) + 1
                use = Use(setting, service, f"{path}:{line}")
                self._name(token, (dirname(path), dirname(dirname(path))), use, path in self._as_packaged)

    def processes(self) -> None:
        for one in self.snapshot.inventory.get(Processes).processes:
            seen = f"process {one.pid}/{one.name}"
            for before, word in zip(("", *one.argv), one.argv, strict=False):
                for start, token in self._tokens(word):
                    setting = _setting(word[:start]) or (before if before.startswith("-") else None)
                    self._name(token, (one.cwd or "/",), Use(setting, one.unit or one.name, seen))

    def _tokens(self, text: str) -> Iterator[tuple[int, str]]:
        for pattern in (_TOKEN, self._plain):
            yield from ((match.start(), match[0]) for match in pattern.finditer(text)) if pattern else ()

    def _name(self, token: str, bases: tuple[str, ...], use: Use, as_packaged: bool = False) -> None:
        token = re.sub(r"^(?:file:(?://)?|crt:|\$\{?catalina\.(?:base|home)\}?/)", "", token, flags=re.IGNORECASE)
        places = [token] if isabs(token) else [join(base, token) for base in bases]
        for place in places:
            path = links.real(normpath(place), self._links)
            if path in self.known:
                self.uses.setdefault(path, []).append(use)
                return
        telling = _TELLING.search(use.setting or "") and "$" not in token and "*" not in token and "%" not in token
        if isabs(token) and telling and not as_packaged:
            self.missing.setdefault(links.real(normpath(token), self._links), use)


def _setting(before: str) -> str | None:
    match = _SETTING.search(before)
    return match[1].strip(":-") or None if match else None


class _Services:
    """Whose configuration a file is."""

    def __init__(self, snapshot: Snapshot) -> None:
        inventory = snapshot.inventory
        self._processes = inventory.get(Processes).processes
        self._units = [
            one.name for one in inventory.get(Services).services if one.active and one.name.endswith(".service")
        ]
        self._packages = {entry.path: entry.package for entry in inventory.get(Content).entries if entry.package}

    def of_file(self, path: str) -> str | None:
        words = [
            word for word in path.split("/")[1:-1] if word not in ("etc", "opt", "usr", "local", "srv", "var", "lib")
        ]
        for word in words[:2]:
            for name in (*_OTHER_NAMES.get(word, ()), word):
                found = self._running(name)
                if found:
                    return found
        return self._within(dirname(path)) or self._packages.get(path)

    def _running(self, name: str) -> str | None:
        stem = re.sub(r"\d+$", "", name)
        units = [unit for unit in self._units if re.split(r"[@.\d]", unit)[0] == stem]
        if len(units) == 1:
            return units[0]
        running = {one.unit or one.name for one in self._processes if one.name.startswith(stem) and len(stem) > 2}
        return min(running) if len(running) == 1 else units[0] if units else None

    def _within(self, directory: str) -> str | None:
        """The process whose command line or working directory is this directory or the one above it."""
        bases = [
            base for base in (directory, dirname(directory)) if base.count("/") > 1 and not base.startswith("/etc")
        ]
        for one in self._processes:
            words = (*one.argv, one.cwd or "")
            if any(base in word for base in bases for word in words):
                return one.unit or one.name
        return None
