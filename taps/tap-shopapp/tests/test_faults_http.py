"""Faults 1–17 of the catalogue: servers and networks, over real HTTP.

Each fault is retried, or ends the run with an error and the state of the written pages. No log
shows a secret or a response. A fake clock skips the waits and records them.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import ssl
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from pytest_httpserver import HTTPServer
from shop_fakes.clock import Clock
from shopapp_demo.auth import Auth
from shopapp_demo.server import serve
from tap_shopapp.api import http
from tap_shopapp.errors import TapError
from werkzeug import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Extract, Place, Scripted
    from shopapp_demo.shop import Shop

CANARY = "canary-in-a-body"
ABOUT = {"id": "s1", "name": "A shop", "currency": "CAD", "time_zone": "UTC"}
SCOPES = ["read_transactions", "read_products", "read_categories", "read_customers"]
PAGE = {"data": [{"id": "1", "updated_at": "2024-01-05T10:00:00Z"}], "has_more": False}
FIRST = {**PAGE, "has_more": True, "next_cursor": "a"}
SECOND = {"data": [{"id": "2", "updated_at": "2024-01-06T10:00:00Z"}], "has_more": False}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_leaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that no log at any level shows a token or a response."""
    caplog.set_level(logging.DEBUG)
    yield
    assert "canary" not in caplog.text


def response(body: object = None, status: int = 200, **headers: str) -> Response:
    content = json.dumps(PAGE if body is None else body)
    answer = Response(content, status, content_type="application/json")
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return answer


def raw(content: bytes | str, kind: str = "application/json", status: int = 200) -> Response:
    return Response(content, status, content_type=kind)


def until(**ahead: float) -> Callable[[], Response]:
    """Return a function that makes a 429 with a time in `Retry-After`."""
    return lambda: response(
        status=429,
        Retry_After=format_datetime(
            datetime.now(timezone.utc) + timedelta(**ahead), usegmt=True
        ),
    )


def cut() -> Response:
    answer = response()
    answer.headers["Content-Length"] = str(len(answer.get_data()) + 50)
    answer.automatically_set_content_length = False
    return answer


@pytest.mark.parametrize(
    ("answer", "least", "most"),
    [
        pytest.param(response(status=429, Retry_After="6"), 6, 9, id="fault_01_seconds"),
        pytest.param(response(status=429, Retry_After="9999"), 60, 63, id="fault_01_too_long"),
        pytest.param(response(status=429), 0, 3, id="fault_01_no_retry_after"),
        pytest.param(until(seconds=7), 5, 9, id="fault_02_date"),
        pytest.param(until(days=9), 60, 63, id="fault_02_skewed"),
        pytest.param(until(days=-9), 0, 3, id="fault_02_past"),
        pytest.param(response(status=429, Retry_After="soon"), 0, 3, id="fault_02_no_date"),
        pytest.param(response(status=503), 0, 3, id="fault_03_once"),
        pytest.param(cut(), 0, 3, id="fault_04_body_cut"),
        pytest.param(raw('{"data": [{"id"'), 0, 3, id="fault_05_truncated_json"),
    ],
)
def test_temporary_fault_is_retried(
    scripted: Scripted,
    clock: Clock,
    answer: Response | Callable[[], Response],
    least: float,
    most: float,
) -> None:
    fault = answer if isinstance(answer, Response) else answer()

    messages = scripted(FIRST, fault, SECOND)()

    assert messages.ids() == ["1", "2"]
    [wait] = clock.waits
    assert least <= wait <= most


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            response(CANARY, 503), "kept failing on /v1/transactions (503", id="fault_03"
        ),
        pytest.param(
            raw('{"data": ["canary"'),
            "kept failing on /v1/transactions (truncated JSON)",
            id="fault_05_permanent",
        ),
        pytest.param(
            raw(f"<html>{CANARY}", "text/html"),
            "response to /v1/transactions is text/html instead of JSON",
            id="fault_06",
        ),
        pytest.param(
            response({"errors": [CANARY]}),
            "A page of /v1/transactions lacks the list data",
            id="fault_07",
        ),
        pytest.param(
            response([CANARY]),
            "response to /v1/transactions is not a JSON object",
            id="fault_07_a_list",
        ),
        pytest.param(
            raw(f'{{"title": "{CANARY}"}}', "application/problem+json"),
            "has status 200, but is an error",
            id="fault_07_problem",
        ),
        pytest.param(
            response(CANARY, 302, Location="https://elsewhere.example/"),
            "redirects to another address (302 on /v1/transactions)",
            id="fault_10_redirect",
        ),
        pytest.param(
            response(CANARY, 301, Location="http://shop.example/"),
            "redirects to another address (301 on /v1/transactions)",
            id="fault_11_to_plain_http",
        ),
        pytest.param(
            response(CANARY, 401, X_Request_Id="r-7"),
            "rejected the credentials (401 on /v1/transactions, request r-7)",
            id="fault_12_static_token",
        ),
        pytest.param(
            response(CANARY, 403), "rejected the credentials (403", id="fault_13_forbidden"
        ),
        pytest.param(
            response(CANARY, 400),
            "rejected the request (400",
            id="fault_13_bad_request",
        ),
        pytest.param(
            Response(
                gzip.compress(b" " * (65 << 20)),
                content_type="application/json",
                headers={"Content-Encoding": "gzip"},
            ),
            "response to /v1/transactions is larger than 64 MiB",
            id="fault_17_gzip_bomb",
        ),
    ],
)
def test_permanent_fault_ends_the_run_and_keeps_earlier_pages(
    scripted: Scripted, clock: Clock, answer: Response, expected: str
) -> None:
    messages, error = scripted(FIRST, *[answer] * 80).attempt()

    assert error is not None
    assert expected in str(error)
    assert str(error).count(". ") == 1  # what happened, then what to do
    assert "canary" not in str(error)
    assert messages.ids() == ["1"]
    assert messages.bookmark == "2024-01-05T10:00:00.000000Z"
    assert sum(clock.waits) <= 300


