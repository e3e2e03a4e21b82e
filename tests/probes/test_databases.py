from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.model.facts import Database
from migrate.probes.databases import PROBE
from tests.probes.samples import section


def hexed(text: str) -> str:
    return text.encode().hex()


def test_databases_of_postgresql_with_owner_encoding_and_extensions() -> None:
    lines = [
        f"server|{hexed('/srv/pg')}|{hexed('/run/postgresql')}|5433",
        f"version|{hexed('9.6.24')}",
        f"database|{hexed('o|d')}|{hexed('shop')}|LATIN1|{hexed('de_DE')}|8092727|t",
        f"database|{hexed('template1')}|{hexed('postgres')}|UTF8|{hexed('C')}|1|t",
        f"database|{hexed('closed')}|{hexed('postgres')}|UTF8|{hexed('C')}|1|f",
        f"extension|{hexed('o|d')}|{hexed('hstore')}",
    ]
    facts = PROBE.parse(section(postgresql="\n".join(lines))).facts
    assert facts.databases == (
        Database(
            "postgresql", "o|d", 5433, "/run/postgresql/.s.PGSQL.5433", "/srv/pg", "9.6.24", "shop", "LATIN1", "de_DE",
            8092727, ("hstore",),
        ),
    )  # fmt: skip


def test_databases_of_mariadb_without_its_own() -> None:
    lines = [
        f"server\t{hexed('/var/lib/mysql/')}\t{hexed('/run/mysqld/mysqld.sock')}\t3306\t{hexed('10.5.29-MariaDB')}",
        f"database\t{hexed('mysql')}\t{hexed('utf8')}\t{hexed('utf8_general_ci')}",
        f"database\t{hexed('blog')}\t{hexed('latin1')}\t{hexed('latin1_german1_ci')}",
    ]
    (found,) = PROBE.parse(section(mysql="\n".join(lines))).facts.databases
    assert (found.engine, found.name, found.port, found.directory) == ("mariadb", "blog", 3306, "/var/lib/mysql")
    assert (found.encoding, found.collation) == ("latin1", "latin1_german1_ci")


@given(st.text(), st.text())
def test_odd_answers_are_no_databases_and_no_error(one: str, other: str) -> None:
    assert PROBE.parse(section(postgresql=f"database|{one}", mysql=f"server\t{other}")).facts.databases == ()
