from __future__ import annotations

import pytest

from migrate.emission.fargate import size, times


@pytest.mark.parametrize(
    ("cores", "mebibytes", "pair"),
    [
        (0.0, 1, (256, 512)),
        (0.25, 600, (256, 1024)),
        (0.25, 3000, (512, 3072)),
        (0.3, 100, (512, 1024)),
        (2.0, 100, (2048, 4096)),
        (0.1, 20_000, (4096, 20_480)),
        (5.0, 100, (8192, 16_384)),
        (64.0, 999_999, (16_384, 122_880)),
    ],
)
def test_a_task_gets_the_smallest_pair_that_is_sold(cores: float, mebibytes: int, pair: tuple[int, int]) -> None:
    assert size(cores, mebibytes) == pair


@pytest.mark.parametrize(
    ("schedule", "expressions"),
    [
        ("*/15 * * * *", ("cron(0,15,30,45 * * * ? *)",)),
        ("5 3 * * *", ("cron(5 3 * * ? *)",)),
        ("0 6 * * 1-5", ("cron(0 6 ? * MON,TUE,WED,THU,FRI *)",)),
        ("0 6 * * 5-7", ("cron(0 6 ? * SUN,FRI,SAT *)",)),
        ("0 6 * * sun", ("cron(0 6 ? * SUN *)",)),
        ("0 0 1 jan-mar *", ("cron(0 0 1 1,2,3 ? *)",)),
        ("0 0 13 * 5", ("cron(0 0 13 * ? *)", "cron(0 0 ? * FRI *)")),
        ("@weekly", ("cron(0 0 ? * SUN *)",)),
        ("10/20 * * * *", ("cron(10,30,50 * * * ? *)",)),
        ("61 * * * *", ()),
        ("@reboot", ()),
        ("x * * * *", ()),
    ],
)
def test_a_crontabs_times_become_those_of_the_scheduler(schedule: str, expressions: tuple[str, ...]) -> None:
    assert times(schedule) == expressions
