"""What web servers hand out of people's homes: known once their configuration has come, then asked for as well."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import normpath

from migrate.archives import Member, read_tar
from migrate.capture.choose import Choice
from migrate.errors import InputError
from migrate.model.facts import Files, Tree, User

_SERVES = re.compile(
    r"(?im)^[ \t]*(?:(?:virtual)?documentroot|root|(?:script|wsgiscript)?alias(?:match)?|server\.document-root|chdir)"
    r"\b(?P<rest>[^\n#]*)"
)
# Single files: certificates with their keys, and who may log in.
_FILES = re.compile(
    r"(?im)^[ \t]*(?:sslcertificate(?:key|chain)?file|sslcacertificatefile|ssl_certificate(?:_key)?"
    r"|ssl_client_certificate|auth(?:user|group|digest)file|auth_basic_user_file|ssl\.(?:pem|priv)key|ssl\.pemfile)\b(?P<rest>[^\n#]*)"
)
_USERS = re.compile(r"(?im)^[ \t]*userdir[ \t]+(?P<name>[\w.-]+)[ \t]*$")
_PATH = re.compile(r"(?<![\w/.-])/[^\s\"';,(){}]+")
_OPEN = re.compile(r"/[^/]*[%$*].*")  # what the server fills in when it is asked
_LARGEST = 1 << 20


def below_homes(spool: Path, files: Files, users: Iterable[User]) -> Choice | None:
    """What of the homes is handed out, as the configuration in the stream says.

    A home itself is never taken: it holds keys and letters as well.
    """
    homes = {tree.root.path for tree in files.unmanaged if tree.role == "home"}
    homes -= {"/home"}
    people = {user.home for user in users if user.uid >= 500}
    texts = tuple(_texts(spool))
    wanted = {path for text in texts for path in _named(text, people) if _inside(path, homes | people)}
    single = {path for text in texts for path in _single(text) if _inside(path, homes | people)}
    if not wanted | single:
        return None
    trees = tuple(sorted(path for path in wanted if not _inside(path, wanted)))
    parents = {step for path in (*trees, *single) for step in _parents(path)}
    return Choice(trees, tuple(sorted(parents | single)), tuple(sorted(_left(files.unmanaged, trees))))


def _texts(spool: Path) -> Iterator[str]:
    with spool.open("rb") as stream:
        try:
            for member, body in read_tar(stream, packed=False):
                if body is not None and isinstance(member, Member) and _settings(member):
                    yield body.read(_LARGEST).decode("utf-8", "replace")
        except InputError:
            return  # cut off: said where the stream is read whole


def _settings(member: Member) -> bool:
    return "/etc/" in f"/{member.name}" and member.size <= _LARGEST


def _named(text: str, people: Iterable[str]) -> Iterator[str]:
    for line in _SERVES.finditer(text):
        yield from (normpath(_OPEN.sub("", match[0])) for match in _PATH.finditer(line["rest"]))
    for line in _USERS.finditer(text):
        if line["name"].lower() not in ("disabled", "enabled"):
            yield from (f"{home}/{line['name']}" for home in people)


def _single(text: str) -> Iterator[str]:
    for line in _FILES.finditer(text):
        yield from (normpath(match[0]) for match in _PATH.finditer(line["rest"]))


def _inside(path: str, places: Iterable[str]) -> bool:
    return any(path.startswith(place.rstrip("/") + "/") for place in places if place not in ("/", ""))


def _parents(path: str) -> Iterator[str]:
    while (path := path.rpartition("/")[0]).count("/") > 0:
        yield path


def _left(trees: Iterable[Tree], wanted: tuple[str, ...]) -> Iterator[str]:
    """What lies in there and is no part of it: histories, logs, data, copies that somebody kept."""
    for tree in trees:
        if tree.role not in ("application", "configuration", "home") and _inside(tree.root.path, wanted):
            yield tree.root.path


def append(spool: Path, more: Path) -> None:
    """Put the second stream behind the first."""
    with (
        tarfile.open(spool, "a:", errors="surrogateescape") as whole,
        tarfile.open(more, "r:", errors="surrogateescape") as archive,
    ):
        for info in archive:
            whole.addfile(info, archive.extractfile(info) if info.isreg() else None)
