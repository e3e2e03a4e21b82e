from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.java_logging import is_configuration, targets


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("log4j.properties", "log4j.appender.F=x\nlog4j.appender.F.File=${catalina.base}/logs/shop.log\n",
         ("${catalina.base}/logs/shop.log",)),
        ("log4j.xml", '<c><appender><param name="File" value="/var/log/a.log"/></appender></c>', ("/var/log/a.log",)),
        ("log4j2.xml", '<c><RollingFile fileName="logs/a.log" filePattern="logs/a-%i.log"/></c>', ("logs/a.log",)),
        ("logback-spring.xml", "<c><appender><file>/srv/log/a.log</file></appender></c>", ("/srv/log/a.log",)),
        ("logging.properties", ("java.util.logging.FileHandler.pattern = %h/java%u.log\n"
         "1catalina.org.apache.juli.AsyncFileHandler.directory = ${catalina.base}/logs\n"),
         ("%h/java%u.log", "${catalina.base}/logs")),
        ("log4j2.yml", "a:\n  fileName: x/y.log\n", ("x/y.log",)),
    ],
)  # fmt: skip
def test_where_each_way_of_logging_writes(path: str, text: str, expected: tuple[str, ...]) -> None:
    assert is_configuration(path)
    assert targets(path, text) == expected


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    for path in ("log4j.xml", "log4j.properties", "log4j2.yml"):
        targets(path, text)
