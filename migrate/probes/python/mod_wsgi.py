"""What Apache runs by mod_wsgi."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from migrate.probes.applications.making import (
    called,
)  # fmt: skip
from migrate.probes.python.program import Program
from migrate.probes.servers import Seen, apache


def of_mod_wsgi(seen: Seen) -> Iterator[Program]:
    for given in apache.configurations(seen)[0]:
        daemons = {one.words[0]: _pairs(one.words[1:]) for one in given.all("wsgidaemonprocess") if one.words}
        group = next((one.words[0] for one in given.all("wsgiprocessgroup") if one.words), "")
        for one in given.all("wsgiscriptalias"):
            if len(one.words) < 2:
                continue
            pairs = _pairs(one.words[2:])
            daemon = daemons.get(pairs.get("process-group", group), {})
            path = given.absolute(one.words[1])
            base = daemon.get("home") or daemon.get("python-path", "").split(":")[0] or dirname(path)
            yield Program(
                called(given.instance, "apache"), base, path, daemon.get("python-home"), {}, (one.words[0],), None,
                f"{seen.real(one.path)}:{one.line}",
            )  # fmt: skip


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words if "=" in word)
