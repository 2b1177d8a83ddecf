"""Amounts of Vendure orders that changed after payment.

Most numbers are the answers of a Vendure 3.7.3: 13 % tax on goods, 20 % on shipping and
surcharges, each line rounded separately.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shop_fakes.vendure_rows import an_order, line, modification, paid, refund, with_lines
from tap_shopapp.applications.vendure.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.money import minor_units
from tap_shopapp.records.normalize import add

Row = dict[str, Any]
POST = {"shipping": 599, "shippingWithTax": 719}
LAMP, RUG, VASE, DESK = (1299, 169), (4901, 637), (777, 101), (18995, 2469)
NAMES = "gross discount shipping shipping_tax fee fee_tax tax adjustment total refunded"


def goods(product: tuple[int, int], quantity: int, placed: int | None = None) -> Row:
    """Return a line, from price and tax of a unit, current quantity and ordered quantity."""
    unit, tax = product
    ordered = {} if placed is None else {"orderPlacedQuantity": placed}
    taxes = {(LAMP, 2): 2936 - 2598}
    whole_tax = taxes.get((product, quantity), quantity * tax)
    whole = {"proratedLinePriceWithTax": quantity * unit + whole_tax}
    return line(quantity, unit, tax, quantity * unit, **ordered, **whole)


def output(raw: Row) -> tuple[dict[str, str], list[Row], Page]:
    """Return an order's amounts and lines, after the checks that every paid order must pass."""
    page = Page()
    add("transactions", normalize_order(raw, minor_units(2)), page)
    [order], items = page.records, page.embedded["items"]
    amounts = {name: order[f"{name}_amount"] for name in NAMES.split()}
    number = {name: Decimal(value) for name, value in amounts.items()}
    settled = [its for its in raw["payments"] or [] if its["state"] == "Settled"]
    received = sum(its["amount"] for its in settled)
    paid_back = sum(
        its["total"]
        for payment in raw["payments"] or []
        for its in payment["refunds"]
        if its["state"] == "Settled"
    )
    if received >= raw["totalWithTax"]:
        kept = Decimal(received - paid_back) / 100
        assert number["total"] - number["refunded"] == kept
    assert number["total"] == (
        number["gross"]
        - number["discount"]
        + sum(number[name] for name in ("shipping", "tax", "fee", "adjustment"))
    )
    assert number["refunded"] == sum(
        (Decimal(its["amount"]) for its in page.embedded["refunds"]), Decimal(0)
    )
    for name, field in (("gross", "line_gross"), ("discount", "discount")):
        assert number[name] == sum(Decimal(item[f"{field}_amount"]) for item in items)
    on_lines = sum(Decimal(item["tax_amount"]) for item in items)
    assert number["tax"] == on_lines + number["shipping_tax"] + number["fee_tax"]
    return {name: value for name, value in amounts.items() if Decimal(value)}, items, page


def test_vendure_taxed_prices_leave_no_adjustment() -> None:
    """12.08, 3 × 7.23 and 28.93 euros with 19 % tax, 5.99 shipping with 20 %."""
    amounts, *_ = output(
        with_lines(
            line(1, 1015, 193, 1015),
            line(3, 608, 115, 1823, proratedLinePriceWithTax=2169),
            line(1, 2431, 462, 2431),
            shipping=499,
            shippingWithTax=599,
            total=5768,
            totalWithTax=6869,
            payments=[],
        )
    )

    # 10.15 + 18.23 + 24.31; 1.93 + 3.46 + 4.62 + 1.00.
    assert amounts == {
        "gross": "52.69",
        "shipping": "4.99",
        "shipping_tax": "1.00",
        "tax": "11.01",
        "total": "68.69",
    }


def test_vendure_surcharge_is_a_fee_and_its_tax_is_fee_tax() -> None:
    amounts, *_ = output(
        with_lines(
            goods(DESK, 1),
            **POST,
            surcharges=[{"price": 333, "priceWithTax": 400}],
            modifications=[modification(400)],
            total=19927,
            totalWithTax=22583,
            payments=[*paid(22183), {**paid(400)[0], "id": "2"}],
        )
    )

    assert amounts == {
        "gross": "189.95",
        "shipping": "5.99",
        "shipping_tax": "1.20",
        "fee": "3.33",
        "fee_tax": "0.67",
        "tax": "26.56",
        "total": "225.83",
    }


