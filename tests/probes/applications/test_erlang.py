from __future__ import annotations

from tests.probes.applications import found, host, process

BEAM = "/usr/lib/erlang/erts-13/bin/beam.smp"


def test_what_a_machine_was_started_for() -> None:
    rabbit = process(
        10,
        BEAM,
        "--",
        "-root",
        "/usr/lib/erlang",
        "-s",
        "rabbit",
        "boot",
        "-sname",
        "rabbit@h",
        unit="rabbitmq-server.service",
    )
    shop = process(
        20, "/srv/shop/erts-12/bin/beam.smp", "--", "-boot", "/srv/shop/releases/0.3.1/start", "-name", "shop@10.0.0.1",
        name="beam.smp",
    )  # fmt: skip
    one, two = found(host(rabbit, shop, packages={"x": ("rabbitmq-server", "3.10.8-1")}))
    assert (one.kind, one.role, one.name, one.version) == ("rabbitmq", "queue", "rabbitmq-server", "3.10.8")
    assert (two.kind, two.version, two.base, two.settings) == (
        "erlang",
        "0.3.1",
        "/srv/shop",
        (("node", "shop@10.0.0.1"),),
    )
