"""Sales events of Vendure: refunds, cancellations and modifications, worked out by hand.

A lamp costs 12.99 and 1.69 tax, a rug 49.01 and 6.37 tax; amounts of the API are in cents.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sales_events import paid_back, short
from shop_fakes.vendure_rows import line, modification, paid, refund, with_lines
from tap_shopapp.applications.vendure.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.money import minor_units
from tap_shopapp.records.normalize import add

Row = dict[str, Any]
POST = {"shipping": 500, "shippingWithTax": 600}
LAMP, RUG = (1299, 169), (4901, 637)


def goods(product: tuple[int, int], quantity: int, placed: int) -> Row:
    """Return a line with price and tax of a unit, current and ordered quantity."""
    unit, tax = product
    return line(quantity, unit, tax, quantity * unit, orderPlacedQuantity=placed)


def output(raw: Row) -> tuple[Row, list[Row]]:
    """Return an order and its events in the form of the contract."""
    page = Page()
    add("transactions", normalize_order(raw, minor_units(2)), page)
    [record] = page.records
    assert record["sales_event_count"] == len(page.embedded["sales_events"])
    return record, page.embedded["sales_events"]


def test_refund_of_a_line_returns_its_units() -> None:
    """Two lamps of 14.68 and shipping of 6.00; one lamp came back."""
    record, found = output(
        with_lines(
            goods(LAMP, 2, 2),
            payments=paid(3536, refund(1468, _0=1)),
            total=3098,
            totalWithTax=3536,
            **POST,
        )
    )

    assert short(found) == [("return", "0", "-1", "-12.99", "0", "-1.69", "stated")]
    assert found[0]["occurred_at"] == "2026-03-06T10:00:00.000000Z"
    assert record["paid_at"] == "2026-03-05T10:00:00.000000Z"


def test_refund_above_its_lines_takes_the_rest_from_the_order() -> None:
    """20.68 for a lamp of 14.68: 6.00 more, over what is left: 12.99, 1.69, 5.00 and 1.00.

    Running totals of 6.00 × 12.99, 14.68, 19.68 and 20.68 / 20.68: 3.77, 4.26, 5.71 and 6.00.
    """
    found = output(
        with_lines(
            goods(LAMP, 2, 2),
            payments=paid(3536, refund(2068, _0=1)),
            total=3098,
            totalWithTax=3536,
            **POST,
        )
    )[1]

    assert short(found) == [
        ("return", "0", "-1", "-12.99", "0", "-1.69", "stated"),
        ("return", None, None, "-3.77", "0", "-0.49", "derived"),
        ("shipping_refund", None, None, "-1.45", "0", "-0.29", "derived"),
    ]
    assert paid_back(found) == Decimal("-20.68")


def test_refund_of_an_amount_is_split_over_the_order() -> None:
    """All of 14.68 and 6.00."""
    found = output(
        with_lines(
            goods(LAMP, 1, 1),
            payments=paid(2068, refund(2068)),
            total=1799,
            totalWithTax=2068,
            **POST,
        )
    )[1]

    assert short(found) == [
        ("return", None, None, "-12.99", "0", "-1.69", "derived"),
        ("shipping_refund", None, None, "-5", "0", "-1", "derived"),
    ]


def test_cancelled_units_that_were_refunded_are_a_removal() -> None:
    """A lamp and a rug; the rug was cancelled and refunded by its line."""
    found = output(
        with_lines(
            goods(LAMP, 1, 1),
            goods(RUG, 0, 1),
            payments=paid(7006, refund(5538, _1=1)),
            total=1299,
            totalWithTax=1468,
        )
    )[1]

    assert short(found) == [("removal", "1", "-1", "-49.01", "0", "-6.37", "stated")]


def test_cancelled_units_that_are_not_refunded_yet_are_a_removal() -> None:
    found = output(
        with_lines(
            goods(LAMP, 1, 1),
            goods(RUG, 0, 1),
            payments=paid(7006),
            total=1299,
            totalWithTax=1468,
        )
    )[1]

    assert short(found) == [("removal", "1", "-1", "-49.01", "0", "-6.37", "stated")]
    assert found[0]["occurred_at"] is None


def test_cancelled_units_belong_to_a_refund_without_lines_that_covers_them() -> None:
    found = output(
        with_lines(
            goods(LAMP, 1, 1),
            goods(RUG, 0, 1),
            payments=paid(7006, refund(5538)),
            total=1299,
            totalWithTax=1468,
        )
    )[1]

    assert short(found) == [("removal", "1", "-1", "-49.01", "0", "-6.37", "stated")]
    assert found[0]["occurred_at"] == "2026-03-06T10:00:00.000000Z"


def test_cancelled_unpaid_order_has_no_event() -> None:
    """Its lines and amounts are 0, and `cancelled_at` states when."""
    record, found = output(
        with_lines(goods(LAMP, 0, 1), state="Cancelled", payments=[], total=0, totalWithTax=0)
    )

    assert found == []
    assert record["cancelled_at"] is not None


def test_edit_that_removes_a_line_leaves_neither_line_nor_event() -> None:
    """A modification took out the rug, and its refund belongs to the lower total."""
    removed = refund(5538, _1=1)
    record, found = output(
        with_lines(
            goods(LAMP, 1, 1),
            goods(RUG, 0, 1),
            payments=paid(7006, removed),
            modifications=[modification(-5538, removed, _1=-1)],
            total=1299,
            totalWithTax=1468,
        )
    )

    assert found == []
    assert (record["gross_amount"], record["refunded_amount"]) == ("12.99", "0.00")


def test_exchange_by_a_modification_adds_the_new_line() -> None:
    """A lamp was replaced by a rug, and the buyer paid 40.70 more."""
    _, found = output(
        with_lines(
            goods(LAMP, 0, 1),
            goods(RUG, 1, 0),
            payments=paid(5538),
            modifications=[modification(4070, _0=-1, _1=1)],
            total=4901,
            totalWithTax=5538,
        )
    )

    assert short(found) == [("addition", "1", "1", "49.01", "0", "6.37", "stated")]
    assert found[0]["occurred_at"] == "2026-03-06T09:00:00.000000Z"


def test_gift_cards_are_unknown() -> None:
    page = Page()
    raw = with_lines(goods(LAMP, 1, 1), payments=paid(1468), total=1299, totalWithTax=1468)
    add("transactions", normalize_order(raw, minor_units(2)), page)

    assert [item["is_gift_card"] for item in page.embedded["items"]] == [None]
