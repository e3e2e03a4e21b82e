"""What differs between two lists of items."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.stores import Item
from migrate.stores.comparing import differences

ITEMS = st.lists(
    st.builds(Item, st.sampled_from(["table", "role"]), st.text(max_size=5), st.integers(0, 9), st.text(max_size=3)),
    unique_by=lambda item: (item.kind, item.name),
)


@given(ITEMS)
def test_the_same_items_in_another_order_are_equal(items: list[Item]) -> None:
    assert differences(items, reversed(items)) == []


@given(ITEMS, ITEMS)
def test_other_items_are_never_equal(one: list[Item], other: list[Item]) -> None:
    assert bool(differences(one, other)) == (set(one) != set(other))


def test_a_missing_table_a_new_one_a_lost_row_and_a_changed_row_are_named() -> None:
    expected = (Item("table", "a", 1, "x"), Item("table", "b", 2, "x"), Item("table", "c", 3, "x"))
    found = (Item("table", "b", 1, "x"), Item("table", "c", 3, "y"), Item("table", "d", 1, "x"))
    assert differences(expected, found) == [
        "table a: missing",
        "table b: expected 2, found 1",
        "table c: as many (3), but with other contents",
        "table d: was not there before",
    ]


def test_a_sequence_may_be_anywhere_between_before_and_after_the_dump() -> None:
    expected = [Item("sequence", "s", 10, upto=20)]
    assert differences(expected, [Item("sequence", "s", 15, upto=15)]) == []
    assert differences(expected, [Item("sequence", "s", 21, upto=21)]) == ["sequence s: expected 10 to 20, found 21"]


def test_a_table_counted_at_another_moment_may_have_other_rows() -> None:
    assert differences([Item("table", "t", 1)], [Item("table", "t", 5, "x")]) == []
