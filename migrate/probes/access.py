"""Who may come in and become root: sudo's and doas's rules, authorised SSH keys of every account, sshd's settings.

Keys are known by their fingerprints, which are made here, not on the host. Homes on network file systems are not
touched.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator

from migrate.model.access import Access, AuthorizedKey, SshSetting
from migrate.model.inventory import Gap
from migrate.probes import Parsed, Probe
from migrate.probes.masks import hidden
from migrate.probes.sections import Parts, shell_of, split
from migrate.syntax import sudoers

_KIND = re.compile(r"(?:ssh-|ecdsa-sha2-|sk-|rsa-sha2-|x509v3-|pgp-|spki-|webauthn-)[A-Za-z0-9@._-]+")
_IGNORED = re.compile(r"\.|~$")  # in sudoers.d: names that sudo does not read


def parse(data: bytes) -> Parsed:
    parts = split(data)
    files = {path: lines for path, lines in parts.numbered("sudoers").items() if "doas" not in path}
    read = sudoers.read({path: lines for path, lines in files.items() if not _left_out(path)})
    doas = [
        rule
        for path, lines in parts.numbered("sudoers").items()
        if "doas" in path
        for rule in sudoers.doas(path, lines)
    ]
    settings = tuple(_settings(parts))
    gaps = [Gap(seen, "not understood as a rule of sudo") for seen in read.odd]
    gaps += _commands(settings)
    keys = tuple(_keys(parts, gaps))
    return Parsed(Access((*read.rules, *doas), read.defaults, keys, settings), (*parts.gaps, *gaps))


def _left_out(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder.endswith("sudoers.d") and bool(_IGNORED.search(name))


def _settings(parts: Parts) -> Iterator[SshSetting]:
    for path, lines in parts.numbered("sshd").items():
        match: str | None = None
        for at, raw in lines:
            found = re.match(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*$", raw)
            if not found:
                continue
            key, value = found[1], found[2]
            if key.lower() == "match":
                match = None if value.lower() == "all" else value
            elif key.lower() != "include":
                yield SshSetting(key, hidden(" ".join(value.strip('"').split())), match, f"{path}:{at}")


def _commands(settings: Iterable[SshSetting]) -> Iterator[Gap]:
    for one in settings:
        if one.key.lower() == "authorizedkeyscommand" and one.value.lower() != "none":
            yield Gap("authorised keys", f"{one.value} tells sshd of more, which was not asked ({one.seen})")


def _keys(parts: Parts, gaps: list[Gap]) -> Iterator[AuthorizedKey]:
    files = parts.numbered("keys")
    for line in parts.lines("holders"):
        user, _, path = line.partition(" ")
        for at, text in files.get(path, []):
            seen = f"{path}:{at}"
            if key := _key(user, text.strip(), seen):
                yield key
            elif not text.lstrip().startswith("#"):
                gaps.append(Gap(seen, "not understood as a public key"))


def _key(user: str, line: str, seen: str) -> AuthorizedKey | None:
    """``options kind base64 comment``; the options may hold blanks within quotes."""
    words = re.match(r'((?:"(?:\\.|[^"\\])*"|[^\s"])+)\s+(.*)', line)
    if words and not _KIND.fullmatch(words[1]) and not words[1].isdecimal():
        options, line = words[1], words[2]
    else:
        options = ""
    if old := re.match(r"(\d{3,5})\s+\d{1,10}\s+\d{50,5000}(?:\s+(.*))?$", line):
        return AuthorizedKey(user, "rsa1", None, int(old[1]), old[2] or None, _options(options), seen)
    found = re.match(r"(\S+)\s+([A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$", line)
    if not found or not _KIND.fullmatch(found[1]):
        return None
    blob = _decoded(found[2])
    if blob is None:
        return None
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return AuthorizedKey(
        user, found[1], f"SHA256:{digest}", _bits(found[1], blob), found[3] or None, _options(options), seen
    )


def _decoded(word: str) -> bytes | None:
    try:
        return base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        return None


def _bits(kind: str, blob: bytes) -> int | None:
    """The length of an RSA key: its blob is three strings, each behind its length; the last is the modulus."""
    if kind != "ssh-rsa":
        return None
    fields: list[bytes] = []
    at = 0
    while at + 4 <= len(blob) and len(fields) < 3:
        size = int.from_bytes(blob[at : at + 4], "big")
        fields.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return int.from_bytes(fields[2], "big").bit_length() if len(fields) == 3 else None


def _options(text: str) -> tuple[str, ...]:
    found = re.findall(r'(?:"(?:\\.|[^"\\])*"|[^,"])+', text)
    return tuple(hidden(one.strip()) for one in found if one.strip())


PROBE = Probe(Access, shell_of(__file__), parse, budget=20)
