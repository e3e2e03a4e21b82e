"""Evidence quotes pages, logs and engines: no secret's value goes into what is shown or kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from migrate.model.verdict import Check


def without_secrets(check: Check, values: Mapping[str, Mapping[str, str]]) -> Check:
    """The check with a mark in the place of each value.

    :param values: the secrets, by host and id.
    """
    detail, summary = check.detail, check.summary
    for host_values in values.values():
        for name, value in host_values.items():
            for part in {value, *value.splitlines()}:
                if len(part.strip()) >= 4 and not part.startswith("-----"):
                    shown = f"‹secret {name}›"
                    detail, summary = detail.replace(part, shown), summary.replace(part, shown)
    return replace(check, detail=detail, summary=summary)
