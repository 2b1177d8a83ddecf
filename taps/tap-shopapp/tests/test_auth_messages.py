"""Messages about credentials: one sentence of what happened, one of what to do.

Errors before a connection are the same for all applications. `REJECTIONS` lists the errors of
each application.
"""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from click.testing import CliRunner
from shop_fakes.clock import Clock
from shop_fakes.logical_shop import make_shop
from shop_fakes.registry import FAKES
from shop_fakes.serving import serve_answers
from shopapp_demo.shop import COLLECTIONS
from tap_shopapp.api import http
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.invalid_settings import accepted
from tap_shopapp.tap import TapShopApp
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conftest import Attempt
    from shop_fakes.base import FakeShop
    from tap_shopapp.errors import TapError
    from werkzeug import Request

_TOKEN = (
    "Create a token with read access to orders, products, categories and customers, then run"
    " `meltano config set tap-shopapp access_token …`."
)
# The fake is at an http address. `test_woocommerce_refusals.py` tests https.
_KEY_OVER_HTTP = (
    "The shop does not know consumer_key, or ignores it because api_url begins with http (401"
    " woocommerce_rest_cannot_view on /wp-json/wc/v3/customers). Set api_url to the site's"
    " https address. If a proxy behind this address ends TLS, let it send X-Forwarded-Proto and"
    " let WordPress trust it. If the site receives https, compare consumer_key with the shop's"
    " keys (WooCommerce, Settings, Advanced, REST API)."
)
_PRESTASHOP = (
    "Create a key in the shop (Advanced Parameters, Webservice) that may GET the resources in"
    " the documentation, and set webservice_key with `meltano config set tap-shopapp"
    " webservice_key …`."
)
_ASKED = "401 on /admin/api/2026-10/graphql.json (shop)"
_APP = (
    "Install the app in the shop with the scopes read_orders, read_products and"
    " read_customers, then set access_token, or client_id and client_secret, with"
    " `meltano config set tap-shopapp …`."
)
_SITE = "Set api_url to the address of the WordPress site that WooCommerce runs on."


@dataclass(frozen=True)
class Rejection:
    """How an application rejects a run.

    Attributes:
        application: The application.
        situation: Description of the fault.
        output: The expected message.
        withdrawn: The revoked permission, by its name in `FakeShop.withdraw`.
        settings: Settings that replace valid ones.
    """

    application: str
    situation: str
    output: str
    withdrawn: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


_VENDURE = (
    "The shop rejected the credentials (FORBIDDEN). Create an API key in the channel to read,"
    " with a role that has ReadOrder, ReadCatalog and ReadCustomer, then run `meltano config"
    " set tap-shopapp access_token …` (and set channel_token, unless it is the default"
    " channel)."
)


_STORES = "401 on /rest/all/V1/store/storeConfigs"
_INTEGRATION = (
    "Check access_token, or that the setting oauth/consumer/enable_integration_as_bearer of the"
    " shop is 1, without which releases from 2.4.4 on reject the token of an integration:"
    " otherwise also set consumer_key, consumer_secret and access_token_secret."
)
_RESOURCES = (
    "Add them to the resources of the integration, or to the role of the user, or deselect the"
    " streams that need them."
)


