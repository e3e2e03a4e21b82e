from __future__ import annotations

import os
import shutil
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.framing import Question
from migrate.model.connections import Connections, UnixConnection
from migrate.probes.connections import PROBE
from migrate.probing import ask
from tests.probes.samples import section
from tests.probes.shells import SHELLS, Here, present


def test_both_sides_of_a_connection() -> None:
    parsed = PROBE.parse(section(unix="3\t84,90,\t7,\t/run/x y.sock\n1\t\t\t@bus\nodd\nmore\t12"))
    assert parsed.facts == Connections(
        (UnixConnection("/run/x y.sock", (84, 90), (7,), 3), UnixConnection("@bus")),
    )
    assert [gap.what for gap in parsed.gaps] == ["12 kinds of connections"]


def test_a_machine_without_ss_is_a_gap() -> None:
    assert [gap.what for gap in PROBE.parse(section(unix="none")).gaps] == ["the clients of Unix sockets"]


@pytest.mark.parametrize(("modules", "asked"), [("tcp_diag 16384 0\n", False), ("unix_diag 16384 0\n", True)])
def test_no_module_is_loaded_for_the_asking(
    modules: str, asked: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = tmp_path_factory.mktemp("proc") / "modules"
    table.write_text(modules)
    program = PROBE.shell.replace("/proc/modules", str(table)).replace("have ss", "true")
    data = ask(Here(SHELLS[present()[0]]), [Question("connections", program)])["connections"].data
    assert [gap.remedy for gap in PROBE.parse(data).gaps] == ([] if asked else ["modprobe unix_diag"])


@given(st.text())
def test_nothing_makes_the_parser_raise(text: str) -> None:
    assert isinstance(PROBE.parse(section(unix=text)).facts, Connections)


# Of iproute2 3.10 (RHEL 7), after its source: a heading, no options to leave it out, and users in another form.
OLD = """Netid  State      Recv-Q Send-Q     Local Address:Port       Peer Address:Port
u_str  ESTAB      0      0      /run/my.sock 200                  * 100   users:(("mysqld",812,5),("mysqld",813,5))
u_str  ESTAB      0      0                    * 100                  * 200   users:(("php",900,7))
"""


@pytest.mark.parametrize("shell", present())
def test_the_older_form_of_ss(shell: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    said = tmp_path_factory.mktemp("ss") / "out"
    said.write_text(OLD)
    program = PROBE.shell.replace("have ss", "true").replace("ss -xnp", f"cat '{said}'")
    data = ask(Here(SHELLS[shell]), [Question("connections", program)])["connections"].data
    assert PROBE.parse(data).facts.unix == (UnixConnection("/run/my.sock", (812, 813), (900,)),)


@pytest.mark.skipif(not shutil.which("ss"), reason="this machine has no ss")
def test_a_connection_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "a b.sock")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
        with server.accept()[0]:
            data = ask(Here(SHELLS[present()[0]]), [Question("connections", PROBE.shell)])["connections"].data
    assert [one for one in PROBE.parse(data).facts.unix if one.path == path] == [
        UnixConnection(path, (os.getpid(),), (os.getpid(),))
    ]
