"""The fake of Shopify's API follows its published schema and documentation."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from shop_fakes import shopify_connections
from shop_fakes.clock import Clock
from shop_fakes.logical_shop import edit_order, make_shop, place_order
from shop_fakes.shopify import CLIENT, TOKEN, ShopifyServer
from shop_fakes.shopify_access import PERSONAL
from shop_fakes.shopify_cost import Bucket
from shop_fakes.shopify_schema import require_schemas
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder

ORDERS = """
query ($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""


@pytest.fixture
def server() -> ShopifyServer:
    """The logical shop: nine orders, an hour apart, before the end of March 2026."""
    require_schemas()
    return ShopifyServer(make_shop())


def post(server: ShopifyServer, path: str, **request: Any) -> Response:
    builder = EnvironBuilder(path, method="POST", **request)
    return server.answer(Request(builder.get_environ()))


def ask(
    server: ShopifyServer,
    document: str,
    /,
    *,
    token: str = TOKEN,
    version: str = "2026-10",
    **variables: Any,
) -> Response:
    return post(
        server,
        f"/admin/api/{version}/graphql.json",
        json={"query": document, "variables": variables},
        headers={"X-Shopify-Access-Token": token},
    )


def body(response: Response) -> Any:
    assert response.status_code == 200
    return json.loads(response.get_data())


def data(server: ShopifyServer, document: str, /, **variables: Any) -> Any:
    answer = body(ask(server, document, **variables))
    assert "errors" not in answer
    return answer["data"]


def refusal(server: ShopifyServer, document: str, /, **variables: Any) -> tuple[Any, str]:
    """Return the data of an answer with an error, and the error's code or message."""
    answer = body(ask(server, document, **variables))
    [error] = answer["errors"]
    return answer.get("data", "absent"), error.get("extensions", {}).get(
        "code", error["message"]
    )


def order_ids(server: ShopifyServer, query: str | None = None, *, first: int = 50) -> list[str]:
    """Return the numbers of the orders, read page by page."""
    found: list[str] = []
    after = None
    while True:
        page = data(server, ORDERS, first=first, after=after, query=query)["orders"]
        found += [node["id"].rpartition("/")[2] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


# Credentials.


def test_unknown_token_is_refused(server: ShopifyServer) -> None:
    answer = ask(server, "{ shop { name } }", token="canary-of-another")

    assert answer.status_code == 401
    assert json.loads(answer.get_data())["errors"].startswith("[API] Invalid API key")


@pytest.mark.parametrize(
    ("requested", "served"), [("2026-01", "2026-01"), ("2024-04", "2025-10"), ("2031-01", None)]
)
def test_version_is_served_or_falls_forward_or_is_unknown(
    server: ShopifyServer, requested: str, served: str | None
) -> None:
    answer = ask(server, "{ shop { name } }", version=requested)

    assert answer.status_code == (200 if served else 404)
    assert answer.headers.get("X-Shopify-API-Version") == served


def test_app_with_valid_credentials_gets_a_token_for_a_day(server: ShopifyServer) -> None:
    form = {"grant_type": "client_credentials", **CLIENT}
    server.tokens.clear()

    token = body(post(server, "/admin/oauth/access_token", data=form))

    assert token["expires_in"] == 86399
    assert token["scope"] == "read_customers,read_orders,read_products"
    answer = ask(server, "{ shop { name } }", token=token["access_token"])
    assert body(answer)["data"] == {"shop": {"name": "A shop"}}


@pytest.mark.parametrize(
    "wrong", [{"client_secret": "canary-of-another"}, {"client_id": ""}, {"grant_type": "code"}]
)
def test_app_with_invalid_credentials_is_refused(
    server: ShopifyServer, wrong: dict[str, str]
) -> None:
    form = {"grant_type": "client_credentials", **CLIENT, **wrong}

    assert post(server, "/admin/oauth/access_token", data=form).status_code == 400


def test_field_without_scope_is_denied_with_status_200(server: ShopifyServer) -> None:
    server.scopes.discard("read_orders")

    assert refusal(server, "{ orders(first: 1) { nodes { id } } }") == (None, "ACCESS_DENIED")
    node = '{ node(id: "gid://shopify/Order/101") { id } }'
    assert refusal(server, node) == ({"node": None}, "ACCESS_DENIED")


def test_nested_field_without_scope_is_denied_alone(server: ShopifyServer) -> None:
    server.scopes.discard("read_customers")
    query = (
        '{ order: node(id: "gid://shopify/Order/101") { ... on Order { customer { id } } } }'
    )

    assert refusal(server, query) == ({"order": {"customer": None}}, "ACCESS_DENIED")


def test_personal_field_can_be_denied_despite_scopes(server: ShopifyServer) -> None:
    server.kept_from_app.update(PERSONAL)
    query = "{ customers(first: 1) { nodes { id firstName } } }"

    shown, code = refusal(server, query)

    assert code == "ACCESS_DENIED"
    assert shown["customers"]["nodes"][0]["firstName"] is None


# Validation.


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ orders(first: 1) { nodes { landingSite } } }", "Cannot query field 'landingSite'"),
        ("{ shop { name } } fragment Unused on Shop { name }", "Fragment 'Unused' is never"),
        ("{ orders(first: 1, sortKey: NAME) { nodes { id } } }", "Value 'NAME' does not"),
        ("{ shop ", "Syntax Error"),
    ],
)
def test_query_with_unknown_field_is_refused(
    server: ShopifyServer, query: str, expected: str
) -> None:
    shown, message = refusal(server, query)

    assert shown == "absent"
    assert message.startswith(expected)


