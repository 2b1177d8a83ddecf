"""The demo shop over HTTP: credentials, rejected requests, and stable pages."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from shopapp_demo.server import RunningShop, serve
from shopapp_demo.shop import COLLECTIONS, Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "token-of-this-test"
NINE = "2026-01-05T09:00:00Z"
TEN = "2026-01-05T10:00:00Z"
ELEVEN = "2026-01-05T11:00:00Z"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Shop, RunningShop]]:
    shop = Shop({"id": "s", "name": "S", "currency": "CAD", "time_zone": "UTC"})
    with serve(shop, token=TOKEN) as running:
        yield shop, running


@pytest.fixture
def shop(served: tuple[Shop, RunningShop]) -> Shop:
    """Return a shop with 300 products of the same time."""
    shop = served[0]
    shop.products.clear()
    for number in range(300):
        shop.put("products", {"id": f"p{number:03}", "updated_at": TEN})
    return shop


@pytest.fixture
def running(served: tuple[Shop, RunningShop], shop: Shop) -> RunningShop:  # noqa: ARG001
    return served[1]


def get(
    running: RunningShop, path: str = "/v1/products", *, token: str = TOKEN, **query: str
) -> requests.Response:
    return requests.get(
        f"{running.url}{path}",
        params=query,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )


def ids(response: requests.Response) -> list[str]:
    assert response.status_code == 200
    return [record["id"] for record in response.json()["data"]]


def follow(running: RunningShop, page: dict[str, Any], **query: str) -> list[str]:
    """Return the ids of the pages after this one."""
    found = []
    while page["has_more"]:
        page = get(running, cursor=page["next_cursor"], **query).json()
        found += [record["id"] for record in page["data"]]
    assert page["next_cursor"] is None
    return found


@pytest.mark.parametrize("path", ["/v1/shop", "/v1/products", "/v1/nothing", "/"])
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN]
)
def test_request_without_the_token_is_refused(
    running: RunningShop, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = requests.get(f"{running.url}{path}", headers=headers, timeout=10)
    assert response.status_code == 401
    assert response.headers["Content-Type"] == PROBLEM
    assert "p000" not in response.text
    assert TOKEN not in response.text


def test_shop_lists_the_scopes_of_the_token(running: RunningShop) -> None:
    body = get(running, "/v1/shop").json()
    assert body["currency"] == "CAD"
    assert body["scopes"] == [f"read_{collection}" for collection in COLLECTIONS]


def test_server_listens_on_the_loopback_only(running: RunningShop) -> None:
    assert running.url.startswith("http://127.0.0.1:")


def test_requests_are_recorded(running: RunningShop) -> None:
    running.requests.clear()
    get(running, "/v1/shop")
    get(running, limit="1")
    assert running.requests == [("GET", "/v1/shop"), ("GET", "/v1/products")]


def test_page_has_100_records_by_default_and_at_most_250(running: RunningShop) -> None:
    assert len(ids(get(running))) == 100
    assert len(ids(get(running, limit="1"))) == 1
    assert len(ids(get(running, limit="250"))) == 250


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "251"},
        {"limit": "-1"},
        {"limit": "1.5"},
        {"limit": ""},
        {"limit": "²"},
        {"limit": "9" * 5000},
        {"updated_since": ""},
        {"updated_since": "yesterday"},
        {"updated_since": "soonZ"},
        {"updated_since": "2026-01-05"},
        {"updated_since": "2026-01-05T10:00:00"},
        {"updated_since": "2026-01-05T10:00:00+01:00"},
        {"updated_since": "2026-02-30T10:00:00Z"},
        {"updated_before": "2026-01-05T24:60:00Z"},
        {"updated_before": "2026-01-05T10:00:00.Z"},
        {"cursor": ""},
        {"cursor": "é"},
        {"cursor": "not a cursor"},
        {"cursor": base64.urlsafe_b64encode(b"5").decode()},
        {"cursor": base64.urlsafe_b64encode(b"null").decode()},
        {"cursor": base64.urlsafe_b64encode(b'["one"]').decode()},
        {"cursor": base64.urlsafe_b64encode(b"\xff\xfe").decode()},
    ],
    ids=lambda query: json.dumps(query)[:60],
)
def test_invalid_parameter_is_refused(running: RunningShop, query: dict[str, str]) -> None:
    response = get(running, **query)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == PROBLEM
    assert response.json()["status"] == 400


def test_post_to_the_api_is_refused(running: RunningShop) -> None:
    response = requests.post(
        f"{running.url}/v1/shop",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=10,
    )
    assert response.status_code == 405
    assert response.headers["Content-Type"] == PROBLEM


def test_window_includes_its_start_but_not_its_end(running: RunningShop, shop: Shop) -> None:
    shop.products.clear()
    for record_id, updated_at in (("1", NINE), ("2", TEN), ("3", ELEVEN)):
        shop.put("products", {"id": record_id, "updated_at": updated_at})
    assert ids(get(running, updated_since=TEN)) == ["2", "3"]
    assert ids(get(running, updated_before=TEN)) == ["1"]
    assert ids(get(running, updated_since=TEN, updated_before=ELEVEN)) == ["2"]
    micros = "2026-01-05T10:00:00.000001Z"
    assert ids(get(running, updated_since=micros)) == ["3"]
    assert ids(get(running, updated_before=micros)) == ["1", "2"]


@pytest.mark.parametrize("limit", ["1", "7", "99", "100", "250"])
def test_cursors_reach_all_records_of_one_time(running: RunningShop, limit: str) -> None:
    first = get(running, limit=limit)
    found = ids(first) + follow(running, first.json(), limit=limit)
    assert found == [f"p{number:03}" for number in range(300)]


def test_cursor_is_stable_when_records_are_inserted_before_it(
    running: RunningShop, shop: Shop
) -> None:
    first = get(running, limit="100")
    for number in range(50):
        shop.put("products", {"id": f"new{number}", "updated_at": NINE})
        shop.put("products", {"id": f"o{number}", "updated_at": TEN})
    rest = follow(running, first.json(), limit="100")
    assert rest == [f"p{number:03}" for number in range(100, 300)]


def test_cursor_is_stable_when_its_record_is_removed(running: RunningShop, shop: Shop) -> None:
    first = get(running, limit="100")
    for number in range(90, 100):
        shop.remove("products", f"p{number:03}")
    shop.put("products", {"id": "p000", "updated_at": ELEVEN})
    rest = follow(running, first.json(), limit="100")
    assert rest == [*(f"p{number:03}" for number in range(100, 300)), "p000"]


def test_cursor_stays_within_the_window(running: RunningShop, shop: Shop) -> None:
    first = get(running, limit="100", updated_before=ELEVEN)
    shop.put("products", {"id": "p999", "updated_at": ELEVEN})
    rest = follow(running, first.json(), limit="100", updated_before=ELEVEN)
    assert rest == [f"p{number:03}" for number in range(100, 300)]
