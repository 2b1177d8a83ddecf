"""WooCommerce: lists are read completely, even if they change during the read."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_rows import order, times
from woocommerce_reader import NOW, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from shopapp_demo.shop import Record


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    """An empty site in Montreal."""
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def test_times_are_requested_in_gmt_one_second_early_without_z(site: Site) -> None:
    site.stored.orders = [order(1, "2026-03-01T12:00:00"), order(2, "2026-03-02T12:00:00")]
    first = site.extract()
    site.requests.clear()

    second = site.extract(state=first.state, lookback_seconds=0)

    # `modified_after` excludes its second, so the second before the bookmark is sent.
    assert second.ids() == ["2"]
    by_time = [query for query in site.queries("/orders") if query["orderby"] == "modified"]
    assert {query["status"]: query for query in by_time} == {
        status: {
            "status": status,
            "modified_after": "2026-03-02T11:59:59",
            "modified_before": "2026-03-31T00:00:00",
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": "100",
            "dp": "6",
        }
        for status in ("any", "trash")
    }


@pytest.mark.parametrize("start_date", ["1970-01-01", "1999-12-31T00:00:00Z"])
def test_start_date_before_any_shop_is_not_sent(site: Site, start_date: str) -> None:
    site.stored.orders = [order(1)]

    assert site.extract(start_date=start_date).ids() == ["1"]
    assert all("modified_after" not in query for query in site.queries("/orders"))


@pytest.mark.parametrize("size", [2, 3, 4, 100])
def test_second_with_more_orders_than_a_page_is_read_once(site: Site, size: int) -> None:
    """Imports and bulk edits give many orders the same time."""
    seconds = ["2026-03-01T12:00:00"] * 3 + ["2026-03-01T12:00:01"] * 7
    seconds += ["2026-03-01T12:00:02"] * 2 + ["2026-03-05T00:00:00"]
    site.stored.orders = [order(20 - number, time) for number, time in enumerate(seconds)]

    found = site.extract(page_size=size)

    assert sorted(found.ids()) == sorted(str(20 - number) for number in range(13))
    assert found.bookmark == "2026-03-05T00:00:00.000000Z"


def test_order_changed_in_a_full_second_hides_no_other_order(site: Site) -> None:
    for number in count(1):
        site.empty()
        stored = site.stored.orders = [order(n, "2026-03-01T12:00:00") for n in range(1, 10)]
        change = partial(stored[0].update, times(date_modified="2026-03-31T00:00:01"))
        site.happen = lambda n, at=number, change=change: change() if n == at else None  # type: ignore[misc]

        found = site.extract(page_size=3)

        # The next run reads the changed order.
        assert {str(n) for n in range(2, 10)} <= set(found.ids()), number
        if len(site.requests) < number:
            break
    assert number > 10


@pytest.mark.parametrize("unreadable", [set(), {5}, {3, 6}, {4, 5, 6}, {1, 2, 3}])
def test_deleted_categories_hide_no_later_category(site: Site, unreadable: set[int]) -> None:
    """A category missing from a full list would be deleted. Unreadable ones may be missing."""
    for number in count(1):
        site.empty()
        stored = [{"id": n, "name": str(n), "parent": 0} for n in range(1, 10)]
        site.stored.categories = stored
        site.wordpress.unreadable = unreadable
        delete = partial(stored.__delitem__, slice(0, 2))
        site.happen = lambda n, at=number, delete=delete: delete() if n == at else None  # type: ignore[misc]

        found = site.extract(page_size=3).ids("categories", "category_id")

        expected = {str(n) for n in range(3, 10) if n not in unreadable}
        assert expected <= set(found), number
        assert len(found) == len(set(found))
        if len(site.requests) < number:
            break
    assert number > 10


def test_list_that_ignores_times_of_change_ends_the_run(site: Site) -> None:
    """Releases before 5.8 ignore them, and reading would never end."""
    site.stored.orders = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 6)]
    site.wordpress.heeds_times_of_change = False

    _, error = site.attempt(page_size=2)

    assert "/wp-json/wc/v3/orders has records that its filter excludes" in str(error)


def test_all_customers_are_listed_and_only_changed_ones_written(site: Site) -> None:
    def customer(customer_id: int, modified: str | None) -> Record:
        return {
            "id": customer_id,
            "email": f"c{customer_id}@example.com",
            "first_name": "Ann",
            "last_name": "",
            "billing": {"phone": "+1 514 555 0199"},
            **times(date_created="2026-03-01T00:00:00", date_modified=modified),
        }

    site.stored.customers = [customer(1, "2026-03-20T00:00:00"), customer(2, None)]
    first = site.extract(page_size=2)
    site.stored.customers += [customer(3, "2026-03-31T00:00:00"), customer(4, None)]
    site.stored.customers[0] |= times(date_modified="2026-03-31T00:00:01")
    site.wordpress.clock = lambda: NOW + timedelta(minutes=10)

    second = site.extract(state=first.state, page_size=2)

    assert first.ids("customers", "customer_id") == ["1", "2"]
    assert second.ids("customers", "customer_id") == ["1", "3"]
    bookmark = second.state["bookmarks"]["customers"]["replication_key_value"]
    assert bookmark == "2026-03-31T00:10:00.000000Z"


def test_key_is_in_no_url_and_is_sent_only_to_the_api(site: Site) -> None:
    site.stored.orders = [order(1)]

    site.extract()

    for request in site.requests:
        assert "canary" not in request.url
        is_woocommerce = request.path.startswith("/wp-json/wc/")
        assert ("Authorization" in request.headers) == is_woocommerce


def test_page_size_of_one_becomes_two(site: Site) -> None:
    """Pages overlap by one record, so a page of one would never advance."""
    site.stored.categories = [{"id": n, "name": str(n), "parent": 0} for n in range(1, 4)]

    found = site.extract(page_size=1)

    assert found.ids("categories", "category_id") == ["1", "2", "3"]
