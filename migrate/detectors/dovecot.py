"""Dovecot: the programs of every protocol that it offers, the people who log in, and their mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.detectors import Advice, Candidate, Detector
from migrate.model.facts import Accounts, Files, Packages, User
from migrate.model.inventory import Snapshot
from migrate.model.plan import Volume
from migrate.quoting import slug

_LOCATION = re.compile(r"(?m)^\s*(?:mail_location|mail_path|mail_home|location)\s*=\s*(?P<value>\S+)")
_VARIABLE = re.compile(r"%(?:[{\d.]*[a-zA-Z]|\{)")
_SYSTEM_USERS = re.compile(
    r"(?m)^\s*driver\s*=\s*(?:pam|passwd|shadow|bsdauth)\b|^\s*!include\s+auth-system\.conf\.ext"
)
_NO_MAIL = re.compile(r"(?:CONTROL|INDEX\w*|INBOX|LAYOUT|DIRNAME|VOLATILEDIR|ALT|UTF-8)=?")


def recognise(candidate: Candidate, snapshot: Snapshot) -> str | None:
    main = candidate.main
    if main and (main.exe or "").rpartition("/")[2] == "dovecot":
        return f"process {main.pid} executes {main.exe}"
    return None


def advise(candidate: Candidate, snapshot: Snapshot) -> Advice:
    """The master starts a process for each who logs in, as them: most programs ran for nobody when it was looked at."""
    main = candidate.known
    text = _settings(snapshot)
    users = tuple(_people(text, snapshot)) if _SYSTEM_USERS.search(text) else ()
    return Advice(
        name="dovecot",
        command=(main.exe or "dovecot", "-F"),
        user="",
        init=True,
        packages=tuple(_packages(snapshot)),
        accounts=tuple(user.name for user in users),
        volumes=tuple({one.path: one for one in _volumes(text, users, snapshot)}.values()),
        # It describes its own state there, and makes both anew.
        exclude=("/var/lib/dovecot",),
        log_directories=("/var/lib/dovecot",),
    )


def _settings(snapshot: Snapshot) -> str:
    texts = (snapshot.text(path) or "" for path in snapshot.texts_below("/etc/dovecot"))
    return "\n".join(re.sub(r"(?m)^\s*#.*$", "", text) for text in texts)


def _packages(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for package in snapshot.inventory.get(Packages).packages:
        if re.match(r"dovecot(?:-|$)|mail-stack-delivery$", package.name):
            yield package.name, "a protocol or an extension that Dovecot starts when it is asked for"


def _people(text: str, snapshot: Snapshot) -> Iterator[User]:
    """Users of the system who have mail: in the folder of their home that is named, or in a mailbox."""
    trees = [tree.root.path for tree in snapshot.inventory.get(Files).unmanaged]
    inner = [_inner(place) for said in _LOCATION.finditer(text) for place in _places(said["value"])]
    for user in snapshot.inventory.get(Accounts).users:
        places = [f"{user.home}/{name}" for name in inner if name]
        places += [f"{place}/{user.name}" for place in ("/var/mail", "/var/spool/mail")]
        if 1000 <= user.uid < 60000 and any(f"{tree}/".startswith(f"{place}/") for tree in trees for place in places):
            yield user


def _inner(place: str) -> str:
    """The folder of a home: Maildir of ``~/Maildir`` and ``%h/Maildir``; empty where it is none, or differs by user."""
    found = re.match(r"(?:~|%h)/(?P<name>[^/%]+)", place)
    return found["name"] if found else ""


def _volumes(text: str, users: tuple[User, ...], snapshot: Snapshot) -> Iterator[Volume]:
    for said in _LOCATION.finditer(text):
        for place in _places(said["value"]):
            if place.startswith("~") or "%h" in place:
                yield from _homes(place, users)
            elif place.startswith("/"):
                yield from _shared(place, snapshot)


def _places(value: str) -> Iterator[str]:
    """``mbox:~/mail:INBOX=/var/mail/%u``: where mail is, not where indexes are."""
    for piece in value.strip("\"'").split(":"):
        name, equals, path = piece.partition("=")
        if equals and name == "INBOX":
            yield path
        elif not _NO_MAIL.match(piece) and piece[:1] in "~/%":
            yield piece


def _homes(place: str, users: tuple[User, ...]) -> Iterator[Volume]:
    inner = _inner(place)
    for user in users:
        path = f"{user.home}/{inner}" if inner else user.home
        if user.home.startswith("/") and user.home.count("/") > 1:
            yield Volume(
                slug(f"dovecot-{user.name}"), path, "data", "copy", user.uid, user.gid, 0o700, f"mail of {user.name}"
            )


def _shared(place: str, snapshot: Snapshot) -> Iterator[Volume]:
    """The directory above the first part that differs by user: /srv/vmail of /srv/vmail/%d/%n."""
    fixed = _VARIABLE.split(place)[0].rpartition("/")[0] if "%" in place else place.rstrip("/")
    if fixed.count("/") < 2:
        return
    roots = [
        tree.root for tree in snapshot.inventory.get(Files).unmanaged if f"{tree.root.path}/".startswith(f"{fixed}/")
    ]
    groups = {group.name: group.gid for group in snapshot.inventory.get(Accounts).groups}
    own = next((root for root in roots if root.path == fixed), None)
    if fixed in ("/var/mail", "/var/spool/mail"):
        yield Volume(
            "dovecot-mail", fixed, "data", "copy", 0, groups.get("mail", 0), 0o2775, "mailboxes of local users"
        )
    elif roots:
        first = own or roots[0]
        yield Volume(
            slug(f"dovecot-{fixed.rpartition('/')[2]}"), fixed, "data", "copy", first.uid, first.gid, 0o750, "mail"
        )


DETECTOR = Detector("dovecot", recognise, advise)
