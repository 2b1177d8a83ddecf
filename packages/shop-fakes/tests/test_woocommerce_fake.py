"""The fake of WooCommerce has the measured pitfalls of a real site."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from shop_fakes.woocommerce import KEY, SECRET, WordPress
from shop_fakes.woocommerce_changes import Administration
from shop_fakes.woocommerce_records import StoredSite
from shop_fakes.woocommerce_releases import NEWEST, RELEASES
from shop_fakes.woocommerce_rows import meta, order, product
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder

ZONE = ZoneInfo("America/Montreal")
BASIC = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()


@pytest.fixture
def site() -> StoredSite:
    """Thirty orders, one per hour from 2026-11-23T00:00:00 GMT."""
    moments = [
        datetime(2026, 11, 23, tzinfo=timezone.utc) + timedelta(hours=n) for n in range(30)
    ]
    orders = [
        {
            "id": n,
            "status": "processing",
            "total": "65.96",
            "date_created_gmt": f"{moment:%Y-%m-%dT%H:%M:%S}",
            "date_modified": f"{moment.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}",
            "date_modified_gmt": f"{moment:%Y-%m-%dT%H:%M:%S}",
        }
        for n, moment in enumerate(moments, 1)
    ]
    return StoredSite(ZONE, {"name": "A", "home": "", "currency": "USD"}, orders=orders)


def ask(site: StoredSite, query: dict[str, object], path: str = "/wc/v3/orders") -> Response:
    """Return the answer to a request."""
    wordpress = WordPress(site, lambda: datetime(2026, 11, 25, tzinfo=timezone.utc))
    headers = [("Authorization", BASIC)]
    builder = EnvironBuilder(f"/wp-json{path}", query_string=urlencode(query), headers=headers)
    return wordpress.answer(Request(builder.get_environ()))


def found(site: StoredSite, **query: object) -> list[dict[str, Any]]:
    answer = ask(site, {"per_page": 100, **query})
    assert answer.status_code == 200
    records: list[dict[str, Any]] = json.loads(answer.get_data())
    return records


@pytest.mark.parametrize(
    ("after", "flag", "count"),
    [
        # The sixteenth order is at 15:00 GMT, 10:00 in Montreal. Fourteen orders are later.
        ("2026-11-23T15:00:00", "true", 14),
        ("2026-11-23T15:00:00", "false", 9),  # read as local time: five hours are lost
        ("2026-11-23T10:00:00", "false", 14),
        ("2026-11-23T15:00:00Z", "false", 14),
        ("2026-11-23T15:00:00Z", "true", 19),  # read as local time, compared with GMT
    ],
)
def test_times_are_compared_as_measured(
    site: StoredSite, after: str, flag: str, count: int
) -> None:
    assert len(found(site, modified_after=after, dates_are_gmt=flag)) == count


@pytest.mark.parametrize(
    "query",
    [
        {"modified_after": "2026-11-23"},
        {"per_page": 101},
        {"per_page": 0},
        {"orderby": "date_modified"},
    ],
)
def test_invalid_request_is_answered_400(site: StoredSite, query: dict[str, object]) -> None:
    assert ask(site, query).status_code == 400


def test_page_has_ten_records_and_the_total(site: StoredSite) -> None:
    answer = ask(site, {})

    assert len(json.loads(answer.get_data())) == 10
    assert answer.headers["X-WP-Total"] == "30"
    assert answer.headers["X-WP-TotalPages"] == "3"


def test_paging_by_offset_loses_an_unchanged_order(site: StoredSite) -> None:
    """Also in a closed window and by id, because a changed order leaves the window."""
    window: dict[str, object] = {"modified_before": "2026-11-25T00:00:00", "orderby": "id"}
    window |= {"dates_are_gmt": "true", "order": "asc", "per_page": 10}
    first = found(site, **window, page=1)
    site.orders[0]["date_modified_gmt"] = "2026-11-25T00:00:01"
    others = [order for page in (2, 3) for order in found(site, **window, page=page)]

    assert len({order["id"] for order in first + others}) == 29
    assert 11 not in {order["id"] for order in first + others}


def test_amounts_have_the_requested_decimals(site: StoredSite) -> None:
    assert found(site)[0]["total"] == "65.96"
    assert found(site, dp=6)[0]["total"] == "65.960000"


@pytest.mark.parametrize("path", ["/wc/v3/variations", "/wc/v2/orders"])
def test_unknown_path_is_refused(site: StoredSite, path: str) -> None:
    answer = ask(site, {}, path)

    assert answer.status_code == 404
    assert json.loads(answer.get_data())["code"] == "rest_no_route"


MOVED = "2026-11-25T00:00:00"
STAYED = "2026-03-01T12:00:00"
REFUND = {"id": 90, "amount": "1.00", "reason": "Worn"}


@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize(
    ("change", "is_moved"),
    [
        ("save_order", True),
        ("refund", True),
        ("trash_order", True),
        ("delete_refund", False),
        ("save_item", False),
        # With orders in posts, saving metadata does not move an order.
        ("save_metadata", None),
    ],
)
def test_change_of_an_order_moves_its_time_as_measured(
    *, site: StoredSite, version: str, change: str, is_moved: bool | None
) -> None:
    wordpress = WordPress(site, lambda: datetime(2026, 11, 25, tzinfo=timezone.utc))
    wordpress.release = RELEASES[version]
    administration = Administration(wordpress, site)
    stub = {"id": 80, "reason": "", "total": "-2.00"}
    site.orders[:] = [order(1, STAYED, refunds=[stub], meta_data=meta(a="b"))]
    arguments: dict[str, tuple[Any, ...]] = {
        "refund": (1, REFUND),
        "delete_refund": (80,),
        "save_item": (1, 1),
        "save_metadata": (1, "a", "c"),
    }

    getattr(administration, change)(*arguments.get(change, (1,)))

    expected = RELEASES[version].has_order_tables if is_moved is None else is_moved
    assert site.orders[0]["date_modified_gmt"] == (MOVED if expected else STAYED)
    ids = {"refund": [90, 80], "delete_refund": []}.get(change, [80])
    assert [refund["id"] for refund in site.orders[0]["refunds"]] == ids


def test_change_of_a_product_without_its_own_save_moves_nothing(site: StoredSite) -> None:
    wordpress = WordPress(site, lambda: datetime(2026, 11, 25, tzinfo=timezone.utc))
    administration = Administration(wordpress, site)
    site.products[:] = [product(7)]

    administration.set_price(7, "9.99")
    administration.set_categories(7, 3, 4)
    administration.delete_category(3)

    [found] = site.products
    assert found["date_modified_gmt"] == STAYED
    assert found["price"] == "9.99"
    assert [category["id"] for category in found["categories"]] == [4]


def test_deleted_product_leaves_lines_without_product_and_sku(site: StoredSite) -> None:
    site.products[:] = [product(87)]
    site.orders[:] = [order(1, STAYED)]
    wordpress = WordPress(site, lambda: datetime(2026, 11, 25, tzinfo=timezone.utc))

    Administration(wordpress, site).delete_product(87)

    [found] = json.loads(ask(site, {}).get_data())
    [line] = found["line_items"]
    assert (line["product_id"], line["variation_id"], line["sku"]) == (0, 0, None)
    assert found["date_modified_gmt"] == STAYED
    assert site.orders[0]["line_items"][0]["product_id"] == 87  # the database keeps it


def test_deleted_order_leaves_no_trace(site: StoredSite) -> None:
    wordpress = WordPress(site, lambda: datetime(2026, 11, 25, tzinfo=timezone.utc))

    Administration(wordpress, site).delete_order(30)

    for status in ("any", "trash"):
        assert 30 not in {each["id"] for each in found(site, status=status)}
    assert ask(site, {"per_page": 1}).headers["X-WP-Total"] == "29"


def test_page_past_the_end_counts_no_record(site: StoredSite) -> None:
    answer = ask(site, {"offset": 30})

    assert (json.loads(answer.get_data()), answer.headers["X-WP-Total"]) == ([], "0")


def test_newest_release_is_the_recorded_one() -> None:
    assert NEWEST.version == "11.0.1"
