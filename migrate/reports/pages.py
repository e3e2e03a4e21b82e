"""What every page shares: the templates, and how a host's text is written into them."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from migrate.quoting import terminal
from migrate.shipped import shipped


@cache
def environment() -> Environment:
    """Everything is escaped; a name that a template does not get is an error."""
    made = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = terminal
    made.filters["megabytes"] = lambda size: f"{size / 1e6:,.1f} MB"
    return made
