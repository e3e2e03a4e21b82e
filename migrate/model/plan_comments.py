"""A person's comments in plan.yaml: they stay beside what they stood beside when the plan is written again. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

_Path = tuple[str, ...]
_IDENTITY = ("name", "id", "what", "path", "port", "to", "address", "command")


@dataclass(slots=True)
class _Lines:
    """Where things of a YAML text stand.

    :ivar paths: by line from 0, what begins there: the outermost thing.
    :ivar ends: by line, the column behind the last scalar on it.
    :ivar inside: lines in the midst of a text, in which # is no comment.
    """

    paths: dict[int, _Path] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    inside: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Comment:
    """:ivar path: what it stands above, or at the end of the line of; () for the end of the file."""

    path: _Path
    text: str
    trailing: bool = False


def comments(text: str, ours: Collection[str]) -> tuple[Comment, ...]:
    """The comments of a plan.yaml, without the lines that we write ourselves."""
    lines = text.splitlines()
    if not any("#" in line and line not in ours for line in lines):
        return ()
    return tuple(_found(lines, _places(text), ours))


def _found(lines: list[str], places: _Lines, ours: Collection[str]) -> Iterator[Comment]:
    waiting: list[str] = []
    for number, line in enumerate(lines):
        if number in places.inside:
            continue
        if line.lstrip().startswith("#"):
            waiting += [line.strip()] if line not in ours else []
            continue
        path = places.paths.get(number)
        if path is None:
            continue
        yield from (Comment(path, one) for one in waiting)
        waiting = []
        if match := re.match(r"\s+(#.*)", line[places.ends.get(number, len(line)) :].removeprefix(":")):
            yield Comment(path, match[1], trailing=True)
    yield from (Comment((), one) for one in waiting)


def restored(text: str, found: Collection[Comment]) -> str:
    """A newly written plan.yaml with these comments; those of things that are gone go to what held them."""
    if not found:
        return text
    places = _places(text)
    lines = text.splitlines()
    numbers = {path: number for number, path in reversed(places.paths.items())}
    above: dict[int, list[str]] = {}
    for one in found:
        number = next((numbers[path] for path in _upwards(one.path) if path in numbers), len(lines))
        if one.trailing and one.path in numbers and number not in places.inside | {len(lines)}:
            lines[number] += f"  {one.text}"
        else:
            above.setdefault(number, []).append(one.text)
    made: list[str] = []
    for number, line in enumerate([*lines, ""]):
        indent = line[: len(line) - len(line.lstrip())]
        made += [f"{indent}{one}" for one in above.get(number, ())]
        made.append(line)
    return "\n".join(made)


def _upwards(path: _Path) -> Iterator[_Path]:
    for length in range(len(path), 0, -1):
        yield path[:length]


def _places(text: str) -> _Lines:
    import yaml

    found = _Lines()
    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if root is not None:
        _walk(root, (), found)
    return found


def _walk(node: Any, path: _Path, found: _Lines) -> None:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*path, str(key.value))
            found.paths.setdefault(key.start_mark.line, place)
            _end(key, found)
            _walk(value, place, found)
    elif isinstance(node, yaml.SequenceNode):
        seen: set[str] = set()
        for number, item in enumerate(node.value):
            label = _label(item, number)
            label = f"{label}#{number}" if label in seen else label
            seen.add(label)
            found.paths.setdefault(item.start_mark.line, (*path, label))
            _walk(item, (*path, label), found)
        if node.flow_style:
            _end(node, found)
    else:
        _end(node, found)


def _end(node: Any, found: _Lines) -> None:
    first, last = node.start_mark, node.end_mark
    if node.__class__.__name__ == "ScalarNode" and node.style in ("|", ">"):
        found.inside.update(range(first.line, last.line))
    else:
        found.inside.update(range(first.line + 1, last.line))
        found.ends[last.line] = max(found.ends.get(last.line, 0), last.column)


def _label(item: Any, number: int) -> str:
    """What tells an item of a list from the others."""
    values = {key.value: value.value for key, value in item.value} if item.id == "mapping" else {}
    words = [str(values[name]) for name in _IDENTITY if isinstance(values.get(name), str)]
    if item.id == "scalar":
        return str(item.value)
    return "/".join(words[:1] if {"name", "id", "what"} & values.keys() else words) or str(number)
