from __future__ import annotations

import pytest

from migrate.engines.choose import choose
from migrate.errors import EngineError
from migrate.process import available


@pytest.mark.skipif(available("podman"), reason="podman is installed here")
def test_a_missing_engine_is_named_with_what_to_do() -> None:
    with pytest.raises(EngineError, match="podman is not installed") as caught:
        choose("podman").check()
    assert caught.value.hint == "install podman and try again"
