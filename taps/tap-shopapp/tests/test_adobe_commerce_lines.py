"""Adobe Commerce: which rows of an order are lines, and how their amounts are read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from adobe_commerce_reader import lines_of, output
from shop_fakes.adobe_commerce_rows import line, order
from tap_shopapp.applications.adobe_commerce.values import amount
from tap_shopapp.errors import RecordError


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
