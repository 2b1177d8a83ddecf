"""Random sales histories: the ledger and the marts compared with an oracle.

A history is one order. All histories are in one warehouse, so 200 histories need one build per
step. A history's seed is the order's id.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sales_histories
import sales_warehouse
from sales_checks import (
    conversion_differences,
    differences,
    expected,
    read_ledger,
    read_tables,
    table_differences,
)
from sales_mart_checks import mart_differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Pipeline
    from sales_histories import SalesHistory
    from sales_warehouse import Rates

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

HISTORIES = 200
STEPS = 4
SHOWN = 20
LEDGER = "ecommerce.ecommerce_sales_ledger"
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")


@pytest.mark.timeout(600)
def test_ledger_of_random_histories_equals_oracle_and_full_refresh(
    pipeline: Pipeline,
) -> None:
    histories = [sales_histories.make(seed) for seed in range(HISTORIES)]
    rates: Rates = {}
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
            found = [*all_differences(pipeline, histories, rates)]
            report = [f"Step {step}, {len(found)} differences:", *found[:SHOWN]]
            assert not found, "\n".join(report)

    pipeline.dbt("test", "--select", "path:tests/dbt")
    incremental = cells(pipeline)
    pipeline.dbt(
        "build", *WITHOUT_TESTS, "--full-refresh", "--select", "+ecommerce_sales_ledger"
    )
    refreshed = cells(pipeline)
    assert sorted({*incremental} - {*refreshed})[:3] == []
    assert incremental == refreshed


def all_differences(
    pipeline: Pipeline, histories: list[SalesHistory], rates: Rates
) -> Iterator[str]:
    """Yield the differences of ledger and marts from the oracle and from the four tables."""
    ledger, (orders, lines) = read_ledger(pipeline), read_tables(pipeline)
    rights = [expected(history, rates) for history in histories]
    for right in rights:
        rows = ledger[right.id]
        for text in differences(right, rows):
            yield f"{right.id}: {text}"
        for text in conversion_differences(right, rows, lines[right.id]):
            yield f"{right.id}: {text}"
        for text in table_differences(right, rows, orders[right.id], lines[right.id]):
            yield f"{right.id}: {text}"
    for unknown in {*ledger} - {right.id for right in rights}:
        yield f"{unknown}: unknown to the oracle"
    yield from mart_differences(pipeline, rights, ledger)


def cells(pipeline: Pipeline) -> list[tuple[Any, ...]]:
    """Return all cells of the ledger except load times."""
    return pipeline.rows(
        f"select (to_jsonb(ledger) - 'loaded_at')::text from {LEDGER} as ledger order by 1"
    )