REJECTIONS = [
    Rejection(
        "adobe_commerce",
        "wrong token",
        f"The shop rejected the credentials ({_STORES}). {_INTEGRATION}",
        settings={"access_token": "canary-of-another"},
    ),
    Rejection(
        "adobe_commerce",
        "integration that was deactivated",
        f"The shop rejected the credentials ({_STORES}). {_INTEGRATION}",
        withdrawn="all",
    ),
    Rejection(
        "adobe_commerce",
        "token that the shop rejects as a bearer token",
        f"The shop rejected the credentials ({_STORES}). {_INTEGRATION}",
        withdrawn="bearer",
    ),
    Rejection(
        "adobe_commerce",
        "no right to read orders",
        "The credentials lack the permissions Magento_Sales::actions_view. " + _RESOURCES,
        withdrawn="orders",
    ),
    Rejection(
        "adobe_commerce",
        "no right to read store views",
        "The credentials lack the permissions Magento_Backend::store. " + _RESOURCES,
        withdrawn="stores",
    ),
    Rejection(
        "adobe_commerce",
        "maintenance mode",
        "The shop kept failing on /rest/all/V1/store/storeConfigs (503 on"
        " /rest/all/V1/store/storeConfigs, an HTML page). Check that api_url is the address of"
        " the API, and that no firewall, password or maintenance page answers instead.",
        withdrawn="maintenance",
    ),
    Rejection(
        "adobe_commerce",
        "nothing set",
        "The credentials are missing, incomplete, or set in two ways. Set either access_token,"
        " or consumer_key and consumer_secret and access_token and access_token_secret, or"
        " username and password, or client_id and client_secret and ims_org_id.",
        settings={"access_token": ""},
    ),
    Rejection(
        "shopapp",
        "wrong token",
        f"The shop rejected the credentials (401 on /v1/shop, request ID). {_TOKEN}",
        settings={"access_token": "canary-of-another"},
    ),
    Rejection(
        "shopapp",
        "expired token",
        f"The shop rejected the credentials (401 on /v1/shop, request ID). {_TOKEN}",
        withdrawn="all",
    ),
    Rejection(
        "shopapp",
        "no right to read orders",
        "The token lacks read_transactions. Create a token that has them, or deselect the"
        " streams that need them.",
        withdrawn="orders",
    ),
    Rejection(
        "shopapp",
        "nothing set",
        "The credentials are missing, incomplete, or set in two ways. Set either access_token,"
        " or client_id and client_secret.",
        settings={"access_token": ""},
    ),
    Rejection(
        "shopify",
        "wrong token",
        f"The shop rejected the credentials ({_ASKED}). {_APP}",
        settings={"access_token": "canary-of-another"},
    ),
    Rejection(
        "shopify",
        "token that was revoked",
        f"The shop rejected the credentials ({_ASKED}). {_APP}",
        withdrawn="all",
    ),
    Rejection(
        "shopify",
        "no right to read orders",
        "The app lacks the scopes read_orders. Grant them and install the app again, or"
        " deselect the streams that need them.",
        withdrawn="orders",
    ),
    Rejection(
        "shopify",
        "nothing set",
        "The credentials are missing, incomplete, or set in two ways. Set either access_token,"
        " or client_id and client_secret.",
        settings={"access_token": ""},
    ),
    Rejection(
        "prestashop",
        "wrong key",
        "The shop rejected the credentials (401 on /api/configurations, code 20)."
        f" {_PRESTASHOP}",
        settings={"webservice_key": "canary7key7of7another7shop777777"},
    ),
    Rejection(
        "prestashop",
        "key of a wrong form",
        "The shop rejected the credentials (401 on /api/configurations, code 18)."
        f" {_PRESTASHOP}",
        settings={"webservice_key": "canary"},
    ),
    Rejection(
        "prestashop",
        "inactive key",
        "The shop rejected the credentials (401 on /api/configurations, code 20)."
        f" {_PRESTASHOP}",
        withdrawn="all",
    ),
    Rejection(
        "prestashop",
        "web server that keeps the key",
        "The shop rejected the credentials: it received no key (401 on /api/configurations)."
        " Configure the web server to pass the header Authorization on to PHP.",
        withdrawn="key",
    ),
    Rejection(
        "prestashop",
        "no right to read orders",
        "The key has no permission to read orders, order_slip. Give the key the permission View"
        " (GET) for them in the shop (Advanced Parameters, Webservice), or deselect the streams"
        " that need them.",
        withdrawn="orders",
    ),
    Rejection(
        "prestashop",
        "webservice that is off",
        "The shop's webservice is off (503 on /api/configurations, code 22). Enable it in the"
        " shop (Advanced Parameters, Webservice).",
        withdrawn="webservice",
    ),
    Rejection(
        "prestashop",
        "another address",
        "The shop redirects to another address: its address is https://shop.example/boutique"
        " (302 on /api/configurations). Set api_url to https://shop.example/boutique.",
        withdrawn="address",
    ),
    Rejection(
        "prestashop",
        "unknown shop of a multistore",
        "The shop redirects to another address: it has no shop with this id (302 on"
        " /api/configurations). Set id_shop to the id of a shop of the multistore, or to all.",
        settings={"id_shop": "99"},
    ),
    Rejection(
        "prestashop",
        "shop of a multistore that the key may not read",
        "The key may not read this shop of the multistore (403 on /api/configurations, code"
        " 132). Associate the key with the shops to read (Advanced Parameters, Webservice), or"
        " set id_shop.",
        withdrawn="shop",
        settings={"id_shop": "1"},
    ),
    Rejection(
        "prestashop",
        "older shop without a resource",
        "The shop's webservice lacks a resource or a field (400 on /api/order_slip, code 27)."
        " Check that the shop runs PrestaShop 8 or 9, and that no module changes its"
        " webservice.",
        withdrawn="resource",
    ),
    Rejection(
        "prestashop",
        "no key",
        "The credentials are missing, incomplete, or set in two ways. Set webservice_key.",
        settings={"webservice_key": ""},
    ),
    Rejection("vendure", "wrong key", _VENDURE, settings={"access_token": "canary-of-another"}),
    Rejection("vendure", "key that was deleted", _VENDURE, withdrawn="all"),
    Rejection(
        "vendure",
        "no right to read orders",
        "The credentials lack ReadOrder. Add the permission to their role, or deselect the"
        " streams that need it.",
        withdrawn="orders",
    ),
    Rejection(
        "vendure",
        "nothing set",
        "The credentials are missing, incomplete, or set in two ways. Set either access_token,"
        " or username and password.",
        settings={"access_token": ""},
    ),
    Rejection(
        "woocommerce",
        "wrong key",
        _KEY_OVER_HTTP,
        settings={"consumer_key": "ck_canary_of_another"},
    ),
    Rejection(
        "woocommerce",
        "key that was revoked",
        _KEY_OVER_HTTP,
        withdrawn="all",
    ),
    Rejection(
        "woocommerce",
        "key that may only write",
        "The key has no permission to read (401 woocommerce_rest_authentication_error on"
        " /wp-json/wc/v3/customers). Change its permission to Read in the shop (WooCommerce,"
        " Settings, Advanced, REST API).",
        withdrawn="reading",
    ),
    Rejection(
        "woocommerce",
        "no right to read orders",
        "The user of the key has no permission to read orders. Make the user a shop manager,"
        " or deselect the streams that need them.",
        withdrawn="orders",
    ),
    Rejection(
        "woocommerce",
        "site without WooCommerce",
        f"The site at api_url has no WooCommerce. {_SITE}",
        withdrawn="woocommerce",
    ),
    Rejection(
        "woocommerce",
        "site that hides itself from guests",
        "The site refused a request without credentials (401 rest_not_logged_in on /wp-json/)."
        " Check that api_url is the address of the WordPress site. If it is, a plugin blocks"
        " /wp-json/: allow public access, because it contains the site's time zone.",
        withdrawn="guests",
    ),
    Rejection(
        "woocommerce",
        "half a key",
        "The credentials are missing, incomplete, or set in two ways. Set consumer_key and"
        " consumer_secret.",
        settings={"consumer_secret": ""},
    ),
]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "time", Clock())


