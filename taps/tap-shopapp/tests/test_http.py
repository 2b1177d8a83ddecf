"""The HTTP client: limits, retries, and no payloads in logs."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest
from tap_shopapp.api.auth import BearerToken
from tap_shopapp.api.http import JsonClient
from tap_shopapp.api.response import Hints
from tap_shopapp.errors import TapError
from werkzeug import Response

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

SECRET = "canary-of-a-token"
OK = Response('{"ok": true}', content_type="application/json")


def _client(url: str, timeout: float = 5) -> JsonClient:
    return JsonClient(
        url,
        auth=BearerToken(SECRET),
        user_agent="tests",
        timeout=timeout,
        hints=Hints("Do this."),
    )


@pytest.fixture
def client(httpserver: HTTPServer) -> JsonClient:
    return _client(httpserver.url_for(""))


def _answer_with(server: HTTPServer, *answers: Response) -> None:
    for answer in answers:
        server.expect_oneshot_request("/a").respond_with_response(answer)


def test_request_has_token_and_user_agent(httpserver: HTTPServer, client: JsonClient) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "User-Agent": "tests"}
    httpserver.expect_request("/a", headers=headers, query_string="x=1").respond_with_json({})

    assert client.get("/a", {"x": "1"}).body == {}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_temporary_status_is_retried(
    httpserver: HTTPServer, client: JsonClient, status: int
) -> None:
    _answer_with(httpserver, Response("no", status=status), OK)

    assert client.get("/a").body == {"ok": True}


def test_unreachable_shop_ends_the_run() -> None:
    with pytest.raises(TapError, match=r"kept failing on /a \(ConnectionError\)"):
        _client("http://127.0.0.1:1").get("/a", retry_budget=0)


def test_response_after_the_timeout_ends_the_run(
    httpserver: HTTPServer,
) -> None:
    def sleep(_: object) -> Response:
        start = monotonic()
        while monotonic() - start < 0.5:
            pass
        return OK

    httpserver.expect_request("/a").respond_with_handler(sleep)

    with pytest.raises(TapError, match=r"kept failing on /a \(ReadTimeout\)"):
        _client(httpserver.url_for(""), timeout=0.1).get("/a", retry_budget=0)


@pytest.mark.parametrize("status", [401, 403])
def test_rejection_message_contains_the_instruction(
    httpserver: HTTPServer, client: JsonClient, status: int
) -> None:
    _answer_with(httpserver, Response("no", status=status, headers={"X-Request-Id": "r-7"}))

    with pytest.raises(TapError) as rejected:
        client.get("/a")

    assert str(rejected.value) == (
        f"The shop rejected the credentials ({status} on /a, request r-7). Do this."
    )


@pytest.mark.parametrize("status", [401, 403])
def test_html_page_that_refuses_is_not_a_wrong_key(
    httpserver: HTTPServer, client: JsonClient, status: int
) -> None:
    _answer_with(httpserver, Response("<html>canary", status=status, content_type="text/html"))

    with pytest.raises(TapError) as refused:
        client.get("/a")

    assert refused.value.reason == (
        f"An HTML page answered instead of the shop's API ({status} on /a)."
    )
    assert "no firewall, password or maintenance page" in refused.value.instruction


def test_error_code_of_the_body_is_named(httpserver: HTTPServer, client: JsonClient) -> None:
    body = '{"code": "rest_no_route", "message": "canary"}'
    _answer_with(httpserver, Response(body, status=404, content_type="application/json"))

    with pytest.raises(TapError, match=r"rejected the request \(404 rest_no_route on /a\)"):
        client.get("/a")


@pytest.mark.parametrize("url", ["http://shop.example", "ftp://127.0.0.1", "shop.example"])
def test_address_without_https_is_an_error(url: str) -> None:
    with pytest.raises(TapError, match="does not begin with https"):
        _client(url)


def test_unstorable_characters_are_replaced_at_any_depth(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    lone = (
        rb'{"a": ["x\ud800y", {"\u0000": "\ud83d\ude00"}], "n": 123456789012345678901234567890}'
    )
    nul = rb'{"a": {"b": "x\u0000y"}, "c": "\\u0000"}'
    _answer_with(
        httpserver,
        Response(lone, content_type="application/json"),
        Response(nul, content_type="application/json"),
    )

    assert client.get("/a").body == {"a": ["x�y", {"�": "😀"}], "n": 1.2345678901234568e29}
    assert client.get("/a").body == {"a": {"b": "x�y"}, "c": "\\u0000"}


def test_infinite_numbers_become_text_and_lose_no_page(
    httpserver: HTTPServer, client: JsonClient
) -> None:
    _answer_with(
        httpserver, Response('{"a": [NaN, 1e400, 1.5]}', content_type="application/json")
    )

    assert client.get("/a").body == {"a": ["NaN", "1e400", 1.5]}
