"""Errors of Shopify's API. Most of them arrive with status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import TransientError
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

ON_REFUSED = (
    "Install the app in the shop with the scopes read_orders, read_products and"
    " read_customers, then set access_token, or client_id and client_secret, with"
    " `meltano config set tap-shopapp …`."
)
ON_BAD_RESPONSE = (
    "Set api_url to the shop's own address, such as https://my-shop.myshopify.com."
)
RUN_AGAIN = "Run again, or unset bulk to read orders page by page."
_FAILING = frozenset(("INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT"))
_LONGEST_WAIT = 60.0


class TooCostlyError(TapError):
    """A query exceeds the maximum cost; a smaller page costs less."""


def exception_for(error: Mapping[str, Any], answer: Mapping[str, Any]) -> Exception | None:
    """Return the exception for an error, null if the error is unknown."""
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    if code == "THROTTLED":
        return TransientError("THROTTLED", _wait(answer))
    if code == "MAX_COST_EXCEEDED":
        return TooCostlyError(
            "A query of a single record costs more than the shop allows.",
            "Report the error with the type of record: no setting can fix it.",
        )
    if code == "ACCESS_DENIED":
        return _kept_from_app()
    if code == "SHOP_INACTIVE":
        return TapError("The shop is closed.", "Ask its owner to open it, then run again.")
    if code in _FAILING:
        return TransientError(str(code))
    return None


def failure(status: object, error_code: object) -> TapError:
    """Return the exception for a bulk operation that did not complete."""
    if error_code == "ACCESS_DENIED":
        return _kept_from_app()
    known = [each for each in (status, error_code) if isinstance(each, str)]
    detail = ", ".join(each for each in known if each.isidentifier()) or "no status"
    return TapError(f"The shop did not finish the bulk operation ({detail}).", RUN_AGAIN)


def _kept_from_app() -> TapError:
    return TapError(
        "The shop denies the app access to some fields (ACCESS_DENIED).",
        "Give the app the scopes read_orders, read_products and read_customers, and access"
        " to protected customer data (name, e-mail address, telephone number).",
    )


def _wait(answer: Mapping[str, Any]) -> float | None:
    """Return the seconds until the bucket has enough points for the query, if they are known.

    https://shopify.dev/docs/api/usage/limits: `restoreRate` is in points per second.
    """
    try:
        cost = answer["extensions"]["cost"]
        status = cost["throttleStatus"]
        missing = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return min(max(missing / float(status["restoreRate"]), 0.0), _LONGEST_WAIT)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return None
