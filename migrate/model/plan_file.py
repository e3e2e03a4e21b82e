"""plan.yaml: the plan as people read and edit it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, ClassVar

from migrate.errors import InputError
from migrate.model import codec
from migrate.model.plan import PLAN_VERSION, Plan
from migrate.model.plan_comments import comments, restored
from migrate.model.plan_rules import Place, Problem, problems
from migrate.model.plan_schema import SCHEMA_FILE, SIZE

HEADER = f"""\
# yaml-language-server: $schema={SCHEMA_FILE}
#
# The migration plan: what becomes a container, and every decision about it.
#
# Written by `migrate plan`; edit it freely: your changes are kept when the hosts are discovered again.
# Every decision says why under `because`. What is not written here has its default; `migrate schema plan` prints
# all keys, and an editor that knows YAML schemas explains them. Values of secrets are never in this file: `secrets`
# names them, and where they go.
"""
_SECTIONS = {
    "workloads": """\
# One entry for each container. What people change most:
#   migrate: false          leave it out of the bundle
#   name: shop              another name; all that refers to it follows at the next `migrate plan`
#   base: {image: …}        a newer release or another image; packages are then those of that release
#   ports: … publish: 8080  the port on the new host; without `publish` only the other containers reach it
#   resources: memory_limit: 512Mi
#   replicas: 2             see `breaks_at_two` first
#   couplings: … how:       rewrite, alias, forward, volume, external or none
# An entry that you take out stays out.
""",
    "set_aside": "# What is not migrated, by its name in the ledger, and why.\n",
    "questions": """\
# What only a person can decide. Write `answer: …` below a question and run `migrate plan`: it acts on the workloads
# above, and is never asked again. Until then the default is taken.
""",
    "cluster": """\
# Where it will run: registry, tag, storage_class, ingress_class, gateway_class, runtime_class.
""",
    "targets": """\
# What is generated beside Dockerfiles, compose.yaml and the kustomize base; `migrate generate --target` adds to it.
""",
}
_TEXT, _MAP, _INT = "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:int"
_RAW = "!raw"  # text with bytes that are not UTF-8: YAML can't carry the surrogates that stand for them
_SURROGATE = re.compile("[\\\\\ud800-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(?:\\|u([0-9a-f]{4}))")
# Texts that stay whole as a block: each line has something in it and begins with no blank.
_BLOCK = re.compile(r"(?:[^\s\x00-\x1f\x7f-\x9f\ufeff][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*\n)+")


def dump_plan(plan: Plan) -> str:
    """The text of plan.yaml: block style, keys in the order of the model, the same for the same plan."""
    import yaml

    data = codec.dump(plan)
    data["version"] = plan.version
    text = yaml.dump(
        _readable(data), Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    text = re.sub(r"^- name: ", "\n- name: ", text, flags=re.MULTILINE).replace("workloads:\n\n", "workloads:\n")
    sections = re.compile(r"^(workloads|set_aside|questions|targets|cluster|version):", re.MULTILINE)
    return HEADER + "\n" + sections.sub(lambda match: f"\n{_SECTIONS.get(match[1], '')}{match[0]}", text)


def with_comments(text: str, there: bytes) -> str:
    """A text of :func:`dump_plan` with the comments that people put into the file that is there."""
    import yaml

    ours = frozenset("\n".join((HEADER, *_SECTIONS.values())).splitlines())
    try:
        return restored(text, comments(there.decode("utf-8"), ours))
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):  # it is no plan: whoever writes over it has been told
        return text


def load_plan(
    data: bytes, name: str, *, more: Callable[[Plan], tuple[Problem, ...]] = problems, strict: bool = True
) -> Plan:
    """The plan of a plan.yaml.

    :param name: the file, for messages.
    :param more: what can't be although the types are right.
    :param strict: whether that is looked at.
    :raises InputError: with the line and the path of each key that is not understood or can't be so.
    """
    plain = read_yaml(data, name)
    if not isinstance(plain, dict):
        raise InputError(f"{name} is not a plan", "run migrate plan to have one written")
    version = plain.get("version", PLAN_VERSION)
    if isinstance(version, int) and version > PLAN_VERSION:
        raise InputError(f"{name} was written by a newer version ({version})", "install that version of migrate")
    where = _Lines(data, name)
    plan = codec.load(Plan, _plain(plain), name, where)
    found = (*more(plan), *where.decimal_modes()) if strict else ()
    if found:
        raise InputError(codec.listed(plain, [(one.place, one.said) for one in found], name, where))
    return plan


def read_yaml(data: bytes, name: str) -> Any:
    """What a YAML file holds; dates stay texts. :raises InputError: with the line."""
    import yaml

    try:
        return yaml.load(data, Loader=_loader())  # noqa: S506  # a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{name}{line}: it is not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{name}: it is not YAML: {error}") from error


class _Lines:
    """Where things stand in the file, read again only when something is wrong with it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        self._root: Any = None

    def __call__(self, place: Place) -> int | None:
        """The line of the innermost thing on the way to ``place`` that is there."""
        node, line = self._node(), None
        for step in place:
            inside = self._inside(node, step)
            if inside is None:
                break
            line, node = inside
        return line

    def decimal_modes(self) -> tuple[Problem, ...]:
        """Permission bits without the zero that makes them octal: 755 would mean 1363."""
        if not re.search(rb"(?m)\bmode: *[1-7][0-7]{2,3}\b", self.data):
            return ()
        return tuple(
            Problem(place, f"is {text}, which YAML takes for a decimal number: write 0{text}")
            for place, text in _scalars(self._node(), ())
            if place[-1] == "mode" and re.fullmatch(r"[1-7][0-7]{2,3}", text)
        )

    def _node(self) -> Any:
        import yaml

        if self._root is None:
            self._root = yaml.compose(self.data, Loader=_loader())
        return self._root

    def _inside(self, node: Any, step: str | int) -> tuple[int, Any] | None:
        import yaml

        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    return key.start_mark.line + 1, value
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step].start_mark.line + 1, node.value[step]
        return None