def test_vendure_swapped_line_shows_the_order_as_it_is_now() -> None:
    """2 × 1299.00 + 310.00 with 20 % tax; then one unit is swapped for 899.99, 478.81 back."""
    back = refund(47881, _0=1)
    raw = with_lines(
        line(1, 129900, 25980, 129900, orderPlacedQuantity=2),
        line(1, 31000, 6200, 31000),
        line(1, 89999, 18000, 89999, orderPlacedQuantity=0),
        total=250899,
        totalWithTax=301079,
        payments=paid(348960, back),
        modifications=[modification(-47881, back, _0=-1, _2=1)],
    )

    amounts, items, page = output(raw)

    assert amounts == {"gross": "2508.99", "tax": "501.80", "total": "3010.79"}
    assert [item["quantity"] for item in items] == ["1", "1", "1"]
    assert [item["refunded_quantity"] for item in items] == ["0", "0", "0"]
    assert [its["amount"] for its in page.embedded["refunds"]] == ["0.00"]
    assert page.records[0]["financial_status"] == "paid"
    # An answer without modifications gives the same amounts.
    del raw["modifications"]
    assert output(raw)[0] == amounts


def test_vendure_negative_refund_of_a_modification_stays_a_charge() -> None:
    """The deprecated input `refund` made one of −2.00. Another one of 4.00 paid money back."""
    raw = with_lines(
        goods(LAMP, 1),
        total=1299,
        totalWithTax=1468,
        payments=paid(1468, refund(-200), refund(400)),
    )

    amounts, _, page = output(raw)

    assert amounts["refunded"] == "2.00"
    assert sorted(its["amount"] for its in page.embedded["refunds"]) == ["-2.00", "4.00"]


def test_vendure_negative_surcharge_is_subtracted_once() -> None:
    """Two lamps, 36.55 paid; then 3.00 off with 20 % tax, 3.60 back."""
    back = refund(360)

    amounts, *_ = output(
        with_lines(
            goods(LAMP, 2),
            **POST,
            surcharges=[{"price": -300, "priceWithTax": -360}],
            total=2897,
            totalWithTax=3295,
            payments=paid(3655, back),
            modifications=[modification(-360, back)],
        )
    )

    assert amounts == {
        "gross": "25.98",
        "shipping": "5.99",
        "shipping_tax": "1.20",
        "fee": "-3.00",
        "fee_tax": "-0.60",
        "tax": "3.98",
        "total": "32.95",
    }


def test_vendure_later_coupon_is_subtracted_once() -> None:
    """Two lamps and a rug, 91.93 paid; then 10 % off goods, 8.48 back."""
    back = refund(848)

    amounts, *_ = output(
        with_lines(
            {
                **goods(LAMP, 2),
                "proratedUnitPrice": 1169,
                "proratedUnitPriceWithTax": 1321,
                "proratedLinePrice": 2338,
                "proratedLinePriceWithTax": 2642,
            },
            {
                **goods(RUG, 1),
                "proratedUnitPrice": 4411,
                "proratedUnitPriceWithTax": 4984,
                "proratedLinePrice": 4411,
                "proratedLinePriceWithTax": 4984,
            },
            **POST,
            total=7348,
            totalWithTax=8345,
            payments=paid(9193, back),
            modifications=[modification(-848, back)],
        )
    )

    # Discounts 2.60 + 4.90; tax 3.04 + 5.73 + 1.20.
    assert amounts == {
        "gross": "74.99",
        "discount": "7.50",
        "shipping": "5.99",
        "shipping_tax": "1.20",
        "tax": "9.97",
        "total": "83.45",
    }


def test_vendure_cheaper_shipping_is_subtracted_once() -> None:
    back = refund(719)

    amounts, *_ = output(
        with_lines(
            goods(LAMP, 2),
            total=2598,
            totalWithTax=2936,
            payments=paid(3655, back),
            modifications=[modification(-719, back)],
        )
    )

    assert amounts == {"gross": "25.98", "tax": "3.38", "total": "29.36"}


