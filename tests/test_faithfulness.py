from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.bundling import bundle
from migrate.faithfulness import checks, differences, instructions, meaning
from migrate.model.bundle import Bundle
from migrate.model.verdict import PASSED, UNVERIFIED
from tests.emission.sample import shop


@cache
def made() -> Bundle:
    given = shop()
    return bundle(given.plan, given.snapshots, given.secrets)


def on_disk() -> dict[str, bytes]:
    return {file.path: file.data for file in made().files if isinstance(file.data, bytes) and file.link is None}


def without(data: bytes, number: int) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join((*lines[:number], *lines[number + 1 :]))


def every_line() -> Iterator[tuple[str, int]]:
    for path, data in on_disk().items():
        yield from ((path, number) for number in range(len(data.splitlines())))


def verdict(disk: Mapping[str, bytes]) -> dict[str, str]:
    return {check.id: check.status for check in checks(made().files, made().ledger, disk.get)}


def seen_or_says_nothing(path: str, number: int) -> None:
    """Without a line the verdict is another one, unless the format's own reading proves that it said nothing."""
    disk = on_disk()
    line = disk[path].splitlines()[number].strip()
    changed = {**disk, path: without(disk[path], number)}
    if meaning(path, changed[path]) == meaning(path, disk[path]):
        assert not line or line.startswith(b"#"), f"{path}, line {number + 1} seems to say something: {line!r}"
        assert verdict(changed) == {"bundle": PASSED}
    else:
        assert verdict(changed) == {"bundle": UNVERIFIED, f"bundle:{path}": UNVERIFIED}, (path, number, line)


def test_a_bundle_is_as_it_was_generated() -> None:
    assert verdict(on_disk()) == {"bundle": PASSED}


def test_a_line_that_is_gone_from_any_file_is_seen() -> None:
    every = list(every_line())
    for path, number in random.Random(4).sample(every, min(120, len(every))):  # noqa: S311 - the same sample each time
        seen_or_says_nothing(path, number)


@pytest.mark.slow
def test_every_line_of_every_file_that_is_gone_is_seen() -> None:
    for path, number in every_line():
        seen_or_says_nothing(path, number)


def test_a_file_that_is_gone_is_seen() -> None:
    for path in on_disk():
        disk = {name: data for name, data in on_disk().items() if name != path}
        assert verdict(disk)[f"bundle:{path}"] == UNVERIFIED


def test_what_the_line_had_carried_is_said() -> None:
    disk = on_disk()
    carried = [entry for entry in made().ledger if entry.fact.startswith("packages:") and entry.fate == "carried"]
    name, path = carried[0].fact.partition(":")[2], carried[0].where.split(", ")[0]
    number = next(at for at, line in enumerate(disk[path].splitlines()) if name.encode() in re.split(rb"[\s;]", line))
    changed = {**disk, path: without(disk[path], number)}
    (found,) = differences(made().files, made().ledger, changed.get)
    assert carried[0].fact in found.facts
    (_, check) = checks(made().files, made().ledger, changed.get)
    assert carried[0].fact in check.detail


def test_lines_of_secret_files_are_not_shown() -> None:
    secret = next(file for file in made().files if file.secret and isinstance(file.data, bytes))
    (_, check) = checks(made().files, made().ledger, {**on_disk(), secret.path: b"changed"}.get)
    assert check.detail == ""


def test_comments_and_empty_lines_are_no_instructions() -> None:
    body = "# one\nFROM a\n\nRUN x \\\n    # two\n    y\n"
    assert instructions(body) == ("FROM a", "RUN x     y")
    assert instructions("# syntax=docker/dockerfile:1\nFROM a\n") == ("# syntax=docker/dockerfile:1", "FROM a")


@given(st.lists(st.sampled_from(["FROM a", "RUN b \\", "  c", "# d", "", "  # e"]), max_size=8))
def test_a_line_that_is_no_comment_counts(lines: list[str]) -> None:
    whole = instructions("FROM x\n" + "\n".join(lines))
    for number, line in enumerate(lines):
        rest = instructions("FROM x\n" + "\n".join((*lines[:number], *lines[number + 1 :])))
        if not line.strip() or line.strip().startswith("#"):
            assert rest == whole
