"""Puts a bundle on disk, beside what people have changed there.

Everything is prepared in a folder aside and swapped in at the end, so that an interrupted run or a full disk leaves the
former bundle whole. What was written is recorded under .migrate/ (secrets in their own folder): digests of all files
and copies of texts, from which the next run tells a person's edits.
"""

from __future__ import annotations

import json
import os
import secrets as random
import shutil
import stat
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from migrate import files
from migrate.archives import Body, Member
from migrate.errors import InputError, WorkspaceError
from migrate.merging import Decision, alike, decide, digest, merge, mergeable
from migrate.model.bundle import BundleFile, Captured
from migrate.workspace import Workspace

_SECRETS = "secrets"
_ALIKE = 0.5
_SECRETS_RECORD = "secrets/.written.json"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the files, by path below generated/, each sorted.

    :ivar conflicts: a person's edit and ours are in one place; texts hold both between markers, other files are as
        the person left them. The command ends with exit status 1.
    :ivar moved: files that took the edits of those that they were, under the former name of their workload.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    workspace: Workspace
    bundle: dict[str, BundleFile]
    new: Path  # the generated files as they come from the emitters
    result: Path  # the folder that will be generated/
    recorded: dict[str, str]
    modes: dict[str, int]  # that we gave to the files last time
    moves: dict[str, str] = field(default_factory=dict)  # edited files of a renamed folder: new path to old
    outcome: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def generated(self) -> Path:
        return self.workspace.generated


def write(workspace: Workspace, bundle: Iterable[BundleFile]) -> Written:
    """Write the files of a bundle into the workspace's generated/.

    :raises InputError: two files want one place, or a path leads out.
    :raises WorkspaceError: the disk is full, or the workspace can't be written; nothing has changed then.
    """
    listed = _checked(bundle)
    workspace.prepare()
    files.recover(workspace.generated)
    _finish_record(workspace)
    for left in (*workspace.root.glob(".generated.*.new"), *(workspace.root / ".migrate").glob(".pristine.*.new")):
        files.remove_tree(left)
    stage = files.private_folder(workspace.root / f".generated.{random.token_hex(6)}.new")
    try:
        run = _Run(workspace, listed, stage / "new", stage / "result", _recorded(workspace), _modes(workspace))
        _emit(run)
        _settle(run)
        _swap(run)
        return Written(**{name: tuple(sorted(paths)) for name, paths in run.outcome.items()})
    finally:
        files.remove_tree(stage)


def _checked(bundle: Iterable[BundleFile]) -> dict[str, BundleFile]:
    found: dict[str, BundleFile] = {}
    for file in bundle:
        pieces = file.path.split("/")
        if not all(pieces) or {".", ".."} & set(pieces) or "\0" in file.path:
            raise InputError(f"a generated file can't be named {file.path!r}")
        if file.path in found:
            raise InputError(f"two generated files want to be {file.path}", "rename one of the workloads in plan.yaml")
        found[file.path] = file
    for path in found:
        above = next((parent for parent in _above(path) if parent in found), None)
        if above:
            raise InputError(f"{above} is to be a file and a folder at once (of {path})")
    return found


def _above(path: str) -> Iterable[str]:
    pieces = path.split("/")[:-1]
    return ("/".join(pieces[: count + 1]) for count in range(len(pieces)))


# --- what the emitters made, into the folder aside ------------------------------------------------------------------


def _emit(run: _Run) -> None:
    files.folder(run.new)
    captured: dict[str, dict[str, list[BundleFile]]] = defaultdict(lambda: defaultdict(list))
    for file in run.bundle.values():
        if isinstance(file.data, Captured) and file.link is None:
            captured[file.data.host][file.data.path.strip("/")].append(file)
        else:
            _put(run, file)
    for host, wanted in captured.items():
        _extract(run, host, wanted)
    for file in run.bundle.values():
        _finish(run.new / file.path, file)


def _put(run: _Run, file: BundleFile) -> None:
    path = _place(run.new, file)
    with files.explained(run.generated / file.path):
        if file.link is not None:
            path.symlink_to(file.link)
        elif isinstance(file.data, bytes):
            path.write_bytes(file.data)


