"""The data tests of a build read the rows that it touched; an audit reads all rows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import psycopg
import pytest
import raw

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

RECONCILIATIONS = (
    "--select",
    "ecommerce_ledger_sums_to_the_tables",
    "ecommerce_sales_sum_to_the_ledger",
    "ecommerce_quality_counts_the_transactions",
)
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
AUDIT = ("--vars", "{ecommerce_audit: true}")


def test_build_tests_touched_orders_and_audit_tests_all(pipeline: Pipeline) -> None:
    orders = {
        "old": {"created_at": "2026-01-04T10:00:00Z"},
        "new": {"created_at": "2026-01-05T10:00:00Z"},
    }
    loaded_at = datetime.now(timezone.utc) - timedelta(hours=4)
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        raw.create(connection)
        raw.load_shop(connection, orders, {}, loaded_at)
        # The first build computes all rows.
        pipeline.dbt("build", *WITHOUT_TESTS)
        falsify(pipeline, "old")
        with pytest.raises(AssertionError, match="ecommerce_ledger_sums_to_the_tables"):
            pipeline.dbt("test", *RECONCILIATIONS)

        # The last order only, because an hour is longer than the lookback of a build.
        orders["new"]["total_amount"] = "2"
        raw.load_shop(connection, {"new": orders["new"]}, {}, loaded_at + timedelta(hours=2))
        pipeline.dbt("build", *WITHOUT_TESTS)
    candidates = pipeline.rows(
        "select transaction_id from ecommerce_staging.int_ecommerce__transaction_candidates"
    )
    pipeline.dbt("test", *RECONCILIATIONS)
    with pytest.raises(AssertionError, match="ecommerce_ledger_sums_to_the_tables"):
        pipeline.dbt("test", *RECONCILIATIONS, *AUDIT)
    falsify(pipeline, "new")

    assert candidates == [("new",)]
    with pytest.raises(AssertionError, match="ecommerce_ledger_sums_to_the_tables"):
        pipeline.dbt("test", *RECONCILIATIONS)


def falsify(pipeline: Pipeline, transaction_id: str) -> None:
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        changed = connection.execute(
            "update ecommerce.ecommerce_sales_ledger set amount = amount + 1,"
            " original_amount = original_amount + 1 where id_transaction = %s",
            [transaction_id],
        )
        assert changed.rowcount >= 1