def test_vendure_cancelled_line_and_shipping_stay_visible_and_refunded() -> None:
    """2 × 10.00 and 5.00 with 20 % tax; one of the two units and shipping are cancelled."""
    cancelled = {"adjustmentSource": "CANCEL_ORDER", "amount": -300, "amountWithTax": -360}

    amounts, items, _ = output(
        with_lines(
            line(1, 1000, 200, 1000, orderPlacedQuantity=2),
            line(1, 500, 100, 500),
            shippingLines=[{"discounts": [cancelled]}],
            total=1500,
            totalWithTax=1800,
            payments=paid(3360, refund(1560, _0=1)),
        )
    )

    assert amounts == {
        "gross": "25.00",
        "shipping": "3.00",
        "shipping_tax": "0.60",
        "tax": "5.60",
        "total": "33.60",
        "refunded": "15.60",
    }
    assert [
        (item["quantity"], item["refunded_quantity"], item["refunded_amount"], item["status"])
        for item in items
    ] == [("2", "1", "12.00", "sold"), ("1", "0", "0.00", "sold")]


def test_vendure_line_cancelled_before_payment_is_not_counted() -> None:
    nothing = line(0, 1000, 200, 0, orderPlacedQuantity=2)
    cancelled_at = "2026-03-05T11:00:00.000Z"

    amounts, items, page = output(
        with_lines(
            nothing | {"updatedAt": cancelled_at},
            state="Cancelled",
            total=0,
            totalWithTax=0,
            payments=[an_order()["payments"][0] | {"state": "Authorized"}],
        )
    )

    [order] = page.records
    assert amounts == {}
    assert order["financial_status"] == "voided"
    assert order["financial_status_raw"] == "Cancelled"
    assert order["fulfillment_status"] == "cancelled"
    assert order["cancelled_at"] == cancelled_at.replace("Z", "000Z")
    assert [item["status"] for item in items] == ["cancelled"]


def test_vendure_cancelled_coupon_order_keeps_its_discount() -> None:
    """2 × 73.33 and 49.01, 10 % off, 206.18 paid; Vendure drops the discount on cancelling."""
    post = {"adjustmentSource": "CANCEL_ORDER", "amount": -599, "amountWithTax": -719}
    promoted = {"discounts": [{"adjustmentSource": "PROMOTION:1"}]}

    amounts, items, _ = output(
        with_lines(
            {**line(0, 7333, 953, 0, orderPlacedQuantity=2), **promoted},
            {**line(0, 4901, 637, 0, orderPlacedQuantity=1), **promoted},
            shippingLines=[{"discounts": [post]}],
            state="Cancelled",
            total=0,
            totalWithTax=0,
            payments=paid(20618, refund(20618, _0=2, _1=1)),
        )
    )

    # Discount with tax: 2 × 82.86 + 55.38 + 7.19 − 206.18 = 22.11; before tax 19.56.
    assert amounts == {
        "gross": "195.67",
        "discount": "19.56",
        "shipping": "5.99",
        "shipping_tax": "1.20",
        "tax": "24.08",
        "total": "206.18",
        "refunded": "206.18",
    }
    assert [item["refunded_quantity"] for item in items] == ["2", "1"]


def test_vendure_goodwill_refund_does_not_change_the_total() -> None:
    amounts, items, _ = output(
        with_lines(
            goods(LAMP, 2),
            **POST,
            total=3197,
            totalWithTax=3655,
            payments=paid(3655, refund(500)),
        )
    )

    assert (amounts["total"], amounts["refunded"]) == ("36.55", "5.00")
    assert items[0]["refunded_quantity"] == "0"


def test_vendure_goodwill_after_a_reduction_is_the_only_refund() -> None:
    """A later coupon refunds 8.48 of 91.93; then 5.00 are refunded as goodwill."""
    back = refund(848)

    amounts, _, page = output(
        an_order(
            lines=[],
            total=8345,
            totalWithTax=8345,
            payments=paid(9193, refund(500), back),
            modifications=[modification(-848, back)],
        )
    )

    assert (amounts["total"], amounts["refunded"]) == ("83.45", "5.00")
    assert {its["refund_id"]: its["amount"] for its in page.embedded["refunds"]} == {
        "r500": "5.00",
        "r848": "0.00",
    }
    assert page.records[0]["financial_status"] == "partially_refunded"


def test_vendure_payment_and_refund_of_modifications_add_up() -> None:
    """Two lamps for 36.55; a desk is added for 214.64; one lamp is returned for 14.68."""
    back = refund(1468, _0=1)

    amounts, items, _ = output(
        with_lines(
            goods(LAMP, 1, placed=2),
            goods(DESK, 1, placed=0),
            **POST,
            total=20893,
            totalWithTax=23651,
            payments=[*paid(3655, back), {**paid(21464)[0], "id": "2"}],
            modifications=[modification(21464, _1=1), modification(-1468, back, _0=-1)],
        )
    )

    assert amounts == {
        "gross": "202.94",
        "shipping": "5.99",
        "shipping_tax": "1.20",
        "tax": "27.58",
        "total": "236.51",
    }
    assert [item["quantity"] for item in items] == ["1", "1"]


