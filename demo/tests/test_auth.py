"""Authentication of the demo shop: tokens, clients and scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from requests.auth import HTTPBasicAuth
from shopapp_demo.auth import Auth
from shopapp_demo.server import RunningShop, serve
from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

FORM = {"grant_type": "client_credentials"}
CLIENT = HTTPBasicAuth("me", "secret: ü".encode())


@pytest.fixture(scope="module")
def running() -> Iterator[RunningShop]:
    shop = Shop({"id": "s", "name": "S", "currency": "CAD", "time_zone": "UTC"})
    shop.put(
        "transactions",
        {
            "id": "1",
            "updated_at": "2026-01-05T10:00:00Z",
            "currency": "CAD",
            "total_amount": "1.10",
        },
    )
    auth = Auth("lasting", clients={"me": "secret: ü"}, scopes=("read_transactions",))
    with serve(shop, auth=auth) as running:
        yield running


def give_token(
    running: RunningShop, form: object = FORM, auth: object = CLIENT
) -> requests.Response:
    return requests.post(f"{running.url}/oauth/token", data=form, auth=auth, timeout=10)  # type: ignore[arg-type]


def enter(running: RunningShop, token: str, path: str = "/v1/shop") -> requests.Response:
    headers = {"Authorization": token}
    return requests.get(f"{running.url}{path}", headers=headers, timeout=10)


def test_token_of_a_client_is_accepted_until_it_expires(running: RunningShop) -> None:
    response = give_token(running)
    token = response.json()["access_token"]

    assert response.headers["Cache-Control"] == "no-store"
    assert response.json() | {"access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": 3600,
    }
    assert enter(running, f"Bearer {token}").status_code == 200
    running.auth.expire_tokens()
    assert enter(running, f"Bearer {token}").status_code == 401
    assert enter(running, "Bearer lasting").status_code == 200


@pytest.mark.parametrize(
    ("form", "auth", "status", "error"),
    [
        (FORM, HTTPBasicAuth("me", "wrong"), 401, "invalid_client"),
        (FORM, HTTPBasicAuth("you", "secret: ü"), 401, "invalid_client"),
        (FORM, None, 401, "invalid_client"),
        ({}, CLIENT, 400, "invalid_request"),
        ("grant_type=a&grant_type=b", CLIENT, 400, "invalid_request"),
        ({"grant_type": "password"}, CLIENT, 400, "unsupported_grant_type"),
    ],
)
def test_rejected_client_gets_an_oauth_error(
    running: RunningShop, form: object, auth: object, status: int, error: str
) -> None:
    refused = give_token(running, form, auth)

    assert (refused.status_code, refused.json()) == (status, {"error": error})
    assert refused.headers.get("WWW-Authenticate") == ("Basic" if status == 401 else None)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic lasting", "lasting", "Bearer ü"]
)
def test_request_with_other_header_is_refused(running: RunningShop, header: str) -> None:
    assert enter(running, header.encode("latin-1").decode("latin-1")).status_code == 401


def test_request_without_scope_is_refused_and_names_it(running: RunningShop) -> None:
    for path in ("/v1/products", "/v1/products/totals"):
        refused = enter(running, "Bearer lasting", path)
        assert refused.status_code == 403
        assert refused.json()["title"] == "The token lacks read_products."
    assert enter(running, "Bearer lasting", "/v1/shop").json()["scopes"] == [
        "read_transactions"
    ]


def test_totals_are_grouped_by_utc_day_and_currency(running: RunningShop) -> None:
    path = "/v1/transactions/totals"
    assert enter(running, "Bearer lasting", path).json() == {
        "data": [{"day": "2026-01-05", "count": 1, "total_amounts": {"CAD": "1.10"}}]
    }
    assert enter(
        running, "Bearer lasting", f"{path}?updated_before=2026-01-05T10:00:00Z"
    ).json() == {"data": []}
