from __future__ import annotations

from migrate.emission.rewrites import rewritten
from migrate.emission.tree import tree
from migrate.ledger import ledger
from migrate.model.facts import FileFact, Files
from migrate.model.plan import FileChoice, Volume
from migrate.planning.console import to_console
from tests.emission.sample import captured, emitted, snapshot, sources, workload

SERVER = """<Server>
  <!-- <Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="x" suffix=".txt"/> -->
  <Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs"
         prefix="localhost_access_log" suffix=".txt"
         pattern="%h %l" />
  <Valve className="org.example.Other" directory="logs" prefix="b"/>
</Server>
"""


def changed(path: str, text: str, *volumes: Volume) -> str | None:
    seen = snapshot([captured(path)], {path: text.encode()})
    found = to_console(seen, workload(files=(FileChoice(path.rpartition("/")[0], "x"),), volumes=volumes))
    data = rewritten(found, seen).get(path)
    return None if data is None else data.decode()


def test_tomcat_writes_who_asked_for_what_to_standard_output() -> None:
    new = changed("/opt/tomcat/conf/server.xml", SERVER) or ""
    assert (
        'directory="/dev"\n         prefix="stdout" fileDateFormat="" buffered="false" rotatable="false" suffix=""'
        in new
    )
    assert new.count("logs") == 2  # the comment, and the other valve


def test_appenders_of_log4j_and_logback_become_those_of_the_console() -> None:
    old = (
        "#log4j.appender.A=org.apache.log4j.FileAppender\nlog4j.appender.F=org.apache.log4j.DailyRollingFileAppender\n"
    )
    assert changed("/srv/a/log4j.properties", old + "log4j.appender.F.File=/var/log/a.log\n") == (
        "#log4j.appender.A=org.apache.log4j.FileAppender\nlog4j.appender.F=org.apache.log4j.ConsoleAppender\n"
        "log4j.appender.F.File=/var/log/a.log\n"
    )
    old = '<appender name="F" class="ch.qos.logback.core.rolling.RollingFileAppender"><file>/x.log</file></appender>'
    assert "ch.qos.logback.core.ConsoleAppender" in (changed("/srv/a/logback.xml", old) or "")
    assert changed("/srv/a/logback.xml", '<appender class="ch.qos.logback.core.ConsoleAppender"/>') is None


def test_juli_s_handlers_are_the_console_s() -> None:
    old = "handlers = 1catalina.org.apache.juli.AsyncFileHandler, java.util.logging.ConsoleHandler\n"
    old += "a.[b].[c].handlers = 2localhost.org.apache.juli.AsyncFileHandler\n# x.handlers = 1.FileHandler\n"
    assert changed("/opt/t/conf/logging.properties", old) == (
        "handlers = java.util.logging.ConsoleHandler\na.[b].[c].handlers = java.util.logging.ConsoleHandler\n"
        "# x.handlers = 1.FileHandler\n"
    )


def test_python_s_handlers_write_to_the_stream() -> None:
    old = "[handler_f]\nclass=handlers.RotatingFileHandler\nlevel=INFO\nargs=('/var/log/a.log', 'a', 9)\n"
    old += "\n[handler_m]\nclass=handlers.SMTPHandler\nargs=('localhost', 'a', 'b', 'c')\n"
    new = changed("/srv/a/logging.conf", old) or ""
    assert new.startswith("[handler_f]\nclass=StreamHandler\nlevel=INFO\nargs=(sys.stdout,)\n")
    assert "SMTPHandler\nargs=('localhost'" in new


def test_logs_in_a_volume_stay_where_others_read_them() -> None:
    volume = Volume("logs", "/opt/tomcat/logs", "shared", "none", 0, 0, 0o755, "x")
    assert changed("/opt/tomcat/conf/server.xml", SERVER, volume) is None


def test_the_settings_stay_a_file_and_the_ledger_tells_of_the_change() -> None:
    path = "/opt/tomcat/conf/server.xml"
    fact = FileFact(path, "file", 0o644, 0, 0, package="tomcat")
    seen = snapshot([captured(path)], {path: SERVER.encode()}, Files(changed_configuration=(fact,)))
    given = sources(to_console(seen, workload(files=(FileChoice(path, "x"),))), seen=seen)
    (one,) = (one for one in tree(given, given.plan.workloads[0]) if one.path == path)
    assert (one.kind, b"stdout" in (one.data if isinstance(one.data, bytes) else b"")) == ("file", True)
    entries = {entry.fact: entry for entry in ledger(given, emitted(given).values())}
    assert entries[f"files:{path}"].fate == "changed"
    assert "logs go to standard output" in entries[f"files:{path}"].because
