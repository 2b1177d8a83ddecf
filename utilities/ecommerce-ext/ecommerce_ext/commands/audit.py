"""``ecommerce audit``: run all data tests on all rows, and compare all statistics.

A build tests and computes only what changed.
"""

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
    from collections.abc import Iterable, Sequence

    from ecommerce_ext.settings import Settings

Rows = list[dict[str, Any]]

_LOG = """
    insert into {} (model, invocation_id, read_at, test_count, difference_count)
    values ('audit', %s, now(), %s, %s)
"""


_TESTS = ("test", "--select", f"package:{PACKAGE}", "--exclude-resource-type", "unit_test")
# Tables that are built from views are left out, because raw tables can have newer rows; data
# tests compare these. So is the mirror of the interactions, which builds compare daily.
_STATISTICS = (
    *("run", "--select", f"package:{PACKAGE},config.materialized:ecommerce_maintained"),
    *("--exclude", "config.materialized:view+1", "int_ecommerce__interactions"),
)


def audit(settings: Settings) -> Rows:
    """Run all data tests, compare all statistics, and write the outcome to the run log.

    Returns:
        One row per test, with the relations that it compares and the number of differences,
        and one per statistic, with the number of rows that differ. Tests that only warn have
        no row.

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
        audited = [
            *_invoke(settings, _TESTS),
            *_invoke(settings, _STATISTICS),
        ]
        failed = [found.node.name for found in audited if not _has_run(found)]
        rows = _rows(audited)
        if audited:
            differences = None if failed else sum(row["differences"] for row in rows)
            # Importing dbt takes seconds, and `check` must be fast.
            from dbt_common.invocation import get_invocation_id  # noqa: PLC0415

            connection.execute(
                sql.SQL(_LOG).format(log), [get_invocation_id(), len(audited), differences]
            )
    if failed or not audited:
        names = ", ".join(failed) or "all"
        raise EcommerceError(Problem(f"Tests could not run: {names}.", "See the lines above."))
    return rows


def _invoke(settings: Settings, command: Sequence[str]) -> list[Any]:
    """Return the results of a dbt command that audits, without tests that only warn."""
    variables = json.dumps({"ecommerce_audit": True})
    result: Any = invoke_dbt(settings, [*command, "--vars", variables]).result
    if result is None:
        raise EcommerceError(
            Problem(f"dbt {command[0]} could not run.", "See the lines above.")
        )
    return [
        found
        for found in result.results
        if found.node.resource_type == "model" or found.node.config.severity.lower() == "error"
    ]


def _has_run(found: Any) -> bool:  # noqa: ANN401 – a result of dbt, whose classes are not public
    return found.status in {"pass", "fail", "success"}


def _rows(audited: Iterable[Any]) -> Rows:
    rows = []
    for found in audited:
        if found.node.resource_type == "model":
            name, compared = "equals_recomputed_rows", found.node.name
            differences = found.adapter_response["rows_affected"] if _has_run(found) else 0
        else:
            name = found.node.name
            compared = ", ".join(
                identifier.rpartition(".")[2] for identifier in found.node.depends_on.nodes
            )
            differences = found.failures or 0
        rows.append({"test": name, "compared": compared, "differences": differences})
    return sorted(rows, key=lambda row: (-row["differences"], row["test"], row["compared"]))
