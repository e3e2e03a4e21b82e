from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax.plain import read


def test_the_ways_in_which_a_setting_is_written() -> None:
    text = (
        'port 80\nname = a b  # c\nlog: /x/y;\n[part]\n\'key\' = "v # w"\nzone "example.org" {\n'
        ' type master; file "db";\n};\n'
        "listen { ipaddr = * }\nflag\n; no\n- url: http://h:1/\n"
    )
    assert [(one.section, one.key, one.value, one.line) for one in read(text)] == [
        ((), "port", "80", 1),
        ((), "name", "a b", 2),
        ((), "log", "/x/y", 3),
        (("part",), "key", "v # w", 5),
        (("part", 'zone "example.org"'), "type", "master", 7),
        (("part", 'zone "example.org"'), "file", "db", 7),
        (("part", "listen"), "ipaddr", "*", 9),
        (("part",), "flag", "", 10),
        (("part",), "url", "http://h:1/", 12),
    ]


@given(st.text(alphabet='a{}[]"=:; \n#/'))
def test_reading_never_fails(text: str) -> None:
    read(text)
