"""Shopify: runs after complete and interrupted runs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from shop_fakes import shopify_connections
from shop_fakes.logical_shop import BEGINNING, edit_order, place_order, written
from tap_shopapp.applications.shopify import bulk, paging

if TYPE_CHECKING:
    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]


def test_events_of_other_records_delete_no_order(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify ignores unknown search terms and applies the others."""
    monkeypatch.setattr(shopify_connections, "_meets", lambda *_: True)
    moment = written(shopify.server.shop.clock())
    for action, kind, plain in (
        ("create", "Order", "101"),
        ("destroy", "Product", "102"),
        ("destroy", "Order", "103"),
    ):
        shopify.server.note(action, kind, plain, moment)

    assert shopify.read().ids("deleted_transactions") == ["103"]


def test_order_deleted_while_its_refunds_are_read_is_skipped(
    shopify: Shopify,
) -> None:
    """The refund has more lines than a page. The order is deleted before the n-th request."""
    order = shopify.server.shop.transactions["105"]
    returned = order["items"][0] | {"refunded_quantity": "1", "refunded_amount": "1"}
    lines = [returned | {"id": str(5000 + n), "position": n + 1} for n in range(30)]
    for number in count(1):
        shopify.server.shop.put("transactions", order | {"items": lines})
        shopify.fake.requests = 0
        shopify.fake.before_request = (
            lambda n, at=number: shopify.fake.delete_order("105") if n == at else None  # type: ignore[misc]
        )

        found = shopify.read()

        assert len({*found.ids()} - {"105"}) == 8, number
        if shopify.fake.requests < number:
            break
    assert number > 10


def test_next_run_writes_a_deleted_order(shopify: Shopify) -> None:
    first = shopify.read()
    shopify.fake.delete_order("105")

    second = shopify.read(first.state)

    deleted_at = shopify.fake.shop.transactions["105"]["deleted_at"].replace("Z", ".000000Z")
    assert first.records("deleted_transactions") == []
    assert second.records("deleted_transactions") == [
        {"shop_id": "s", "transaction_id": "105", "deleted_at": deleted_at}
    ]
    # A record without amounts would delete the amounts in the warehouse.
    assert second.ids() == []


def test_interrupted_runs_lose_no_deletion(shopify: Shopify) -> None:
    """The shop closes before the n-th request, for every n. The next run reads the rest."""
    state = shopify.read().state
    shopify.fake.delete_order("105")
    later = BEGINNING + timedelta(days=33)
    shopify.server.shop.clock = lambda: later
    for hours in (54, 53, 52):
        place_order(shopify.server.shop, 250 - hours, at=later - timedelta(hours=hours))
    settings = {"page_size": 1, "lookback_seconds": 60}

    for number in count(1):
        broken, error = shopify.interrupted(number, state, **settings)
        bookmarks = broken.state if broken.states() else state

        second, _ = shopify.attempt(bookmarks, **settings)

        deleted = [*broken.records("deleted_transactions")]
        deleted += second.records("deleted_transactions")
        assert {its["transaction_id"] for its in deleted} == {"105"}, number
        if not error:
            break
    assert number > 5


@pytest.mark.parametrize("way", ["by page", "by several searches", "by bulk"])
def test_interrupted_runs_lose_no_order(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Orders of the first page are edited during the read: newer than their place."""
    monkeypatch.setattr(bulk, "_ORDERS_AT_ONCE", 2)
    if way == "by several searches":
        monkeypatch.setattr(paging, "_DEEP", 4)
    for order_id in ("101", "102"):
        order = shopify.server.shop.transactions[order_id]
        edited_at = written(shopify.server.shop.clock())
        edited = {"updatedAt": edited_at, "indexedAt": order["updated_at"]}
        shopify.server.shop.put("transactions", order | {"shopify": edited})
    settings = {"bulk": way == "by bulk", "page_size": 2, "lookback_seconds": 60}

    for number in count(1):
        broken, error = shopify.interrupted(number, **settings)

        bookmarks = broken.state if broken.states() else None
        second = shopify.read(bookmarks, **settings)

        assert len({*broken.ids(), *second.ids()}) == 9, number
        if not error:
            break
    assert number > 5


def test_run_without_new_records_still_moves_the_bookmark(shopify: Shopify) -> None:
    first = shopify.read()

    second = shopify.read(first.state)

    assert second.bookmark is not None
    assert first.bookmark is not None
    assert second.bookmark > first.bookmark


@pytest.mark.parametrize(
    ("placed_before", "expected"),
    [
        (timedelta(hours=23, minutes=59), ("mail", "50")),
        # No run has such a long lookback: a visit that is added so late is never read.
        (timedelta(hours=24, minutes=1), (None, None)),
    ],
)
def test_later_visit_is_read_within_a_day_of_the_order(
    shopify: Shopify, placed_before: timedelta, expected: tuple[str | None, str | None]
) -> None:
    """A visit does not change the time of the order, and is added later."""
    shop = shopify.server.shop
    order_id = place_order(shop, 50, at=BEGINNING + timedelta(days=30) - placed_before)
    order = shop.transactions[order_id]
    shop.put("transactions", order | {"landing_url": None})
    first = shopify.read()
    shop.put("transactions", order)

    second = shopify.read(first.state)

    before, *after = [
        (record["utm_source"], record["id_send_log"])
        for record in [*first.records("transactions"), *second.records("transactions")]
        if record["transaction_id"] == order_id
    ]
    assert before == (None, None)
    assert [before, *after][-1] == expected


def test_edited_order_is_read_again_with_its_lines(shopify: Shopify) -> None:
    first = shopify.read()
    edit_order(shopify.server.shop, "101")

    second = shopify.read(first.state)

    assert second.ids() == ["101"]
    assert {its["transaction_id"] for its in second.records("items")} == {"101"}
