from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import comments


@pytest.mark.parametrize(
    ("path", "text", "left"),
    [
        ("/etc/x.conf", "a 1 # b\n# c\n;d\n", "a 1\n\n\n"),
        ("/etc/x.conf", 'a "x # y" # z', 'a "x # y"'),
        ("/etc/x.conf", "don't # see", "don't"),
        ("/etc/x.conf", "color=#fff", "color=#fff"),
        ("/x.xml", "<a><!-- b\nc --><d/></a>", "<a>\n     <d/></a>"),
        ("/x.php", "$a = 1; // b\n# c\n/* d */$e", "$a = 1;\n\n       $e"),
        ("/x.php", "$u = 'http://h/';", "$u = 'http://h/';"),
        ("/x.properties", "a=b # c\n! d", "a=b # c\n"),
        ("/x.sql", "a; -- b\n--c", "a;\n"),
        ("/x.json", '{"a": "#b"}', '{"a": "#b"}'),
        ("/x.ini", "a = 1 ; b\nc = d#e", "a = 1\nc = d#e"),
    ],
)
def test_comments_become_spaces(path: str, text: str, left: str) -> None:
    blank = comments.blank(text, path)
    assert len(blank) == len(text)
    assert [line.rstrip() for line in blank.split("\n")] == left.split("\n")


@given(
    st.text(),
    st.sampled_from(["/x", "/x.xml", "/x.php", "/x.java", "/x.sql", "/x.ini", "/x.properties", "/named.conf"]),
)
def test_offsets_and_lines_never_move(text: str, path: str) -> None:
    blank = comments.blank(text, path)
    assert len(blank) == len(text)
    assert blank.count("\n") == text.count("\n")
    assert all(after in (before, " ") for before, after in zip(text, blank, strict=True))
