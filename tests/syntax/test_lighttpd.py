from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.lighttpd import Condition, Setting, read


def test_settings_with_the_conditions_around_them() -> None:
    text = (
        '$HTTP["host"] == "a" {\n $HTTP["url"] =~ "^/x" {\n  alias.url = ( "/x" => "/y" )\n }\n}\n'
        'else { server.name = "b" }\n'
    )
    first, second = read({"/c": text}, "/c")
    assert first == Setting(
        "alias.url", ("/x", "/y"), (("/x", "/y"),), (Condition("host", "==", "a"), Condition("url", "=~", "^/x")),
        "/c", 3,
    )  # fmt: skip
    assert (second.name, second.words, second.where) == ("server.name", ("b",), ())


@given(st.text(alphabet='ab$[]{}()"=>+,# \n.'))
def test_reading_never_fails(text: str) -> None:
    read({"/c": text}, "/c")
