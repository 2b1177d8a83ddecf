"""Sales events of WooCommerce: recorded answers of two shops, and orders for single rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sales_events import paid_back, short
from shop_fakes.measured import read_measured
from shop_fakes.woocommerce_rows import line, meta, order, times
from tap_shopapp.applications.woocommerce.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import add

Row = dict[str, Any]
MEASURED = "woocommerce-live"
REFUNDED_AT = "2026-03-06T10:00:00"


def output(raw: Row, *refunds: Row) -> tuple[Row, list[Row]]:
    """Return an order and its events in the form of the contract."""
    page = Page()
    normalize = normalize_order({each["id"]: each for each in refunds})
    add("transactions", normalize(raw), page)
    [record] = page.records
    assert record["sales_event_count"] == len(page.embedded["sales_events"])
    return record, page.embedded["sales_events"]


@pytest.fixture(scope="module")
def measured() -> dict[int, tuple[Row, list[Row]]]:
    """The recorded orders with refunds, by id."""
    refunds = read_measured(MEASURED, "refunds-of-them")["body"]
    orders = read_measured(MEASURED, "orders-with-refunds")["body"]
    return {each["id"]: output(each, *refunds) for each in orders}


def test_events_of_each_recorded_order_sum_to_its_refunds(
    measured: dict[int, tuple[Row, list[Row]]],
) -> None:
    raw = read_measured(MEASURED, "orders-with-refunds")["body"]
    refunded = {
        each["id"]: sum((Decimal(its["total"]) for its in each["refunds"]), Decimal(0))
        for each in raw
    }

    assert len(refunded) == 12
    assert {key: paid_back(found) for key, (_, found) in measured.items()} == refunded


def test_recorded_refund_of_a_line_names_it_without_units(
    measured: dict[int, tuple[Row, list[Row]]],
) -> None:
    """Refund 210 of 79.42: half of line 665, as an amount without a quantity."""
    _, found = measured[207]

    assert short(found) == [("return", "665", "0", "-66.74", "0", "-12.68", "stated")]
    assert found[0]["occurred_at"] == "2025-12-31T16:33:35.000000Z"


def test_recorded_full_refund_without_lines_is_split(
    measured: dict[int, tuple[Row, list[Row]]],
) -> None:
    """Order 287: 126.65 with 19.60 tax, and shipping of 12.76 with 1.97 tax."""
    assert short(measured[287][1]) == [
        ("return", None, None, "-126.65", "0", "-19.6", "derived"),
        ("shipping_refund", None, None, "-12.76", "0", "-1.97", "derived"),
    ]


def test_recorded_full_refund_of_a_rounded_total_leaves_no_goods(
    measured: dict[int, tuple[Row, list[Row]]],
) -> None:
    """Refund 265 is 489.136; the API rounds the total of its order to 489.14.

    Lines of 143.30 + 275.30 = 418.60, shipping 4.99 with 0.773 tax, and 65.55 tax in all.
    """
    assert short(measured[260][1]) == [
        ("adjustment", None, None, "0.004", "0", "0", "derived"),
        ("return", None, None, "-418.6", "0", "-64.777", "derived"),
        ("shipping_refund", None, None, "-4.99", "0", "-0.773", "derived"),
    ]


def charged(**changed: Any) -> Row:
    """Return an order: 20.00 of goods, 5.00 shipping, a fee of 2.00, each with 10 % tax."""
    plain = {
        "shipping_total": "5.00",
        "shipping_tax": "0.50",
        "total_tax": "2.70",
        "total": "29.70",
        "line_items": [line(total_tax="2.00")],
        "fee_lines": [{"id": 2, "total": "2.00", "total_tax": "0.20"}],
    }
    return order(1, **(plain | changed))


def stub(total: str, tax: str = "0.00") -> Row:
    """Return a refund as its order names it."""
    return {"id": 9, "reason": "", "total": total, "total_tax": tax}


def refund(**parts: list[Row]) -> Row:
    return {"id": 9, "parent_id": 1, **times(date_created=REFUNDED_AT), **parts}


def test_refund_of_units_shipping_and_fee_states_each_part() -> None:
    """One of two pieces with 1.00 tax, all shipping, and half of the fee."""
    raw = charged(refunds=[stub("-17.60", "-1.60")])
    its_line = {"quantity": -1, "total": "-10.00", "total_tax": "-1.00"}
    found = output(
        raw,
        refund(
            line_items=[its_line | {"meta_data": meta(_refunded_item_id="1")}],
            shipping_lines=[{"total": "-5.00", "total_tax": "-0.50"}],
            fee_lines=[{"total": "-1.00", "total_tax": "-0.10"}],
        ),
    )[1]

    assert short(found) == [
        ("fee_refund", None, None, "-1", "0", "-0.1", "stated"),
        ("return", "1", "-1", "-10", "0", "-1", "stated"),
        ("shipping_refund", None, None, "-5", "0", "-0.5", "stated"),
    ]


def test_tax_that_the_order_states_of_a_refund_is_kept() -> None:
    """The refund was deleted while it was read: only its total and its tax are known.

    10.00 before tax over 20.00, 5.00 and 2.00; 1.35 tax over 2.00, 0.50 and 0.20.
    """
    found = output(charged(refunds=[stub("-11.35", "-1.35")]))[1]

    assert short(found) == [
        ("fee_refund", None, None, "-0.74", "0", "-0.1", "derived"),
        ("return", None, None, "-7.41", "0", "-1", "derived"),
        ("shipping_refund", None, None, "-1.85", "0", "-0.25", "derived"),
    ]
    assert found[0]["occurred_at"] is None


def test_line_without_an_order_line_is_a_return_of_the_order() -> None:
    raw = charged(refunds=[stub("-10.00")])
    part = {"quantity": 0, "total": "-10.00", "total_tax": "0.00", "meta_data": []}

    assert short(output(raw, refund(line_items=[part]))[1]) == [
        ("return", None, "0", "-10", "0", "0", "stated"),
    ]


def test_removed_line_of_an_edited_order_is_no_event() -> None:
    """WooCommerce deletes the line of an edit, so the order does not contain it any more."""
    assert output(charged(line_items=[line(3, total_tax="2.00")]))[1] == []


def test_exchange_is_a_refund_of_one_line_in_an_order_with_the_other() -> None:
    """Staff add line 2 to the order and refund line 1: 22.00 each."""
    raw = charged(
        line_items=[line(1, total_tax="2.00"), line(2, total_tax="2.00")],
        total="51.70",
        total_tax="4.70",
        refunds=[stub("-22.00", "-2.00")],
    )
    part = {"quantity": -2, "total": "-20.00", "total_tax": "-2.00"}
    its_line = part | {"meta_data": meta(_refunded_item_id="1")}

    assert short(output(raw, refund(line_items=[its_line]))[1]) == [
        ("return", "1", "-2", "-20", "0", "-2", "stated"),
    ]


def test_cancelled_order_has_the_time_of_cancellation_and_no_event() -> None:
    record, found = output(charged(status="cancelled"))

    assert found == []
    assert record["cancelled_at"] == "2026-03-01T12:00:00.000000Z"


def test_gift_cards_are_unknown() -> None:
    page = Page()
    add("transactions", normalize_order({})(charged()), page)

    assert [item["is_gift_card"] for item in page.embedded["items"]] == [None]


@pytest.mark.parametrize(
    ("fields", "parent"),
    [
        ({}, None),
        ({"parent_id": 7}, "7"),
        ({"meta_data": meta(_subscription_renewal=8)}, "8"),
        ({"meta_data": meta(_subscription_renewal="8")}, "8"),
    ],
)
def test_renewal_names_its_subscription(fields: Row, parent: str | None) -> None:
    assert output(charged(**fields))[0]["parent_transaction_id"] == parent


def test_date_of_payment_is_the_time_of_payment() -> None:
    paid = times(date_paid="2026-03-02T09:00:00")

    assert output(charged(**paid))[0]["paid_at"] == "2026-03-02T09:00:00.000000Z"
    assert output(charged())[0]["paid_at"] is None
