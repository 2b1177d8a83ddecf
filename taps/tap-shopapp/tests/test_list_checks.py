"""An unsorted, unfiltered or incomplete list ends the run, in every application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import edit_order, make_shop
from shop_fakes.registry import FAKES
from tap_shopapp.api.list_check import ListCheck, ListError
from tap_shopapp.applications import APPLICATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from shop_fakes.base import FakeShop
    from tap_shopapp.errors import TapError

STREAMS = ("transactions", "products", "categories", "customers")
LISTS = [(name, stream) for name in sorted(FAKES) for stream in STREAMS]
# Lists that are filtered by time of change.
FILTERED = [
    (name, stream)
    for name, stream in LISTS
    if stream not in APPLICATIONS[name].full_lists
    # WooCommerce's customers have no filter; the tap writes only changed ones.
    and (name, stream) != ("woocommerce", "customers")
]
NOT_MOVED = "The bookmark was not moved, so no record is lost."


@pytest.fixture
def application() -> str:
    return "overridden by each test's parameters"


@pytest.fixture
def fake(application: str) -> Iterator[FakeShop]:
    shop = make_shop()
    if application == "shopify":  # further categories of a product become collections
        names = ["5", "6", "7"]
        for name in names:
            shop.put("categories", {**shop.categories["4"], "id": name})
            shop.put("customers", {**shop.customers["3"], "id": name})
        shop.put("products", {**shop.products["1"], "category_ids": ["2", *names]})
    with FAKES[application](shop) as running:
        yield running


@pytest.fixture
def attempt(application: str, fake: FakeShop, try_run: Attempt) -> Any:
    """Run the tap with two records per page, without a lookback that would hide a loss."""

    def attempt(state: Any = None) -> tuple[Messages, TapError | None]:
        settings = {"page_size": 2, "lookback_seconds": 0, **fake.settings}
        config = {"shop_id": "s", "application": application, **settings}
        return try_run(config, state=state)

    return attempt


def bookmark(messages: Messages, stream: str) -> str | None:
    value: str | None = messages.state["bookmarks"].get(stream, {}).get("replication_key_value")
    return value


@pytest.mark.parametrize(("application", "stream"), LISTS)
def test_unsorted_list_ends_the_run(
    fake: FakeShop, attempt: Callable[..., Any], application: str, stream: str
) -> None:
    # Shopify's cursor is a place in its index; times on a page may be out of order.
    is_indexed = application == "shopify" and stream in ("transactions", "customers")
    change = _late_first_page() if is_indexed else reversed
    fake.alter = lambda name, rows: list(change(rows)) if name == stream else rows

    messages, error = attempt()

    assert "is not sorted by" in str(error), error
    assert NOT_MOVED in str(error)
    assert bookmark(messages, stream) is None
    assert stream not in {its["stream"] for its in messages.records("full_lists")}


def _late_first_page() -> Callable[[list[Any]], list[Any]]:
    """Return a function that moves the records of the first page to the third page."""
    pages: list[list[Any]] = []

    def change(rows: list[Any]) -> list[Any]:
        pages.append(rows)
        first, *others = pages
        return [*rows, *first] if len(others) == 2 else rows if others else []

    return change


@pytest.mark.parametrize(("application", "stream"), FILTERED)
def test_unfiltered_list_ends_the_run(
    fake: FakeShop, attempt: Callable[..., Any], stream: str
) -> None:
    """The second run receives a record from long before its bookmark."""
    pages: list[Any] = []

    def keep(name: str, rows: list[Any]) -> list[Any]:
        pages.extend(rows if name == stream else [])
        return rows

    fake.alter = keep
    first, error = attempt()
    assert error is None
    fake.alter = lambda name, rows: [pages[0], *rows] if name == stream else rows
    edit_order(fake.shop, "109")

    second, error = attempt(first.state)

    assert "has records that its filter excludes" in str(error), error
    assert bookmark(second, stream) == bookmark(first, stream) is not None


@pytest.mark.parametrize(("application", "stream"), LISTS)
def test_list_with_a_gap_moves_no_bookmark_and_deletes_nothing(
    fake: FakeShop, attempt: Callable[..., Any], application: str, stream: str
) -> None:
    """The list counts the record, but no page has it."""
    ids = list(getattr(fake.shop, stream))
    hidden = ids[-3]
    fake.hidden = {(stream, hidden)}

    messages, error = attempt()

    # WooCommerce lists by id lack records that the shop cannot load. PrestaShop fails on each
    # page that has such a record.
    is_skipped = application == "prestashop" or (application, stream) in (
        ("woocommerce", "categories"),
        ("woocommerce", "customers"),
    )
    if is_skipped:
        assert error is None
        [reject] = messages.records("rejected_records")
        assert (reject["stream"], reject["reason_code"]) == (stream, "unreadable")
    else:
        assert "its pages" in str(error), error
    record = getattr(fake.shop, stream)[hidden]
    # Only PrestaShop names the record that it cannot give, so the run can go past it.
    if application == "prestashop":
        assert str(json.loads(reject["payload"])["id"]) == hidden
    else:
        assert (bookmark(messages, stream) or "") < (record["updated_at"] or "1")
    assert stream not in {its["stream"] for its in messages.records("full_lists")}


def _closed(reported: int | None, read: int, left: int | None) -> str:
    """Return the error at the end of a list, empty if the list is complete."""
    check: ListCheck[int] = ListCheck("orders", "id", reported)
    check.count(read)
    try:
        check.close(lambda: left)
    except ListError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("reported", "read", "left", "is_complete"),
    [
        (5, 5, None, True),
        (5, 7, None, True),  # two were added
        (5, 4, 4, True),  # one was deleted
        (5, 4, 5, False),
        (5, 4, 3, True),  # two were deleted, one of them after it was read
        (None, 4, 9, True),  # the shop reports no length
        (5, 4, None, True),  # the shop no longer reports a length
    ],
)
def test_list_is_complete_if_all_remaining_records_were_read(
    *, reported: int | None, read: int, left: int | None, is_complete: bool
) -> None:
    reason = f"The shop's list of orders has {left} records, but its pages contained {read}."
    assert (_closed(reported, read, left) == "") is is_complete
    assert is_complete or _closed(reported, read, left).startswith(reason)
