"""Settings that several applications share, and functions that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from singer_sdk import typing as th

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

API_URL: th.Property[str] = th.Property(
    "api_url",
    th.StringType,
    title="API address",
    description="HTTPS address of the shop's API. Plain http works on the loopback interface"
    " only.",
)
ACCESS_TOKEN: th.Property[str] = th.Property(
    "access_token",
    th.StringType,
    secret=True,
    title="Access token",
    description="Token with read access to orders, products, categories and customers.",
)
CLIENT_ID: th.Property[str] = th.Property(
    "client_id",
    th.StringType,
    title="Client ID",
    description="OAuth2 client id, with client_secret, instead of access_token: for tokens"
    " that expire.",
)
CLIENT_SECRET: th.Property[str] = th.Property(
    "client_secret",
    th.StringType,
    secret=True,
    title="Client secret",
    description="OAuth2 client secret.",
)
CONSUMER_KEY: th.Property[str] = th.Property(
    "consumer_key",
    th.StringType,
    secret=True,
    title="Consumer key",
    description="Consumer key of the REST API, which only needs to read.",
)
CONSUMER_SECRET: th.Property[str] = th.Property(
    "consumer_secret",
    th.StringType,
    secret=True,
    title="Consumer secret",
    description="Secret that belongs to consumer_key.",
)
USERNAME: th.Property[str] = th.Property(
    "username",
    th.StringType,
    title="User name",
    description="Name of an administrator, with password, instead of access_token.",
)
PASSWORD: th.Property[str] = th.Property(
    "password",
    th.StringType,
    secret=True,
    title="Password",
    description="Password of the administrator.",
)
TIME_ZONE: th.Property[str] = th.Property(
    "time_zone",
    th.StringType,
    title="Time zone",
    description="Vendure, PrestaShop: IANA time zone in which the shop counts days. Default:"
    " UTC for Vendure, the zone in the shop's settings for PrestaShop.",
)


def required(settings: Mapping[str, Any], name: str) -> str:
    """Return a required setting.

    Raises:
        TapError: The setting is missing.
    """
    if value := settings.get(name):
        return str(value)
    msg = f"The setting {name} is missing."
    raise TapError(msg, f"Set it with `meltano config set tap-shopapp {name} …`.")


def chosen(
    settings: Mapping[str, Any], credential_groups: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Return the credentials: the settings of the one group that is set.

    Args:
        settings: The settings of the tap.
        credential_groups: Groups of settings. Exactly one group must be set.

    Raises:
        TapError: No group is set completely, or several are set.
    """
    is_set = {name for group in credential_groups for name in group if settings.get(name)}
    for group in credential_groups:
        if is_set == set(group):
            return {name: str(settings[name]) for name in group}
    msg = "The credentials are missing, incomplete, or set in two ways."
    ways = [" and ".join(group) for group in credential_groups]
    either = "either " if len(ways) > 1 else ""
    raise TapError(msg, f"Set {either}{', or '.join(ways)}.")


def chosen_zone(settings: Mapping[str, Any]) -> ZoneInfo | None:
    """Return the time zone in the settings; null if it is not set.

    Raises:
        TapError: The zone does not exist.
    """
    name = settings.get("time_zone")
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TapError(
            "The setting time_zone is not an IANA time zone.",
            "Set it to a name such as Europe/Paris.",
        ) from None
