"""The Jinja environment of the emitters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from migrate.quoting import shell, shell_words


@cache
def environment() -> Environment:
    """Templates of the installed package, or of the checkout; an undefined name is an error."""
    package = Path(__file__).parent.parent
    places = [package / "_data" / "templates", package.parent / "templates"]
    made = Environment(
        loader=FileSystemLoader([place for place in places if place.is_dir()]),
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
