"""The conformance command passes a conforming server, and names each violation."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.auth import Auth
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve
from tap_shopapp.applications.shopapp.conformance.command import check
from tap_shopapp.applications.shopapp.conformance.server_check import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopapp_demo.shop import Record, Shop
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "canary-of-the-shop"
AUTH = partial(Auth, TOKEN, clients={"me": "canary-of-the-client"})


@pytest.fixture
def shop() -> Shop:
    return generate_shop(orders=40)


def run_checks(
    shop: Shop,
    around: Callable[[ASGIApp], ASGIApp] | None = None,
    environ: dict[str, str] | None = None,
) -> tuple[Report, list[str]]:
    lines: list[str] = []
    report = Report(lines.append)
    with serve(shop, auth=AUTH(), around=around) as running:
        check(running.url, environ or {"SHOPAPP_TOKEN": TOKEN}, report, pages=4)
    assert "canary" not in "".join(lines)
    return report, lines


def failures(shop: Shop, around: Callable[[ASGIApp], ASGIApp] | None = None) -> list[str]:
    return [line for line in run_checks(shop, around)[1] if not line.startswith("ok")]


@pytest.mark.parametrize(
    "environ",
    [
        {"SHOPAPP_TOKEN": TOKEN},
        {"SHOPAPP_CLIENT_ID": "me", "SHOPAPP_CLIENT_SECRET": "canary-of-the-client"},
    ],
)
def test_conforming_server_passes_every_check(shop: Shop, environ: dict[str, str]) -> None:
    report, _ = run_checks(shop, environ=environ)

    assert (report.failed, report.warned) == (0, 0)
    assert report.passed > 60


def test_unknown_token_is_reported_once(shop: Shop) -> None:
    _, lines = run_checks(shop, environ={"SHOPAPP_TOKEN": "wrong"})

    assert lines[-2:] == [
        (
            "FAILED   GET /v1/shop: expected that the status is 200; received 401"
            " (application/problem+json)"
        ),
        "The other checks run once /v1/shop passes.",
    ]


def test_token_is_never_sent_unencrypted() -> None:
    lines: list[str] = []

    check("http://shop.invalid", {"SHOPAPP_TOKEN": TOKEN}, Report(lines.append), pages=1)

    assert lines == [
        "FAILED   the address: expected that it begins with https; received http",
        "Nothing else was checked: a token is never sent unencrypted.",
    ]


ORDERS = "FAILED   GET /v1/transactions: expected that "
PAGES = ORDERS + "pages of 250 and their records match the schema; received "


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (
            {"total_amount": 74.45},
            PAGES + "$.total_amount: 74.45 is not of type 'string', 'null'",
        ),
        ({"currency": "cad"}, PAGES + "$.currency: 'cad' does not match '^[A-Z]{3}$'"),
        (
            {"total_amount": "1.23"},
            (
                "warning  GET /v1/transactions: expected that gross − discount + shipping +"
                " tax + fee + tip + duty + adjustment = total; received a different sum in"
                " order 1001"
            ),
        ),
    ],
)
def test_invalid_record_is_reported(shop: Shop, fields: dict[str, Any], found: str) -> None:
    shop.put("transactions", {**shop.transactions["1001"], **fields})

    assert found in failures(shop)


def change_page(shop: Shop, change: Callable[[list[Record]], list[Record]]) -> None:
    page = shop.page

    def changed(collection: str, **window: Any) -> tuple[list[Record], bool]:
        records, has_more = page(collection, **window)
        return (change(records) if collection == "transactions" else records), has_more

    shop.page = changed  # type: ignore[method-assign]


def test_unsorted_records_are_reported(shop: Shop) -> None:
    change_page(shop, lambda records: records[::-1])

    assert any(
        "records are sorted by (updated_at, id); received" in line for line in failures(shop)
    )


def test_repeated_record_is_reported(shop: Shop) -> None:
    change_page(shop, lambda records: [*records, *records[-1:]])

    assert any("no record is repeated; received" in line for line in failures(shop))


def test_order_missing_from_pages_is_reported_by_the_totals(shop: Shop) -> None:
    change_page(shop, lambda records: [r for r in records if r["id"] != "1003"])

    [found] = failures(shop)
    assert found.startswith(
        "FAILED   GET /v1/transactions/totals: expected that the totals equal the counts and"
        " sums of the pages; received (1, {"
    )


def test_ignored_windows_are_reported(shop: Shop) -> None:
    page = shop.page
    shop.page = lambda collection, **window: page(  # type: ignore[method-assign]
        collection, **{**window, "since": "", "before": ""}
    )

    found = "\n".join(failures(shop))
    assert "updated_since=" in found
    assert "updated_before=" in found


def change_answers(
    path: str, answer: Callable[[Message], Message]
) -> Callable[[ASGIApp], ASGIApp]:
    """Change the messages of the answers on one path."""

    def around(app: ASGIApp) -> ASGIApp:
        async def changed(scope: Scope, receive: Receive, send: Send) -> None:
            async def change(message: Message) -> None:
                await send(answer(message) if scope["path"] == path else message)

            await app(scope, receive, change)

        return changed

    return around


def with_body(body: object) -> Callable[[Message], Message]:
    content = json.dumps(body).encode()

    def answer(message: Message) -> Message:
        if message["type"] == "http.response.start":
            kept = [(n, v) for n, v in message["headers"] if n != b"content-length"]
            length = (b"content-length", str(len(content)).encode())
            return {**message, "status": 200, "headers": [*kept, length]}
        return {**message, "body": content if message.get("more_body") else b""}

    return answer


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        (
            "/v1/baskets",
            {},
            (
                "FAILED   GET /v1/baskets: expected that an unknown path returns"
                " 404 as application/problem+json; received 200 (application/problem+json)"
            ),
        ),
        (
            "/v1/products",
            {"data": [], "has_more": True, "next_cursor": None},
            (
                "FAILED   GET /v1/products: expected that pages of 250 and their records match"
                " the schema; received $.next_cursor: None is not of type 'string'"
            ),
        ),
        (
            "/v1/products",
            ["no", "page"],
            (
                "FAILED   GET /v1/products: expected that the response can be read; received"
                " TypeError: list indices must be integers or slices, not str"
            ),
        ),
        (
            "/v1/products/totals",
            {"days": []},
            (
                "FAILED   GET /v1/products/totals: expected that the response has totals by"
                " day; received $: 'data' is a required property"
            ),
        ),
    ],
)
def test_invalid_response_is_reported(shop: Shop, path: str, body: object, found: str) -> None:
    lines = failures(shop, change_answers(path, with_body(body)))

    assert found in lines


def test_command_exits_with_one_if_a_check_fails(shop: Shop) -> None:
    shop.put("products", {"id": "", "updated_at": "2026-01-01T00:00:00Z", "name": "No id"})
    command = [sys.executable, "-m", "tap_shopapp.applications.shopapp.conformance.command"]
    with serve(shop, token=TOKEN) as running:
        done = subprocess.run(
            [*command, "--api-url", running.url, "--pages", "1"],
            env={**os.environ, "SHOPAPP_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert re.search(r"^\d+ passed, 0 warned, \d+ failed\.$", done.stdout, re.MULTILINE)
    assert "$.id: '' should be non-empty" in done.stdout
