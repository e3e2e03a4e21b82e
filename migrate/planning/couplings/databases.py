"""Databases that a setting means without naming them, and how their clients take ``localhost``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migrate.planning.couplings.machine import Listeners
from migrate.planning.couplings.reference import Reference
from migrate.planning.couplings.services import DATABASE, PORTS, products

_PRODUCTS = ("mysql", "postgresql", "oracle", "sqlserver")
# Clients of MySQL that are written in their own language, and go over TCP where the C library's take the Unix socket:
# https://pymysql.readthedocs.io, https://github.com/sidorares/node-mysql2, https://github.com/go-sql-driver/mysql
_OVER_TCP = re.compile(
    r"\b(?:import|from)[ \t]+(?:pymysql|aiomysql|asyncmy|mysql\.connector)\b|go-sql-driver/mysql"
    r"|(?:\brequire\s*\(\s*|\bfrom[ \t]+)[\"'](?:mysql2?(?:/promise)?|mariadb)[\"']"
    r"|mysql\+(?:pymysql|mysqlconnector|aiomysql)"
)


def completed(one: Reference, path: str, texts: Iterable[str], listening: Listeners) -> Reference:
    """The reference with the port and scheme of the database that is meant; as it is where nobody can tell.

    :param path: the file that it stands in.
    :param texts: all that the workload reads: its programs name what they connect to.
    """
    if one.scheme != DATABASE:
        return one
    said = {name for text in texts for name in products(text) if name in _PRODUCTS}
    here = {name for name in said or _PRODUCTS if _listens(name, listening)}
    meant = said if len(said) == 1 else here
    if len(meant) != 1:
        return one
    [name] = meant
    java = path.endswith((".properties", ".xml"))
    return replace(one, scheme=f"jdbc:{name}" if java else name, port=PORTS[name], implied=True)


def over_tcp(texts: Iterable[str]) -> bool:
    """Whether the programs of a workload reach MySQL at ``localhost`` over TCP."""
    return any(_OVER_TCP.search(text) for text in texts)


def _listens(name: str, listening: Listeners) -> bool:
    port = PORTS[name]
    return listening.at(("127.0.0.1",), port) is not None or (name == "mysql" and listening.mysql(port) is not None)
