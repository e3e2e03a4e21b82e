"""A workspace: the folder that holds inventories, plan, bundle, state and reports of one migration."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from migrate import files, own_archives
from migrate.archives import Body, Limits, Member, read_tar
from migrate.errors import InputError, WorkspaceError
from migrate.model.facts import Content
from migrate.model.inventory import LARGEST_TEXT, Inventory, Snapshot
from migrate.model.plan import Plan
from migrate.model.target import Access

EARLIER = 10
"""So many inventories of a host are kept beside the newest."""

IGNORED = (
    "/inventory/.*/",
    "/inventory/*/secrets/",
    "/inventory/*/answers/",
    "/inventory/*/earlier/",
    "/generated/secrets/",
    "/.generated.*/",
    "/.migrate/access/",
    "/data/",
)
"""What git must never see, as lines of .gitignore."""

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_STAMP = re.compile(r"[0-9TZ:+.-]{1,40}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Workspace:
    """Paths and typed access. Nothing is made before something is saved.

    :ivar root: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.root = path
        self.inventories = path / "inventory"
        self.plan_file = path / "plan.yaml"
        self.generated = path / "generated"
        self.data = path / "data"
        self.reports = path / "reports"
        self._access = path / ".migrate" / "access"

    def hosts(self) -> tuple[str, ...]:
        """The folders of the hosts that were discovered, sorted."""
        if not self.inventories.is_dir():
            return ()
        with files.explained(self.inventories, "can't read"):
            found = [entry.name for entry in self.inventories.iterdir() if _HOST.fullmatch(entry.name)]
        return tuple(sorted(name for name in found if (self.inventories / name / "inventory.json").is_file()))

    def folder(self, host: str) -> Path:
        """The folder of a host. :raises InputError: the name is not one of a folder."""
        if not _HOST.fullmatch(host):
            raise InputError(f"{host!r} can't be the name of a host's folder")
        return self.inventories / host

    def prepare(self) -> None:
        """Make the folder where it is missing, and have git ignore what is private."""
        files.folder(self.root)
        ignore = self.root / ".gitignore"
        text = files.read(ignore).decode("utf-8", "surrogateescape") if ignore.exists() else ""
        missing = [line for line in IGNORED if line not in text.splitlines()]
        if missing:
            text += "\n" if text and not text.endswith("\n") else ""
            text += "\n".join(["# migrate: secrets and state stay out of the repository", *missing, ""])
            files.write(ignore, text.encode("utf-8", "surrogateescape"))

    # --- inventories -------------------------------------------------------------------------------------------------

    @contextmanager
    def stage(self, host: str) -> Iterator[Path]:
        """A private folder for what is collected of a host, to be handed to :meth:`save`; it vanishes in any case."""
        final = self.folder(host)
        self.prepare()
        files.folder(self.inventories)
        files.recover(final)
        self._sweep(host)
        staged = files.private_folder(self.inventories / f".{host}.{secrets.token_hex(6)}.new")
        files.private_folder(staged / "secrets")
        try:
            yield staged
        finally:
            files.remove_tree(staged)

    def save(
        self,
        inventory: Inventory,
        staged: Path,
        values: Mapping[str, str] | None = None,
        answers: Mapping[str, bytes] | None = None,
    ) -> Path:
        """Put everything of a host in the place of what was there before, in one step.

        :param staged: a folder of :meth:`stage`; captured content is in it already.
        :param values: the secrets, by id.
        :param answers: recorded bodies by their sha256.
        """
        from migrate.model import codec

        files.write(staged / "inventory.json", codec.dump_inventory(inventory), mode=0o600)
        private = files.private_folder(staged / "secrets")
        # ASCII: a value may hold bytes that are not UTF-8.
        text = json.dumps(dict(sorted((values or {}).items())), indent=1) + "\n"
        files.write(private / "secrets.json", text, mode=0o600)
        if answers:
            bodies = files.private_folder(staged / "answers")
            for digest, body in sorted(answers.items()):
                if not _DIGEST.fullmatch(digest):
                    raise ValueError(f"not a sha256: {digest!r}")
                files.write(bodies / digest, body, mode=0o600)
        final = self.folder(inventory.host)
        self._keep_earlier(inventory.host, staged)
        files.replace_tree(staged, final)
        return final

    def _keep_earlier(self, host: str, staged: Path) -> None:
        """Take what was known of the host along, named by the time it was collected: facts alone, no content."""
        from migrate.model import codec

        current = self.folder(host) / "inventory.json"
        kept = {path.stem: path for path in self.earlier(host)}
        if current.is_file():
            with suppress(InputError):  # one that can't be read any more is no earlier state to compare with
                kept[_stamp(codec.load_inventory(files.read(current), str(current)).collected)] = current
        if kept:
            folder = files.private_folder(staged / "earlier")
            for name in sorted(kept)[-EARLIER:]:
                files.write(folder / f"{name}.json", files.read(kept[name]), mode=0o600)

    def remember_access(self, host: str, access: Access) -> None:
        """Keep how a host was reached, so that later commands reach it alike: no password, and no trust in new keys."""
        from migrate.model import codec

        place = files.folder(self._access)
        identity = tuple(str(Path(one).absolute()) for one in access.identity)
        whole = replace(access, identity=identity, accept_new=False, verbose=False)
        files.write(place / f"{host}.json", json.dumps(codec.dump(whole), indent=1) + "\n", mode=0o600)

    def access(self, host: str) -> Access:
        """How the host was reached last; the usual way where that is not known.

        :raises InputError: the file was damaged.
        """
        from migrate.model import codec

        path = self._access / f"{host}.json"
        if not path.exists():
            return Access()
        return codec.load(Access, codec.load_json(files.read(path), str(path)), str(path))

    def earlier(self, host: str) -> tuple[Path, ...]:
        """Inventories that later ones took the place of, oldest first; each file's stem is when it was collected."""
        folder = self.folder(host) / "earlier"
        return tuple(sorted(path for path in folder.glob("*.json") if _STAMP.fullmatch(path.stem)))

    def load_inventory(self, host: str) -> Inventory:
        """The facts of a host.

        :raises WorkspaceError: the host was not discovered here.
        """
        from migrate.model import codec

        folder = self.folder(host)
        files.recover(folder)
        path = folder / "inventory.json"
        if not path.is_file():
            known = ", ".join(self.hosts())
            hint = f"discovered are: {known}" if known else f"run: migrate discover {host}"
            raise WorkspaceError(f"there is no inventory of {host} in {self.root}", hint)
        return codec.load_inventory(files.read(path), str(path))

    def load_snapshot(self, host: str) -> Snapshot:
        """The facts of a host with its captured texts."""
        inventory = self.load_inventory(host)
        return Snapshot(inventory, texts_of(self.folder(host), inventory))

    def snapshots(self) -> dict[str, Snapshot]:
        """All hosts.

        :raises WorkspaceError: none was discovered.
        """
        if not self.hosts():
            raise WorkspaceError(f"no host was discovered in {self.root}", "run: migrate discover HOST")
        return {host: self.load_snapshot(host) for host in self.hosts()}

    def load_secrets(self, host: str) -> dict[str, str]:
        """The values of a host's secrets, by id."""
        from migrate.model import codec

        path = self.folder(host) / "secrets" / "secrets.json"
        if not path.exists():
            return {}
        return codec.load(dict[str, str], codec.load_json(files.read(path), str(path)), str(path))

    def load_answers(self, host: str) -> dict[str, bytes]:
        """The recorded bodies, by sha256."""
        folder = self.folder(host) / "answers"
        if not folder.is_dir():
            return {}
        names = sorted(path.name for path in folder.iterdir() if _DIGEST.fullmatch(path.name))
        return {name: files.read(folder / name) for name in names}

    def materialise(self, host: str, paths: Iterable[str], sink: Callable[[Member, Body | None], None]) -> None:
        """Hand captured entries to ``sink`` in one pass: the member (its name is the path without the first slash),
        and for a file its bytes, good until the sink returns.

        :raises WorkspaceError: one of ``paths`` was not captured.
        """
        wanted = {path.strip("/") for path in paths}
        for member, body in _members(self.folder(host)) if wanted else ():
            if member.name in wanted:
                wanted.discard(member.name)
                sink(member, body)
        if wanted:
            some = ", ".join(f"/{name}" for name in sorted(wanted)[:5])
            raise WorkspaceError(
                f"the content of {host} lacks {len(wanted)} of the files that are asked for: {some}",
                f"run migrate discover for {host} again",
            )

    # --- plan --------------------------------------------------------------------------------------------------------

    def load_plan(self) -> Plan | None:
        """The plan, or None where there is none yet.

        :raises InputError: it can't be understood; with the path of each key.
        """
        from migrate.model.plan_file import load_plan

        return load_plan(files.read(self.plan_file), str(self.plan_file)) if self.plan_file.exists() else None

    def save_plan(self, plan: Plan) -> None:
        """Write plan.yaml whole, with the comments that people made there; untouched where nothing changed."""
        from migrate.model.plan_file import dump_plan, with_comments

        self.prepare()
        text, there = dump_plan(plan), files.read(self.plan_file) if self.plan_file.exists() else None
        data = (text if there is None else with_comments(text, there)).encode("utf-8")
        if there != data:
            files.write(self.plan_file, data)
        self._save_schema()

    def _save_schema(self) -> None:
        """The schema that the first line of plan.yaml leads editors to."""
        from migrate.model.plan_schema import SCHEMA_FILE, plan_schema

        path = self.root / SCHEMA_FILE
        files.folder(path.parent)
        files.write(path, (json.dumps(plan_schema(), indent=1) + "\n").encode())

    def _sweep(self, host: str) -> None:
        """Remove what killed runs left behind."""
        for left in self.inventories.glob(f".{host}.*.new"):
            files.remove_tree(left)


