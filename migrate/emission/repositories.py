"""The host's sources of packages that the distribution has not got: the lines and keys that an image installs from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from posixpath import splitext

from migrate.emission.packages import closure
from migrate.model.facts import Packages, Repository
from migrate.model.inventory import Snapshot
from migrate.model.plan import Workload

FOLDER = "repositories"
_FIELD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~+-]*|\./|/")
_SUITE = re.compile(r"[A-Za-z0-9./][A-Za-z0-9._/~+-]*")
_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.:_~%/+-]*")
_TRUSTED = ("/etc/apt/trusted.gpg", "/etc/apt/trusted.gpg.d")


@dataclass(frozen=True, slots=True)
class Given:
    """A source that goes into an image.

    :ivar key: name and bytes of the keyring that it is signed with.
    """

    repository: Repository
    key: tuple[str, bytes]

    @property
    def line(self) -> str:
        one = self.repository
        architectures = f"arch={','.join(one.architectures)} " if one.architectures else ""
        options = f"{architectures}signed-by=/etc/apt/keyrings/{self.key[0]}"
        return " ".join(("deb", f"[{options}]", one.url, one.suite or "", *one.components))


def given(snapshot: Snapshot, workload: Workload) -> tuple[Given, ...]:
    """The sources of other makers that offer what the workload needs, with their keys; those of apt alone."""
    facts = snapshot.inventory.get(Packages)
    needed = closure(facts.packages, {choice.name.partition(":")[0] for choice in workload.packages})
    makers = {one.origin for one in needed if one.third_party and one.origin}
    found = (_given(snapshot, one) for one in facts.repositories if makers & {one.name, one.origin})
    return tuple({one.line: one for one in found if one is not None}.values())


def offered(snapshot: Snapshot, workload: Workload) -> Mapping[str, Given]:
    """By package: the source that it comes from."""
    found = given(snapshot, workload)
    packages = snapshot.inventory.get(Packages).packages
    return {
        package.name: one
        for package in packages
        for one in found
        if package.origin and package.origin in (one.repository.name, one.repository.origin)
    }


def _given(snapshot: Snapshot, one: Repository) -> Given | None:
    """None where it is off, can't be said in a line, needs a password, or has no key that was captured."""
    plain = one.kind == "deb" and one.enabled and one.third_party is not False and _URL.fullmatch(one.url)
    fields = all(_FIELD.fullmatch(word) for word in (*one.components, *one.architectures))
    key = _key(snapshot, one)
    return Given(one, key) if plain and fields and _SUITE.fullmatch(one.suite or "") and key else None


def _key(snapshot: Snapshot, one: Repository) -> tuple[str, bytes] | None:
    if one.key:
        data = snapshot.texts.get(one.key)
        return (_name(data, one.key), data) if data else None
    keys = [(path, snapshot.texts[path]) for place in _TRUSTED for path in snapshot.texts_below(place)]
    binary = b"".join(data for path, data in keys if not path.endswith(".asc"))
    return (_name(binary, "trusted.gpg"), binary) if binary else None


def _name(data: bytes, path: str) -> str:
    """apt tells by the name whether a key is armoured."""
    ending = ".asc" if data.lstrip().startswith(b"-----BEGIN") or splitext(path)[1] == ".asc" else ".gpg"
    return f"host-{sha256(data).hexdigest()[:8]}{ending}"


def files(found: tuple[Given, ...]) -> Iterator[tuple[str, bytes]]:
    """What is copied to /etc: paths below it and bytes."""
    text = "# Where the host had these packages from, with the keys that it trusted.\n"
    yield "apt/sources.list.d/host.list", (text + "".join(f"{one.line}\n" for one in found)).encode()
    yield from sorted({(f"apt/keyrings/{one.key[0]}", one.key[1]) for one in found})
