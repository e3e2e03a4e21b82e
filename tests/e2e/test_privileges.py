"""What an ordinary user, one with a little sudo, and root without its powers are told; and that the cure cures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.model.facts import System
from migrate.model.inventory import Gap
from tests.e2e import machines
from tests.e2e.discovered import Discovered, Result, discover

pytestmark = pytest.mark.engine

# "It can't be read by you", in the words of every scope.
_REFUSED = ("permission denied", "only root may", "only be read by root", "hides them")
_WITHOUT_PTRACE = (*machines.NOT_PRIVILEGED, "--cap-drop", "SYS_PTRACE")


def _as(result: Result, user: str, folder: Path) -> Result:
    folder.mkdir(exist_ok=True)
    return discover(result.machine, result.server.reached_as(f"as-{user}-{folder.name}", user=user), folder)


def _refusals(result: Result) -> list[Gap]:
    gaps = (gap for scope in result.inventory.scopes for gap in scope.gaps)
    return [gap for gap in gaps if any(word in gap.why for word in _REFUSED)]


def _not_told_of(result: Result) -> set[str]:
    return {scope.name for scope in result.inventory.scopes if scope.facts is None}


def _invented(result: Result) -> dict[str, tuple[str, ...]]:
    return {one.scope: one.invented for one in result.judged if one.invented}


@pytest.mark.parametrize("user", ["guest", "dienst"])
def test_an_ordinary_user_gets_every_scope_and_each_gap_names_its_cure(
    user: str, discovered: Discovered, tmp_path: Path
) -> None:
    result = _as(discovered["attic"], user, tmp_path / "before")
    line = f"{user} ALL=(root) NOPASSWD: /bin/sh"
    assert not result.inventory.get(System).privileged
    assert _not_told_of(result) == set()
    assert _invented(result) == {}
    refused = _refusals(result)
    assert {"access", "schedule", "processes", "sockets", "files"} <= {
        scope.name for scope in result.inventory.scopes for gap in scope.gaps if gap in refused
    }
    assert [gap for gap in refused if gap.remedy != line] == []


def test_the_line_that_the_gaps_name_closes_them(discovered: Discovered, tmp_path: Path) -> None:
    attic = discovered["attic"]
    before = _as(attic, "guest", tmp_path / "before")
    lines = {gap.remedy for gap in _refusals(before)}
    [line] = lines
    assert line is not None
    place = "/etc/sudoers.d/from-the-gap"
    attic.server.inside(
        "sh", "-c", f"cat > {place} && chmod 440 {place} && visudo -cqf {place}", stdin=f"{line}\n".encode()
    )
    try:
        after = _as(attic, "guest", tmp_path / "after")
    finally:
        attic.server.inside("rm", place)
    assert after.inventory.get(System).privileged
    assert _refusals(after) == []
    assert [str(one) for one in after.missing] == [str(one) for one in attic.missing]


@pytest.fixture
def bound(tmp_path: Path) -> Iterator[Result]:
    """A machine whose root may not look into other processes, as in many containers."""
    machine = machines.MACHINES["elder"]()
    # Its own tools can't tell whose the listeners are either.
    machine = replace(machine, ready=machine.ready.replace("listens()", "listens() { return 0; }; unused()"))
    name = f"migrate-test-bound-{os.getpid()}"
    with machines.running(machine, tmp_path, name, _WITHOUT_PTRACE) as server:
        (tmp_path / "workspace").mkdir()
        yield discover("elder", server, tmp_path / "workspace")


def test_root_without_its_powers_says_so_and_invents_nothing(bound: Result) -> None:
    assert bound.inventory.get(System).privileged
    assert _not_told_of(bound) == set()
    invented = _invented(bound)
    # lsof needs that power itself: it tells of no socket.
    invented.pop("sockets.sockets", None)
    assert invented == {}
    gaps = {scope.name: " ".join(f"{gap.why} {gap.remedy}" for gap in scope.gaps) for scope in bound.inventory.scopes}
    assert "CAP_SYS_PTRACE" in gaps["processes"]
    assert "CAP_SYS_PTRACE" in gaps["sockets"]