def test_vendure_added_line_not_yet_paid_raises_the_total() -> None:
    amounts, *_ = output(
        with_lines(
            goods(LAMP, 2),
            goods(DESK, 1, placed=0),
            **POST,
            total=22192,
            totalWithTax=25119,
            payments=paid(3655),
            modifications=[modification(21464, _1=1)],
        )
    )

    assert (amounts["gross"], amounts["total"]) == ("215.93", "251.19")


def test_vendure_modification_with_two_refunds_is_subtracted_once() -> None:
    """A lamp for 21.87, a vase for 8.78; the vase is refunded with 5.00 and 3.78."""
    first, second = refund(500, _1=1), refund(378, _1=1)

    amounts, items, page = output(
        with_lines(
            goods(LAMP, 1),
            goods(VASE, 0, placed=0),
            **POST,
            total=1898,
            totalWithTax=2187,
            payments=[*paid(2187, first), {**paid(878, second)[0], "id": "2"}],
            # Vendure links one of the refunds.
            modifications=[modification(878, _1=1), modification(-878, first, _1=-1)],
        )
    )

    assert (amounts["gross"], amounts["total"]) == ("12.99", "21.87")
    assert [item["refunded_quantity"] for item in items] == ["0", "0"]
    assert [its["amount"] for its in page.embedded["refunds"]] == ["0.00", "0.00"]


def test_vendure_modification_not_yet_refunded_is_an_adjustment() -> None:
    """A line of 55.38 is removed, but only 1.00 of it is refunded."""
    back = refund(100, _1=1)

    amounts, *_ = output(
        with_lines(
            goods(LAMP, 2),
            goods(RUG, 0, placed=1),
            **POST,
            total=3197,
            totalWithTax=3655,
            payments=paid(9193, back),
            modifications=[modification(-5538, back, _1=-1)],
        )
    )

    assert (amounts["gross"], amounts["adjustment"], amounts["total"]) == (
        "25.98",
        "54.38",
        "90.93",
    )


def test_vendure_pending_refund_of_a_modification_keeps_other_refunds() -> None:
    back = refund(848, "Pending")

    amounts, *_ = output(
        an_order(
            lines=[],
            total=8345,
            totalWithTax=8345,
            payments=paid(9193, back, refund(500)),
            modifications=[modification(-848, back)],
        )
    )

    assert (amounts["total"], amounts["refunded"]) == ("91.93", "5.00")


def test_vendure_order_cancelled_after_a_modification_is_refunded() -> None:
    """Two lamps and a rug for 91.93; one lamp is refunded with 14.68, then the rest."""
    post = {"adjustmentSource": "CANCEL_ORDER", "amount": -599, "amountWithTax": -719}
    back, rest = refund(1468, _0=1), refund(7725, _0=1, _1=1)

    amounts, items, page = output(
        with_lines(
            goods(LAMP, 0, placed=2),
            goods(RUG, 0, placed=1),
            shippingLines=[{"discounts": [post]}],
            state="Cancelled",
            total=0,
            totalWithTax=0,
            payments=paid(9193, back, rest),
            modifications=[modification(-1468, back, _0=-1)],
        )
    )

    assert amounts == {
        "gross": "62.00",
        "shipping": "5.99",
        "shipping_tax": "1.20",
        "tax": "9.26",
        "total": "77.25",
        "refunded": "77.25",
    }
    assert [item["quantity"] for item in items] == ["1", "1"]
    assert page.records[0]["financial_status"] == "refunded"


def test_vendure_refund_of_several_payments_counts_its_units_once() -> None:
    """A desk paid in two parts and returned: Vendure lists it in the refund of each part."""
    _, [item], _ = output(
        with_lines(
            goods(DESK, 1),
            total=18995,
            totalWithTax=21464,
            payments=[
                *paid(10000, refund(10000, _0=1)),
                {**paid(11464, refund(11464, _0=1))[0], "id": "2"},
            ],
        )
    )

    assert (item["refunded_quantity"], item["refunded_amount"]) == ("1", "214.64")
