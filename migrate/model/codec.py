"""Between the model and its files: loads, checks, dumps and publishes the JSON Schema. The only user of pydantic.

What equals a field's default is left out of the files, so that they stay short and read well.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from migrate import model
from migrate.errors import InputError
from migrate.model.assessment import RuleFile
from migrate.model.inventory import SCHEMA_VERSION, Gap, Inventory, Scope
from migrate.model.plan import Plan

T = TypeVar("T")
Where = Callable[[tuple[int | str, ...]], int | None]
_MOST_PROBLEMS = 12
_SAID = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is not a known key",
    "string_type": "has to be a text; put it in quotes",
    "int_type": "has to be a whole number",
    "int_parsing": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "float_type": "has to be a number",
    "float_parsing": "has to be a number",
    "bool_type": "has to be true or false",
    "bool_parsing": "has to be true or false",
    "tuple_type": "has to be a list",
    "dataclass_type": "has to be a mapping of keys to values",
    "too_long": "has too many items",
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Frame:
    """An inventory without its scopes, which are loaded by their names."""

    host: str
    target: str
    collected: str
    tool: str = ""
    schema: int = SCHEMA_VERSION


@dataclasses.dataclass(frozen=True, slots=True)
class _ScopeFrame:
    """A scope without its facts."""

    name: str
    status: str
    seconds: float | None = None
    gaps: tuple[Gap, ...] = ()


@cache
def scope_types() -> Mapping[str, type[Any]]:
    """The facts' types by scope: the classes of this folder that name one.

    Not by way of the probes that bring them: those are many modules, and who only reads an inventory needs none.
    """
    names = (info.name for info in pkgutil.iter_modules(model.__path__) if info.name != "codec")
    modules = [importlib.import_module(f"{model.__name__}.{name}") for name in names]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    # A field that is called so is none.
    named = ((getattr(kind, "scope", None), kind) for kind in kinds)
    return dict(sorted((scope, kind) for scope, kind in named if isinstance(scope, str)))


def load(kind: type[T], data: object, name: str, where: Where | None = None) -> T:
    """A dataclass from plain lists and mappings.

    :param name: the file, for messages.
    :param where: the line of a place in it.
    :raises InputError: with every problem and the path of its key.
    """
    try:
        key: Any = kind
        loaded: T = _adapter(key).validate_python([data])[0]
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        said = [(one["loc"][1:], _problem(kind, one["loc"][1:], one)) for one in found]
        raise InputError(listed(data, said, name, where)) from error
    return loaded


def dump(value: object) -> Any:
    """Plain lists and mappings of a dataclass, without the fields that are at their default."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: dump(one) for name, one, plain in _fields(value) if not plain}
    if isinstance(value, (tuple, list)):
        return [dump(one) for one in value]
    if isinstance(value, dict):
        return {key: dump(one) for key, one in value.items()}
    return value


def dump_inventory(inventory: Inventory) -> bytes:
    """The bytes of inventory.json: plain ASCII, the same for the same inventory."""
    data = dump(dataclasses.replace(inventory, scopes=()))
    data["schema"] = inventory.schema
    data["scopes"] = [_dump_scope(scope) for scope in inventory.scopes]
    return (json.dumps(data, indent=1) + "\n").encode("ascii")


def load_inventory(data: bytes, name: str) -> Inventory:
    """An inventory from the bytes of its file.

    :raises InputError: it is not JSON, of a newer version, or not an inventory.
    """
    plain = load_json(data, name)
    if not isinstance(plain, dict) or not isinstance(plain.get("scopes", []), list):
        raise InputError(f"{name} is not an inventory", "run migrate discover again")
    version = plain.get("schema", SCHEMA_VERSION)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise InputError(f"{name} was written by a newer version (schema {version})", "install that version of migrate")
    for step in range(version if isinstance(version, int) else SCHEMA_VERSION, SCHEMA_VERSION):
        plain = _UPGRADES[step](plain) if step in _UPGRADES else plain
    found = plain.pop("scopes", [])
    frame = load(_Frame, plain, name)
    scopes = tuple(_load_scope(scope, f"{name}: scopes[{index}]") for index, scope in enumerate(found))
    return Inventory(frame.host, frame.target, frame.collected, scopes, frame.tool, frame.schema)


def _with_new_scopes(plain: dict[str, Any]) -> dict[str, Any]:
    """From 1 to 2: what that version never asked for is said to be unknown, rather than not there."""
    known = {scope.get("name") for scope in plain.get("scopes", []) if isinstance(scope, dict)}
    why = "not asked for by the version that wrote this inventory"
    missing = [
        {
            "name": name,
            "status": "skipped",
            "gaps": [{"what": name, "why": why, "remedy": "run migrate discover again"}],
        }
        for name in scope_types()
        if name not in known
    ]
    return {**plain, "schema": 2, "scopes": [*plain.get("scopes", []), *missing]}


_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _with_new_scopes}
"""By the version that a file has: what makes it one of the next version. Pure, on plain data."""


