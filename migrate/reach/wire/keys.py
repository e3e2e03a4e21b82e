"""With what we may log in, in the order in which it is tried."""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko

from migrate.errors import InputError
from migrate.reach import credentials
from migrate.reach.wire.config import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENVIRONMENT = threading.Lock()  # hosts are reached side by side


@dataclass(slots=True)
class Tried:
    """What was tried or left out, for the message of a refusal, and what to do about it."""

    words: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def note(self, word: str, hint: str = "") -> None:
        if word not in self.words:
            self.words.append(word)
        if hint and hint not in self.hints:
            self.hints.append(hint)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One key, and what to call it."""

    name: str
    key: paramiko.PKey


def candidates(settings: Settings, given: Sequence[str], tried: Tried) -> Generator[Candidate]:
    """Given files, configured files, the agent's keys, and last the files whose passphrase must be asked for.

    :raises InputError: a key file that was named can't be read.
    """
    agent = _agent(settings, tried)
    try:
        keys = agent.get_keys() if agent else ()
        yield from _in_order(settings, given, keys, tried)
    finally:
        if agent:
            agent.close()


def _in_order(
    settings: Settings, given: Sequence[str], agent: Sequence[paramiko.PKey], tried: Tried
) -> Generator[Candidate]:
    seen: set[bytes] = set()
    locked: list[Path] = []
    for path in _files(settings, given):
        key = _from_agent(path, agent) or _load(path, _passphrase(), tried, named=str(path) in given)
        if key is None:
            locked += [path] if _is_locked(path) else []
        elif key.asbytes() not in seen:
            seen.add(key.asbytes())
            yield from _with_certificates(path, key, settings.certificates, tried)
    for key in () if settings.only_identities else agent:
        if key.asbytes() not in seen:
            seen.add(key.asbytes())
            yield Candidate(f"the agent's key {_comment(key)}", key)
    yield from _unlocked(locked, tried)


def _with_certificates(
    path: Path, key: paramiko.PKey, certificates: Sequence[str], tried: Tried
) -> Generator[Candidate]:
    """The key under each of its certificates, the one that lies beside it first, and then as it is."""
    blobs = [key.public_blob] if key.public_blob else []
    for name in certificates:
        try:
            blob = paramiko.pkey.PublicBlob.from_file(name)
        except (OSError, ValueError, paramiko.SSHException) as error:
            tried.note(f"certificate {name}: {error}")
            continue
        # A certificate holds the public key that it is for.
        if key.asbytes()[4 + len(key.get_name()) :] in blob.key_blob:
            blobs.append(blob)
    for blob in blobs:
        key.public_blob = blob
        yield Candidate(f"key {path} with its certificate", key)
    key.public_blob = None
    yield Candidate(f"key {path}", key)


def _files(settings: Settings, given: Sequence[str]) -> tuple[Path, ...]:
    """Named files must be there; configured ones may be missing, as OpenSSH's defaults mostly are."""
    paths = [Path(name).expanduser() for name in given]
    for path in paths:
        if not path.is_file():
            raise InputError(f"there is no key file {path}", "-i takes the private key's file")
    return tuple(dict.fromkeys([*paths, *(Path(name) for name in settings.identities if Path(name).is_file())]))


def _passphrase() -> str | None:
    return credentials.given("MIGRATE_SSH_KEY_PASSPHRASE")


def _load(path: Path, passphrase: str | None, tried: Tried, *, named: bool = False) -> paramiko.PKey | None:
    try:
        secret = passphrase.encode() if passphrase and _is_locked(path) else None
        return paramiko.PKey.from_path(path, secret)  # type: ignore[arg-type]  # it takes bytes
    except OSError as error:
        if named:
            raise InputError(f"the key file {path} can't be read: {error.strerror or error}") from error
        tried.note(f"key {path}: {error.strerror or error}")
    except TypeError:  # it is encrypted and there was no passphrase
        return None
    # Whatever cryptography makes of the bytes of a file is its own business: ValueError, UnsupportedAlgorithm, …
    except Exception as error:  # noqa: BLE001
        if (kind := _hardware(path)) is not None:
            tried.note(f"key {path}: it is in hardware ({kind})", "the system's ssh can use it: --openssh")
            return None
        why = "its passphrase is another one" if passphrase and _is_locked(path) else f"can't be read: {error}"
        tried.note(f"key {path}: {why}", "check MIGRATE_SSH_KEY_PASSPHRASE" if passphrase else "")
    return None


def _unlocked(locked: Sequence[Path], tried: Tried) -> Generator[Candidate]:
    if _passphrase():
        return  # it was tried
    for path in locked:
        passphrase = credentials.asked(f"passphrase for {path}: ")
        if passphrase is None:
            hint = "set MIGRATE_SSH_KEY_PASSPHRASE, or load the key into an agent (ssh-add)"
            tried.note(f"key {path}: it is encrypted", hint)
        elif key := _load(path, passphrase, tried):
            yield Candidate(f"key {path}", key)


def _hardware(path: Path) -> str | None:
    """The type of a key that a token holds (``sk-…``), as its public half says."""
    try:
        kind = path.with_name(path.name + ".pub").read_text("utf-8", "replace").split(" ", 1)[0]
    except OSError:
        return None
    return kind if kind.startswith("sk-") else None


def _is_locked(path: Path) -> bool:
    """Whether a private key's file is encrypted, in the old form or in OpenSSH's own."""
    try:
        head = path.read_bytes()[:65536]
    except OSError:
        return False
    if b"ENCRYPTED" in head:
        return True
    _, _, body = head.partition(b"-----BEGIN OPENSSH PRIVATE KEY-----")
    if not body:
        return False
    try:
        data = base64.b64decode(b"".join(body.partition(b"-----END")[0].split())[:64])
    except ValueError:
        return False
    return data.startswith(b"openssh-key-v1\0") and not data[15:].startswith(b"\0\0\0\4none")


def _agent(settings: Settings, tried: Tried) -> paramiko.Agent | None:
    """The agent of the environment, or the one that ssh_config names (``IdentityAgent``)."""
    if settings.agent == "none":
        return None
    with _ENVIRONMENT:
        return _agent_at(settings, tried)


def _agent_at(settings: Settings, tried: Tried) -> paramiko.Agent | None:
    usual = os.environ.get("SSH_AUTH_SOCK")
    named = settings.agent
    if named is not None:
        os.environ["SSH_AUTH_SOCK"] = os.environ.get(named[1:], "") if named.startswith("$") else named
    try:
        return paramiko.Agent()
    # An agent that can't be talked to, or keys that paramiko does not understand, must not keep us out.
    except Exception as error:  # noqa: BLE001
        tried.note(f"agent: {error}")
        return None
    finally:
        if named is not None:
            os.environ.pop("SSH_AUTH_SOCK")
        if usual is not None:
            os.environ["SSH_AUTH_SOCK"] = usual


def _from_agent(path: Path, agent: Sequence[paramiko.PKey]) -> paramiko.PKey | None:
    """The agent's key of a file, found by the public half beside it: no passphrase needed."""
    public = path if path.suffix == ".pub" else path.with_name(path.name + ".pub")
    try:
        words = public.read_text("utf-8", "replace").split()
    except OSError:
        return None
    return next((key for key in agent if len(words) > 1 and key.get_base64() == words[1]), None)


def _comment(key: paramiko.PKey) -> str:
    comment = getattr(key, "comment", "")
    return f"{comment} ({key.get_name()})" if comment else key.get_name()