@pytest.fixture(params=sorted(FAKES))
def application(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(application: str) -> Iterator[FakeShop]:
    with FAKES[application](make_shop()) as running:
        yield running


@pytest.fixture
def error_for(try_run: Attempt, caplog: pytest.LogCaptureFixture) -> Any:
    """Run the tap with wrong settings, and return its error message."""

    def error_for(application: str, settings: Mapping[str, Any]) -> TapError:
        messages, error = try_run({"shop_id": "s", "application": application, **settings})
        assert error is not None
        assert messages.all == []  # nothing is written
        assert "canary" not in f"{error}{caplog.text}"
        return error

    return error_for


def test_every_application_has_expected_rejections() -> None:
    # Files need no credentials; `test_import*.py` test their errors.
    assert {rejection.application for rejection in REJECTIONS} == APPLICATIONS.keys() - {
        "files"
    }


@pytest.mark.parametrize(
    "rejection", REJECTIONS, ids=lambda its: f"{its.application}: {its.situation}"
)
def test_rejected_credentials_are_an_error_message(
    rejection: Rejection, error_for: Any
) -> None:
    with FAKES[rejection.application](make_shop()) as fake:
        if rejection.withdrawn:
            fake.withdraw[rejection.withdrawn]()

        error = error_for(rejection.application, {**fake.settings, **rejection.settings})

    # Some fakes number their requests, so the number in the message differs.
    head, found, tail = str(error).partition(", request ")
    output = f"{head}{found}ID{tail[8:]}" if found else head
    assert output == rejection.output


@pytest.mark.parametrize("is_empty", [False, True], ids=["a shop", "an empty shop"])
def test_valid_settings_write_the_shop_first(
    application: str,
    fake: FakeShop,
    try_run: Attempt,
    is_empty: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """`meltano config test` waits for the first record."""
    for collection in COLLECTIONS if is_empty else ():
        getattr(fake.shop, collection).clear()

    messages, error = try_run({"shop_id": "s", "application": application, **fake.settings})

    assert error is None
    records = [message["stream"] for message in messages.all if message["type"] == "RECORD"]
    assert records[0] == "shops"
    assert (set(records) <= {"shops", "full_lists"}) == is_empty


def test_settings_of_other_applications_are_ignored(
    application: str, fake: FakeShop, try_run: Attempt
) -> None:
    own = {setting.name for setting in APPLICATIONS[application].settings}
    foreign = {
        setting.name: ["invalid for any setting"]
        for its in APPLICATIONS.values()
        for setting in its.settings
        if setting.name not in own
    }
    settings = {"shop_id": "s", "application": application, **fake.settings}

    messages, error = try_run(settings | foreign)

    assert error is None
    assert len(set(messages.ids())) == 9
    assert len(foreign) >= 7


@pytest.mark.parametrize(
    ("application", "settings", "named"),
    [
        (
            "shopapp",
            {"access_token": ["canary"], "api_version": 3.7},
            "access_token must be text",
        ),
        (
            "shopify",
            {"api_version": "3.7", "channel_token": 3.7},
            "api_version must be a version such as 2026-10, or unstable",
        ),
        ("shopify", {"bulk": "canary"}, "bulk must be true or false"),
        (
            "vendure",
            {"channel_token": 3.7, "api_version": 3.7},
            "channel_token must be text",
        ),
        (
            "vendure",
            {"page_size": "canary", "api_version": 3.7},
            "page_size must be a whole number of at least 1",
        ),
        (
            "woocommerce",
            {"lookback_seconds": -1, "start_date": 2026},
            (
                "lookback_seconds must be a whole number of at least 0;"
                " start_date must be a date and time such as 2026-01-31T00:00:00Z"
            ),
        ),
        (
            "files",
            {"files_max_rejected_percent": 101, "stream_maps": {"items": 3.7}},
            (
                "files_max_rejected_percent must be a whole number from 0 to 100;"
                " stream_maps must be an object with valid entries"
            ),
        ),
        (
            "canary",
            {"channel_token": 3.7, "api_version": 3.7},
            (
                "application must be one of adobe_commerce, files, prestashop, shopapp,"
                " shopify, vendure,"
                " woocommerce"
            ),
        ),
    ],
)
def test_invalid_setting_of_the_application_is_named(
    application: str, settings: dict[str, Any], named: str, error_for: Any
) -> None:
    error = error_for(application, settings)

    assert error.reason == f"Settings of tap-shopapp are missing or invalid: {named}."


def test_invalid_setting_names_the_extractor_that_meltano_runs(
    error_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELTANO_EXTRACTOR_NAME", "tap-shopapp-woocommerce")

    error = error_for("woocommerce", {"page_size": 0})

    assert str(error) == (
        "Settings of tap-shopapp-woocommerce are missing or invalid: page_size must be a whole"
        " number of at least 1. Set each with"
        " `meltano config set tap-shopapp-woocommerce <setting> <value>`."
    )


def test_every_setting_states_what_it_accepts() -> None:
    schema: dict[str, Any] = {"properties": dict(TapShopApp.config_jsonschema["properties"])}
    TapShopApp.append_builtin_config(schema)  # the SDK's settings
    settings = schema["properties"]

    assert all(map(accepted, settings.values()))
    assert {name for name, its in settings.items() if "pattern" in its} == {
        name for name, its in settings.items() if "accepted" in its
    }


@pytest.mark.parametrize("kind", ["json", "markdown"])
def test_about_output_contains_no_setting(
    application: str, fake: FakeShop, tmp_path: Path, kind: str
) -> None:
    config = tmp_path / "config.json"
    settings = {"shop_id": "s", "application": application, **fake.settings}
    config.write_text(json.dumps(settings))

    options = ["--config", str(config), "--about", f"--format={kind}"]
    output = CliRunner().invoke(TapShopApp.cli, options)

    assert output.exit_code == 0
    assert "application" in output.output
    assert "canary" not in output.output


def test_unreachable_address_is_an_error_message(
    application: str, fake: FakeShop, error_for: Any
) -> None:
    error = error_for(application, fake.settings_at("http://127.0.0.1:1"))

    assert error.reason.startswith("The shop kept failing on ")
    assert error.reason.endswith(" (ConnectionError).")
    assert error.instruction.startswith("Check api_url and whether the shop is up")


def test_address_without_tls_gets_no_request(
    application: str, fake: FakeShop, error_for: Any
) -> None:
    error = error_for(application, fake.settings_at("http://shop.example"))

    assert str(error) == (
        "The address of the shop's API does not begin with https. Set api_url to its https"
        " address."
    )


@pytest.mark.parametrize("status", [200, 404])
def test_address_of_another_server_is_an_error_message(
    application: str, fake: FakeShop, error_for: Any, status: int
) -> None:
    page = Response("<html>canary", status, content_type="text/html")
    with serve_answers(lambda _: page) as url:
        error = error_for(application, fake.settings_at(url))

    assert ("text/html instead of JSON" if status == 200 else "404 on /") in error.reason
    assert "api_url" in error.instruction


def test_server_with_untrusted_certificate_gets_no_secret(
    application: str, fake: FakeShop, error_for: Any
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    received: list[Request] = []

    def answer(request: Request) -> Response:
        received.append(request)
        return Response()

    with serve_answers(answer, tls=context) as url:
        error = error_for(application, fake.settings_at(url))

    assert error.reason == "The certificate of the shop's server is not trusted."
    assert received == []
