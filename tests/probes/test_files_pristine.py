from __future__ import annotations

import pytest

from migrate.probes.files_pristine import pristine


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
