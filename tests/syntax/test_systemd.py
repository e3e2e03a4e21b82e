from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import systemd

KNOWN = systemd.specifiers("app@a-b\\x2dc.service", "web01.example.com")


def test_an_empty_assignment_resets_and_a_drop_in_goes_on() -> None:
    unit = systemd.unit([["[Service]", "ExecStart=/a", "ExecStart=", "ExecStart=/b"], ["[Service]", "ExecStart=/c"]])
    assert unit.all("Service", "ExecStart") == ["/b", "/c"]
    assert unit.last("Service", "ExecStart") == "/c"
    assert unit.last("Unit", "ExecStart") is None


def test_lines_go_on_over_comments() -> None:
    unit = systemd.unit([["[Service]", "ExecStart=/a \\", "# no", "  -b \\", "-c", "User=x"]])
    assert systemd.words(unit.last("Service", "ExecStart") or "") == ["/a", "-b", "-c"]
    assert unit.last("Service", "User") == "x"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("\"a b\" 'c d'", ["a b", "c d"]),
        ("a\"b c\"d ''", ["ab cd", ""]),
        (r"a\x20b \"q\" \\ \s \t", ["a b", '"q"', "\\", " ", "\t"]),
        (r"/bin/sh -c 'echo \$x; grep \d'", ["/bin/sh", "-c", r"echo \$x; grep \d"]),
        ("unclosed 'quote here", ["unclosed", "quote here"]),
    ],
)
def test_words_are_split_as_systemd_does(text: str, words: list[str]) -> None:
    assert systemd.words(text) == words


@pytest.mark.parametrize(
    ("value", "argv"),
    [
        ("-/bin/a b", ("/bin/a", "b")),
        ("@/bin/a name b", ("/bin/a", "b")),
        ("+!!/bin/a", ("/bin/a",)),
        ("/bin/a %i %I %% %z", ("/bin/a", "a-b\\x2dc", "a/b-c", "%", "%z")),
        ("/bin/a '%i x'", ("/bin/a", "a-b\\x2dc x")),
        ("/bin/a $X ${Y} \\;", ("/bin/a", "$X", "${Y}", ";")),
    ],
)
def test_commands_lose_their_prefixes(value: str, argv: tuple[str, ...]) -> None:
    assert systemd.commands(value, KNOWN) == [argv]


def test_a_lone_semicolon_parts_commands() -> None:
    assert systemd.commands("/a ; /b c", KNOWN) == [("/a",), ("/b", "c")]


def test_host_names_are_specifiers() -> None:
    assert systemd.expanded("%H %l %n", KNOWN) == "web01.example.com web01 app@a-b\\x2dc.service"


def test_a_later_variable_of_the_same_name_wins() -> None:
    assert systemd.environment(['A=1 "B=x y"', "A=2", "nothing"], KNOWN) == (("B", "x y"), ("A", "2"))


@given(st.text(max_size=80), st.text(max_size=20))
def test_no_text_makes_it_fail(text: str, name: str) -> None:
    known = systemd.specifiers(name)
    systemd.commands(text, known)
    systemd.unit([text.split("\n")]).all("", text[:3])
    systemd.environment([text], known)
