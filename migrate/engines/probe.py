"""Looking at a container from within its network: what listens there, and connections that start on its loopback.

An idle container joins the network of the one that is looked at, so that nothing is needed inside that one, and a
server that trusts local clients sees a local client, as it did when the legacy server was recorded.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from migrate import process
from migrate.engines import Engine
from migrate.errors import EngineError

_FILES = ("tcp", "tcp6", "udp", "udp6")
_LISTENING = {"tcp": "0A", "udp": "07"}
_BASH = 'exec 3<>"/dev/tcp/$1/$2" || exit 7; exec 4<&0; cat <&4 >&3 2>/dev/null & cat <&3; kill $! 2>/dev/null; exit 0'


@dataclass(frozen=True, slots=True)
class Bound:
    """Something that listens. ``address`` as the kernel has it: 0.0.0.0, ::, 127.0.0.1, …"""

    protocol: str
    address: str
    port: int

    @property
    def loopback(self) -> bool:
        return ip_address(self.address).is_loopback


class Probe:
    """A place to look from. Made when first used; ``close`` takes it away."""

    def __init__(self, engine: Engine, container: str, image: str, name: str, labels: Mapping[str, str]) -> None:
        self._engine, self._container, self._image = engine, container, image
        self._name, self._labels = name, labels
        self._id: str | None = None
        self._means: str | None = None

    def listening(self) -> tuple[Bound, ...]:
        """What listens in the network, TCP and UDP."""
        script = "".join(f"echo {name}; cat /proc/net/{name} 2>/dev/null; " for name in _FILES)
        said = self._engine.execute(self._started(), ["/bin/sh", "-c", script], timeout=30)
        if not said.ok:
            raise EngineError(f"can't look into the network of {self._container[:12]}: {said.complaint}")
        return listening(said.text)

    def open_tcp(self, port: int, address: str = "127.0.0.1") -> ProgramStream:
        """A connection that starts in the network. A refused one ends at once without a byte."""
        place = self._started()
        if self._means == "socat":
            target = f"TCP:[{address}]:{port}" if ":" in address else f"TCP:{address}:{port}"
            command = ["socat", "-", target]
        elif self._means == "bash":
            command = ["bash", "-c", _BASH, "probe", address, str(port)]
        elif self._means == "nc":
            command = ["nc", address, str(port)]
        else:
            hint = "the base image needs socat, bash or nc"
            raise EngineError(f"{self._image} has nothing that can open a connection", hint)
        return ProgramStream(self._engine.open_exec(place, command))

    def close(self) -> None:
        # By name: the engine may have made it while we were interrupted, before it told the id.
        if self._id is not None or self._means is not None:
            self._engine.remove(self._name)
            self._id = None

    def _started(self) -> str:
        if self._id is None:
            self._means = ""
            self._id = self._engine.beside(self._container, self._image, self._name, self._labels)
            asked = "for tool in socat bash nc; do command -v $tool >/dev/null && echo $tool && break; done"
            self._means = self._engine.execute(self._id, ["/bin/sh", "-c", asked], timeout=30).text.strip()
        return self._id


def listening(text: str) -> tuple[Bound, ...]:
    """The listening sockets of /proc/net files, each after a line with its name."""
    found: list[Bound] = []
    protocol = ""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 1 and words[0] in _FILES:
            protocol = words[0].removesuffix("6")
        elif len(words) > 3 and ":" in words[1] and words[3] == _LISTENING.get(protocol):
            address, _, port = words[1].partition(":")
            with suppress(ValueError):
                found.append(Bound(protocol, _address(address), int(port, 16)))
    return tuple(dict.fromkeys(found))


def _address(digits: str) -> str:
    """The kernel prints words of 32 bits in the order of the machine."""
    data = bytes.fromhex(digits)
    if sys.byteorder == "little":
        data = b"".join(data[start : start + 4][::-1] for start in range(0, len(data), 4))
    address = ip_address(data)
    return str(getattr(address, "ipv4_mapped", None) or address)


class ProgramStream:
    """A program's input and output as a connection."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        self._program = program
        self._timeout: float | None = None

    def settimeout(self, seconds: float | None, /) -> None:
        self._timeout = seconds

    def sendall(self, data: bytes, /) -> None:
        pipe = self._program.stdin
        if pipe is None:
            raise BrokenPipeError
        left = memoryview(data)
        while left:
            self._wait(writing=True)
            left = left[os.write(pipe.fileno(), left[:4096]) :]

    def recv(self, size: int, /) -> bytes:
        pipe = self._program.stdout
        if pipe is None:
            return b""
        self._wait(writing=False)
        return os.read(pipe.fileno(), size)

    def close(self) -> None:
        for pipe in (self._program.stdin, self._program.stdout, self._program.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self._program.wait(0.2)
            return
        process.end(self._program)

    def _wait(self, *, writing: bool) -> None:
        pipe = self._program.stdin if writing else self._program.stdout
        if pipe is None:
            return
        started = time.monotonic()
        ready = select.select([] if writing else [pipe], [pipe] if writing else [], [], self._timeout)
        if not any(ready):
            raise TimeoutError(f"nothing for {time.monotonic() - started:.0f} s")
