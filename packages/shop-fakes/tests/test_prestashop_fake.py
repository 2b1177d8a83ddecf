"""The fake of PrestaShop answers each recorded request as the real shop did."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from shop_fakes.measured import read_measured
from shop_fakes.prestashop import KEY, PrestaShopServer
from shop_fakes.prestashop_recorded import read_answers, recorded_store
from werkzeug import Request, Response
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

ANSWERS = {answer["case"]: answer for answer in read_answers()}
NOW = datetime(2026, 11, 30, 2, 46, 25, tzinfo=timezone.utc)
KEYS = {"wrong key": KEY.swapcase(), "malformed key": "short", "no key": None}


@pytest.fixture
def server() -> PrestaShopServer:
    return PrestaShopServer(recorded_store(has_all_orders=True), lambda: NOW)


def ask(
    server: PrestaShopServer, path: str, *, method: str = "GET", key: str | None = KEY
) -> Response:
    """Return the answer to a request."""
    address = urlsplit(path)
    headers = Headers()
    if key is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
    environ = EnvironBuilder(
        address.path,
        base_url="http://127.0.0.1:33080",
        query_string=dict(parse_qsl(address.query)),
        method=method,
        headers=headers,
    ).get_environ()
    return server.answer(Request(environ))


def listed(server: PrestaShopServer, path: str) -> list[Any]:
    """Return the records of a list."""
    body = json.loads(ask(server, f"/api/{path}&output_format=JSON").data)
    return [] if body == [] else next(iter(body.values()))


def shape(body: str) -> Any:
    """Return the codes of an error; the records of a list by id; any other body itself."""
    if body.startswith('{"errors"'):
        # The messages are cut and name all fields.
        return [int(part.split(",")[0]) for part in body.split('"code":')[1:]]
    if not body.startswith("{"):
        return body
    return {
        name: sorted(rows, key=lambda row: row["id"]) for name, rows in json.loads(body).items()
    }


@pytest.mark.parametrize("case", ANSWERS)
def test_fake_answers_a_recorded_request_like_the_shop(
    server: PrestaShopServer, case: str
) -> None:
    recorded = ANSWERS[case]
    if case == "no right on the resource":
        server.may_read.remove("orders")

    answer = ask(server, recorded["path"], method=recorded["method"], key=KEYS.get(case, KEY))

    assert answer.status_code == recorded["status"]
    assert answer.headers.get("Content-Type", "") == recorded["content_type"]
    assert shape(answer.get_data(as_text=True)) == shape(recorded["body"])
    assert answer.headers.get("Location") == recorded.get("location")
    if "sort" in recorded["path"] and recorded["status"] == 200:
        assert json.loads(answer.data) == json.loads(recorded["body"])


def test_all_ids_are_listed_like_the_shop(server: PrestaShopServer) -> None:
    ids = read_measured("prestashop", "orders_ids")["orders"]

    assert listed(server, "orders?sort=[id_ASC]") == ids


def test_single_record_lacks_empty_fields_like_the_shop(server: PrestaShopServer) -> None:
    alone = json.loads(ask(server, "/api/orders/11?output_format=JSON").data)

    assert alone == read_measured("prestashop", "order_11_alone")


def test_texts_have_the_shape_of_the_shop(server: PrestaShopServer) -> None:
    """A recorded list in one language, and another in all languages."""
    fields = "display=[id,id_category_default,price,active,date_upd,name]&date=1"
    one = read_measured("prestashop", "products_one_language")["products"][0]
    [in_one] = listed(server, f"products?{fields}&filter[id]=[1]&language=1")
    [in_all] = listed(server, f"products?{fields}&filter[id]=[1]")

    assert in_one == one
    assert in_all["name"] == [
        {"id": 1, "value": "Hummingbird printed t-shirt"},
        {"id": 2, "value": "T-shirt imprimé colibri"},
    ]


def test_slips_have_another_name_in_the_answer(server: PrestaShopServer) -> None:
    body = json.loads(ask(server, "/api/order_slip?output_format=JSON&display=full").data)

    assert list(body) == ["order_slips"]


def test_list_without_sort_has_no_order(server: PrestaShopServer) -> None:
    orders = {str(listed(server, "categories?display=[id]")) for _ in range(5)}

    assert len(orders) > 1


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("[7|9|99]", [7, 9]),
        ("[7,9]", [7, 8, 9]),
        ("<[3]", [1, 2]),
        ("![1]", [2, 3, 4, 5, 7, 8, 9]),
        ("=>[9]", [1, 2, 3, 4, 5, 7, 8, 9]),
    ],
)
def test_filter_has_the_measured_operators(
    server: PrestaShopServer, text: str, ids: list[int]
) -> None:
    found = [row["id"] for row in listed(server, f"orders?sort=[id_ASC]&filter[id]={text}")]

    assert [each for each in found if each < 10] == ids


def test_lines_of_a_deleted_order_stay(server: PrestaShopServer) -> None:
    assert listed(server, "orders?filter[id]=[16]") == []
    assert listed(server, "order_details?filter[id_order]=[16]") == [{"id": 21}]


def test_full_display_of_customers_has_the_password(server: PrestaShopServer) -> None:
    server.store.rows("customers")[0]["passwd"] = "a hash"

    [row] = listed(server, "customers?display=full&filter[id]=[1]")

    assert row["passwd"] == "a hash"


@pytest.mark.parametrize(
    ("shop", "ids"), [("", [7]), ("&id_shop=all", [7, 9]), ("&id_shop=2", [9])]
)
def test_shops_of_a_multistore_answer_only_if_asked(
    server: PrestaShopServer, shop: str, ids: list[int]
) -> None:
    server.shops = server.key_shops = (1, 2)
    by_id = {row["id"]: row for row in server.store.rows("orders")}
    by_id[9]["id_shop"] = 2

    found = listed(server, f"orders?filter[id]=[7|9]&sort=[id_ASC]{shop}")

    assert [row["id"] for row in found] == ids
