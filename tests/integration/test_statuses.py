"""Statuses and report rules of the user take effect with the next build."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import psycopg
import pytest
import raw
from histories import History

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

RUN = ("run", "--select", "+ecommerce_sales_ledger", "+ecommerce_rejects")
AGAIN = (*RUN, "--exclude", "config.materialized:view")  # views stay as they are
CANDIDATES = "select count(*) from ecommerce_staging.int_ecommerce__transaction_candidates"
CHANGES = {
    "status": "insert into shop.statuses"
    " values ('woocommerce', 'In production', 'paid', 'sale', false, true)",
    "cell of a status": "update shop.statuses set counts_as = 'void'",
    "rule": "insert into shop.rules values ('shopapp', true, 'ordered', 'void', 'split')",
    "row of the seed": "update ecommerce_staging.ecommerce_statuses set is_paid = true"
    " where application = 'any' and status_raw = 'authorized'",
}


def test_changed_status_or_rule_makes_the_next_build_read_every_order(
    pipeline: Pipeline,
) -> None:
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        for seed in range(3):
            # A day between loads, and the first build reads them all.
            loaded_at = datetime.now(timezone.utc) - timedelta(days=9 - seed)
            for stream, records in History(seed).take_changed(whole=True).items():
                raw.load(connection, stream, records, loaded_at)
        connection.execute("create schema shop")
        for table, columns in {
            "statuses": "application text, status_raw text, financial_status text,"
            " counts_as text, is_open boolean, is_paid boolean",
            "rules": "application text, fees_in_net boolean, sale_day text,"
            " cancelled_as text, refund_without_lines text",
        }.items():
            connection.execute(f"create table shop.{table} ({columns})".encode())
    pipeline.settings |= {
        "ECOMMERCE_ID_FORMAT": "qualified",
        "ECOMMERCE_STATUSES_RELATION": "shop.statuses",
        "ECOMMERCE_REPORT_RULES_RELATION": "shop.rules",
    }
    pipeline.dbt("seed")
    pipeline.dbt(*RUN)
    [(every_order,)] = pipeline.rows(CANDIDATES)
    pipeline.dbt(*AGAIN)
    assert every_order > 0
    assert pipeline.rows(CANDIDATES) == [(0,)]

    read = {}
    for name, change in CHANGES.items():
        with psycopg.connect(pipeline.postgres.url) as connection:
            connection.execute(change.encode())
        pipeline.dbt(*AGAIN)
        read[name] = pipeline.rows(CANDIDATES)

    assert read == {name: [(every_order,)] for name in CHANGES}
    pipeline.dbt(*AGAIN)
    assert pipeline.rows(CANDIDATES) == [(0,)]
