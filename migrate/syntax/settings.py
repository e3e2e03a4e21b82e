"""Settings as flat names and values, whether a file is .properties or YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import yaml

from migrate.syntax import properties

_DEPTH = 20
_MOST = 5000
_STEPS = 50_000


@dataclass(frozen=True, slots=True)
class Setting:
    """One value, by its dotted name.

    :ivar part: which document of a YAML file it stands in, counted from 0.
    """

    key: str
    value: str
    line: int
    part: int = 0


def read(path: str, text: str) -> tuple[Setting, ...]:
    """The settings of a file; none where it can't be understood."""
    if path.endswith((".yml", ".yaml")):
        return tuple(islice(_yaml(text), _MOST))
    return tuple(Setting(one.key, one.value, one.line) for one in properties.read(text)[:_MOST])


def _yaml(text: str) -> Iterator[Setting]:
    try:
        clean = text.encode("utf-8", "replace").decode("utf-8")
        for part, node in enumerate(yaml.compose_all(clean, Loader=yaml.CSafeLoader)):
            yield from _flat(node, part)
    except (yaml.YAMLError, ValueError, RecursionError):
        return


def _flat(root: yaml.Node | None, part: int) -> Iterator[Setting]:
    """Scalars in their order. Aliases may make a node stand in many places: the steps are counted."""
    stack: list[tuple[yaml.Node, str, int]] = [(root, "", 0)] if root is not None else []
    for _ in range(_STEPS):
        if not stack:
            return
        node, name, depth = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            yield Setting(name, str(node.value), node.start_mark.line + 1, part)
        elif depth < _DEPTH:
            stack += [(value, key, depth + 1) for key, value in reversed(_inside(node, name))]


def _inside(node: yaml.Node, name: str) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
        return [(f"{name}.{key}" if name else str(key), value) for key, value in pairs]
    if isinstance(node, yaml.SequenceNode):
        return [(f"{name}[{at}]", value) for at, value in enumerate(node.value)]
    return []
