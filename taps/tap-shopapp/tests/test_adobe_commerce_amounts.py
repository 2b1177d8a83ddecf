"""Adobe Commerce: amounts of orders and credit memos, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from adobe_commerce_reader import amounts, lines_of, output
from sales_events import paid_back, short
from shop_fakes.adobe_commerce_rows import credit_memo, credit_memo_line, line, order

if TYPE_CHECKING:
    from collections.abc import Mapping


LATER = "2026-03-02 09:30:00"


def test_compensation_amounts_take_the_tax_out_of_discounts() -> None:
    """Prices with 20 % tax: goods 120, discount 12 of it, shipping 6 with a discount of 1.20.

    Before tax: subtotal 100, discount 13.20 / 1.2 = 11 (goods 10, shipping 1), shipping 5.
    Tax: (100 − 10) × 20 % + (5 − 1) × 20 % = 18 + 0.80 = 18.80.
    Total: 100 − 13.20 + 5 + 18.80 + 2 + 0.20 = 112.80 = 120 − 12 + 6 − 1.20.
    """
    rows = [
        line(
            1,
            price=100,
            discount_amount=12,
            tax_amount=18,
            discount_tax_compensation_amount=2,
        )
    ]

    page = output(
        order(
            1,
            rows,
            subtotal=100,
            discount_amount=-13.2,
            shipping_amount=5,
            shipping_tax_amount=0.8,
            tax_amount=18.8,
            discount_tax_compensation_amount=2,
            shipping_discount_tax_compensation_amount=0.2,
            base_shipping_discount_tax_compensation_amnt=0.2,
            grand_total=112.8,
        )
    )

    [record] = page.records
    for side in ("", "shop_"):
        its = amounts(record, side)
        assert (its["gross"], its["discount"], its["shipping"]) == ("100", "11", "5")
        assert (its["tax"], its["adjustment"], its["total"]) == ("18.8", "0", "112.8")
    assert lines_of(page, "discount_amount") == [("10",)]


def test_tenders_are_added_back_to_the_total() -> None:
    """Goods 10 + tax 2 = 12, paid with 3 of store credit, 4 of gift cards, 1 of points."""
    extensions = {
        "customer_balance_amount": 3,
        "base_customer_balance_amount": 3,
        "gift_cards_amount": 4,
        "base_gift_cards_amount": 4,
        "reward_currency_amount": 1,
        "base_reward_currency_amount": 1,
    }

    page = output(order(1, grand_total=4, extension_attributes=extensions))

    [record] = page.records
    for side in ("", "shop_"):
        its = amounts(record, side)
        assert (its["total"], its["adjustment"], its["discount"]) == ("12", "0", "0")


def test_credit_memo_paid_back_as_store_credit_is_its_whole_value() -> None:
    memo = credit_memo(
        items=[credit_memo_line(1, tax_amount=2)],
        subtotal=10,
        tax_amount=2,
        grand_total=9,
        extension_attributes={"gift_cards_amount": 3, "base_gift_cards_amount": 3},
    )
    tenders = {"gift_cards_amount": 3, "base_gift_cards_amount": 3}

    page = output(order(1, grand_total=9, total_refunded=9, extension_attributes=tenders), memo)

    [record] = page.records
    assert (record["total_amount"], record["refunded_amount"]) == ("12", "12")
    assert short(page.embedded["sales_events"]) == [
        ("return", "1", "-1", "-10", "0", "-2", "stated")
    ]


def test_gift_wrapping_custom_fees_and_fixed_taxes_are_fees() -> None:
    """Goods 10 + tax 2, wrapping 3 + tax 0.60, a fee of 1, a fixed tax of 0.50: 17.10."""
    extensions = {
        "gw_price": "2.0000",
        "gw_items_price": "1.0000",
        "gw_tax_amount": "0.4000",
        "gw_items_tax_amount": "0.2000",
        "gw_base_price": "2.0000",
        "gw_items_base_price": "1.0000",
        "gw_base_tax_amount": "0.4000",
        "gw_items_base_tax_amount": "0.2000",
        "custom_fees": [{"custom_fee_amount": 1, "base_custom_fee_amount": 1}],
    }
    rows = [line(1, weee_tax_applied_row_amount=0.5, base_weee_tax_applied_row_amnt=0.5)]

    page = output(
        order(1, rows, tax_amount=2.6, grand_total=17.1, extension_attributes=extensions)
    )

    [record] = page.records
    for side in ("", "shop_"):
        its = amounts(record, side)
        assert (its["gross"], its["fee"], its["fee_tax"]) == ("10", "4.5", "0.6")
        assert (its["tax"], its["adjustment"], its["total"]) == ("2.6", "0", "17.1")


def test_fixed_tax_inside_the_subtotal_is_taken_out_of_it() -> None:
    rows = [line(1, weee_tax_applied_row_amount=0.5, base_weee_tax_applied_row_amnt=0.5)]

    page = output(order(1, rows, subtotal=10.5, tax_amount=2, grand_total=12.5))

    its = amounts(page.records[0])
    assert (its["gross"], its["fee"], its["adjustment"]) == ("10", "0.5", "0")


def test_refund_with_discount_shipping_and_fee_names_each_part() -> None:
    """Goods 20 − 2 + 3.60, shipping 5 − 1 + 0.80, wrapping 3 + 0.60 = 30."""
    goods: dict[str, Any] = {
        "subtotal": 20,
        "discount_amount": -3,
        "tax_amount": 5,
        "grand_total": 30,
    }
    shipping: dict[str, Any] = {"shipping_amount": 5, "shipping_tax_amount": 0.8}
    wrapping = {
        "gw_price": "3.0000",
        "gw_tax_amount": "0.6000",
        "gw_base_price": "3.0000",
        "gw_base_tax_amount": "0.6000",
    }
    memo = credit_memo(
        items=[credit_memo_line(1, qty=2, discount_amount=2, tax_amount=3.6)],
        created_at=LATER,
        extension_attributes=wrapping,
        **goods,
        **shipping,
    )
    rows = [line(1, qty_ordered=2, discount_amount=2)]
    whole = order(
        1, rows, total_refunded=30, extension_attributes=wrapping, **goods, **shipping
    )

    events = output(whole, memo).embedded["sales_events"]

    assert short(events) == [
        ("fee_refund", None, None, "-3", "0", "-0.6", "stated"),
        ("return", "1", "-2", "-20", "-2", "-3.6", "stated"),
        # The discount on shipping is part of the order's discount.
        ("return", None, None, "0", "-1", "0", "stated"),
        ("shipping_refund", None, None, "-5", "0", "-0.8", "stated"),
    ]
    assert paid_back(events) == Decimal(-30)
    assert {event["occurred_at"] for event in events} == {"2026-03-02T09:30:00.000000Z"}


def test_credit_memo_of_a_bundle_counts_its_parts_once() -> None:
    bundle = line(1, product_type="bundle", price=30, tax_amount=6)
    parts = [line(2, parent_item_id=1, price=10), line(3, parent_item_id=1, price=20)]
    memo = credit_memo(
        items=[
            credit_memo_line(1, price=30, tax_amount=6),
            credit_memo_line(2, price=10, tax_amount=2),
            credit_memo_line(3, price=20, tax_amount=4),
        ],
        subtotal=30,
        tax_amount=6,
        grand_total=36,
    )

    page = output(
        order(
            1,
            [bundle, *parts],
            subtotal=30,
            tax_amount=6,
            grand_total=36,
            total_refunded=36,
            state="closed",
        ),
        memo,
    )

    assert short(page.embedded["sales_events"]) == [
        ("return", "2", "-1", "-10", "0", "-2", "stated"),
        ("return", "3", "-1", "-20", "0", "-4", "stated"),
    ]
    assert page.records[0]["refunded_amount"] == "36"


@pytest.mark.parametrize(("state", "amount_refunded"), [(1, "0"), (2, "12"), (3, "0")])
def test_only_refunded_credit_memos_count(state: int, amount_refunded: str) -> None:
    memo = credit_memo(
        items=[credit_memo_line(1, tax_amount=2)],
        subtotal=10,
        tax_amount=2,
        grand_total=12,
        state=state,
    )

    page = output(order(1), memo)

    assert page.records[0]["refunded_amount"] == amount_refunded
    assert len(page.embedded["refunds"]) == (state == 2)


def test_refunded_money_without_a_credit_memo_is_split() -> None:
    """The order says 6 of 12 were refunded: half of the goods, and half of their tax."""
    page = output(order(1, total_refunded=6))

    assert page.records[0]["refunded_amount"] == "6"
    assert page.embedded["refunds"] == []
    events = page.embedded["sales_events"]
    assert short(events) == [("return", None, None, "-5", "0", "-1", "derived")]
    assert paid_back(events) == Decimal(-6)


def test_partly_cancelled_order_has_what_was_invoiced() -> None:
    """Three pieces of 10 with tax 2 each and shipping 6: two were invoiced, one cancelled.

    Owed: 20 + 6 + 4 + 1.20 = 31.20. The order still says 30, 7.20 and 43.20.
    """
    rows = [
        line(
            1,
            price=10,
            qty_ordered=3,
            qty_invoiced=2,
            qty_canceled=1,
            tax_amount=6,
            tax_invoiced=4,
            base_tax_invoiced=4,
        )
    ]
    invoiced: Mapping[str, Any] = {
        f"{side}{name}": value
        for side in ("", "base_")
        for name, value in {
            "subtotal_invoiced": 20,
            "shipping_invoiced": 6,
            "tax_invoiced": 5.2,
            "total_invoiced": 31.2,
        }.items()
    }

    page = output(
        order(
            1,
            rows,
            state="complete",
            subtotal=30,
            shipping_amount=6,
            shipping_tax_amount=1.2,
            tax_amount=7.2,
            grand_total=43.2,
            total_paid=31.2,
            total_canceled=12,
            **invoiced,
        )
    )

    [record] = page.records
    for side in ("", "shop_"):
        its = amounts(record, side)
        assert (its["gross"], its["shipping"], its["tax"]) == ("20", "6", "5.2")
        assert (its["total"], its["adjustment"]) == ("31.2", "0")
    assert lines_of(page, "quantity", "line_gross_amount", "tax_amount", "status") == [
        ("2", "20", "4", "sold")
    ]
    assert record["financial_status"] == "paid"


def test_base_currency_of_a_website_may_differ_from_the_global_one() -> None:
    raw = order(1, base_currency_code="PLN", global_currency_code="EUR", rate=0.25)

    [record] = output(raw).records

    assert (record["currency"], record["shop_currency"]) == ("EUR", "PLN")
    assert (record["total_amount"], record["shop_total_amount"]) == ("12", "48")
