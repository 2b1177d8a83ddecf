"""Values of the fault catalogue in Postgres: one shop has all of them and is loaded once.

`taps/tap-shopapp/tests/test_faults_records.py` tests the tap on the same fault numbers. This
file tests the raw tables, and `test_round_trip.py` the built tables.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

LONG = "a long text " * (30 * 1024 * 1024 // 12)
X63 = "x" * 63
WRITTEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "fault_23": (
        {"updated_at": "2024-01-05T10:00:00.5Z"},
        {"updated_at": datetime(2024, 1, 5, 10, 0, 0, 500000)},  # noqa: DTZ001 - UTC
    ),
    "fault_27": (
        {"updated_at": "2024-01-05T10:00:01Z", "deleted_at": None},
        {"deleted_at": None},
    ),
    "fault_31": (
        {"deleted_at": "2024-01-05T10:00:00Z"},
        {"deleted_at": datetime(2024, 1, 5, 10)},  # noqa: DTZ001
    ),
    "fault_32": ({"order_name": "a\x00b"}, {"order_name": "a\ufffdb"}),
    "fault_33": (
        {"attributes": {"\x00": [{"deep": "\x00"}]}},
        {"attributes": {"\ufffd": [{"deep": "\ufffd"}]}},
    ),
    "fault_34": ({"order_name": "a\ud800b"}, {"order_name": "a\ufffdb"}),
    "fault_35": ({"order_name": "👩‍👩‍👧"}, {"order_name": "👩‍👩‍👧"}),
    "fault_36": (
        {"total_amount": "12345678901234567.89"},
        {"total_amount": "12345678901234567.89"},
    ),
    "fault_38": (
        {"currency": "KWD", "total_amount": "1.234", "tax_amount": "100"},
        {"currency": "KWD", "total_amount": "1.234", "tax_amount": "100"},
    ),
    "fault_39": (
        {"customer_id": "98765432109876543210", "contact_id": 9223372036854775807},
        {"customer_id": "98765432109876543210", "id_contact": "9223372036854775807"},
    ),
    "fault_40": ({"order_name": LONG}, {"order_name": LONG}),
    "fault_42": (
        {"created_at": "2025-03-09T02:30:00-05:00"},
        {"created_at": datetime(2025, 3, 9, 7, 30)},  # noqa: DTZ001
    ),
    "fault_44": ({"total_amount": "19.99"}, {"total_amount": "19.99"}),
    "fault_45": ({"order_name": "\t\\N \\. \r\n"}, {"order_name": "\t\\N \\. \r\n"}),
    "fault_46": ({"gift_note": "x", "order_name": "n"}, {"order_name": "n"}),
    "fault_47": ({"order_name": 7}, {"order_name": "7"}),
    "fault_48": ({"order_name": "7"}, {"order_name": "7"}),
    "fault_50": (
        {"attributes": {f"{X63}1": 1, f"{X63}2": 2}},
        {"attributes": {f"{X63}1": 1, f"{X63}2": 2}},
    ),
    "fault_51": (
        {"attributes": {'a"; drop table x; --': 1}},
        {"attributes": {'a"; drop table x; --': 1}},
    ),
}
REJECTED: dict[str, tuple[dict[str, Any], str]] = {
    "fault_36": ({"total_amount": 19.99}, "inexact_amount"),
    "fault_37": ({"total_amount": float("nan")}, "inexact_amount"),
    "fault_39": ({"items": [{"id": "1", "position": 1 << 63}]}, "not_an_integer"),
    "fault_41": ({"created_at": "2025-03-09T02:30:00"}, "impossible_time"),
    "fault_43": ({"created_at": "2024-02-30T00:00:00Z"}, "impossible_time"),
}


@pytest.fixture(scope="module")
def loaded(pipeline: Pipeline) -> Pipeline:
    """One order per fault; the same orders change again before a second load."""
    shop = Shop({"id": "s", "name": "S", "currency": "CAD", "time_zone": "UTC"})
    faults = {fault: fields for fault, (fields, _) in WRITTEN.items()}
    faults |= {f"rejected_{fault}": fields for fault, (fields, _) in REJECTED.items()}
    for order_id, fields in faults.items():
        order = {"id": order_id, "updated_at": "2024-01-05T10:00:00Z", "currency": "CAD"}
        shop.put("transactions", {**order, "items": [], "refunds": [], **fields})
    pipeline.sync(shop)
    # The lookback of a minute covers all orders, so the loader upserts each order twice.
    pipeline.sync(shop)
    return pipeline


@pytest.mark.parametrize("fault", WRITTEN)
def test_value_arrives_with_its_meaning(loaded: Pipeline, fault: str) -> None:
    _, expected = WRITTEN[fault]
    columns = ", ".join(f'"{name}"' for name in expected)

    [row] = loaded.rows(
        f"select {columns} from ecommerce_raw.transactions where transaction_id = '{fault}'"
    )

    assert row == tuple(expected.values())


@pytest.mark.parametrize("fault", REJECTED)
def test_invalid_record_is_in_rejected_records(loaded: Pipeline, fault: str) -> None:
    _, reason = REJECTED[fault]

    assert loaded.rows(
        "select reason_code from ecommerce_raw.rejected_records"
        f" where payload like '%\"rejected_{fault}\"%'"
    ) == [(reason,)]
    assert loaded.rows(
        "select count(*) from ecommerce_raw.transactions"
        f" where transaction_id = 'rejected_{fault}'"
    ) == [(0,)]


def test_no_other_record_is_loaded(loaded: Pipeline) -> None:
    assert loaded.rows(
        "select (select count(*) from ecommerce_raw.transactions),"
        " (select count(*) from ecommerce_raw.rejected_records)"
    ) == [(len(WRITTEN), len(REJECTED))]
