from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import ini

TEXT = (
    "top = 1\n[mysqld]\nport=3307 # not 3306\nbind-address = 127.0.0.1\nskip-networking\n; no\n"
    'sql_mode = "A;B"\n[a b]\nx: y\nurl: http://h/?a=b\n'
)


def test_sections_keys_and_lines() -> None:
    assert [(one.section, one.key, one.value, one.line) for one in ini.read(TEXT)] == [
        ("", "top", "1", 1),
        ("mysqld", "port", "3307", 3),
        ("mysqld", "bind-address", "127.0.0.1", 4),
        ("mysqld", "skip-networking", None, 5),
        ("mysqld", "sql_mode", "A;B", 7),
        ("a b", "x", "y", 9),
        ("a b", "url", "http://h/?a=b", 10),
    ]


def test_sections_together_with_one_spelling_of_keys() -> None:
    assert ini.section(TEXT, "mysqld", "server")["sql-mode"] == "A;B"


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    ini.read(text)
