"""Adobe Commerce: four kinds of credentials, and tokens that expire."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from adobe_commerce_reader import NOW, Shop
from shop_fakes.adobe_commerce_access import ADMIN, FAILURES_UNTIL_LOCKED, IMS, OAUTH
from shop_fakes.adobe_commerce_rows import customer, order, product
from shop_fakes.adobe_commerce_schema import REQUIRED_LOGIN
from shop_fakes.clock import Clock
from shop_fakes.serving import serve_answers
from tap_shopapp.api import http
from tap_shopapp.applications.adobe_commerce import auth
from tap_shopapp.applications.adobe_commerce.auth import OAuth1
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from werkzeug import Request

NO_TOKEN = {"access_token": ""}
LOGIN = "/rest/V1/integration/admin/token"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock for the waits of the client."""
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture
def shop(try_run: Attempt) -> Iterator[Shop]:
    """A shop with a few records."""
    shop = Shop(try_run)
    shop.stored.orders = [order(key) for key in range(1, 6)]
    shop.stored.products = [product(1)]
    shop.stored.customers = [customer(1)]
    with serve_answers(shop.answer) as shop.url:
        yield shop


def logins(shop: Shop) -> int:
    return sum(request.path == LOGIN for request in shop.requests)


def test_integration_signs_every_request_with_oauth(shop: Shop) -> None:
    shop.server.access.is_bearer = False

    messages = shop.extract(page_size=2, **OAUTH)

    assert len(messages.ids()) == 5
    for request in shop.requests:
        assert request.headers["Authorization"].startswith("OAuth ")
        assert "canary-of-a-token-secret" not in str(request.headers)
        assert "oauth" not in request.full_path
    # A nonce is used once.
    assert len(shop.server.access.nonces) == len(shop.requests)


def test_oauth_signature_is_that_of_an_independent_calculation() -> None:
    """The base string and the key of RFC 5849, written out for one request."""
    import base64  # noqa: PLC0415 - used by this calculation only
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415
    from urllib.parse import quote, unquote  # noqa: PLC0415

    header = OAuth1(OAUTH).signature(
        "GET", "https://shop.example/rest/all/V1/orders?a%5B0%5D=2026-01-01+00%3A00%3A00"
    )["Authorization"]

    sent = dict(part.split("=", 1) for part in header.removeprefix("OAuth ").split(", "))
    sent = {name: unquote(value.strip('"')) for name, value in sent.items()}
    assert sent["oauth_signature_method"] == "HMAC-SHA256"
    parameters = (
        "a%5B0%5D=2026-01-01%2000%3A00%3A00"
        "&oauth_consumer_key=canary-of-a-consumer"
        f"&oauth_nonce={sent['oauth_nonce']}"
        "&oauth_signature_method=HMAC-SHA256"
        f"&oauth_timestamp={sent['oauth_timestamp']}"
        "&oauth_token=canary-of-an-integration"
        "&oauth_version=1.0"
    )
    base = "GET&https%3A%2F%2Fshop.example%2Frest%2Fall%2FV1%2Forders&" + quote(
        parameters, safe=""
    )
    key = b"canary-of-a-consumer-secret&canary-of-a-token-secret"
    digest = hmac.new(key, base.encode(), hashlib.sha256).digest()
    assert sent["oauth_signature"] == base64.b64encode(digest).decode()


def test_wrong_oauth_secret_is_rejected(shop: Shop) -> None:
    _, error = shop.attempt(**{**OAUTH, "access_token_secret": "canary-of-another"})

    assert str(error).startswith("The shop rejected the credentials (401 on ")
    assert "Check that the integration is active" in str(error)
    assert "canary" not in str(error)


def test_administrator_logs_in_once(shop: Shop) -> None:
    messages = shop.extract(page_size=2, **NO_TOKEN, **ADMIN)

    assert len(messages.ids()) == 5
    assert logins(shop) == 1


@pytest.mark.parametrize(
    ("hours", "lifetime", "expected"),
    [
        (3.5, 4 * 3600, 1),
        (3.9, 4 * 3600, 2),  # renewed before its four hours
        (0.9, 3600, 2),  # a shorter life, as the token states it
        (4.5, 8 * 3600, 1),  # a longer life
    ],
)
def test_token_of_an_administrator_is_renewed_before_it_expires(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    hours: float,
    lifetime: float,
    expected: int,
) -> None:
    """The time passes between two pages of orders, for the tap and for the shop."""
    age = Clock()
    monkeypatch.setattr(auth, "time", age)
    shop.server.access.lifetime = lifetime
    statuses = []
    answer = shop.server.answer

    def pass_time(request: Request) -> Response:
        response = answer(request)
        statuses.append(response.status_code)
        if request.path.endswith("/creditmemos") and not age.waits:
            age.sleep(hours * 3600)
            shop.server.access.clock = lambda: NOW + timedelta(hours=hours)
        return response

    monkeypatch.setattr(shop.server, "answer", pass_time)

    messages = shop.extract(page_size=2, **NO_TOKEN, **ADMIN)

    assert len(messages.ids()) == 5
    assert logins(shop) == expected
    assert set(statuses) == {200}  # the old token was never refused


