"""A host of an Ansible inventory as a connection: each program is a raw task."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable

from migrate.errors import HostError, HostUnreachable
from migrate.quoting import terminal
from migrate.reach import Bounds, Ended, ProgramTooLong, Stream
from migrate.reach.complaints import explained
from migrate.reach.fleet.rounds import Rounds
from migrate.reach.fleet.wrap import TooLong, Unwrapped, command, unwrap

_LOG = logging.getLogger(__name__)
_LARGEST = 16 << 20
_INSTEAD = "discover that host over ssh"
_LATE = re.compile(r"Timed out after \d+ second")
_CLOSED = re.compile(r"(?:Shared c|C)onnection to .* closed")


class FleetConnection:
    """:ivar label: with the user, where that is known.
    :ivar elevation: known once the first program ran; "" before that."""

    bounds = Bounds(stream=_LARGEST, tcp=False, instead=_INSTEAD)

    def __init__(self, host: str, rounds: Rounds, *, sudo: bool, label: str = "") -> None:
        self.label = label or host
        self._host = host
        self.elevation = self.remark = ""
        self._rounds, self._sudo = rounds, sudo

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,  # noqa: ARG002  # nothing is heard before the end
        stdin: bytes = b"",
    ) -> Ended:
        if stdin:
            raise ValueError("nothing can follow a program on this way")
        _LOG.debug("%s: a raw task:\n%s", self._host, script.decode("utf-8", "replace"))
        mark = f"migrate-{secrets.token_hex(8)}"
        try:
            line = command(script, mark, sudo=self._sudo, seconds=deadline - min(10.0, deadline / 4))
        except TooLong as error:
            raise ProgramTooLong(f"{self._host}: {error}", _INSTEAD) from error
        outcome = self._rounds.ask(self._host, line, deadline)
        if outcome.out is None and _LATE.search(outcome.said):
            raise HostUnreachable(
                f"{self._host}: it did not answer within {deadline:.0f} s", "does its login hang? More time: --timeout"
            )
        if outcome.out is None:
            raise explained(self._host, outcome.said)
        return self._ended(unwrap(f"\n{outcome.out}", mark, script), sink, f"{outcome.said}\n{outcome.out}")

    def _ended(self, heard: Unwrapped, sink: Callable[[bytes], None], said: str) -> Ended:
        if heard.needs:
            raise ProgramTooLong(f"{self._host}: it has no base64 or gzip to unpack a long program with", _INSTEAD)
        if heard.lacks:
            raise HostError(f"{self._host}: it has none of base64, openssl, od and xxd to send bytes with", _INSTEAD)
        if not heard.elevation:
            raise self._no_shell(said)
        self.elevation, self.remark = heard.elevation, heard.remark
        sink(heard.data)
        return Ended(heard.status, b"")

    def _no_shell(self, said: str) -> HostError:
        lines = [line for line in said.splitlines() if line.strip() and not _CLOSED.match(line)]
        line = terminal(lines[-1].strip())[:300] if lines else "nothing was said"
        return HostError(
            f"{self._host}: no shell answered there: {line}",
            "the account may have no login shell, or its key may be bound to one command",
        )

    def open_tcp(self, host: str, port: int, timeout: float = 10.0) -> Stream:  # noqa: ARG002
        raise PermissionError(f"Ansible opens no connection to {host} port {port}")

    def close(self) -> None:
        """Nothing is open between two programs."""
