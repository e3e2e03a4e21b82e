from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.engines.probe import Bound, listening

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"


def test_listening_sockets_of_both_families_are_read() -> None:
    text = (
        f"tcp\n{HEAD}   0: 0100007F:1F91 00000000:0000 0A 0 0\n   1: 0100007F:1F91 0100007F:AAAA 01 0 0\n"
        f"tcp6\n{HEAD}   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0 0\n"
        f"   1: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 0\n"
        f"udp\n{HEAD}   0: 00000000:0035 00000000:0000 07 0 0\n"
    )
    found = listening(text)
    assert found == (
        Bound("tcp", "127.0.0.1", 8081),
        Bound("tcp", "::", 80),
        Bound("tcp", "127.0.0.1", 8080),
        Bound("udp", "0.0.0.0", 53),
    )
    assert [bound.loopback for bound in found] == [True, False, True, False]


@given(st.text())
def test_odd_text_breaks_nothing(text: str) -> None:
    listening(f"tcp\n{text}")


@pytest.mark.parametrize("line", ["x: ZZ:1 0:0 0A", "x: 00:0050 0:0 0A"])
def test_what_is_no_address_is_left_out(line: str) -> None:
    assert listening(f"tcp\n{line}") == ()
