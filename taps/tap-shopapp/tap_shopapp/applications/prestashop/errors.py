"""Errors of the PrestaShop webservice. Its codes decide, because its statuses do not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from tap_shopapp.api.errors import PageError, StatusError
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    import requests

_NO_KEY_RECEIVED = b"401 Unauthorized"
_SCREEN = "Advanced Parameters, Webservice"
ON_REFUSED = (
    f"Create a key in the shop ({_SCREEN}) that may GET the resources in the documentation, and"
    " set webservice_key with `meltano config set tap-shopapp webservice_key …`."
)
ON_BAD_RESPONSE = (
    "Check that the shop runs PrestaShop 8 or 9, and that no module changes its webservice."
)
_FORWARD_HEADER = "Configure the web server to pass the header Authorization on to PHP."
_READ_LOG = "Read the error in the shop's PHP log, correct it, then run again."
_REFUSED = ("The shop rejected the credentials", ON_REFUSED)
_NO_FIELD = ("The shop's webservice lacks a resource or a field", ON_BAD_RESPONSE)
_REASONS = {
    **dict.fromkeys((18, 20, 21), _REFUSED),
    22: ("The shop's webservice is off", f"Enable it in the shop ({_SCREEN})."),
    **dict.fromkeys((27, 32, 35, 38), _NO_FIELD),
    132: (
        "The key may not read this shop of the multistore",
        f"Associate the key with the shops to read ({_SCREEN}), or set id_shop.",
    ),
}
"""Reason and instruction for each code of the webservice. No such answer is retried."""
_MISSING_RIGHT = 26
_PHP_FAULT = 3


class MissingRightError(StatusError):
    """The key may not read a resource."""


def exception_for(response: requests.Response, content: bytes) -> Exception | None:
    """Return the exception for an answer with another status than 200.

    Messages of the shop contain paths of its server, so only codes are quoted.
    """
    status = response.status_code
    path = urlsplit(response.url).path
    if response.is_redirect:
        return _redirect(response, path)
    codes = _codes(content)
    detail = f"{status} on {path}" + (f", code {min(codes)}" if codes else "")
    if _PHP_FAULT in codes:
        # Repeating the request does not help: a record of the page makes PHP fail.
        return PageError(f"PHP fails in the shop's webservice ({detail}).", _READ_LOG)
    if _MISSING_RIGHT in codes:
        return MissingRightError(status, f"The key may not read {path} ({detail}).", ON_REFUSED)
    if content.strip() == _NO_KEY_RECEIVED:
        msg = f"The shop rejected the credentials: it received no key ({detail})."
        return StatusError(status, msg, _FORWARD_HEADER)
    for code, (reason, instruction) in _REASONS.items():
        if code in codes:
            return StatusError(status, f"{reason} ({detail}).", instruction)
    return None


def _redirect(response: requests.Response, path: str) -> TapError | None:
    """Return the error for a redirect to the storefront, null for other redirects."""
    target = urlsplit(response.headers.get("Location", ""))
    folder, is_storefront, _ = target.path.partition("/index.php")
    if not is_storefront or not target.netloc:
        return None
    asked = urlsplit(response.url)
    detail = f"{response.status_code} on {path}"
    address = f"{target.scheme}://{target.netloc}{folder}"
    if (target.scheme, target.netloc) == (asked.scheme, asked.netloc):
        msg = f"The shop redirects to another address: it has no shop with this id ({detail})."
        return TapError(msg, "Set id_shop to the id of a shop of the multistore, or to all.")
    msg = f"The shop redirects to another address: its address is {address} ({detail})."
    return TapError(msg, f"Set api_url to {address}.")


def _codes(content: bytes) -> set[int]:
    """Return the codes in an error; empty if the content is not an error of the webservice."""
    try:
        errors = orjson.loads(content[max(content.find(b"{"), 0) :])["errors"]
        return {code for each in errors if isinstance(code := each["code"], int)}
    except (ValueError, LookupError, TypeError):
        return set()
