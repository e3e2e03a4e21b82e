"""data/<workload>/manifest.json: written, read, and told apart from another one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from migrate import files
from migrate.errors import WorkspaceError
from migrate.model import codec
from migrate.stores import Manifest, Saved
from migrate.stores.remote import sha256_of

NAME = "manifest.json"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(codec.dump(manifest), indent=1, ensure_ascii=True)
    files.write(folder / NAME, text + "\n", mode=0o600)


def read_manifest(folder: Path) -> Manifest | None:
    """None where nothing was synced there. :raises InputError: it is not one of ours."""
    files.recover(folder)
    path = folder / NAME
    if not path.is_file():
        return None
    return codec.load(Manifest, codec.load_json(files.read(path), str(path)), str(path))


def fingerprint(saved: Saved) -> str:
    """The same for the same state, however often and whenever it was fetched."""
    seen = [saved.method, saved.path, codec.dump(saved.groups)]
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def check_files(folder: Path, saved: Saved) -> None:
    """:raises WorkspaceError: what lies there is not what was fetched."""
    for file in saved.files:
        path = folder / file.name
        if not path.is_file():
            raise WorkspaceError(f"{path} is missing", "run migrate sync again")
        if path.stat().st_size != file.size or sha256_of(path) != file.sha256:
            raise WorkspaceError(f"{path} is not what was fetched: its checksum differs", "run migrate sync again")
