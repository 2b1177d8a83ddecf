"""Adobe Commerce: rules of lines, amounts, credit memos and statuses, one order for each."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from adobe_commerce_reader import amounts, output
from sales_events import paid_back, short
from shop_fakes.adobe_commerce_rows import credit_memo, credit_memo_line, line, order
from tap_shopapp.applications.adobe_commerce.values import amount
from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.pages import Page

LATER = "2026-03-02 09:30:00"


def lines_of(page: Page, *names: str) -> list[tuple[Any, ...]]:
    """Return fields of each line."""
    return [tuple(item[name] for name in names) for item in page.embedded["items"]]


def test_row_total_is_never_read() -> None:
    """2.4.8 lost the quantity in it, and before it was after discount."""
    rows = [line(1, price=10, qty_ordered=3, discount_amount=3, row_total=7)]

    page = output(order(1, rows, subtotal=30, discount_amount=-3, tax_amount=5.4))

    assert lines_of(page, "line_gross_amount", "discount_amount") == [("30", "3")]
    assert page.records[0]["gross_amount"] == "30"


@pytest.mark.parametrize(
    ("subtotal", "first", "second"),
    [
        (25.01, "5", "20.01"),  # the cent goes to the largest line
        (24.99, "5", "19.99"),
        (25, "5", "20"),
        (27, "5", "20"),  # more than a cent for each of three units: not rounding
    ],
)
def test_rounding_cent_goes_to_the_largest_line(
    subtotal: float, first: str, second: str
) -> None:
    rows = [line(1, price=5), line(2, price=10, qty_ordered=2)]

    page = output(order(1, rows, subtotal=subtotal, tax_amount=5, grand_total=subtotal + 5))

    assert lines_of(page, "line_gross_amount") == [(first,), (second,)]
    [record] = page.records
    gross = Decimal(first) + Decimal(second)
    assert Decimal(record["gross_amount"]) == gross
    # What rounding does not explain is left as an adjustment.
    assert Decimal(record["adjustment_amount"]) == Decimal(str(subtotal)) - gross


def test_configurable_product_keeps_its_row_with_the_variant() -> None:
    parent = line(1, product_type="configurable", product_id=70, sku="JK-Blue", price=80)
    child = line(2, parent_item_id=1, product_id=71, sku="JK-Blue", price=0, tax_amount=0)

    page = output(order(1, [parent, child], subtotal=80, tax_amount=16, grand_total=96))

    assert lines_of(page, "item_id", "product_id", "variant_id", "sku") == [
        ("1", "70", "71", "JK-Blue")
    ]


def test_dynamic_bundle_is_counted_once() -> None:
    """Measured: parent 68.96 + tax 13.79, and children 50 + 18.96 with taxes 10 + 3.79."""
    bundle = line(1, product_type="bundle", price=68.96, tax_amount=13.79)
    parts = [
        line(2, parent_item_id=1, price=25, qty_ordered=2, tax_amount=10),
        line(3, parent_item_id=1, price=18.96, tax_amount=3.79),
    ]

    page = output(
        order(1, [bundle, *parts], subtotal=68.96, tax_amount=13.79, grand_total=82.75)
    )

    assert lines_of(page, "item_id", "line_gross_amount", "bundle_parent_item_id") == [
        ("2", "50", "1"),
        ("3", "18.96", "1"),
    ]
    [record] = page.records
    assert (record["gross_amount"], record["adjustment_amount"]) == ("68.96", "0")
    assert record["item_count"] == 2


def test_fixed_price_bundle_keeps_the_price_of_the_bundle() -> None:
    bundle = line(1, product_type="bundle", price=60, tax_amount=12)
    parts = [line(key, parent_item_id=1, price=0, tax_amount=0) for key in (2, 3)]

    page = output(order(1, [bundle, *parts], subtotal=60, tax_amount=12, grand_total=72))

    assert lines_of(page, "item_id", "line_gross_amount", "variant_id") == [("1", "60", None)]


def test_part_without_its_parent_is_a_line() -> None:
    page = output(order(1, [line(2, parent_item_id=1)]))

    assert lines_of(page, "item_id", "line_gross_amount") == [("2", "10")]


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


def test_order_with_a_cancelled_line_and_open_ones_keeps_its_amounts() -> None:
    """A module cancelled one line before the first invoice."""
    rows = [line(1, qty_canceled=1), line(2)]

    page = output(order(1, rows, subtotal=20, tax_amount=4, grand_total=24, total_canceled=12))

    assert (page.records[0]["total_amount"], page.records[0]["adjustment_amount"]) == (
        "24",
        "0",
    )
    assert lines_of(page, "status", "line_gross_amount") == [
        ("cancelled", "10"),
        ("sold", "10"),
    ]


PAID = {"total_paid": 12}


@pytest.mark.parametrize(
    ("fields", "financial", "fulfillment"),
    [
        ({"state": "new"}, "pending", "unfulfilled"),
        ({"state": "pending_payment"}, "unpaid", "unfulfilled"),
        ({"state": "payment_review"}, "pending", "unfulfilled"),
        ({"state": "holded"}, "pending", "unfulfilled"),
        ({"state": "processing"}, "pending", "unfulfilled"),  # cash on delivery
        (
            {"state": "processing", "payment": {"method": "card", "amount_authorized": 12}},
            "authorized",
            "unfulfilled",
        ),
        ({"state": "processing", "total_paid": 5}, "partially_paid", "unfulfilled"),
        ({"state": "processing", **PAID}, "paid", "unfulfilled"),
        ({"state": "complete", **PAID}, "paid", "fulfilled"),
        ({"state": "complete", **PAID, "total_refunded": 2}, "partially_refunded", "fulfilled"),
        ({"state": "closed", **PAID, "total_refunded": 12}, "refunded", "returned"),
        ({"state": "canceled"}, "voided", "cancelled"),
        ({"state": "holded", **PAID}, "paid", "unfulfilled"),  # held after its payment
        ({"state": "new", "grand_total": 0}, "pending", "unfulfilled"),
        ({"state": "processing", "grand_total": 0}, "paid", "unfulfilled"),
        ({"state": "of_a_module"}, "unknown", "unfulfilled"),
        ({"state": "of_a_module", **PAID}, "paid", "unfulfilled"),
    ],
)
def test_statuses_follow_state_and_amounts(
    fields: dict[str, Any], financial: str, fulfillment: str
) -> None:
    [record] = output(order(1, status="a word of the merchant", **fields)).records

    assert (record["financial_status"], record["fulfillment_status"]) == (
        financial,
        fulfillment,
    )
    assert record["financial_status_raw"] == fields["state"]
    assert record["fulfillment_status_raw"] == "a word of the merchant"


def test_shipped_units_of_an_open_order_are_partially_fulfilled() -> None:
    rows = [line(1, qty_shipped=1), line(2)]

    [record] = output(order(1, rows, subtotal=20, tax_amount=4, grand_total=24)).records

    assert record["fulfillment_status"] == "partially_fulfilled"


def test_absent_fields_are_null() -> None:
    raw = order(1)
    for name in ("coupon_code", "customer_id", "increment_id", "store_name", "payment"):
        raw.pop(name, None)
    raw["extension_attributes"] = {}

    [record] = output(raw).records

    assert {
        name: record[name]
        for name in ("customer_id", "order_name", "affiliation", "payment_method")
    } == {"customer_id": None, "order_name": None, "affiliation": None, "payment_method": None}
    assert record["discount_codes"] == []
    assert record["destination_country"] == "FR"  # of the bill


def test_several_coupons_of_an_order_are_kept() -> None:
    raw = order(1, coupon_code="A", extension_attributes={"coupon_codes": ["A", "B"]})

    assert output(raw).records[0]["discount_codes"] == ["A", "B"]


def test_email_is_kept_as_typed_for_guests_and_customers() -> None:
    typed = "Carla.Rossi@Example.org"
    guest = output(order(1, customer_email=typed)).records[0]
    customer = output(order(1, customer_email=typed, customer_id=7)).records[0]

    assert (guest["customer_id"], guest["email"]) == (None, typed)
    assert (customer["customer_id"], customer["email"]) == ("7", typed)
    assert guest["email_normalized"] == "carla.rossi@example.org"


def test_base_currency_of_a_website_may_differ_from_the_global_one() -> None:
    raw = order(1, base_currency_code="PLN", global_currency_code="EUR", rate=0.25)

    [record] = output(raw).records

    assert (record["currency"], record["shop_currency"]) == ("EUR", "PLN")
    assert (record["total_amount"], record["shop_total_amount"]) == ("12", "48")


def test_campaign_comes_from_extension_attributes() -> None:
    extensions = {
        "landing_url": "https://shop.example/?utm_source=mail&idSendLog=5",
        "id_batch": "9",
    }

    [record] = output(order(1, extension_attributes=extensions)).records

    assert (record["utm_source"], record["id_send_log"], record["id_batch"]) == (
        "mail",
        "5",
        "9",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (25.65, "25.65"),
        (0.1 + 0.2, "0.3"),
        (1e-05, "0"),
        (12, "12"),
        ("3.0000", "3"),
        (-8.64, "-8.64"),
        (None, "0"),
        ("", "0"),
        (99999999999.1234, "99999999999.1234"),
        (10**15, str(10**15)),
    ],
)
def test_amount_is_read_exactly(value: object, expected: str) -> None:
    assert amount({"x": value}, "x") == Decimal(expected)


@pytest.mark.parametrize("value", [1e11 + 0.5, True, [1], {}, "1e3", "12,50", "abc"])
def test_amount_that_is_not_exact_is_rejected(value: object) -> None:
    with pytest.raises(RecordError) as caught:
        amount({"x": value}, "x")

    assert caught.value.code == "inexact_amount"
