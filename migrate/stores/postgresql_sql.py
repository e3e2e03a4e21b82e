"""The questions to a PostgreSQL server whose answers are compared on both sides.

Names and values come as hexadecimal, so that no name can be mistaken for anything else. They run on every version
since 9.0, without functions that need privileges beyond a superuser's.
"""

from __future__ import annotations

from migrate.quoting import shell
from migrate.stores import Item

BEGIN = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"

# Everything that a row's text depends on; those that the server knows. Their answers are not wanted.
SETTINGS = r"""
\o /dev/null
SELECT set_config(name, value, true) FROM (VALUES
  ('search_path', 'pg_catalog'), ('standard_conforming_strings', 'on'), ('datestyle', 'ISO, YMD'),
  ('intervalstyle', 'postgres'), ('timezone', 'UTC'), ('extra_float_digits', '3'), ('bytea_output', 'hex'),
  ('xmlbinary', 'base64'), ('lc_monetary', 'C'), ('row_security', 'off'), ('statement_timeout', '0'),
  ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'), ('lock_timeout', '60000'))
  AS wanted (name, value) WHERE name IN (SELECT s.name FROM pg_catalog.pg_settings s);
\o
"""


def _hex(expression: str) -> str:
    """SQL for the bytes of a text, in the database's own encoding, as hexadecimal."""
    return rf"encode(decode(replace({expression}::text, E'\\', E'\\\\'), 'escape'), 'hex')"


_USERS = r"""n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"""

# The sum does not depend on the order of rows. 60 bits of each row's MD5.
_ROWS = r"count(*), coalesce(sum((''x'' || substr(md5((r.*)::text), 1, 15))::bit(60)::bigint), 0)"

# ruff: noqa: S608 - nothing of a host gets into these texts
DIGEST = rf"""
SELECT 'SELECT ''table'', ''' || {_hex("n.nspname")} || ''', ''' || {_hex("c.relname")} || ''', {_ROWS} FROM ONLY '
  || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' AS r;'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND {_USERS} ORDER BY n.nspname, c.relname;
SELECT 'SELECT ''large-objects'', '''', '''', (SELECT count(*) FROM pg_largeobject_metadata),'
  || ' coalesce(sum((''x'' || substr(md5('
  || 'loid || '':'' || pageno || '':'' || rtrim(encode(data, ''hex''), ''0'')), 1, 15))'
  || '::bit(60)::bigint), 0) FROM pg_largeobject WHERE rtrim(encode(data, ''hex''), ''0'') <> '''';';
SELECT 'SELECT ''end'';';
"""

SEQUENCES = rf"""
SELECT 'SELECT ''sequence'', ''' || {_hex("n.nspname")} || ''', ''' || {_hex("c.relname")}
  || ''', last_value, is_called FROM ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ';'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND {_USERS} ORDER BY n.nspname, c.relname;
SELECT 'SELECT ''end'';';
"""

CLUSTER = rf"""
SELECT 'version', {_hex("current_setting('server_version')")}, current_setting('server_version_num');
SELECT 'database', {_hex("d.datname")}, {_hex("r.rolname")}, pg_encoding_to_char(d.encoding), {_hex("d.datcollate")},
  pg_database_size(d.oid), d.datallowconn, d.datistemplate
  FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba ORDER BY d.datname;
SELECT 'role', {_hex("rolname")}, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolconnlimit
  FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname;
SELECT 'tablespace', {_hex("spcname")} FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global');
SELECT 'end';
"""


def variables() -> str:
    """The questions as variables of the shell program."""
    texts = {"BEGIN": BEGIN, "SETTINGS": SETTINGS, "DIGEST": DIGEST, "SEQUENCES": SEQUENCES, "CLUSTER": CLUSTER}
    return "\n".join(f"{name}_SQL={shell(text.strip())}" for name, text in texts.items())


def rows(data: bytes) -> list[list[str]]:
    """The fields of each line. :raises ValueError: the answer has no end."""
    lines = [line.split("|") for line in data.decode("ascii", "replace").splitlines() if line]
    if not lines or lines[-1] != ["end"]:
        raise ValueError("the server's answer has no end")
    return lines[:-1]


def text(field: str) -> str:
    """A name from its hexadecimal form."""
    return bytes.fromhex(field).decode("utf-8", "surrogateescape")


def items(data: bytes) -> tuple[Item, ...]:
    """Tables, large objects and sequences from the answers to the questions."""
    found = []
    for kind, schema, name, count, checksum in rows(data):
        label = f"{text(schema)}.{text(name)}" if name else kind
        if kind == "sequence":
            found.append(Item(kind, label, int(count), upto=int(count)))
        else:
            found.append(Item(kind, label, int(count), checksum))
    return tuple(found)
