"""What the processes of a discovery did to a machine, as the kernel saw it: an sshd of its own under strace.

sshd, PAM and sudo write of logins by themselves; ours is what the login shell starts, until it runs sudo, and what sudo
starts then. Calls that failed changed nothing and are left out.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.e2e.machines import until
from tests.e2e.shop import Shop, run_migrate

_PORT = 2022
_LOG = "/dev/shm/audit"
_CHANGES = (
    "creat mkdir mkdirat mknod mknodat rename renameat renameat2 unlink unlinkat rmdir link linkat symlink symlinkat "
    "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat truncate ftruncate utime utimes utimensat futimesat "
    "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr mount umount2 pivot_root init_module "
    "finit_module delete_module swapon swapoff sethostname settimeofday clock_settime bpf"
).split()
_OTHERS = "open openat openat2 execve execveat clone clone3 fork vfork read pread64 setpriority ioprio_set".split()
_FOREIGN = frozenset({"sshd", "sshd-session", "sshd-auth", "sudo", "unix_chkpwd", "strace"})
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?:<(.*?)>)?(?: .*)?", re.S)
_UNFINISHED = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>", re.S)
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)", re.S)


@dataclass(slots=True)
class Deeds:
    """What our processes did.

    :ivar changed: calls that change a file system or the kernel.
    :ivar written: files that were opened for writing.
    :ivar opened: files that were opened at all.
    :ivar read: bytes by file.
    :ivar programs: what was run, in order.
    :ivar gentle: the calls that lowered priorities.
    """

    changed: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    read: dict[str, int] = field(default_factory=dict)
    programs: list[str] = field(default_factory=list)
    gentle: list[str] = field(default_factory=list)


def audited(server: Shop, *words: str) -> Deeds:
    """Run ``migrate discover`` against an sshd of its own that is watched from its start."""
    with _watched(server) as reached:
        done = run_migrate("discover", server.target, *words, cwd=reached.folder, env=reached.environment)
        assert done.status == 0, done.err
    text = server.inside("cat", _LOG).decode("utf-8", "replace")
    server.inside("rm", _LOG)
    return deeds(text.splitlines())


@contextlib.contextmanager
def _watched(server: Shop) -> Iterator[Shop]:
    calls = ",".join(f"?{name}" for name in (*_CHANGES, *_OTHERS))
    program = (
        f"exec strace -f -y -qq -s 4096 --seccomp-bpf -e signal=none -e trace={calls} -o {_LOG} "
        f"/usr/sbin/sshd -D -p {_PORT} -o PidFile=none > /dev/null 2>&1"
    )
    server.inside("sh", "-c", f"mkdir -p /run/sshd; ({program}) & echo $! > /dev/shm/audit.pid")
    address = server.inside("hostname", "-i").decode().split()[0]
    try:
        until(server, f"grep -q :{_PORT:04X} /proc/net/tcp")
        yield _reached(server, address)
        time.sleep(1)
    finally:
        # sshd itself: strace ends when what it started has ended.
        server.inside(
            "sh",
            "-c",
            "read -r pid < /dev/shm/audit.pid; kill $(cat /proc/$pid/task/$pid/children); rm /dev/shm/audit.pid",
        )
        until(server, f"! grep -q ' 0A .*:{_PORT:04X} ' /proc/net/tcp && sleep 1")


def _reached(server: Shop, address: str) -> Shop:
    folder = server.folder / "audit"
    folder.mkdir(exist_ok=True)
    config, known = folder / "ssh_config", folder / "known_hosts"
    known.write_text(server.known.read_text().replace(f"[127.0.0.1]:{server.port}", f"[{address}]:{_PORT}"))
    text = server.config.read_text().replace(str(server.known), str(known))
    config.write_text(
        text.replace("HostName 127.0.0.1", f"HostName {address}").replace(f"Port {server.port}", f"Port {_PORT}")
    )
    return Shop(server.name, _PORT, folder, server.key, known, config)


def deeds(log: Iterable[str]) -> Deeds:
    """Read strace's log."""
    found = Deeds()
    programs: dict[str, str] = {}
    for pid, call, arguments, result, target in _calls(log):
        if call in ("clone", "clone3", "fork", "vfork"):
            if int(result, 0) > 0:
                programs[result] = programs.get(pid, "sshd")
        elif result.startswith("-"):
            continue
        elif call in ("execve", "execveat"):
            path = _quoted(arguments)
            programs[pid] = path.rpartition("/")[2]
            found.programs.append(path)
        elif programs.get(pid, "sshd") not in _FOREIGN:
            _note(found, programs[pid], call, arguments, int(result, 0), target)
    return found


def _note(found: Deeds, program: str, call: str, arguments: str, result: int, target: str) -> None:
    if call in _CHANGES:
        found.changed.append(f"{program}: {call}({arguments})")
    elif call.startswith("open"):
        found.opened.add(target)
        if re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)", arguments.rpartition('"')[2]):
            found.written.add(target)
    elif call in ("read", "pread64"):
        match = re.match(r"\d+<(/.*?)>, ", arguments, re.S)
        if match:
            found.read[match[1]] = found.read.get(match[1], 0) + result
    else:
        found.gentle.append(f"{call}({arguments})")


def _calls(log: Iterable[str]) -> Iterator[tuple[str, str, str, str, str]]:
    begun: dict[str, str] = {}
    for line in log:
        if match := _UNFINISHED.fullmatch(line):
            begun[match[1]] = match[2]
            continue
        if match := _RESUMED.fullmatch(line):
            line = f"{match[1]} {begun.pop(match[1], '')}{match[2]}"
        if match := _LINE.fullmatch(line):
            yield match[1], match[2], match[3], match[4], match[5] or ""


def _quoted(arguments: str) -> str:
    match = re.search(r'"((?:[^"\\]|\\.)*)"', arguments)
    return match[1] if match else ""
