from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.discovered import Discovered
from tests.e2e.samples import Samples
from tests.e2e.shop import Shop, running


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One sample server for all end-to-end tests. Who changes something in it puts it back."""
    # The number keeps two test runs on one machine apart.
    with running(tmp_path_factory.mktemp("shop"), f"migrate-test-shop-{os.getpid()}") as server:
        yield server


@pytest.fixture(scope="session")
def discovered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Discovered]:
    """The machines of tests/e2e/machines.py, each discovered once."""
    machines = Discovered(tmp_path_factory.mktemp("machines"), str(os.getpid()))
    try:
        yield machines
    finally:
        machines.close()


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samples]:
    """The sample servers that have a truth.yaml, each discovered and planned once."""
    made = Samples(tmp_path_factory.mktemp("samples"), str(os.getpid()))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder
