"""Shopify: what its API holds back, splits and forgets."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from doubles import shopify, shopify_connections
from doubles.clock import Clock
from doubles.logical_shop import BEGINNING, edit_order, make_shop, place_order, written
from doubles.shopify import CLIENT, ShopifyServer, serve
from doubles.shopify_cost import Bucket
from doubles.shopify_schema import require_schemas
from tap_shopapp import http
from tap_shopapp.applications.shopify import bulk
from tap_shopapp.applications.shopify.faults import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from doubles.base import Double


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    monkeypatch.setattr(bulk, "time", clock)
    return clock


@pytest.fixture
def server() -> ShopifyServer:
    require_schemas()
    return ShopifyServer(make_shop())


@pytest.fixture
def double(server: ShopifyServer) -> Iterator[Double]:
    with serve(server) as running:
        yield running


@pytest.fixture
def read(double: Double, run: Callable[..., Messages]) -> Any:
    def read(state: dict[str, Any] | None = None, **settings: Any) -> Messages:
        given = {"shop_id": "s", "application": "shopify", **double.settings, **settings}
        return run({name: its for name, its in given.items() if its}, state=state)

    return read


def whole(messages: Messages, stream: str) -> list[dict[str, Any]]:
    """Return what a run wrote of a stream, in an order of its own."""
    return sorted(messages.records(stream), key=str)


def test_an_empty_bucket_is_waited_for_as_long_as_it_takes(
    server: ShopifyServer, read: Any, clock: Clock
) -> None:
    """Buckets that hold one query each: what is missing comes back at 100 points a second."""
    expected = read()
    assert clock.waits == []
    server.bucket = Bucket(size=400.0, now=clock.monotonic)

    found = read(page_size=5)

    assert found.ids() == expected.ids()
    assert clock.waits
    assert max(clock.waits) < 10


def test_a_bucket_that_is_empty_by_status_is_waited_for(
    server: ShopifyServer, read: Any, clock: Clock
) -> None:
    server.bucket = Bucket(size=400.0, now=clock.monotonic)
    server.throttles_by_status = True

    assert len(read(page_size=5).ids()) == 9
    assert all(2.0 <= wait < 6.0 for wait in clock.waits)


def test_no_page_costs_more_than_it_may(double: Double, read: Any) -> None:
    """The shop, deletions, orders, their refunds, products, two of categories, customers."""
    assert len(read().ids()) == 9

    assert double.requests == 8


def test_a_page_that_costs_too_much_is_made_smaller(
    double: Double, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_pages = read()
    double.requests = 0
    monkeypatch.setattr(shopify, "LIMIT", 600)

    small = read()

    assert double.requests > 8
    assert whole(small, "transactions") == whole(whole_pages, "transactions")
    assert small.ids("products", "product_id") == whole_pages.ids("products", "product_id")


def test_what_stands_in_a_record_is_read_to_its_end(server: ShopifyServer, read: Any) -> None:
    order = server.shop.transactions["101"]
    [line, *_] = order["items"]
    lines = [line | {"id": str(5000 + n), "position": n + 1} for n in range(130)]
    server.shop.put("transactions", order | {"items": lines})

    items = [its for its in read().records("items") if its["transaction_id"] == "101"]

    assert sorted(its["item_id"] for its in items) == sorted(its["id"] for its in lines)


def test_an_app_is_let_in_by_its_id_and_secret_and_again_when_its_token_is_gone(
    server: ShopifyServer, double: Double, read: Any
) -> None:
    double.before_request = lambda number: server.tokens.clear() if number == 4 else None

    found = read(access_token=None, **CLIENT)

    assert len(found.ids()) == 9


def test_a_wrong_secret_is_refused(double: Double, try_run: Attempt) -> None:
    settings = {**double.settings, **CLIENT, "client_secret": "canary-of-another"}
    del settings["access_token"]

    _, error = try_run({"shop_id": "s", "application": "shopify", **settings})

    assert str(error).startswith("The shop refused the authorization (400 on /admin/oauth/")
    assert "canary" not in str(error)


@pytest.mark.parametrize("scope", ["", "read_all_orders"])
def test_orders_that_are_silently_absent_are_warned_of(
    server: ShopifyServer, read: Any, caplog: pytest.LogCaptureFixture, scope: str
) -> None:
    old = place_order(server.shop, 50, at=BEGINNING - timedelta(days=100))
    server.scopes |= {scope}
    caplog.set_level(logging.WARNING)

    found = read()

    assert (old in found.ids()) == bool(scope)
    assert ("the last 60 days only" in caplog.text) == (not scope)
    caplog.clear()
    # Nor would it be told what changes in them.
    read(found.state)
    assert ("the last 60 days only" in caplog.text) == (not scope)


def test_what_the_app_is_not_approved_for_is_said(double: Double, try_run: Attempt) -> None:
    double.withdraw["personal"]()

    _, error = try_run({"shop_id": "s", "application": "shopify", **double.settings})

    assert "protected customer data" in str(error)


def test_a_version_that_was_retired_is_told(
    read: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    assert len(read(api_version="2024-01").ids()) == 9

    assert "in another version of its API than 2024-01" in caplog.text


def test_what_happened_to_others_deletes_no_order(
    server: ShopifyServer, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shopify leaves out of a search what it does not understand, and gives the rest."""
    monkeypatch.setattr(shopify_connections, "_meets", lambda *_: True)
    moment = written(server.shop.clock())
    for action, kind, plain in (
        ("create", "Order", "101"),
        ("destroy", "Product", "102"),
        ("destroy", "Order", "103"),
    ):
        server.note(action, kind, plain, moment)

    assert read().ids("deleted_transactions") == ["103"]


