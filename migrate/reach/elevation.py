"""Start shells on a host as root where that is possible: as we are, by ``sudo -n``, or by sudo with a password.

The login shell, which may be csh or fish, is told ``exec sh -s`` and no more; all else goes to that sh. It says what
it became in a line with a nonce, and only then is the program sent: a shell reads its input ahead, and what comes too
early is lost to the one that sudo starts. A password is sent only after sudo asked for it in our own words.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from migrate.errors import HostError, SudoRefused
from migrate.quoting import terminal
from migrate.reach import credentials
from migrate.reach.conduit import Conduit

_NOISE = 64 << 20  # bytes that a host may say before it answers; the last of them are looked at
_KEPT = 256 * 1024
_PATIENCE = 60.0

_NO_SHELL = "what does `ssh HOST true` say? A profile script or a login shell that is none may be in the way"

# The marks are put together by the shell: a terminal that echoes these lines must not be taken for an answer.
_PATH = "PATH=${PATH:-/usr/bin}:/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin LC_ALL=C; export PATH LC_ALL\n"
_BECOME = """sh -c 'echo "$1 sudo $2 $$"; exec sh -s' sh "migrate-$n" "$$\""""
_AS_WE_ARE = """if [ "$(id -u)" = 0 ]; then w=root; else w=none; fi
echo "migrate-$n $w $$ $$"
"""
_FIND_OUT = f"""if [ "$(id -u)" = 0 ]; then echo "migrate-$n root $$ $$"
elif ! command -v sudo >/dev/null 2>&1; then echo "migrate-$n absent $$ $$"
elif w=$(sudo -n sh -c : </dev/null 2>&1); then exec sudo -n {_BECOME}
else echo "migrate-$n refused $$ $$ $(printf %s "$w" | tr '\\n' ' ')"
fi
"""
_SUDO = f"exec sudo -n {_BECOME}\n"
_SUDO_PASSWORD = f"""exec sudo $s -p "migrate-$n-password:" {_BECOME}\n"""


