"""The whole program of all scopes says the same under every shell that a host's sh may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migrate.differing import compare
from migrate.model.inventory import Inventory
from migrate.parts import parts
from migrate.probing import probe
from tests.e2e.discovered import Discovered
from tests.e2e.shop import Shop
from tests.probes.shells import Here

pytestmark = pytest.mark.engine

SHELLS = {
    "bash": ("bash",),
    "bash as sh": ("bash", "--posix"),
    "busybox ash": ("busybox", "sh"),
    "ksh93": ("ksh93",),
    "mksh": ("mksh",),
    "yash": ("yash",),
}


def _told(server: Shop, shell: tuple[str, ...]) -> Inventory:
    """Every probe's scope, by a shell that runs in the machine as root."""
    here = Here(shell, ("docker", "exec", "-i", server.name))
    return Inventory("elder01", "elder01", "", probe(here, parts("migrate.probes", "PROBE")))


@pytest.fixture(scope="module")
def by_dash(discovered: Discovered) -> tuple[Shop, Inventory]:
    server = discovered["elder"].server
    return server, _told(server, ("dash",))


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
def test_every_shell_tells_what_dash_tells(shell: tuple[str, ...], by_dash: tuple[Shop, Inventory]) -> None:
    server, expected = by_dash
    have = _told(server, shell)
    said = {scope.name: scope.gaps for scope in have.scopes}
    if shell == ("ksh93",):
        # Its pipes are pairs of sockets, which can't be opened by name: what nobody owns stays untold, and it says so.
        [gap] = said.pop("files")
        assert gap.what == "unmanaged"
        have, expected = _without_files(have), _without_files(expected)
    assert said == {scope.name: scope.gaps for scope in expected.scopes}
    assert compare(expected, have).changes == ()


def _without_files(inventory: Inventory) -> Inventory:
    return replace(inventory, scopes=tuple(scope for scope in inventory.scopes if scope.name != "files"))
