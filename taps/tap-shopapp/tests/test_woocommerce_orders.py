"""WooCommerce: orders, with amounts, refunds, statuses and campaigns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_releases import RELEASES
from shop_fakes.woocommerce_rows import line, meta, order, product, times
from woocommerce_reader import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from shop_fakes.woocommerce_records import StoredSite
    from shopapp_demo.shop import Record

PAID = "2026-03-01T12:30:00"
AMOUNTS = (
    *("gross", "discount", "shipping", "shipping_tax"),
    *("tax", "fee", "fee_tax", "adjustment", "total"),
)


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    """An empty site in Montreal."""
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def test_amounts_of_an_order_with_included_tax_add_up(site: Site) -> None:
    """3 × 19.99 with 20 % tax and 10 % discount, shipping, and a fee.

    The API rounds the total and the taxes of order and lines to two decimals. 49.975 − 4.9975
    + 4.1667 + 2.50 + 10.33 = 61.9742, which is less than a cent from the total.
    """
    site.stored.orders = [
        order(
            1,
            prices_include_tax=True,
            line_items=[
                line(
                    quantity=3,
                    subtotal="49.975",
                    total="44.9775",
                    total_tax="8.9955",
                    price=1.1,
                )
            ],
            discount_total="4.9975",
            shipping_total="4.1667",
            shipping_tax="0.8333",
            fee_lines=[{"id": 9, "name": "Gift", "total": "2.50", "total_tax": "0.50"}],
            coupon_lines=[{"id": 8, "code": "spring", "discount": "4.9975"}],
            total_tax="10.3288",
            total="61.973",
        )
    ]

    found = site.extract()

    [transaction], [item] = found.records("transactions"), found.records("items")
    assert transaction["prices_include_tax"] is True
    assert transaction["discount_codes"] == ["spring"]
    assert {name: transaction[f"{name}_amount"] for name in AMOUNTS} == {
        "gross": "49.975000",
        "discount": "4.997500",
        "shipping": "4.166700",
        "shipping_tax": "0.833300",
        "tax": "10.330000",
        "fee": "2.500000",
        "fee_tax": "0.500000",
        "adjustment": "0",
        "total": "61.970000",
    }
    assert item["unit_price_amount"] == "16.6583333333333333333333"
    assert (item["discount_amount"], item["tax_amount"]) == ("4.997500", "9.000000")
    assert item["line_gross_amount"] == "49.975000"


def test_line_whose_price_was_raised_alone_keeps_its_surcharge(site: Site) -> None:
    """12.00 instead of 10.00. Saving a line alone leaves the discount of the order at 0."""
    site.stored.orders = [order(1, line_items=[line(subtotal="10.00", total="12.00")])]

    [item] = site.extract().records("items")

    amounts = [Decimal(item[name]) for name in ("line_gross_amount", "discount_amount")]
    assert amounts == [10, -2]


def test_zero_quantity_line_and_negative_fee_keep_their_amounts(site: Site) -> None:
    site.stored.orders = [
        order(
            1,
            line_items=[line(quantity=0, subtotal="15.00", total="12.00", total_tax="2.40")],
            fee_lines=[{"id": 9, "name": "Loyalty", "total": "-5.00", "total_tax": "-1.00"}],
            discount_total="3.00",
            total_tax="1.40",
            total="8.40",
        )
    ]

    found = site.extract()

    [transaction], [item] = found.records("transactions"), found.records("items")
    assert (item["quantity"], item["line_gross_amount"]) == ("0", "15.000000")
    assert transaction["gross_amount"] == "15.000000"
    assert (transaction["fee_amount"], transaction["fee_tax_amount"]) == (
        "-5.000000",
        "-1.000000",
    )


def test_float_amount_is_rejected_and_fractional_quantity_is_read(site: Site) -> None:
    site.stored.orders = [
        order(1, line_items=[line(subtotal=20.1)]),
        order(2, line_items=[line(quantity=1.5, subtotal="15.00", total="15.00")]),
    ]

    found = site.extract()

    [item], [rejected] = found.records("items"), found.records("rejected_records")
    assert (item["quantity"], item["unit_price_amount"]) == ("1.5", "10.00000")
    assert rejected["reason_code"] == "inexact_amount"
    assert rejected["message"] == "subtotal is not a decimal string."


def refunded_site(stored: StoredSite) -> None:
    """Add an order with one returned unit, and then a return of the other units."""
    first, second = (
        {
            "id": refund_id,
            "parent_id": 1,
            **times(date_created=f"2026-03-0{refund_id}T10:00:00"),
            "amount": amount,
            "reason": "Worn",
            "line_items": [
                line(
                    90 + refund_id,
                    quantity=-quantity,
                    subtotal=f"-{price}",
                    total=f"-{price}",
                    meta_data=meta(_refunded_item_id="11"),
                )
            ],
        }
        for refund_id, amount, quantity, price in (
            (3, "9.00", 1, "8.00"),
            (4, "14.50", 2, "14.00"),
        )
    )
    named = [
        {"id": its["id"], "reason": its["reason"], "total": f"-{its['amount']}"}
        for its in (first, second)
    ]
    lines = [line(11, quantity=3, subtotal="24.00", total="24.00"), line(12)]
    stored.orders = [
        order(1, line_items=lines, refunds=named, **times(date_paid="2026-03-01T12:00:00"))
    ]
    stored.refunds = [first, second, {**first, "id": 5, "parent_id": 2}]


@pytest.mark.parametrize("release", RELEASES)
def test_refunds_are_records_and_reduce_their_lines(site: Site, release: str) -> None:
    refunded_site(site.stored)
    site.wordpress.release = RELEASES[release]

    found = site.extract()

    [transaction] = found.records("transactions")
    assert transaction["refunded_amount"] == "23.500000"
    assert transaction["financial_status"] == "partially_refunded"
    assert [
        (its["refund_id"], its["amount"], its["created_at"], its["reason"])
        for its in found.records("refunds")
    ] == [
        ("3", "9.000000", "2026-03-03T10:00:00.000000Z", "Worn"),
        ("4", "14.500000", "2026-03-04T10:00:00.000000Z", "Worn"),
    ]
    assert [
        (its["item_id"], its["refunded_quantity"], its["refunded_amount"], its["status"])
        for its in found.records("items")
    ] == [("11", "3", "22.000000", "returned"), ("12", "0", "0", "sold")]


def test_refunds_of_a_page_of_orders_take_one_request(site: Site) -> None:
    for number in range(1, 31):
        refund = {"id": 100 + number, "reason": "", "total": "-1.00"}
        site.stored.orders.append(order(number, refunds=[refund]))
        created = times(date_created="2026-03-02T00:00:00")
        site.stored.refunds.append(
            {**refund, "amount": "1.00", "parent_id": number, "line_items": [], **created}
        )

    found = site.extract()

    assert len(site.queries("/refunds")) == 1
    assert len(found.records("refunds")) == 30
    assert None not in {refund["created_at"] for refund in found.records("refunds")}


def test_refund_deleted_during_the_read_has_no_time(site: Site) -> None:
    refunded_site(site.stored)
    del site.stored.refunds[0]

    refunds = site.extract().records("refunds")

    assert [(its["amount"], its["created_at"] is None) for its in refunds] == [
        ("9.000000", True),
        ("14.500000", False),
    ]


@pytest.mark.parametrize(
    ("status", "date_paid", "financial", "fulfillment"),
    [
        ("pending", None, "unpaid", "unfulfilled"),
        ("on-hold", None, "pending", "unfulfilled"),
        ("processing", PAID, "paid", "unfulfilled"),
        ("completed", PAID, "paid", "fulfilled"),
        ("cancelled", None, "voided", "cancelled"),
        ("cancelled", PAID, "paid", "cancelled"),
        ("refunded", PAID, "refunded", "returned"),
        ("failed", None, "failed", "unfulfilled"),
        ("ready-for-pickup", None, "paid", "unfulfilled"),
        ("awaiting-pickup", PAID, "paid", "unknown"),
        ("awaiting-pickup", None, "unknown", "unknown"),
    ],
)
def test_order_status_sets_financial_and_fulfillment_status(
    site: Site, status: str, date_paid: str | None, financial: str, fulfillment: str
) -> None:
    site.stored.orders = [order(1, status=status, **times(date_paid=date_paid))]

    [transaction] = site.extract().records("transactions")

    assert transaction["financial_status"] == financial
    assert transaction["fulfillment_status"] == fulfillment
    assert transaction["financial_status_raw"] == status
    assert transaction["processed_at"] == (date_paid and f"{date_paid}.000000Z")
    is_cancelled = transaction["cancelled_at"] == "2026-03-01T12:00:00.000000Z"
    assert is_cancelled == (status == "cancelled")


def test_trashed_order_is_deleted_and_open_checkout_is_ignored(
    site: Site,
) -> None:
    site.stored.orders = [
        order(1, "2026-03-01T12:00:00"),
        order(2, "2026-03-02T12:00:00", status="trash"),
        order(3, "2026-03-03T12:00:00", status="checkout-draft"),
        order(4, "2026-03-04T12:00:00", status="auto-draft"),
    ]
    site.stored.products = [product(7, status="trash")]

    found = site.extract()

    assert [
        (its["transaction_id"], its["deleted_at"]) for its in found.records("transactions")
    ] == [
        ("1", None),
        ("2", "2026-03-02T12:00:00.000000Z"),
    ]
    [gone] = found.records("products")
    assert gone["deleted_at"] == "2026-03-01T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (
            {
                "_wc_order_attribution_source_type": "utm",
                "_wc_order_attribution_utm_source": "mail",
                "_wc_order_attribution_utm_campaign": "spring",
                "_wc_order_attribution_session_entry": "https://s.example/?idBatch=5&utm_term=t",
                "_wc_order_attribution_referrer": "https://mail.example/",
            },
            {
                "utm_source": "mail",
                "utm_campaign": "spring",
                "utm_term": "t",
                "id_batch": "5",
                "landing_url": "https://s.example/?idBatch=5&utm_term=t",
                "referrer_url": "https://mail.example/",
            },
        ),
        # For visits without a campaign, the shop writes the referring site as source.
        (
            {
                "_wc_order_attribution_source_type": "organic",
                "_wc_order_attribution_utm_source": "google",
            },
            {"utm_source": None},
        ),
        ({"idSendLog": 12, "_idVisit": "34"}, {"id_send_log": "12", "id_visit": "34"}),
        ({"idSendLog": {"not": "an id"}}, {"id_send_log": None}),
    ],
)
def test_campaign_is_read_from_order_attribution_or_a_plugin(
    site: Site, noted: Record, expected: Record
) -> None:
    site.stored.orders = [order(1, meta_data=meta(**noted))]

    [transaction] = site.extract().records("transactions")

    assert {name: transaction[name] for name in expected} == expected
    kept = {name: value for name, value in noted.items() if not isinstance(value, dict)}
    assert transaction["attributes"] == kept


def test_guest_has_the_email_of_the_order(site: Site) -> None:
    site.stored.orders = [order(1), order(2, customer_id=5)]

    guest, customer = site.extract().records("transactions")

    assert (guest["customer_id"], guest["email_normalized"]) == (None, "ann@example.com")
    assert customer["customer_id"] == "5"
    assert guest["destination_country"] == "CA"
