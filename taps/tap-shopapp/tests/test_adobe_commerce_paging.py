"""Adobe Commerce: lists are read completely and in order, whatever happens meanwhile."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from adobe_commerce_reader import NOW, Shop, filters, sorting
from shop_fakes.adobe_commerce_rows import category, order
from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt

FIRST = "2026-03-01 12:00:00"


@pytest.fixture
def shop(try_run: Attempt) -> Iterator[Shop]:
    """An empty shop."""
    shop = Shop(try_run)
    with serve_answers(shop.answer) as shop.url:
        yield shop


def at(second: int) -> str:
    return f"2026-03-01 12:00:{second:02}"


def test_first_page_states_direction_and_upper_bound(shop: Shop) -> None:
    shop.stored.orders = [order(1)]

    shop.extract()

    [query] = shop.queries("/orders")
    assert filters(query) == [("updated_at", "lt", f"{NOW:%Y-%m-%d %H:%M:%S}")]
    # The default direction is descending.
    assert sorting(query) == [("updated_at", "ASC"), ("entity_id", "ASC")]
    assert query["searchCriteria[pageSize]"] == "100"
    # The shop answers other types with HTML or XML.
    assert {its.headers["Accept"] for its in shop.requests} == {"application/json"}


def test_second_run_begins_with_the_second_of_its_bookmark(shop: Shop) -> None:
    shop.stored.orders = [order(1, updated_at=at(1))]
    first = shop.extract()
    shop.requests.clear()

    second = shop.extract(state=first.state, lookback_seconds=0)

    assert second.ids() == ["1"]
    query = shop.queries("/orders")[0]
    assert filters(query)[0] == ("updated_at", "gteq", at(1))


def test_pages_continue_by_time_and_ties_by_id(shop: Shop) -> None:
    """Five orders of one second and three others, two per page."""
    shop.stored.orders = [
        order(9, updated_at=at(1)),
        *(order(key, updated_at=at(2)) for key in (3, 1, 7, 5, 8)),
        order(4, updated_at=at(3)),
        order(2, updated_at=at(4)),
    ]

    messages = shop.extract(page_size=2)

    assert sorted(messages.ids()) == ["1", "2", "3", "4", "5", "7", "8", "9"]
    asked = [filters(query)[:-1] or "all" for query in shop.queries("/orders")]
    assert asked == [
        "all",
        # The last second of the page begins the next one.
        [("updated_at", "gteq", at(2))],
        # A page of one second only: its rest by id, then what is later.
        [("updated_at", "eq", at(2))],
        [("updated_at", "eq", at(2))],
        [("updated_at", "gt", at(2))],
    ]
    ties = [filters(query)[-1] for query in shop.queries("/orders")[2:4]]
    assert ties == [("entity_id", "gt", "3"), ("entity_id", "gt", "7")]
    assert sorting(shop.queries("/orders")[2]) == [("entity_id", "ASC")]


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("ties", [1, 2, 3, 7])
def test_every_order_is_written_once(shop: Shop, page_size: int, ties: int) -> None:
    shop.stored.orders = [
        order(key, updated_at=at(key // ties)) for key in (11, 4, 9, 2, 7, 1, 10, 3, 8, 5, 6)
    ]

    messages = shop.extract(page_size=page_size)

    assert sorted(map(int, messages.ids())) == list(range(1, 12))


def test_order_edited_between_pages_is_not_lost(shop: Shop) -> None:
    """The edit moves order 1 to the end while page n is requested."""
    for number in count(1):
        shop.stored.orders = [order(key, updated_at=at(key)) for key in range(1, 8)]
        shop.requests.clear()

        def edit(request: int, number: int = number) -> None:
            if request == number:
                shop.stored.orders[0] = order(1, updated_at=at(59), coupon_code="LATE")

        shop.happen = edit
        first = shop.extract(page_size=2)
        was_reached = len(shop.requests) >= number
        shop.happen = lambda _: None
        second = shop.extract(page_size=2, state=first.state)

        assert {*first.ids(), *second.ids()} == {str(key) for key in range(1, 8)}
        if not was_reached:
            break
    assert number > 5


def test_last_page_that_is_repeated_ends_the_list(shop: Shop) -> None:
    """Up to 2.3.4. Every request is for the first page, so no page is past the end."""
    shop.server.search.repeats_last_page = True
    shop.stored.orders = [order(key, updated_at=at(key)) for key in range(1, 6)]
    shop.stored.categories = [category(1, 0, 0), category(2, 1, 1), category(3, 2, 2)]

    messages = shop.extract(page_size=2)

    assert sorted(messages.ids()) == ["1", "2", "3", "4", "5"]
    pages = {query.get("searchCriteria[currentPage]", "1") for query in shop.queries("/orders")}
    assert pages == {"1"}


def test_records_that_repeat_end_the_run(shop: Shop) -> None:
    """A server that answers every page with the first one."""
    rows = [order(1, updated_at=at(1)), order(2, updated_at=at(2)), order(3, updated_at=at(3))]
    shop.stored.orders = rows
    shop.server.alter = lambda stream, page: (
        rows[:2] if stream == "transactions" and page else page
    )

    _, error = shop.attempt(page_size=2)

    assert "has records that its filter excludes" in str(error)


def test_ignored_filter_ends_the_run_before_it_reads(shop: Shop) -> None:
    """A proxy drops the filter: the shop counts all records instead of none."""
    shop.stored.orders = [order(1)]
    shop.server.ignores_filters = True

    messages, error = shop.attempt()

    assert str(error).startswith("The shop ignores the filter updated_at of /orders.")
    assert messages.all == []


@pytest.mark.parametrize("start_date", ["2026-02-28", "2026-03-01T12:00:00Z"])
def test_times_are_sent_in_utc_without_a_zone(shop: Shop, start_date: str) -> None:
    """The shop ignores a filter with a time that it cannot read, with status 200."""
    shop.stored.orders = [order(1, updated_at=FIRST)]
    first = shop.extract(start_date=start_date)
    shop.extract(start_date=start_date, state=first.state)

    for query in shop.queries("/orders"):
        for field, _, value in filters(query):
            assert field == "updated_at"
            assert len(value) == len("2026-03-01 12:00:00")
            assert not value.endswith("Z")