def test_failure_after_a_page_states_that_records_are_kept(scripted: Scripted) -> None:
    _, error = scripted(FIRST, *[response(CANARY, 503)] * 80).attempt()

    assert str(error) == (
        "The shop kept failing on /v1/transactions (503 on /v1/transactions). Check api_url and"
        " whether the shop is up and not in maintenance mode, then run again: records"
        " written so far are kept."
    )


@pytest.mark.parametrize(
    "cursors",
    [
        pytest.param(["a", "a"], id="fault_09_the_same"),
        pytest.param(["a", "b", "c", "a"], id="fault_09_a_circle"),
        pytest.param([None], id="fault_09_none"),
    ],
)
def test_invalid_cursors_end_the_run(scripted: Scripted, cursors: list[str | None]) -> None:
    pages = [{**FIRST, "next_cursor": cursor} for cursor in cursors]

    _, error = scripted(*pages).attempt()

    assert "openapi.yaml" in str(error)


@pytest.mark.parametrize("empty", [pytest.param(3, id="fault_08")])
def test_empty_pages_before_more_records_are_skipped(scripted: Scripted, empty: int) -> None:
    pages = [
        {"data": [], "has_more": True, "next_cursor": f"c{number}"} for number in range(empty)
    ]

    assert scripted(*pages, PAGE)().ids() == ["1"]


@pytest.mark.parametrize("empty", [pytest.param(102, id="fault_08_endless")])
def test_endless_empty_pages_end_the_run(scripted: Scripted, empty: int) -> None:
    pages = [
        {"data": [], "has_more": True, "next_cursor": f"c{number}"} for number in range(empty)
    ]

    _, error = scripted(*pages).attempt()

    assert "empty pages of" in str(error)


@pytest.mark.parametrize("page_size", [pytest.param(2, id="fault_12_expiry")])
def test_token_expired_between_pages_is_replaced(
    place: Place, shop: Shop, monkeypatch: pytest.MonkeyPatch, extract: Extract, page_size: int
) -> None:
    for number in range(6):
        place(str(number))
    auth = Auth("", clients={"me": "canary-of-a-client"})
    page = shop.page

    def expiring(collection: str, **window: Any) -> Any:
        auth.expire_tokens()
        return page(collection, **window)

    monkeypatch.setattr(shop, "page", expiring)
    with serve(shop, auth=auth) as running:
        messages = extract(
            api_url=running.url,
            access_token="",
            client_id="me",
            client_secret="canary-of-a-client",
            page_size=page_size,
        )
    assert messages.ids() == ["0", "1", "2", "3", "4", "5"]
    # A token for the first request, and one after each page, which makes the token expire.
    assert [path for _, path in running.requests].count("/oauth/token") == 7


