"""Authentication: a static token, or expiring tokens in exchange for a client's secret."""

from __future__ import annotations

import base64
import json
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from tap_shopapp.api import auth
from tap_shopapp.api.auth import BearerToken, ClientCredentials
from tap_shopapp.api.http import JsonClient
from tap_shopapp.api.response import Hints
from tap_shopapp.errors import TapError
from werkzeug import Request, Response

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from tap_shopapp.api.auth import Auth

SECRET = "canary of a secret: ü"


class TokenServer:
    """An API that issues numbered tokens, and accepts only the latest one."""

    def __init__(self, server: HTTPServer) -> None:
        self.issued = 0
        self.asked: list[Request] = []
        self.answer: dict[str, Any] = {"token_type": "Bearer", "expires_in": 3600}
        self.accepts_tokens = True
        self.url = server.url_for("")
        server.expect_request("/oauth/token", method="POST").respond_with_handler(self.issue)
        server.expect_request("/v1/shop", method="GET").respond_with_handler(self.answer_shop)

    def issue(self, request: Request) -> Response:
        self.asked.append(request)
        self.issued += 1
        return _json({"access_token": f"token-{self.issued}", **self.answer})

    def answer_shop(self, request: Request) -> Response:
        right = request.headers["Authorization"] == f"Bearer token-{self.issued}"
        return _json({"ok": True}) if right and self.accepts_tokens else Response(status=401)

    def client(self, credentials: Auth | None = None) -> JsonClient:
        return JsonClient(
            self.url,
            auth=credentials or ClientCredentials("me", SECRET, path="/oauth/token"),
            user_agent="tests",
            timeout=5,
            hints=Hints("Do this."),
        )


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


@pytest.fixture
def tokens(httpserver: HTTPServer) -> TokenServer:
    return TokenServer(httpserver)


def test_client_gets_one_token_for_many_requests(tokens: TokenServer) -> None:
    client = tokens.client()

    for _ in range(3):
        assert client.get("/v1/shop").body == {"ok": True}

    [asked] = tokens.asked
    basic = base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert asked.headers["Authorization"] == f"Basic {basic}"
    assert parse_qs(asked.get_data(as_text=True)) == {"grant_type": ["client_credentials"]}


def test_token_expired_early_is_replaced_and_request_repeated(
    tokens: TokenServer,
) -> None:
    client = tokens.client()
    client.get("/v1/shop")
    tokens.issued += 1

    assert client.get("/v1/shop").body == {"ok": True}
    assert len(tokens.asked) == 2


def test_token_is_replaced_before_it_expires(
    tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tokens.client()

    for now, asked in ((0, 1), (3569, 1), (3571, 2)):
        clock = SimpleNamespace(monotonic=partial(float, now))
        monkeypatch.setattr(auth, "time", clock)
        client.get("/v1/shop")
        assert len(tokens.asked) == asked


def test_short_lived_token_is_used_for_several_requests(tokens: TokenServer) -> None:
    tokens.answer = {"expires_in": 20}
    client = tokens.client()

    for _ in range(3):
        client.get("/v1/shop")

    assert len(tokens.asked) == 1


def test_rejected_new_token_ends_the_run(tokens: TokenServer) -> None:
    tokens.accepts_tokens = False

    with pytest.raises(TapError) as rejected:
        tokens.client().get("/v1/shop")

    assert str(rejected.value) == (
        "The shop rejected the credentials (401 on /v1/shop). Do this."
    )
    assert len(tokens.asked) == 2


def test_rejected_static_token_is_not_retried(tokens: TokenServer) -> None:
    with pytest.raises(TapError, match=r"rejected the credentials \(401 on /v1/shop\)"):
        tokens.client(BearerToken("old")).get("/v1/shop")

    assert tokens.asked == []


@pytest.mark.parametrize("status", [400, 401, 403])
def test_rejected_client_ends_the_run(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/oauth/token").respond_with_json(
        {"error": "invalid_client", "error_description": SECRET}, status=status
    )
    client = JsonClient(
        httpserver.url_for(""),
        auth=ClientCredentials("me", SECRET, path="/oauth/token"),
        user_agent="tests",
        timeout=5,
        hints=Hints("Do this."),
    )

    with pytest.raises(TapError, match=rf"{status} on /oauth/token.*Do this") as rejected:
        client.get("/v1/shop")

    assert SECRET not in str(rejected.value)
    assert [request.path for request, _ in httpserver.log] == ["/oauth/token"]


@pytest.mark.parametrize("token", [None, "", 5, "two\r\nlines", "ü"])
def test_response_without_token_is_an_error(tokens: TokenServer, token: object) -> None:
    tokens.answer = {"access_token": token}

    with pytest.raises(TapError, match="response to /oauth/token has no access_token"):
        tokens.client().get("/v1/shop")