def test_an_order_that_is_deleted_while_its_refunds_are_read_stops_no_run(
    server: ShopifyServer, double: Double, read: Any
) -> None:
    """What was given back of it is more than a page of lines; each request may be the last."""
    order = server.shop.transactions["105"]
    returned = order["items"][0] | {"refunded_quantity": "1", "refunded_amount": "1"}
    lines = [returned | {"id": str(5000 + n), "position": n + 1} for n in range(30)]
    server.bucket = Bucket(size=1e9)
    for number in count(1):
        server.shop.put("transactions", order | {"items": lines})
        double.requests = 0
        double.before_request = (
            lambda n, at=number: double.delete_order("105") if n == at else None  # type: ignore[misc]
        )

        found = read()

        assert len({*found.ids()} - {"105"}) == 8, number
        if double.requests < number:
            break
    assert number > 10


def test_a_deleted_order_is_told_by_the_next_run(double: Double, read: Any) -> None:
    first = read()
    double.delete_order("105")

    second = read(first.state)

    deleted_at = double.shop.transactions["105"]["deleted_at"].replace("Z", ".000000Z")
    assert first.records("deleted_transactions") == []
    assert second.records("deleted_transactions") == [
        {"shop_id": "s", "transaction_id": "105", "deleted_at": deleted_at}
    ]
    # A record of an order without its amounts would take them from the warehouse.
    assert second.ids() == []


def test_no_deletion_is_lost_by_runs_that_break_off(
    server: ShopifyServer, double: Double, read: Any, try_run: Attempt
) -> None:
    """The shop closes before the n-th request, for every n; the next run reads the rest."""
    server.bucket = Bucket(size=1e9)
    state = read().state
    double.delete_order("105")
    later = BEGINNING + timedelta(days=33)
    server.shop.clock = lambda: later
    for hours in (54, 53, 52):
        place_order(server.shop, 250 - hours, at=later - timedelta(hours=hours))
    settings = {"shop_id": "s", "application": "shopify", **double.settings}
    settings |= {"page_size": 1, "lookback_seconds": 60}

    for number in count(1):
        double.requests = 0
        double.before_request = lambda n, at=number: setattr(server, "is_closed", n >= at)  # type: ignore[misc]
        broken, error = try_run(settings, state=state)
        double.before_request = lambda _: setattr(server, "is_closed", False)
        reached = broken.state if broken.states() else state

        second, _ = try_run(settings, state=reached)

        gone = [*broken.records("deleted_transactions")]
        gone += second.records("deleted_transactions")
        assert {its["transaction_id"] for its in gone} == {"105"}, number
        if not error:
            break
    assert number > 5


