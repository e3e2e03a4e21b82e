"""The base image of a host: the same distribution release, by the names that public registries use."""

from __future__ import annotations

import re
from dataclasses import replace

from migrate.model.archives import archive
from migrate.model.facts import System
from migrate.model.plan import Base

_DPKG = frozenset(("debian", "ubuntu", "raspbian", "linuxmint", "devuan", "kali"))
_IMAGES = {
    "rocky": "rockylinux:{major}",
    "almalinux": "almalinux:{version}",
    "centos": "centos:{version}",
    "rhel": "redhat/ubi{major}",
    "ol": "oraclelinux:{major}",
    "fedora": "fedora:{version}",
    "amzn": "amazonlinux:{version}",
    "opensuse-leap": "opensuse/leap:{version}",
    "opensuse-tumbleweed": "opensuse/tumbleweed",
    "opensuse": "opensuse/archive:{version}",
    "sles": "registry.suse.com/suse/sle{major}",
    "alpine": "alpine:{minor}",
    "arch": "archlinux",
    "debian": "debian:{release}-slim",
    "raspbian": "debian:{release}-slim",
    "ubuntu": "ubuntu:{version}",
}


def faithful(system: System) -> Base:
    """The image of the host's own release."""
    version = system.os_version
    pieces = version.split(".")
    known = {
        "version": version or "latest",
        "major": pieces[0] or "latest",
        "minor": ".".join(pieces[:2]) or "latest",
        "release": pieces[0] or system.os_codename or "stable",
    }
    template = _IMAGES.get(system.os_id) or _like(system)
    base = Base(
        image=template.format(**known),
        family=_family(system),
        os_id=system.os_id or "linux",
        version=version,
        codename=system.os_codename,
        because=f"the same release as the host: {system.os_name or system.os_id}",
    )
    kept = archive(base)
    return replace(base, because=f"{base.because}; its packages are at {kept.host} by now") if kept else base


def _like(system: System) -> str:
    for name in system.os_like:
        if name in _IMAGES:
            return _IMAGES[name]
    name = re.sub(r"[^a-z0-9._-]", "", system.os_id.lower())
    return name + ":{version}" if name else "debian:stable-slim"


def _family(system: System) -> str:
    names = {system.os_id, *system.os_like}
    if names & _DPKG:
        return "dpkg"
    return "apk" if "alpine" in names else "rpm"
