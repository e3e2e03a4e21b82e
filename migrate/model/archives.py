"""Releases whose packages have left the mirrors, and where their distributions keep them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrate.model.plan import Base


@dataclass(frozen=True, slots=True)
class Archive:
    """:ivar last: the youngest release that is there and no more on the mirrors.
    :ivar also: younger ones that are there, too.
    :ivar host: of the archive; another one with the same layout may stand in its place.
    :ivar sources: makes the package manager of the distribution's own image look there; ``$ARCHIVE`` is the host.
    """

    os_id: str
    last: tuple[int, ...]
    host: str
    sources: str
    also: tuple[str, ...] = ()


_APT = (
    "sed -i -E 's,https?://(deb|security|ftp|http|archive|[a-z]+.archive|ports)[^/ ]*[.](debian[.]org|ubuntu[.]com),"
    "http://'\"$ARCHIVE\"',; /-updates/d' /etc/apt/sources.list; "
    "printf 'Acquire::Check-Valid-Until \"false\";\\n' >/etc/apt/apt.conf.d/90archive"
)
_UBUNTU = _APT.replace("; /-updates/d", "")
_YUM = (
    "sed -i -E -e 's,^mirrorlist=,#mirrorlist=,' -e 's,^#? ?baseurl=https?://mirror[.]centos[.]org,"
    "baseurl=https://'\"$ARCHIVE\"',' /etc/yum.repos.d/*.repo"
)
_FEDORA = (
    "sed -i -E -e 's,^metalink=,#metalink=,' -e 's,^#baseurl=https?://[^/]+/pub/fedora/linux,"
    "baseurl=https://'\"$ARCHIVE\"'/pub/archive/fedora/linux,' /etc/yum.repos.d/*.repo"
)
ARCHIVES = (
    Archive("debian", (10,), "archive.debian.org", _APT),
    Archive(
        "ubuntu",
        (13, 10),
        "old-releases.ubuntu.com",
        _UBUNTU,
        also=(
            "14.10", "15.04", "15.10", "16.10", "17.04", "17.10", "18.10", "19.04", "19.10", "20.10", "21.04", "21.10",
            "22.10", "23.04", "23.10", "24.10",
        ),
    ),
    Archive("centos", (8,), "vault.centos.org", _YUM),
    Archive("fedora", (40,), "archives.fedoraproject.org", _FEDORA),
)  # fmt: skip


def archive(base: Base) -> Archive | None:
    """Where the packages of a base are, when they have left the mirrors."""
    number = tuple(int(piece) for piece in re.findall(r"\d+", base.version)[:2])
    for one in ARCHIVES:
        if one.os_id == base.os_id and number and (number[: len(one.last)] <= one.last or base.version in one.also):
            return one
    return None
