"""Engines: warehouses whose relations are read as rows of Python values.

`comparisons.compare` compares two engines. Another engine needs only the methods of `Engine`.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import duckdb
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMAS = ("ecommerce", "ecommerce_staging")
BATCH = 10_000


class Json(NamedTuple):
    """The value of a cell of a JSON type."""

    value: Any


class Engine(Protocol):
    """A warehouse that contains the relations of the dbt package.

    Cells are Python values: Decimal or int for numbers, datetime with a time zone for points in
    time, list for arrays, `Json` for JSON types.
    """

    @property
    def name(self) -> str:
        """Name of the engine in reports."""

    def relations(self) -> set[tuple[str, str]]:
        """Return all tables and views as (schema, name)."""

    def read(self, relation: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        """Yield the names of the columns, then each row."""


@dataclass(frozen=True)
class PostgresEngine:
    """The relations in some schemas of a Postgres database."""

    url: str
    schemas: tuple[str, ...] = SCHEMAS
    name: str = "Postgres"

    def relations(self) -> set[tuple[str, str]]:
        """Return all tables, views and materialized views."""
        with psycopg.connect(self.url) as connection:
            found = connection.execute(
                """
                select nspname::text, relname::text
                from pg_class
                join pg_namespace on pg_namespace.oid = relnamespace
                where relkind in ('r', 'v', 'm', 'p', 'f') and nspname = any(%s)
                """,
                [list(self.schemas)],
            )
            return set(found.fetchall())

    def read(self, relation: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        """Yield the names of the columns, then each row."""
        query = sql.SQL("select * from {}").format(sql.Identifier(*relation))
        with psycopg.connect(self.url) as connection:
            set_json_loads(parse_json, connection)
            # A cursor with a name lives in the server, so a large relation needs little memory.
            with connection.cursor("relation") as cursor:
                cursor.itersize = BATCH
                cursor.execute(query)
                yield tuple(column.name for column in cursor.description or [])
                yield from cursor


@dataclass(frozen=True)
class DuckDBEngine:
    """The relations in some schemas of a DuckDB file."""

    path: Path
    schemas: tuple[str, ...] = SCHEMAS
    name: str = "DuckDB"

    def relations(self) -> set[tuple[str, str]]:
        """Return all tables and views."""
        with closing(duckdb.connect(self.path)) as connection:
            found = connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where list_contains(?, table_schema)",
                [list(self.schemas)],
            )
            return {(schema, name) for schema, name in found.fetchall()}

    def read(self, relation: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        """Yield the names of the columns, then each row."""
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in relation)
        with closing(duckdb.connect(self.path)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            found = connection.execute(f"select * from {quoted}")
            columns = [(column[0], str(column[1])) for column in found.description or []]
            yield tuple(name for name, _ in columns)
            json_columns = [place for place, (_, kind) in enumerate(columns) if kind == "JSON"]
            while rows := found.fetchmany(BATCH):
                for row in rows:
                    cells = list(row)
                    for place in json_columns:
                        if cells[place] is not None:
                            cells[place] = parse_json(cells[place])
                    yield tuple(cells)


def parse_json(text: str | bytes) -> Json:
    """Parse the text of a JSON cell; every number is a Decimal."""
    return Json(json.loads(text, parse_float=Decimal, parse_int=Decimal))
