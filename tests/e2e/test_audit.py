"""A discovery under strace: nothing is created, written, renamed or chmodded, nothing odd is opened, and gently."""

from __future__ import annotations

import pytest

from tests.e2e import audit
from tests.e2e.audit import Deeds, deeds
from tests.e2e.discovered import Discovered
from tests.e2e.machines import MACHINES

_ODD = {
    "attic": ("/srv/odd/pipe", "/srv/odd/null", "/srv/odd/loop", "/srv/odd/sock", "/srv/odd/disk.img"),
    "elder": ("/opt/fax/ttyS1", "/opt/fax/spool/queue", "/opt/fax/spool/archive.img"),
    "rouge": ("/opt/herramientas/cola", "/u01/app/oracle/system01.dbf"),
}
_MAY_BE_WRITTEN = {
    "/dev/null",
    "/dev/tty",
    "/run/motd.dynamic.new",  # PAM's message of the day: a shell of sshd's writes it before ours begins
}


@pytest.fixture(scope="module")
def audits() -> dict[str, Deeds]:
    return {}


@pytest.fixture(params=sorted(_ODD))
def audit_of(request: pytest.FixtureRequest, discovered: Discovered, audits: dict[str, Deeds]) -> tuple[str, Deeds]:
    name: str = request.param
    if name not in audits:
        audits[name] = audit.audited(discovered[name].server, "--no-record")
    return name, audits[name]


@pytest.mark.engine
def test_nothing_is_created_changed_or_opened_for_writing(audit_of: tuple[str, Deeds]) -> None:
    _, done = audit_of
    assert done.changed == []
    assert {path for path in done.written if not path.startswith("pipe:")} <= _MAY_BE_WRITTEN


@pytest.mark.engine
def test_no_fifo_no_device_and_no_huge_file_is_opened(audit_of: tuple[str, Deeds]) -> None:
    name, done = audit_of
    assert MACHINES[name]().huge[0] in _ODD[name]
    assert done.opened & set(_ODD[name]) == set()
    devices = {path for path in done.opened if path.startswith("/dev/") and not path.startswith("/dev/shm")}
    assert devices <= {"/dev/null", "/dev/tty", "/dev/urandom", "/dev/random"}


@pytest.mark.engine
def test_what_is_read_of_a_file_has_a_bound(audit_of: tuple[str, Deeds]) -> None:
    _, done = audit_of
    assert len(done.read) > 200, "the audit saw what was read"
    assert max(done.read.values()) < 64 << 20, "the largest is rpm's database, read by several questions"


@pytest.mark.engine
def test_it_gives_way_to_all_others(audit_of: tuple[str, Deeds]) -> None:
    _, done = audit_of
    assert any(call.startswith("setpriority(") and call.endswith(", 19)") for call in done.gentle)
    assert any("IOPRIO_CLASS_IDLE" in call for call in done.gentle)


def test_the_audit_tells_our_deeds_from_those_of_sshd_and_sudo() -> None:
    log = """\
10 openat(AT_FDCWD, "/run/utmp", O_RDWR|O_CLOEXEC) = 4</run/utmp>
10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID) = 11
11 execve("/bin/sh", ["sh"], 0x1 /* 2 vars */) = 0
11 openat(AT_FDCWD, "/dev/null", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</dev/null>
11 mkdir("/tmp/x", 0700) = -1 EEXIST (File exists)
11 vfork( <unfinished ...>
12 unlink("/tmp/y" <unfinished ...>
11 <... vfork resumed>) = 12
12 <... unlink resumed>) = 0
12 execve("/usr/bin/sudo", ["sudo"], 0x1 /* 2 vars */) = 0
12 mkdir("/run/sudo", 0700) = 0
12 clone(child_stack=NULL) = 13
13 execve("/bin/sh", ["sh"], 0x1 /* 2 vars */) = 0
13 rename("/a", "/b") = 0
13 openat(AT_FDCWD, "/c\\"d", O_RDWR) = 3</c"d>
13 read(3</c"d>, "abc"..., 4096) = 3
13 setpriority(PRIO_PROCESS, 13, 19) = 0
""".splitlines()
    done = deeds(log)
    assert done.changed == ['sh: unlink("/tmp/y")', 'sh: rename("/a", "/b")']
    assert done.written == {"/dev/null", '/c"d'}
    assert done.read == {'/c"d': 3}
    assert done.gentle == ["setpriority(PRIO_PROCESS, 13, 19)"]
