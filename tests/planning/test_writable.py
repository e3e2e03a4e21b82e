from __future__ import annotations

from typing import Any

from migrate.detectors import Candidate
from migrate.model.facts import CapturedFile, OpenFile, Process
from migrate.model.plan import Account, Base, DirectoryChoice, FileChoice, LogFile, ScheduledJob, Volume, Workload
from migrate.planning import writable
from migrate.planning.belongings import Belongings
from migrate.planning.workloads import Draft
from tests.planning.hosts import host, process, service, tree

APP = Account("app", 998, 998, "app", "/var/lib/app", "/bin/sh")
DATA = Volume("x-data", "/srv/x/data", "data", "copy", 998, 998, 0o755, "state")


def decided(
    *processes: Process, facts: dict[str, Any] | None = None, texts: tuple[str, ...] = (), confined: str | None = None,
    taken: set[str] | None = None, **fields: Any,
) -> Workload:  # fmt: skip
    given = {"user": "app", "accounts": (APP,), "volumes": (DATA,)} | fields
    one = Workload("x", "web01", "service", "", Base("debian:12", "dpkg", "debian", "12"), **given)
    candidate = Candidate("x", service("x.service"), processes)
    draft = Draft(one, candidate, Belongings((), (), texts, ()), confined=confined)
    return writable.decide(host(**(facts or {})), (draft,), set() if taken is None else taken)[0].workload


def temporary(workload: Workload) -> dict[str, bool]:
    return {one.path: one.seed for one in workload.volumes if one.kind == "temporary"}


def test_what_a_user_was_seen_to_write_is_in_volumes_and_the_root_read_only() -> None:
    open_files = (OpenFile("/srv/x/data/a.db", True), OpenFile("/srv/x/spool/1", True), OpenFile("/dev/null", True))
    spool = {"trees": (tree("/srv/x/spool", "spool", uid=998),)}
    found = decided(process(5, "/usr/bin/x", uid=998, open_files=open_files), facts=spool)
    assert found.read_only
    assert temporary(found) == {"/tmp": False, "/var/tmp": False, "/srv/x/spool": False}


def test_a_folder_that_holds_something_begins_with_it() -> None:
    found = decided(
        directories=(DirectoryChoice("/srv/x/webapps", 998, 998, 0o755, "it unpacks there"),),
        files=(FileChoice("/srv/x", "its folder"),),
        facts={"entries": (CapturedFile("/srv/x/webapps/a.war", "file", 0o644, 998, 998, 100),)},
    )
    assert temporary(found)["/srv/x/webapps"] is True


def test_a_folder_of_links_to_standard_output_and_one_of_others_need_nothing() -> None:
    logs, others = (DirectoryChoice(path, uid, uid, 0o755, "") for path, uid in (("/var/log/x", 998), ("/srv/y", 33)))
    found = decided(directories=(logs, others), logs=(LogFile("/var/log/x/a.log"),))
    assert temporary(found) == {"/tmp": False, "/var/tmp": False}


def test_a_file_that_is_written_beside_others_programs_leaves_the_root_writable() -> None:
    found = decided(process(5, "/usr/bin/x", uid=998, open_files=(OpenFile("/etc/x.state", True),)))
    assert not found.read_only
    assert "has /etc/x.state open for writing" in found.read_only_because


def test_what_root_writes_is_known_where_a_detector_says_so() -> None:
    assert "a daemon that no detector knows" in decided(user=None).read_only_because
    found = decided(user=None, confined="it writes a process id")
    assert (found.read_only, found.read_only_because) == (True, "it writes a process id")
    assert "/run" in temporary(found)


def test_jobs_of_root_are_known_by_their_scripts() -> None:
    job = ScheduledJob("j", "5 4 * * *", "/srv/x/run", "root")
    file = CapturedFile("/srv/x/run", "file", 0o755, 0, 0, 10)
    script = {"texts": {"/srv/x/run": b"#!/bin/sh\ndate >/srv/x/out/now\n"}, "trees": (tree("/srv/x/out", "cache"),)}
    given: dict[str, Any] = {
        "user": None,
        "jobs": (job,),
        "files": (FileChoice("/srv/x/run", ""),),
        "texts": ("/srv/x/run",),
    }
    known = decided(facts={**script, "entries": (file,)}, **given)
    assert "/srv/x/out" in temporary(known)
    unknown = decided(facts={"texts": {"/srv/x/run": b"\x7fELF\0"}, "entries": (file,)}, **given)
    assert "what /srv/x/run writes is not known" in unknown.read_only_because


def test_names_of_volumes_stay_unique() -> None:
    taken = {"x-tmp"}
    assert {one.name for one in decided(taken=taken).volumes} == {"x-data", "x-tmp-2", "x-var-tmp"}
    assert "x-tmp-2" in taken


def test_a_log_that_is_no_link_makes_its_folder_one_that_begins_with_the_links() -> None:
    """rotatelogs and the like write files of changing names beside those that are standard output."""
    entries = (CapturedFile("/var/log/x", "directory", 0o750, 0, 4),)
    found = decided(
        process(5, "/usr/bin/rotatelogs", "/var/log/x/a.%Y-%m", "86400"),
        directories=(DirectoryChoice("/var/log/x", 998, 998, 0o750, "app writes there"),),
        logs=(LogFile("/var/log/x/a.log"),),
        facts={"entries": entries},
    )
    assert temporary(found)["/var/log/x"] is True
