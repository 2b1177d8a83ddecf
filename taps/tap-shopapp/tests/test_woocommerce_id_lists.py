"""WooCommerce: lists of ids, for deletions and changes that leave no trace.

An id that a list skips counts as deleted. So the lists are read while records are inserted and
deleted, and every record that was there all the time must be in its range.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.clock import Clock
from shop_fakes.measured import read_measured
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce import KEY, SECRET
from shop_fakes.woocommerce_changes import Administration
from shop_fakes.woocommerce_releases import RELEASES
from shop_fakes.woocommerce_rows import order, product, times
from tap_shopapp.api import http
from tap_shopapp.applications.woocommerce.client import WooCommerce
from woocommerce_reader import NOW, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Record
    from tap_shopapp.pages import IdPage

RECORDED_AT = datetime(2026, 12, 1, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    """An empty site in Montreal."""
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def administration(site: Site) -> Administration:
    seconds = count(3600)
    site.wordpress.clock = lambda: NOW + timedelta(seconds=next(seconds))
    return Administration(site.wordpress, site.stored)


def ranges(found: Messages, stream: str) -> list[tuple[int, int | None, list[str]]]:
    """Return the ranges of a run: lowest id, highest id, and the ids that exist."""
    return [
        (its["from_id"], its["to_id"], its["ids"])
        for its in found.records("id_ranges")
        if its["stream"] == stream
    ]


def place(site: Site, *numbers: int) -> None:
    site.stored.orders += [order(n, "2026-03-01T12:00:00") for n in numbers]


@pytest.mark.parametrize("version", RELEASES)
def test_deleted_order_and_refund_are_missing_from_their_range(
    site: Site, version: str
) -> None:
    """8.9.3 has no list of refunds, but its orders have the ids of their refunds."""
    site.wordpress.release = RELEASES[version]
    place(site, 3, 5, 8)
    admin = administration(site)
    created = times(date_created="2026-03-02T00:00:00")
    for refund_id, order_id in ((91, 3), (92, 5), (93, 5)):
        refund = {"id": refund_id, "amount": "1.00", "reason": "", "line_items": [], **created}
        admin.refund(order_id, refund)
    first = site.extract()
    assert sorted(first.ids("refunds", "refund_id")) == ["91", "92", "93"]
    admin.delete_refund(92)
    admin.delete_order(8)

    second = site.extract(state=first.state)

    assert ranges(second, "transactions") == [(0, None, ["5", "3"])]
    assert ranges(second, "refunds") == [(0, None, ["93", "91"])]
    # Neither deletion moved an order, so the second run read no order.
    [query] = [it for it in site.queries("/orders") if it.get("_fields") == "id,refunds"]
    assert query == {
        "_fields": "id,refunds",
        "status": "any",
        "orderby": "id",
        "order": "desc",
        "offset": "0",
        "per_page": "100",
    }


@pytest.mark.parametrize("name", ["orders-with-refunds", "orders-by-kind"])
def test_recorded_orders_have_the_ids_of_their_refunds(site: Site, name: str) -> None:
    """The expected ids are those that the refund list of the same shop has."""
    recorded = read_measured("woocommerce-live", name)["body"]
    refunds = read_measured("woocommerce-live", "refunds-of-them")["body"]
    expected = read_measured("woocommerce-live", "expected")["by_kind"]
    site.stored.orders, site.stored.refunds = recorded, refunds
    site.wordpress.clock = lambda: RECORDED_AT
    first = site.extract()

    second = site.extract(state=first.state)

    [(_, _, ids)] = ranges(second, "refunds")
    if name == "orders-with-refunds":
        assert sorted(ids) == sorted(str(refund["id"]) for refund in refunds)
    else:
        # The order whose refund was deleted has none.
        deleted = next(it for it in recorded if str(it["id"]) == expected["refund deleted"])
        assert (deleted["refunds"], deleted["status"]) == ([], "refunded")
        assert sorted(ids) == ["124", "303"]


@pytest.mark.parametrize("name", ["orders-in-the-trash-of-8.9.3", "orders-by-kind"])
def test_recorded_orders_of_both_releases_have_refunds(name: str) -> None:
    for recorded in read_measured("woocommerce-live", name)["body"]:
        assert isinstance(recorded["refunds"], list)


def _insert(site: Site) -> None:
    highest = max((it["id"] for it in site.stored.orders), default=0)
    place(site, highest + 10)


def _delete(place_from_top: int) -> Callable[[Site], None]:
    def delete(site: Site) -> None:
        by_id = sorted(site.stored.orders, key=lambda it: -it["id"])
        if place_from_top < len(by_id):
            site.stored.orders.remove(by_id[place_from_top])

    return delete


CHANGES: dict[str, tuple[Callable[[Site], None], ...]] = {
    "insert": (_insert,),
    "insert three": (_insert,) * 3,
    "delete the highest": (_delete(0),),
    "delete the two highest": (_delete(0), _delete(0)),
    "delete the fourth": (_delete(3),),
    "delete the five highest": (_delete(0),) * 5,
    "insert and delete": (_insert, _delete(1)),
    "delete two and insert one": (_delete(0), _delete(1), _insert),
    "delete the lowest three": (_delete(9), _delete(8), _delete(7)),
    "delete all but one": (_delete(1),) * 9,
}


def id_pages(
    site: Site, size: int, below: str | None = None, listed: int = 0
) -> Iterator[IdPage]:
    """Return the pages of the list of orders."""
    settings = {
        "api_url": site.url,
        "consumer_key": KEY,
        "consumer_secret": SECRET,
        "user_agent": "tests",
        "request_timeout": 5,
        "page_size": size,
    }
    return WooCommerce(settings).id_pages("transactions", below, listed)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_change_between_two_requests_hides_no_id(site: Site, name: str, size: int) -> None:
    for number in count(1):
        site.empty()
        place(site, *range(10, 110, 10))
        before = {it["id"] for it in site.stored.orders}

        def happen(n: int, at: int = number) -> None:
            if n == at:
                for change in CHANGES[name]:
                    change(site)

        site.happen = happen
        pages = list(id_pages(site, size))

        stayed = before & {it["id"] for it in site.stored.orders}
        found = [int(each) for page in pages for each in page.ids["transactions"]]
        assert stayed <= set(found), number
        assert found == sorted(found, reverse=True)
        assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]
        if len(site.requests) < number:
            break
    assert number > 3


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_change_between_two_runs_hides_no_id(site: Site, name: str, size: int) -> None:
    """Each run continues after one page, where the run before ended."""
    for number in (2, 3, 4):
        site.empty()
        place(site, *range(10, 110, 10))
        before = {it["id"] for it in site.stored.orders}
        found: list[str] = []
        for run in range(1, 30):
            if run == number:
                for change in CHANGES[name]:
                    change(site)
            below = found[-1] if found else None
            page = next(id_pages(site, size, below, len(found)))
            found += page.ids["transactions"]
            if page.is_last:
                break

        stayed = before & {it["id"] for it in site.stored.orders}
        assert page.is_last
        assert {str(each) for each in stayed} <= set(found), number


@pytest.mark.parametrize("listed", [0, 1, 5, 9, 99])
def test_wrong_number_of_listed_ids_hides_no_id(site: Site, listed: int) -> None:
    """The number is only a hint where to begin."""
    place(site, *range(1, 10))

    pages = list(id_pages(site, 3, "6", listed))

    assert [each for page in pages for each in page.ids["transactions"]] == [*"54321"]


def test_ranges_of_several_runs_leave_no_gap(site: Site) -> None:
    place(site, *range(10, 110, 10))
    state = site.extract(page_size=4).state
    found = []
    for _ in range(3):
        run = site.extract(state=state, page_size=4, id_list_requests=1)
        state = run.state
        found += ranges(run, "transactions")

    assert found == [
        (70, None, ["100", "90", "80", "70"]),
        (40, 69, ["60", "50", "40"]),
        (0, 39, ["30", "20", "10"]),
    ]


def test_list_without_any_order_detects_no_deletion(site: Site) -> None:
    """A shop that answers nothing looks the same as a shop without orders."""
    place(site, 4)
    first = site.extract()
    site.stored.orders.clear()

    second = site.extract(state=first.state)

    assert ranges(second, "transactions") == []


def test_orders_in_the_trash_are_in_no_list(site: Site) -> None:
    place(site, 4, 5)
    first = site.extract()
    administration(site).trash_order(4)

    second = site.extract(state=first.state)

    assert ranges(second, "transactions") == [(0, None, ["5"])]
    [trashed] = [it for it in second.records("transactions") if it["transaction_id"] == "4"]
    assert trashed["deleted_at"] == "2026-03-31T01:00:00.000000Z"


@pytest.mark.parametrize("size", [2, 3, 100])
def test_list_ends_above_records_that_the_shop_does_not_return(
    site: Site, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    """They exist, and no list may count them as deleted."""
    place(site, *range(1, 10))
    first = site.extract(page_size=size)
    site.wordpress.unreadable = {4}
    caplog.set_level(logging.WARNING)

    second = site.extract(state=first.state, page_size=size)

    found = ranges(second, "transactions")
    assert all(lowest > 4 for lowest, _, _ in found)
    assert "/orders: the shop counts records that it does not return" in caplog.text
    assert "are not detected" in caplog.text


@pytest.mark.parametrize("size", [2, 4, 100])
def test_list_ends_above_a_record_on_which_the_shop_fails(
    site: Site, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    place(site, *range(1, 10))
    first = site.extract(page_size=size)
    site.wordpress.failing = {4}

    second = site.extract(state=first.state, page_size=size)

    assert all(lowest > 4 for lowest, _, _ in ranges(second, "transactions"))
    assert "/orders: the shop fails on a record of the list of ids" in caplog.text


def test_unsorted_list_of_ids_ends_the_run(site: Site) -> None:
    place(site, 1, 2, 3)
    first = site.extract()
    site.wordpress.alter = lambda stream, rows: (
        rows[::-1] if stream == "transactions" and len(rows) == 3 else rows
    )

    found, error = site.attempt(state=first.state)

    assert "is not sorted by id" in str(error)
    assert ranges(found, "transactions") == []


def test_orders_without_refunds_end_the_run(site: Site) -> None:
    """Otherwise every loaded refund would count as deleted."""
    place(site, 1)
    first = site.extract()
    site.stored.orders[0] |= times(date_modified="2026-02-01T00:00:00")
    del site.stored.orders[0]["refunds"]

    _, error = site.attempt(state=first.state)

    assert "/orders has orders without their refunds" in str(error)


@pytest.fixture
def catalogue(site: Site) -> Site:
    """Two simple products and one with variations, in two categories."""
    both = [{"id": 3, "name": "Hats"}, {"id": 4, "name": "Sale"}]
    site.stored.categories = [{**it, "parent": 0} for it in both]
    site.stored.products = [
        product(7, categories=both),
        product(8, categories=both, type="variable", variations=[17], price="1.00"),
        product(9, categories=both),
        # Moved later: every run reads the last second before the bookmark again.
        product(10, **times(date_modified="2026-03-20T00:00:00")),
    ]
    site.stored.variations_of = {
        8: [{"id": 17, "sku": "V", "price": "22.00", "status": "publish"}]
    }
    return site


def products(found: Messages) -> dict[str, Record]:
    return {its["product_id"]: its for its in found.records("products")}


def test_products_are_listed_with_fields_that_change_without_a_trace(catalogue: Site) -> None:
    first = catalogue.extract()
    admin = administration(catalogue)
    admin.delete_category(4)
    admin.set_price(7, "9.99")
    admin.delete_product(9)
    catalogue.stored.deleted_products.clear()

    second = catalogue.extract(state=first.state)

    assert ranges(second, "products") == [(0, None, ["10", "8", "7"])]
    found = products(second)
    assert found["7"] == {
        "shop_id": "s",
        "product_id": "7",
        "name": "Hat",
        "sku": None,
        "product_type": "simple",
        "url": "https://shop.example/hat",
        "status": "active",
        "category_ids": ["3"],
        "price_amount": "9.99",
        "currency": "CAD",
        "attributes": {},
    }
    # The list has no prices of variations, and the warehouse keeps the price.
    assert found["8"]["category_ids"] == ["3"]
    assert found["8"].keys().isdisjoint({"price_amount", "currency", "attributes"})
    # No product moved, so no other page has them.
    assert sorted(second.ids("products", "product_id")) == ["10", "10", "7", "8"]


def test_schema_of_listed_products_has_only_their_fields(catalogue: Site) -> None:
    """Loaders write all columns of the last SCHEMA."""
    first = catalogue.extract()

    second = catalogue.extract(state=first.state)

    fields: frozenset[str] = frozenset()
    seen: list[tuple[str, frozenset[str]]] = []
    for message in second.all:
        if message.get("stream") != "products":
            continue
        if message["type"] == "SCHEMA":
            fields = frozenset(message["schema"]["properties"])
        elif message["type"] == "RECORD":
            assert message["record"].keys() == fields
            seen.append((message["record"]["product_id"], fields))
    assert [key for key, _ in seen] == ["10", "10", "9", "7", "8"]
    assert ["updated_at" in columns for _, columns in seen] == [True, *[False] * 4]
    assert "price_amount" not in seen[-1][1]


def test_listed_price_that_includes_tax_is_an_attribute(catalogue: Site) -> None:
    catalogue.wordpress.taxes = ("yes", "yes")
    first = catalogue.extract()
    administration(catalogue).set_price(7, "9.99")

    found = products(catalogue.extract(state=first.state))["7"]

    assert (found["price_amount"], found["attributes"]) == (
        None,
        {"price_including_tax": "9.99"},
    )


def test_lists_of_ids_need_one_request_per_page(site: Site) -> None:
    place(site, *range(1, 251))
    first = site.extract()
    site.requests.clear()

    second = site.extract(state=first.state)

    # Pages of 100 overlap by one: 250 ids are on ⌈249 / 99⌉ pages.
    queries: list[Any] = [it for it in site.queries("/orders") if "refunds" in str(it)]
    assert [query["offset"] for query in queries] == ["0", "99", "198"]
    assert sum(len(ids) for _, _, ids in ranges(second, "transactions")) == 250
