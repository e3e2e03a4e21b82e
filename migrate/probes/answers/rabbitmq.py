"""What RabbitMQ's files say: its own tool starts an Erlang machine, and wants its cookie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.model.databases import DatabaseServer
from migrate.model.facts import Database
from migrate.probes.sections import Parts


def rabbitmq(parts: Parts) -> Iterator[tuple[DatabaseServer, tuple[Database, ...]]]:
    files = parts.files("rabbitmq")
    hosts = {path.rpartition("/")[0]: "".join(lines) for path, lines in files.items() if path.endswith("/.vhost")}
    nodes = dict.fromkeys(place.partition("/msg_stores/")[0] for place in hosts)
    for node in nodes:
        names = sorted(name for place, name in hosts.items() if place.startswith(node + "/"))
        queues = sorted(_queues(files, node))
        yield (
            DatabaseServer(
                "rabbitmq", directory=node, databases=tuple(names), places=tuple(queues), seen="its files",
            ),
            (),
        )  # fmt: skip


def _queues(files: dict[str, list[str]], node: str) -> Iterable[tuple[str, str]]:
    """Classic queues, as ("queue NAME", virtual host)."""
    for path, lines in files.items():
        if path.startswith(node + "/") and path.endswith("/.queue_name"):
            said = dict(line.split(": ", 1) for line in lines if ": " in line)
            if "QUEUE" in said:
                yield f"queue {said['QUEUE']}", said.get("VHOST", "")
