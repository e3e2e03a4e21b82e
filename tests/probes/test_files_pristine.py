from __future__ import annotations

import pytest

from migrate.probes.files_pristine import empty, pristine


@pytest.mark.parametrize(
    "path",
    [
        "/etc/ld.so.cache", "/etc/passwd-", "/etc/shadow", "/etc/machine-id", "/etc/ssl/certs/ca-certificates.crt",
        "/var/lib/dpkg/status", "/var/cache/apt/archives", "/etc/systemd/system/multi-user.target.wants",
        "/usr/lib/python3/dist-packages/__pycache__", "/var/log/journal", "/root/.bash_history", "/lib", "/boot/grub",
    ],
)  # fmt: skip
def test_what_every_server_has_is_no_finding(path: str) -> None:
    assert pristine(path, "file", "", copied=False)


@pytest.mark.parametrize(
    "path",
    ["/etc/nginx/sites-available/shop", "/etc/ssl/certs/own.pem", "/usr/local/bin/tool", "/var/lib/app", "/root/bin",
     "/etc/systemd/system/app.service", "/etc/systemd/system/nginx.service.d", "/etc/apt/sources.list.d/own.list",
     "/srv", "/etc/passwords", "/etc/hostsfile", "/var/lib/python-app", "/etc/cron.d/job"],
)  # fmt: skip
def test_what_a_person_made_is(path: str) -> None:
    assert not pristine(path, "file", "", copied=False)


def test_a_file_that_package_scripts_name_counts_unless_it_is_their_own_template() -> None:
    assert not pristine("/etc/profile", "file", "m", copied=False)
    assert pristine("/etc/profile", "file", "m", copied=True)
    assert not pristine("/etc/app.conf", "file", "", copied=True)


def test_enabling_a_package_s_unit_is_told_by_the_services() -> None:
    assert pristine("/etc/systemd/system/dbus-org.freedesktop.nm.service", "link", "t", copied=False)
    assert pristine("/etc/systemd/system/sshd.service", "link", "t", copied=False)
    assert not pristine("/etc/systemd/system/getty.target", "link", "", copied=False)


@pytest.mark.parametrize("path", ["/usr/local/lib/python3.11", "/usr/local/share/perl/5.36.0", "/var/lib/gems/3.1.0"])
def test_a_place_for_local_libraries_is_a_finding_once_it_has_some(path: str) -> None:
    assert empty(path, 0)
    assert empty(path, 36)
    assert not empty(path, 4000)
    assert not pristine(path, "directory", "", copied=False)
    assert not empty("/opt/app", 0)
