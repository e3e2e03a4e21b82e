from __future__ import annotations

from typing import Any

from migrate.model.applications import Application, Applications
from migrate.model.bindings import Bindings, Hardware, Scheduling, User
from migrate.model.certificates import Certificate, Certificates, Use
from migrate.model.facts import Package, Packages, Service, Services, System
from migrate.model.inventory import Gap, Inventory, Scope
from migrate.model.licences import LicenceFile, Licences
from migrate.overview import overview


def lines(*facts: Any, gaps: tuple[Gap, ...] = ()) -> list[str]:
    scopes = tuple(Scope(one.scope, "complete", facts=one) for one in facts)
    return overview(Inventory("web01", "web01", "now", (*scopes, Scope("files", "failed", gaps=gaps)))).splitlines()


def test_a_host_is_told_subject_by_subject_and_what_it_has_not_is_left_out() -> None:
    told = lines(
        System(os_name="Debian 7", arch="x86_64", kernel="3.2"),
        Packages("dpkg", (Package("a", "1", "all", "dpkg", manual=True), Package("b", "1", "all", "dpkg"))),
        Applications(
            (Application("apache", "web-server", "apache2", "2.2.22"), Application("service", "other", "feed"))
        ),
        Bindings(hardware=(Hardware("usb", "0529", "0001", "licence-dongle"), Hardware("usb", "1d6b", "0002"))),
    )
    assert "  system       Debian 7, x86_64, kernel 3.2" in told
    assert "  packages     2, 1 of them asked for" in told
    assert "  applications apache apache2 2.2.22, feed" in told
    assert "  bound to     1 licence dongles" in told
    assert not any(line.startswith("  certificates") for line in told)


def test_a_process_is_a_real_time_one_by_its_priority_alone() -> None:
    told = lines(
        Bindings(scheduling=(Scheduling(User(1, "a"), "fifo", 50), Scheduling(User(2, "nginx"), processors="0"))),
        Licences((LicenceFile("/a.lic", "flexlm", host_ids=("0242",)), LicenceFile("/b.lic", "rlm"))),
    )
    assert "  bound to     1 real-time processes, 1 licence files" in told


def test_the_first_certificate_to_end_is_one_that_is_in_use() -> None:
    used = Certificate("/etc/ssl/a.pem", not_after=1893456000, uses=(Use(),))
    told = lines(Certificates((Certificate("/etc/ssl/old.pem", not_after=0), used)))
    assert "  certificates 1 in use, the first ends 2030-01-01" in told


def test_what_could_not_be_read_comes_last_with_its_cure_and_not_without_end() -> None:
    told = lines(gaps=tuple(Gap(f"/x{number}", "only root may read it", "sudo") for number in range(20)))
    assert "  ! files: failed" in told
    assert told[-2] == "  ! files: /x14: only root may read it (sudo)"
    assert told[-1] == "  ! and 5 gaps more: migrate show web01 --all"


def test_a_name_with_a_newline_begins_no_line() -> None:
    told = lines(Services((Service("x\n  ! packages: failed", "systemd", active=True),)))
    assert "  services     1 active: x\\n  ! packages: failed" in told
