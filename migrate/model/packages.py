"""What keeps a package manager from simply taking the newest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """A rule that a person made about which version of what is taken.

    :ivar kind: pin (apt preferences), default-release, versionlock, exclude, module, lock (zypper), world (apk).
    :ivar packages: names and patterns; "*" for all.
    :ivar rule: what holds for them, as written: "release a=bookworm-backports", "php:7.4", "<2.0".
    """

    kind: str
    packages: tuple[str, ...] = ()
    rule: str | None = None
    priority: int | None = None
    seen: str = ""
