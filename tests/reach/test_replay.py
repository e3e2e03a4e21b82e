"""A host that is asked for real, and then its recording in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.errors import ConnectionLost, HostError, InputError
from migrate.framing import Question, nonce, script, understand
from migrate.model.inventory import Scope
from migrate.model.target import Access, Target
from migrate.parts import parts
from migrate.probes import Probe
from migrate.probes.sections import split
from migrate.probing import Said, ask, probe
from migrate.reach import Connection, Ended, Recalled, Stream
from migrate.reach.local import LocalConnection
from migrate.reach.open import connect
from migrate.reach.tape import Taped

PROBES: tuple[Probe, ...] = tuple(
    one for one in parts("migrate.probes", "PROBE") if one.facts.scope in ("accounts", "mounts", "schedule", "system")
)
ONE = Question("one", "echo first; printf 'a\\377\\000b'")
TWO = Question("two", "part x; echo second; gap y root; false")
PACKED = Question("packed", "part x; echo 0123456789; gap y root", packed=True)


class Cut:
    """A connection that breaks after so many bytes."""

    label, elevation = "cut", "none"

    def __init__(self, connection: Connection, left: int) -> None:
        self._connection, self._left = connection, left

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        said = bytearray()
        self._connection.run(script, said.extend, deadline=deadline, idle=idle)
        sink(bytes(said[: self._left]))
        raise ConnectionLost("the network went away")

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:
        raise OSError

    def close(self) -> None: ...


def here() -> LocalConnection:
    return LocalConnection(Access(sudo=False))


def recorded(tmp_path: Path, asked: Callable[[Connection], object], connection: Connection, **options: bool) -> Path:
    path = tmp_path / "raw.jsonl"
    with path.open("wb") as sink:
        taped = Taped(connection, sink, "web01", "admin@web01", content=options.pop("content", True), **options)
        asked(taped)
        taped.close()
    connection.close()
    return path


def replay(path: Path) -> Connection:
    return connect(Target(f"replay:{path}", "replay", str(path)), Access())


def said(answer: Said) -> list[tuple[str, bytes, bool, int | None]]:
    return [(one.name, _plain(one.data), one.complete, one.status) for one in answer.sections]


def _plain(data: bytes) -> bytes:
    """Without the nonce, which is another one in every program."""
    lines = data.split(b"\n")
    return b"\n".join(b"@@ " + line.split(b" ", 1)[1] if line.startswith(b"@@") else line for line in lines)


@pytest.mark.parametrize("packed", [False, True])
def test_the_scopes_from_a_recording_are_those_of_the_host(tmp_path: Path, packed: bool) -> None:
    before: list[tuple[Scope, ...]] = []
    path = recorded(tmp_path, lambda taped: before.append(probe(taped, PROBES)), here(), packed=packed)
    connection = replay(path)
    assert probe(connection, PROBES) == before[0]
    assert isinstance(connection, Recalled)
    assert connection.origin == ("web01", "admin@web01")


def test_sections_are_found_by_name_in_whatever_order_and_run_they_were_recorded(tmp_path: Path) -> None:
    before: list[Said] = []
    path = recorded(tmp_path, lambda taped: before.extend((ask(taped, [ONE]), ask(taped, [TWO]))), here())
    answer = ask(replay(path), [TWO, ONE])
    assert said(answer) == said(before[1]) + said(before[0])
    assert answer.lost is None
    assert answer.sections[1].data == b"first\na\xff\x00b"


def test_what_a_host_packed_is_read_out_of_the_recording(tmp_path: Path) -> None:
    path = recorded(tmp_path, lambda taped: ask(taped, [PACKED]), here())
    parts_of = split(ask(replay(path), [PACKED]).sections[0].data)
    assert (parts_of.lines("x"), len(parts_of.gaps)) == (["0123456789"], 1)


def test_what_was_not_recorded_is_a_gap_of_that_name(tmp_path: Path) -> None:
    path = recorded(tmp_path, lambda taped: probe(taped, PROBES[:1]), here())
    known, unknown = probe(replay(path), PROBES[:2])
    assert known.facts is not None
    assert (unknown.status, unknown.gaps[0].why) == ("failed", "not recorded")


def test_what_broke_off_when_it_was_recorded_breaks_off_in_the_recording(tmp_path: Path) -> None:
    before: list[Said] = []
    path = recorded(tmp_path, lambda taped: before.append(ask(taped, [ONE, TWO])), Cut(here(), 80))
    answer = ask(replay(path), [ONE, TWO])
    assert (said(answer), answer.lost) == (said(before[0]), "the network went away")


def test_a_recording_that_was_interrupted_counts_as_far_as_it_goes(tmp_path: Path) -> None:
    path = recorded(tmp_path, lambda taped: ask(taped, [ONE, TWO]), here())
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))
    answer = ask(replay(path), [ONE, TWO])
    assert answer.lost == "the recording ends here"
    assert answer.sections[0].complete


def test_the_captured_files_can_be_left_out(tmp_path: Path) -> None:
    question = Question("capture", "echo the secret")
    path = recorded(tmp_path, lambda taped: (ask(taped, [ONE]), ask(taped, [question])), here(), content=False)
    assert b"the secret" not in path.read_bytes()
    assert ask(replay(path), [question]).sections[0].absent == "not recorded"


def test_what_is_no_recording_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "raw"
    for data in (b"", b"{}", b"nonsense\n", b"\x1f\x8bnonsense", b"[1]\n", b'{"migrate-raw": 99}\n'):
        path.write_bytes(data)
        with pytest.raises(InputError, match="raw"):
            replay(path)
    with pytest.raises(InputError):
        replay(tmp_path / "missing")


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = recorded(tmp_path, lambda taped: ask(taped, [ONE]), here())
    path.write_bytes(path.read_bytes() + b'{"bytes": "%%%"}\n')
    with pytest.raises(InputError, match=r"raw\.jsonl:\d+"):
        ask(replay(path), [ONE])


def test_a_recording_answers_nothing_but_discovery(tmp_path: Path) -> None:
    connection = replay(recorded(tmp_path, lambda taped: ask(taped, [ONE]), here()))
    with pytest.raises(HostError, match="only what discovery asks"):
        connection.run(b"id", lambda data: None)
    with pytest.raises(ConnectionRefusedError):
        connection.open_tcp("127.0.0.1", 80)


def test_the_lines_of_a_recording_are_json_with_the_program_and_how_it_ended(tmp_path: Path) -> None:
    path = recorded(tmp_path, lambda taped: taped.run(b"echo out; echo err >&2; exit 3", lambda data: None), here())
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [set(line) for line in lines[1:]] == [{"run"}, {"out"}, {"end", "err"}]
    assert (lines[1]["run"], lines[2]["out"], lines[3]["end"]) == ("echo out; echo err >&2; exit 3", "out\n", 3)


def test_the_programs_that_are_understood_are_those_that_are_made() -> None:
    word = nonce()
    program = understand(script([ONE, TWO, PACKED], word))
    assert program is not None
    assert (program.word, program.names) == (word, ("one", "two", "packed"))
    assert understand(b"echo section 0 one 20 section_0") is None
