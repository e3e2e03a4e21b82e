"""Jobs of at and batch, as they lie in its spool: the environment they were made in, then the command."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrate.syntax.supervisors import argv


@dataclass(frozen=True, slots=True)
class AtJob:
    """One job.

    :ivar minutes: since the epoch, from the file's name; None where that is another one.
    :ivar uid: of whom it runs as; ``user`` is to whom its output is mailed, who made it.
    """

    queue: str | None
    minutes: int | None
    uid: int | None
    user: str | None
    directory: str | None
    environment: tuple[tuple[str, str], ...]
    command: str


def at_job(path: str, lines: list[str]) -> AtJob:
    """``a0000101c8a85f``: the queue, the job's number and its time, both in hexadecimal."""
    name = re.fullmatch(r"([A-Za-z=])[0-9a-f]{5}([0-9a-f]{8})", path.rpartition("/")[2])
    run = next((match for line in lines if (match := re.match(r"# atrun uid=(\d{1,9}) ", line))), None)
    mail = next((match for line in lines if (match := re.match(r"# mail\s+(\S+)", line))), None)
    folder = next((match for line in lines if (match := re.match(r"cd (.+?) \|\| \{$", line))), None)
    pairs = (re.match(r"([A-Za-z_]\w*)=(.*); export \1$", line) for line in _head(lines))
    words = argv(folder[1]) if folder else ()
    return AtJob(
        name[1] if name else None,
        int(name[2], 16) if name else None,
        int(run[1]) if run else None,
        mail[1] if mail else None,
        words[0] if words else None,
        tuple((pair[1], _value(pair[2])) for pair in pairs if pair),
        "\n".join(_body(lines)).strip(),
    )


def _start(lines: list[str]) -> int:
    """Where the command begins: behind the braces that end the change of directory."""
    opened = next((at for at, line in enumerate(lines) if re.match(r"cd .* \|\| \{$", line)), None)
    if opened is None:
        return next(
            (at for at, line in enumerate(lines) if at and not re.match(r"#|umask |\w+=.*; export", line)), len(lines)
        )
    return next((at + 1 for at, line in enumerate(lines) if at > opened and line == "}"), len(lines))


def _head(lines: list[str]) -> list[str]:
    return lines[: _start(lines)]


def _body(lines: list[str]) -> list[str]:
    """The command alone; some at's wrap it into a document for the shell that it names."""
    body = lines[_start(lines) :]
    opened = re.match(r"\$\{SHELL:-/bin/sh\} << *['\"]?(marcinDELIMITER\w+)['\"]?$", body[0]) if body else None
    if opened and opened[1] in body:
        return body[1 : body.index(opened[1])]
    return body


def _value(text: str) -> str:
    """at puts a backslash before whatever a shell could mind."""
    return re.sub(r"\\(.)", r"\1", text)
