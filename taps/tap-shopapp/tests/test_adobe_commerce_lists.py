"""Adobe Commerce: queries follow the schema; credit memos, records and ids by list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from adobe_commerce_reader import NOW, Shop, filters, sorting
from shop_fakes.adobe_commerce_rows import category, credit_memo, customer, order, product
from shop_fakes.adobe_commerce_schema import (
    RELEASES,
    RESULTS,
    SEARCH_PARAMETERS,
    parameter,
    problems,
    unknown_fields,
)
from shop_fakes.adobe_commerce_search import selected, selection
from shop_fakes.serving import serve_answers
from tap_shopapp.applications.adobe_commerce.client import AdobeCommerce
from tap_shopapp.pages import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt

# Names that the shop's own module may add to orders.
CAMPAIGN = {
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("id_send_log", "id_batch", "id_visit", "landing_url", "referrer_url"),
}


@pytest.fixture
def shop(try_run: Attempt) -> Iterator[Shop]:
    """An empty shop."""
    shop = Shop(try_run)
    with serve_answers(shop.answer) as shop.url:
        yield shop


@pytest.fixture
def client(shop: Shop) -> AdobeCommerce:
    """The application, without a run."""
    settings = {"user_agent": "test", "request_timeout": 5, "page_size": 2}
    return AdobeCommerce(
        {"api_url": shop.url, "access_token": "canary-of-an-integration", **settings}
    )


def at(second: int) -> str:
    return f"2026-03-01 12:00:{second:02}"


def filled(shop: Shop) -> None:
    """Fill each list of the shop, with refunds and variants."""
    shop.stored.orders = [
        order(key, updated_at=at(key // 2), total_refunded=1) for key in range(1, 6)
    ]
    shop.stored.credit_memos = [credit_memo(key, key, grand_total=1) for key in range(1, 6)]
    links = {"configurable_product_links": [2, 3]}
    shop.stored.products = [
        product(1, type_id="configurable", price=0, extension_attributes=links),
        product(2),
        product(3),
    ]
    shop.stored.categories = [category(1, 0, 0), category(2, 1, 1), category(3, 2, 2)]
    shop.stored.customers = [customer(key) for key in (1, 2, 3)]


@pytest.mark.parametrize("release", RELEASES)
def test_every_query_follows_the_published_schema(shop: Shop, release: str) -> None:
    """Parameters of the searches, and each selected field of each object.

    The tap selects custom fees from every release. The schema of 2.4.7 does not have them.
    """
    filled(shop)
    first = shop.extract(page_size=2)
    shop.extract(page_size=2, state=first.state)

    paths = set()
    unknown = set()
    for request in shop.requests:
        path = request.path.removeprefix("/rest/all")
        if path == "/V1/store/storeConfigs":
            assert not request.args
            continue
        query = request.args.to_dict()
        paths.add(path)
        assert {parameter(name) for name in query} - {"fields"} <= SEARCH_PARAMETERS
        tree = selection(query["fields"])
        assert tree.keys() == {"items", "total_count"}
        unknown.update(unknown_fields(tree["items"], RESULTS[path], release))
        assert len(request.full_path) < 8000  # the limit of common servers
    assert paths == set(RESULTS)
    later = {"custom_fees"} if release == "2.4.7" else set()
    assert unknown == {f"extension_attributes.{name}" for name in CAMPAIGN | later}


def test_answers_to_every_query_follow_the_published_schema(shop: Shop) -> None:
    """The fields that the tap reads have the published types."""
    filled(shop)
    shop.extract()
    for path, name in RESULTS.items():
        rows = getattr(
            shop.stored,
            {"credit_memo": "credit_memos", "category": "categories"}.get(name, f"{name}s"),
        )
        for query in shop.queries(path.removeprefix("/V1")):
            for row in selected({"items": rows}, query["fields"])["items"]:
                assert problems(row, name, is_whole=False) == []


def test_personal_data_is_not_requested(shop: Shop) -> None:
    filled(shop)

    shop.extract()

    asked = " ".join(str(request.args) for request in shop.requests)
    for name in ("remote_ip", "protect_code", "status_histories", "comment", "customer_note"):
        assert name not in asked
    for name in ("dob", "taxvat", "gender", "telephone", "street", "x_forwarded_for"):
        assert name not in asked


def of_orders(shop: Shop) -> list[dict[str, str]]:
    """Return the requests for credit memos of a page, not those for changed credit memos."""
    queries = shop.queries("/creditmemos")
    return [query for query in queries if filters(query)[0][0] == "order_id"]


def test_credit_memos_of_a_page_take_one_request(shop: Shop) -> None:
    filled(shop)

    messages = shop.extract()

    [query] = of_orders(shop)
    assert filters(query) == [("order_id", "in", "1,2,3,4,5"), ("entity_id", "gt", "0")]
    assert len(messages.records("refunds")) == 5


def test_orders_without_refunds_need_no_credit_memos(shop: Shop) -> None:
    shop.stored.orders = [order(key) for key in range(1, 6)]

    shop.extract()

    assert of_orders(shop) == []


def test_credit_memos_over_several_pages_are_all_read(shop: Shop) -> None:
    shop.stored.orders = [order(1, total_refunded=7)]
    shop.stored.credit_memos = [credit_memo(key, 1, grand_total=1) for key in range(1, 8)]

    messages = shop.extract(page_size=2)

    assert len(messages.records("refunds")) == 7
    assert messages.records("transactions")[0]["refunded_amount"] == "7"


def test_credit_memo_that_left_its_order_unchanged_is_found(shop: Shop) -> None:
    """The secondary list has its own bookmark."""
    shop.stored.orders = [order(1, updated_at=at(1)), order(2, updated_at=at(2))]
    first = shop.extract(lookback_seconds=0)
    shop.stored.credit_memos = [
        credit_memo(1, 1, updated_at="2026-12-01 00:00:00", grand_total=5)
    ]
    shop.server.clock = lambda: NOW.replace(hour=1)

    second = shop.extract(state=first.state, lookback_seconds=0)

    assert [row["transaction_id"] for row in second.records("refunds")] == ["1"]
    assert second.state["bookmarks"]["transactions"]["secondary"] == {
        "credit_memos": "2026-12-01T01:00:00.000000Z"
    }


def test_changed_credit_memos_are_paged_by_their_own_time(
    shop: Shop, client: AdobeCommerce
) -> None:
    shop.stored.credit_memos = [
        credit_memo(key, 10 * key, updated_at=at(key // 3)) for key in range(1, 8)
    ]
    window = Window("2026-03-01T12:00:01.000000Z", "2026-03-01T12:00:59.000000Z")

    pages = list(client.changed_ids("transactions", "credit_memos", window))

    assert [page.ids for page in pages] == [["30", "40", "50"], ["60", "70"]]
    assert [page.complete_until for page in pages] == [
        "2026-03-01T12:00:01.000000Z",
        "2026-03-01T12:00:02.000000Z",
    ]


def test_orders_are_read_by_id_without_deleted_ones(shop: Shop, client: AdobeCommerce) -> None:
    shop.stored.orders = [order(key) for key in (1, 2, 4)]

    pages = list(client.pages_by_id("transactions", ["4", "3", "2", "1"]))

    found = [record["transaction_id"] for page in pages for record in page.records]
    assert sorted(found) == ["1", "2", "4"]


@pytest.mark.parametrize("stream", ["transactions", "products", "customers"])
def test_ids_are_listed_from_the_highest_without_a_gap(
    shop: Shop, client: AdobeCommerce, stream: str
) -> None:
    """Pages have three times as many ids as records: 6."""
    shop.stored.orders = [order(key) for key in range(1, 14) if key != 5]
    shop.stored.products = [product(key) for key in range(1, 14) if key != 5]
    shop.stored.customers = [customer(key) for key in range(1, 14) if key != 5]

    pages = list(client.id_pages(stream, None, 0))

    assert [page.ids[stream] for page in pages] == [
        ["13", "12", "11", "10", "9", "8"],
        ["7", "6", "4", "3", "2", "1"],
    ]
    assert [page.is_last for page in pages] == [False, True]
    [rest] = client.id_pages(stream, "4", 9)
    assert (rest.ids[stream], rest.is_last) == (["3", "2", "1"], True)
    paths = {"transactions": "/orders", "customers": "/customers/search"}
    path = paths.get(stream, "/products")
    last = shop.queries(path)[-1]
    assert filters(last) == [("entity_id", "lt", "4")]
    assert sorting(last) == [("entity_id", "DESC")]
    assert selection(last["fields"])["items"].keys() == {shop_key(stream)}


def shop_key(stream: str) -> str:
    return "entity_id" if stream == "transactions" else "id"


def test_empty_shop_has_an_empty_list_of_ids(client: AdobeCommerce) -> None:
    [page] = client.id_pages("transactions", None, 0)

    assert (page.ids, page.is_last) == ({"transactions": []}, True)


def test_deleted_order_leaves_a_gap_in_the_list_of_ids(shop: Shop) -> None:
    shop.stored.orders = [order(key, updated_at=at(key)) for key in range(1, 5)]
    first = shop.extract()
    del shop.stored.orders[1]

    second = shop.extract(state=first.state)

    [found] = [row for row in second.records("id_ranges") if row["stream"] == "transactions"]
    assert sorted(found["ids"]) == ["1", "3", "4"]
    assert (found["from_id"], found["to_id"]) == (0, None)
