"""What the images of a bundle hold, layer by layer: one pass over ``docker save`` for sizes, files and searched bytes.

Nothing is unpacked. Layers that images share are read once.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, cast

from migrate import process
from migrate.engines import Engine
from migrate.errors import EngineError

_CHUNK = 1 << 20
_DIGEST_LIMIT = 1 << 30
# Archives are searched inside up to these sizes: a WAR may carry a configuration file with a password.
_ARCHIVE_LIMIT = 256 << 20
_MEMBER_LIMIT = 64 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """:ivar kind: file, directory, link, other. ``target`` of a symbolic link."""

    kind: str
    size: int = 0
    target: str | None = None
    digest: str | None = None  # sha256, where it was asked for


@dataclass(slots=True)
class Layer:
    """:ivar found: (what was searched, where) in this layer."""

    size: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    found: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contents:
    """:ivar layers: by the digest that the engine gives them.
    :ivar images: the layers of each image, the lowest first.
    :ivar elsewhere: (what was searched, which document) in configurations and manifests."""

    layers: Mapping[str, Layer]
    images: Mapping[str, tuple[str, ...]]
    elsewhere: tuple[tuple[str, str], ...] = ()

    def size(self, image: str) -> int:
        return sum(self.layers[layer].size for layer in self.images[image])

    def own_size(self, image: str) -> int:
        """Of the layers that no other image has."""
        others = {layer for name, layers in self.images.items() if name != image for layer in layers}
        return sum(self.layers[layer].size for layer in self.images[image] if layer not in others)

    def total(self) -> int:
        used = {layer for layers in self.images.values() for layer in layers}
        return sum(self.layers[layer].size for layer in used)

    def tree(self, image: str) -> dict[str, Entry]:
        """The image's files as a container sees them."""
        tree: dict[str, Entry] = {}
        for name in self.images[image]:
            layer = self.layers[name]
            for gone in layer.removed:
                for path in [path for path in tree if path == gone or path.startswith(gone.rstrip("/") + "/")]:
                    del tree[path]
            tree.update(layer.entries)
        return tree


def lookup(tree: Mapping[str, Entry], path: str) -> Entry | None:
    """The entry at ``path``, with links in its directories followed."""
    for _ in range(40):
        if path in tree:
            return tree[path]
        above = posixpath.dirname(path)
        while above != "/" and tree.get(above, Entry("directory")).kind != "link":
            above = posixpath.dirname(above)
        link = tree.get(above)
        if above == "/" or link is None or link.target is None:
            return None
        target = posixpath.join(posixpath.dirname(above), link.target)
        path = posixpath.normpath(posixpath.join(target, path[len(above) + 1 :]))
    return None


def contents(
    engine: Engine,
    images: Mapping[str, str],
    *,
    digests: Iterable[str] = (),
    needles: Mapping[str, bytes] | None = None,
) -> Contents:
    """Read all layers of the images.

    :param images: reference by name; results carry the names.
    :param digests: paths whose sha256 is wanted.
    :param needles: bytes to look for, by id; in files, in archives inside, in configurations.
    :raises EngineError: an image is missing or can't be read.
    """
    known = {name: engine.image(reference) for name, reference in images.items()}
    missing = sorted(name for name, image in known.items() if image is None)
    if missing:
        raise EngineError(f"images are missing: {', '.join(missing)}")
    reader = _Reader(frozenset(digests), dict(needles or {}))
    program = engine.save(list(dict.fromkeys(images.values())))
    try:
        if program.stdout is not None:
            reader.read(program.stdout)
            program.stdout.read()
        complaint = program.stderr.read().decode("utf-8", "replace") if program.stderr else ""
        if program.wait() != 0:
            raise EngineError(f"the images could not be read: {complaint.strip()[-500:]}")
    except tarfile.TarError as error:
        raise EngineError(f"the images could not be read: {error}") from error
    finally:
        process.end(program)
        for pipe in (program.stdin, program.stdout, program.stderr):
            if pipe is not None:
                pipe.close()
    return reader.result({name: (images[name], image.id) for name, image in known.items() if image is not None})