@dataclass(frozen=True, slots=True)
class Shell:
    """A POSIX sh that waits for a program. ``pids``: the process groups to end if it must be ended early."""

    conduit: Conduit
    word: str  # root, sudo, none; absent or refused while finding out
    pids: tuple[int, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """How shells are started on a host, once that is known."""

    elevation: str  # root, sudo, none
    remark: str = ""  # why it is not more
    password: str | None = None
    tty: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """What starting shells needs to know.

    :ivar start: a conduit to ``exec sh -s``; with True on a raw terminal, for sudo's ``requiretty``.
    :ivar fallback: a password that was given for another purpose and may be sudo's, too.
    """

    label: str
    start: Callable[[bool], Conduit]
    sudo: bool
    fallback: str | None = None
    terminals: bool = False


def find_way(host: Host) -> tuple[Way, Shell | None]:
    """What we can be on the host, with the shell that found it out where that one can still be used.

    :raises SudoRefused: the password that was given for sudo is wrong.
    """
    return _find_way(host, tty=False)


def begin(host: Host, way: Way, patience: float | None = None) -> Shell:
    """A new shell by a known way."""
    if way.elevation != "sudo":
        return _ask(host, way.tty, _AS_WE_ARE, patience=patience)
    request = _SUDO if way.password is None else _SUDO_PASSWORD
    shell = _ask(host, way.tty, request, way.password, patience)
    if shell.word != "sudo":
        shell.conduit.close()
        raise SudoRefused(f"{host.label}: sudo worked before and now refuses: {shell.said}")
    return shell


def _find_way(host: Host, *, tty: bool) -> tuple[Way, Shell | None]:
    shell = _ask(host, tty, _FIND_OUT if host.sudo else _AS_WE_ARE)
    if shell.word in ("root", "sudo"):
        return Way(shell.word, tty=tty), shell
    if shell.word == "absent":
        return Way("none", "sudo is not installed there", tty=tty), shell
    if shell.word == "none":
        return Way("none", "not asked to use sudo", tty=tty), shell
    if _wants_terminal(shell.said) and host.terminals and not tty:
        shell.conduit.close()
        return _find_way(host, tty=True)
    if _wants_password(shell.said):
        return _by_password(host, shell, tty=tty)
    return Way("none", f"sudo refuses: {shell.said}", tty=tty), shell


def _by_password(host: Host, shell: Shell, *, tty: bool) -> tuple[Way, Shell | None]:
    given = credentials.given("MIGRATE_SUDO_PASSWORD")
    password = given or host.fallback or credentials.asked(f"[sudo] password on {host.label}: ")
    if password is None:
        return Way("none", "sudo wants a password and none was given: set MIGRATE_SUDO_PASSWORD", tty=tty), shell
    shell.conduit.close()  # it was waiting for a program, not for a password
    shell = _ask(host, tty, _SUDO_PASSWORD, password)
    if shell.word == "sudo":
        return Way("sudo", password=password, tty=tty), shell
    shell.conduit.close()
    if shell.word == "wrong" and given:
        raise SudoRefused(
            f"{host.label}: sudo does not take the password that was given",
            "check MIGRATE_SUDO_PASSWORD, or go on without sudo: --no-sudo",
        )
    if shell.word == "wrong":
        return Way("none", "sudo wants another password: set MIGRATE_SUDO_PASSWORD", tty=tty), None
    return Way("none", f"sudo refuses: {shell.said}", tty=tty), None


def _ask(host: Host, tty: bool, request: str, password: str | None = None, patience: float | None = None) -> Shell:
    """Start a shell, make the request, and hear what became of it."""
    nonce = secrets.token_hex(8)
    text = f"n={nonce} s={'' if tty else '-S'} {_PATH}{request}"
    hearing = _Hearing(f"migrate-{nonce}", host.label, password)
    conduit = host.start(tty)
    try:
        return hearing.follow(conduit, text.encode(), _PATIENCE if patience is None else patience)
    except BaseException:
        conduit.close()
        raise


class _Hearing:
    """What a shell said until it was ready, or ended."""

    def __init__(self, mark: str, label: str, password: str | None) -> None:
        self._mark = mark.encode()
        self._prompt = f"{mark}-password:".encode()
        self._label = label
        self._password = password
        self._out = self._err = b""
        self._prompts = self._said = 0

    def follow(self, conduit: Conduit, request: bytes, patience: float) -> Shell:
        pending = memoryview(request)
        ends_at = time.monotonic() + patience
        while time.monotonic() < ends_at and self._said < _NOISE:
            heard = conduit.exchange(pending, 0.25)
            pending = pending[heard.sent :]
            self._said += len(heard.out) + len(heard.err)
            self._out, self._err = (self._out + heard.out)[-_KEPT:], (self._err + heard.err)[-_KEPT:]
            asked = self._out.count(self._prompt) + self._err.count(self._prompt)
            if asked > 1:
                return Shell(conduit, "wrong", ())
            if asked > self._prompts and self._password is not None:
                self._prompts, pending = asked, memoryview(self._password.encode() + b"\n")
            if shell := self._answer(conduit):
                return shell
            if heard.over:
                return self._silence(conduit)
        if self._said >= _NOISE:
            raise HostError(
                f"{self._label}: its shell did not answer, but said {_NOISE >> 20} MiB of something else", _NO_SHELL
            )
        raise HostError(f"{self._label}: its shell did not answer within {patience:.0f} s", _NO_SHELL)

    def _answer(self, conduit: Conduit) -> Shell | None:
        """The marked line, wherever a banner or a profile script left it."""
        _, found, rest = self._out.replace(self._prompt, b"").partition(self._mark + b" ")
        line, whole, _ = rest.partition(b"\n")
        if not (found and whole):
            return None
        word, *words = line.decode("utf-8", "replace").strip().split(" ", 3)
        pids = {int(pid) for pid in words[:2] if pid.isdecimal() and int(pid) > 1}
        return Shell(conduit, word, tuple(sorted(pids)), terminal(" ".join(words[2:]).strip()))

    def _silence(self, conduit: Conduit) -> Shell:
        """The shell ended without a marked line: sudo said no, or there is no shell."""
        lines = (self._err.replace(self._prompt, b"") or self._out).decode("utf-8", "replace").strip().splitlines()
        said = terminal(lines[-1].strip()) if lines else "nothing was said"
        if "incorrect password" in said or "try again" in said:
            return Shell(conduit, "wrong", ())
        if self._prompts or b"sudo" in self._err:
            return Shell(conduit, "refused", (), said)
        raise HostError(
            f"{self._label}: no shell answered there: {said}",
            "the account may have no login shell, or its key may be bound to one command",
        )


def _wants_terminal(said: str) -> bool:
    return "must have a tty" in said


def _wants_password(said: str) -> bool:
    """Sudo of all ages, sudo-rs, and versions before -n was known."""
    return any(word in said for word in ("password", "authentication", "askpass", "option", "usage"))
