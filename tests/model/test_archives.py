from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from migrate.model.archives import ARCHIVES, archive
from migrate.model.plan import Base


def _base(os_id: str, version: str) -> Base:
    return Base("x", "dpkg", os_id, version)


@pytest.mark.parametrize(
    ("os_id", "version", "host"),
    [
        ("debian", "6", "archive.debian.org"),
        ("debian", "10", "archive.debian.org"),
        ("debian", "11", None),
        ("debian", "", None),
        ("ubuntu", "12.04", "old-releases.ubuntu.com"),
        ("ubuntu", "14.04", None),
        ("ubuntu", "19.10", "old-releases.ubuntu.com"),
        ("ubuntu", "24.04", None),
        ("centos", "6.10", "vault.centos.org"),
        ("centos", "7", "vault.centos.org"),
        ("centos", "9", None),
        ("fedora", "35", "archives.fedoraproject.org"),
        ("alpine", "3.4", None),
    ],
)
def test_where_the_packages_of_a_release_are(os_id: str, version: str, host: str | None) -> None:
    found = archive(_base(os_id, version))
    assert (found and found.host) == host


@pytest.mark.parametrize(
    ("os_id", "before", "after"),
    [
        (
            "debian",
            (
                "deb http://ftp.uk.debian.org/debian stretch main\n"
                "deb http://security.debian.org/debian-security stretch/updates main\n"
                "deb http://ftp.uk.debian.org/debian stretch-updates main\n"
            ),
            (
                "deb http://kept.example/debian stretch main\n"
                "deb http://kept.example/debian-security stretch/updates main\n"
            ),
        ),
        (
            "ubuntu",
            (
                "deb http://archive.ubuntu.com/ubuntu/ eoan main\n"
                "deb http://security.ubuntu.com/ubuntu/ eoan-security main\n"
            ),
            "deb http://kept.example/ubuntu/ eoan main\ndeb http://kept.example/ubuntu/ eoan-security main\n",
        ),
        (
            "centos",
            "mirrorlist=http://mirrorlist.centos.org/?r=1\n#baseurl=http://mirror.centos.org/centos/$releasever/os/\n",
            "#mirrorlist=http://mirrorlist.centos.org/?r=1\nbaseurl=https://kept.example/centos/$releasever/os/\n",
        ),
        (
            "fedora",
            "#baseurl=http://download.example/pub/fedora/linux/releases/$releasever/\nmetalink=https://mirrors.example\n",
            (
                "baseurl=https://kept.example/pub/archive/fedora/linux/releases/$releasever/\n"
                "#metalink=https://mirrors.example\n"
            ),
        ),
    ],
)
def test_the_sources_of_an_image_are_made_to_look_there(tmp_path: Path, os_id: str, before: str, after: str) -> None:
    [one] = [one for one in ARCHIVES if one.os_id == os_id]
    for folder in ("etc/apt/apt.conf.d", "etc/yum.repos.d"):
        (tmp_path / folder).mkdir(parents=True)
    place = tmp_path / ("etc/apt/sources.list" if os_id in ("debian", "ubuntu") else "etc/yum.repos.d/x.repo")
    place.write_text(before)
    script = one.sources.replace("/etc/", f"{tmp_path}/etc/")
    subprocess.run(("sh", "-euc", script), env={"ARCHIVE": "kept.example", "PATH": "/usr/bin:/bin"}, check=True)
    assert place.read_text() == after