class _Reader:
    """Reads the stream of ``save``: Docker's own layout up to version 24, the OCI one since, and Podman's."""

    def __init__(self, digests: frozenset[str], needles: dict[str, bytes]) -> None:
        self._digests = digests
        self._needles = needles
        self._longest = max((len(needle) for needle in needles.values()), default=1)
        self._blobs: dict[str, Layer] = {}
        self._links: dict[str, str] = {}
        self._documents: dict[str, bytes] = {}

    def read(self, stream: IO[bytes]) -> None:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                name = posixpath.normpath(member.name)
                if member.issym() or member.islnk():
                    base = posixpath.dirname(name) if member.issym() else ""
                    self._links[name] = posixpath.normpath(posixpath.join(base, member.linkname))
                elif member.isfile() and (body := archive.extractfile(member)) is not None:
                    self._blob(name, member.size, body)

    def _blob(self, name: str, size: int, body: IO[bytes]) -> None:
        head = body.read(512)
        whole = _Joined(head, body)
        if head[:1] in (b"{", b"[") or (size < 512 and head[257:262] != b"ustar"):
            self._documents[name] = whole.read(_MEMBER_LIMIT)
            return
        try:
            self._blobs[name] = self._layer(cast("IO[bytes]", whole))
        except tarfile.ReadError:
            self._documents[name] = head

    def _layer(self, stream: IO[bytes]) -> Layer:
        layer = Layer()
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for member in archive:
                self._member(layer, archive, member)
        return layer

    def _member(self, layer: Layer, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = "/" + posixpath.normpath(member.name).lstrip("./")
        folder, name = posixpath.split(path)
        if name == ".wh..wh..opq":
            layer.removed.append(folder.rstrip("/") + "/")
        elif name.startswith(".wh."):
            layer.removed.append(posixpath.join(folder, name[4:]))
        elif member.isdir():
            layer.entries[path] = Entry("directory")
        elif member.issym():
            layer.entries[path] = Entry("link", target=member.linkname)
        elif member.islnk():
            layer.entries[path] = layer.entries.get("/" + member.linkname.lstrip("./"), Entry("file"))
        elif member.isfile():
            layer.size += member.size
            layer.entries[path] = self._file(layer, path, member.size, archive.extractfile(member))
        else:
            layer.entries[path] = Entry("other")

    def _file(self, layer: Layer, path: str, size: int, body: IO[bytes] | None) -> Entry:
        wanted = path in self._digests and size <= _DIGEST_LIMIT
        if body is None or (not wanted and not self._needles):
            return Entry("file", size)
        digest, before, kept = hashlib.sha256(), b"", io.BytesIO()
        archive = False
        while chunk := body.read(_CHUNK):
            if wanted:
                digest.update(chunk)
            archive = archive or (not before and chunk[:4] == b"PK\x03\x04" and size <= _ARCHIVE_LIMIT)
            if archive and self._needles:
                kept.write(chunk)
            self._search(before + chunk, path, layer.found)
            before = chunk[-self._longest :]
        if archive:
            self._search_archive(kept, path, layer.found, depth=2)
        return Entry("file", size, digest=digest.hexdigest() if wanted else None)

    def _search(self, data: bytes, where: str, found: list[tuple[str, str]]) -> None:
        for name, needle in self._needles.items():
            if needle in data and (name, where) not in found:
                found.append((name, where))

    def _search_archive(self, data: IO[bytes], where: str, found: list[tuple[str, str]], depth: int) -> None:
        try:
            with zipfile.ZipFile(data) as archive:
                for info in archive.infolist():
                    if info.file_size > _MEMBER_LIMIT or info.is_dir():
                        continue
                    body, inside = archive.read(info), f"{where}!{info.filename}"
                    self._search(body, inside, found)
                    if depth > 1 and body[:4] == b"PK\x03\x04":
                        self._search_archive(io.BytesIO(body), inside, found, depth - 1)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
            return  # not an archive after all, or one that nobody can open

    def result(self, wanted: Mapping[str, tuple[str, str]]) -> Contents:
        manifest = json.loads(self._documents.get("manifest.json", b"[]"))
        images = {}
        for name, (reference, identity) in wanted.items():
            entry = next((entry for entry in manifest if _is(entry, reference, identity)), None)
            if entry is None:
                raise EngineError(f"the image of {name} is not in what the engine saved")
            images[name] = tuple(self._resolve(layer) for layer in entry["Layers"])
        elsewhere: list[tuple[str, str]] = []
        for name, document in self._documents.items():
            self._search(document, name, elsewhere)
        return Contents(self._blobs, images, tuple(elsewhere))

    def _resolve(self, name: str) -> str:
        name = posixpath.normpath(name)
        for _ in range(10):
            if name in self._blobs:
                return name
            name = self._links.get(name, name)
        raise EngineError(f"the layer {name} is not in what the engine saved")


def _is(entry: Mapping[str, Any], reference: str, identity: str) -> bool:
    """Whether an entry of the manifest is the image: by its tag, or its id where it has none."""
    tag = reference if ":" in reference.rsplit("/", 1)[-1] else f"{reference}:latest"
    tags = [str(one).removeprefix("localhost/").removeprefix("docker.io/") for one in entry.get("RepoTags") or ()]
    config = posixpath.basename(str(entry.get("Config"))).removesuffix(".json")
    return tag in tags or config == identity.removeprefix("sha256:")


class _Joined(io.RawIOBase):
    """A stream whose first bytes were already read."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            taken, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return taken + (self._rest.read(size - len(taken) if size >= 0 else -1) if len(taken) != size else b"")
        return self._rest.read(size)


_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)


def _private(value: str) -> str:
    """Of a file that holds a key beside its certificate the key: the certificate is for everybody."""
    return "\n".join(_KEY_BLOCK.findall(value)) or value


def searchable(values: Mapping[str, str]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Secrets as bytes to look for, and the ids of those too short or plain to be told from ordinary words."""
    needles, unfit = {}, []
    for name, value in sorted(values.items()):
        lines: Sequence[str] = [line for line in _private(value).splitlines() if not line.startswith("-----")] or [
            value
        ]
        longest = max(lines, key=len).strip()
        kinds = sum(any(test(sign) for sign in longest) for test in (str.isdigit, str.islower, str.isupper))
        special = any(not sign.isalnum() for sign in longest)
        if len(longest) >= 8 or (len(longest) >= 6 and kinds + special >= 2):
            needles[name] = longest.encode("utf-8", "surrogateescape")
        else:
            unfit.append(name)
    return needles, tuple(unfit)
