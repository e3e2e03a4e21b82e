"""Processes that monit starts and watches, from its control file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from migrate.model.facts import Service
from migrate.syntax.process_tree import Tree
from migrate.syntax.supervisors import Files, argv

_QUOTED = r"(\"[^\"]*\"|'[^']*')"
_USER = rf"start(?:\s+program)?\s*=?\s*{_QUOTED}(?:(?!\b(?:start|stop|restart|if|check)\b).)*?\buid\s+[\"']?([\w.-]+)"


def monit(files: Files, pids: Mapping[str, int], tree: Tree) -> list[Service]:
    """The ``check process`` blocks that start something.

    :param pids: living processes by pid file.
    """
    return [one for path, lines in files for text in _blocks(lines) for one in _process(text, path, pids, tree)]


def _blocks(lines: list[str]) -> Iterator[str]:
    """Each ``check`` statement with the lines below it, as one line."""
    whole: list[str] = []
    for line in lines:
        if re.match(r"\s*check\s", line, re.IGNORECASE) and whole:
            yield " ".join(whole)
            whole = []
        whole.append(line.strip())
    if whole:
        yield " ".join(whole)


def _process(text: str, path: str, pids: Mapping[str, int], tree: Tree) -> Iterator[Service]:
    head = re.match(r"check\s+(?:process|program)\s+[\"']?([^\s\"']+)", text, re.IGNORECASE)
    if not head or not re.match(r"check\s+process", text, re.IGNORECASE):
        return
    start, stop = _command("start", text), _command("stop", text)
    pid_file = re.search(r"pidfile\s+[\"']?(/[^\s\"']+)", text, re.IGNORECASE)
    if not start:
        return
    known = pids.get(pid_file[1]) if pid_file else None
    pid = known if known in tree else None
    user = re.search(_USER, text, re.IGNORECASE)
    yield Service(
        head[1],
        "monit",
        active=pid is not None,
        enabled=True,
        state="running" if pid is not None else None,
        kind="forking",
        main_pid=pid,
        unit_file=path,
        exec_start=(start,),
        exec_stop=(stop,) if stop else (),
        user=user[2] if user else None,
        pid_file=pid_file[1] if pid_file else None,
        seen=path,
    )


def _command(which: str, text: str) -> tuple[str, ...]:
    match = re.search(rf"\b{which}(?:\s+program)?\s*=?\s*{_QUOTED}", text, re.IGNORECASE)
    return argv(match[1][1:-1]) if match else ()
