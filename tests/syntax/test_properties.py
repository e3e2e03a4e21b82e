from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import properties


def test_every_way_to_write_a_setting() -> None:
    text = "a=1\nb : 2\nc 3\n  d\\ e = x\\\n     y\n#no\n!no\nurl=http\\://h\\:1/\n\\u00e4=\\u00f6\nempty\nlast=\\\\"
    assert [(one.key, one.value, one.line, one.last) for one in properties.read(text)] == [
        ("a", "1", 1, 1),
        ("b", "2", 2, 2),
        ("c", "3", 3, 3),
        ("d e", "xy", 4, 5),
        ("url", "http://h:1/", 8, 8),
        ("ä", "ö", 9, 9),
        ("empty", "", 10, 10),
        ("last", "\\", 11, 11),
    ]


def test_the_value_as_written_is_kept() -> None:
    assert properties.read("url=http\\://h/")[0].raw == "http\\://h/"


def test_the_last_of_two_counts() -> None:
    assert properties.values("a=1\na=2") == {"a": "2"}


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    properties.read(text)


@given(st.dictionaries(st.from_regex(r"[a-z.]{1,9}", fullmatch=True), st.from_regex(r"[\w:/=]{0,20}", fullmatch=True)))
def test_what_was_written_is_read(settings: dict[str, str]) -> None:
    assert properties.values("\n".join(f"{key} = {value}" for key, value in settings.items())) == settings
