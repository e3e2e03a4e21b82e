from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from migrate import bundling
from migrate.emitters import Emitter, Sources
from migrate.errors import InputError
from migrate.model.bundle import Bundle, BundleFile
from migrate.parts import parts
from tests.emission.sample import shop


def _emit(sources: Sources) -> tuple[BundleFile, ...]:
    return (BundleFile("raft/README", b""),)


@pytest.fixture
def raft(monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that is written on request alone."""
    there = parts
    monkeypatch.setattr(bundling, "parts", lambda *names: (*there(*names), Emitter("raft", _emit, on_request=True)))


def bundle(*targets: str) -> Bundle:
    given = shop()
    return bundling.bundle(replace(given.plan, targets=targets), given.snapshots, given.secrets)


@pytest.mark.usefixtures("raft")
def test_a_target_on_request_is_written_where_the_plan_names_it() -> None:
    usual, more = bundle(), bundle("raft")
    assert "raft/README" not in {one.path for one in usual.files}
    assert {one.path for one in more.files} == {one.path for one in usual.files} | {"raft/README"}


def test_a_target_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError, match="'raft'"):
        bundle("raft")
    with pytest.raises(InputError, match="'compose'"):  # always written, nothing to ask for
        bundling.check_targets(("compose",))


def fingerprint() -> str:
    """Of every byte, mode and time of the bundle."""
    given = [(file.path, file.data, file.link, file.mode, file.mtime, file.owner) for file in bundle().files]
    return hashlib.sha256(repr(given).encode()).hexdigest()


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Kolkata"), ("4711", "America/New_York")])
def test_the_same_plan_gives_the_same_bytes_on_whatever_machine(seed: str, zone: str) -> None:
    words = (sys.executable, "-c", "from tests.test_bundling import fingerprint; print(fingerprint())")
    root = Path(__file__).parents[1]
    settings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(root)}
    done = subprocess.run(words, cwd=root, env=settings, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == fingerprint()
