from __future__ import annotations

import pytest

from migrate.model.facts import Repository
from migrate.syntax.repositories import masked, repositories


def test_one_line_sources() -> None:
    lines = [
        "# deb http://off.example.org x main",
        "deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://a.example.org/debian bullseye main contrib #",
        "deb-src http://a.example.org/debian bullseye main",
        "deb http://b.example.org/flat ./",
    ]
    assert repositories("/etc/apt/sources.list", lines) == [
        Repository(
            "deb",
            "https://a.example.org/debian",
            "bullseye",
            ("main", "contrib"),
            key="/usr/share/keyrings/x.gpg",
            seen="/etc/apt/sources.list",
            architectures=("amd64",),
        ),
        Repository("deb", "http://b.example.org/flat", "./", seen="/etc/apt/sources.list"),
    ]


def test_deb822_sources_are_one_for_each_suite() -> None:
    lines = ["Types: deb deb-src", "URIs: http://a.example.org/debian", "Suites: trixie", "  trixie-updates",
             "Components: main", "Signed-By:", " -----BEGIN PGP-----", " .", "", "Types: deb", "Enabled: no",
             "URIs: http://b.example.org", "Suites: x"]  # fmt: skip
    found = repositories("/etc/apt/sources.list.d/d.sources", lines)
    assert [(one.url, one.suite, one.enabled, one.key) for one in found] == [
        ("http://a.example.org/debian", "trixie", True, None),
        ("http://a.example.org/debian", "trixie-updates", True, None),
        ("http://b.example.org", "x", False, None),
    ]


def test_yum_and_zypper_sources() -> None:
    lines = ["[base]", "name=Base", "mirrorlist=http://m.example.org/?a=1", "#baseurl=http://x", "gpgkey=file:///etc/k",
             "[off]", "baseurl=http://u:p@b.example.org/", "   http://second", "enabled=0"]  # fmt: skip
    assert repositories("/etc/yum.repos.d/x.repo", lines) == [
        Repository(
            "rpm", "http://m.example.org/?a=1", "base", key="file:///etc/k", seen="/etc/yum.repos.d/x.repo", name="Base"
        ),
        Repository("rpm", "http://***@b.example.org/", "off", enabled=False, seen="/etc/yum.repos.d/x.repo"),
    ]


def test_apk_sources() -> None:
    found = repositories(
        "/etc/apk/repositories", ["http://a.example.org/main", "@edge http://a.example.org/edge", "#x"]
    )
    assert [(one.url, one.suite) for one in found] == [
        ("http://a.example.org/main", None),
        ("http://a.example.org/edge", "@edge"),
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:p@ss@h.example.org/x", "https://***@h.example.org/x"),
        ("https://h.example.org/x?token=abc&y=1", "https://h.example.org/x?token=***&y=1"),
        ("http://h.example.org/@scope", "http://h.example.org/@scope"),
    ],
)
def test_credentials_are_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_what_yum_takes_first_and_never_and_does_not_verify() -> None:
    lines = ["[a]", "baseurl=http://a.example.org", "priority=10", "exclude=kernel* php*,", "gpgcheck=0"]
    (found,) = repositories("/etc/yum.repos.d/x.repo", lines)
    assert (found.priority, found.excludes, found.verified) == (10, ("kernel*", "php*"), False)
    (trusted,) = repositories("/etc/apt/sources.list", ["deb [trusted=yes] file:/srv/repo ./"])
    assert trusted.verified is False
