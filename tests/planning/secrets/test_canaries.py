"""The corpus is found, and little else. ``python -m tests.planning.secrets.table --missed`` says what is not."""

from __future__ import annotations

import pytest

from tests.planning.secrets.corpus import FOLDER, Claim, Planted, Sample, precision, recall, samples, score

SETS = sorted(path.stem for path in FOLDER.glob("*.txt"))


def test_nearly_all_that_is_planted_is_found_and_little_that_is_not() -> None:
    scores = [score(sample) for name in SETS for sample in samples(name)]
    assert recall(scores) >= 0.98
    assert precision(scores) >= 0.97


@pytest.mark.parametrize("name", SETS)
def test_no_kind_of_place_does_much_worse_than_the_others(name: str) -> None:
    scores = [score(sample) for sample in samples(name)]
    assert recall(scores) >= 0.95
    assert precision(scores) >= 0.90


def test_the_corpus_has_many_forms() -> None:
    forms = {sample.format for name in SETS for sample in samples(name) if sample.planted}
    assert len(forms) >= 140


def test_a_part_of_a_secret_is_a_miss_but_no_mistake() -> None:
    sample = Sample("/x", "x", "password=a#b", (Planted("a#b", 1, 1),))
    told = score(sample, lambda _: iter([Claim("a", 1)]))
    assert (told.missed, told.mistaken) == (sample.planted, ())


def test_what_is_called_a_secret_at_another_line_is_a_mistake() -> None:
    sample = Sample("/x", "x", "abc\npassword=abc", (Planted("abc", 2, 2),))
    told = score(sample, lambda _: iter([Claim("abc", 1)]))
    assert (len(told.missed), len(told.mistaken)) == (1, 1)
