import os
import shutil

import pytest

from migrate import process
from migrate.errors import HostError
from migrate.reach.conduit import ProcessConduit
from migrate.reach.elevation import Host
from migrate.reach.programs import Programs

AS_WE_ARE = "root" if os.geteuid() == 0 else "none"


def programs(*argv: str) -> Programs:
    return Programs(Host("here", lambda tty: ProcessConduit(process.start(argv)), sudo=False))


@pytest.mark.parametrize("shell", ["dash -s", "bash -s", "bash --posix -s", "busybox sh -s"])
def test_programs_run_in_every_kind_of_sh(shell: str) -> None:
    if shutil.which(shell.split()[0]) is None:
        pytest.skip(f"no {shell.split()[0]} here")
    opened = programs(*shell.split())
    got: list[bytes] = []
    assert [opened.run(b"echo out; exit 3", got.append).status for _ in range(2)] == [3, 3]
    assert (opened.elevation, b"".join(got)) == (AS_WE_ARE, b"out\nout\n")
    assert opened.run(b"sleep 30", got.append, deadline=0.3).status is None
    opened.close()


def test_what_is_printed_before_the_shell_is_ready_is_skipped() -> None:
    opened = programs("sh", "-c", "echo 'migrate-x root 1 1'; printf 'no newline'; echo oops >&2; exec sh -s")
    got: list[bytes] = []
    assert opened.run(b"echo out", got.append).err == b""
    assert got == [b"out\n"]
    opened.close()


@pytest.mark.parametrize("program", ["cat", "exit 1", "echo nothing here; exit 0", "kill -KILL $$"])
def test_what_is_no_shell_is_named(program: str) -> None:
    with pytest.raises(HostError, match="no shell answered") as caught:
        programs("sh", "-c", f"head -c 100 >/dev/null; {program}" if program != "cat" else "head -n 2")
    assert caught.value.hint


def test_a_shell_that_talks_without_end_is_given_up() -> None:
    with pytest.raises(HostError, match="did not answer"):
        programs("yes")


def test_the_request_that_is_echoed_is_no_answer() -> None:
    with pytest.raises(HostError, match="no shell answered"):
        programs("sh", "-c", "head -n 3; exec </dev/null")
