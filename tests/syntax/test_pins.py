"""apt's and dnf's as they were written in real runs; yum's, zypper's and apk's after their manuals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.packages import Pin
from migrate.syntax.pins import pins


def test_apt_s_preferences_and_its_default_release() -> None:
    lines = ["Explanation: x", "Package: nginx* php", "Pin: release  a=bookworm", "Pin-Priority: -10", "", "Package: *"]
    assert pins("/etc/apt/preferences.d/a", lines) == [
        Pin("pin", ("nginx*", "php"), "release a=bookworm", -10, "/etc/apt/preferences.d/a")
    ]
    line = 'APT::Default-Release "bookworm";'
    assert pins("/etc/apt/apt.conf.d/9", ["// x", line]) == [
        Pin("default-release", ("*",), "bookworm", seen="/etc/apt/apt.conf.d/9")
    ]


def test_dnf_s_locks_exclusions_and_modules() -> None:
    lock = "/etc/dnf/plugins/versionlock.list"
    assert pins(lock, ["# Added", "httpd-0:2.4-1.*", "!php-*", ""]) == [
        Pin("versionlock", ("httpd-0:2.4-1.*",), seen=lock), Pin("versionlock", ("php-*",), "not this", seen=lock),
    ]  # fmt: skip
    assert pins("/etc/dnf/dnf.conf", ["[main]", "excludepkgs=kernel*, php"]) == [
        Pin("exclude", ("kernel*", "php"), seen="/etc/dnf/dnf.conf")
    ]
    repository = "/etc/yum.repos.d/acme.repo"
    assert pins(repository, ["[acme]", "baseurl=http://x", "exclude=kernel*", "[beta]", "enabled=0"]) == [
        Pin("exclude", ("kernel*",), "repository acme", seen=repository)
    ]
    module = ["[php]", "name=php", "stream=7.4", "profiles=common", "state=enabled"]
    path = "/etc/dnf/modules.d/php.module"
    assert pins(path, module) == [Pin("module", ("php",), "stream 7.4, common", seen=path)]
    assert pins(path, ["[php]", "stream=", "state=unknown"]) == []


def test_zypper_s_locks_and_apk_s_world() -> None:
    lines = ["type: package", "match_type: glob", "case_sensitive: on", "solvable_name: kernel*", "",
             "type: patch", "solvable_name: x", "", "type: package", "solvable_name: php", "version: < 8"]  # fmt: skip
    assert pins("/etc/zypp/locks", lines) == [
        Pin("lock", ("kernel*",), seen="/etc/zypp/locks"), Pin("lock", ("php",), "< 8", seen="/etc/zypp/locks"),
    ]  # fmt: skip
    assert pins("/etc/apk/world", ["bash", "nginx@edge", "php<8", "!x"]) == [
        Pin("world", ("nginx",), "@edge", seen="/etc/apk/world"), Pin("world", ("php",), "<8", seen="/etc/apk/world"),
        Pin("world", ("x",), "not this", seen="/etc/apk/world"),
    ]  # fmt: skip


PATHS = ("/etc/apt/preferences", "/etc/apt/apt.conf", "/etc/yum.conf", "/etc/zypp/locks", "/etc/apk/world",
         "/etc/dnf/modules.d/a.module", "/etc/dnf/plugins/versionlock.list")  # fmt: skip


@given(st.lists(st.text(st.characters(exclude_characters="\n"))), st.sampled_from(PATHS))
def test_odd_rules_are_no_error(lines: list[str], path: str) -> None:
    pins(path, lines)
