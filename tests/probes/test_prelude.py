"""The program in the shells that are here: it is the same everywhere, ends what hangs, and writes nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from migrate.framing import Question
from migrate.parts import parts
from migrate.probes.sections import split
from migrate.probing import ask, probe
from tests.probes.shells import SHELLS, Here, present

CORE = tuple(each for each in parts("migrate.probes", "PROBE") if each.facts.scope != "files")


@pytest.fixture(params=present())
def here(request: pytest.FixtureRequest) -> Here:
    return Here(SHELLS[request.param])


def test_the_core_scopes_come_from_every_shell(here: Here) -> None:
    found = probe(here, CORE)
    assert {scope.name for scope in found if scope.facts is None} == set()
    assert not [gap for scope in found for gap in scope.gaps if "status" in gap.why or "parser" in gap.why]


def test_a_section_that_hangs_is_ended_with_all_its_children(here: Here) -> None:
    started = time.monotonic()
    hang = Question("hang", "part x\necho before\n(sleep 4711; :) | cat\necho after", 1)
    answer = ask(here, [hang, Question("next", "echo fine")])
    assert time.monotonic() - started < 120, "not as long as the sleep"
    assert answer["hang"].status is not None
    assert answer["hang"].status > 128
    assert split(answer["hang"].data).lines("x") == ["before"]
    assert answer["next"].data == b"fine\n"
    assert b"4711" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, check=True).stdout


def test_one_that_ignores_being_asked_is_made_to(here: Here) -> None:
    answer = ask(here, [Question("deaf", "trap '' TERM\nwhile :; do sleep 1; done", 1)])
    assert answer["deaf"].complete


def test_what_is_packed_is_the_same_on_arrival(here: Here) -> None:
    shell = "body() { part a\necho 1\ngap z root\npart b\nprintf 'x\\000y\\n'\n}\npacked body\npart c\necho 3"
    answer = ask(here, [Question("one", shell)])
    assert b"\x1f\x8b" in answer["one"].data
    found = split(answer["one"].data)
    assert [dict(found.blocks), [gap.what for gap in found.gaps]] == [
        {"a": b"1\n", "b": b"x\0y\n", "c": b"3\n"},
        ["z"],
    ]


def test_what_was_packed_before_the_time_was_over_is_kept(here: Here) -> None:
    answer = ask(here, [Question("one", "body() { part a\necho 1\nsleep 4712\n}\npacked body", 1)])
    assert split(answer["one"].data).lines("a") == ["1"]
    assert answer["one"].status is not None
    assert answer["one"].status > 128


def test_what_a_section_exits_with_does_not_matter_and_what_it_reads_is_empty(here: Here) -> None:
    answer = ask(here, [Question("one", "cat\nfalse"), Question("two", "read -r line\necho $line")])
    assert [section.status for section in answer.sections] == [0, 0]
    assert answer["two"].data == b"\n"


def test_a_variable_of_the_login_does_not_carry_the_nonce_to_others(here: Here) -> None:
    os.environ["MARK"] = "exported"
    try:
        answer = ask(here, [Question("one", "env")])
    finally:
        del os.environ["MARK"]
    assert b"@@" not in answer["one"].data


def test_files_are_shown_line_by_line(here: Here, tmp_path: Path) -> None:
    odd = tmp_path / "a\n>b\\n"
    odd.write_bytes(b"one\n\n>x\n\xff\nlast")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    answer = ask(here, [Question("one", f"part f\nset +f\nshow {tmp_path}/* /nowhere")])
    assert split(answer["one"].data).files("f") == {str(odd): ["one", "", ">x", "\udcff", "last"]}


def test_links_keep_odd_names(here: Here, tmp_path: Path) -> None:
    (tmp_path / "a\tb").symlink_to("c\nd")
    answer = ask(here, [Question("one", f"part l\nset +f\nlinks {tmp_path}/*")])
    assert list(split(answer["one"].data).pairs("l")) == [(str(tmp_path / "a\tb"), "c\nd")]


def test_a_gap_may_stand_anywhere(here: Here) -> None:
    shell = "part a\necho 1\ngap '/etc/x\n\ty' 'no such thing'\necho 2\ngap z root\npart b\necho 3"
    found = split(ask(here, [Question("one", shell)])["one"].data)
    assert found.lines("a") == ["1", "2"]
    assert found.lines("b") == ["3"]
    assert [(gap.what, gap.why) for gap in found.gaps] == [
        ("/etc/x?y", "no such thing"),
        ("z", "only root may read it"),
    ]


_OPENS = ("open", "openat", "openat2", "creat")
_CHANGES = (
    *("mkdir", "mkdirat", "mknod", "mknodat", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2"),
    *("link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("truncate", "ftruncate", "utime", "utimes", "utimensat", "setxattr", "lsetxattr", "fsetxattr"),
)
# Opening /dev/null for writing is no trace, nor is looking for a terminal.
_WRITES = re.compile(
    rf"\b(?:{'|'.join(_OPENS)})\((?!.*\"/dev/(?:null|tty)\").*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND)"
    rf"|\b(?:{'|'.join(_CHANGES)})\("
)


def _written(trace: Path) -> list[str]:
    return [line for line in trace.read_text("utf-8", "replace").splitlines() if _WRITES.search(line)]


def _watched(shell: Here, trace: Path) -> Here:
    calls = ",".join(f"?{name}" for name in _OPENS + _CHANGES)
    return Here(shell.argv, ("strace", "-f", "--seccomp-bpf", "-qq", "-o", str(trace), "-e", f"trace={calls}"))


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here")
def test_nothing_is_written(here: Here, tmp_path: Path) -> None:
    probe(_watched(here, tmp_path / "trace"), CORE)
    assert _written(tmp_path / "trace") == []


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here")
def test_the_watch_for_writes_sees_one(here: Here, tmp_path: Path) -> None:
    ask(_watched(here, tmp_path / "trace"), [Question("one", f"echo >{tmp_path}/made; mkdir {tmp_path}/folder")])
    assert len(_written(tmp_path / "trace")) == 2


def test_bare_shows_what_counts_with_its_line_and_keeps_sudo_s_includes(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "a\nb"
    file.write_text("# no\n\nPort 22 \\\n  # kept\n  ; no\n#include x\n#1000 ALL=ALL\n end")
    answer = ask(here, [Question("one", f"part files\nset +f\nbare {tmp_path}/* /none /dev/null")])
    assert split(answer["one"].data).numbered("files") == {
        str(file): [(3, "Port 22 \\"), (4, "  # kept"), (6, "#include x"), (7, "#1000 ALL=ALL"), (8, " end")]
    }