@pytest.mark.parametrize("by_bulk", [False, True])
def test_no_order_is_lost_by_runs_that_break_off(
    server: ShopifyServer,
    double: Double,
    try_run: Attempt,
    monkeypatch: pytest.MonkeyPatch,
    by_bulk: bool,  # noqa: FBT001 - a parameter of a test
) -> None:
    """The first page is edited as it is read: its orders are newer than their place."""
    monkeypatch.setattr(bulk, "_ORDERS_AT_ONCE", 2)
    server.bucket = Bucket(size=1e9)
    for order_id in ("101", "102"):
        order = server.shop.transactions[order_id]
        edited_at = written(server.shop.clock())
        edited = {"updatedAt": edited_at, "indexedAt": order["updated_at"]}
        server.shop.put("transactions", order | {"shopify": edited})
    settings = {"shop_id": "s", "application": "shopify", **double.settings}
    settings |= {"bulk": by_bulk, "page_size": 2, "lookback_seconds": 60}

    for number in count(1):
        double.requests = 0
        double.before_request = lambda n, at=number: setattr(server, "is_closed", n >= at)  # type: ignore[misc]
        broken, error = try_run(settings)
        double.before_request = lambda _: setattr(server, "is_closed", False)

        second, failure = try_run(settings, state=broken.state if broken.states() else None)

        assert failure is None
        assert len({*broken.ids(), *second.ids()}) == 9, number
        if not error:
            break
    assert number > 5


def test_a_run_that_found_nothing_new_still_reaches_the_present(read: Any) -> None:
    first = read()

    second = read(first.state)

    assert second.bookmark is not None
    assert first.bookmark is not None
    assert second.bookmark > first.bookmark


def test_an_edited_order_is_read_again_with_its_lines(server: ShopifyServer, read: Any) -> None:
    first = read()
    edit_order(server.shop, "101")

    second = read(first.state)

    assert second.ids() == ["101"]
    assert {its["transaction_id"] for its in second.records("items")} == {"101"}


def test_what_is_missing_in_the_bucket_says_how_long_to_wait() -> None:
    """342 points are wanted, 100 there, and 50 come back in a second: 4.84 s."""
    status = {"maximumAvailable": 1000, "currentlyAvailable": 100, "restoreRate": 50}
    cost = {"requestedQueryCost": 342, "throttleStatus": status}

    found = fault({"extensions": {"code": "THROTTLED"}}, {"extensions": {"cost": cost}})

    assert isinstance(found, http.TransientError)
    assert found.wait == pytest.approx(4.84)


def test_the_address_of_a_bulk_operations_file_is_in_no_log(
    read: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    assert len(read(bulk=True).ids()) == 9

    assert ".jsonl" not in caplog.text


@pytest.mark.parametrize(("version", "running"), [("2025-10", 1), ("2026-10", 5)])
def test_no_more_bulk_operations_are_begun_than_may_run(
    server: ShopifyServer, double: Double, try_run: Attempt, version: str, running: int
) -> None:
    for _ in range(running):
        query = "{ products { edges { node { id } } } }"
        server.bulk.run(version, query, is_grouped=True)
    settings = {"shop_id": "s", "application": "shopify", "bulk": True, **double.settings}

    _, error = try_run({**settings, "api_version": version})

    assert str(error) == (
        "Another bulk operation of the app is still running."
        " Run again, or unset bulk to have orders read page by page."
    )


def test_a_bulk_operation_that_fails_ends_the_run(
    server: ShopifyServer, double: Double, try_run: Attempt
) -> None:
    server.bulk.fails_with = "TIMEOUT"
    settings = {"shop_id": "s", "application": "shopify", "bulk": True, **double.settings}

    messages, error = try_run(settings)

    assert str(error).startswith("The shop did not finish the bulk operation.")
    assert messages.ids() == []


def test_a_bulk_operation_gives_the_same_records(read: Any) -> None:
    by_page, by_bulk = read(), read(bulk=True)

    for stream in ("transactions", "items", "refunds"):
        found, expected = whole(by_bulk, stream), whole(by_page, stream)
        assert found
        assert found == expected
    assert by_bulk.bookmark is not None
    assert by_bulk.bookmark >= written(BEGINNING)
    # What came since is a matter of a page.
    assert read(by_bulk.state, bulk=True).ids() == []
