"""Short questions to the warehouse that several modules ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg

# The type below a domain is the type that a cast meets.
_COLUMN_TYPES = """
    select attname, format_type(coalesce(nullif(typbasetype, 0), pg_type.oid), null)
    from pg_attribute
    inner join pg_type on atttypid = pg_type.oid
    where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
"""


def exists(connection: psycopg.Connection, relation: sql.Identifier) -> bool:
    """Return whether there is such a table or view."""
    return value(connection, "select to_regclass(%s)", relation.as_string()) is not None


def has_rows(connection: psycopg.Connection, relation: sql.Identifier) -> bool:
    """Return whether there is such a table or view, and it has rows."""
    query = sql.SQL("select exists (select from {})").format(relation)
    return exists(connection, relation) and bool(value(connection, query))


def column_types(connection: psycopg.Connection, relation: str) -> dict[str, str]:
    """Return the types of a relation's columns, below their domains; none if it is missing."""
    return dict(connection.execute(_COLUMN_TYPES, [relation]).fetchall())


def value(
    connection: psycopg.Connection, query: str | sql.Composed, *parameters: object
) -> Any:  # noqa: ANN401 - the type of the column
    """Return the first column of a query's first row; None where there is no row."""
    row = connection.execute(query, parameters or None).fetchone()
    return row[0] if row else None
