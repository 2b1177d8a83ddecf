"""Settings of Vendure, and functions that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk import typing as th

from tap_shopapp.api.auth import Auth, StaticHeaders
from tap_shopapp.applications.vendure.login import Login

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNEL_TOKEN: th.Property[str] = th.Property(
    "channel_token",
    th.StringType,
    title="Channel token",
    description="Vendure: token of the sales channel to read. The default channel has the"
    " orders of all channels.",
)


def make_auth(credentials: Mapping[str, str], channel_token: str | None, path: str) -> Auth:
    """Return the authentication: with an API key, or with a user name and password.

    Args:
        credentials: The credentials in the settings.
        channel_token: The channel, null for the default channel.
        path: Path of the API, below the address of the client.
    """
    channel = {"vendure-token": channel_token} if channel_token else {}
    if "access_token" in credentials:
        return StaticHeaders({"vendure-api-key": credentials["access_token"], **channel})
    return Login(credentials["username"], credentials["password"], path=path, headers=channel)
