"""Parts are found by their folders, ahead of time where that pays."""

from __future__ import annotations

import subprocess
import sys

from migrate.parts import ahead, parts


def test_parts_that_are_loaded_ahead_are_the_same() -> None:
    ahead("migrate.checks", "CHECK")
    found = parts("migrate.checks", "CHECK")
    assert found
    assert parts("migrate.checks", "CHECK") == found


def test_reaching_a_host_does_not_load_what_it_never_uses_and_leaves_that_to_others() -> None:
    text = (
        "import sys, migrate.reach.wire.connection; assert 'asyncio' not in sys.modules and 'invoke' not in sys.modules"
        "; import invoke; from paramiko.config import invoke as missing; assert missing is None"
    )
    subprocess.run((sys.executable, "-c", text), check=True)
