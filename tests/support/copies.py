"""Exact copies of Postgres schemas in a DuckDB file.

DuckDB's Postgres extension needs a download, so the rows pass through CSV files. These quote
every value that is not null, which keeps an empty text apart from null.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

_SAME_TYPES = {"bigint", "integer", "smallint", "boolean", "date", "text", "uuid"}
_OTHER_TYPES = {
    "character varying": "varchar",
    "json": "json",
    "jsonb": "json",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
}
_PRECISION = re.compile(r"numeric\((\d+),(\d+)\)")
_LENGTH = re.compile(r"(?<=character varying)\(\d+\)")


def copy_schemas(url: str, path: Path, schemas: Iterable[str]) -> None:
    """Replace schemas of a DuckDB file by the relations of the same schemas in Postgres.

    A view becomes a table. A number without a declared scale gets the largest scale in its
    column.

    Raises:
        NotImplementedError: A column has a type without an exact copy.
    """
    with (
        psycopg.connect(url) as source,
        closing(duckdb.connect(path)) as target,
        tempfile.TemporaryDirectory() as folder,
    ):
        source.execute("set timezone to 'UTC'")
        target.execute("set TimeZone = 'UTC'")
        for schema in schemas:
            target.execute(f"drop schema if exists {_quote(schema)} cascade")
            target.execute(f"create schema {_quote(schema)}")
            for relation, columns in _relations(source, schema).items():
                file = Path(folder) / "rows.csv"
                _export(source, schema, relation, columns, file)
                select = _import(source, schema, relation, columns, file)
                target.execute(f"create table {_quote(schema)}.{_quote(relation)} as {select}")


def _relations(source: Connection[Any], schema: str) -> dict[str, dict[str, str]]:
    """Return the type of each column by relation."""
    relations: dict[str, dict[str, str]] = {}
    for relation, column, kind in source.execute(
        """
        select relname, attname, format_type(atttypid, atttypmod)
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
        where relkind in ('r', 'v', 'm', 'p', 'f') and nspname = %s
        order by relname, attnum
        """,
        [schema],
    ):
        relations.setdefault(relation, {})[column] = kind
    return relations


def _export(
    source: Connection[Any], schema: str, relation: str, columns: dict[str, str], file: Path
) -> None:
    names = [
        # DuckDB reads arrays as JSON.
        (sql.SQL("to_json({})") if kind.endswith("[]") else sql.SQL("{}")).format(
            sql.Identifier(column)
        )
        for column, kind in columns.items()
    ]
    command = sql.SQL(
        "copy (select {} from {}) to stdout (format csv, force_quote *, null '\\N')"
    ).format(sql.SQL(", ").join(names), sql.Identifier(schema, relation))
    with source.cursor() as cursor, cursor.copy(command) as copy, file.open("wb") as output:
        for block in copy:
            output.write(block)


def _import(
    source: Connection[Any], schema: str, relation: str, columns: dict[str, str], file: Path
) -> str:
    """Return a select of the exported rows."""
    casts = []
    for place, (column, kind) in enumerate(columns.items()):
        scalar = _type(source, sql.Identifier(schema, relation), column, kind)
        value = f"cast(c{place} as {'json' if kind.endswith('[]') else scalar})"
        if kind.endswith("[]"):
            value = f"cast({value} as {scalar}[])"
        casts.append(f"{value} as {_quote(column)}")
    names = ", ".join(f"c{place}: 'varchar'" for place in range(len(columns)))
    # A parallel scan can begin within a quoted text with newlines.
    return (
        f"select {', '.join(casts)} from read_csv('{file}', columns = {{{names}}},"
        " auto_detect = false, header = false, parallel = false, delim = ',',"
        " new_line = '\\n', quote = '\"', escape = '\"', nullstr = '\\N',"
        " allow_quoted_nulls = false)"
    )


def _type(source: Connection[Any], relation: sql.Identifier, column: str, declared: str) -> str:
    """Return DuckDB's type for the elements of a column."""
    kind = _LENGTH.sub("", declared.removesuffix("[]"))
    if kind in _SAME_TYPES:
        return kind
    if kind in _OTHER_TYPES:
        return _OTHER_TYPES[kind]
    if precise := _PRECISION.fullmatch(kind):
        return "decimal({}, {})".format(*precise.groups())
    if declared == "numeric":
        query = sql.SQL("select coalesce(max(scale({})), 0) from {}")
        found = source.execute(query.format(sql.Identifier(column), relation)).fetchone()
        assert found
        return f"decimal(38, {found[0]})"
    raise NotImplementedError(f"Column {column} has type {declared}, which is not copied.")


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
