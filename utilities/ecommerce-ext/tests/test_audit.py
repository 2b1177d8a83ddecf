"""``audit`` with the real dbt package: all tests on all rows, and the outcome in ``status``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouses import Warehouse


def test_audit_without_tables_names_the_build(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("audit")

    assert answer.code == 1, answer
    assert "meltano invoke ecommerce:build" in answer.errors


def test_audit_counts_differences_and_status_shows_the_outcome(warehouse: Warehouse) -> None:
    assert warehouse.ecommerce("activate").code == 0
    clean = warehouse.ecommerce("audit")
    after_clean = _last_audit(warehouse)
    # An order that no build wrote, so the ledger does not have it.
    warehouse.execute(
        """insert into ecommerce."ECommerce_Transaction" (
                "idTransaction", "financialStatus", "contactMatchStatus", "guestKey",
                "exchangeRateStatus"
            ) values ('1', 'paid', 'guest', 'hash:1', 'identity')"""
    )
    # A row that is not computed.
    warehouse.execute(
        "insert into ecommerce.ecommerce_cohorts (id_shop, cohort_month, month_number)"
        " values ('north', '2026-01-01', 0)"
    )
    differing = warehouse.ecommerce("audit")
    after_differing = _last_audit(warehouse)

    assert clean.code == 0, clean
    assert clean.output.splitlines()[-1].endswith(" tests found 0 differences.")
    assert (after_clean["differences"], after_clean["outcome"]) == (0, "ok")
    assert differing.code == 1, differing
    assert re.search(
        r"^ecommerce_ledger_sums_to_the_tables +ECommerce_Transaction, .+ 1$",
        differing.output,
        re.MULTILINE,
    )
    assert re.search(
        r"^equals_recomputed_rows +ecommerce_cohorts +1$", differing.output, re.MULTILINE
    )
    assert after_differing["outcome"] == "differences"
    assert after_differing["differences"] >= 1
    assert after_differing["tests"] == after_clean["tests"] > 50


def _last_audit(warehouse: Warehouse) -> dict[str, Any]:
    status = json.loads(warehouse.ecommerce("status", "--json").output)
    (row,) = status["last_audit"]
    return dict(row)
