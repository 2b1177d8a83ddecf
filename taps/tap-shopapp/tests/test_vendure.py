"""Vendure: hidden records, and amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shop_fakes.logical_shop import BEGINNING, make_shop, place_order
from shop_fakes.vendure_rows import an_order, paid, refund
from tap_shopapp.applications.vendure.own_fields import named

if TYPE_CHECKING:
    from vendure_reader import Vendure

pytest_plugins = ["vendure_reader"]


def test_payment_that_does_not_update_its_order_is_read(
    vendure: Vendure,
) -> None:
    paid, old = an_order("1"), an_order("2", at="2026-01-30T10:00:00.000Z")
    for order in (paid, old):
        order["payments"][0]["state"] = "Authorized"
    vendure.server.more["transactions"] = [paid, old, an_order("3")]
    first = vendure.read()
    for order in (paid, old):
        order["payments"][0] |= {"state": "Settled", "updatedAt": "2026-03-20T09:00:00.123Z"}

    second = vendure.read(first.state)

    # Order 2 was placed more than thirty days before the bookmark.
    assert sorted(second.ids()) == ["1", "3"]
    [record] = [r for r in second.records("transactions") if r["transaction_id"] == "1"]
    assert record["updated_at"] == "2026-03-20T09:00:00.123000Z"
    assert record["financial_status"] == "paid"
    assert first.bookmark == second.bookmark == "2026-03-05T10:00:00.000000Z"


def test_orders_with_the_same_time_are_read_once_on_small_pages(vendure: Vendure) -> None:
    vendure.server.more["transactions"] = [an_order(str(number)) for number in range(1, 8)]

    ids = vendure.read(page_size=2).ids()

    assert sorted(ids) == [str(number) for number in range(1, 8)]


def test_orders_with_ids_out_of_time_order_are_all_read(vendure: Vendure) -> None:
    """51 orders; the order that was placed last changed first."""
    vendure.server.more["transactions"] = [
        an_order(str(number), at=f"2026-03-05T10:00:{60 - number:02}.000Z")
        for number in range(1, 52)
    ]

    ids = vendure.read(page_size=7).ids()

    assert ids == [str(number) for number in range(51, 0, -1)]


def test_carts_and_seller_orders_are_not_read(vendure: Vendure) -> None:
    cart, part = an_order("2", orderPlacedAt=None), an_order("3", type="Seller")
    vendure.server.more["transactions"] = [an_order("1"), cart, part]

    assert vendure.read().ids() == ["1"]


def test_product_changed_during_the_read_stays_in_the_list(vendure: Vendure) -> None:
    shop = vendure.server.shop = make_shop()

    def edit(_: int) -> None:
        for key in ("1", "2"):
            product = shop.products[key]
            shop.put("products", product | {"updated_at": "2027-01-01T00:00:00Z"})

    vendure.before = edit

    messages = vendure.read(page_size=2)

    assert sorted(set(messages.ids("products", "product_id"))) == ["1", "2", "3", "4", "5"]
    assert {row["stream"] for row in messages.records("full_lists")} == {
        "products",
        "categories",
    }


@pytest.mark.parametrize("state", ["Pending", "Failed"])
def test_only_settled_refunds_are_read(vendure: Vendure, state: str) -> None:
    rows = paid(1000, refund(300), refund(200, state))
    vendure.server.more["transactions"] = [an_order(payments=rows)]

    messages = vendure.read()

    assert messages.ids("refunds", "amount") == ["3.00"]
    [order] = messages.records("transactions")
    assert order["refunded_amount"] == "3.00"
    assert order["financial_status"] == "partially_refunded"


@pytest.mark.parametrize(
    ("states", "total", "expected"),
    [
        ((), 1000, "pending"),
        (("Declined",), 1000, "pending"),
        (("Authorized",), 1000, "authorized"),
        (("Declined", "Settled"), 1000, "paid"),
        (("Settled",), 1001, "partially_paid"),
        ((), 0, "paid"),
    ],
)
def test_financial_status_follows_from_the_payments(
    vendure: Vendure, states: tuple[str, ...], total: int, expected: str
) -> None:
    [payment] = an_order()["payments"]
    payments = [payment | {"id": state, "state": state} for state in states]
    vendure.server.more["transactions"] = [an_order(payments=payments, totalWithTax=total)]

    assert vendure.read().ids(key="financial_status") == [expected]


def test_order_without_custom_fields_is_read(vendure: Vendure) -> None:
    vendure.server.own_fields = False
    vendure.server.more["transactions"] = [an_order()]

    [order] = vendure.read().records("transactions")

    assert (order["landing_url"], order["attributes"]) == (None, {})


def test_custom_fields_are_recognized_by_name() -> None:
    own = {"UTM_Source": "mail", "idSendLog": 4, "landing_page": "/a", "id_batch": None, "x": 1}

    assert named(own) == {"utm_source": "mail", "idSendLog": 4, "landing_url": "/a"}


def test_orders_take_one_request_per_page(vendure: Vendure) -> None:
    for number in range(501):
        place_order(vendure.server.shop, number, at=BEGINNING)

    vendure.read()

    # Three pages of orders, the shop, four permission checks, three lists of one page each.
    assert vendure.requests == 3 + 1 + 4 + 3
