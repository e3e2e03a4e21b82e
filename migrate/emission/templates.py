"""The Jinja environment of the emitters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from migrate.quoting import shell, shell_words

_PACKAGE = Path(__file__).parent.parent


@cache
def environment() -> Environment:
    """Templates of the installed package, or of the checkout; an undefined name is an error."""
    made = Environment(
        loader=FileSystemLoader([_PACKAGE / "_data" / "templates", _PACKAGE.parent / "templates"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML: what stands in a template was quoted for its language before
    )
    made.filters.update(shell=shell, shell_words=shell_words)
    return made


def render(template: str, **values: object) -> str:
    return environment().get_template(template).render(**values)
