"""What a server's answers mean. That it moves whole is shown on a real one: tests/e2e/test_lamp.py."""

from __future__ import annotations

import pytest

from migrate.errors import MigrateError
from migrate.stores import Item
from migrate.stores.redis import _items, _plain, _settled, _without_mark


def answer(*lines: str) -> bytes:
    return ("\n".join((*lines, "end")) + "\n").encode()


def test_keys_are_added_up_by_type_and_database_in_any_order() -> None:
    one, other = "string lasting aa 11", "string lasting bb 22"
    first = _items(answer("database 0 3", one, other, "hash lasting cc 33", "database 1 1", one))
    second = _items(answer("database 0 3", "hash lasting cc 33", other, one, "database 1 1", one))
    assert first == second
    assert {(item.kind, item.name, item.count) for item in first} == {
        ("string", "db0", 2),
        ("hash", "db0", 1),
        ("string", "db1", 1),
    }


def test_a_key_that_a_scan_meets_twice_counts_once() -> None:
    line = "string lasting aa 11"
    assert _items(answer("database 0 1", line, line)) == _items(answer("database 0 1", line))


def test_keys_that_expire_may_be_gone() -> None:
    assert _items(answer("database 0 1", "string expiring aa 11")) == (Item("expiring", "db0", 0, upto=1),)


def test_a_database_with_too_many_keys_is_only_counted() -> None:
    assert _items(answer("database 0 900000")) == (Item("keys", "db0", 900000),)


def test_what_changed_meanwhile_has_no_known_content() -> None:
    before = (Item("string", "db0", 1, "x"), Item("expiring", "db0", 0, upto=2))
    after = (Item("string", "db0", 2, "y"), Item("expiring", "db0", 0, upto=1))
    assert _settled(before, after) == (Item("string", "db0", 1, None), Item("expiring", "db0", 0, upto=2))


def test_an_answer_that_was_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="no end"):
        _items(b"database 0 1\n")


def test_a_file_elsewhere_is_refused() -> None:
    with pytest.raises(MigrateError):
        _plain("../../etc/passwd")


def test_the_mark_behind_the_keys_is_cut_off_wherever_the_pieces_end() -> None:
    keys, mark = b"REDIS0009" + b"x" * 60 + b"\xff" + b"12345678", b"f9218a232ffd40bed0f88d569dad40986029bd42"
    for size in (1, 7, 40, 200):
        pieces = [(keys + mark)[at : at + size] for at in range(0, len(keys + mark), size)]
        assert b"".join(_without_mark(pieces)) == keys
    assert b"".join(_without_mark([keys])) == keys
    assert b"".join(_without_mark([b"x" * 10 + mark])) == b"x" * 10 + mark
    assert b"".join(_without_mark([])) == b""
