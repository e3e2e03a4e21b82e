"""Build every image of a bundle, on base images from wherever they can be had."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISDIR
from typing import Any

from migrate.engines import Engine, Say
from migrate.engines.bases import ensure_base
from migrate.errors import EngineError, InputError
from migrate.isolation import contexts
from migrate.model.facts import Packages
from migrate.model.inventory import Snapshot
from migrate.model.plan import Base, Plan
from migrate.model.verdict import FAILED, PASSED, Check

LABEL = "org.migrate.bundle"
CONTEXT = "org.migrate.context"
_ARGUMENT = re.compile(r"^\s*ARG\s+(?P<name>\w+)=[\"']?(?P<value>[^\s\"']+)", re.IGNORECASE)
_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(?P<image>\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Built:
    """:ivar images: the reference of each image that was built, by its folder's name.
    :ivar bases: the base each one stands on, likewise."""

    images: Mapping[str, str]
    bases: Mapping[str, str]
    checks: tuple[Check, ...]


def folders(generated: Path) -> tuple[Path, ...]:
    """The build contexts of a bundle.

    :raises InputError: there is none.
    """
    found = sorted(path.parent for path in (generated / "images").glob("*/Dockerfile"))
    if not found:
        raise InputError(f"there are no images in {generated / 'images'}", "run: migrate generate --no-validate")
    return tuple(found)


def image_names(config: Mapping[str, Any]) -> dict[str, str]:
    """What a resolved compose file calls its images, by the name of the folder that they are built from."""
    services = config["services"]
    named = {Path(folder).name: services[service].get("image") for service, folder in contexts(config).items()}
    return {folder: tag for folder, tag in named.items() if tag}


def build_all(
    generated: Path, plan: Plan, snapshots: Mapping[str, Snapshot], engine: Engine, tags: Mapping[str, str], say: Say
) -> Built:
    """Build all images; one that fails is a failed check and costs the others nothing.

    :param tags: what to call an image, by its folder's name.
    """
    known, repositories = _bases(plan), _repositories(plan, snapshots)
    names = {workload.name for workload in plan.workloads}

    def build(folder: Path, arguments: Mapping[str, str]) -> tuple[str, str | None, Check]:
        say(f"building {folder.name}")
        began, workload = time.monotonic(), folder.name if folder.name in names else None
        tag = tags.get(folder.name, f"migrate/{folder.name}")
        labels = {LABEL: generated.parent.name or "bundle", CONTEXT: fingerprint(folder, arguments, engine)}
        there = engine.image(tag)
        try:
            if there is None or any(there.labels.get(name) != text for name, text in labels.items()):
                engine.build(folder, tag, arguments=arguments, labels=labels)
        except EngineError as error:
            return folder.name, None, _failed(folder.name, workload, error)
        on = ", ".join(arguments.values())
        said = f"it builds{f' on {on}' if on else ''}"
        seconds = round(time.monotonic() - began, 2)
        return folder.name, tag, Check(f"build:{folder.name}", workload, "build", PASSED, said, seconds=seconds)

    given, checks = {}, []
    for folder in folders(generated):
        try:
            given[folder] = _arguments(folder, known, repositories, engine, say)
        except EngineError as error:
            checks.append(_failed(folder.name, folder.name if folder.name in names else None, error))
    with ThreadPoolExecutor(max_workers=engine.builds_at_once) as several:
        done = list(several.map(build, given.keys(), given.values()))
    images = {name: tag for name, tag, _ in done if tag is not None}
    bases = {folder.name: next(iter(one.values()), "") for folder, one in given.items() if folder.name in images}
    checks += [check for _, _, check in done]
    return Built(images, bases, tuple(sorted(checks, key=lambda check: check.id)))


def fingerprint(folder: Path, arguments: Mapping[str, str], engine: Engine) -> str:
    """Of all that an image is built from, as far as names, sizes and times tell: the builder asks for no more."""
    known = {name: engine.image(value) for name, value in arguments.items()}
    bases = sorted((name, value, image.id if (image := known[name]) else "") for name, value in arguments.items())
    found = sorted((str(path.relative_to(folder)), path.lstat()) for path in folder.rglob("*"))
    stamps = [(name, one.st_mode, one.st_size, one.st_mtime_ns) for name, one in found if not S_ISDIR(one.st_mode)]
    return hashlib.sha256(repr((bases, stamps)).encode("utf-8", "surrogateescape")).hexdigest()


def _failed(name: str, workload: str | None, error: EngineError) -> Check:
    what, _, evidence = error.message.partition("\n")
    return Check(f"build:{name}", workload, "build", FAILED, what, evidence)


def base_arguments(dockerfile: str) -> dict[str, str]:
    """The build arguments that name a base image, with the image they name by default."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for line in dockerfile.splitlines():
        if argument := _ARGUMENT.match(line):
            found.setdefault(argument["name"], argument["value"])
        elif base := _FROM.match(line):
            used.update(re.findall(r"\$\{?(\w+)", base["image"]))
    return {name: image for name, image in found.items() if name in used}


def _arguments(
    folder: Path, known: Mapping[str, Base], repositories: Mapping[str, tuple[str, ...]], engine: Engine, say: Say
) -> dict[str, str]:
    text = (folder / "Dockerfile").read_text(encoding="utf-8", errors="replace")
    arguments = {}
    for name, image in base_arguments(text).items():
        base = known.get(image)
        if base is not None:
            arguments[name] = ensure_base(base, engine, say, repositories.get(image, ())).reference
    return arguments


def _bases(plan: Plan) -> dict[str, Base]:
    return {workload.base.image: workload.base for workload in plan.workloads if workload.migrate}


def _repositories(plan: Plan, snapshots: Mapping[str, Snapshot]) -> dict[str, tuple[str, ...]]:
    """The package repositories of the hosts whose workloads stand on an image."""
    found: dict[str, tuple[str, ...]] = {}
    for workload in plan.workloads:
        snapshot = snapshots.get(workload.host)
        if snapshot is not None:
            urls = (one.url for one in snapshot.inventory.get(Packages).repositories if one.enabled)
            found[workload.base.image] = tuple(dict.fromkeys((*found.get(workload.base.image, ()), *urls)))
    return found