def test_token_that_expired_early_is_replaced(shop: Shop) -> None:
    """The shop's setting was changed, or the administrator's sessions were ended."""

    def revoke(number: int) -> None:
        if number == 9:
            shop.server.access.logins.clear()

    shop.happen = revoke

    messages = shop.extract(page_size=2, **NO_TOKEN, **ADMIN)

    assert len(messages.ids()) == 5
    assert logins(shop) == 2


def test_login_follows_the_published_schema(shop: Shop) -> None:
    shop.extract(page_size=2, **NO_TOKEN, **ADMIN)

    [login] = [request for request in shop.requests if request.path == LOGIN]
    assert (login.method, login.mimetype) == ("POST", "application/json")
    assert {name: type(value) for name, value in login.get_json().items()} == dict.fromkeys(
        REQUIRED_LOGIN, str
    )


def test_wrong_password_is_sent_once(shop: Shop) -> None:
    """Six failures lock the account for half an hour."""
    _, error = shop.attempt(**NO_TOKEN, **{**ADMIN, "password": "canary-of-another"})

    assert str(error).startswith(f"The shop rejected the credentials (401 on {LOGIN}).")
    assert "locks an account after six wrong passwords" in str(error)
    assert logins(shop) == 1
    assert shop.server.access.failures < FAILURES_UNTIL_LOCKED
    assert "canary" not in str(error)


def test_two_factor_authentication_points_to_an_integration(shop: Shop) -> None:
    shop.server.access.has_two_factor = True

    _, error = shop.attempt(**NO_TOKEN, **ADMIN)

    assert "refuses users with two-factor authentication: then create an integration" in str(
        error
    )
    assert logins(shop) == 1


def test_cloud_service_uses_ims_tokens_without_rest_in_the_path(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.server.access.is_cloud = True
    monkeypatch.setattr(auth, "IMS_URL", shop.url)

    messages = shop.extract(api_url=f"{shop.url}/tenant", **NO_TOKEN, **IMS)

    assert len(messages.ids()) == 5
    token, *others = shop.requests
    assert (token.method, token.path) == ("POST", "/ims/token/v3")
    for request in others:
        assert request.path.startswith("/tenant/V1/")
        assert request.headers["Store"] == "all"
        assert request.headers["x-api-key"] == IMS["client_id"]
        assert request.headers["x-gw-ims-org-id"] == IMS["ims_org_id"]


def test_wrong_client_of_the_cloud_service_is_rejected(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.server.access.is_cloud = True
    monkeypatch.setattr(auth, "IMS_URL", shop.url)
    wrong = {**IMS, "client_secret": "canary-of-another"}

    _, error = shop.attempt(api_url=f"{shop.url}/tenant", **NO_TOKEN, **wrong)

    assert str(error) == (
        "The shop rejected the credentials (400 on /ims/token/v3). Check client_id,"
        " client_secret and ims_org_id, and that the project in the Adobe Developer Console has"
        " the Adobe Commerce API with this tenant."
    )


def test_busy_cloud_service_is_asked_again_when_it_says(shop: Shop, clock: Clock) -> None:
    """A gateway in front of the shop answers 429 with a pause."""
    answers = shop.answer
    busy = [Response(status=429, headers={"Retry-After": "5"})]

    def answer(request: Request) -> Response:
        return busy.pop() if busy else answers(request)

    with serve_answers(answer) as url:
        assert len(shop.extract(api_url=url).ids()) == 5
    assert clock.waits[0] >= 5


def test_clock_of_the_fake_moves_with_the_token(shop: Shop) -> None:
    """The fake refuses a token after its life, so the tests above can fail."""
    shop.extract(**NO_TOKEN, **ADMIN)
    [token] = shop.server.access.logins
    request = shop.requests[-1]
    assert request.headers["Authorization"] == f"Bearer {token}"

    shop.server.access.clock = lambda: NOW + timedelta(hours=4)

    assert shop.server.answer(request).status_code == 401