@pytest.mark.parametrize(
    "query",
    [
        "{ orders(first: 1, sortKey: ID) { nodes { phone } } }",
        "{ orders(first: 251, sortKey: ID) { nodes { id } } }",
        "{ orders(sortKey: ID) { nodes { id } } }",
        '{ orders(first: 1, sortKey: ID, query: "tag:x") { nodes { id } } }',
        '{ orders(first: 1, sortKey: ID, query: "updated_at:>2026-03-01") { nodes { id } } }',
        '{ orders(first: 1, sortKey: ID, query: "a OR b") { nodes { id } } }',
        '{ orders(first: 1, sortKey: ID, after: "x") { nodes { id } } }',
        '{ node(id: "gid://shopify/Location/1") { id } }',
    ],
)
def test_unimplemented_field_is_an_error(server: ShopifyServer, query: str) -> None:
    assert "errors" in body(ask(server, query))


# Query costs.


def test_query_costs_its_maximum_number_of_objects(server: ShopifyServer) -> None:
    query = """{
      orders(first: 10, sortKey: ID) {
        edges {
          node {
            id
            totalPriceSet { shopMoney { amount } }
            customer { id }
            lineItems(first: 5) { nodes { id } }
          }
        }
        pageInfo { hasNextPage }
      }
    }"""

    cost = body(ask(server, query))["extensions"]["cost"]

    # 2 for the connection; for each of 10 orders: itself, its customer, 2 + 5 for its lines.
    assert cost["requestedQueryCost"] == 2 + 10 * (1 + 1 + 2 + 5)
    # The answer has 9 orders: 7 with a customer; order n has 1 + n mod 3 lines.
    assert cost["actualQueryCost"] == 2 + 9 * (1 + 2) + 7 + 18
    assert cost["throttleStatus"]["currentlyAvailable"] == 2000 - 54


def test_query_that_costs_over_a_thousand_is_refused(
    server: ShopifyServer,
) -> None:
    query = "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }"

    answer = body(ask(server, query))

    assert answer["errors"][0]["extensions"] == {
        "code": "MAX_COST_EXCEEDED",
        "cost": 2 + 250 * (1 + 2 + 250),
        "maxCost": 1000,
    }
    assert "data" not in answer
    assert server.bucket.left == 2000


def test_empty_bucket_throttles_until_points_are_restored(server: ShopifyServer) -> None:
    clock = Clock()
    server.bucket = Bucket(size=100, restored=50, now=lambda: sum(clock.waits))
    query = "{ orders(first: 30, sortKey: ID) { nodes { id } } }"  # requested 32, actual 11
    costs = [body(ask(server, query))["extensions"]["cost"] for _ in range(7)]

    throttled = body(ask(server, query))

    assert [cost["throttleStatus"]["currentlyAvailable"] for cost in costs] == [
        89, 78, 67, 56, 45, 34, 23,
    ]  # fmt: skip
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in throttled
    assert throttled["extensions"]["cost"] == {
        "requestedQueryCost": 32,
        "actualQueryCost": None,
        "throttleStatus": {
            "maximumAvailable": 100.0,
            "currentlyAvailable": 23.0,
            "restoreRate": 50.0,
        },
    }
    clock.sleep(0.2)
    assert "data" in body(ask(server, query))


def test_server_can_throttle_by_status(server: ShopifyServer) -> None:
    server.bucket = Bucket(size=1)
    server.throttles_by_status = True

    answer = ask(server, "{ orders(first: 30, sortKey: ID) { nodes { id } } }")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2.0"


# Pages.