def _place(root: Path, file: BundleFile) -> Path:
    path = root / file.path
    files.folder(path.parent)
    if not path.parent.resolve().is_relative_to(root.resolve()):
        raise WorkspaceError(f"{file.path} leads through a link out of {root.name}", "what was captured is not sound")
    return path


def _extract(run: _Run, host: str, wanted: Mapping[str, list[BundleFile]]) -> None:
    linked: dict[str, list[BundleFile]] = defaultdict(list)

    def sink(member: Member, body: Body | None) -> None:
        if body is not None:
            _stream(run, wanted.get(member.name) or linked[member.name], body)
        elif member.kind == "hardlink" and member.target:
            linked[member.target.strip("/")].extend(wanted[member.name])
        else:
            raise WorkspaceError(
                f"/{member.name} of {host} was captured as {member.kind}, not as a file", "discover it again"
            )

    run.workspace.materialise(host, wanted, sink)
    again = {name: list(found) for name, found in linked.items()}
    if again:
        run.workspace.materialise(host, again, lambda member, body: _stream(run, again[member.name], body))


def _stream(run: _Run, targets: list[BundleFile], body: Body | None) -> None:
    if body is None:
        raise WorkspaceError(f"{targets[0].path} was not captured as a file", "run migrate discover again")
    first = _place(run.new, targets[0])
    with files.explained(run.generated / targets[0].path):
        with first.open("wb") as file:
            while block := body.read(1 << 20):
                file.write(block)
        for other in targets[1:]:
            shutil.copyfile(first, _place(run.new, other))


def _finish(path: Path, file: BundleFile) -> None:
    """Owner, mode and time, as far as we may set them."""
    if file.link is not None:
        return
    mode = file.mode
    with files.explained(path):
        if file.owner is not None:
            try:
                os.chown(path, *file.owner)
            except PermissionError:
                # Whoever the container runs as can read it then; on this machine the folder above keeps others out.
                mode |= 0o444 if file.secret else 0
        path.chmod(mode)
        if file.mtime is not None:
            os.utime(path, ns=(_stamp(path, file.mtime),) * 2)


def _stamp(path: Path, seconds: int) -> int:
    """The time of a file in nanoseconds: the host's to the second, the rest from the content.

    BuildKit takes a file of a build context that has the size and time of one it knows for the same file, whatever
    is in it, and keeps contexts of equal folder names together: https://github.com/moby/moby/issues/51518
    """
    return seconds * 1_000_000_000 + int(digest(path).removeprefix("sha256:")[:12], 16) % 1_000_000_000


# --- beside what is there -------------------------------------------------------------------------------------------


def _settle(run: _Run) -> None:
    """Fill the result: each generated file as decided, then everything that is not ours."""
    files.folder(run.result)
    run.moves.update(_moves(run))
    for path, file in run.bundle.items():
        current = run.generated / path
        if _in_the_way(run, path):
            run.outcome["conflicts"].append(path)
        elif path in run.moves:
            _move(run, file, run.moves[path])
        else:
            there = current if current.is_symlink() or current.is_file() else None
            recorded = run.recorded.get(path) if run.generated.exists() else None
            decision = decide(there, _pristine(run.workspace) / path, recorded, run.new / path, digest(run.new / path))
            _apply(run, file, there, decision)
    _keep_the_rest(run)


def _in_the_way(run: _Run, path: str) -> bool:
    """Whether a person put a folder where the file would be, or a file or a link where a folder on its way would."""
    current = run.generated / path
    if current.is_dir() and not current.is_symlink():
        return True
    above = (run.generated / one for one in _above(path) if one not in run.bundle)
    return any(one.is_symlink() or one.is_file() for one in above)


