"""``ecommerce audit``: run all data tests on all rows. A build tests only what it changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from psycopg import sql

from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.dbt.runner import invoke_dbt
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.warehouse.lock import warehouse_lock
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecommerce_ext.settings import Settings

Rows = list[dict[str, Any]]

_LOG = """
    insert into {} (model, invocation_id, read_at, test_count, difference_count)
    values ('audit', %s, now(), %s, %s)
"""


def audit(settings: Settings) -> Rows:
    """Run all data tests and write the outcome to the run log.

    Returns:
        One row per test, with the relations that it compares and the number of differences.
        Tests that only warn have no row.

    Raises:
        EcommerceError: If nothing is built yet, or a test could not run.
    """
    # A build at the same time would change one table of a comparison before the other.
    with warehouse_lock(settings) as connection:
        log = sql.Identifier(settings.schema, "ecommerce_run_log")
        if not exists(connection, log):
            raise EcommerceError(
                Problem("The tables are not built yet.", "Type: meltano invoke ecommerce:build")
            )
        result = invoke_dbt(
            settings,
            [
                "test",
                *("--select", f"package:{PACKAGE}"),
                *("--exclude-resource-type", "unit_test"),
                *("--vars", json.dumps({"ecommerce_audit": True})),
            ],
        )
        results: Any = result.result
        tests = [
            found
            for found in getattr(results, "results", [])
            if found.node.config.severity.lower() == "error"
        ]
        failed = [found.node.name for found in tests if found.status not in {"pass", "fail"}]
        rows = _rows(tests)
        if tests:
            differences = None if failed else sum(row["differences"] for row in rows)
            # Importing dbt takes seconds, and `check` must be fast.
            from dbt_common.invocation import get_invocation_id  # noqa: PLC0415

            connection.execute(
                sql.SQL(_LOG).format(log), [get_invocation_id(), len(tests), differences]
            )
    if failed or not tests:
        names = ", ".join(failed) or "all"
        raise EcommerceError(Problem(f"Tests could not run: {names}.", "See the lines above."))
    return rows


def _rows(tests: Iterable[Any]) -> Rows:
    return sorted(
        (
            {
                "test": test.node.name,
                "compared": ", ".join(
                    identifier.rpartition(".")[2] for identifier in test.node.depends_on.nodes
                ),
                "differences": test.failures or 0,
            }
            for test in tests
        ),
        key=lambda row: (-row["differences"], row["test"]),
    )
