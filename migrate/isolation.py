"""A compose file made safe to start beside a production server: nothing published, nothing shared, no way out. Pure.

A validated copy holds the production's secrets and settings. It must not take over ports of this machine, touch the
volumes of a deployment, or reach anything outside (a payment service, a mail relay, another host's database).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LABEL = "org.migrate.validation"


def contexts(config: Mapping[str, Any]) -> dict[str, str]:
    """The folder that each service is built from; services that take a ready image are left out."""
    builds = {name: service.get("build") for name, service in _services(config).items()}
    return {
        name: str(Path(build["context"] if isinstance(build, dict) else build).resolve())
        for name, build in builds.items()
        if build
    }


def isolated(
    config: Mapping[str, Any], project: str, images: Mapping[str, str], *, reach_out: bool = False
) -> dict[str, Any]:
    """The resolved compose file for a project of its own.

    :param images: what each service runs, by service.
    :param reach_out: leave the way to the outside open.
    """
    made: dict[str, Any] = copy.deepcopy(dict(config))
    made["name"] = project
    for name, service in _services(made).items():
        for key in ("build", "ports", "container_name", "pull_policy"):
            service.pop(key, None)
        service["image"] = images.get(name, service.get("image"))
        service["labels"] = {**_labels(service), LABEL: project}
    for network in _named(made, "networks").values():
        network.pop("external", None)
        network.pop("name", None)
        network["internal"] = not reach_out
    for volume in _named(made, "volumes").values():
        volume.pop("external", None)
        volume.pop("name", None)
    return made


def _services(config: Mapping[str, Any]) -> dict[str, Any]:
    return config.get("services") or {}


def _named(config: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The entries of a kind, each as a mapping (compose allows nothing there)."""
    entries = config.get(kind) or {}
    config[kind] = {name: entry or {} for name, entry in entries.items()}
    return dict(config[kind])


def _labels(service: Mapping[str, Any]) -> dict[str, str]:
    labels = service.get("labels") or {}
    if isinstance(labels, list):
        return dict(str(label).partition("=")[::2] for label in labels)
    return dict(labels)
