"""Shopify: lists above the limit of paging, which is six objects here."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

import pytest
from shop_fakes import shopify_connections
from shop_fakes.logical_shop import edit_order, written
from tap_shopapp.applications.shopify import paging

if TYPE_CHECKING:
    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shopify_connections, "DEEPEST", 6)
    monkeypatch.setattr(paging, "_DEEP", 4)


def test_long_list_by_time_is_read_by_several_searches(shopify: Shopify) -> None:
    """Nine orders, an hour apart."""
    found = shopify.read(page_size=2)

    assert {*found.ids()} == {*map(str, range(101, 110))}


def test_long_list_by_id_is_read_by_several_searches(shopify: Shopify) -> None:
    """Eleven products, with ids of one and two digits, which sort differently as text."""
    shop = shopify.server.shop
    first = shop.products["1"]
    for product_id in list(shop.products):
        shop.remove("products", product_id)
    for number in range(1, 12):
        shop.put("products", first | {"id": str(number)})

    found = shopify.read(page_size=3)

    ids = [its["product_id"] for its in found.records("products")]
    assert ids == [str(number) for number in range(1, 12)]


def test_orders_of_the_last_second_of_a_search_are_all_read(shopify: Shopify) -> None:
    """Four orders of one second: the first search ends between them."""
    for order_id in ("104", "105", "106"):
        order = shopify.server.shop.transactions[order_id]
        shopify.server.shop.put("transactions", order | {"updated_at": "2026-03-01T15:00:00Z"})

    found = shopify.read(page_size=2)

    assert {*found.ids()} == {*map(str, range(101, 110))}


def test_orders_newer_than_their_place_hide_no_other_order(
    shopify: Shopify,
) -> None:
    """The last page of the first search has two orders that were edited meanwhile."""
    for order_id in ("103", "104"):
        order = shopify.server.shop.transactions[order_id]
        edited_at = written(shopify.server.shop.clock())
        edited = {"updatedAt": edited_at, "indexedAt": order["updated_at"]}
        shopify.server.shop.put("transactions", order | {"shopify": edited})

    found = shopify.read(page_size=2)

    assert {*found.ids()} == {*map(str, range(101, 110))}


def test_search_within_one_second_over_the_limit_is_an_error(shopify: Shopify) -> None:
    """Nine orders of one second; Shopify has no narrower filter."""
    for order_id in shopify.server.shop.transactions:
        order = shopify.server.shop.transactions[order_id]
        shopify.server.shop.put("transactions", order | {"updated_at": "2026-03-01T15:00:00Z"})

    _, error = shopify.attempt(page_size=2)

    assert str(error).startswith("The shop rejected the query orders")


@pytest.mark.parametrize("order_id", ["101", "109"])
def test_order_edited_between_requests_is_not_lost(shopify: Shopify, order_id: str) -> None:
    """The edit is before the n-th request, for every n. A second run reads the rest."""
    shop = shopify.server.shop
    few = {"page_size": 2, "lookback_seconds": 0}
    for number in count(1):
        shopify.fake.requests = 0
        shopify.fake.before_request = (
            lambda n, at=number: edit_order(shop, order_id) if n == at else None  # type: ignore[misc]
        )
        first = shopify.read(**few)
        was_reached = shopify.fake.requests >= number
        shopify.fake.before_request = lambda _: None

        second = shopify.read(first.state, **few)

        read = [*first.records("transactions"), *second.records("transactions")]
        totals = {its["transaction_id"]: its["total_amount"] for its in read}
        expected = {key: Decimal(its["total_amount"]) for key, its in shop.transactions.items()}
        assert {key: Decimal(total) for key, total in totals.items()} == expected, number
        if not was_reached:
            break
    assert number > 10


def test_deleted_customer_is_missing_from_the_list_of_ids(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify reports no deletion of a customer. Ids have one or two digits here."""
    monkeypatch.setattr(paging, "_IDS", 2)
    shop = shopify.server.shop
    [customer, *_] = shop.customers.values()
    for customer_id in list(shop.customers):
        shop.remove("customers", customer_id)
    for number in (1, 2, 9, 10, 11):
        shop.put("customers", customer | {"id": str(number)})
    first = shopify.read(page_size=2)
    shop.remove("customers", "9")

    second = shopify.read(first.state, page_size=2)

    found = [(r["from_id"], r["to_id"], r["ids"]) for r in second.records("id_ranges")]
    assert found == [(10, None, ["11", "10"]), (0, 9, ["2", "1"])]
    assert {r["stream"] for r in second.records("id_ranges")} == {"customers"}
