"""Which version a program is, by the package that owns it, or by the place where it was put."""

from __future__ import annotations

import re

from migrate.probes.servers import Seen

_VERSION = re.compile(
    r"(?:\d+:)?v?(\d[\w.]*?)(?:[.+~](?:dfsg|ds|repack|really|deb|debian|ubuntu|git|svn)\b.*|[+~-].*)?"
)
_IN_NAME = re.compile(r"[-_/]v?(\d+(?:\.\d+){1,3}[a-z]?\d*)(?=$|[-_/])")
_INSTALLED = re.compile(r"(/.+?)/(?:s?bin|libexec|lib64|lib)/[^/]+(?:/[^/]+)?")
_EVERYBODYS = frozenset(("/usr", "/usr/local", "/bin", "/sbin", "/", "/usr/pkg", "/opt", "/opt/local"))


def version_of(seen: Seen, path: str | None) -> str | None:
    """The version of the package that a program belongs to; else what the path of its installation says."""
    package = seen.owners.get(path or "")
    if package:
        return package_version(seen, package)
    home = home_of(path)
    match = _IN_NAME.search(home) if home else None
    return match[1] if match else None


def package_version(seen: Seen, *packages: str) -> str | None:
    """The version of the first of these packages that is installed, as its makers count."""
    found = next((seen.versions[name] for name in packages if name in seen.versions), None)
    return plain_version(found) if found else None


def plain_version(version: str) -> str:
    """2.4.57 of ``1:2.4.57-2~deb12u1``."""
    match = _VERSION.fullmatch(version)
    return match[1] if match else version


def home_of(path: str | None) -> str | None:
    """/opt/nginx of /opt/nginx/sbin/nginx; None of what lies among everybody's programs."""
    match = _INSTALLED.fullmatch(path or "")
    return match[1] if match and match[1] not in _EVERYBODYS else None
