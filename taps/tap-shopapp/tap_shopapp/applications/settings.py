"""Settings that several applications ask for, and what to make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def required(settings: Mapping[str, Any], name: str) -> str:
    """Return a setting that the application cannot do without.

    Raises:
        TapError: If it is not set.
    """
    if value := settings.get(name):
        return str(value)
    msg = f"The setting {name} is missing."
    raise TapError(msg, f"Set it with `meltano config set tap-shopapp {name} …`.")


def chosen(
    settings: Mapping[str, Any], authorizations: Sequence[Sequence[str]]
) -> dict[str, str]:
    """Return the settings of the one authorization that is given whole.

    Args:
        settings: The tap's; those of other applications are not looked at.
        authorizations: Groups of settings, one of which lets in.

    Raises:
        TapError: If none is given, or more than one.
    """
    given = {name for group in authorizations for name in group if settings.get(name)}
    for group in authorizations:
        if given == set(group):
            return {name: str(settings[name]) for name in group}
    msg = "The authorization is not set, or set in two ways."
    ways = [" and ".join(group) for group in authorizations]
    either = "either " if len(ways) > 1 else ""
    raise TapError(msg, f"Set {either}{', or '.join(ways)}.")
