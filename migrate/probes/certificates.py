"""Certificates, requests, keys and keystores: what captured files hold, and what uses them.

The probe brings the public part of what lies in directories of state, which are not captured; the reading adds all
else: what was captured, which key belongs to which certificate, which setting names it, and what renews it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from migrate.model.certificates import (
    Bundle,
    Certificate,
    Certificates,
    Keystore,
    PrivateKey,
    Renewal,
    SigningRequest,
    Use,
)  # fmt: skip
from migrate.model.facts import Content
from migrate.model.inventory import Gap, Snapshot
from migrate.probes import Parsed, Probe, Reading
from migrate.probes.certificate_renewals import acme, renewals
from migrate.probes.certificate_uses import Named, is_library, named
from migrate.probes.sections import shell_of, split
from migrate.syntax.x509 import Key, Material, Seen, material

_BUNDLE = 12  # certificates in one file: more are a list of whom to trust
_FILE = re.compile(r"(?i)\.(?:pem|crt|cer|cert|key|der|csr)$")
_STORE = {"p12": "pkcs12", "pfx": "pkcs12", "bks": "bks"}
_ANCHORS = re.compile(
    r"/usr/(?:local/)?share/ca-certificates/|/etc/pki/ca-trust/source/|/(?:etc|usr/share)/pki/trust/"
    r"|/etc/ca-certificates/trust-source/|/etc/ssl/certs/[^/]+$"
)


def parse(data: bytes) -> Parsed:
    parts = split(data)
    found = _Found()
    for path, lines in parts.files("certificates").items():
        found.add(path, "\n".join(lines).encode("utf-8", "surrogateescape"), "the file")
    told = [acme(path, lines) for path, lines in parts.files("acme").items()]
    return Parsed(replace(found.facts({}), renewals=tuple(told)), parts.gaps)


def read(snapshot: Snapshot) -> Parsed:
    """What the probe brought and what was captured, joined."""
    found = _Found()
    owned = {entry.path for entry in snapshot.inventory.get(Content).entries if entry.package}
    for path, data in sorted(snapshot.texts.items()):
        found.add(path, data, "captured", doubtful=is_library(path) or path in owned)
    found.join(snapshot.inventory.get(Certificates))
    seen = named(snapshot, found.paths())
    found.drop_unnamed(seen)
    told = renewals(snapshot, snapshot.inventory.get(Certificates).renewals)
    facts = replace(found.facts(seen.uses), renewals=told)
    return Parsed(replace(facts, certificates=_renewed(facts.certificates, told)), (*found.gaps, *_missing(seen)))


def _missing(seen: Named) -> Iterator[Gap]:
    for path, use in sorted(seen.missing.items()):
        if not _ANCHORS.match(path) or "snakeoil" in path:
            yield Gap(path, f"{use.setting} names it in {use.seen}, and it was not captured", f"look at {path}")


class _Found:
    """What files hold, by path, until all of it is known."""

    def __init__(self) -> None:
        self._certificates: list[tuple[Certificate, str | None]] = []
        self._keys: list[tuple[PrivateKey, str | None]] = []
        self._requests: list[tuple[SigningRequest, str | None]] = []
        self._stores: list[Keystore] = []
        self._bundles: list[Bundle] = []
        self._doubtful: set[str] = set()
        self.gaps: list[Gap] = []

    def add(self, path: str, data: bytes, seen: str, *, doubtful: bool = False) -> None:
        what = material(data)
        store = what.store or (_STORE.get(path.rpartition(".")[2].lower()) if data[:1] == b"\x30" else None)
        if what == Material() and store is None:
            return
        if doubtful:
            self._doubtful.add(path)
        if what.unread and _FILE.search(path) and not doubtful:
            self.gaps.append(Gap(path, f"{what.unread} of its certificates could not be understood"))
        if store:
            self._store(path, store, what, seen)
        elif len(what.certificates) > _BUNDLE:
            self._bundles.append(Bundle(path, len(what.certificates)))
        else:
            self._certificates += [
                (_certificate(path, one, at, seen), one.public) for at, one in enumerate(what.certificates)
            ]
        self._keys += [(_key(path, one, seen), one.public) for one in what.keys]
        self._requests += [(SigningRequest(path, one.subject, one.names), one.public) for one in what.requests]

    def _store(self, path: str, kind: str, what: Material, seen: str) -> None:
        keys = tuple(alias for alias, has_key, _ in what.entries if has_key)
        trusted = tuple(alias for alias, has_key, _ in what.entries if not has_key)
        self._stores.append(Keystore(path, kind, keys, trusted[:200], seen=seen))
        if len(trusted) > _BUNDLE:
            return
        rest = iter(what.certificates)
        for alias, has_key, count in what.entries:
            for at in range(count):
                one = _certificate(path, next(rest), at, seen)
                self._certificates.append((replace(one, alias=alias, key=path if has_key and at == 0 else None), None))

    def join(self, told: Certificates) -> None:
        """With what the probe brought of files that were not captured."""
        there = self.paths()
        self._certificates += [(one, None) for one in told.certificates if one.path not in there]
        self._keys += [(one, None) for one in told.keys if one.path not in there]
        self._bundles += [one for one in told.bundles if one.path not in there]

    def paths(self) -> frozenset[str]:
        lists: Iterable[Iterable[str]] = (
            (one.path for one, _ in self._certificates), (one.path for one, _ in self._keys),
            (one.path for one in self._stores), (one.path for one in self._bundles),
        )  # fmt: skip
        return frozenset(path for some in lists for path in some)

    def drop_unnamed(self, seen: Named) -> None:
        """Without what came with libraries and packages, unless something names it."""
        out = {path for path in self._doubtful if path not in seen.uses}
        self._certificates = [(one, public) for one, public in self._certificates if one.path not in out]
        self._keys = [(one, public) for one, public in self._keys if one.path not in out]
        self._requests = [(one, public) for one, public in self._requests if one.path not in out]
        self._stores = [one for one in self._stores if one.path not in out]
        self._bundles = [one for one in self._bundles if one.path not in out]

    def facts(self, by: Mapping[str, tuple[Use, ...]]) -> Certificates:
        keys: dict[str, str] = {}
        for key, public in sorted(self._keys, key=lambda one: one[0].path):
            if public:
                keys.setdefault(public, key.path)
        holders: dict[str, list[str]] = {}
        for one, public in self._certificates:
            if public:
                holders.setdefault(public, []).append(one.path)
        return Certificates(
            tuple(
                replace(one, key=one.key or keys.get(public or ""), uses=by.get(one.path, ()))
                for one, public in sorted(
                    self._certificates, key=lambda each: (each[0].path, each[0].alias or "", each[0].position)
                )
            ),
            tuple(
                replace(
                    key, certificates=tuple(dict.fromkeys(holders.get(public or "", ()))), uses=by.get(key.path, ())
                )
                for key, public in sorted(self._keys, key=lambda each: each[0].path)
            ),
            tuple(replace(one, uses=by.get(one.path, ())) for one in sorted(self._stores, key=lambda each: each.path)),
            tuple(replace(one, key=keys.get(public or "")) for one, public in self._requests),
            tuple(replace(one, uses=by.get(one.path, ())) for one in self._bundles),
        )


def _certificate(path: str, one: Seen, at: int, seen: str) -> Certificate:
    trusted = _ANCHORS.match(path) is not None and "snakeoil" not in path
    return Certificate(
        path, one.subject, one.names, one.issuer, one.serial, one.not_before, one.not_after, one.self_signed,
        one.authority, one.kind, one.bits, one.fingerprint, at, trusted=trusted, seen=seen,
    )  # fmt: skip


def _key(path: str, one: Key, seen: str) -> PrivateKey:
    return PrivateKey(path, one.kind, one.bits, one.encrypted, seen=seen)


def _renewed(certificates: tuple[Certificate, ...], told: tuple[Renewal, ...]) -> tuple[Certificate, ...]:
    """With what renews each: by the place that a client keeps its certificates in, and by their names."""
    return tuple(replace(one, renewed_by=_renewer(one, told)) for one in certificates)


def _renewer(one: Certificate, told: tuple[Renewal, ...]) -> str | None:
    places = (("/etc/letsencrypt/", "certbot"), ("/.acme.sh/", "acme.sh"), ("/dehydrated/", "dehydrated"))
    for place, tool in places:
        if place in one.path:
            return tool
    if one.self_signed or one.authority or not one.names:
        return None
    return next((renewal.tool for renewal in told if set(one.names) <= set(renewal.names)), None)


PROBE = Probe(Certificates, shell_of(__file__), parse)
READING = Reading(Certificates, read)
