"""What a server's answers mean. That it moves whole is shown on a real one: tests/e2e/test_lamp.py."""

from __future__ import annotations

import pytest

from migrate.stores import Item
from migrate.stores import mariadb_sql as questions
from migrate.stores.mariadb import STORE, _settled


def hexed(text: str) -> str:
    return text.encode().hex().upper()


def answer(*lines: str) -> bytes:
    return ("\n".join((*lines, "end")) + "\n").encode()


def test_a_table_comes_with_its_rows_and_the_checksum_on_the_next_line() -> None:
    data = answer(f"table\t{hexed('gerät')}\t120", "shop.gerät\t3814022", f"view\t{hexed('v')}\t1\tabc")
    assert questions.items(data) == (Item("table", "gerät", 120, "3814022"), Item("view", "v", 1, "abc"))


def test_a_table_that_gives_no_checksum_is_only_counted() -> None:
    assert questions.items(answer(f"table\t{hexed('t')}\t3", "d.t\tNULL")) == (Item("table", "t", 3, None),)


def test_an_answer_without_its_end_is_refused() -> None:
    with pytest.raises(ValueError, match="no end"):
        questions.items(answer(f"table\t{hexed('t')}\t3", "d.t\t1").removesuffix(b"end\n"))


def test_grants_are_compared_whatever_the_order_of_their_columns() -> None:
    first = answer(
        f"account\t{hexed('b@%')}", "GRANT SELECT (`id`, `name`) ON `d`.`t` TO `b`@`%`", "GRANT USAGE ON *.*"
    )
    other = answer(
        f"account\t{hexed('b@%')}", "GRANT USAGE ON *.*", "GRANT SELECT (`name`, `id`) ON `d`.`t` TO `b`@`%`"
    )
    less = answer(f"account\t{hexed('b@%')}", "GRANT USAGE ON *.*", "GRANT SELECT (`id`) ON `d`.`t` TO `b`@`%`")
    assert questions.accounts(first) == questions.accounts(other)
    assert questions.accounts(first) != questions.accounts(less)


def test_what_changed_while_it_was_dumped_has_no_known_content() -> None:
    before = (Item("table", "still", 3, "1"), Item("table", "busy", 3, "1"))
    later = (Item("table", "still", 3, "1"), Item("table", "busy", 4, "2"))
    assert _settled(before, later) == (Item("table", "still", 3, "1"), Item("table", "busy", 3, None))


def test_it_is_loaded_into_a_running_server() -> None:
    assert (STORE.method, STORE.running) == ("dump:mariadb", True)
