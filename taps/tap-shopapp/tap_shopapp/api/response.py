"""Responses: statuses become errors, and the content becomes JSON that can be stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import requests

from tap_shopapp.api.errors import StatusError, TransientError, UnauthorizedError
from tap_shopapp.api.json_body import error_code, loads
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_shopapp.api.request import Request

LONGEST_WAIT = 60.0
"""Maximum seconds of a pause, even if a server asks for more."""

_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
# Also the answers of a server that stops on a record of the page.
_OF_PAGE = {500, 502, 503, 504}
_REFUSED = {401, 403}
_PHP_ERROR = b"Fatal error"
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")  # Shopify sends fractions
_TYPE_NAMES: dict[type | tuple[type, ...], str] = {
    dict: "object",
    list: "list",
    str: "string",
    (dict, list): "object or list",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that refuses a request, for explanations. Its text never reaches a log.

    Attributes:
        status: The status.
        code: The error code in the body; empty if it has none.
        content: The beginning of the body.
    """

    status: int
    code: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hints:
    """Instructions for users when the server sends no usable answer.

    Attributes:
        on_refused: The server rejected the credentials.
        on_bad_response: The answer does not follow the API's definition.
        refusal: What the server did when `on_refused` applies. The status follows.
        on_html: An HTML page answered instead of the API.
        explain: Returns reason and instruction of a refusal, null if its cause is unknown.
        exception_for: Returns the exception of an answer with another status than 200, given
            the beginning of its body; null if the status decides.
    """

    on_refused: str
    on_bad_response: str = "Check the settings api_url and application."
    refusal: str = "The shop rejected the credentials"
    on_html: str = (
        "Check that api_url is the address of the API, and that no firewall, password or"
        " maintenance page answers instead."
    )
    explain: Callable[[Refusal], tuple[str, str] | None] = lambda _: None
    exception_for: Callable[[requests.Response, bytes], Exception | None] = lambda *_: None


def check_status(
    response: requests.Response, content: bytes, request: Request, hints: Hints
) -> None:
    """Raise the error of a response whose status is not 200.

    Args:
        response: The response.
        content: The beginning of its body.
        request: The request.
        hints: Instructions for users.

    Raises:
        UnauthorizedError: The status is 401.
        TransientError: The status is temporary.
        StatusError: The status ends the run.
    """
    status, code, is_html = response.status_code, error_code(content), _is_html(response)
    request_id = response.headers.get("X-Request-Id")
    detail = f"{status} {code}".rstrip() + f" on {request.name}"
    detail += f", request {request_id}" if request_id else ""
    explanation = hints.explain(Refusal(status, code, content))
    if is_html and status in _REFUSED:
        explanation = "An HTML page answered instead of the shop's API", hints.on_html
    if status == requests.codes.unauthorized:
        raise UnauthorizedError(detail, explanation, content)
    # A token endpoint also rejects a client with 400 (RFC 6749 §5.2).
    if status == requests.codes.forbidden or (
        status == requests.codes.bad_request and request.credentials is not None
    ):
        reason, instruction = explanation or (hints.refusal, hints.on_refused)
        raise StatusError(status, f"{reason} ({detail}).", instruction, code)
    if status in _TRANSIENT:
        wait = _retry_after(response)
        raise TransientError(
            f"{detail}, an HTML page" if is_html else detail,
            wait,
            is_of_page=status in _OF_PAGE and wait is None,
            instruction=hints.on_html if is_html else None,
        )
    if response.is_redirect:
        msg = f"The shop's API redirects to another address ({detail})."
        raise StatusError(status, msg, "Set api_url to the address of the API itself.")
    msg = f"The shop rejected the request ({detail})."
    raise StatusError(status, msg, "Check the settings api_url and application.", code)


def decode(
    content: bytearray, response: requests.Response, request: Request, hints: Hints
) -> tuple[Any, bool]:
    """Return the JSON of an answer, and whether other text was before it.

    Text that cannot be stored is replaced.

    Raises:
        TransientError: The JSON is cut off, or PHP stopped.
        StatusError: The answer is not JSON.
        TapError: The answer is not of the requested type.
    """
    media_type = response.headers.get("Content-Type", "no content type")
    if "problem" in media_type.lower():
        msg = f"The shop's response to {request.name} has status 200, but is an error."
        raise TapError(msg, hints.on_bad_response)
    is_json = "json" in media_type.lower()
    try:
        # After a PHP notice, PHP cannot send the media type of the API any more.
        body, is_after_text = loads(content) if is_json or _is_html(response) else (None, False)
    except ValueError:
        if is_json or _PHP_ERROR in content:
            reason = "truncated JSON" if is_json else "a PHP error"
            raise TransientError(reason, is_of_page=True) from None
        body = None
    if not is_json and not isinstance(body, request.kind):
        msg = f"The shop's response to {request.name} is {media_type} instead of JSON."
        raise StatusError(requests.codes.ok, msg, hints.on_html)
    if not isinstance(body, request.kind):
        kind = _TYPE_NAMES[request.kind]
        msg = f"The shop's response to {request.name} is not a JSON {kind}."
        raise TapError(msg, "Check that api_url is the address of the API.")
    return body, is_after_text


def _is_html(response: requests.Response) -> bool:
    return "html" in response.headers.get("Content-Type", "").lower()


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
