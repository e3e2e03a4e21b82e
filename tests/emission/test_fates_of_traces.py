from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.inventory import Facts
from migrate.model.licences import LicenceDaemon, LicenceFile, Licences, LicenceServer
from migrate.model.logs import Forward, JournalSetting, LogFile, Logs, Rotation
from migrate.model.management import Managed, ManagedFile, Management, Tool
from migrate.model.plan import FileChoice
from migrate.model.plan import LogFile as Printed
from tests.emission.sample import captured, emitted, snapshot, sources, workload

APP = workload(pids=(12,), logs=(Printed("/var/log/app.log"),), files=(FileChoice("/etc/app.conf", "a test"),))


def fates(*facts: Facts) -> dict[str, tuple[str, str]]:
    scopes = {one.scope for one in facts}
    seen = snapshot((captured("/etc/app.conf"),), {"/etc/app.conf": b"x"}, *facts)
    given = sources(APP, seen=seen)
    found = ledger(given, emitted(given).values())
    return {one.fact: (one.fate, one.where) for one in found if one.fact.partition(":")[0] in scopes}


def test_logs_are_printed_stay_inside_or_stay_behind_and_what_leaves_the_machine_is_asked_about() -> None:
    assert fates(
        Logs(
            files=(LogFile("/var/log/app.log", pids=(12,)), LogFile("/var/log/b", pids=(12,)), LogFile("/var/log/c")),
            rotations=(Rotation(("/var/log/c",), seen="/l:1"),),
            forwards=(
                Forward("*.*", "logs:514", "remote", "udp", "rsyslog", "/r:1"),
                Forward("*.*", "/var/log/c", "file", None, "rsyslog", "/r:2"),
                Forward("*.*", "/usr/bin/alarm", "program", None, "rsyslog", "/r:3"),
            ),
            journal=(JournalSetting("Storage", "volatile", "/j:1"),),
        )
    ) == {
        "logs:file//var/log/app.log": ("changed", "app"),
        "logs:file//var/log/b": ("changed", "app"),
        "logs:file//var/log/c": ("dropped", ""),
        "logs:rotation//l:1": ("dropped", ""),
        "logs:rsyslog//r:1/logs:514": ("needs-a-person", ""),
        "logs:rsyslog//r:2//var/log/c": ("dropped", ""),
        "logs:rsyslog//r:3//usr/bin/alarm": ("needs-a-person", ""),
        "logs:journal//j:1": ("dropped", ""),
    }


def test_licences_that_are_bound_to_a_machine_need_a_person() -> None:
    assert fates(
        Licences(
            files=(LicenceFile("/etc/app.conf", "flexlm", host_ids=("000C29AABBCC",)), LicenceFile("/b.lic", "rlm")),
            daemons=(LicenceDaemon("lmgrd", "FlexLM", 12),),
            servers=(LicenceServer("27000@lic", "LM_LICENSE_FILE", ("app",)),),
        )
    ) == {
        "licences:file//etc/app.conf": ("needs-a-person", "app"),
        "licences:file//b.lic": ("dropped", ""),
        "licences:daemon/12/lmgrd": ("needs-a-person", "app"),
        "licences:server/27000@lic/LM_LICENSE_FILE": ("needs-a-person", ""),
    }


def test_who_kept_the_machine_is_asked_about_once_and_its_files_are_carried_as_they_were_found() -> None:
    found = fates(
        Management((Tool("puppet", server="puppet.corp"), Tool("kickstart"), Tool("rhn"))),
        Managed((ManagedFile("/etc/app.conf", "puppet"), ManagedFile("/etc/motd", "puppet"))),
    )
    assert {fact: fate for fact, (fate, _) in found.items()} == {
        "management:puppet": "needs-a-person",
        "management:kickstart": "dropped",
        "management:rhn": "dropped",
        "managed:/etc/app.conf": "changed",
        "managed:/etc/motd": "dropped",
    }
