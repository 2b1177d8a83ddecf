"""Adobe Commerce: every recorded order, with figures worked out by hand from the answers.

The recorded shop has VAT of 20 % on goods and shipping, base currency EUR, and a store view in
USD with the rate 1.08.
"""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from adobe_commerce_reader import MEASURED, Shop, amounts, output
from sales_events import paid_back, short
from shop_fakes.measured import read_measured
from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from conftest import Attempt

ORDERS = {row["entity_id"]: row for row in read_measured(MEASURED, "orders")["items"]}
MEMOS = read_measured(MEASURED, "creditmemos")["items"]


def read(order_id: int) -> Any:
    """Return a recorded order with its credit memos."""
    memos = [memo for memo in MEMOS if memo["order_id"] == order_id]
    return output(ORDERS[order_id], *memos)


def items(page: Any) -> list[tuple[Any, ...]]:
    """Return id, product, variant, sku, units, price, gross, discount, tax of each line."""
    names = (
        *("item_id", "product_id", "variant_id", "sku", "quantity", "unit_price_amount"),
        *("line_gross_amount", "discount_amount", "tax_amount"),
    )
    return [tuple(item[name] for name in names) for item in page.embedded["items"]]


def test_order_1_has_a_partial_refund_with_adjustments() -> None:
    """A shirt and three books: 25 + 3 × 18.96 = 25 + 56.88 = 81.88.

    Tax: 5 (of 25) + 11.38 (of 56.88) + 4 (of shipping 20) = 20.38.
    Total: 81.88 + 20 + 20.38 = 122.26.
    Credit memo: one book 18.96 + 3.79, shipping 2 + 0.40, and 1 − 0.50 = 25.65.
    """
    page = read(1)
    [order] = page.records

    assert amounts(order) == {
        "gross": "81.88",
        "discount": "0",
        "shipping": "20",
        "shipping_tax": "4",
        "tax": "20.38",
        "fee": "0",
        "fee_tax": "0",
        "adjustment": "0",
        "total": "122.26",
        "refunded": "25.65",
    }
    assert items(page) == [
        ("1", "1", None, "SH-1", "1", "25", "25", "0", "5"),
        ("2", "2", None, "BK-1", "3", "18.96", "56.88", "0", "11.38"),
    ]
    assert short(page.embedded["sales_events"]) == [
        ("adjustment", None, None, "-0.5", "0", "0", "stated"),
        ("return", "2", "-1", "-18.96", "0", "-3.79", "stated"),
        ("shipping_refund", None, None, "-2", "0", "-0.4", "stated"),
    ]
    assert paid_back(page.embedded["sales_events"]) == Decimal("-25.65")
    [refund] = page.embedded["refunds"]
    assert (refund["refund_id"], refund["amount"]) == ("1", "25.65")
    assert refund["created_at"] == "2026-11-30T03:07:38.000000Z"
    assert (order["financial_status"], order["fulfillment_status"]) == (
        "partially_refunded",
        "fulfilled",
    )
    assert (order["financial_status_raw"], order["order_name"]) == ("complete", "000000001")
    [_, book] = page.embedded["items"]
    assert (book["refunded_quantity"], book["refunded_amount"], book["status"]) == (
        "1",
        "18.96",
        "sold",
    )


def test_order_4_is_cancelled_and_keeps_its_amounts() -> None:
    """25 + shipping 5 + tax 5 + 1 = 36. No money was paid, and none was refunded."""
    page = read(4)
    [order] = page.records

    assert amounts(order) == {
        "gross": "25",
        "discount": "0",
        "shipping": "5",
        "shipping_tax": "1",
        "tax": "6",
        "fee": "0",
        "fee_tax": "0",
        "adjustment": "0",
        "total": "36",
        "refunded": "0",
    }
    assert (order["financial_status"], order["fulfillment_status"]) == ("voided", "cancelled")
    assert order["cancelled_at"] == "2026-11-30T03:07:45.000000Z"
    [line] = page.embedded["items"]
    assert (line["status"], line["quantity"]) == ("cancelled", "1")
    assert page.embedded["sales_events"] == []


def test_order_5_is_on_hold_without_a_payment() -> None:
    """18.96 + shipping 5 + tax 3.79 + 1 = 28.75."""
    page = read(5)
    [order] = page.records

    assert (order["total_amount"], order["tax_amount"]) == ("28.75", "4.79")
    assert (order["financial_status"], order["financial_status_raw"]) == ("pending", "holded")
    assert order["fulfillment_status"] == "unfulfilled"
    assert order["adjustment_amount"] == "0"


def test_order_6_is_closed_by_a_full_refund() -> None:
    """Two shirts: 50 + shipping 10 + tax 10 + 2 = 72, all of it refunded."""
    page = read(6)
    [order] = page.records

    assert (order["total_amount"], order["refunded_amount"]) == ("72", "72")
    assert (order["financial_status"], order["fulfillment_status"]) == ("refunded", "returned")
    assert short(page.embedded["sales_events"]) == [
        ("return", "11", "-2", "-50", "0", "-10", "stated"),
        ("shipping_refund", None, None, "-10", "0", "-2", "stated"),
    ]
    [line] = page.embedded["items"]
    assert (line["status"], line["refunded_amount"]) == ("returned", "50")