def load_json(data: bytes, name: str) -> Any:
    """JSON, or an InputError that names ``name`` and the place."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}, line {error.lineno}: it is not JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{name}: it is not JSON") from error


def inventory_schema() -> dict[str, Any]:
    """The JSON Schema of inventory.json."""
    scopes = list(scope_types().items())
    inputs = [(name, "validation", TypeAdapter(kind)) for name, kind in scopes]
    inputs += [("", "validation", TypeAdapter(Gap))]
    refs, shared = TypeAdapter.json_schemas(inputs, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    defs = shared.get("$defs", {})
    frame = _closed(TypeAdapter(_Frame).json_schema())
    scope = {
        "name": {"type": "string"},
        "status": {"enum": ["complete", "partial", "failed", "skipped"]},
        "seconds": {"type": ["number", "null"]},
        "gaps": {"type": "array", "items": refs["", "validation"]},
    }
    either = {name: {"anyOf": [refs[name, "validation"], {"type": "null"}]} for name, _ in scopes}
    one_of = [_scope_schema(scope, {"const": name}, facts) for name, facts in either.items()]
    other = _scope_schema(scope, {"not": {"enum": [name for name, _ in scopes]}}, {})
    frame["properties"]["scopes"] = {"type": "array", "items": {"anyOf": [*one_of, other]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **frame,
        "title": "Inventory",
        "$defs": _closed({"$defs": defs})["$defs"],
    }


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of plan.yaml."""
    schema = _closed(TypeAdapter(Plan).json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def rules_schema() -> dict[str, Any]:
    """The JSON Schema of a file of assessment rules."""
    schema = _closed(TypeAdapter(RuleFile).json_schema())
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _scope_schema(scope: dict[str, Any], name: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**scope, "name": name, "facts": facts},
        "required": ["name", "status"],
        "additionalProperties": False,
    }


def _closed(schema: Any) -> Any:
    """Unknown keys are refused, as loading does; the docstrings of code say nothing to readers of a file."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(one) for key, one in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed["additionalProperties"] = False
    return closed


def _dump_scope(scope: Scope) -> dict[str, Any]:
    facts = scope.facts
    data = dump(dataclasses.replace(scope, facts=None))
    return data if facts is None else {**data, "facts": dump(facts)}


def _load_scope(data: object, name: str) -> Scope:
    if not isinstance(data, dict):
        raise InputError(f"{name} has to be a mapping of keys to values")
    facts = data.get("facts")
    frame = load(_ScopeFrame, {key: value for key, value in data.items() if key != "facts"}, name)
    kind = scope_types().get(frame.name)
    # A scope of a part that is not installed here is kept by name only.
    loaded = None if facts is None or kind is None else load(kind, facts, f"{name} ({frame.name})")
    return Scope(frame.name, frame.status, frame.seconds, frame.gaps, loaded)


@cache
def _adapter(kind: Any) -> Any:
    # Wrapped in a list: pydantic takes no configuration beside a dataclass of the standard library itself.
    return TypeAdapter(list[kind], config=ConfigDict(extra="forbid"))


def _fields(value: Any) -> list[tuple[str, Any, bool]]:
    """Name, value, and whether that is the default."""
    found = []
    for name, default in _defaults(value.__class__):
        one = getattr(value, name)
        found.append((name, one, one is default or (type(one) is type(default) and one == default)))
    return found


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default(field)) for field in dataclasses.fields(kind))


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def listed(
    data: object, found: Sequence[tuple[tuple[int | str, ...], str]], name: str, where: Where | None = None
) -> str:
    """What is wrong with a file, a line each: the file, the line where it is known, the path of the key, and what."""
    said = []
    for place, what in found[:_MOST_PROBLEMS]:
        line = where(place) if where else None
        said.append(f"{name}{f', line {line}' if line else ''}: {f'{_path(data, place)} {what}'.strip()}")
    more = len(found) - _MOST_PROBLEMS
    return "\n".join([*said, *([f"{name}: and {more} more"] if more > 0 else [])])


def _problem(kind: type[Any], place: tuple[int | str, ...], error: Any) -> str:
    said: str = _SAID.get(error["type"], error["msg"])
    if error["type"] == "unexpected_keyword_argument":
        near = _near(kind, place)
        said += f"; did you mean {near!r}?" if near else ""
    return said


def _path(data: object, place: tuple[int | str, ...]) -> str:
    """``workloads[nginx].ports[0].port``: items of a list by their name or id where they have one."""
    path = ""
    for step in place:
        inside: object = None
        if isinstance(data, dict):
            inside = data.get(step)
        elif isinstance(data, (list, tuple)) and isinstance(step, int) and step < len(data):
            inside = data[step]
        if isinstance(step, int):
            label = (inside.get("name") or inside.get("id")) if isinstance(inside, dict) else None
            path += f"[{label if isinstance(label, str) else step}]"
        else:
            path += f".{step}" if path else str(step)
        data = inside
    return path


def _near(kind: type[Any], place: tuple[int | str, ...]) -> str | None:
    import difflib

    for step in place[:-1]:
        if isinstance(step, str) and dataclasses.is_dataclass(kind):
            kind = _item(get_type_hints(kind).get(step, object))
    if not dataclasses.is_dataclass(kind):
        return None
    known = [field.name for field in dataclasses.fields(kind)]
    return next(iter(difflib.get_close_matches(str(place[-1]), known, 1)), None)


def _item(hint: Any) -> Any:
    """The dataclass in ``tuple[X, ...]`` or ``X | None``."""
    for inner in getattr(hint, "__args__", ()):
        if dataclasses.is_dataclass(inner):
            return inner
    return hint
