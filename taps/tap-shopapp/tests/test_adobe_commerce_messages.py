"""Adobe Commerce: the message for each outcome of a connection."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from adobe_commerce_reader import Shop
from shop_fakes.adobe_commerce_access import ADMIN, IMS, OAUTH
from shop_fakes.adobe_commerce_rows import customer, order, product
from shop_fakes.adobe_commerce_search import RefusalError
from shop_fakes.clock import Clock
from shop_fakes.serving import serve_answers
from tap_shopapp.api import http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from werkzeug import Request

NO_TOKEN = {"access_token": ""}
BEARER = "enable_integration_as_bearer"


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


def test_administrator_without_a_permission_is_told_its_name(shop: Shop) -> None:
    shop.server.access.permissions.remove("Magento_Sales::sales_creditmemo")

    _, error = shop.attempt(**NO_TOKEN, **ADMIN)

    assert str(error) == (
        "The credentials lack the permissions Magento_Sales::sales_creditmemo. Add them to the"
        " resources of the integration, or to the role of the user, or deselect the streams"
        " that need them."
    )


def test_bearer_token_that_the_shop_does_not_allow_names_the_setting(shop: Shop) -> None:
    shop.server.access.is_bearer = False

    _, error = shop.attempt()

    assert str(error).startswith("The shop rejected the credentials (401 on ")
    assert f"oauth/consumer/{BEARER} of the shop is 1" in str(error)


def test_expired_and_wrong_tokens_are_not_missing_permissions(shop: Shop) -> None:
    """All lists answer 401 with the name of a permission, also those that are not selected."""
    _, wrong = shop.attempt(access_token="canary-of-another")
    shop.server.access.integration = ""
    _, expired = shop.attempt()

    for error in (wrong, expired):
        assert str(error).startswith("The shop rejected the credentials (401 on ")
        assert BEARER in str(error)
        assert "Magento_" not in str(error)


@pytest.mark.parametrize(
    "permission",
    [
        *("Magento_Sales::actions_view", "Magento_Sales::sales_creditmemo"),
        *("Magento_Catalog::products", "Magento_Catalog::categories"),
        *("Magento_Customer::customer", "Magento_Backend::store"),
    ],
)
def test_missing_permission_is_named(shop: Shop, permission: str) -> None:
    shop.server.access.permissions.remove(permission)

    messages, error = shop.attempt()

    assert str(error).startswith(f"The credentials lack the permissions {permission}. Add ")
    assert messages.all == []


@pytest.mark.parametrize("parameters", [{"resources": "Own_Module::all"}, ["Own_Module::all"]])
def test_permission_is_named_as_the_shop_names_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, parameters: object
) -> None:
    """Parameters of a message are an object or a list. A module may ask for its own."""
    check = shop.server.access.check

    def refuse(request: Request, permission: str) -> None:
        if permission == "Magento_Catalog::products":
            raise RefusalError(401, "The consumer isn't authorized to access %1.", parameters)
        check(request, permission)

    monkeypatch.setattr(shop.server.access, "check", refuse)

    _, error = shop.attempt()

    assert str(error).startswith("The credentials lack the permissions Own_Module::all. Add ")


@pytest.mark.parametrize("text", ["<script>canary", "canary of a secret", "", None, 7])
def test_text_that_is_no_permission_is_not_shown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, text: object
) -> None:
    check = shop.server.access.check

    def refuse(request: Request, permission: str) -> None:
        if permission == "Magento_Catalog::products":
            raise RefusalError(401, "", {"resources": text})
        check(request, permission)

    monkeypatch.setattr(shop.server.access, "check", refuse)

    _, error = shop.attempt()

    assert "canary" not in str(error)
    assert error is not None


def test_only_permission_that_is_left_proves_the_token(shop: Shop) -> None:
    """A second call with another permission tells a wrong token from missing permissions."""
    shop.server.access.permissions = {"Magento_Customer::customer"}

    _, error = shop.attempt()

    assert "lack the permissions Magento_Backend::store, Magento_Sales::actions_view," in str(
        error
    )


def test_maintenance_mode_is_named(shop: Shop) -> None:
    shop.server.is_in_maintenance = True

    _, error = shop.attempt()

    path = "/rest/all/V1/store/storeConfigs"
    assert str(error) == (
        f"The shop kept failing on {path} (503 on {path}, an HTML page). Check that api_url is"
        " the address of the API, and that no firewall, password or maintenance page answers"
        " instead."
    )


def test_api_without_adobe_commerce_is_named(shop: Shop) -> None:
    _, error = shop.attempt(api_url=f"{shop.url}/rest")

    assert str(error) == (
        "There is no Adobe Commerce at api_url (404 on /rest/all/V1/store/storeConfigs). Set"
        " api_url to the address of the shop, without /rest."
    )


def test_unknown_certificate_is_named(shop: Shop) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serve_answers(shop.answer, tls=context) as url:
        _, error = shop.attempt(api_url=url)

    assert str(error).startswith("The certificate of the shop's server is not trusted.")


@pytest.mark.parametrize(
    "settings",
    [
        {"access_token": ""},
        {"username": "reader"},
        {**OAUTH, "access_token_secret": ""},
        {**ADMIN},  # in addition to the token
        {**NO_TOKEN, **IMS, "ims_org_id": ""},
    ],
)
def test_incomplete_or_double_credentials_are_refused(
    shop: Shop, settings: dict[str, Any]
) -> None:
    _, error = shop.attempt(**settings)

    assert str(error) == (
        "The credentials are missing, incomplete, or set in two ways. Set either access_token,"
        " or consumer_key and consumer_secret and access_token and access_token_secret, or"
        " username and password, or client_id and client_secret and ims_org_id."
    )
    assert shop.requests == []


def test_empty_shop_is_valid(shop: Shop) -> None:
    for name in ("orders", "products", "customers"):
        getattr(shop.stored, name).clear()

    messages = shop.extract()

    [record] = messages.records("shops")
    assert record["currency"] == "EUR"
    assert record["time_zone"] == "America/Toronto"
    assert messages.ids() == []
