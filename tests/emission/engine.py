"""The real engine for tests: builds a generated image and reads back what is in it."""

from __future__ import annotations

import io
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from migrate import process


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of an image."""

    kind: bytes
    mode: int
    uid: int
    gid: int
    mtime: int
    target: str
    data: bytes


@contextmanager
def built(context: Path, *, buildkit: bool, fresh: bool = False) -> Iterator[str]:
    """The image of a build context; it is removed at the end.

    :param fresh: every step is run, whatever the builder knows.
    """
    tag = f"migrate-test-emit:{secrets.token_hex(6)}"
    done = process.run(
        ("docker", "build", "--quiet", *(["--no-cache"] if fresh else []), "--tag", tag, str(context)),
        env={"DOCKER_BUILDKIT": "1" if buildkit else "0"},
        timeout=600,
    )
    assert done.ok, done.out.decode() + done.complaint
    try:
        yield tag
    finally:
        process.run(("docker", "rmi", "--force", tag))


def contents(image: str) -> dict[str, Found]:
    """Every entry of an image by path, as the engine exports it."""
    container = process.run(("docker", "create", image, "true")).text.strip()
    try:
        data = process.run(("docker", "export", container)).out
    finally:
        process.run(("docker", "rm", "--force", container))
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data), encoding="utf-8", errors="surrogateescape") as archive:
        for one in archive:
            body = archive.extractfile(one) if one.isreg() else None
            path = os.path.normpath("/" + one.name)
            content = body.read() if body else b""
            found[path] = Found(one.type, one.mode & 0o7777, one.uid, one.gid, int(one.mtime), one.linkname, content)
    return found


def said(image: str, *command: str) -> str:
    """What a command prints in a container of the image."""
    done = process.run(("docker", "run", "--rm", "--network", "none", image, *command), timeout=60)
    assert done.ok, done.complaint
    return done.text
