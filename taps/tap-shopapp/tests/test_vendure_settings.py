"""Vendure: messages about settings that only Vendure has.

`test_auth_messages.py` tests the messages of every application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import make_shop
from shop_fakes.vendure import CHANNEL, USER

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from vendure_reader import Vendure

pytest_plugins = ["vendure_reader"]


def test_expired_session_logs_in_again_and_loses_nothing(vendure: Vendure) -> None:
    vendure.server.shop = make_shop()
    vendure.before = lambda number: vendure.server.tokens.clear() if number == 12 else None

    messages = vendure.read(None, access_token=None, page_size=2, **USER)

    assert len(set(messages.ids())) == 9
    assert vendure.server.logins == 2


def test_channel_and_user_are_valid_on_an_empty_shop(vendure: Vendure) -> None:
    assert vendure.error_message(channel_token=CHANNEL) == ""
    assert vendure.error_message(access_token=None, **USER) == ""


LOGIN_REJECTED = (
    "The shop rejected the credentials (wrong user name or password). Set username and"
    " password, with `meltano config set tap-shopapp …`, to those of an administrator with a"
    " role that has ReadOrder, ReadCatalog and ReadCustomer in the channel that channel_token"
    " names."
)
NO_CHANNEL = (
    "The shop has no channel with this channel_token. Set channel_token to the token of the"
    " channel to read, or unset it for the default channel."
)
NO_ZONE = (
    "The setting time_zone is not an IANA time zone. Set it to a name such as Europe/Paris."
)


@pytest.mark.parametrize(
    ("settings", "error_message"),
    [
        ({"access_token": None, **USER, "password": "another"}, LOGIN_REJECTED),
        ({"channel_token": "another"}, NO_CHANNEL),
        ({"time_zone": "Mars"}, NO_ZONE),
    ],
)
def test_wrong_settings_are_one_error_message(
    vendure: Vendure, settings: dict[str, Any], error_message: str
) -> None:
    assert vendure.error_message(**settings) == error_message


@pytest.mark.parametrize("permission", ["ReadCatalog", "ReadCustomer"])
def test_missing_permission_is_named(vendure: Vendure, permission: str) -> None:
    vendure.server.permissions.remove(permission)

    assert vendure.error_message() == (
        f"The credentials lack {permission}. Add the permission to their role, or deselect the"
        " streams that need it."
    )


def test_key_deleted_during_a_run_ends_it(vendure: Vendure) -> None:
    vendure.server.shop = make_shop()
    vendure.before = lambda number: vendure.server.keys.clear() if number == 9 else None

    error_message = vendure.error_message(page_size=2)

    assert error_message.startswith(
        "The shop rejected the credentials (FORBIDDEN). Create an API"
    )


def test_page_size_above_the_limit_of_the_server_is_an_error(vendure: Vendure) -> None:
    vendure.server.largest_page = 100

    assert vendure.error_message(page_size=100) == ""
    assert vendure.error_message() == (
        "The shop does not return this many records per page. Set page_size to the value of"
        " apiOptions.adminListQueryLimit in its configuration."
    )


def test_server_of_another_api_is_an_error(httpserver: HTTPServer, vendure: Vendure) -> None:
    httpserver.expect_request("/json").respond_with_json({"hello": "world"})

    assert vendure.error_message(api_url=httpserver.url_for("/json")) == (
        "The shop rejected the query shop (no data). Check the settings api_url and"
        " application."
    )
