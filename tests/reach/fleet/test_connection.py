"""Programs through the real Ansible: on this machine, and to where nothing listens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from migrate.errors import HostError, HostUnreachable
from migrate.framing import Question
from migrate.model.target import Access
from migrate.probing import Said, ask
from migrate.reach import bounds
from migrate.reach.fleet.connection import FleetConnection
from migrate.reach.fleet.play import Outcome
from migrate.reach.fleet.rounds import Rounds
from migrate.reach.fleet.setup import Setup

ONE = Question("one", "part x; printf 'a\\377\\000\\nb'; gap y root")


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    path = tmp_path / "hosts.ini"
    path.write_text(
        "[near]\nhere\nslow\n[near:vars]\nansible_connection=local\n[far]\ndead ansible_host=127.0.0.1 ansible_port=1\n"
    )
    made = Rounds(Setup(str(path), Access(sudo=False)))
    yield made
    made.stop()


def test_each_host_of_a_run_has_its_own_outcome(
    rounds: Rounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    hosts = {name: FleetConnection(name, rounds, sudo=False) for name in ("here", "slow", "dead")}
    programs = {"here": ONE, "slow": Question("slow", "sleep 30"), "dead": ONE}

    def said(name: str) -> object:
        try:
            return ask(hosts[name], [programs[name]], deadline=6)
        except HostError as error:
            return error

    with ThreadPoolExecutor(3) as pool:
        here, slow, dead = pool.map(said, hosts)
    assert isinstance(dead, HostUnreachable)
    assert "refused" in dead.message
    assert isinstance(here, Said)
    assert isinstance(slow, Said)
    assert (slow.sections[0].seen, slow.sections[0].complete) == (True, False)
    assert b"a\xff\x00\nb" in here.sections[0].data
    assert hosts["here"].elevation == ("root" if os.geteuid() == 0 else "none")
    rounds.end()
    left = {path.name for path in tmp_path.glob("migrate-fleet-*")}
    assert left == set()


def test_what_this_way_can_not_do_is_said() -> None:
    connection = FleetConnection("a", Rounds(Setup("x", Access()), lambda *_: ""), sudo=False)
    assert (bounds(connection).tcp, bounds(connection).stream) == (False, 16 << 20)
    with pytest.raises(PermissionError):
        connection.open_tcp("127.0.0.1", 80)
    noise = os.urandom(300_000).hex()
    with pytest.raises(HostError, match="command line") as caught:
        connection.run(noise.encode(), lambda data: None)
    assert "over ssh" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Outcome("This account is currently not available.\n", "Shared connection to x closed.\n"), "not available"),
        (Outcome("", ""), "nothing was said"),
        (Outcome(None, "Task failed: Incorrect sudo password"), "Incorrect sudo password"),
    ],
)
def test_a_host_without_a_shell_or_with_a_refusal_is_named(outcome: Outcome, says: str) -> None:
    class Answers(Rounds):
        def ask(self, host: str, command: str, deadline: float) -> Outcome:
            return outcome

    connection = FleetConnection("web01", Answers(Setup("x", Access())), sudo=True)
    with pytest.raises(HostError, match=says) as caught:
        connection.run(b"echo", lambda data: None)
    assert caught.value.message.startswith("web01: ")
    assert caught.value.hint
