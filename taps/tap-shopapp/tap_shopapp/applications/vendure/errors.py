"""Errors of Vendure's API. They arrive with status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import TransientError, UnauthorizedError
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.api.graphql import ExceptionFor

ON_REFUSED_KEY = (
    "Create an API key in the channel to read, with a role that has ReadOrder, ReadCatalog and"
    " ReadCustomer, then run `meltano config set tap-shopapp access_token …` (and set"
    " channel_token, unless it is the default channel)."
)
ON_REFUSED_LOGIN = (
    "Set username and password, with `meltano config set tap-shopapp …`, to those of an"
    " administrator with a role that has ReadOrder, ReadCatalog and ReadCustomer in the channel"
    " that channel_token names."
)


def exception_for(error: Mapping[str, Any], answer: Mapping[str, Any]) -> Exception | None:
    """Return the exception for an error, null if the error is unknown."""
    del answer
    code = _code(error)
    if code == "FORBIDDEN":
        return UnauthorizedError("FORBIDDEN")
    if code == "CHANNEL_NOT_FOUND":
        return TapError(
            "The shop has no channel with this channel_token.",
            "Set channel_token to the token of the channel to read, or unset it for the"
            " default channel.",
        )
    if code == "USER_INPUT_ERROR":
        return TapError(
            "The shop does not return this many records per page.",
            "Set page_size to the value of apiOptions.adminListQueryLimit in its"
            " configuration.",
        )
    if code == "INTERNAL_SERVER_ERROR":
        return TransientError("INTERNAL_SERVER_ERROR")
    return None


def lacking(permission: str) -> ExceptionFor:
    """Return the mapping of errors for queries that only need one more permission."""

    def exception_or_lack(
        error: Mapping[str, Any], answer: Mapping[str, Any]
    ) -> Exception | None:
        if _code(error) == "FORBIDDEN":
            return TapError(
                f"The credentials lack {permission}.",
                "Add the permission to their role, or deselect the streams that need it.",
            )
        return exception_for(error, answer)

    return exception_or_lack


def _code(error: Mapping[str, Any]) -> object:
    extensions = error.get("extensions")
    return extensions.get("code") if isinstance(extensions, dict) else None