def _stamp(collected: str) -> str:
    """A time as a file's name."""
    return collected if _STAMP.fullmatch(collected) else "unknown"


def texts_of(folder: Path, inventory: Inventory | None = None) -> dict[str, bytes]:
    """The captured files of a host's folder that are small enough to be read, by path, sorted.

    :param inventory: of the host, where it is at hand: it tells where in the archive the last of them is.
    """
    texts: dict[str, bytes] = {}
    for path, wanted in zip(_archives(folder), _kept(inventory), strict=True):
        if path.exists():
            with _read(path, folder.name):
                texts |= own_archives.small_files(path, LARGEST_TEXT, wanted)
    return dict(sorted(texts.items()))


def _kept(inventory: Inventory | None) -> tuple[set[str] | None, set[str] | None]:
    """Which texts are in the one archive, and which in that of the files with secrets."""
    if inventory is None or not inventory.get(Content).entries:
        return None, None
    entries = [one for one in inventory.get(Content).entries if one.kind == "file" and one.size <= LARGEST_TEXT]
    return {one.path for one in entries if not one.secrets}, {one.path for one in entries if one.secrets}


def _archives(folder: Path) -> tuple[Path, Path]:
    return folder / "content.tar.gz", folder / "secrets" / "content.tar.gz"


def _members(folder: Path) -> Iterator[tuple[Member, Body | None]]:
    for path in _archives(folder):
        if path.exists():
            with _read(path, folder.name), path.open("rb") as stream:
                for member, body in read_tar(stream, Limits()):
                    if isinstance(member, Member):
                        yield member, body


@contextmanager
def _read(path: Path, host: str) -> Iterator[None]:
    """What an archive's damage means for who asked for it."""
    with files.explained(path, "can't read"):
        try:
            yield
        except InputError as error:
            raise WorkspaceError(f"{path}: {error.message}", f"run migrate discover for {host} again") from error
