"""Random histories of shops, compared cell by cell.

An incremental build equals a full refresh, and a build on DuckDB equals the build on Postgres
after each step. Each history is one shop in a shared warehouse, so 200 histories need only six
dbt runs per engine.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from histories import CURRENCIES, DAYS, FIRST_DAY, History

if TYPE_CHECKING:
    from duckdb_builds import DuckDB
    from pipelines import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

HISTORIES = 200
STEPS = 5
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")


@pytest.mark.timeout(900)
def test_incremental_runs_give_the_cells_of_a_full_refresh_and_of_duckdb(
    pipeline: Pipeline, duckdb_warehouse: DuckDB
) -> None:
    histories = [History(seed) for seed in range(HISTORIES)]
    rates = Rates()
    pipeline.settings |= {
        "ECOMMERCE_ID_FORMAT": "qualified",
        "ECOMMERCE_CONTACTS_RELATION": "marketing.contacts",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        "ECOMMERCE_CONTACT_ALIASES_RELATION": "marketing.aliases",
    }
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        raw.create(connection)
        connection.execute("create schema marketing")
        connection.execute(
            'create table marketing.contacts ("idContact" bigint, customer_number text,'
            " email text)"
        )
        connection.execute(
            "create table marketing.aliases (alias_id bigint, id_contact bigint)"
        )
        for step in range(STEPS):
            # An hour between loads is longer than the lookback of a build.
            loaded_at = datetime.now(timezone.utc) - timedelta(hours=STEPS - step)
            load(connection, histories, step, loaded_at)
            raw.load(connection, "exchange_rates", rates.publish(), loaded_at)
            build_and_compare(pipeline, duckdb_warehouse, f"step {step}")
    incremental = pipeline.cells()
    build_and_compare(pipeline, duckdb_warehouse, "full refresh", "--full-refresh")

    differences = differing(incremental, pipeline.cells())
    assert not differences, json.dumps(differences, indent=1)


def build_and_compare(
    pipeline: Pipeline, duckdb_warehouse: DuckDB, name: str, *arguments: str
) -> None:
    """Build on both engines from the same raw records, and compare all cells."""
    duckdb_warehouse.copy_raw(pipeline, "marketing")
    for engine in (pipeline, duckdb_warehouse):
        engine.dbt("build", *WITHOUT_TESTS, *arguments)
    comparison = duckdb_warehouse.compare(pipeline)
    assert not comparison.differences, f"After {name}: {comparison.report()}"


def load(
    connection: psycopg.Connection[Any],
    histories: list[History],
    step: int,
    loaded_at: datetime,
) -> None:
    """Advance all shops by a step, and load their changes."""
    loads: dict[str, list[dict[str, Any]]] = {
        "shops": [
            {"shop_id": h.shop_id, "currency": "CAD", "time_zone": "America/Toronto"}
            for h in histories
        ]
    }
    for history in histories:
        if step:
            history.live()
        for stream, records in history.take_changed(whole=step == STEPS - 1).items():
            loads.setdefault(stream, []).extend(records)
    for stream, records in loads.items():
        raw.load(connection, stream, records, loaded_at)
    connection.execute("truncate marketing.contacts, marketing.aliases")
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into marketing.contacts values (%s, %s, %s)",
            [
                (number, *contact)
                for history in histories
                for number, contact in history.contacts.items()
            ],
        )
        cursor.executemany(
            "insert into marketing.aliases values (%s, %s)",
            [alias for history in histories for alias in history.aliases.items()],
        )


class Rates:
    """Rates that are published late and sometimes corrected."""

    def __init__(self) -> None:
        self._random = Random(1)  # noqa: S311

    def publish(self) -> list[dict[str, Any]]:
        """Return the rates that are published in this step."""
        return [
            {
                "base_currency": "EUR",
                "currency": currency,
                "rate_on": (FIRST_DAY + timedelta(days=day)).date(),
                "rate": str(self._random.randint(5000, 99999) / 10000),
                "source": "file",
            }
            for day in range(-3, DAYS)
            for currency in CURRENCIES
            if currency not in {"CAD", "XTS"} or day % 9
            if self._random.random() < 0.2
        ]


def differing(
    incremental: dict[str, list[tuple[Any, ...]]], refreshed: dict[str, list[tuple[Any, ...]]]
) -> dict[str, list[Any]]:
    """Return by table the rows that only one side has; a shop's name is its seed."""
    found = {}
    for table, rows in incremental.items():
        only_incremental = set(rows) - set(refreshed[table])
        only_refreshed = set(refreshed[table]) - set(rows)
        if only_incremental or only_refreshed:
            found[table] = [
                (
                    "incremental",
                    len(only_incremental),
                    *map(_short, sorted(only_incremental)[:2]),
                ),
                ("refreshed", len(only_refreshed), *map(_short, sorted(only_refreshed)[:2])),
            ]
    return found


def _short(row: tuple[Any, ...]) -> dict[str, Any]:
    cells: dict[str, Any] = json.loads(row[0])
    return {name: value for name, value in cells.items() if value is not None}
