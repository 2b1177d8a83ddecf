"""Shopify: orders that are read by bulk operations."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from shop_fakes.logical_shop import BEGINNING, edit_order, place_order, written
from tap_shopapp.applications.shopify import bulk

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]


class Killed(BaseException):
    """The end of a process, which nothing in it catches."""


@pytest.fixture
def killed(shopify: Shopify, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run the tap, and kill it while the shop's bulk operation runs."""

    def sleep(_: float) -> NoReturn:
        raise Killed

    def killed(**settings: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(shopify.clock, "sleep", sleep)
            with pytest.raises(Killed):
                shopify.read(bulk=True, **settings)

    return killed


def test_the_address_of_a_bulk_operations_file_is_in_no_log(
    shopify: Shopify, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    assert len(shopify.read(bulk=True).ids()) == 9

    assert ".jsonl" not in caplog.text


@pytest.mark.parametrize(("version", "running"), [("2025-10", 1), ("2026-10", 5)])
def test_no_more_bulk_operations_are_begun_than_may_run(
    shopify: Shopify, version: str, running: int
) -> None:
    for _ in range(running):
        query = "{ products { edges { node { id } } } }"
        shopify.server.bulk.run(version, query, is_grouped=True)

    _, error = shopify.attempt(bulk=True, api_version=version)

    assert str(error) == (
        "Another bulk operation of the app is still running. Run again, or unset bulk to read"
        " orders page by page."
    )


def test_a_bulk_operation_that_fails_ends_the_run(shopify: Shopify) -> None:
    """The part that it leaves is not taken."""
    shopify.server.bulk.fails_with = "TIMEOUT"

    messages, error = shopify.attempt(bulk=True)

    assert str(error) == (
        "The shop did not finish the bulk operation (FAILED, TIMEOUT). Run again, or unset"
        " bulk to read orders page by page."
    )
    assert messages.ids() == []
    assert messages.bookmark is None


def test_a_bulk_operation_that_is_denied_names_what_the_app_needs(shopify: Shopify) -> None:
    shopify.server.kept_from_app.add("Order.email")

    _, error = shopify.attempt(bulk=True)

    assert "access to protected customer data" in str(error)


def without_last_line(file: bytes) -> bytes:
    return b"".join(file.splitlines(keepends=True)[:-1])


def test_a_file_that_is_cut_short_between_two_lines_is_not_taken(shopify: Shopify) -> None:
    """Nine orders, eighteen lines of them, and nine of shipping."""
    shopify.server.bulk.sent = without_last_line

    broken, error = shopify.attempt(bulk=True)

    assert str(error) == (
        "The file of the bulk operation has 35 of 36 objects. Run again, or unset bulk to read"
        " orders page by page."
    )
    assert broken.ids() == []
    assert broken.bookmark is None


def test_a_file_that_is_cut_short_within_a_line_is_not_taken_from_there(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before is whole, and the bookmark stays where it was."""
    monkeypatch.setattr(bulk, "_ORDERS_AT_ONCE", 2)
    whole = shopify.read()
    shopify.server.bulk.sent = lambda file: file[:-5]

    broken, error = shopify.attempt(bulk=True)

    assert str(error) == (
        "The file of the bulk operation does not have Shopify's format. Run again, or unset"
        " bulk to read orders page by page."
    )
    assert len(broken.ids()) == 8
    written_lines = {its["transaction_id"] for its in broken.records("items")}
    assert written_lines == {*broken.ids()}
    for order in broken.records("transactions"):
        assert order in whole.records("transactions")
    shopify.server.bulk.sent = lambda file: file
    assert len(shopify.read(broken.state).ids()) == 9


def test_a_file_that_came_short_once_is_fetched_again(shopify: Shopify) -> None:
    short = [without_last_line]
    shopify.server.bulk.sent = lambda file: short.pop()(file) if short else file

    assert len(shopify.read(bulk=True).ids()) == 9


def test_a_bulk_operation_gives_the_same_records(shopify: Shopify) -> None:
    by_page, by_bulk = shopify.read(), shopify.read(bulk=True)

    for stream in ("transactions", "items", "refunds"):
        found, expected = by_bulk.records(stream), by_page.records(stream)
        assert found
        assert sorted(found, key=str) == sorted(expected, key=str)
    assert by_bulk.bookmark is not None
    assert by_bulk.bookmark >= written(BEGINNING)
    # What came since is a matter of a page.
    assert shopify.read(by_bulk.state, bulk=True).ids() == []


def test_the_operation_of_a_run_that_was_killed_is_taken_up(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    """After it began, one order was edited, one placed, and one came late into the index."""
    shop = shopify.server.shop
    killed()
    edit_order(shop, "101")
    place_order(shop, 200)
    place_order(shop, 201, at=BEGINNING + timedelta(days=30, hours=-1))

    by_bulk, by_page = shopify.read(bulk=True), shopify.read()

    [operation] = shopify.server.bulk.all()
    found = {its["transaction_id"]: its for its in by_bulk.records("transactions")}
    expected = {its["transaction_id"]: its for its in by_page.records("transactions")}
    assert found == expected
    assert {*found} == {*map(str, range(101, 110)), "300", "301"}
    # It is read on from the present.
    assert str(by_bulk.bookmark) > operation["createdAt"]


def test_only_an_operation_of_the_same_orders_is_taken_up(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    killed(start_date="2026-03-01T17:30:00Z")

    # Those from the first hour to the ninth, not only from the sixth.
    assert len(shopify.read(bulk=True).ids()) == 9
    assert len(shopify.server.bulk.all()) == 2


def test_an_operation_that_is_done_is_not_taken_up(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    """Its file may have been read already, and a full read needs the current records."""
    killed()
    [operation] = shopify.server.bulk.all()
    for _ in range(2):
        shopify.server.bulk.look(operation["id"], shopify.fake.address)
    # As if a scope let see it by now: it is no change.
    found_now = place_order(shopify.server.shop, 50, at=BEGINNING)

    assert found_now in shopify.read(bulk=True).ids()


def test_an_operation_of_a_back_fill_is_not_taken_up(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    """Another run may have read newer records since: here the last of three orders, edited."""
    window = {
        "backfill_since": "2026-03-01T15:00:00Z",
        "backfill_before": "2026-03-01T17:00:00Z",
    }
    killed(**window)
    edit_order(shopify.server.shop, "105")

    assert shopify.read(bulk=True, **window).ids() == ["103", "104"]
    assert len(shopify.server.bulk.all()) == 2


def test_where_operations_are_not_listed_one_that_was_left_behind_is_waited_out(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    version = "2025-10"
    killed(api_version=version)

    _, error = shopify.attempt(bulk=True, api_version=version)

    [operation] = shopify.server.bulk.all()
    assert str(error).startswith("Another bulk operation of the app is still running.")
    for _ in range(2):  # then it is done
        shopify.server.bulk.look(operation["id"], shopify.fake.address)
    assert len(shopify.read(bulk=True, api_version=version).ids()) == 9


def test_a_shipping_line_without_an_id_is_one(shopify: Shopify) -> None:
    """The schema lets it be null."""
    by_page = shopify.read()
    shopify.server.bulk.sent = lambda file: re.sub(
        rb'"gid://shopify/ShippingLine/\d+"', b"null", file
    )

    by_bulk = shopify.read(bulk=True)

    found, expected = by_bulk.records("transactions"), by_page.records("transactions")
    assert sorted(found, key=str) == sorted(expected, key=str)
