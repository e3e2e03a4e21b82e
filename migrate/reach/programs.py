"""Run programs on a host, one shell for each, by the way that was found at the start."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable

from migrate.errors import HostError
from migrate.reach import Ended
from migrate.reach.conduit import converse
from migrate.reach.elevation import Host, Shell, begin, find_way

_LOG = logging.getLogger(__name__)
# Older shells know no "--" before a process group, some newer ones want it.
_END = "kill -TERM -- -{pid} 2>/dev/null || kill -TERM -{pid} 2>/dev/null\n"


class Programs:
    """What every transport does with shells.

    :ivar elevation: root, sudo, none.
    :ivar remark: why it is not more, for a person.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._way, self._ready = find_way(host)
        self.elevation = self._way.elevation
        self.remark = self._way.remark

    def run(
        self,
        script: bytes,
        sink: Callable[[bytes], None],
        *,
        deadline: float = 600.0,
        idle: float = 120.0,
        stdin: bytes = b"",
    ) -> Ended:
        """See ``Connection.run``."""
        if stdin:
            raise ValueError("the program takes the whole of standard input")
        _LOG.debug("%s: sh -s as %s:\n%s", self._host.label, self.elevation, script.decode("utf-8", "replace"))
        shell = self._shell()
        # A terminal in raw mode has no end of input.
        program = script + (b"\nexit\n" if self._way.tty else b"\n")
        ended = None
        try:
            ended = converse(shell.conduit, program, sink, deadline=deadline, idle=idle, eof=not self._way.tty)
        finally:
            if ended is None or ended.status is None:
                self._end(shell)
            shell.conduit.close()
        return ended

    def close(self) -> None:
        if self._ready is not None:
            self._ready.conduit.close()
            self._ready = None

    def _shell(self) -> Shell:
        ready, self._ready = self._ready, None
        if ready is None:
            return begin(self._host, self._way)
        if ready.conduit.exchange(b"", 0).over:  # it waited too long for the host's taste
            ready.conduit.close()
            return begin(self._host, self._way)
        return ready

    def _end(self, shell: Shell) -> None:
        """End what still runs on the host, where it can still be told to. Closing alone ends it at its next output."""
        with contextlib.suppress(HostError, OSError):
            killer = begin(self._host, self._way, patience=5)
            script = "".join(_END.format(pid=pid) for pid in shell.pids) + "exit\n"
            try:
                converse(killer.conduit, script.encode(), lambda _: None, deadline=5, idle=5)
            finally:
                killer.conduit.close()
