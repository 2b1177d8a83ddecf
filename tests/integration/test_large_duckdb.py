"""A large shop builds on DuckDB within a memory limit, with the cells of Postgres."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest
from duckdb_builds import PROFILES
from pipelines import BIN, ROOT

if TYPE_CHECKING:
    from duckdb_builds import DuckDB
    from pipelines import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.thorough]

ORDERS = 300_000
SETTINGS = {
    "ECOMMERCE_ID_FORMAT": "qualified",
    "ECOMMERCE_CONTACTS_RELATION": "crm.contacts",
    "ECOMMERCE_INTERACTIONS_RELATION": "crm.happened",
}
MEMORY_LIMIT = 1  # GB
OVERHEAD = 1  # GB for Python, dbt, and memory that DuckDB does not count


@pytest.mark.timeout(1200)
def test_300_000_orders_build_within_the_memory_limit(
    pipeline: Pipeline, duckdb_warehouse: DuckDB
) -> None:
    pipeline.settings |= SETTINGS
    script = (ROOT / "benchmarks" / "large_shop.sql").read_text()
    with psycopg.connect(pipeline.postgres.url) as connection:
        connection.execute(script.replace(":orders", str(ORDERS)).encode())
    duckdb_warehouse.copy_raw(pipeline, "crm")
    duckdb_warehouse.memory_limit = f"{MEMORY_LIMIT}GB"

    build = subprocess.Popen(
        [
            *(BIN / "dbt", "build", "--exclude-resource-type", "unit_test", "--quiet"),
            *("--project-dir", ROOT, "--profiles-dir", PROFILES),
        ],
        env={**os.environ, **duckdb_warehouse.variables()},
    )
    _, status, usage = os.wait4(build.pid, 0)
    build.returncode = os.waitstatus_to_exitcode(status)

    assert build.returncode == 0
    assert usage.ru_maxrss * 1024 < (MEMORY_LIMIT + OVERHEAD) * 1e9
    pipeline.build()
    comparison = duckdb_warehouse.compare(pipeline, ("ecommerce",))
    assert not comparison.differences, comparison.report()
    assert comparison.rows["ecommerce.ECommerce_Transaction"] == ORDERS
