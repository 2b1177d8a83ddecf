"""The demo shop's answers conform to the contract, and the tap reads all of its codes."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve
from shopapp_demo.shop import COLLECTIONS
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.shop import Shop

TOKEN = "token-of-this-test"
SPEC = yaml.safe_load(
    (Path(__file__).parents[2] / "taps/tap-shopapp/openapi.yaml").read_text(encoding="utf-8")
)
SCHEMAS = {
    "transactions": "Transaction",
    "products": "Product",
    "categories": "Category",
    "customers": "Customer",
}
JSON = "application/json"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate_shop()


@pytest.fixture(scope="module")
def url(shop: Shop) -> Iterator[str]:
    with serve(shop, token=TOKEN) as running:
        yield running.url


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, url: str, path: str, *, token: str = TOKEN) -> None:
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{url}{path}", headers={"Authorization": f"Bearer {token}"}
        )
        try:
            response = urllib.request.urlopen(request)  # noqa: S310
        except urllib.error.HTTPError as error:
            response = error
        with response:
            self.status: int = response.status
            self.content_type: str = response.headers["Content-Type"]
            self.date: str | None = response.headers["Date"]
            self.body: Any = json.loads(response.read())


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator for a schema that references components of the contract."""
    return Draft202012Validator({"components": SPEC["components"], **schema})


def record_validator(collection: str) -> Draft202012Validator:
    return validator({"$ref": f"#/components/schemas/{SCHEMAS[collection]}"})


def response_of(path: str, status: int) -> dict[str, Any]:
    response: dict[str, Any] = SPEC["paths"][path]["get"]["responses"][str(status)]
    if "$ref" in response:
        response = SPEC["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response


def assert_conforms(answer: Answer, path: str) -> None:
    """Assert that an answer conforms to the contract for its path and status."""
    content = response_of(path, answer.status)["content"]
    assert list(content) == [answer.content_type]
    validator(content[answer.content_type]["schema"]).validate(answer.body)
    if answer.content_type == PROBLEM:
        assert answer.body["status"] == answer.status
    assert answer.date, "The tap reads the server's clock from the header Date."


def test_contract_is_valid_openapi() -> None:
    validate(SPEC)
    assert SPEC["openapi"].startswith("3.1.")


def test_operations_and_errors_have_valid_examples() -> None:
    contents: list[dict[str, Any]] = []
    for operations in SPEC["paths"].values():
        [operation] = operations.values()
        contents += operation["responses"]["200"]["content"].values()
        contents += operation.get("requestBody", {}).get("content", {}).values()
    for response in SPEC["components"]["responses"].values():
        contents += response["content"].values()
    assert len(contents) == 10 + 1 + 6
    for content in contents:
        validator(content["schema"]).validate(content["example"])


def test_pages_of_all_generated_records_conform(url: str, shop: Shop) -> None:
    assert_conforms(Answer(url, "/v1/shop"), "/v1/shop")
    for collection in COLLECTIONS:
        path = f"/v1/{collection}"
        cursor = ""
        pages = 0
        served: dict[str, Any] = {}
        while True:
            answer = Answer(url, f"{path}?limit=250{cursor}")
            assert answer.status == 200
            assert_conforms(answer, path)
            pages += 1
            served |= {record["id"]: record for record in answer.body["data"]}
            if not answer.body["has_more"]:
                break
            cursor = f"&cursor={answer.body['next_cursor']}"
        assert pages == {"transactions": 10, "customers": 2}.get(collection, 1)
        assert served == getattr(shop, collection)


def test_empty_page_conforms(url: str) -> None:
    answer = Answer(url, "/v1/products?updated_since=2099-01-01T00:00:00Z")
    assert answer.body == {"data": [], "next_cursor": None, "has_more": False}
    assert_conforms(answer, "/v1/products")


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=ten", "updated_since=today", "updated_before=", "cursor=x"]
)
def test_answer_to_invalid_parameter_conforms(url: str, collection: str, query: str) -> None:
    answer = Answer(url, f"/v1/{collection}?{query}")
    assert answer.status == 400
    assert_conforms(answer, f"/v1/{collection}")


@pytest.mark.parametrize("path", ["/v1/shop", *(f"/v1/{name}" for name in COLLECTIONS)])
def test_answer_to_unknown_token_conforms(url: str, path: str) -> None:
    answer = Answer(url, path, token="another")
    assert answer.status == 401
    assert_conforms(answer, path)


@pytest.mark.parametrize("path", ["/v1/baskets", "/v1", "/", "/v1/transactions/1001"])
def test_answer_to_unknown_path_conforms(url: str, path: str) -> None:
    answer = Answer(url, path)
    assert answer.status == 404
    assert_conforms(answer, "/v1/transactions")


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_fields_of_generated_records_are_in_the_contract(shop: Shop, collection: str) -> None:
    described = properties(SCHEMAS[collection])
    for record in getattr(shop, collection).values():
        assert set(record) <= described
        for line in record.get("items", []):
            assert set(line) <= properties("Item")
        for refund in record.get("refunds", []):
            assert set(refund) <= properties("Refund")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("total_amount", 74.45),
        ("total_amount", "1e3"),
        ("total_amount", "12,50"),
        ("id", 1001),
        ("id", ""),
        ("updated_at", "2026-03-09T08:00:00+01:00"),
        ("updated_at", "2026-03-09"),
        ("updated_at", None),
        ("currency", "cad"),
        ("financial_status", "settled"),
        ("fulfillment_status", "shipped"),
        ("items", None),
        ("items", [{"id": "1", "quantity": 2, "unit_price_amount": "20.00"}]),
        ("shop_money", {"currency": "CAD", "total_amount": 74.45}),
    ],
)
def test_contract_refuses_an_invalid_field(field: str, value: object) -> None:
    order = example("transactions")
    assert record_validator("transactions").is_valid(order)
    assert not record_validator("transactions").is_valid({**order, field: value})


def test_tap_reads_all_status_codes_of_the_contract() -> None:
    described = SPEC["components"]["schemas"]["Transaction"]["properties"]
    for field in ("financial_status", "fulfillment_status"):
        for word in described[field]["enum"]:
            page = Page()
            normalize.add(
                "transactions",
                normalize.NormalizedRecord({**example("transactions"), field: word}),
                page,
            )
            assert page.records[0][field] == word


def example(collection: str) -> dict[str, Any]:
    content = response_of(f"/v1/{collection}", 200)["content"][JSON]
    record: dict[str, Any] = content["example"]["data"][0]
    return dict(record)


def properties(schema: str) -> set[str]:
    described = SPEC["components"]["schemas"][schema]
    names = set(described["properties"])
    for part in described.get("allOf", []):
        names |= properties(part["$ref"].rpartition("/")[2])
    return names
