"""Programs as command lines, run by the shells of this machine, and what comes back."""

from __future__ import annotations

import base64
import gzip
import hashlib
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.framing import Frames, Question, nonce, script
from migrate.probes.sections import split
from migrate.reach.fleet.wrap import LONGEST, TooLong, Unwrapped, command, unwrap

MARK = "migrate-0123"
HOSTILE = r"""printf '%s\n' 'it'"'"'s' "quo\"ted" \$HOME \`x\` 'back\slash' '! bang' '{{ j }}' '=e=n=q' "tab	here"
printf 'line\r\n\377\000end'
exit 7"""
EXPECTED = b"it's\nquo\"ted\n$HOME\n`x`\nback\\slash\n! bang\n{{ j }}\n=e=n=q\ntab\there\nline\r\n\xff\x00end"


def run(program: str, line: str, env: dict[str, str] | None = None) -> str:
    done = subprocess.run((*program.split(), line), capture_output=True, check=False, env=env)
    return "\r\nWelcome\r\n" + done.stdout.decode("utf-8", "replace").replace("\n", "\r\n")


@pytest.mark.parametrize("shell", ["dash -c", "bash -c", "busybox sh -c"])
def test_the_program_comes_through_a_login_shell_as_it_is(shell: str) -> None:
    program = HOSTILE.encode()
    heard = unwrap(run(shell, command(program, MARK, sudo=False)), MARK, program)
    assert (heard.data, heard.status) == (EXPECTED, 7)


def test_a_program_that_is_long_travels_packed() -> None:
    program = b"echo out\n" + b"".join(b": $((%d * 7)) 'filler'\n" % number for number in range(9000))
    line = command(program, MARK, sudo=False)
    assert len(line) < LONGEST < len(program)
    assert unwrap(run("sh -c", line), MARK, program).data == b"out\n"


def test_a_program_that_takes_too_long_is_ended_and_what_it_said_comes() -> None:
    program = b"echo begun; sleep 37; echo ended"
    started = time.monotonic()
    heard = unwrap(run("sh -c", command(program, MARK, sudo=False, seconds=1)), MARK, program)
    assert (heard.data, heard.status not in (0, None)) == (b"begun\n", True)
    assert time.monotonic() - started < 15


def test_a_program_that_no_command_line_can_hold_is_refused() -> None:
    noise = "".join(hashlib.sha512(b"%d" % number).hexdigest() for number in range(3000))
    with pytest.raises(TooLong):
        command(noise.encode(), MARK, sudo=False)


def test_the_nonce_does_not_stand_in_the_command_line_and_is_the_asked_one_in_the_answer() -> None:
    word = nonce()
    questions = [Question("one", "part x; echo hello"), Question("two", "part y; echo packed; gap z root", packed=True)]
    program = script(questions, word)
    line = command(program, MARK, sudo=False)
    heard = unwrap(run("sh -c", line), MARK, program)
    assert word not in line
    frames = Frames(["one", "two"], word)
    frames.feed(heard.data)
    one, two = (split(section.data) for section in frames.finish())
    assert (one.lines("x"), two.lines("y"), len(two.gaps)) == (["hello"], ["packed"], 1)
    assert frames.done


@pytest.mark.parametrize("tools", ["od", "xxd", "base64", "openssl", "gzip od"])
def test_bytes_come_by_whatever_the_host_has(tools: str, tmp_path: Path) -> None:
    missing = [tool for tool in tools.split() if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"no {missing[0]} here")
    for name in (*"sh id awk tr cat head".split(), *tools.split()):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    program = b"head -c 70000 /dev/zero; printf 'a\\377\\000'"
    # Its own PATH comes last in the line's; here that is all there is.
    line = command(program, MARK, sudo=False).replace("PATH=${PATH:-/usr/bin}:/usr/bin:/bin:/usr/sbin:/sbin;", "", 1)
    heard = unwrap(run("/bin/sh -c", line, {"PATH": str(tmp_path)}), MARK, program)
    assert heard.data == b"\0" * 70000 + b"a\xff\0"


def test_a_host_that_can_not_unpack_a_long_program_says_so(tmp_path: Path) -> None:
    for name in ("sh", "id", "awk", "tr", "od"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    program = b"echo out\n" + b"".join(b": $((%d * 7)) 'filler'\n" % number for number in range(9000))
    line = command(program, MARK, sudo=False).replace("PATH=${PATH:-/usr/bin}:/usr/bin:/bin:/usr/sbin:/sbin;", "", 1)
    heard = unwrap(run("/bin/sh -c", line, {"PATH": str(tmp_path)}), MARK, program)
    assert (heard.needs, heard.data) == (True, b"")


def test_a_host_that_can_not_send_bytes_says_so(tmp_path: Path) -> None:
    for name in ("sh", "id", "awk", "tr"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    line = command(b"echo", MARK, sudo=False).replace("PATH=${PATH:-/usr/bin}:/usr/bin:/bin:/usr/sbin:/sbin;", "", 1)
    assert unwrap(run("/bin/sh -c", line, {"PATH": str(tmp_path)}), MARK, b"echo").lacks


def test_what_is_no_answer_is_none() -> None:
    for said in ("", "Welcome", f"no line {MARK} x", f"\n{MARK} ", f"\n{MARK} a b\n", f"\n{MARK} over\n"):
        assert unwrap(said, MARK, b"echo") == Unwrapped()


def whole() -> str:
    data = base64.encodebytes(gzip.compress(b"0123456789" * 50 + b"n1 ended 0\n")).decode()
    return f"\n{MARK} n1 root gzip base64 \n{data}{MARK} over\n"


def test_an_answer_that_is_cut_anywhere_keeps_what_came() -> None:
    text = whole()
    assert unwrap(text, MARK, b"echo") == Unwrapped(b"0123456789" * 50, 0, "root")
    for end in range(len(text)):
        heard = unwrap(text[:end], MARK, b"echo")
        assert (b"0123456789" * 50 + b"n1 ended 0\n").startswith(heard.data)


@given(st.text(max_size=200), st.sampled_from(["gzip", "plain"]), st.sampled_from(["base64", "hex"]))
def test_no_answer_makes_it_fail(noise: str, packing: str, coding: str) -> None:
    unwrap(f"\n{MARK} n1 root {packing} {coding} \n{noise}", MARK, b"echo")
    unwrap(f"\n{MARK} {noise}", MARK, b"echo")


def test_a_bomb_does_not_fill_our_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from migrate.reach.fleet import wrap

    monkeypatch.setattr(wrap, "_MOST", 1 << 20)
    packed = base64.b64encode(gzip.compress(b"\0" * (64 << 20))).decode()
    heard = unwrap(f"\n{MARK} n1 root gzip base64 \n{packed}\n{MARK} over\n", MARK, b"echo")
    assert len(heard.data) == (1 << 20) + 1
