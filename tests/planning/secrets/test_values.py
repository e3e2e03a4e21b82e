from __future__ import annotations

from migrate.planning.secrets.values import stands_for_nothing


def test_a_port_with_its_protocol_is_no_secret() -> None:
    assert stands_for_nothing("464/tcp")
    assert stands_for_nothing("464/udp # Kerberos")
    assert not stands_for_nothing("4x64/tcp-Kiefer")
