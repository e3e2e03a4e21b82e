from __future__ import annotations

import pytest

from migrate.emission.rewrites import rewritten
from migrate.errors import InputError
from migrate.model.plan import Coupling, Rewrite, Workload
from tests.emission.sample import snapshot, workload


def changed(text: bytes, *rewrites: tuple[int, str, str]) -> bytes:
    return rewritten(given(*rewrites), snapshot((), {"/etc/x": text}))["/etc/x"]


def given(*rewrites: tuple[int, str, str]) -> Workload:
    made = tuple(Rewrite("/etc/x", line, old, new, "a test") for line, old, new in rewrites)
    return workload(couplings=(Coupling("db", "rewrite", "a test", rewrites=made),))


def test_only_the_line_that_is_named_changes() -> None:
    assert changed(b"a 127.0.0.1\r\nb 127.0.0.1\n\xff", (2, "127.0.0.1", "db")) == b"a 127.0.0.1\r\nb db\n\xff"


def test_a_longer_address_or_number_is_not_touched() -> None:
    assert (
        changed(b"10.0.0.1 10.0.0.12 110.0.0.1 10.0.0.1:80", (1, "10.0.0.1", "db")) == b"db 10.0.0.12 110.0.0.1 db:80"
    )
    assert changed(b"18081 8081,", (1, "8081", "9")) == b"18081 9,"
    assert changed(b"see 10.0.0.1. Then", (1, "10.0.0.1", "db")) == b"see db. Then"


def test_what_one_change_put_there_no_other_changes() -> None:
    assert changed(b"a b", (1, "a", "b"), (1, "b", "c")) == b"b c"


@pytest.mark.parametrize(("line", "old"), [(1, "10.0.0.2"), (2, "10.0.0.1"), (0, "10.0.0.1"), (1, "")])
def test_a_change_that_does_not_stand_there_is_named(line: int, old: str) -> None:
    with pytest.raises(InputError, match="/etc/x"):
        changed(b"10.0.0.1", (line, old, "db"))


def test_a_file_that_was_not_captured_is_named() -> None:
    with pytest.raises(InputError, match="/etc/x"):
        rewritten(given((1, "a", "b")), snapshot())


def test_changes_of_commands_and_variables_are_the_plans_own() -> None:
    one = workload(couplings=(Coupling("db", "rewrite", "", rewrites=(Rewrite("command:app", 1, "a", "b", ""),)),))
    assert rewritten(one, snapshot()) == {}
