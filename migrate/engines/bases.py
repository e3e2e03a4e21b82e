"""Base images: local, pulled, or bootstrapped from the distribution's own package mirror."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from migrate.engines import Engine, Image, Say, silent
from migrate.engines.bootstrap import SLIM, TOOLS, Request
from migrate.errors import EngineError
from migrate.model.plan import Base

LABEL = "org.migrate.base"
_PULL_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class BaseImage:
    """:ivar reference: what a Dockerfile's FROM takes.
    :ivar origin: local, pulled, bootstrapped.
    :ivar digest: of the registry where one gave it, else the image's id."""

    reference: str
    origin: str
    digest: str


def own_name(image: str) -> str:
    """The name of a bootstrapped image, which no registry's name can be taken for."""
    return f"migrate-base/{image}"


def names(image: str, registry: str) -> tuple[str, ...]:
    """What to pull for an image, best first: from a registry that mirrors the public one, then by its own name.

    :param registry: ``HOST[:PORT][/PATH]`` of a pull-through cache or a private registry; the engine has the login.
    """
    first = image.partition("/")[0]
    elsewhere = "/" in image and ("." in first or ":" in first or first == "localhost")
    if not registry or elsewhere:
        return (image,)
    whole = image if "/" in image else f"library/{image}"
    return (f"{registry.rstrip('/')}/{whole}", image)


def ensure_base(base: Base, engine: Engine, on_progress: Say = silent, repositories: Sequence[str] = ()) -> BaseImage:
    """The image that ``base`` names, from wherever it can be had.

    MIGRATE_REGISTRY names a registry to ask first. What is pulled is named by its digest.

    :param repositories: the package repositories of the host, for releases that no tool knows a mirror of.
    :raises EngineError: no registry gives it, and it can't be bootstrapped; with what to do.
    """
    if (image := engine.image(base.image)) is not None:
        return BaseImage(base.image, _origin(image), image.digest or image.id)
    if (image := engine.image(own_name(base.image))) is not None:
        return BaseImage(own_name(base.image), "bootstrapped", image.id)
    for name in names(base.image, os.environ.get("MIGRATE_REGISTRY", "")):
        on_progress(f"pulling {name}")
        if (image := engine.pull(name, _PULL_SECONDS)) is not None:
            return BaseImage(image.digest or name, "pulled", image.digest or image.id)
    on_progress(f"no registry gives {base.image}: bootstrapping it from the distribution's package mirror")
    try:
        image = bootstrap(base, engine, on_progress, repositories)
    except EngineError:
        plain = base.image.removesuffix(SLIM)
        if (here := engine.image(plain)) is None:
            raise
        on_progress(f"{base.image} can't be had: {plain}, which is here, is the same with documentation")
        return BaseImage(plain, _origin(here), here.digest or here.id)
    return BaseImage(own_name(base.image), "bootstrapped", image.id)


def bootstrap(base: Base, engine: Engine, on_progress: Say = silent, repositories: Sequence[str] = ()) -> Image:
    """Make the base image from packages and tag it with its own name.

    :raises EngineError: no tool for the family is here, or none of the mirrors has the release.
    """
    release = base.codename or base.version
    if not release or release.startswith("-"):
        raise EngineError(
            f"{base.image} can't be bootstrapped: its release is not known", "name its codename in plan.yaml"
        )
    with tempfile.TemporaryDirectory(prefix="migrate-base-") as scratch:
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        request = Request(base, release, tuple(repositories), Path(scratch), int(today.timestamp()))
        tar = _first_that_works(request, on_progress)
        labels = {LABEL: "bootstrapped", f"{LABEL}.release": release, f"{LABEL}.date": today.strftime("%Y-%m-%d")}
        changes = [f"LABEL {key}={json.dumps(value)}" for key, value in labels.items()]
        return engine.import_root(tar, own_name(base.image), [*changes, 'CMD ["/bin/sh"]'])


def _first_that_works(request: Request, on_progress: Callable[[str], None]) -> Path:
    tools = [tool for tool in TOOLS if tool.family == request.base.family]
    here = [tool for tool in tools if tool.present()]
    if not here:
        names = " or ".join(tool.name for tool in tools) or "no known tool"
        raise EngineError(
            f"there is no image {request.base.image} here, no registry gives it, and {names} is not installed",
            f"install {names}, log in to a registry, or load the image ({request.base.image}) into the engine",
        )
    complaints = []
    for tool in here:
        for attempt in tool.attempts(request):
            on_progress(f"{tool.name}: {attempt.what}")
            done = attempt.run()
            if done is not None:
                complaints.append(f"{tool.name} ({attempt.what}): {done}")
            else:
                return request.tar
    raise EngineError(
        f"{request.base.image} could not be bootstrapped:\n" + "\n".join(complaints)[-3000:],
        "a keyring of the distribution may be missing (ubuntu-keyring, debian-archive-keyring); "
        "or load the image into the engine and try again",
    )


def _origin(image: Image) -> str:
    return "bootstrapped" if image.labels.get(LABEL) == "bootstrapped" else "local"
