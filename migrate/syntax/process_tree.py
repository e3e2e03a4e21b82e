"""Running processes as far as telling what a supervisor keeps needs them: parents, names, arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_WRAPPERS = re.compile(r"(?:python|pypy|ruby|perl|node|nodejs|bash|sh|dash|env)[\d.]*\Z")


@dataclass(frozen=True, slots=True)
class Running:
    """One process.

    :ivar name: as the kernel has it, cut at 15 letters.
    :ivar argv: () where it was not asked for.
    """

    pid: int
    ppid: int
    name: str
    argv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """All processes by their id."""

    processes: Mapping[int, Running] = field(default_factory=dict)

    def __contains__(self, pid: object) -> bool:
        return pid in self.processes

    def children(self, parents: Iterable[int]) -> list[Running]:
        above = set(parents)
        return [one for pid, one in sorted(self.processes.items()) if one.ppid in above]

    def called(self, *names: str) -> list[Running]:
        """Those of that program: by name, or as the script or module that an interpreter runs."""
        return [one for _, one in sorted(self.processes.items()) if one.name in names or program(one.argv) in names]


def program(argv: tuple[str, ...]) -> str:
    """The base name of what runs: of an interpreter's script, not of the interpreter."""
    words = list(argv)
    name = words[0].rpartition("/")[2] if words else ""
    if not _WRAPPERS.match(name):
        return name
    rest = words[1:]
    while rest and rest[0].startswith("-") and rest[0] != "-m":
        rest.pop(0)
    if rest[:1] == ["-m"]:
        return rest[1] if len(rest) > 1 else name
    return rest[0].rpartition("/")[2] if rest else name


def likeness(command: tuple[str, ...], process: Running) -> int:
    """How well a process fits the command that was to start it: 0 is not at all."""
    if not command:
        return 0
    if process.argv and process.argv[-len(command) :] == command:
        return 4
    mine = program(command)
    if process.argv and mine == program(process.argv):
        # Of several that run one program, the arguments tell.
        return 3 if command[-1] in process.argv else 2
    name = command[0].rpartition("/")[2][:15]
    return 1 if process.name == name or process.name == mine[:15] else 0


def assigned(
    commands: Mapping[str, tuple[str, ...]], processes: Iterable[Running], most: Mapping[str, int] | None = None
) -> dict[str, tuple[int, ...]]:
    """Which of ``processes`` are which command's, each process once; the best likenesses first.

    :param commands: in the order in which they may choose among equals.
    :param most: how many processes a command has; 1 where it is not there.
    """
    order = list(commands)
    pairs = sorted(
        (-score, order.index(name), one.pid)
        for name, command in commands.items()
        for one in processes
        if (score := likeness(command, one))
    )
    found: dict[str, list[int]] = {}
    taken: set[int] = set()
    for _, place, pid in pairs:
        name = order[place]
        if pid not in taken and len(found.get(name, [])) < (most or {}).get(name, 1):
            found.setdefault(name, []).append(pid)
            taken.add(pid)
    return {name: tuple(sorted(pids)) for name, pids in found.items()}
