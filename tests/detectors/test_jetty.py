from __future__ import annotations

from migrate.detectors import Advice, Candidate
from migrate.detectors.jetty import DETECTOR
from migrate.model.applications import Application, Applications
from tests.planning.hosts import process, snapshot


def advice(*argv: str, applications: tuple[Application, ...] = ()) -> Advice:
    host = snapshot(more=(Applications(applications),))
    found = Candidate("jetty9", None, (process(9, "/usr/bin/java", *argv),))
    assert DETECTOR.recognise(found, host)
    return DETECTOR.advise(found, host)


def test_the_base_of_an_instance_is_part_of_the_image_and_what_it_writes_is_not() -> None:
    found = advice("-Djetty.home=/opt/jetty", "-Djetty.base=/srv/portal", "-jar", "/opt/jetty/start.jar")
    assert ("/srv/portal/webapps", "the web applications of this instance") in found.files
    assert "/srv/portal/logs" in found.exclude
    assert not any(path.startswith("/opt/jetty") for path, _ in found.files)


def test_applications_that_a_link_leads_to_come_along_and_its_note_of_having_started_does_not() -> None:
    applications = (
        Application("jetty", "application-server", "jetty9", pids=(9,)),
        Application("war", "application", "/info", home="/var/lib/jetty9/webapps/info", within="jetty9"),
        Application("war", "application", "/else", home="/opt/else", within="tomcat"),
    )
    found = advice(
        "-Djetty.home=/usr/share/jetty9", "jetty.state=/var/lib/jetty9/jetty.state", applications=applications
    )
    assert "/var/lib/jetty9/webapps" in [path for path, _ in found.files]
    assert "/opt/else" not in [path for path, _ in found.files]
    assert "/var/lib/jetty9/jetty.state" in found.exclude


def test_another_program_with_a_jar_is_none() -> None:
    other = Candidate("x", None, (process(9, "/usr/bin/java", "-jar", "/opt/x.jar"),))
    assert DETECTOR.recognise(other, snapshot()) is None
