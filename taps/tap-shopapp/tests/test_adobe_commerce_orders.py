"""Adobe Commerce: statuses of orders, and fields without amounts."""

from __future__ import annotations

from typing import Any

import pytest
from adobe_commerce_reader import lines_of, output
from shop_fakes.adobe_commerce_rows import line, order

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


def test_imported_order_without_state_and_subtotal_is_kept() -> None:
    """Orders that other software creates through the API have the fields that it sends."""
    raw = order(1)
    for name in ("state", "status", "subtotal", "base_subtotal", "base_currency_code"):
        del raw[name]
    del raw["items"][0]["product_type"]

    page = output(raw)

    [record] = page.records
    assert (record["financial_status"], record["fulfillment_status"]) == (
        "unknown",
        "unfulfilled",
    )
    assert (record["gross_amount"], record["adjustment_amount"]) == ("10", "0")
    assert record["shop_currency"] is None
    assert lines_of(page, "is_gift_card") == [(False,)]


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
