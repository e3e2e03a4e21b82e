"""The JSON Schema of plan.yaml, as editors want it: a description of every key, words to choose from, ranges."""

from __future__ import annotations

import inspect
import re
from typing import Any

from migrate.model import codec, plan
from migrate.model.plan_rules import PATTERNS, RANGES, WORDS

SCHEMA_FILE = ".migrate/plan.schema.json"
"""Where it lies in a workspace; the first line of plan.yaml leads editors there."""

_SIZES = frozenset(("Volume.size", "Resources.memory_request", "Resources.memory_limit"))
SIZE = r"(\d+(?:\.\d+)?)\s?([KMGT]i?)?B?"
_WORDS_OR_MORE = frozenset(("Question.answer", "Question.default"))


def plan_schema() -> dict[str, Any]:
    """The whole schema: what types say, with what :mod:`migrate.model.plan_rules` and the docstrings say."""
    schema = codec.plan_schema()
    _describe(plan.Plan, schema)
    for name, part in schema["$defs"].items():
        _describe(getattr(plan, name), part)
    return schema


def described(kind: type[Any]) -> dict[str, str]:
    """What the docstring of a class says of each of its fields."""
    text = inspect.getdoc(kind) or ""
    found = re.finditer(r"^:ivar (\w+): (.*?)(?=\n:ivar|\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return {match[1]: _sentence(match[2]) for match in found}


def _sentence(text: str) -> str:
    plain = " ".join(text.replace("``", "`").split())
    return plain[:1].upper() + plain[1:]


def _describe(kind: type[Any], schema: dict[str, Any]) -> None:
    schema["description"] = _sentence((inspect.getdoc(kind) or "").partition("\n\n")[0])
    said = described(kind)
    for name, inside in schema["properties"].items():
        key = f"{kind.__name__}.{name}"
        if name in said:
            inside["description"] = said[name]
        _limit(key, inside)


def _limit(key: str, schema: dict[str, Any]) -> None:
    """Words, ranges and patterns, on the branch that is no null."""
    if key in _SIZES:
        schema.pop("anyOf", None)
        schema.update({"type": ["integer", "string", "null"], "pattern": f"^{SIZE}$", "minimum": 0})
        return
    if key in _WORDS_OR_MORE:
        schema.pop("anyOf", None)
        schema["type"] = ["string", "boolean", "number", *(["null"] if key.endswith("answer") else [])]
        return
    for branch in schema.get("anyOf", (schema,)):
        if branch.get("type") == "null":
            continue
        if key in WORDS:
            branch["enum"] = list(WORDS[key])
        if key in RANGES:
            low, high = RANGES[key]
            branch["minimum"] = low
            if high is not None:
                # Editors read 0755 as decimal, since YAML 1.2: as a decimal number the largest mode is 7777.
                branch["maximum"] = 7777 if key.endswith(".mode") else high
        if key in PATTERNS:
            branch["pattern"] = f"^(?:{PATTERNS[key][0]})$"
