"""What the servers said to the questions of databases.sh, as facts."""

from __future__ import annotations

from migrate.model.databases import DatabaseServer
from migrate.model.facts import Database
from migrate.probes.answers.mysql import mysql
from migrate.probes.answers.postgresql import postgresql
from migrate.probes.answers.rabbitmq import rabbitmq
from migrate.probes.answers.redis import redis
from migrate.probes.sections import Parts


def answers(parts: Parts) -> list[tuple[DatabaseServer, tuple[Database, ...]]]:
    """Each server with its databases."""
    found = [*postgresql(parts), *mysql(parts), *redis(parts)]
    return [one.whole() for one in found] + list(rabbitmq(parts))
