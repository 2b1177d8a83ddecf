"""The oracle of the sales ledger, compared with examples that were worked out by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sales_conversion import reporting_amounts
from sales_oracle import (
    Entry,
    Rules,
    converted,
    entries,
    entry_day,
    figures,
    is_counted,
    line_discounts,
    order_day,
    rounded,
)

Record = dict[str, Any]
ZONE = "America/Toronto"
AMOUNTS = ("gross", "discount", "shipping", "tax", "fee", "tip", "duty")


def order(**fields: str | bool | None) -> Record:
    """Return an order that was placed at 22:00 in Toronto on 1 March 2026."""
    return {
        **{f"{name}_amount": "0" for name in (*AMOUNTS, "total")},
        "created_at": "2026-03-02T03:00:00.000000Z",
        "processed_at": None,
        "paid_at": None,
        "cancelled_at": None,
        "deleted_at": None,
        "is_test": False,
        "financial_status": "paid",
        **fields,
    }


def line(name: str, price: str, quantity: str = "1", **fields: str | bool) -> Record:
    """Return a line."""
    return {
        "item_id": name,
        "quantity": quantity,
        "unit_price_amount": price,
        "line_gross_amount": None,
        "discount_amount": None,
        "tax_amount": "0",
        "is_gift_card": False,
        **fields,
    }


def event(name: str, kind: str, goods: str, item: str | None = None, **fields: str) -> Record:
    """Return a sales event of noon in Toronto on 10 March 2026."""
    return {
        "event_id": name,
        "item_id": item,
        "kind": kind,
        "occurred_at": "2026-03-10T16:00:00.000000Z",
        "quantity": None,
        "goods_amount": goods,
        "discount_amount": None,
        "tax_amount": None,
        **fields,
    }


def amounts(found: list[Entry]) -> list[tuple[str | None, str, str | None, str]]:
    """Return line, event, source and amount of each row, in any order."""
    return sorted(
        ((e.item_id, e.event, e.source, str(float(e.amount))) for e in found), key=str
    )


def shown(found: list[Entry], rules: Rules | None = None) -> dict[str, str]:
    """Return the figures that are not zero."""
    sums = figures(found, rules or Rules())
    return {
        name.removesuffix("_amount"): str(float(amount))
        for name, amount in sums.items()
        if amount
    }


def test_exchange_for_equal_price_leaves_net_of_one_piece() -> None:
    # Bought for 100, exchanged on 10 March for another product of 100. The order's lines are
    # everything ever sold: 200 gross. The placement is 200 − 100 = 100.
    sold = order(gross_amount="200", total_amount="200")
    found = entries(
        sold,
        [line("a", "100"), line("b", "100")],
        [
            event("e1", "return", "-100", "a", quantity="-1"),
            event("e2", "addition", "100", "b", quantity="1"),
        ],
        Rules(),
    )

    assert amounts(found) == [
        ("a", "return", "e1", "-100.0"),
        ("a", "sale", None, "100.0"),
        ("b", "sale", "e2", "100.0"),
    ]
    # 200 − 100 = 100; on the day of the exchange +100 − 100 = 0.
    assert shown(found) == {
        "gross": "200.0",
        "return": "100.0",
        "net": "100.0",
        "total": "100.0",
    }
    days = {
        day: sum(e.amount for e in found if entry_day(e, sold, ZONE, Rules()) == day)
        for day in (date(2026, 3, 1), date(2026, 3, 10))
    }
    assert days == {date(2026, 3, 1): 100, date(2026, 3, 10): 0}


def test_unit_removed_before_payment_is_a_return_net_of_its_discount() -> None:
    # 3 pieces of 30 with a discount of 9 and tax of 8.10. One is removed by an edit:
    # 30 − 3 = 27 before tax, 2.70 tax. Left are 90 − 9 − 27 = 54, and 8.10 − 2.70 = 5.40 tax.
    found = entries(
        order(
            gross_amount="90",
            discount_amount="9",
            tax_amount="8.10",
            total_amount="89.10",
            financial_status="pending",
        ),
        [line("a", "30", "3", discount_amount="9", tax_amount="8.10")],
        [
            event(
                "e",
                "removal",
                "-30",
                "a",
                quantity="-1",
                discount_amount="-3",
                tax_amount="-2.70",
            )
        ],
        Rules(),
    )

    assert amounts(found) == [
        ("a", "discount", None, "-9.0"),
        ("a", "return", "e", "-27.0"),
        ("a", "sale", None, "90.0"),
        ("a", "tax", None, "8.1"),
        ("a", "tax_refund", "e", "-2.7"),
    ]
    assert shown(found) == {
        "gross": "90.0",
        "discount": "9.0",
        "return": "27.0",
        "net": "54.0",
        "tax": "5.4",
        "total": "59.4",
    }
    assert sum(e.quantity for e in found if e.quantity) == 2


def test_full_refund_without_lines_leaves_nothing() -> None:
    # 100 goods with 15 tax, 10 shipping with 1.50 tax: 126.50. The refund of 126.50 is split
    # into what was left: 100 and 15, 10 and 1.50.
    found = entries(
        order(
            gross_amount="100", shipping_amount="10", tax_amount="16.50", total_amount="126.50"
        ),
        [line("a", "100", tax_amount="15")],
        [
            event("r:return", "return", "-100", tax_amount="-15"),
            event("r:shipping", "shipping_refund", "-10", tax_amount="-1.50"),
        ],
        Rules(),
    )

    assert amounts(found) == [
        ("a", "sale", None, "100.0"),
        ("a", "tax", None, "15.0"),
        (None, "return", "r:return", "-100.0"),
        (None, "shipping", None, "10.0"),
        (None, "shipping_refund", "r:shipping", "-10.0"),
        (None, "tax", None, "1.5"),
        (None, "tax_refund", "r:return", "-15.0"),
        (None, "tax_refund", "r:shipping", "-1.5"),
    ]
    assert shown(found) == {"gross": "100.0", "return": "100.0"}


def test_gift_card_is_in_no_sales_figure() -> None:
    # A gift card of 50 and goods of 20 with tax 2: total 72. Half of the card is returned.
    found = entries(
        order(gross_amount="70", tax_amount="2", total_amount="72"),
        [line("card", "50", is_gift_card=True), line("a", "20", tax_amount="2")],
        [event("e", "return", "-25", "card")],
        Rules(),
    )

    assert amounts(found) == [
        ("a", "sale", None, "20.0"),
        ("a", "tax", None, "2.0"),
        ("card", "gift_card_sale", "e", "-25.0"),
        ("card", "gift_card_sale", None, "50.0"),
    ]
    assert shown(found) == {
        "gross": "20.0",
        "net": "20.0",
        "tax": "2.0",
        "total": "22.0",
        "gift_card": "25.0",
    }


def test_cancelled_unpaid_order_is_taken_back_on_the_day_of_cancellation() -> None:
    # 40 goods with tax 4, 5 shipping, a fee of 1, a tip of 2 and 0.01 rounding: 52.01.
    # A partial refund of 10 for no line was made before.
    sold = order(
        gross_amount="40",
        shipping_amount="5",
        tax_amount="4",
        fee_amount="1",
        tip_amount="2",
        total_amount="52.01",
        cancelled_at="2026-03-20T12:00:00.000000Z",
        financial_status="pending",
    )
    found = entries(
        sold,
        [line("a", "40", tax_amount="4")],
        [event("r", "return", "-10")],
        Rules(),
    )

    assert amounts([e for e in found if e.source == "cancelled"]) == [
        ("a", "return", "cancelled", "-40.0"),
        ("a", "tax_refund", "cancelled", "-4.0"),
        # The refund of 10 was for goods that are now taken back: + 10, − 0.01 rounding.
        (None, "fee_refund", "cancelled", "-1.0"),
        (None, "return", "cancelled", "9.99"),
        (None, "shipping_refund", "cancelled", "-5.0"),
        (None, "tip_refund", "cancelled", "-2.0"),
    ]
    assert shown(found) == {"gross": "40.0", "return": "40.01", "rounding": "0.01"}
    cancelled = next(e for e in found if e.source == "cancelled")
    assert entry_day(cancelled, sold, ZONE, Rules()) == date(2026, 3, 20)
    assert is_counted(sold, Rules())
    assert not is_counted(sold, Rules(cancelled_as="void"))


def test_shipping_that_was_added_later_leaves_the_placement() -> None:
    # Shipping 12 with 2 tax: 5 with 1 tax were added on 10 March.
    found = entries(
        order(gross_amount="10", shipping_amount="12", tax_amount="2", total_amount="24"),
        [line("a", "10")],
        [event("e", "shipping", "5", tax_amount="1")],
        Rules(),
    )

    assert amounts(found) == [
        ("a", "sale", None, "10.0"),
        (None, "shipping", "e", "5.0"),
        (None, "shipping", None, "7.0"),
        (None, "tax", "e", "1.0"),
        (None, "tax", None, "1.0"),
    ]


def test_changed_price_moves_the_difference_to_the_day_of_the_edit() -> None:
    # Sold for 100 with 13 tax. On 10 March the price becomes 90 with 11.70 tax, and a discount
    # of 5 is added. The line has 90, 5 and 11.70; the placement was 100, 0 and 13.
    found = entries(
        order(gross_amount="90", discount_amount="5", tax_amount="11.70", total_amount="96.70"),
        [line("a", "90", discount_amount="5", tax_amount="11.70")],
        [
            event(
                "e",
                "price_change",
                "-10",
                "a",
                quantity="0",
                discount_amount="5",
                tax_amount="-1.30",
            )
        ],
        Rules(),
    )

    assert amounts(found) == [
        ("a", "discount", "e", "-5.0"),
        ("a", "sale", "e", "-10.0"),
        ("a", "sale", None, "100.0"),
        ("a", "tax", "e", "-1.3"),
        ("a", "tax", None, "13.0"),
    ]
    assert shown(found) == {
        "gross": "90.0",
        "discount": "5.0",
        "net": "85.0",
        "tax": "11.7",
        "total": "96.7",
    }


def test_fee_is_in_net_sales_only_where_the_report_has_it_there() -> None:
    # Goods 10, fee 3 with 0.60 tax, of which 1 with 0.20 tax was refunded.
    found = entries(
        order(gross_amount="10", fee_amount="3", tax_amount="0.60", total_amount="13.60"),
        [line("a", "10")],
        [event("e", "fee_refund", "-1", tax_amount="-0.20")],
        Rules(),
    )

    # Total 10 + (3 − 1) + (0.60 − 0.20) = 12.40 either way.
    rest = {"gross": "10.0", "fee": "2.0", "tax": "0.4", "total": "12.4"}
    assert shown(found) == {**rest, "net": "10.0"}
    assert shown(found, Rules(fees_in_net=True)) == {**rest, "net": "12.0"}


def test_returned_line_of_a_counter_sale_is_a_return() -> None:
    found = entries(
        order(gross_amount="-20", total_amount="-20"), [line("a", "20", "-1")], [], Rules()
    )

    assert amounts(found) == [("a", "return", None, "-20.0")]
    assert shown(found) == {"return": "20.0", "net": "-20.0", "total": "-20.0"}


def test_order_discount_is_shared_in_ten_decimals() -> None:
    # 10 discount on lines of 30 and 10; the first has 2 of its own. 8 are shared 28 : 10:
    # 8 × 28 / 38 = 5.89473684210…, 8 × 10 / 38 = 2.10526315789…
    found = line_discounts(
        order(discount_amount="10"), [line("a", "30", discount_amount="2"), line("b", "10")]
    )

    assert found == [Fraction("7.8947368421"), Fraction("2.1052631579")]


def test_returns_of_a_whole_line_sum_to_its_converted_amount() -> None:
    # Three pieces of 3.33 at a rate of 1.3. 9.99 is 12.987, but the line has 12.98 in the
    # tables, because another line has the cent. Returned: 3.33 is 4.329, 6.66 is 8.658, 9.99
    # is the whole line.
    found = entries(
        order(gross_amount="9.99", shipping_amount="1.25", total_amount="11.24"),
        [line("a", "3.33", "3")],
        [
            event("e1", "return", "-3.33", "a", quantity="-1"),
            event("e2", "return", "-3.33", "a", quantity="-1"),
            event("e3", "return", "-3.33", "a", quantity="-1"),
            event("e4", "shipping_refund", "-1.25"),
        ],
        Rules(),
    )
    table = {
        "originalRevenue": "9.99",
        "originalDiscount": "0",
        "originalTax": "0",
        "Revenue": "12.98",
        "Discount": "0",
        "Tax": "0",
    }

    assert reporting_amounts(found, [], Fraction("1.3"), {"a": table}) == {
        ("a", "sale", None): Fraction("12.98"),
        ("a", "return", "e1"): Fraction("-4.33"),
        ("a", "return", "e2"): Fraction("-4.33"),
        ("a", "return", "e3"): Fraction("-4.32"),
        # 1.25 is 1.625, half away from zero.
        (None, "shipping", None): Fraction("1.63"),
        (None, "shipping_refund", "e4"): Fraction("-1.63"),
    }


@pytest.mark.parametrize(
    ("amount", "right"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1", "1")]
)
def test_amount_is_rounded_half_away_from_zero(amount: str, right: str) -> None:
    assert rounded(Fraction(amount), 2) == Fraction(right)
    assert str(converted(Fraction(amount) / 3, Fraction(3))) == f"{float(right):.2f}"


def test_order_day_is_the_day_in_the_shops_time_zone() -> None:
    sold = order(paid_at="2026-03-04T12:00:00.000000Z")
    day = order_day(sold, ZONE, Rules())

    assert day == date(2026, 3, 1)
    assert order_day(sold, "Asia/Tokyo", Rules()) == date(2026, 3, 2)
    assert order_day(sold, "Asia/Tokyo", Rules(sale_day="paid")) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, True),
        ({"financial_status": "pending"}, True),
        ({"financial_status": "failed"}, False),
        ({"is_test": True}, False),
        ({"deleted_at": "2026-03-20T12:00:00.000000Z"}, False),
    ],
)
def test_order_counts_unless_void_deleted_or_test(fields: Record, *, counted: bool) -> None:
    assert is_counted(order(**fields), Rules()) is counted
