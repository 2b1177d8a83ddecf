"""Compares a stream with its table, and plans the changes of the table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import sql

from target_ecommerce.errors import LoadError
from target_ecommerce.schema import METADATA, Kind, StreamSchema
from target_ecommerce.writers.base import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import psycopg

NEW_TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "numeric",
    Kind.BOOLEAN: "boolean",
    Kind.TIMESTAMP: "timestamp with time zone",
    Kind.DATE: "date",
    Kind.TIME: "time without time zone",
    Kind.JSON: "jsonb",
}
# The kind that a value is written as, by kind of the schema and type of an existing column.
# Types that are missing here are widened.
_TEXTS = ("text", "citext")
_WRITTEN_AS: dict[tuple[Kind, str], Kind] = {
    **{(kind, name): Kind.TEXT for kind in Kind for name in _TEXTS},
    **{(kind, name): Kind.JSON for kind in Kind for name in ("jsonb", "json")},
    (Kind.TEXT, "uuid"): Kind.TEXT,
    (Kind.INTEGER, "bigint"): Kind.INTEGER,
    (Kind.INTEGER, "numeric"): Kind.NUMBER,
    (Kind.NUMBER, "numeric"): Kind.NUMBER,
    (Kind.BOOLEAN, "boolean"): Kind.BOOLEAN,
    (Kind.TIMESTAMP, "timestamp with time zone"): Kind.TIMESTAMP,
    (Kind.TIMESTAMP, "timestamp without time zone"): Kind.TIMESTAMP,
    (Kind.DATE, "timestamp with time zone"): Kind.TIMESTAMP,
    (Kind.DATE, "timestamp without time zone"): Kind.TIMESTAMP,
    (Kind.DATE, "date"): Kind.DATE,
    (Kind.TIME, "time without time zone"): Kind.TIME,
}
_NUMBERS = {"smallint", "integer", "bigint", "real", "double precision"}


@dataclass
class PostgresPlan(Plan):
    """How a stream is written to its table.

    Attributes:
        types: SQL type of each column of the stream, then of the metadata columns.
        metadata: Names of the metadata columns that are written.
        changes: Statements that create or change the table.
        stage: Name of the temporary stage table.
        is_staged: Whether the stage exists in the current transaction.
    """

    types: dict[str, str] = field(default_factory=dict)
    metadata: tuple[str, ...] = ()
    changes: list[sql.Composed] = field(default_factory=list)
    stage: str = ""
    is_staged: bool = False


def plan_table(
    connection: psycopg.Connection[Any],
    namespace: str,
    schema: StreamSchema,
    latest: datetime,
    *,
    with_metadata: bool,
) -> PostgresPlan:
    """Return how to write a stream, and the statements that prepare its table.

    Raises:
        LoadError: If a view depends on a column whose type has to change.
    """
    table = sql.Identifier(namespace, schema.table)
    existing = _column_types(connection, namespace, schema.table)
    kinds: list[Kind] = []
    types: dict[str, str] = {}
    changes: list[sql.Composed] = []
    for column in schema.columns:
        found = existing.get(column.name)
        kind, sql_type = _column_type(column.kind, found)
        kinds.append(kind)
        types[column.name] = sql_type
        if found and found != sql_type:
            _check_dependent_views(connection, namespace, schema.table, column.name, sql_type)
            changes.append(_widening(table, column.name, found, sql_type))
    metadata = tuple(METADATA) if with_metadata else ()
    types |= {
        name: existing.get(name, NEW_TYPES[METADATA[name]])
        for name in metadata
        if name not in types
    }
    if not existing:
        changes = [_creation(table, schema, types)]
    else:
        changes += [
            sql.SQL("alter table {} add column if not exists {} {}").format(
                table, sql.Identifier(name), sql.SQL(sql_type)
            )
            for name, sql_type in types.items()
            if name not in existing
        ]
        if schema.keys and not _has_unique_index(connection, namespace, schema):
            changes.append(
                sql.SQL("create unique index on {} ({})").format(
                    table, sql.SQL(", ").join(map(sql.Identifier, schema.keys))
                )
            )
    return PostgresPlan(schema, tuple(kinds), latest, types, metadata, changes)


def _column_types(
    connection: psycopg.Connection[Any], namespace: str, table: str
) -> dict[str, str]:
    """Return the types of a table's columns, with their modifiers; empty if it is missing.

    Raises:
        LoadError: If the name belongs to a view.
    """
    rows = connection.execute(
        "select attname, format_type(atttypid, atttypmod), relkind from pg_attribute"
        " join pg_class on pg_class.oid = attrelid"
        " join pg_namespace on pg_namespace.oid = relnamespace"
        " where nspname = %s and relname = %s and attnum > 0 and not attisdropped",
        (namespace, table),
    ).fetchall()
    if rows and rows[0][2] not in ("r", "p"):
        raise LoadError(
            f"{namespace}.{table} is not a table, so the target cannot load a stream into it."
            " Set default_target_schema to another schema, or rename the view."
        )
    return {name: sql_type for name, sql_type, _ in rows}


def _column_type(  # noqa: PLR0911 - one rule per type
    kind: Kind, found: str | None
) -> tuple[Kind, str]:
    """Return the kind to write and the type of the column, which may be wider than it is."""
    if found is None:
        return kind, NEW_TYPES[kind]
    base = re.sub(r"\(.*\)", "", found)
    if found.endswith("[]") and kind is Kind.JSON:
        return (Kind.JSON_ARRAY if base.startswith("json") else Kind.TEXT_ARRAY), found
    if found.endswith("[]"):
        return Kind.JSON, "jsonb"
    if base in ("character varying", "character"):
        return Kind.TEXT, "text"
    if (kind, base) in _WRITTEN_AS:
        return _WRITTEN_AS[kind, base], base
    if kind is Kind.INTEGER and base in ("smallint", "integer"):
        return kind, "bigint"
    if kind in (Kind.NUMBER, Kind.INTEGER) and base in _NUMBERS:
        return Kind.NUMBER, "numeric"
    if kind is Kind.TIMESTAMP and base == "date":
        return kind, "timestamp with time zone"
    return Kind.TEXT, "text"


def _widening(table: sql.Identifier, name: str, found: str, sql_type: str) -> sql.Composed:
    """Return the statement that changes a column's type without changing its values."""
    column = sql.Identifier(name)
    using = sql.SQL("{}::{}").format(column, sql.SQL(sql_type))
    if sql_type == "text" and found.startswith("timestamp"):
        shown = sql.SQL("{} at time zone 'UTC'") if "with time zone" in found else sql.SQL("{}")
        using = sql.SQL('to_char({}, \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\')').format(
            shown.format(column)
        )
    elif sql_type == "text" and found.startswith("json"):
        using = sql.SQL("{} #>> '{{}}'").format(column)
    elif sql_type == "jsonb":
        using = sql.SQL("to_jsonb({})").format(column)
    elif sql_type == "numeric" and found in ("real", "double precision"):
        using = sql.SQL("{}::text::numeric").format(column)  # all digits, not the first 15
    elif found == "date" and sql_type.startswith("timestamp"):
        using = sql.SQL("{}::timestamp at time zone 'UTC'").format(column)
    return sql.SQL("alter table {} alter column {} type {} using {}").format(
        table, column, sql.SQL(sql_type), using
    )