def _moves(run: _Run) -> dict[str, str]:
    """Where edited files of a folder that has another name now belong: the same file, and much the same text."""
    edited = [
        path
        for path, recorded in run.recorded.items()
        if path not in run.bundle
        and (run.generated / path).is_file()
        and digest(run.generated / path) != recorded
        and mergeable(_pristine(run.workspace) / path)
    ]
    made = [path for path in run.bundle if path not in run.recorded and not (run.generated / path).exists()]
    found: dict[str, str] = {}
    for old in edited:
        likely = [new for new in made if _tail(new) == _tail(old) and new not in found and mergeable(run.new / new)]
        pairs = [(alike(_pristine(run.workspace) / old, run.new / new), new) for new in likely]
        if pairs and max(pairs)[0] > _ALIKE:
            found[max(pairs)[1]] = old
    return found


def _tail(path: str) -> tuple[str, ...]:
    """A file's place without the folder of its workload: images/shop/Dockerfile is the Dockerfile of any."""
    first, *rest = path.split("/")
    return (first, *rest[1:]) if len(rest) > 1 else ("", path)


def _move(run: _Run, file: BundleFile, old: str) -> None:
    current = run.generated / old
    decision = merge(current, _pristine(run.workspace) / old, run.new / file.path)
    run.outcome["conflicts" if decision.outcome == "conflict" else "moved"].append(file.path)
    _put_decided(run, file, current, decision)


def _put_decided(run: _Run, file: BundleFile, current: Path, decision: Decision) -> None:
    """What a person has, or what was made of it and ours, at the file's place."""
    target = _place(run.result, file)
    if decision.data is None:
        _copy(current, target)
    else:
        with files.explained(run.generated / file.path):
            target.write_bytes(decision.data)
            shutil.copymode(current, target)


def _apply(run: _Run, file: BundleFile, current: Path | None, decision: Decision) -> None:
    new = run.new / file.path
    if decision.outcome == "deleted":
        run.outcome["deleted"].append(file.path)
        return
    if decision.outcome == "take" or current is None:
        mode = _own_mode(run, file, current)
        same = current is not None and digest(current) == digest(new) and (mode or _like(current, new, file))
        # Whose umask made a copy of the bundle is no edit: as in git, only the right to execute is.
        edited = mode is not None and (mode ^ run.modes[file.path]) & 0o111
        kind = "created" if current is None else "changed" if not same else "kept" if edited else "unchanged"
        run.outcome[kind].append(file.path)
        target = _place(run.result, file)
        _copy(current if same and current else new, target)
        if mode and not same:
            target.chmod(mode)
        return
    run.outcome[{"keep": "kept", "conflict": "conflicts"}.get(decision.outcome, decision.outcome)].append(file.path)
    _put_decided(run, file, current, decision)


def _own_mode(run: _Run, file: BundleFile, current: Path | None) -> int | None:
    """The permissions that a person gave the file since, where they did."""
    if current is None or current.is_symlink() or file.secret or file.path not in run.modes:
        return None
    mode = stat.S_IMODE(current.stat().st_mode)
    return mode if mode != run.modes[file.path] else None


def _like(current: Path, new: Path, file: BundleFile) -> bool:
    one, other = current.lstat(), new.lstat()
    time = file.mtime is None or one.st_mtime_ns == other.st_mtime_ns
    return (one.st_mode, one.st_uid, one.st_gid) == (other.st_mode, other.st_uid, other.st_gid) and time


def _keep_the_rest(run: _Run) -> None:
    """Files that a person put there stay; files that we made and don't make any more go, unless they were edited."""
    for current in sorted(run.generated.rglob("*")) if run.generated.is_dir() else ():
        path = str(current.relative_to(run.generated))
        if (current.is_dir() and not current.is_symlink()) or path in run.bundle or path == _SECRETS_RECORD:
            continue
        if path in run.moves.values():
            continue
        if run.recorded.get(path) == digest(current):
            run.outcome["removed"].append(path)
            continue
        run.outcome["kept" if path in run.recorded else "foreign"].append(path)
        target = run.result / path
        files.folder(target.parent)
        _copy(current, target)


