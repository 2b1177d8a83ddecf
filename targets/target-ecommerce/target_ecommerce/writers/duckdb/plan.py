"""Compares a stream with its table, and plans the changes of the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_ecommerce.errors import LoadError
from target_ecommerce.schema import METADATA, Kind, StreamSchema
from target_ecommerce.writers.base import Plan
from target_ecommerce.writers.duckdb import statements
from target_ecommerce.writers.duckdb.statements import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    # DECIMAL has at most 38 digits and a fixed scale, so it would round.
    Kind.NUMBER: "VARCHAR",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    Kind.DATE: "DATE",
    Kind.TIME: "TIME",
    Kind.JSON: "JSON",
}
_COMPATIBLE = {(Kind.TIMESTAMP, "TIMESTAMP"), (Kind.DATE, "TIMESTAMP WITH TIME ZONE")}


@dataclass
class DuckDBPlan(Plan):
    """How a stream is written to its table.

    Attributes:
        types: SQL type of each column, then of the metadata columns.
        metadata: Names of the metadata columns that are written.
        changes: Statements that create or change the table.
        stage: Name of the temporary stage table.
        is_staged: Whether the stage exists.
    """

    types: dict[str, str] = field(default_factory=dict)
    metadata: tuple[str, ...] = ()
    changes: list[str] = field(default_factory=list)
    stage: str = ""
    is_staged: bool = False


def plan_table(  # noqa: PLR0913 - everything that a table depends on
    table: str,
    schema: StreamSchema,
    existing: Mapping[str, str],
    stage: str,
    latest: datetime,
    *,
    with_metadata: bool,
) -> DuckDBPlan:
    """Return how to write a stream, and the statements that prepare its table.

    Args:
        table: Name of the table, quoted.
        schema: The stream.
        existing: Types of the table's columns by name; empty if the table is missing.
        stage: Name of the stage.
        latest: Latest time of change that a record can have.
        with_metadata: Whether to write the metadata columns.

    Raises:
        LoadError: If two names differ only in case.
    """
    lowered = [column.name.lower() for column in schema.columns]
    if len(set(lowered)) < len(lowered):
        raise LoadError(
            f"Stream {schema.stream!r} has two properties whose names differ only in case,"
            " which DuckDB does not distinguish. Rename one with stream_maps."
        )
    kinds: list[Kind] = []
    types: dict[str, str] = {}
    changes: list[str] = []
    for column in schema.columns:
        found = existing.get(column.name)
        kind, sql_type = _column_type(column.kind, found)
        kinds.append(kind)
        types[column.name] = sql_type
        if found and found != sql_type:
            changes.append(statements.widen(table, column.name, found, sql_type))
    metadata = tuple(METADATA) if with_metadata else ()
    for name in metadata:
        types.setdefault(name, existing.get(name, TYPES[METADATA[name]]))
    if not existing:
        columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
        changes = [f"create table {table} ({columns})"]
    else:
        changes += [
            f"alter table {table} add column {quoted(name)} {sql_type}"
            for name, sql_type in types.items()
            if name not in existing
        ]
    return DuckDBPlan(schema, tuple(kinds), latest, types, metadata, changes, stage)


def _column_type(kind: Kind, found: str | None) -> tuple[Kind, str]:
    """Return the kind to write and the type of the column, which may be wider than it is."""
    sql_type = TYPES[kind]
    if found is None or found == sql_type:
        return kind, sql_type
    if found == "JSON":
        return Kind.JSON, found
    if (kind, found) in _COMPATIBLE:
        return Kind.TIMESTAMP, found
    if kind is Kind.INTEGER and found in ("TINYINT", "SMALLINT", "INTEGER"):
        return kind, sql_type
    return (Kind.NUMBER if kind in (Kind.NUMBER, Kind.INTEGER) else Kind.TEXT), "VARCHAR"
