from __future__ import annotations

from migrate.planning.java_leftovers import unused
from tests.planning.hosts import host, process

JDK = "/opt/jdk-17"


def test_a_kit_is_left_without_its_compiler_manuals_and_sources() -> None:
    names = ("bin/java", "bin/javac", "bin/keytool", "lib/modules", "lib/src.zip", "jmods/java.base.jmod", "man/java.1")
    facts = host(texts={f"{JDK}/{name}": b"" for name in names})
    found = set(unused(facts, [JDK], frozenset([f"{JDK}/bin/java"]), []))
    assert found == {f"{JDK}/bin/javac", f"{JDK}/lib/src.zip", f"{JDK}/jmods", f"{JDK}/man"}


def test_a_tool_that_is_called_by_its_path_stays() -> None:
    facts = host(texts={f"{JDK}/bin/{name}": b"" for name in ("java", "javac", "jar")})
    assert list(unused(facts, [JDK], frozenset([f"{JDK}/bin/jar"]), [])) == [f"{JDK}/bin/javac"]


def test_the_compiler_of_java_8_stays_where_something_loads_it() -> None:
    names = ("bin/javac", "jre/bin/java", "lib/tools.jar")
    script = {"/opt/app/run.sh": b"java -cp $JAVA_HOME/lib/tools.jar:app.jar Main"}
    facts = host(texts={**{f"{JDK}/{name}": b"" for name in names}, **script})
    assert f"{JDK}/lib/tools.jar" in set(unused(facts, [JDK], frozenset(), []))
    assert f"{JDK}/lib/tools.jar" not in set(unused(facts, [JDK], frozenset(), list(script)))


def test_former_versions_beside_the_archive_that_runs_stay_behind() -> None:
    files = {f"/opt/app/{name}": b"" for name in ("app-1.12.0.jar", "app-1.9.3.jar", "helper-2.jar")}
    used = frozenset(["/opt/app/app-1.12.0.jar"])
    assert list(unused(host(texts=files), ["/opt/app"], used, [])) == ["/opt/app/app-1.9.3.jar"]


def test_where_all_archives_of_a_folder_are_loaded_none_is_a_former_one() -> None:
    files = {f"/opt/app/lib/{name}": b"" for name in ("app-2.jar", "app-1.jar")}
    running = process(7, "/usr/bin/java", "-cp", "lib/*", "Main", cwd="/opt/app")
    facts = host(texts=files, processes=(running,))
    assert list(unused(facts, ["/opt/app"], frozenset(["/opt/app/lib/app-2.jar"]), [])) == []


def test_sources_stay_behind_unless_they_are_run() -> None:
    facts = host(texts={"/opt/app/src/at/Main.java": b"", "/opt/web/src/app.properties": b""})
    assert list(unused(facts, ["/opt/app", "/opt/web"], frozenset(), [])) == ["/opt/app/src"]
    assert list(unused(facts, ["/opt/app"], frozenset(["/opt/app/src/at/Main.java"]), [])) == []
