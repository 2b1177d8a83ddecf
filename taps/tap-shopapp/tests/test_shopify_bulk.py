"""Shopify: orders from bulk operations."""

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
    """The end of a process. Nothing catches it."""


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


def test_url_of_a_bulk_file_is_in_no_log(
    shopify: Shopify, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    assert len(shopify.read(bulk=True).ids()) == 9

    assert ".jsonl" not in caplog.text


@pytest.mark.parametrize(("version", "running"), [("2025-10", 1), ("2026-10", 5)])
def test_bulk_operation_above_the_limit_is_an_error(
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


def test_failed_bulk_operation_ends_the_run(shopify: Shopify) -> None:
    """Its partial result is not loaded."""
    shopify.server.bulk.fails_with = "TIMEOUT"

    messages, error = shopify.attempt(bulk=True)

    assert str(error) == (
        "The shop did not finish the bulk operation (FAILED, TIMEOUT). Run again, or unset"
        " bulk to read orders page by page."
    )
    assert messages.ids() == []
    assert messages.bookmark is None


def test_denied_bulk_operation_names_the_missing_access(shopify: Shopify) -> None:
    shopify.server.kept_from_app.add("Order.email")

    _, error = shopify.attempt(bulk=True)

    assert "access to protected customer data" in str(error)


def without_last_line(file: bytes) -> bytes:
    return b"".join(file.splitlines(keepends=True)[:-1])


def test_bulk_file_cut_between_lines_is_not_loaded(shopify: Shopify) -> None:
    """36 objects: nine orders, eighteen lines, nine shipping lines."""
    shopify.server.bulk.sent = without_last_line

    broken, error = shopify.attempt(bulk=True)

    assert str(error) == (
        "The file of the bulk operation has 35 of 36 objects. Run again, or unset bulk to read"
        " orders page by page."
    )
    assert broken.ids() == []
    assert broken.bookmark is None


def test_bulk_file_cut_within_a_line_is_loaded_up_to_that_line(
    shopify: Shopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The orders before it are complete, and the bookmark does not move."""
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


def test_bulk_file_cut_once_is_downloaded_again(shopify: Shopify) -> None:
    short = [without_last_line]
    shopify.server.bulk.sent = lambda file: short.pop()(file) if short else file

    assert len(shopify.read(bulk=True).ids()) == 9


def test_bulk_operation_gives_the_same_records_as_pages(shopify: Shopify) -> None:
    by_page, by_bulk = shopify.read(), shopify.read(bulk=True)

    for stream in ("transactions", "items", "refunds", "sales_events"):
        found, expected = by_bulk.records(stream), by_page.records(stream)
        assert found
        assert sorted(found, key=str) == sorted(expected, key=str)
    assert by_bulk.bookmark is not None
    assert by_bulk.bookmark >= written(BEGINNING)
    # The next run reads newer orders by page.
    assert shopify.read(by_bulk.state, bulk=True).ids() == []


def test_bulk_operation_of_a_killed_run_is_continued(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    """After its start, one order is edited, one is placed, and one is indexed late."""
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
    # The bookmark is after the start of the operation.
    assert str(by_bulk.bookmark) > operation["createdAt"]


def test_bulk_operation_of_other_orders_is_not_continued(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    killed(start_date="2026-03-01T17:30:00Z")

    # All nine orders, not only those since the start date.
    assert len(shopify.read(bulk=True).ids()) == 9
    assert len(shopify.server.bulk.all()) == 2


def test_completed_bulk_operation_is_not_continued(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    """Its file may have been read already; a full read needs current records."""
    killed()
    [operation] = shopify.server.bulk.all()
    for _ in range(2):
        shopify.server.bulk.look(operation["id"], shopify.fake.address)
    # The order becomes visible without a change, for example by a new scope.
    found_now = place_order(shopify.server.shop, 50, at=BEGINNING)

    assert found_now in shopify.read(bulk=True).ids()


def test_bulk_operation_of_a_backfill_is_not_continued(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    """Another run may have read newer records. Here the last of three orders is edited."""
    window = {
        "backfill_since": "2026-03-01T15:00:00Z",
        "backfill_before": "2026-03-01T17:00:00Z",
    }
    killed(**window)
    edit_order(shopify.server.shop, "105")

    assert shopify.read(bulk=True, **window).ids() == ["103", "104"]
    assert len(shopify.server.bulk.all()) == 2


def test_unlisted_bulk_operation_blocks_runs_until_it_completes(
    shopify: Shopify, killed: Callable[..., None]
) -> None:
    version = "2025-10"
    killed(api_version=version)

    _, error = shopify.attempt(bulk=True, api_version=version)

    [operation] = shopify.server.bulk.all()
    assert str(error).startswith("Another bulk operation of the app is still running.")
    for _ in range(2):  # then it is complete
        shopify.server.bulk.look(operation["id"], shopify.fake.address)
    assert len(shopify.read(bulk=True, api_version=version).ids()) == 9


def test_shipping_line_without_id_is_read_from_a_bulk_file(shopify: Shopify) -> None:
    """The id may be null in the schema."""
    by_page = shopify.read()
    shopify.server.bulk.sent = lambda file: re.sub(
        rb'"gid://shopify/ShippingLine/\d+"', b"null", file
    )

    by_bulk = shopify.read(bulk=True)

    found, expected = by_bulk.records("transactions"), by_page.records("transactions")
    assert sorted(found, key=str) == sorted(expected, key=str)
