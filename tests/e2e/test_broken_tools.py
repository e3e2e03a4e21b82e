"""A tool of the host that hangs or raves costs its scope, not the discovery."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from migrate.model.facts import Accounts, Processes, Sockets
from migrate.model.inventory import Inventory
from tests.e2e.discovered import Discovered, discover
from tests.e2e.shop import Shop

pytestmark = pytest.mark.engine

_HANGS = "#!/bin/sh\nexec sleep 3000\n"
_RAVES = "#!/bin/sh\nhead -c 300000 /dev/urandom\nprintf '@@0 end 0 0 0\\n'\nexit 3\n"


@contextmanager
def _in_place_of(server: Shop, program: str, script: str) -> Iterator[None]:
    """Replace a program of the host; the real one comes back."""
    server.inside(
        "sh", "-c", f"mv {program} {program}.real && cat > {program} && chmod 755 {program}", stdin=script.encode()
    )
    try:
        yield
    finally:
        server.inside("mv", f"{program}.real", program)


def _discovered(machine: str, server: Shop, folder: Path) -> Inventory:
    return discover(machine, server, folder, judged=False).inventory


_SLOW = pytest.mark.slow  # each scope that asks it waits for its own budget


@pytest.mark.parametrize(
    ("program", "scope", "script"),
    [
        pytest.param("/usr/bin/rpm", "packages", _RAVES, id="rpm raves"),
        pytest.param("/usr/bin/systemctl", "services", _RAVES, id="systemctl raves"),
        pytest.param("/usr/bin/locale", "system", _HANGS, id="locale hangs"),
        pytest.param("/usr/bin/rpm", "packages", _HANGS, id="rpm hangs", marks=_SLOW),
        pytest.param("/usr/bin/systemctl", "services", _HANGS, id="systemctl hangs", marks=_SLOW),
    ],
)
def test_a_broken_tool_costs_its_own_scope_and_is_named(
    program: str, scope: str, script: str, discovered: Discovered, tmp_path: Path
) -> None:
    server = discovered["rouge"].server
    with _in_place_of(server, program, script):
        inventory = _discovered("rouge", server, tmp_path)
    [hurt] = [one for one in inventory.scopes if one.name == scope]
    assert hurt.status in ("partial", "failed")
    assert hurt.gaps
    assert len(inventory.get(Accounts).users) > 20
    assert len(inventory.get(Processes).processes) > 5
    assert {80, 22} <= {one.port for one in inventory.get(Sockets).sockets}
    assert "sleep 3000" not in server.inside("ps", "-eo", "args=").decode()
