from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.python import assignments, block, imports, inner, texts


def test_settings_with_plain_values() -> None:
    text = (
        "A = 'x'  # B = 'no'\nC['d'] = u\"y\"\nf(host='h', n=3)\nE = os.environ.get('V', 'z')\nF = BASE / 'w'\n"
        "G = {'k': '''v'''}\n"
    )
    assert [(one.name, one.value, one.line) for one in assignments(text, {"V": "known"})] == [
        ("A", "x", 1),
        ("C.d", "y", 2),
        ("host", "h", 3),
        ("n", "3", 3),
        ("E", "known", 4),
        ("F", "w", 5),
        ("k", "v", 6),
    ]


def test_blocks_and_what_is_in_them() -> None:
    text = "X = 1\nD = {\n 'a': {'b': '}'},\n 'c': {'d': {'e': 1}}}\nY = 2\n"
    found = block(text, "D")
    assert found is not None
    assert found[1] == 2
    assert [(key, whole, line) for key, whole, line in inner(found[0])] == [
        ("a", "{'b': '}'}", 1),
        ("c", "{'d': {'e': 1}}", 2),
    ]
    assert texts("['a', \"b\"]  # 'c'") == ("a", "b")


def test_what_is_imported() -> None:
    assert imports("import os, sys.path as p\nfrom flask.x import y\n  import z\n") == ("os", "sys", "flask", "z")


@given(st.text(alphabet="ab='\"{}[]():#\n\\ "))
def test_reading_never_fails(text: str) -> None:
    assignments(text)
    found = block("D = " + text, "D")
    list(inner(found[0] if found else text))