def _scalars(node: Any, place: Place) -> Iterator[tuple[Place, str]]:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _scalars(value, (*place, number))
    elif place and not node.style:
        yield place, node.value


_SIZED = frozenset(("size", "memory_request", "memory_limit"))
_SAID = frozenset(("answer", "default"))
_UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def _plain(data: Any) -> Any:
    """What people write, as the model has it: 512Mi as bytes, a plain yes or 3 as an answer's text."""
    if isinstance(data, dict):
        return {key: _said(key, _plain(value)) for key, value in data.items()}
    return [_plain(one) for one in data] if isinstance(data, list) else data


def _said(key: Any, value: Any) -> Any:
    if key in _SAID and isinstance(value, (bool, int, float)):
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    if key in _SIZED and isinstance(value, str) and (match := re.fullmatch(SIZE, value)):
        unit = match[2] or ""
        return int(float(match[1]) * (1024 if "i" in unit else 1000) ** _UNITS[unit.rstrip("i")])
    return value


def _size(number: int) -> int | str:
    """Bytes in the largest unit that says them exactly."""
    power = 0
    while number >= 1024 and number % 1024 == 0 and power < 4:
        number, power = number // 1024, power + 1
    return f"{number}{' KMGT'[power]}i" if power else number


class _Octal(int):
    """Permission bits, written as people say them: 0755."""


class _Pair(list[Any]):
    """A short list, written on one line."""


def _readable(data: Any) -> Any:
    """Permission bits, sizes and pairs marked for how they are written."""
    if isinstance(data, dict):
        return {key: _shown(key, value) for key, value in data.items()}
    if isinstance(data, list):
        items = [_readable(value) for value in data]
        return _Pair(items) if all(type(item) is int for item in items) else items
    return data


def _shown(key: Any, value: Any) -> Any:
    if type(value) is int and value >= 0:
        return _Octal(value) if key == "mode" else _size(value) if key in _SIZED else value
    return _readable(value)


@cache
def _dumper() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Dumper(_Resolving, base):  # type: ignore[misc]
        """No anchors: equal values are written out each time."""

        def ignore_aliases(self, _: object) -> bool:
            return True

        def text(self, text: str) -> Any:
            if _LONE.search(text):
                return self.represent_scalar(_RAW, _SURROGATE.sub(_escaped, text), style='"')
            return self.represent_scalar(_TEXT, text, style="|" if _BLOCK.fullmatch(text) else None)

        def octal(self, number: _Octal) -> Any:
            return self.represent_scalar(_INT, f"0{int(number):03o}")

        def pair(self, items: _Pair) -> Any:
            return self.represent_sequence("tag:yaml.org,2002:seq", list(items), flow_style=True)

    Dumper.add_representer(str, Dumper.text)
    Dumper.add_representer(_Octal, Dumper.octal)
    Dumper.add_representer(_Pair, Dumper.pair)
    return Dumper


class _Resolving:
    """What a word is never depends on where it stands, and most words are there many times."""

    _resolved: ClassVar[dict[tuple[Any, ...], Any]] = {}

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if not isinstance(value, str):
            return super().resolve(kind, value, implicit)  # type: ignore[misc]
        word = (type(self), kind, value, implicit)
        if word not in self._resolved:
            self._resolved[word] = super().resolve(kind, value, implicit)  # type: ignore[misc]
        return self._resolved[word]


@cache
def _loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(_Resolving, base):  # type: ignore[misc]
        """A key that is there twice is an error, not a quiet loss."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                    said = f"{key.value} is there twice" if isinstance(key, yaml.ScalarNode) else "a key is not a word"
                    raise yaml.constructor.ConstructorError(problem=said, problem_mark=key.start_mark)
                seen.add(key.value)
            return super().construct_mapping(node, deep)

        def raw(self, node: Any) -> str:
            text: str = self.construct_scalar(node)
            return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else "\\", text)

        def mapping(self, node: Any) -> Any:
            return self.construct_mapping(node, deep=True)

        def date(self, node: Any) -> str:
            return str(self.construct_scalar(node))

    Loader.add_constructor(_RAW, Loader.raw)
    Loader.add_constructor(_MAP, Loader.mapping)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.date)
    return Loader


def _escaped(match: re.Match[str]) -> str:
    return "\\\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}"
