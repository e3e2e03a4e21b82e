"""plan.yaml: the plan as people read and edit it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from migrate.errors import InputError
from migrate.model import codec
from migrate.model.plan import PLAN_VERSION, Plan

HEADER = """\
# The migration plan: what becomes a container, and every decision about it.
#
# Written by `migrate plan`; edit it freely: your changes are kept when the hosts are discovered again.
# Every decision says why under `because`. What is not written here has its default; `migrate schema plan` prints
# all keys. Values of secrets are never in this file: `secrets` names them, and where they go.
"""
_TEXT, _MAP, _INT = "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:int"
_RAW = "!raw"  # text with bytes that are not UTF-8: YAML can't carry the surrogates that stand for them
_SURROGATE = re.compile("[\\\\\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(?:\\|u([0-9a-f]{4}))")
# Texts that stay whole as a block: each line has something in it and begins with no blank.
_BLOCK = re.compile(r"(?:[^\s\x00-\x1f\x7f-\x9f\ufeff][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*\n)+")


def dump_plan(plan: Plan) -> str:
    """The text of plan.yaml: block style, keys in the order of the model, the same for the same plan."""
    import yaml

    data = codec.dump(plan)
    data["version"] = plan.version
    text = yaml.dump(
        _modes(data), Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )
    return HEADER + "\n" + re.sub(r"^(workloads|set_aside|questions):", r"\n\1:", text, flags=re.MULTILINE)


def load_plan(data: bytes, name: str) -> Plan:
    """The plan of a plan.yaml.

    :param name: the file, for messages.
    :raises InputError: with the line, or the path of each key that is not understood.
    """
    plain = _yaml(data, name)
    if not isinstance(plain, dict):
        raise InputError(f"{name} is not a plan", "run migrate plan to have one written")
    version = plain.get("version", PLAN_VERSION)
    if isinstance(version, int) and version > PLAN_VERSION:
        raise InputError(f"{name} was written by a newer version ({version})", "install that version of migrate")
    return codec.load(Plan, plain, name)


def _yaml(data: bytes, name: str) -> Any:
    import yaml

    try:
        return yaml.load(data, Loader=_loader())  # noqa: S506  # a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{name}{line}: it is not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{name}: it is not YAML: {error}") from error


class _Octal(int):
    """Permission bits, written as people say them: 0755."""


class _Pair(list[Any]):
    """A short list, written on one line."""


def _modes(data: Any) -> Any:
    """Permission bits and pairs marked for how they are written."""
    if isinstance(data, dict):
        return {
            key: _Octal(value) if key == "mode" and type(value) is int and value >= 0 else _modes(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        items = [_modes(value) for value in data]
        return _Pair(items) if all(type(item) is int for item in items) else items
    return data


@cache
def _dumper() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Dumper(base):  # type: ignore[misc]
        """No anchors: equal values are written out each time."""

        def ignore_aliases(self, _: object) -> bool:
            return True

        def text(self, text: str) -> Any:
            if any("\ud800" <= char <= "\udfff" for char in text):
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


@cache
def _loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
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
