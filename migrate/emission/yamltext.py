"""YAML that every reader takes the same way: plain words stand plain, every other text is quoted or a block."""

from __future__ import annotations

import re
from typing import Any

import yaml

from migrate.errors import InputError

_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
# What YAML 1.1 and 1.2 both take for a text: words and paths; sizes and times, which are no numbers.
_PLAIN = re.compile(r"(?:\.{0,2}/|--?)?[A-Za-z][A-Za-z0-9_./@+-]*|\d+(?:[KMG]i?|[smh])")
_WORDS = frozenset("y n yes no on off true false null".split())


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - the same
        """Lists stand below their key, not beside it."""
        super().increase_indent(flow, False)


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise InputError(f"{text!r} is not UTF-8, which YAML can't carry", "change it in plan.yaml")
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text)
    lines = text.split("\n")
    block = len(lines) > 2 and text.endswith("\n") and all(line == line.rstrip() for line in lines)
    block = block and text.replace("\n", "").isprintable() and not lines[0][:1].isspace() and bool(lines[0])
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else '"')


def _mapping(dumper: yaml.SafeDumper, data: dict[Any, Any]) -> yaml.MappingNode:
    pairs = []
    for key, value in data.items():
        plain = isinstance(key, str) and _PLAIN_KEY.fullmatch(key) and key.lower() not in _WORDS
        node = dumper.represent_scalar("tag:yaml.org,2002:str", key) if plain else dumper.represent_data(key)
        pairs.append((node, dumper.represent_data(value)))
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)


_Dumper.add_representer(str, _string)
_Dumper.add_representer(dict, _mapping)


def dump(value: Any) -> str:
    """``value`` as a YAML document.

    :raises InputError: a text of it is not valid Unicode (bytes of the host that are no UTF-8).
    """
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=4096, allow_unicode=False, indent=2)
    return text


def documents(values: tuple[dict[str, Any], ...]) -> str:
    """Several documents in one file."""
    return "---\n".join(dump(value) for value in values)


def comment(text: str, indent: int = 0) -> str:
    """``text`` as comment lines, whatever is in it."""
    clean = "".join(one if one.isprintable() else " " for one in text).strip()
    return f"{' ' * indent}# {clean}\n" if clean else ""