def _creation(
    table: sql.Identifier, schema: StreamSchema, types: Mapping[str, str]
) -> sql.Composed:
    definitions = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(sql_type))
        for name, sql_type in types.items()
    ]
    if schema.keys:
        keys = sql.SQL(", ").join(map(sql.Identifier, schema.keys))
        definitions.append(sql.SQL("primary key ({})").format(keys))
    return sql.SQL("create table if not exists {} ({})").format(
        table, sql.SQL(", ").join(definitions)
    )


def _has_unique_index(
    connection: psycopg.Connection[Any], namespace: str, schema: StreamSchema
) -> bool:
    """Return whether the table has a unique index of exactly the keys."""
    rows = connection.execute(
        "select array_agg(attname::text) from pg_index"
        " join pg_class on pg_class.oid = indrelid"
        " join pg_namespace on pg_namespace.oid = relnamespace"
        " join pg_attribute on attrelid = indrelid and attnum = any (indkey)"
        " where nspname = %s and relname = %s and indisunique and indisvalid and indimmediate"
        " and indpred is null and indexprs is null group by indexrelid",
        (namespace, schema.table),
    ).fetchall()
    return any(set(names) == set(schema.keys) for (names,) in rows)


def _check_dependent_views(
    connection: psycopg.Connection[Any], namespace: str, table: str, column: str, sql_type: str
) -> None:
    views = connection.execute(
        "select distinct ev_class::regclass::text from pg_depend"
        " join pg_rewrite on pg_rewrite.oid = pg_depend.objid"
        " join pg_class on pg_class.oid = refobjid"
        " join pg_namespace on pg_namespace.oid = relnamespace"
        " join pg_attribute on attrelid = refobjid and attnum = refobjsubid"
        " where pg_depend.classid = 'pg_rewrite'::regclass and nspname = %s and relname = %s"
        " and attname = %s order by 1",
        (namespace, table, column),
    ).fetchall()
    if not views:
        return
    names = ", ".join(name for (name,) in views)
    raise LoadError(
        f"Column {column!r} of {namespace}.{table} has to become {sql_type}, but these views"
        f" depend on it: {names}. Run `drop view {names}` in the warehouse, run the job again,"
        " then create the views again."
    )
