"""Which keys a host is known by, as OpenSSH's known_hosts files say it."""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import HostKeyChanged, HostKeyUnknown
from migrate.reach.wire.config import Settings


@dataclass(frozen=True, slots=True)
class Known:
    """One line that speaks of the host."""

    kind: str  # ssh-ed25519
    key: bytes
    seen: str  # file:line
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The key that a server proved to have."""

    kind: str
    key: bytes

    @property
    def fingerprint(self) -> str:
        digest = base64.b64encode(hashlib.sha256(self.key).digest()).decode().rstrip("=")
        return f"SHA256:{digest}"


def known_name(settings: Settings) -> str:
    """What known_hosts calls the host: ``name``, or ``[name]:port`` off port 22."""
    name = settings.known_as or settings.host.lower()
    return name if settings.port == 22 or settings.known_as else f"[{name}]:{settings.port}"


def known_keys(settings: Settings) -> tuple[Known, ...]:
    """All lines of the host's known_hosts files that speak of it; unreadable files say nothing."""
    return tuple(
        known
        for path in (*settings.user_known, *settings.global_known)
        for known in parse(_text(path), known_name(settings), path)
    )


def parse(text: str, name: str, path: str = "known_hosts") -> Iterator[Known]:
    """The lines of a known_hosts file that speak of ``name``. Certificate authorities and broken lines don't."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        marker = words.pop(0) if words and words[0].startswith("@") else ""
        if len(words) < 3 or words[0].startswith("#") or marker not in ("", "@revoked"):
            continue
        if _matches(words[0], name):
            try:
                key = base64.b64decode(words[2], validate=True)
            except (binascii.Error, ValueError):
                continue
            yield Known(words[1], key, f"{path}:{number}", marker == "@revoked")


def verify(shown: Shown, known: Iterable[Known], settings: Settings, *, accept_new: bool) -> None:
    """Let a host through whose key is known; note a new one where that was asked for.

    :raises HostKeyUnknown: nothing is known of the host.
    :raises HostKeyChanged: it was known by another key, or the key was revoked.
    """
    known = tuple(known)
    same = [entry for entry in known if entry.key == shown.key]
    if any(entry.revoked for entry in same):
        raise HostKeyChanged(f"{settings.label} shows a key that is marked as revoked ({same[0].seen})")
    if same or settings.trusted:
        return
    others = [entry for entry in known if not entry.revoked]
    if others:
        raise HostKeyChanged(_changed(shown, others, settings), _forget(settings))
    if authority := _authority(settings):
        raise HostKeyUnknown(
            f"{settings.label} is known by an authority's certificate ({authority}), which we can't verify",
            "the system's ssh can: --openssh",
        )
    if not accept_new:
        raise HostKeyUnknown(
            f"{settings.label} is not known: it shows the {shown.kind} key {shown.fingerprint}",
            f"compare that with the host's own (ssh-keygen -lf on its console), then add it ({_scan(settings)}) "
            "or take it as it is: --accept-new",
        )
    _remember(shown, settings)


def _authority(settings: Settings) -> str | None:
    """The line that trusts an authority to certify the host, where there is one."""
    name = known_name(settings)
    for path in (*settings.user_known, *settings.global_known):
        for number, line in enumerate(_text(path).splitlines(), 1):
            words = line.split()
            if len(words) > 3 and words[0] == "@cert-authority" and _matches(words[1], name):
                return f"{path}:{number}"
    return None


def _changed(shown: Shown, others: list[Known], settings: Settings) -> str:
    places = ", ".join(entry.seen for entry in others[:3])
    return (
        f"{settings.label} shows another host key than it is known by: now {shown.kind} {shown.fingerprint}, "
        f"before see {places}. Someone may be in between, or the machine was set up anew"
    )


def _forget(settings: Settings) -> str:
    return f"once you know why it changed: ssh-keygen -R '{known_name(settings)}'"


def _scan(settings: Settings) -> str:
    port = "" if settings.port == 22 else f"-p {settings.port} "
    return f"ssh-keyscan {port}{settings.host} >> {settings.user_known[0] if settings.user_known else 'known_hosts'}"


def _remember(shown: Shown, settings: Settings) -> None:
    if not settings.user_known:
        return
    path = Path(settings.user_known[0])
    line = f"{known_name(settings)} {shown.kind} {base64.b64encode(shown.key).decode()}\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            before = file.read()
            lead = "" if not before or before.endswith(b"\n") else "\n"
            file.write((lead + line).encode())
    except OSError as error:
        raise HostKeyUnknown(
            f"{settings.label} is not known, and its key {shown.fingerprint} can't be noted: {error}",
            f"may {path} be written?",
        ) from error


def _text(path: str) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _matches(patterns: str, name: str) -> bool:
    """OpenSSH's list of patterns: one that matches, none that matches after ``!``."""
    hit = False
    for pattern in patterns.split(","):
        wanted = pattern.removeprefix("!")
        if _hashed(wanted, name) if wanted.startswith("|1|") else _like(wanted, name):
            if pattern.startswith("!"):
                return False
            hit = True
    return hit


def _like(pattern: str, name: str) -> bool:
    # Brackets are no wildcards here: they stand around a name that has a port.
    return fnmatch.fnmatchcase(name.lower(), pattern.lower().replace("[", "[[]"))


def _hashed(pattern: str, name: str) -> bool:
    _, _, salt, digest = (*pattern.split("|"), "", "", "", "")[:4]
    try:
        made = hmac.new(base64.b64decode(salt), name.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(made, base64.b64decode(digest))
    except (binascii.Error, ValueError):
        return False
