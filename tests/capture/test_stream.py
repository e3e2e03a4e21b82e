from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.archives import read_tar
from migrate.capture.choose import Choice
from migrate.capture.stream import Limits, Received, _prints, program, receive
from migrate.framing import Question, script
from migrate.probes.sections import text
from migrate.reach import Bounds, Connection
from tests.probes.shells import SHELLS, Here, present


@pytest.fixture(params=present())
def here(request: pytest.FixtureRequest) -> Here:
    return Here(SHELLS[request.param])


@given(st.lists(st.binary(min_size=1, max_size=60).filter(lambda name: not {0, 1} & set(name)), max_size=5))
def test_any_name_reaches_the_shell_as_its_bytes(names: list[bytes]) -> None:
    script = _prints(["/" + text(name) for name in names]) or ":"
    said = subprocess.run(("sh", "-s"), input=script.encode("ascii"), capture_output=True, check=True).stdout
    assert said == b"".join(b"/" + name.replace(b"\n", b"\x01") + b"\n" for name in names)


def test_the_program_is_ascii_whatever_the_names_are() -> None:
    shell = program(Choice(trees=("/srv/\udcff\n'`$(id)\"",)))
    script([Question("capture", shell)], "word").decode("ascii")


def fetched(here: Here, tmp_path: Path, choice: Choice) -> tuple[Received, list[str]]:
    spool = tmp_path / "spool"
    received = receive(here, choice, spool, None)
    prefix = str(tmp_path).lstrip("/")
    with spool.open("rb") as stream:
        names = [member.name for member, _ in read_tar(stream)] if spool.stat().st_size else []
    return received, sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix + "/host"))


def test_trees_come_without_what_is_left_out(here: Here, tmp_path: Path) -> None:
    host = tmp_path / "host"
    for name in ("app/bin", "app/logs", "app/very/deep/cache", "other"):
        (host / name).mkdir(parents=True)
        (host / name / "file").write_text("x")
    os.mkfifo(host / "app" / "pipe")
    (host / "app" / "link").symlink_to("/nowhere")
    choice = Choice(
        trees=(str(host / "app"),),
        single=(str(host), str(host / "app")),
        without=(str(host / "app/logs"), str(host / "app/very/deep/cache")),
    )
    received, names = fetched(here, tmp_path, choice)
    assert received.lost is None
    assert names == ["/host", "/host/app", "/host/app/bin", "/host/app/bin/file", "/host/app/link"]


def test_hostile_names_come_as_they_are(here: Here, tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.mkdir()
    odd = [b"caf\xe9", b"quo'te\"s $(id)", b"-rf", b"tab\t*", b"back\\slash", b"@@x begin"]
    for name in odd:
        (host / os.fsdecode(name)).write_text("x")
    _, names = fetched(here, tmp_path, Choice(trees=(str(host),)))
    assert sorted(os.fsencode(name) for name in names if name != "/host") == sorted(b"/host/" + name for name in odd)


def test_a_host_without_the_files_sends_an_empty_archive(here: Here, tmp_path: Path) -> None:
    received, names = fetched(here, tmp_path, Choice(trees=(str(tmp_path / "host" / "gone"),)))
    assert (received.lost, received.begun, names) == (None, True, [])


class Narrow:
    """A way to a host that brings only so much."""

    label, elevation = "narrow", "root"
    bounds = Bounds(stream=16 << 20, tcp=False, instead="discover that host over ssh")


def test_what_the_way_can_not_bring_is_left_behind_on_the_host_with_the_reason(here: Here) -> None:
    limits = Limits.of(cast(Connection, Narrow()))
    assert (limits.file, limits.all, limits.remedy) == (16 << 20, 16 << 20, "discover that host over ssh")
    assert limits.why("full") == "beyond the 16 MiB that are captured of one host"
    assert "LARGEST_ALL=16777216\n" in program(Choice(), limits)
    assert Limits.of(here) == Limits()
    assert Limits().why("full") == "beyond the 4 GiB that are captured of one host"