def _copy(source: Path, target: Path) -> None:
    """The same file at another place; a link to it where the file system can."""
    with files.explained(target):
        if target.is_symlink() or target.exists():
            target.unlink()
        with suppress(OSError):
            os.link(source, target, follow_symlinks=False)
            return
        shutil.copy2(source, target, follow_symlinks=False)
        with suppress(PermissionError):
            os.chown(target, source.lstat().st_uid, source.lstat().st_gid, follow_symlinks=False)


# --- into place -----------------------------------------------------------------------------------------------------


def _swap(run: _Run) -> None:
    """The result in the place of generated/, then the record of it; nothing is touched where nothing changed."""
    record = {path: digest(run.new / path) for path in run.bundle}
    if (run.result / _SECRETS).is_dir():
        files.private_folder(run.result / _SECRETS)
        secret = {path: sum_ for path, sum_ in record.items() if path.startswith(f"{_SECRETS}/")}
        files.write(run.result / _SECRETS_RECORD, _json(secret), mode=0o600)
    plain = {path: sum_ for path, sum_ in record.items() if not path.startswith(f"{_SECRETS}/")}
    quiet = not any(run.outcome[name] for name in ("created", "changed", "removed", "merged", "moved", "conflicts"))
    if quiet and run.generated.is_dir() and run.recorded == record:
        return
    stage = _next_record(run.workspace)
    try:
        _prepare_record(run, plain, stage)
        os.sync()
        files.replace_tree(run.result, run.generated)
        files.replace_tree(stage, run.workspace.root / ".migrate" / "pristine")
    finally:
        files.remove_tree(stage)


def _next_record(workspace: Workspace) -> Path:
    return workspace.root / ".migrate" / "pristine.next"


def _prepare_record(run: _Run, record: Mapping[str, str], stage: Path) -> None:
    """All of the record before the swap, and last which folder it is of: a killed run leaves none or both."""
    files.remove_tree(stage)
    files.folder(stage)
    for path in record:
        if mergeable(run.new / path):
            files.folder((stage / "files" / path).parent)
            with files.explained(stage):  # a real copy: an edit in place must not reach it
                shutil.copyfile(run.new / path, stage / "files" / path)
    files.write(stage / "written.json", _json(record))
    modes = {one: f"{stat.S_IMODE(run.bundle[one].mode):04o}" for one in record if run.bundle[one].link is None}
    files.write(stage / "modes.json", _json(modes))
    files.write(stage / "of", str(run.result.stat().st_ino))


def _finish_record(workspace: Workspace) -> None:
    """The record of a bundle that is in its place, where the run ended between the two."""
    stage = _next_record(workspace)
    mark = stage / "of"
    there = workspace.generated.stat().st_ino if workspace.generated.is_dir() else None
    if mark.is_file() and files.read(mark) == str(there).encode():
        files.replace_tree(stage, workspace.root / ".migrate" / "pristine")
    files.remove_tree(stage)


def _pristine(workspace: Workspace) -> Path:
    return workspace.root / ".migrate" / "pristine" / "files"


def _recorded(workspace: Workspace) -> dict[str, str]:
    """The digests of what was written last time, by path."""
    files.recover(workspace.root / ".migrate" / "pristine")
    found: dict[str, str] = {}
    for path in (workspace.root / ".migrate" / "pristine" / "written.json", workspace.generated / _SECRETS_RECORD):
        if path.is_file():
            try:
                found |= {str(name): str(sum_) for name, sum_ in json.loads(files.read(path)).items()}
            except (ValueError, AttributeError) as error:
                hint = "remove it: edits since the last run will then be shown as conflicts"
                raise WorkspaceError(f"{path} is damaged", hint) from error
    return found


def _modes(workspace: Workspace) -> dict[str, int]:
    """The permissions of what was written last time, by path."""
    path = workspace.root / ".migrate" / "pristine" / "modes.json"
    try:
        return (
            {str(name): int(mode, 8) for name, mode in json.loads(files.read(path)).items()} if path.is_file() else {}
        )
    except (ValueError, AttributeError, TypeError):  # a person's modes are then taken for ours
        return {}


def _json(record: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(record.items())), indent=0) + "\n"
