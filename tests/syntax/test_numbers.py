from __future__ import annotations

import pytest

from migrate.syntax.numbers import port


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", 80),
        (" 8080 ", 8080),
        ("0", None),
        ("65536", None),
        ("²", None),
        ("", None),
        (None, None),
        ("9" * 9, None),
    ],
)
def test_a_port_is_a_number_of_ascii_digits(text: str | None, expected: int | None) -> None:
    assert port(text) == expected
