"""The one door through which other programs are run on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import EngineError


@dataclass(frozen=True, slots=True)
class Completed:
    argv: tuple[str, ...]
    status: int
    out: bytes
    err: bytes

    @property
    def ok(self) -> bool:
        return self.status == 0

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "replace")

    @property
    def complaint(self) -> str:
        """The last lines of standard error (or output), for a message to a person."""
        said = (self.err or self.out).decode("utf-8", "replace").strip().splitlines()
        return "\n".join(said[-12:])


def available(program: str) -> bool:
    """Whether ``program`` is on PATH."""
    return shutil.which(program) is not None


def run(
    argv: Sequence[str],
    *,
    stdin: bytes | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    on_line: Callable[[str], None] | None = None,
) -> Completed:
    """Run a program to its end and return what it said. Never a shell.

    :param env: added to our own environment.
    :param timeout: seconds; the whole process group is ended after that.
    :param on_line: called with each line of output as it comes (standard error then joins standard output).
    :raises EngineError: the program is not there, or the time ran out.
    """
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if on_line else subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **env} if env else None,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise EngineError(f"{argv[0]} is not installed, or not on PATH", f"install {argv[0]} and try again") from error
    try:
        if on_line:
            out, err = _follow(process, stdin, on_line, timeout), b""
        else:
            out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        end(process)
        raise EngineError(f"{' '.join(argv[:3])} … did not end within {timeout:.0f} s") from error
    except BaseException:
        end(process)
        raise
    return Completed(tuple(argv), process.wait(), out, err)


def start(argv: Sequence[str], *, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a program with pipes to its input and both outputs, in a session of its own, for who talks with it.

    :raises EngineError: the program is not there.
    """
    try:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **env} if env else None,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise EngineError(f"{argv[0]} is not installed, or not on PATH", f"install {argv[0]} and try again") from error


def beside(
    argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, terminal: bool = False
) -> subprocess.Popen[bytes]:
    """Start a program that runs beside us, with no input; what it says goes to a private file.

    :param terminal: it may ask a person on our terminal. Otherwise it has a session of its own, without one.
    :raises EngineError: the program is not there.
    """
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        return subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env={**os.environ, **env} if env else None,
            start_new_session=not terminal,
        )
    except FileNotFoundError as error:
        raise EngineError(f"{argv[0]} is not installed, or not on PATH", f"install {argv[0]} and try again") from error
    finally:
        os.close(file)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process group: first asked, then made to."""
    for name in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, name)
            process.wait(5)
        except (ProcessLookupError, PermissionError):
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return


def _stop(process: subprocess.Popen[bytes], ran_out: threading.Event) -> None:
    ran_out.set()
    end(process)


def _follow(
    process: subprocess.Popen[bytes], stdin: bytes | None, on_line: Callable[[str], None], timeout: float | None
) -> bytes:
    ran_out = threading.Event()
    watchdog = threading.Timer(timeout or 0, _stop, (process, ran_out))
    if timeout is not None:
        watchdog.start()
    kept = []
    try:
        if stdin is not None and process.stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        for line in process.stdout or ():
            kept.append(line)
            on_line(line.decode("utf-8", "replace").rstrip("\n"))
        process.wait()
    finally:
        watchdog.cancel()
        if process.stdout is not None:
            process.stdout.close()
    if ran_out.is_set():
        raise subprocess.TimeoutExpired(process.args, timeout or 0)
    return b"".join(kept)
