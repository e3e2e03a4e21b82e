"""Secrets get an id, and the id stands wherever the value stood."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from posixpath import basename
from typing import Any

from migrate.model.facts import Job, Process, Processes, Schedule, Secret, Secrets, Service, Services
from migrate.model.inventory import Inventory, Scope
from migrate.planning import secrets as search
from migrate.planning.secrets import Found
from migrate.quoting import slug

SHORTEST = 6
_WHOLE = "whole"
_LARGEST_VALUE = 256 << 10
# Scopes that hold paths and ids only: a password that is also a word must not change them.
_UNTOUCHED = frozenset(("secrets", "content", "archives", "ownership", "files", "accounts", "packages", "mounts"))


class Register:
    """Ids and values of one host. The same places get the same ids in every run.

    :ivar values: the secrets by id; a whole file that is not text is in base64.
    """

    def __init__(self, values: MutableMapping[str, str] | None = None, known: Iterable[Secret] = ()) -> None:
        self.values: MutableMapping[str, str] = {} if values is None else values
        self.secrets: dict[str, Secret] = {secret.id: secret for secret in known}

    def in_file(self, path: str, found: Found) -> str:
        """The id of a secret in a file."""
        return self._add(path, found.key or found.kind, found, Secret("", found.kind, path, found.line, found.key))

    def whole_file(self, path: str, data: bytes) -> str:
        """The id of a file that is a secret as a whole."""
        kind = "private-key" if b"PRIVATE KEY" in data else "file"
        found = Found(kind, None, None, _as_text(data))
        return self._add(path, _WHOLE, found, Secret("", kind, path))

    def elsewhere(self, owner: str, where: str, found: Found) -> str:
        """The id of a secret in an environment, a command line or a crontab; that of the file which holds it, too."""
        for name, value in sorted(self.values.items()):
            if value == found.value:
                return name
        secret = Secret("", found.kind, None, found.line, found.key, where)
        return self._add(owner, found.key or found.kind, found, secret)

    def _add(self, place: str, key: str, found: Found, secret: Secret) -> str:
        plain = f"{_short(place)}-{slug(key)}" if key != _WHOLE else _short(place)
        marked = f"{plain}-{hashlib.sha256(place.encode('utf-8', 'surrogateescape')).hexdigest()[:4]}"
        for name in (plain, *(f"{marked}{number}" for number in ("", *(f"-{n}" for n in range(2, 10_000))))):
            other = self.secrets.get(name)
            if other is None:
                self.secrets[name] = dataclasses.replace(secret, id=name)
                self.values[name] = found.value
                return name
            same = (other.path, other.where, other.key) == (secret.path, secret.where, secret.key)
            if same and self.values.get(name) == found.value and other.line == secret.line:
                return name
        raise OverflowError(place)

    def facts(self) -> Secrets:
        return Secrets(tuple(sorted(self.secrets.values(), key=lambda secret: secret.id)))


def telling(value: str) -> bool:
    """Whether a value is long and odd enough to be a secret wherever it stands: no word, no number, no path."""
    if len(value) < SHORTEST or value.startswith("/"):
        return False
    classes = sum(bool(re.search(pattern, value)) for pattern in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9\s]"))
    return classes >= 2 and not re.fullmatch(r"(?i)[a-z]+[0-9]?|[\d.:]+|[a-z]+(?:[-_.][a-z]+)+", value)


def mask(inventory: Inventory, values: MutableMapping[str, str]) -> Inventory:
    """The inventory without a secret value in it.

    Environments, command lines and jobs are searched first; what is found there is added to ``values`` and to the
    secrets scope. Then every known value becomes ``${secret:ID}`` wherever it stands.
    """
    register = Register(values, inventory.get(Secrets).secrets)
    masked = {
        Processes.scope: Processes(tuple(_process(one, register) for one in inventory.get(Processes).processes)),
        Services.scope: Services(tuple(_service(one, register) for one in inventory.get(Services).services)),
        Schedule.scope: Schedule(tuple(_job(one, register) for one in inventory.get(Schedule).jobs)),
    }
    replace = replacer(register.values)
    scopes = [_masked(scope, masked, replace) for scope in inventory.scopes if scope.name != Secrets.scope]
    former = next((scope for scope in inventory.scopes if scope.name == Secrets.scope), None)
    if former or register.secrets:
        scopes.append(dataclasses.replace(former or Scope(Secrets.scope, "complete"), facts=register.facts()))
    return dataclasses.replace(inventory, scopes=tuple(scopes), target=replace(inventory.target))


def replacer(values: Mapping[str, str]) -> Callable[[str], str]:
    """A function that puts ``${secret:ID}`` in the place of each telling value in a text."""
    names: dict[str, str] = {}
    for name, value in sorted(values.items()):
        if telling(value) and len(value) <= 4096 and "\n" not in value.strip():
            names.setdefault(value, name)
    if not names:
        return lambda text: text
    pattern = re.compile("|".join(re.escape(value) for value in sorted(names, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda match: f"${{secret:{names[match[0]]}}}", text)


def _masked(scope: Scope, masked: Mapping[str, Any], replace: Callable[[str], str]) -> Scope:
    facts = masked.get(scope.name, scope.facts) if scope.facts is not None else None
    gaps = tuple(_strings(gap, replace) for gap in scope.gaps)
    if scope.name not in _UNTOUCHED and facts is not None:
        facts = _strings(facts, replace)
    return dataclasses.replace(scope, facts=facts, gaps=gaps)


def _strings(value: Any, replace: Callable[[str], str]) -> Any:
    """``value`` with each text in it replaced; the same object where nothing changed."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, tuple):
        items = tuple(_strings(item, replace) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        changed = {name: new for name, old in fields.items() if (new := _strings(old, replace)) != old}
        return dataclasses.replace(value, **changed) if changed else value
    return value


def _process(process: Process, register: Register) -> Process:
    owner = process.unit.rpartition(".")[0] if process.unit and process.unit.endswith(".service") else process.name
    return dataclasses.replace(
        process,
        environment=_variables(process.environment, owner, register),
        argv=_argv(process.argv, owner, register),
    )


def _service(service: Service, register: Register) -> Service:
    owner = service.name.removesuffix(".service")
    return dataclasses.replace(
        service,
        environment=_variables(service.environment, owner, register),
        exec_start=tuple(_argv(one, owner, register) for one in service.exec_start),
        exec_start_pre=tuple(_argv(one, owner, register) for one in service.exec_start_pre),
        exec_stop=tuple(_argv(one, owner, register) for one in service.exec_stop),
    )


def _job(job: Job, register: Register) -> Job:
    owner = job.name or basename(job.source)
    command = job.command
    for found in search.find_in_command(command):
        command = _at_its_place(command, found, _token(register.elsewhere(owner, "cron", found)))
    return dataclasses.replace(job, command=command, environment=_variables(job.environment, owner, register))


def _variables(pairs: tuple[tuple[str, str], ...], owner: str, register: Register) -> tuple[tuple[str, str], ...]:
    found = search.find_in_variables(pairs)
    if not found:
        return pairs
    masked = dict(pairs)
    for one in found:
        token = _token(register.elsewhere(owner, "environment", one))
        for name in [one.key] if one.key in masked else list(masked):
            masked[name] = masked[name].replace(one.value, token)
    return tuple((name, masked[name]) for name, _ in pairs)


def _argv(argv: tuple[str, ...], owner: str, register: Register) -> tuple[str, ...]:
    words = list(argv)
    for one in search.find_in_argv(argv):
        token = _token(register.elsewhere(owner, "command-line", one))
        words = _in_words(words, one, token)
    return tuple(words)


def _in_words(words: list[str], one: Found, token: str) -> list[str]:
    """The words with ``token`` for the value: a common word ("root") only where it is the secret."""
    if telling(one.value):
        return [word.replace(one.value, token) for word in words]
    masked = [_behind_its_key(word, one, token) for word in words]
    for at, word in enumerate(words[:-1]):
        if one.key and word.lstrip("-") == one.key.lstrip("-"):
            masked[at + 1] = token.join(words[at + 1].rsplit(one.value, 1))
    return masked if masked != words else [word.replace(one.value, token) for word in words]


def _at_its_place(text: str, one: Found, token: str) -> str:
    """The same in a line of a shell."""
    masked = text if telling(one.value) else _behind_its_key(text, one, token)
    return masked if masked != text else text.replace(one.value, token)


def _behind_its_key(text: str, one: Found, token: str) -> str:
    """``text`` with ``token`` for the value behind the option or name that it belongs to."""
    if not one.key:
        return text
    key = rf"(?<![\w-])(?:-D|-+)?{re.escape(one.key.lstrip('-'))}"
    user = r"(?:[^\s:'\"]+[:%,])?"
    pattern = re.compile(rf"({key}[\s='\":]*{user}){re.escape(one.value)}(?![\w-])")
    return pattern.sub(lambda match: match[1] + token, text)


def _token(name: str) -> str:
    return f"${{secret:{name}}}"


def _short(place: str) -> str:
    """The last pieces of a path, as a word."""
    return slug("/".join(place.strip("/").split("/")[-2:])) if "/" in place else slug(place)


def _as_text(data: bytes) -> str:
    data = data[:_LARGEST_VALUE]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(data).decode("ascii")
