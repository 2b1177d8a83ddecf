"""Random sales histories: the ledger compared with an oracle, the tables and a full refresh.

A history is one order. All histories are in one warehouse, so 200 histories need one build per
step. A history's seed is the order's id.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sales_checks
import sales_histories
import sales_warehouse

if TYPE_CHECKING:
    from fractions import Fraction

    from pipelines import Pipeline
    from sales_histories import SalesHistory

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

HISTORIES = 200
STEPS = 4
SHOWN = 20
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")


@pytest.mark.timeout(600)
def test_ledger_of_random_histories_equals_oracle_tables_and_full_refresh(
    pipeline: Pipeline,
) -> None:
    histories = [sales_histories.make(seed) for seed in range(HISTORIES)]
    rates: dict[Any, Fraction] = {}
    pipeline.settings |= sales_warehouse.SETTINGS
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        sales_warehouse.create(connection)
        for step in range(STEPS):
            # An hour between loads is longer than the lookback of a build.
            loaded_at = datetime.now(timezone.utc) - timedelta(hours=STEPS - step)
            if step == 0:
                sales_warehouse.load_catalog(connection, loaded_at)
            else:
                for history in histories:
                    history.step()
            sales_warehouse.load_changes(connection, histories, loaded_at)
            sales_warehouse.load_rates(connection, rates, step, loaded_at)
            pipeline.dbt("build", *WITHOUT_TESTS)
            compare(pipeline, histories, rates, f"step {step}")
    incremental = cells(pipeline)
    pipeline.dbt("build", *WITHOUT_TESTS, "--full-refresh")

    refreshed = cells(pipeline)
    assert [row for row in incremental if row not in set(refreshed)][:3] == []
    assert incremental == refreshed


def compare(
    pipeline: Pipeline, histories: list[SalesHistory], rates: dict[Any, Fraction], name: str
) -> None:
    """Compare the ledger with the oracle and with the four tables."""
    ledger = sales_checks.read_ledger(pipeline)
    orders, lines = sales_checks.read_tables(pipeline)
    found = []
    for history in histories:
        right = sales_checks.expected(history, rates)
        rows = ledger.pop(right.id, [])
        found += [f"{right.id}: {text}" for text in sales_checks.differences(right, rows)]
        tables = orders[right.id], lines.get(right.id, {})
        found += [
            f"{right.id}: {text}"
            for text in sales_checks.table_differences(right, rows, *tables)
        ]
    found += [f"{order}: in the ledger only" for order in ledger]
    report = "\n".join([f"After {name}, {len(found)} differences:", *found[:SHOWN]])
    assert not found, report


def cells(pipeline: Pipeline) -> list[tuple[Any, ...]]:
    """Return all cells of the ledger except load times."""
    return pipeline.rows(
        "select (to_jsonb(ledger) - 'loaded_at')::text"
        " from ecommerce.ecommerce_sales_ledger as ledger order by 1"
    )
