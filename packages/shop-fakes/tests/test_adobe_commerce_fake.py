"""The fake of Adobe Commerce answers as the recorded shop did, silent failures included."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import pytest
from shop_fakes import adobe_commerce_rows as rows
from shop_fakes.adobe_commerce import AdobeCommerce
from shop_fakes.adobe_commerce_access import ADMIN, FAILURES_UNTIL_LOCKED, TOKEN
from shop_fakes.adobe_commerce_records import LogicalMagento, StoredMagento
from shop_fakes.adobe_commerce_schema import RESULTS, problems
from shop_fakes.logical_shop import make_shop
from shop_fakes.measured import read_measured
from werkzeug import Request, Response
from werkzeug.test import EnvironBuilder

NOW = datetime(2026, 12, 1, tzinfo=timezone.utc)
MEASURED = "adobe-commerce"
ANSWERS = read_measured(MEASURED, "answers")
LISTS = {
    "/V1/orders": "orders",
    "/V1/creditmemos": "creditmemos",
    "/V1/products": "products",
    "/V1/categories/list": "categories-list",
    "/V1/customers/search": "customers",
}


def recorded(name: str) -> list[dict[str, Any]]:
    """Return the records of a recorded list."""
    items: list[dict[str, Any]] = read_measured(MEASURED, name)["items"]
    return items


@pytest.fixture
def fake() -> AdobeCommerce:
    """The recorded shop. Orders 2 and 3 were not recorded; only their ids and ages matter."""
    others = [rows.order(key, updated_at="2026-11-30 03:05:00") for key in (2, 3)]
    stored = StoredMagento(
        read_measured(MEASURED, "store-configs"),
        [*recorded("orders"), *others],
        recorded("creditmemos"),
        recorded("products"),
        recorded("categories-list"),
        recorded("customers"),
    )
    return AdobeCommerce(stored, lambda: NOW)


def ask(
    fake: AdobeCommerce, path: str, token: str = TOKEN, method: str = "GET", **more: Any
) -> Response:
    """Send a request as the recording did."""
    path, _, query = path.partition("?")
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    builder = EnvironBuilder(
        path=path,
        query_string=quote(query, safe="=&[]%,"),
        method=method,
        headers=headers,
        **more,
    )
    return fake.answer(Request(builder.get_environ()))


def body(response: Response) -> Any:
    return json.loads(response.get_data())


def ids(response: Response) -> list[int]:
    return [row["entity_id"] for row in body(response)["items"] or ()]


def without_report(text: str) -> Any:
    return json.loads(re.sub(r"webapi-\w+", "webapi-ID", text))


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda its: its["case"])
def test_fake_answers_each_recorded_request_as_recorded(
    fake: AdobeCommerce, answer: dict[str, Any]
) -> None:
    token = "wrong" if answer["case"] == "bad token" else TOKEN

    found = ask(fake, answer["path"], token)

    assert found.status_code == answer["status"]
    assert found.content_type == answer["content_type"]
    assert without_report(found.get_data(as_text=True)) == without_report(answer["body"])


@pytest.mark.parametrize("path", LISTS)
def test_recorded_lists_follow_the_published_schema(path: str) -> None:
    found = [its for row in recorded(LISTS[path]) for its in problems(row, RESULTS[path])]

    assert found == []


@pytest.mark.parametrize("path", LISTS)
def test_answers_of_the_fake_follow_the_published_schema(path: str) -> None:
    fake = AdobeCommerce(LogicalMagento(make_shop()), lambda: NOW)

    items = body(ask(fake, f"/rest{path}?searchCriteria="))["items"]

    assert items
    assert [its for row in items for its in problems(row, RESULTS[path])] == []


def test_store_views_of_the_fake_follow_the_published_schema(fake: AdobeCommerce) -> None:
    logical = AdobeCommerce(LogicalMagento(make_shop()), lambda: NOW)

    for each in (fake, logical):
        for view in body(ask(each, "/rest/V1/store/storeConfigs")):
            assert problems(view, "store_config") == []


def test_schema_finds_a_wrong_type_and_a_missing_property() -> None:
    order = rows.order()

    assert problems({**order, "grand_total": "12"}, "order") == [
        "$.grand_total: '12' is not of type 'number', 'null'"
    ]
    del order["customer_email"]
    assert problems(order, "order") == ["$: 'customer_email' is a required property"]


def test_rows_have_the_fields_of_recorded_records() -> None:
    """A builder must not invent names."""
    kept = {"remote_ip", "protect_code", "customer_note", "coupon_code"}

    [order, *_] = recorded("orders")
    assert rows.order().keys() - order.keys() <= kept
    assert rows.line().keys() - order["items"][0].keys() == set()
    [memo, *_] = recorded("creditmemos")
    assert rows.credit_memo().keys() - memo.keys() == set()
    assert rows.credit_memo_line().keys() - memo["items"][0].keys() == set()
    [product, *_] = recorded("products")
    assert rows.product().keys() - product.keys() == set()


def filtered(field: str, value: str, condition: str, place: int = 0) -> str:
    """Return the parameters of a filter, which is alone in its group."""
    within = f"searchCriteria[filterGroups][{place}][filters][0]"
    return (
        f"{within}[field]={field}&{within}[value]={value}&{within}[conditionType]={condition}"
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7]),
        ("searchCriteria[pageSize]=0", [1, 2, 3, 4, 5, 6, 7]),
        ("searchCriteria[pageSize]=3&searchCriteria[currentPage]=0", [1, 2, 3]),
        ("searchCriteria[pageSize]=3&searchCriteria[currentPage]=3", [7]),
        (filtered("entity_id", "4,6", "in"), [4, 6]),
        (filtered("updated_at", "2026-11-30T03:10:07Z", "gteq"), [6, 7]),
        (filtered("updated_at", "2026-11-30 03:10:07", "gt"), [6]),
        (filtered("updated_at", "2026-11-30 03:07:38", "lt"), [2, 3]),
        # Toronto's time of the same moment: wrong, but not refused.
        (filtered("updated_at", "2026-11-29 22:10:07", "gteq"), [1, 2, 3, 4, 5, 6, 7]),
        # Both ends are included.
        (
            filtered("updated_at", "2026-11-30 03:07:38", "from")
            + "&"
            + filtered("updated_at", "2026-11-30 03:07:48", "to", 1),
            [1, 4, 5],
        ),
    ],
)
def test_fake_searches_as_measured(fake: AdobeCommerce, path: str, expected: list[int]) -> None:
    found = ask(fake, f"/rest/V1/orders?{path or 'searchCriteria='}")

    assert ids(found) == expected


def test_store_in_the_path_filters_no_orders(fake: AdobeCommerce) -> None:
    found = {
        code: ids(ask(fake, f"/rest{code}/V1/orders?searchCriteria="))
        for code in ("", "/all", "/us")
    }

    assert set(map(len, found.values())) == {7}


@pytest.mark.parametrize(("release", "expected"), [("2.4.7", []), ("2.3.4", [7])])
def test_page_past_the_end_depends_on_the_release(
    fake: AdobeCommerce,
    release: str,
    expected: list[int],
) -> None:
    fake.search.repeats_last_page = release == "2.3.4"

    found = ask(
        fake, "/rest/V1/orders?searchCriteria[pageSize]=3&searchCriteria[currentPage]=9"
    )

    assert ids(found) == expected
    assert body(found)["total_count"] == 7


def test_wrong_direction_is_refused(fake: AdobeCommerce) -> None:
    sort = "searchCriteria[sortOrders][0]"
    path = f"/rest/V1/orders?{sort}[field]=entity_id&{sort}[direction]=UP"

    assert ask(fake, path).status_code == 400


def test_input_limits_refuse_long_pages_and_shorten_unlimited_ones(
    fake: AdobeCommerce,
) -> None:
    fake.magento.orders[:] = [rows.order(number) for number in range(1, 31)]
    fake.search.has_limits = True

    assert len(ids(ask(fake, "/rest/V1/orders?searchCriteria="))) == 20
    assert ask(fake, "/rest/V1/orders?searchCriteria[pageSize]=301").status_code == 400
    assert ask(fake, "/rest/V1/orders?searchCriteria[pageSize]=300").status_code == 200


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        ("application/json", 200, "application/json; charset=utf-8"),
        ("text/html", 500, "text/html"),
        ("application/xml", 200, "application/xml"),
    ],
)
def test_accept_header_decides_the_type(
    fake: AdobeCommerce, accept: str, status: int, kind: str
) -> None:
    found = ask(fake, "/rest/V1/orders?searchCriteria=", headers={"Accept": accept})

    assert (found.status_code, found.content_type) == (status, kind)


def test_currency_needs_no_token_and_orders_do(fake: AdobeCommerce) -> None:
    assert ask(fake, "/rest/V1/directory/currency", "").status_code == 200
    assert ask(fake, "/rest/V1/orders?searchCriteria=", "").status_code == 401


def test_token_of_an_integration_needs_the_setting(fake: AdobeCommerce) -> None:
    fake.access.is_bearer = False

    assert ask(fake, "/rest/V1/orders?searchCriteria=").status_code == 401


def test_six_wrong_passwords_lock_the_administrator(fake: AdobeCommerce) -> None:
    path = "/rest/V1/integration/admin/token"
    for _ in range(FAILURES_UNTIL_LOCKED):
        wrong = ask(fake, path, method="POST", json={**ADMIN, "password": "wrong"})
        assert wrong.status_code == 401

    assert ask(fake, path, method="POST", json=ADMIN).status_code == 401
    fake.access.failures = 0
    token = body(ask(fake, path, method="POST", json=ADMIN))
    assert ask(fake, "/rest/V1/orders?searchCriteria=", token).status_code == 200
