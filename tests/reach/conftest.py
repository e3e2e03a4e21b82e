from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reach.box import Box, running


@pytest.fixture(scope="session")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("reach")) as box:
        yield box
