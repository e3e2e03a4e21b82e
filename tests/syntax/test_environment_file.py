from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.syntax import environment_file


def test_a_shell_file_with_quotes_and_expansion() -> None:
    text = (
        '# A=no\nA=1\nexport B="$A and ${A}2"\nC=\'$A\'\n  D="${X:-none}" # x\nE=$(hostname)\nF="$B\\\n more"\n'
        'JAVA_OPTS="-Xmx1g"\nJAVA_OPTS="$JAVA_OPTS -Dx=\\"y\\""\nA+=0\nG=a\\ b;H=2\n'
    )
    found = environment_file.read_shell(text)
    assert environment_file.variables(found) == {
        "A": "10",
        "B": "1 and 12",
        "C": "$A",
        "D": "none",
        "E": "$(hostname)",
        "F": "1 and 12 more",
        "JAVA_OPTS": '-Xmx1g -Dx="y"',
        "G": "a b",
    }
    assert [(one.name, one.line) for one in found if one.dynamic or one.export] == [("B", 3), ("E", 6)]


def test_what_is_known_before_is_expanded_and_what_is_not_is_dynamic() -> None:
    assert environment_file.read_shell("A=$HOME/x", {"HOME": "/h"})[0].value == "/h/x"
    assert environment_file.read_shell("A=$HOME/x")[0].dynamic


def test_systemd_expands_nothing() -> None:
    text = 'A=$B c\n; no\n#no\nB="x \\"y\\""\nC=\'z\'\nD=one \\\ntwo\nnot a line\n'
    assert environment_file.variables(environment_file.read_systemd(text)) == {
        "A": "$B c",
        "B": 'x "y"',
        "C": "z",
        "D": "one two",
    }


@given(st.text())
def test_reading_never_fails(text: str) -> None:
    environment_file.read_shell(text)
    environment_file.read_systemd(text)


@given(st.text(alphabet="A=\"'$`(){}\\ \n#"))
def test_reading_never_fails_on_marks(text: str) -> None:
    environment_file.read_shell(text)
    environment_file.read_systemd(text)