def test_order_7_has_two_currencies_a_coupon_and_a_variant() -> None:
    """Two jackets of 86.40 and a shirt of 27: 172.80 + 27 = 199.80 USD.

    Coupon of 10 % on goods: 17.28 + 2.70 = 19.98. Tax: 31.10 + 4.86 + 3.24 (of 16.20) = 39.20.
    Total: 199.80 − 19.98 + 16.20 + 39.20 = 235.22 USD.
    In EUR at 1.08: 160 + 25 = 185; 18.50; 15; 36.30; 217.80.
    Credit memo: 86.40 − 8.64 + 15.55 = 93.31 USD; 80 − 8 + 14.40 = 86.40 EUR.
    `row_total` of the jackets is 155.52, after discount: it is not used.
    """
    page = read(7)
    [order] = page.records

    assert (order["currency"], order["shop_currency"]) == ("USD", "EUR")
    assert amounts(order) == {
        "gross": "199.8",
        "discount": "19.98",
        "shipping": "16.2",
        "shipping_tax": "3.24",
        "tax": "39.2",
        "fee": "0",
        "fee_tax": "0",
        "adjustment": "0",
        "total": "235.22",
        "refunded": "93.31",
    }
    assert amounts(order, "shop_") == {
        "gross": "185",
        "discount": "18.5",
        "shipping": "15",
        "shipping_tax": "3",
        "tax": "36.3",
        "fee": "0",
        "fee_tax": "0",
        "adjustment": "0",
        "total": "217.8",
        "refunded": "86.4",
    }
    # One line for the configurable product 6 and its variant 3.
    assert items(page) == [
        ("12", "6", "3", "JK-Blue", "2", "86.4", "172.8", "17.28", "31.1"),
        ("14", "1", None, "SH-1", "1", "27", "27", "2.7", "4.86"),
    ]
    # The shop states 86.40, before the discount of 8.64.
    assert page.embedded["items"][0]["refunded_amount"] == "77.76"
    [event] = page.embedded["sales_events"]
    assert short([event]) == [("return", "12", "-1", "-86.4", "-8.64", "-15.55", "stated")]
    assert (
        event["shop_goods_amount"],
        event["shop_discount_amount"],
        event["shop_tax_amount"],
    ) == ("-80", "-8", "-14.4")
    assert order["discount_codes"] == ["TEN"]
    assert order["affiliation"] == "US view"
    assert order["attributes"]["store_id"] == "2"
    assert order["attributes"]["base_to_order_rate"] == "1.08"
    assert (order["financial_status"], order["payment_method"]) == (
        "partially_refunded",
        "checkmo",
    )


@pytest.mark.parametrize("order_id", sorted(ORDERS))
def test_each_recorded_order_satisfies_the_identities(order_id: int) -> None:
    """The amounts of an order add up, and its lines add up to it, in both currencies."""
    page = read(order_id)
    [order] = page.records

    for side in ("", "shop_"):
        its = {name: Decimal(value) for name, value in amounts(order, side).items()}
        sum_of_parts = (
            its["gross"] - its["discount"] + its["shipping"] + its["tax"] + its["fee"]
        )
        assert sum_of_parts + its["adjustment"] == its["total"]
        assert its["adjustment"] == 0
    lines = page.embedded["items"]
    for name in ("gross", "discount"):
        field = "line_gross_amount" if name == "gross" else "discount_amount"
        assert sum(Decimal(line[field]) for line in lines) == Decimal(order[f"{name}_amount"])
    tax = sum(Decimal(line["tax_amount"]) for line in lines)
    assert tax == Decimal(order["tax_amount"]) - Decimal(order["shipping_tax_amount"])
    refunds = page.embedded["refunds"]
    assert sum(Decimal(its["amount"]) for its in refunds) == Decimal(order["refunded_amount"])
    assert paid_back(page.embedded["sales_events"]) == -Decimal(order["refunded_amount"])
    assert order["id_contact"] is None
    assert order["customer_id"] is None  # all buyers are guests: the field is absent


def test_recorded_shop_is_read_whole_through_its_api(try_run: Attempt) -> None:
    """The tap selects fields. It reads the same records as from whole answers."""
    shop = Shop(try_run)
    shop.stored.orders = list(ORDERS.values())
    shop.stored.credit_memos = MEMOS

    with serve_answers(shop.answer) as shop.url:
        messages = shop.extract(page_size=2)

    expected = [read(key) for key in sorted(ORDERS)]
    for stream, key in (("items", "item_id"), ("refunds", "refund_id")):
        found = {row[key]: row for row in messages.records(stream)}
        for page in expected:
            for record in page.embedded[stream]:
                assert {**record, "shop_id": "s"} == found.pop(record[key])
        assert found == {}
    orders = {row["transaction_id"]: row for row in messages.records("transactions")}
    for page in expected:
        [record] = page.records
        assert {**record, "shop_id": "s"} == orders[record["transaction_id"]]
    assert len(messages.records("sales_events")) == 6


def test_numbers_of_the_raw_answer_are_exact() -> None:
    """The bytes of order 7, decoded as the tap decodes them."""
    content = files("shop_fakes.measured") / MEASURED / "order-7-alone.raw.json"
    raw = orjson.loads(content.read_bytes())

    [order] = output(raw).records

    assert (order["total_amount"], order["shop_total_amount"]) == ("235.22", "217.8")
    assert order["email"] == "dan.oneil@example.net"


@pytest.mark.parametrize("order_id", sorted(ORDERS))
def test_recorded_personal_data_is_not_kept(order_id: int) -> None:
    raw = {
        **ORDERS[order_id],
        "remote_ip": "canary 1",
        "protect_code": "canary 2",
        "x_forwarded_for": "canary 3",
        "customer_dob": "canary 4",
        "customer_taxvat": "canary 5",
        "customer_note": "canary 6",
        "customer_firstname": "canary 7",
    }
    raw["status_histories"] = [{"comment": "canary 8"}]
    memo = {**MEMOS[0], "order_id": order_id, "comments": [{"comment": "canary 9"}]}

    page = output(raw, memo)

    assert b"canary" not in orjson.dumps([page.records, dict(page.embedded)])
    assert page.unknown == {}