@pytest.mark.parametrize("name", [pytest.param("access_token", id="fault_14")])
def test_urls_contain_no_secret(scripted: Scripted, httpserver: HTTPServer, name: str) -> None:
    scripted(PAGE)()

    for request, _ in httpserver.log:
        assert "canary" not in request.url
        assert name not in request.url
        assert "canary" in request.headers["Authorization"]


@pytest.mark.parametrize("seconds", [pytest.param(1, id="fault_15")])
def test_slow_responses_end_the_run_in_time(
    httpserver: HTTPServer, scripted: Scripted, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            yield b" "
            time.sleep(0.1)

    monkeypatch.setattr(http, "_RETRY_SECONDS", 0.0)
    shop = scripted()
    httpserver.expect_request("/v1/transactions").respond_with_handler(
        lambda _: Response(drip(), content_type="application/json")
    )
    start = time.monotonic()

    _, error = shop.attempt(request_timeout=seconds)

    assert "kept failing on /v1/transactions (a response that takes too long)" in str(error)
    assert time.monotonic() - start < 8


@pytest.mark.parametrize("streams", [pytest.param(4, id="fault_16")])
def test_throttled_streams_never_send_parallel_requests(
    scripted: Scripted, httpserver: HTTPServer, clock: Clock, streams: int
) -> None:
    asking = most = asked = 0

    def throttle(request: Request) -> Response:
        nonlocal asking, most, asked
        asking += 1
        most = max(most, asking)
        time.sleep(0.02)
        asking -= 1
        asked += 1
        if asked % 2:
            return response(CANARY, 429, Retry_After="5")
        return response({"data": []} if "totals" in request.path else {**PAGE, "data": []})

    shop = scripted()
    httpserver.clear()
    httpserver.expect_request("/v1/shop").respond_with_json(ABOUT | {"scopes": SCOPES})
    httpserver.expect_request(re.compile("/v1/.+")).respond_with_handler(throttle)

    shop()

    assert most == 1
    # One 429 before each page and each totals request.
    assert len(clock.waits) == 2 * streams
    assert min(clock.waits) >= 5


def test_untrusted_certificate_ends_the_run(extract: Extract) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/v1/shop").respond_with_json({})
        with pytest.raises(TapError, match="certificate of the shop's server is not trusted"):
            extract(api_url=server.url_for(""))

    assert server.log == []


def test_unencrypted_requests_use_no_proxy(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HTTPServer(host="127.0.0.1") as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url_for(""))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        proxy.expect_request("/v1/shop").respond_with_json({})

        assert scripted(PAGE)().ids() == ["1"]

    assert proxy.log == []


@pytest.mark.parametrize(
    "cursor", ["https://evil.example/", "../../admin", "a\r\nX-Evil: 1", "?#&="]
)
def test_cursor_changes_neither_address_nor_headers(
    scripted: Scripted, httpserver: HTTPServer, cursor: str
) -> None:
    assert scripted({**FIRST, "next_cursor": cursor}, SECOND)().ids() == ["1", "2"]

    asked = [request for request, _ in httpserver.log if request.path == "/v1/transactions"]
    assert [request.args.get("cursor") for request in asked] == [None, cursor]
    assert not any("X-Evil" in request.headers for request in asked)


@pytest.mark.parametrize(
    ("auth", "path"),
    [
        ({}, "/v1/shop"),
        ({"access_token": "", "client_id": "me", "client_secret": "canary"}, "/oauth/token"),
    ],
)
def test_unreachable_address_fails_within_the_connect_budget(
    attempt: Attempt, clock: Clock, auth: dict[str, str], path: str
) -> None:
    _, error = attempt(api_url="http://127.0.0.1:1", **auth)

    assert str(error) == (
        f"The shop kept failing on {path} (ConnectionError). Check api_url and whether the"
        " shop is up, then run again."
    )
    assert sum(clock.waits) <= 20
