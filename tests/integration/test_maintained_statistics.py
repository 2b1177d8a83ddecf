"""Statistics that are computed from what changed, compared with a first build.

Each step changes about a twentieth of the orders, and leaves one statistic out of one build.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import marketing
import marketing_raw
import psycopg
import pytest
from comparisons import compare
from engines import PostgresEngine
from marketing_changes import ChangingShops
from pipelines import make_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb_builds import DuckDB
    from pipelines import Pipeline
    from shopapp_demo.postgres import Postgres

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

TABLES = ("ecommerce",)
DAY_PASSED = (
    "update ecommerce.ecommerce_run_log"
    " set compared_at = compared_at - interval '2 days' where compared_at is not null"
)
LOAD_TIMES = {"dtLoaded", "loaded_at"}
OF_RUNS = {"ecommerce_run_log", "ecommerce_changed_keys", "int_ecommerce__recent_loads"}
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
# Left out of the build of each step, so that the next build has to catch up.
LEFT_OUT = (
    (),
    ("ecommerce_transactions_enriched+",),
    ("ecommerce_sales_daily", "ecommerce_contact_summary", "ecommerce_cohorts"),
    ("ecommerce_product_sales_daily+", "ecommerce_campaign_sales_daily+"),
    (),
)


@dataclass(frozen=True)
class Snapshot:
    """The cells of all tables at one time."""

    name: str
    found: dict[tuple[str, str], list[tuple[Any, ...]]]

    def relations(self) -> set[tuple[str, str]]:
        return set(self.found)

    def read(self, relation: tuple[str, str]) -> Iterator[tuple[Any, ...]]:
        yield from self.found[relation]


def snapshot(pipeline: Pipeline, name: str) -> Snapshot:
    engine = PostgresEngine(pipeline.postgres.url, TABLES)
    relations = {one for one in engine.relations() if one[1] not in OF_RUNS}
    found = {}
    for relation in relations:
        columns, *rows = engine.read(relation)
        # Unchanged rows keep their load time; a first build takes the newest.
        kept = [place for place, column in enumerate(columns) if column not in LOAD_TIMES]
        found[relation] = [
            tuple(row[place] for place in kept)
            for row in (columns, *rows)
            # This check counts the orders that a build read.
            if "order_incomplete" not in row
        ]
    return Snapshot(name, found)


@pytest.mark.timeout(900)
def test_changes_of_few_keys_give_the_cells_of_a_first_build_and_of_duckdb(
    pipeline: Pipeline, duckdb_warehouse: DuckDB
) -> None:
    orders, events = marketing.make()
    shops = ChangingShops(orders, events, seed=20)
    pipeline.settings |= {**marketing_raw.SETTINGS, "ECOMMERCE_ATTRIBUTION_OPENS": "true"}
    started = datetime.now(timezone.utc) - timedelta(hours=len(LEFT_OUT))
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        marketing_raw.load(connection, orders, events)
        for table in ("transactions", "items", "refunds", "sales_events", "products"):
            connection.execute(
                f"update ecommerce_raw.{table} set _sdc_batched_at = %s",
                [(started - timedelta(hours=1)).replace(tzinfo=None)],
            )
        for step, left_out in enumerate(LEFT_OUT):
            if step:
                # An hour between loads is longer than the lookback of a build.
                shops.step(connection, started + timedelta(hours=step))
                # As if a day had passed, so that the build compares all interactions.
                pipeline.execute(DAY_PASSED)
                duckdb_warehouse.rows(DAY_PASSED)
            duckdb_warehouse.copy_raw(pipeline, "crm")
            # The views stay as the first build created them.
            excluded = ["--exclude", *left_out, *(["config.materialized:view"] if step else [])]
            for engine in (pipeline, duckdb_warehouse):
                engine.dbt("build", *WITHOUT_TESTS, *(excluded if len(excluded) > 1 else ()))
    with_duckdb = duckdb_warehouse.compare(pipeline, TABLES)
    assert not with_duckdb.differences, with_duckdb.report()
    maintained = snapshot(pipeline, "maintained")
    pipeline.drop_tables()
    pipeline.dbt("build", *WITHOUT_TESTS)

    comparison = compare(maintained, snapshot(pipeline, "built from nothing"))
    assert not comparison.differences, comparison.report()
    assert sum(comparison.cells.values()) > 50_000


# The late rows happened long before the three days that a build reads without this column.
CHANGES_OF_INTERACTIONS = """
    insert into crm.changing
    select
        "Person", "What", "Via", "At" - interval '40 days', "Send" || '0',
        "Deployment", "Title", now()
    from crm.changing where "What" like '%Sent' and "At" < now() - interval '60 days' limit 20;
    update crm.changing set "Title" = 'Renamed', "Changed" = now()
    where "Deployment" = (select min("Deployment") from crm.changing);
    update crm.changing set "What" = 'Click', "Changed" = now()
    where "Send" in (select "Send" from crm.changing where "What" like '%Open' limit 20)
    and "What" like '%Open';
"""


@pytest.mark.timeout(900)
def test_interactions_with_a_time_of_change_give_the_cells_of_a_first_build(
    server: Postgres, tmp_path: Path
) -> None:
    pipeline = make_pipeline(server, "time_of_change", tmp_path)
    pipeline.settings |= {
        **marketing_raw.SETTINGS,
        "ECOMMERCE_ATTRIBUTION_OPENS": "true",
        "ECOMMERCE_INTERACTIONS_RELATION": "crm.changing",
        "ECOMMERCE_INTERACTIONS_UPDATED_AT_COLUMN": "Changed",
    }
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        marketing_raw.load(connection, *marketing.make())
        connection.execute(
            "create table crm.changing as select *, now() - interval '1 day' as \"Changed\""
            " from crm.happened"
        )
    compared = (
        "select distinct compared_at from ecommerce.ecommerce_run_log"
        " where model = 'int_ecommerce__interactions'"
    )
    pipeline.dbt("build", *WITHOUT_TESTS)
    first = snapshot(pipeline, "first")
    pipeline.execute(CHANGES_OF_INTERACTIONS)
    pipeline.dbt("build", *WITHOUT_TESTS)
    [_] = pipeline.rows(compared)  # only the first build read all interactions
    maintained = snapshot(pipeline, "maintained")
    pipeline.drop_tables()
    pipeline.dbt("build", *WITHOUT_TESTS)

    assert compare(first, maintained).differences
    comparison = compare(maintained, snapshot(pipeline, "built from nothing"))
    assert not comparison.differences, comparison.report()
