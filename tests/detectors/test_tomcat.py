from __future__ import annotations

from migrate.detectors import Candidate
from migrate.detectors.tomcat import DETECTOR
from migrate.model.facts import Archive, Archives, CapturedFile, Process
from tests.planning.hosts import process, service, snapshot

BASE = "/var/lib/tomcat"
JAVA = process(
    30,
    "/usr/lib/jvm/java/bin/java",
    f"-Dcatalina.base={BASE}",
    "-Dcatalina.home=/usr/share/tomcat",
    "-Djava.io.tmpdir=/var/tmp/tomcat",
    "-classpath",
    "/usr/share/tomcat/bin/bootstrap.jar",
    "org.apache.catalina.startup.Bootstrap",
    "start",
    uid=998,
    gid=998,
)


def link(path: str, target: str) -> CapturedFile:
    return CapturedFile(path, "link", 0o777, 0, 0, target=target)


def file(path: str) -> CapturedFile:
    return CapturedFile(path, "file", 0o644, 0, 0)


def tomcat(*processes: Process) -> Candidate:
    return Candidate("tomcat.service", service("tomcat.service"), processes)


def test_tomcat_is_known_by_the_class_that_java_runs() -> None:
    expected = "process 30 runs org.apache.catalina.startup.Bootstrap"
    assert DETECTOR.recognise(tomcat(JAVA), snapshot()) == expected


def test_a_start_script_in_front_of_java_does_not_hide_tomcat() -> None:
    script = process(29, "/bin/sh", "/opt/tomcat/bin/catalina.sh", "run")
    assert (
        DETECTOR.recognise(tomcat(script, JAVA), snapshot()) == "process 30 runs org.apache.catalina.startup.Bootstrap"
    )


def test_another_java_program_is_not_tomcat() -> None:
    java = process(30, "/usr/bin/java", "-jar", "/opt/catalina/app.jar")
    assert DETECTOR.recognise(tomcat(java), snapshot()) is None
    assert DETECTOR.recognise(tomcat(), snapshot()) is None


def test_configuration_and_applications_of_the_instance_go_along() -> None:
    paths = [path for path, _ in DETECTOR.advise(tomcat(JAVA), snapshot()).files]
    assert paths[:2] == [f"{BASE}/conf", f"{BASE}/webapps"]
    assert BASE in paths


def test_a_configuration_folder_that_is_a_link_is_followed() -> None:
    host = snapshot(entries=(link(f"{BASE}/conf", "/etc/tomcat/"), link(f"{BASE}/webapps", "apps")))
    paths = [path for path, _ in DETECTOR.advise(tomcat(JAVA), host).files]
    assert paths[:2] == ["/etc/tomcat", f"{BASE}/apps"]


def test_one_installation_without_instances_is_its_own_base() -> None:
    java = process(30, "/opt/java", "-Dcatalina.home=/opt/tomcat/", "org.apache.catalina.startup.Bootstrap", "start")
    paths = [path for path, _ in DETECTOR.advise(tomcat(java), snapshot()).files]
    assert paths[0] == "/opt/tomcat/conf"


def test_what_tomcat_unpacked_from_a_war_is_left_behind_and_what_was_put_there_unpacked_is_not() -> None:
    host = snapshot(
        entries=(
            file(f"{BASE}/webapps/shop.war"),
            file(f"{BASE}/webapps/shop/index.jsp"),
            file(f"{BASE}/webapps/own/index.jsp"),
        )
    )
    advice = DETECTOR.advise(tomcat(JAVA), host)
    assert f"{BASE}/webapps/shop" in advice.exclude
    assert f"{BASE}/webapps/own" not in advice.exclude


def test_work_folders_and_the_temporary_folder_start_empty() -> None:
    advice = DETECTOR.advise(tomcat(JAVA), snapshot())
    for path in (f"{BASE}/work", f"{BASE}/temp", f"{BASE}/logs", "/var/tmp/tomcat"):
        assert path in advice.exclude
        assert path in advice.log_directories


def test_the_machines_own_temporary_folder_is_not_claimed() -> None:
    java = process(30, "/opt/java", "-Djava.io.tmpdir=/tmp", "org.apache.catalina.startup.Bootstrap", cwd="/opt/tomcat")
    assert "/tmp" not in DETECTOR.advise(tomcat(java), snapshot()).log_directories


def test_only_archives_of_this_instance_are_its_archives() -> None:
    archives = Archives((Archive(f"{BASE}/webapps/shop.war", "war"), Archive("/opt/other/webapps/other.war", "war")))
    assert DETECTOR.advise(tomcat(JAVA), snapshot(more=(archives,))).archives == (f"{BASE}/webapps/shop.war",)


def test_what_was_unpacked_from_an_archive_elsewhere_is_left_behind() -> None:
    host = snapshot(entries=(file(f"{BASE}/webapps/kunden/META-INF/war-tracker"), file(f"{BASE}/webapps/wiki/x.jsp")))
    advice = DETECTOR.advise(tomcat(JAVA), host)
    assert f"{BASE}/webapps/kunden" in advice.exclude
    assert f"{BASE}/webapps/wiki" not in advice.exclude


def test_applications_that_the_archive_came_with_are_not_those_of_an_instance() -> None:
    host = snapshot(entries=(file("/usr/share/tomcat/webapps/docs/index.html"),))
    assert "/usr/share/tomcat/webapps" in DETECTOR.advise(tomcat(JAVA), host).exclude
    named = snapshot(texts={f"{BASE}/conf/server.xml": b'<Host appBase="${catalina.home}/webapps"/>'})
    assert "/usr/share/tomcat/webapps" not in DETECTOR.advise(tomcat(JAVA), named).exclude
