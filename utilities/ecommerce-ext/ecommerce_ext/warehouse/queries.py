"""Short queries on the warehouse that several modules use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg

# A cast reads the base type of a domain.
_COLUMN_TYPES = """
    select attname, format_type(coalesce(nullif(typbasetype, 0), pg_type.oid), null)
    from pg_attribute
    inner join pg_type on atttypid = pg_type.oid
    where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
"""


def exists(connection: psycopg.Connection, relation: sql.Identifier) -> bool:
    """Return whether a table or view exists."""
    return value(connection, "select to_regclass(%s)", relation.as_string()) is not None


def has_rows(connection: psycopg.Connection, relation: sql.Identifier) -> bool:
    """Return whether a table or view exists and has rows."""
    query = sql.SQL("select exists (select from {})").format(relation)
    return exists(connection, relation) and bool(value(connection, query))


def column_types(connection: psycopg.Connection, relation: str) -> dict[str, str]:
    """Return the base types of a relation's columns; none if the relation is missing."""
    return dict(connection.execute(_COLUMN_TYPES, [relation]).fetchall())


def value(
    connection: psycopg.Connection, query: str | sql.Composed, *parameters: object
) -> Any:  # noqa: ANN401 - the type of the column
    """Return the first column of a query's first row, or None without rows."""
    row = connection.execute(query, parameters or None).fetchone()
    return row[0] if row else None
