from __future__ import annotations

import pytest

from migrate.planning.calendar import to_cron


@pytest.mark.parametrize(
    ("expression", "cron"),
    [
        ("daily", "0 0 * * *"),
        ("*-*-* 03:15:00", "15 3 * * *"),
        ("Mon..Fri 08:00", "0 8 * * 1-5"),
        ("Fri..Sun 08:00", "0 8 * * 5-7"),
        ("Fri..Mon 10:00", "0 10 * * 5,6,0,1"),
        ("*:0/15", "*/15 * * * *"),
        ("*-*-01 00:00:00", "0 0 1 * *"),
        ("00/6:00", "0 */6 * * *"),
        ("*-*-* 6,18:00:00", "0 6,18 * * *"),
        ("*-*-* 6..18:30", "30 6-18 * * *"),
    ],
)
def test_a_calendar_expression_becomes_five_fields(expression: str, cron: str) -> None:
    assert to_cron(expression) == cron


@pytest.mark.parametrize(
    "expression",
    [
        "2020-01-01 00:00:00",
        "Sun *-*-1..7 4:00",
        "*-*-* 03:15:30",
        "*-*-* 03:15:00 UTC",
        "nonsense",
        "",
        "*-*~03 00:00",
    ],
)
def test_what_cron_can_not_say_is_refused(expression: str) -> None:
    assert to_cron(expression) is None
