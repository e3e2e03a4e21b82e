from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.java_command import read


def test_a_class_with_its_options_and_arguments() -> None:
    found = read(
        ("/usr/bin/java", "-Xmx1g", "-Da=1", "-Da=2", "-cp", "/a.jar:/b/*", "--add-opens", "x/y=Z", "org.x.Main", "-v")
    )
    assert (found.main, found.arguments, found.classpath) == ("org.x.Main", ("-v",), ("/a.jar", "/b/*"))
    assert found.property("b", "a") == "2"
    assert found.starting("-Xm") == ("-Xmx1g",)


def test_an_archive_and_a_module() -> None:
    assert read(("java", "-jar", "app.jar", "--server.port=1")).jar == "app.jar"
    found = read(("java", "-p", "/m", "-m", "a.b/a.b.Main", "x"))
    assert (found.module, found.main, found.arguments) == ("a.b/a.b.Main", "a.b.Main", ("x",))


def test_the_class_behind_a_wrapper() -> None:
    found = read(("java", "-classpath", "/w.jar", "org.tanukisoftware.wrapper.WrapperSimpleApp", "org.x.Main", "y"))
    assert (found.main, found.arguments) == ("org.x.Main", ("y",))


def test_jsvc_has_options_of_its_own() -> None:
    found = read(("jsvc.exec", "-user", "tomcat", "-home", "/jdk", "-Dx=y", "-cp", "/c.jar", "org.x.Main", "start"))
    assert (found.main, found.property("x")) == ("org.x.Main", "y")


def test_files_of_arguments_are_read_where_they_are_known() -> None:
    files = {"/opt/args": "-Xmx2g # most\n-D\"a=b c\"\n-cp '/x:/y\\\n  z' org.x.Main"}
    found = read(("java", "@/opt/args", "@other", "z"), text=files.get)
    assert found.main == "org.x.Main"
    assert found.property("a") == "b c"
    assert found.classpath == ("/x", "/yz")
    assert found.arguments == ("@other", "z")


def test_the_environment_adds_options() -> None:
    environment = {"JAVA_TOOL_OPTIONS": "-Xmx1g -Da=1", "_JAVA_OPTIONS": "-Da=2 '", "CLASSPATH": "/c.jar"}
    found = read(("java", "X"), environment)
    assert (found.property("a"), found.classpath, found.starting("-Xmx")) == ("2", ("/c.jar",), ("-Xmx1g",))


def test_properties_behind_the_program_count() -> None:
    argv = ("java", "-jar", "/opt/wf/jboss-modules.jar", "org.jboss.as.standalone", "-Djboss.home.dir=/opt/wf")
    assert read(argv).property("jboss.home.dir") == "/opt/wf"


@given(st.lists(st.text(max_size=20)), st.text())
def test_reading_never_fails(argv: list[str], text: str) -> None:
    read(argv, {"JAVA_TOOL_OPTIONS": text}, lambda path: text)
