"""A copy of Postgres relations in a DuckDB file has the same cells."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from comparisons import compare
from copies import copy_schemas
from engines import DuckDBEngine, PostgresEngine
from pipelines import make_pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines import Pipeline
    from shopapp_demo.postgres import Postgres

pytestmark = pytest.mark.warehouse

COLUMNS = {
    "id": "bigint primary key",
    "Title": "text",
    "code": "varchar(9)",
    "rate": "numeric",
    "amount": "numeric(28,10)",
    "whole": "integer",
    "small": "smallint",
    "is_test": "boolean",
    "day": "date",
    "loaded_at": "timestamp",
    "happened_at": "timestamptz",
    "attributes": "jsonb",
    "words": "text[]",
    "key": "uuid",
}
UUID_TEXT = "9018a9a3-0af2-46b0-905e-158aed252bce"
FULL = (
    'say "ehlo", \\N\r\n\tİstanbul \U0001f600 e\u0301; NULL',
    "\\N",
    Decimal("0.787564"),
    Decimal("123456789012345678.0123456789"),
    2**31 - 1,
    -(2**15),
    True,
    date(2026, 2, 28),
    datetime(2026, 3, 8, 1, 59, 59, 999999),  # noqa: DTZ001 - a loader's time
    datetime(2026, 11, 1, 5, 30, tzinfo=timezone.utc),
    {"price": "1.10", "rate": 1.5, "tags": ["a", ""], "none": None, "text": 'a "b"\n'},
    ["", "null", None, 'a,"b"', "{c}"],
    UUID_TEXT,
)
TEXTS = ["", " ", "\n", "\r", '"', "''", "\\", "NULL", "null", ",", "a\nb\n", "0010", "1.10"]


@pytest.fixture(scope="module")
def source(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A database with one row of values, one of nulls, and rows of texts."""
    pipeline = make_pipeline(server, "copied", tmp_path_factory.mktemp("copied"))
    declared = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    places = ", ".join(["%s"] * len(COLUMNS))
    values = [json.dumps(cell) if isinstance(cell, dict) else cell for cell in FULL]
    texts = [
        (None, *[None] * (len(FULL) - 1)),
        *((t, *[None] * (len(FULL) - 1)) for t in TEXTS),
    ]
    with psycopg.connect(pipeline.postgres.url) as connection, connection.cursor() as cursor:
        cursor.execute("create schema crm")
        cursor.execute(f"create table crm.events ({declared})")
        cursor.executemany(
            f"insert into crm.events values ({places})",
            [(number, *row) for number, row in enumerate([values, *texts])],
        )
        cursor.execute('create materialized view crm."Happened" as select * from crm.events')
        cursor.execute("create view crm.recent as select id, rate from crm.events where id < 2")
        cursor.execute("create table crm.empty (rate numeric)")
    return pipeline


@pytest.fixture
def copied(source: Pipeline, tmp_path: Path) -> DuckDBEngine:
    path = tmp_path / "copied.duckdb"
    copy_schemas(source.postgres.url, path, ["crm"])
    return DuckDBEngine(path, ("crm",))


def test_copy_has_the_cells_of_its_source(source: Pipeline, copied: DuckDBEngine) -> None:
    comparison = compare(PostgresEngine(source.postgres.url, ("crm",)), copied)
    assert comparison.differences == []
    rows = len(TEXTS) + 2
    assert comparison.rows == {
        "crm.Happened": rows,
        "crm.empty": 0,
        "crm.events": rows,
        "crm.recent": 2,
    }


def test_copy_has_the_values_and_types_that_were_written(copied: DuckDBEngine) -> None:
    names, full, *others = copied.read(("crm", "events"))
    assert names == tuple(COLUMNS)
    expected: list[Any] = [0, *FULL]
    expected[names.index("attributes")] = (FULL[10],)
    assert [
        str(cell) if name == "key" else cell for name, cell in zip(names, full, strict=True)
    ] == expected
    assert others[0] == (1, *[None] * len(FULL))
    assert [row[1] for row in others[1:]] == TEXTS


def test_copy_replaces_relations_and_drops_missing_ones(
    source: Pipeline, copied: DuckDBEngine
) -> None:
    source.execute("create table crm.more (n int)", "insert into crm.more values (1)")
    copy_schemas(source.postgres.url, copied.path, ["crm"])
    assert list(copied.read(("crm", "more"))) == [("n",), (1,)]
    source.execute("drop table crm.more")
    copy_schemas(source.postgres.url, copied.path, ["crm"])
    assert ("crm", "more") not in copied.relations()


def test_type_without_an_exact_copy_is_refused(source: Pipeline, copied: DuckDBEngine) -> None:
    source.execute("create schema odd", "create table odd.points (place point)")
    with pytest.raises(NotImplementedError, match="place has type point"):
        copy_schemas(source.postgres.url, copied.path, ["odd"])
