from __future__ import annotations

import shlex
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from migrate.emission.steps import command

FIND = "test ! -d /etc/x || find /etc/x/ -mindepth 1 -maxdepth 1 ! -type d ! -name '.*' ! -name 'a b' -delete"


def test_calls_of_programs_stand_as_they_are() -> None:
    assert command("rm -rf /var/lib/x/main;") == "rm -rf /var/lib/x/main"
    assert command(FIND) == FIND


def test_what_could_end_the_other_commands_gets_a_shell_of_its_own() -> None:
    for text in (
        "cd /x",
        "exit 0",
        "a; b",
        "a $x",
        "if a; then b; fi",
        "a | b",
        "a > b",
        "a >$x",
        "x `y`",
        "! a",
        "{ a",
        "a #b",
    ):
        assert command(text) == f"sh -euc {shlex.quote(text)}"


def test_what_is_printed_into_a_file_needs_no_shell_of_its_own() -> None:
    text = "printf '%s\\n' 'host exim' 'port 25' >/etc/msmtprc"
    assert command(text) == text


def test_what_is_no_text_is_an_instruction_of_its_own() -> None:
    assert command("a\nb") is None


def test_a_long_command_goes_on_in_lines_that_the_builder_joins() -> None:
    text = FIND.replace(" -delete", "".join(f" ! -name 'file ! -name {number}'" for number in range(30)) + " -delete")
    lines = (command(text) or "").split(" \\\n")
    assert len(lines) > 5
    assert max(map(len, lines)) < 140
    assert shlex.split("".join(lines)) == shlex.split(text)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"])), min_size=1, max_size=30))
def test_words_are_the_same_after_the_builder_joined_the_lines(words: list[str]) -> None:
    text = "echo " + " ".join(shlex.quote(one) for one in words)
    told = command(text)
    if told is not None and not told.startswith("sh "):
        assert shlex.split(told.replace("\\\n", "")) == ["echo", *words]
    elif told is not None:
        assert shlex.split(told) == ["sh", "-euc", text.strip().rstrip(";")]


def test_the_shell_takes_it() -> None:
    assert subprocess.run(["sh", "-nc", command(FIND) or ""], check=False).returncode == 0
