from __future__ import annotations

from migrate.ledger import ledger
from migrate.model.databases import DatabaseServer, EmbeddedDatabase
from migrate.model.facts import Database, Databases
from migrate.model.plan import Volume
from tests.emission.sample import snapshot, sources, workload


def test_servers_become_workloads_and_databases_in_files_go_with_their_volume() -> None:
    app = workload(
        pids=(5,),
        volumes=(
            Volume("data", "/var/lib/mysql", "data", "dump:mariadb", 1, 1, 0o700, "a test"),
            Volume("files", "/srv/files", "data", "copy", 0, 0, 0o755, "a test"),
        ),
    )
    facts = Databases(
        (Database("mysql", "shop"), Database("postgresql", "old")),
        (
            DatabaseServer("mysql", pid=5, directory="/var/lib/mysql"),
            DatabaseServer("memcached", pid=6, ports=(11211,)),
        ),
        (EmbeddedDatabase("sqlite", "/srv/files/a.db"), EmbeddedDatabase("sqlite", "/srv/b.db")),
    )
    given = sources(app, seen=snapshot((), {}, facts))
    entries = [one for one in ledger(given, []) if one.fact.startswith("databases:")]
    assert {one.fact: one.fate for one in entries} == {
        "databases:mysql/shop": "carried",
        "databases:postgresql/old": "needs-a-person",
        "databases:server/mysql//var/lib/mysql": "carried",
        "databases:server/memcached/11211": "dropped",
        "databases:embedded//srv/files/a.db": "carried",
        "databases:embedded//srv/b.db": "dropped",
    }