def test_rows_of_equal_time_come_once_in_arbitrary_order(server: ShopifyServer) -> None:
    moment = datetime(2026, 3, 20, tzinfo=timezone.utc)
    placed = [place_order(server.shop, number, at=moment) for number in range(20, 40)]

    found = order_ids(server, "updated_at:>='2026-03-20T00:00:00Z'", first=3)

    assert sorted(found) == placed
    assert found != placed
    assert found == order_ids(server, "updated_at:>='2026-03-20T00:00:00Z'")


def test_order_edited_between_pages_comes_again_without_loss(
    server: ShopifyServer,
) -> None:
    first = data(server, ORDERS, first=4)["orders"]
    edit_order(server.shop, "102")

    rest = data(server, ORDERS, first=50, after=first["pageInfo"]["endCursor"])["orders"]

    numbers = [node["id"][-3:] for node in first["nodes"] + rest["nodes"]]
    assert numbers == ["101", "102", "103", "104", "105", "106", "107", "108", "109", "102"]


def test_pages_end_at_the_limit_of_a_long_list(
    server: ShopifyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_connections, "DEEPEST", 6)
    page = data(server, ORDERS, first=6)["orders"]

    _, message = refusal(server, ORDERS, first=1, after=page["pageInfo"]["endCursor"])

    assert message == "No page shows more than the first 6 objects."


def test_cursor_of_another_sort_order_is_refused(server: ShopifyServer) -> None:
    page = data(server, ORDERS, first=1)["orders"]
    query = """query ($after: String) {
      orders(first: 1, after: $after, sortKey: ID) { nodes { id } }
    }"""

    _, message = refusal(server, query, after=page["pageInfo"]["endCursor"])

    assert message == "Invalid cursor for current pagination sort."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("updated_at:>='2026-03-01T20:00:00Z'", ["108", "109"]),
        ("updated_at:>'2026-03-01T20:00:00Z'", ["109"]),
        ("updated_at:<'2026-03-01T14:00:00Z'", ["101"]),
        ("updated_at:<='2026-03-01T14:00:00Z'", ["101", "102"]),
        (
            "created_at:>='2026-03-01T15:00:00Z' created_at:<'2026-03-01T17:00:00Z'",
            ["103", "104"],
        ),
    ],
)
def test_search_returns_orders_that_match_all_terms(
    server: ShopifyServer, query: str, expected: list[str]
) -> None:
    """Order n was placed n hours after noon, on the first of March."""
    assert order_ids(server, query) == expected


def test_orders_older_than_60_days_are_silently_missing(server: ShopifyServer) -> None:
    old = server.shop.clock() - timedelta(days=61)
    place_order(server.shop, 50, at=old)

    assert "150" not in order_ids(server)
    server.scopes.add("read_all_orders")
    assert "150" in order_ids(server)


def test_deleted_order_leaves_an_event(server: ShopifyServer) -> None:
    server.note("create", "Order", "103", "2026-03-01T15:00:00Z")
    server.note("destroy", "Product", "3", "2026-03-30T15:00:00Z")
    server.delete_order("103")
    events = """query ($query: String) {
      events(first: 9, sortKey: ID, query: $query) {
        nodes { ... on BasicEvent { action subjectId subjectType } }
      }
    }"""

    assert "103" not in order_ids(server)
    assert data(server, '{ node(id: "gid://shopify/Order/103") { id } }') == {"node": None}
    searched = "subject_type:ORDER action:destroy created_at:>='2026-03-31T00:00:00Z'"
    assert data(server, events, query=searched)["events"]["nodes"] == [
        {"action": "destroy", "subjectId": "gid://shopify/Order/103", "subjectType": "ORDER"}
    ]
    assert len(data(server, events)["events"]["nodes"]) == 3


def test_nested_list_is_continued_by_record_id(server: ShopifyServer) -> None:
    """Order 102 has the lines 21, 22 and 23."""
    query = """query ($after: String) {
      node(id: "gid://shopify/Order/102") {
        ... on Order {
          lineItems(first: 2, after: $after) {
            nodes { id }
            pageInfo { hasNextPage endCursor }
          }
        }
      }
    }"""
    first = data(server, query)["node"]["lineItems"]

    rest = data(server, query, after=first["pageInfo"]["endCursor"])["node"]["lineItems"]

    assert first["pageInfo"]["hasNextPage"]
    assert not rest["pageInfo"]["hasNextPage"]
    ids = [node["id"] for node in first["nodes"] + rest["nodes"]]
    assert ids == [f"gid://shopify/LineItem/{number}" for number in (21, 22, 23)]
