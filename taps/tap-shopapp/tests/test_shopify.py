"""Shopify: hidden records, query costs, and credentials."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from shop_fakes import shopify as shopify_fake
from shop_fakes.logical_shop import BEGINNING, place_order
from shop_fakes.shopify import CLIENT
from shop_fakes.shopify_cost import Bucket
from tap_shopapp.api.errors import TransientError
from tap_shopapp.applications.shopify.errors import exception_for

if TYPE_CHECKING:
    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]


def test_empty_bucket_delays_requests_until_it_refills(shopify: Shopify) -> None:
    """The bucket holds one query and refills at 100 points per second."""
    expected = shopify.read()
    assert shopify.clock.waits == []
    shopify.server.bucket = Bucket(size=400.0, now=shopify.clock.monotonic)

    found = shopify.read(page_size=5)

    assert found.ids() == expected.ids()
    assert shopify.clock.waits
    assert max(shopify.clock.waits) < 10


def test_throttling_by_http_status_delays_requests(shopify: Shopify) -> None:
    shopify.server.bucket = Bucket(size=400.0, now=shopify.clock.monotonic)
    shopify.server.throttles_by_status = True

    assert len(shopify.read(page_size=5).ids()) == 9
    assert all(2.0 <= wait < 6.0 for wait in shopify.clock.waits)


def test_pages_fit_the_cost_limit_at_the_first_attempt(shopify: Shopify) -> None:
    """One request each for the shop, deletions, orders, products and customers.

    Refunds, agreements and the two kinds of categories take one each. All lists except orders
    are counted too, since the app may not see all orders.
    """
    assert len(shopify.read().ids()) == 9

    assert shopify.fake.requests == 9 + 3


def test_page_over_the_cost_limit_is_made_smaller(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_pages = shopify.read()
    shopify.fake.requests = 0
    monkeypatch.setattr(shopify_fake, "LIMIT", 600)

    small = shopify.read()

    assert shopify.fake.requests > 8
    found, expected = small.records("transactions"), whole_pages.records("transactions")
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert small.ids("products", "product_id") == whole_pages.ids("products", "product_id")


def test_order_with_130_lines_is_read_completely(shopify: Shopify) -> None:
    order = shopify.server.shop.transactions["101"]
    [line, *_] = order["items"]
    lines = [line | {"id": str(5000 + n), "position": n + 1} for n in range(130)]
    shopify.server.shop.put("transactions", order | {"items": lines})

    items = [its for its in shopify.read().records("items") if its["transaction_id"] == "101"]

    assert sorted(its["item_id"] for its in items) == sorted(its["id"] for its in lines)


def test_app_exchanges_id_and_secret_for_a_token_and_renews_it(
    shopify: Shopify,
) -> None:
    shopify.fake.before_request = lambda number: (
        shopify.server.tokens.clear() if number == 4 else None
    )

    found = shopify.read(access_token=None, **CLIENT)

    assert len(found.ids()) == 9


def test_wrong_secret_is_an_error(shopify: Shopify) -> None:
    secret = {**CLIENT, "client_secret": "canary-of-another"}

    _, error = shopify.attempt(access_token=None, **secret)

    assert str(error).startswith("The shop rejected the credentials (400 on /admin/oauth/")
    assert "canary" not in str(error)


@pytest.mark.parametrize("scope", ["", "read_all_orders"])
def test_orders_hidden_from_the_app_are_a_warning(
    shopify: Shopify, caplog: pytest.LogCaptureFixture, scope: str
) -> None:
    old = place_order(shopify.server.shop, 50, at=BEGINNING - timedelta(days=100))
    shopify.server.scopes |= {scope}
    caplog.set_level(logging.WARNING)

    found = shopify.read()

    assert (old in found.ids()) == bool(scope)
    assert ("only the orders of the last 60 days" in caplog.text) == (not scope)
    caplog.clear()
    # The next run also warns, since changes of hidden orders are missing.
    shopify.read(found.state)
    assert ("only the orders of the last 60 days" in caplog.text) == (not scope)


def test_missing_approval_of_the_app_is_an_error(shopify: Shopify) -> None:
    shopify.fake.withdraw["personal"]()

    _, error = shopify.attempt()

    assert "protected customer data" in str(error)


def test_retired_api_version_is_a_warning(
    shopify: Shopify, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    assert len(shopify.read(api_version="2024-01").ids()) == 9

    assert "has retired version 2024-01 of its API" in caplog.text


def test_missing_points_in_the_bucket_define_the_wait() -> None:
    """The query needs 342 points, 100 are available, 50 return per second: 4.84 s."""
    status = {"maximumAvailable": 1000, "currentlyAvailable": 100, "restoreRate": 50}
    cost = {"requestedQueryCost": 342, "throttleStatus": status}

    found = exception_for({"extensions": {"code": "THROTTLED"}}, {"extensions": {"cost": cost}})

    assert isinstance(found, TransientError)
    assert found.wait == pytest.approx(4.84)
