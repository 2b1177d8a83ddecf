"""Responses: statuses become errors, and the content becomes JSON that can be stored."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import orjson
import requests

from tap_shopapp.api.errors import StatusError, TransientError, UnauthorizedError
from tap_shopapp.errors import TapError
from tap_shopapp.records.values import storable

if TYPE_CHECKING:
    from tap_shopapp.api.request import Request

LONGEST_WAIT = 60.0
"""Maximum seconds of a pause, even if a server asks for more."""

_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
# Also the answers of a server that stops on a record of the page.
_OF_PAGE = {500, 502, 503, 504}
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")  # Shopify sends fractions
_TYPE_NAMES: dict[type, str] = {dict: "object", list: "list"}


@dataclass(frozen=True, slots=True)
class Hints:
    """Instructions for users when the server sends no usable answer.

    Attributes:
        on_refused: The server rejected the credentials.
        on_bad_response: The answer does not follow the API's definition.
        refusal: What the server did when `on_refused` applies. The status follows.
    """

    on_refused: str
    on_bad_response: str = "Check the settings api_url and application."
    refusal: str = "The shop rejected the credentials"


def check_status(response: requests.Response, request: Request, hints: Hints) -> None:
    """Check that the status is 200.

    Raises:
        UnauthorizedError: The status is 401.
        TransientError: The status is temporary.
        StatusError: The status ends the run.
        TapError: The server redirects.
    """
    status = response.status_code
    if status == requests.codes.ok:
        return
    request_id = response.headers.get("X-Request-Id")
    detail = f"{status} on {request.name}" + (f", request {request_id}" if request_id else "")
    if status == requests.codes.unauthorized:
        raise UnauthorizedError(detail)
    # A token endpoint also rejects a client with 400 (RFC 6749 §5.2).
    if status == requests.codes.forbidden or (
        status == requests.codes.bad_request and request.credentials is not None
    ):
        msg = f"{hints.refusal} ({detail})."
        raise StatusError(status, msg, hints.on_refused)
    if status in _TRANSIENT:
        wait = _retry_after(response)
        raise TransientError(detail, wait, is_of_page=status in _OF_PAGE and wait is None)
    if response.is_redirect:
        msg = f"The shop's API redirects to another address ({detail})."
        raise TapError(msg, "Set api_url to the address of the API itself.")
    msg = f"The shop rejected the request ({detail})."
    raise StatusError(status, msg, "Check the settings api_url and application.")


def decode(
    content: bytearray, response: requests.Response, request: Request, hints: Hints
) -> Any:  # noqa: ANN401 - an object or a list
    """Return the JSON of an answer. Text that cannot be stored is replaced.

    Raises:
        TransientError: The JSON is cut off.
        TapError: The answer is not JSON, or not of the requested type.
    """
    media_type = response.headers.get("Content-Type", "no content type")
    if "json" not in media_type.lower():
        msg = f"The shop's response to {request.name} is {media_type} instead of JSON."
        raise TapError(msg, "Check that api_url is the address of the API.")
    if "problem" in media_type.lower():
        msg = f"The shop's response to {request.name} has status 200, but is an error."
        raise TapError(msg, hints.on_bad_response)
    try:
        body = _loads(content)
    except ValueError:
        raise TransientError("truncated JSON", is_of_page=True) from None
    if not isinstance(body, request.kind):
        kind = _TYPE_NAMES[request.kind]
        msg = f"The shop's response to {request.name} is not a JSON {kind}."
        raise TapError(msg, "Check that api_url is the address of the API.")
    return body


def server_time(response: requests.Response, request: Request, hints: Hints) -> datetime:
    """Return the server's clock. It limits what a run reads, since our clock may be ahead.

    Raises:
        TapError: The answer has no valid `Date` header.
    """
    try:
        moment = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, TypeError, ValueError):
        msg = f"The shop's response to {request.name} has no valid Date header."
        raise TapError(msg, hints.on_bad_response) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _loads(content: bytearray) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value. Text that cannot be stored is replaced."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        # orjson rejects lone surrogates, which JSON allows, and infinite numbers, which
        # become text here, so that one record cannot lose its page. orjson then reads the
        # repaired text, so that numbers have the same types on every page.
        text = content.decode("utf-8", "replace")
        lenient = json.loads(text, parse_constant=str, parse_float=_finite)
        return orjson.loads(json.dumps(storable(lenient)))
    # NUL is rare and easy to find in the raw page, so most pages are never walked.
    return storable(value) if b"\\u0000" in content else value


def _finite(digits: str) -> float | str:
    return value if math.isfinite(value := float(digits)) else digits


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds in the `Retry-After` header, which has two formats."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    seconds = (until - datetime.now(timezone.utc)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)
