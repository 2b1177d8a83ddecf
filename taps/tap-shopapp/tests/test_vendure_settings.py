"""Vendure: what is said of settings that are wrong, in one sentence."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from doubles.logical_shop import make_shop
from doubles.vendure import CHANNEL, USER
from pytest_httpserver import HTTPServer
from tap_shopapp.applications.vendure import client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendure_reader import Vendure

pytest_plugins = ["vendure_reader"]


def test_a_user_who_is_thrown_out_logs_in_again_and_loses_nothing(vendure: Vendure) -> None:
    vendure.server.shop = make_shop()
    vendure.before = lambda number: vendure.server.tokens.clear() if number == 12 else None

    messages = vendure.read(None, access_token=None, page_size=2, **USER)

    assert len(set(messages.ids())) == 9
    assert vendure.server.logins == 2


def test_settings_are_right_on_an_empty_shop_too(vendure: Vendure) -> None:
    assert vendure.sentence() == ""
    assert vendure.sentence(channel_token=CHANNEL) == ""
    assert vendure.sentence(access_token=None, **USER) == ""


KEY_REFUSED = (
    "The shop refused the authorization (FORBIDDEN). Create an API key in the channel that is"
    " to be read, with a role that has ReadOrder, ReadCatalog and ReadCustomer, then run"
    " `meltano config set tap-shopapp access_token …` (and channel_token, unless it is the"
    " default channel)."
)
LOGIN_REFUSED = (
    "The shop refused the authorization (the user's name or password is wrong). Set username"
    " and password, with `meltano config set tap-shopapp …`, to those of an administrator with"
    " a role that has ReadOrder, ReadCatalog and ReadCustomer in the channel that channel_token"
    " names."
)
NO_CHANNEL = (
    "The shop has no channel with the token that is set. Set channel_token to the token of the"
    " channel to read, or unset it for the default one."
)
NOT_SET = (
    "The authorization is not set, or set in two ways. Set either access_token, or username and"
    " password."
)
NO_ZONE = (
    "The setting time_zone is no name of an IANA time zone. Set it to one such as Europe/Paris."
)
PLAIN = (
    "The address of the shop's API does not begin with https. Set api_url to its https address."
)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"access_token": "another"}, KEY_REFUSED),
        ({"access_token": None, **USER, "password": "another"}, LOGIN_REFUSED),
        ({"channel_token": "another"}, NO_CHANNEL),
        ({"access_token": None}, NOT_SET),
        ({"time_zone": "Mars"}, NO_ZONE),
        ({"api_url": "http://shop.example"}, PLAIN),
    ],
)
def test_wrong_settings_are_said_in_one_sentence(
    vendure: Vendure, settings: dict[str, Any], sentence: str
) -> None:
    assert vendure.sentence(**settings) == sentence


@pytest.mark.parametrize("permission", ["ReadOrder", "ReadCatalog", "ReadCustomer"])
def test_a_missing_permission_is_named(vendure: Vendure, permission: str) -> None:
    vendure.server.permissions.remove(permission)

    assert vendure.sentence() == (
        f"The authorization lacks {permission}. Give its role that permission, or deselect the"
        " streams that need it."
    )


def test_a_key_that_is_taken_back_in_mid_run_ends_it(vendure: Vendure) -> None:
    vendure.server.shop = make_shop()
    vendure.before = lambda number: vendure.server.keys.clear() if number == 9 else None

    assert vendure.sentence(page_size=2) == KEY_REFUSED


def test_a_server_that_gives_smaller_pages_says_where_to_set_it(vendure: Vendure) -> None:
    vendure.server.largest_page = 100

    assert vendure.sentence(page_size=100) == ""
    assert vendure.sentence() == (
        "The shop gives fewer records a page than it was asked for. Set page_size to what its"
        " configuration has as apiOptions.adminListQueryLimit."
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE_TO_OPEN", 0.1)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_not_there_is_named(vendure: Vendure) -> None:
    assert vendure.sentence(api_url="http://127.0.0.1:9") == (
        "The shop kept failing on /admin-api (shop) (ConnectionError). Check that api_url is"
        " right and the shop up, and run again: what was written so far is kept."
    )


def test_a_server_of_something_else_is_named(httpserver: HTTPServer, vendure: Vendure) -> None:
    httpserver.expect_request("/page").respond_with_data("<html>", content_type="text/html")
    httpserver.expect_request("/json").respond_with_json({"hello": "world"})

    page, json = (
        vendure.sentence(api_url=httpserver.url_for(path)) for path in ("/page", "/json")
    )

    assert page == (
        "The shop answered with text/html instead of JSON on /page (shop). Check that api_url"
        " is the address of the API."
    )
    assert json == (
        "The shop did not take the query shop (no data). Check api_url, and that the"
        " application that is set is the shop's."
    )


@pytest.fixture
def untrusted() -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with HTTPServer(host="localhost", ssl_context=context) as server:
        yield server


def test_a_certificate_that_nobody_knows_is_not_trusted(
    vendure: Vendure, untrusted: HTTPServer
) -> None:
    assert vendure.sentence(api_url=untrusted.url_for("/admin-api")).startswith(
        "The certificate of the shop's server is not trusted. "
    )
