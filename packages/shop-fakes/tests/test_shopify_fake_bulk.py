"""The fake of Shopify's API runs bulk operations as Shopify documents them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from shop_fakes.logical_shop import make_shop
from shop_fakes.shopify import TOKEN, ShopifyServer
from shop_fakes.shopify_schema import require_schemas
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder

RUN = """
mutation ($query: String!, $grouped: Boolean!) {
  bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}
"""
LOOK = """
query ($id: ID!) {
  node(id: $id) {
    ... on BulkOperation { status errorCode objectCount url partialDataUrl }
  }
}
"""
# Bulk operations ignore `first`.
ORDERS = """{
  orders(first: 1, query: "created_at:<='2026-03-01T14:00:00Z'") {
    edges { node { id name lineItems(first: 1) { edges { node { id sku } } } } }
  }
}"""


@pytest.fixture
def server() -> ShopifyServer:
    require_schemas()
    return ShopifyServer(make_shop())


def get(server: ShopifyServer, path: str) -> Response:
    return server.answer(Request(EnvironBuilder(path).get_environ()))


def ask(
    server: ShopifyServer, document: str, version: str = "2026-10", **variables: Any
) -> Any:
    builder = EnvironBuilder(
        f"/admin/api/{version}/graphql.json",
        method="POST",
        json={"query": document, "variables": variables},
        headers=[("X-Shopify-Access-Token", TOKEN)],
    )
    answer = json.loads(server.answer(Request(builder.get_environ())).get_data())
    assert "errors" not in answer
    return answer["data"]


def begin(
    server: ShopifyServer, query: str, *, grouped: bool = True, version: str = "2026-10"
) -> Any:
    run = ask(server, RUN, version, query=query, grouped=grouped)
    return run["bulkOperationRunQuery"]


def finished(server: ShopifyServer, query: str, *, grouped: bool = True) -> Any:
    """Return the status of an operation when it is done."""
    begun = begin(server, query, grouped=grouped)
    assert begun["userErrors"] == []
    assert begun["bulkOperation"]["status"] == "CREATED"
    looks = [ask(server, LOOK, id=begun["bulkOperation"]["id"])["node"] for _ in range(3)]
    assert looks[0]["status"] == "RUNNING"
    assert looks[0]["url"] is None
    assert looks[1] == looks[2]
    return looks[2]


def lines(server: ShopifyServer, url: str) -> list[tuple[str, str]]:
    """Return the ids of a file's objects and of their parents."""
    path = urlsplit(url).path
    rows = [json.loads(line) for line in get(server, path).get_data().splitlines()]
    return [
        (row["id"].removeprefix("gid://shopify/"), row.get("__parentId", "").rpartition("/")[2])
        for row in rows
    ]


LINE_11, LINE_12 = ("LineItem/11", "101"), ("LineItem/12", "101")
LINES_OF_102 = [(f"LineItem/{number}", "102") for number in (21, 22, 23)]


@pytest.mark.parametrize(
    ("grouped", "expected"),
    [
        (True, [("Order/101", ""), LINE_11, LINE_12, ("Order/102", ""), *LINES_OF_102]),
        (False, [("Order/101", ""), ("Order/102", ""), LINE_11, LINE_12, *LINES_OF_102]),
    ],
)
def test_file_has_all_objects_each_after_its_parent(
    server: ShopifyServer,
    grouped: bool,  # noqa: FBT001 - a parameter of the test
    expected: list[tuple[str, str]],
) -> None:
    operation = finished(server, ORDERS, grouped=grouped)

    assert operation["status"] == "COMPLETED"
    assert operation["objectCount"] == "7"
    assert lines(server, operation["url"]) == expected


def test_operation_without_objects_writes_no_file(server: ShopifyServer) -> None:
    query = """{ orders(query: "created_at:<'2026-01-01T00:00:00Z'") { nodes { id } } }"""

    operation = finished(server, query)

    assert (operation["status"], operation["objectCount"]) == ("COMPLETED", "0")
    assert operation["url"] is None


def test_failed_operation_leaves_a_partial_file(server: ShopifyServer) -> None:
    server.bulk.fails_with = "TIMEOUT"

    operation = finished(server, ORDERS)

    assert (operation["status"], operation["errorCode"]) == ("FAILED", "TIMEOUT")
    assert operation["url"] is None
    assert len(lines(server, operation["partialDataUrl"])) == 3


def test_operation_without_scope_fails(server: ShopifyServer) -> None:
    server.scopes.discard("read_orders")

    operation = finished(server, ORDERS)

    assert (operation["status"], operation["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    assert operation["partialDataUrl"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ orders { nodes { landingSite } } }", "it is not valid"),
        ("{ shop { name } }", "At least one connection"),
        ('{ node(id: "gid://shopify/Order/101") { id } }', "node and nodes"),
        ("query ($id: ID) { orders(savedSearchId: $id) { nodes { id } } }", "Variables"),
        (
            "{ orders { nodes { id refunds { refundLineItems { nodes { quantity } } } } } }",
            "stands within a list",
        ),
        (
            "{orders {nodes {lineItems {nodes {product {media {nodes {id}}}}}}}}",
            "nested deeper than 2",
        ),
        (
            f"{{ {' '.join(f'{its}: orders {{ nodes {{ id }} }}' for its in 'abcdef')} }}",
            "than 5",
        ),
    ],
)
def test_invalid_query_is_refused(server: ShopifyServer, query: str, expected: str) -> None:
    begun = begin(server, query)

    [error] = begun["userErrors"]
    assert begun["bulkOperation"] is None
    assert error["code"] == "INVALID"
    assert expected in error["message"]


@pytest.mark.parametrize(
    ("version", "most", "code"),
    [("2025-10", 1, "OPERATION_IN_PROGRESS"), ("2026-01", 5, "LIMIT_REACHED")],
)
def test_concurrent_operations_are_limited(
    server: ShopifyServer, version: str, most: int, code: str
) -> None:
    for _ in range(most):
        assert begin(server, ORDERS, version=version)["userErrors"] == []

    [error] = begin(server, ORDERS, version=version)["userErrors"]

    assert error["code"] == code


def test_operations_are_listed_newest_first(server: ShopifyServer) -> None:
    begun = [begin(server, ORDERS)["bulkOperation"]["id"] for _ in range(3)]

    listed = ask(server, "{ bulkOperations(first: 2) { nodes { id status query } } }")

    fields = {"status": "CREATED", "query": ORDERS}
    assert listed["bulkOperations"]["nodes"] == [
        {"id": begun[2], **fields},
        {"id": begun[1], **fields},
    ]
