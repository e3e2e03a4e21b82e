"""No secret's value is in a layer of an image, or in its configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrate.checks import CheckPart, Scene
from migrate.engines.layers import searchable
from migrate.model.verdict import FAILED, PASSED, UNVERIFIED, Check

_SHOWN = 20


def named_values(secrets: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The secrets of all hosts, by host and id."""
    return {f"{host}:{name}": value for host, values in secrets.items() for name, value in values.items()}


def _run(scene: Scene) -> Iterator[Check]:
    values = named_values(scene.secrets)
    if not values:
        return
    needles, unfit = searchable(values)
    contents = scene.contents
    for name, layers in contents.images.items():
        found = [item for layer in layers for item in contents.layers[layer].found]
        yield _check(name, found, len(needles))
    if contents.elsewhere:
        yield _check("configuration", list(contents.elsewhere), len(needles))
    if unfit:
        summary = f"{len(unfit)} values are too short or plain to be told from ordinary words"
        yield Check("secrets:short", None, "secrets", UNVERIFIED, summary, "\n".join(unfit[:_SHOWN]))


def _check(image: str, found: list[tuple[str, str]], count: int) -> Check:
    name = f"secrets:{image}"
    if not found:
        return Check(name, image, "secrets", PASSED, f"none of {count} secrets is in a layer")
    detail = "\n".join(f"{secret} is in {path}" for secret, path in found[:_SHOWN])
    return Check(name, image, "secrets", FAILED, f"{len({secret for secret, _ in found})} secrets are in it", detail)


CHECK = CheckPart("secrets", 70, _run)
