import sys
import time

from migrate import process
from migrate.reach.conduit import ProcessConduit, converse


def shell() -> ProcessConduit:
    return ProcessConduit(process.start(("sh", "-s")))


def test_a_program_s_outputs_and_status_are_heard() -> None:
    got: list[bytes] = []
    conduit = shell()
    ended = converse(conduit, b"echo out; echo err >&2; exit 3", got.append, deadline=10, idle=10)
    conduit.close()
    assert (b"".join(got), ended.err, ended.status) == (b"out\n", b"err\n", 3)


def test_megabytes_go_in_and_come_out_at_the_same_time() -> None:
    conduit = ProcessConduit(process.start(("cat",)))
    sizes: list[int] = []
    ended = converse(conduit, b"x" * 5_000_000, lambda data: sizes.append(len(data)), deadline=30, idle=10)
    conduit.close()
    assert (sum(sizes), ended.status) == (5_000_000, 0)


def test_a_program_that_reads_nothing_is_not_waited_for() -> None:
    conduit = ProcessConduit(process.start((sys.executable, "-c", "print('done')")))
    ended = converse(conduit, b"x" * 5_000_000, lambda data: None, deadline=30, idle=10)
    conduit.close()
    assert ended.status == 0


def test_standard_error_is_kept_within_bounds() -> None:
    conduit = shell()
    ended = converse(conduit, b"head -c 3000000 /dev/zero >&2; echo end >&2", lambda data: None, deadline=30, idle=10)
    conduit.close()
    assert len(ended.err) == 65536
    assert ended.err.endswith(b"end\n")


def test_silence_and_length_have_their_limits() -> None:
    for deadline, idle in ((0.5, 30.0), (30.0, 0.5)):
        conduit = shell()
        started = time.monotonic()
        assert converse(conduit, b"sleep 30", lambda data: None, deadline=deadline, idle=idle).status is None
        conduit.close()
        assert time.monotonic() - started < 3


def test_a_program_ended_by_a_signal_has_a_status() -> None:
    conduit = shell()
    assert converse(conduit, b"kill -KILL $$", lambda data: None, deadline=10, idle=10).status == -1
    conduit.close()


def test_what_a_program_leaves_behind_does_not_keep_us() -> None:
    conduit = shell()
    started = time.monotonic()
    assert converse(conduit, b"sleep 20 & exit 5", lambda data: None, deadline=30, idle=30).status == 5
    conduit.close()
    assert time.monotonic() - started < 5
