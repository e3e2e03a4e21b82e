from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.xml import whole

HEAD = '<!DOCTYPE a [<!ENTITY x SYSTEM "x.xml"><!ENTITY y SYSTEM "y.xml">]>'


def test_external_entities_stand_in_their_places_on_one_line() -> None:
    files = {"x.xml": '<?xml version="1.0"?>\n<b/>\n<c/>'}
    assert whole(f"{HEAD}<a>&x;&y;&lt;</a>", files.get) == f"{HEAD}<a> <b/> <c/>&y;&lt;</a>"


def test_what_is_included_includes_nothing_and_never_grows_without_end() -> None:
    assert whole(f"{HEAD}<a>&x;</a>", {"x.xml": "&x;&x;"}.get) == f"{HEAD}<a>&x;&x;</a>"
    large = whole(f"{HEAD}<a>{'&x;' * 100_000}</a>", {"x.xml": "b" * 1000}.get)
    assert len(large) < 2 << 20


@given(st.text(), st.text())
def test_any_text_is_put_in(text: str, inside: str) -> None:
    whole(text, lambda _: inside)
    whole(f"{HEAD}{text}&x;", lambda _: inside)
