"""JSON over HTTP: bounded, polite, and silent about what it carries."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import requests
from typing_extensions import override

from tap_shopapp.errors import TapError
from tap_shopapp.values import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests.auth import AuthBase

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_RETRY_SECONDS = 300.0
_LONGEST_WAIT = 60.0


class BearerAuth(requests.auth.AuthBase):
    """Signs requests with a token, and never shows it."""

    def __init__(self, token: str) -> None:
        self._token = token

    @override
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the Authorization header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True, slots=True)
class Answer:
    """A decoded JSON object, and the server's clock when it gave it."""

    body: dict[str, Any]
    server_time: datetime


class _TransientError(Exception):
    """An attempt that may succeed when it is made again."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class JsonClient:
    """Reads JSON objects of one origin.

    Args:
        base_url: The API's address, https; plain http on the loopback only.
        auth: What signs each request.
        user_agent: The User-Agent header.
        timeout: Seconds to wait for a connection, and for each part of an answer.
        refused: What to do when the server answers 401 or 403.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: AuthBase,
        user_agent: str,
        timeout: float,
        refused: str,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in _LOOPBACK
        ):
            msg = f"The address of the shop's API does not begin with https: {base_url}."
            raise TapError(msg, "Set api_url to its https address.")
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._refused = refused
        self._session = requests.Session()
        self._session.auth = auth
        self._session.trust_env = False
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Return the JSON object at a path, tried again while the fault may pass.

        Raises:
            TapError: If the server refuses, answers something else than a JSON object,
                or does not recover in five minutes.
        """
        give_up_at = time.monotonic() + _RETRY_SECONDS
        attempt = 0
        while True:
            try:
                return self._attempt(path, params or {})
            except _TransientError as fault:
                attempt += 1
                # Full jitter spreads the clients of a server that has just come back.
                backoff = random.uniform(0.1, min(2.0**attempt, 30.0))  # noqa: S311
                wait = backoff if fault.wait is None else fault.wait + backoff / 10
                if time.monotonic() + wait > give_up_at:
                    msg = f"The shop kept failing on {path} ({fault})."
                    raise TapError(
                        msg, "Run again later: what was written so far is kept."
                    ) from None
                time.sleep(wait)

    def _attempt(self, path: str, params: Mapping[str, str]) -> Answer:
        try:
            response = self._session.get(
                f"{self._base_url}{path}",
                params=params,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _TransientError(type(error).__name__) from None
        except requests.RequestException as error:
            msg = f"The shop's answer on {path} was broken ({type(error).__name__})."
            raise _TransientError(msg) from None
        self._check_status(response, path)
        body = _decode(response, path)
        return Answer(body, _server_time(response))

    def _check_status(self, response: requests.Response, path: str) -> None:
        status = response.status_code
        if status == requests.codes.ok:
            return
        request_id = response.headers.get("X-Request-Id")
        said = f"{status} on {path}" + (f", request {request_id}" if request_id else "")
        if status in {401, 403}:
            msg = f"The shop refused the authorization ({said})."
            raise TapError(msg, self._refused)
        if status in _TRANSIENT:
            raise _TransientError(said, _retry_after(response))
        if response.is_redirect:
            msg = f"The shop's API points elsewhere ({said})."
            raise TapError(msg, "Set api_url to the address of the API itself.")
        msg = f"The shop did not understand the request ({said})."
        raise TapError(msg, "Check api_url and the application that is set.")


def _decode(response: requests.Response, path: str) -> dict[str, Any]:
    """Return the answer's JSON object, with nothing in it that cannot be stored."""
    content = response.content
    kind = response.headers.get("Content-Type", "no content type")
    if "json" not in kind.lower():
        msg = f"The shop answered with {kind} instead of JSON on {path}."
        raise TapError(msg, "Check that api_url is the address of the API.")
    try:
        body = orjson.loads(content)
        # Rare, and cheap to see in the raw page: most pages are never walked.
        if b"\\u0000" in content:
            body = storable(body)
    except orjson.JSONDecodeError:
        # orjson refuses lone surrogates, which JSON allows.
        try:
            body = storable(json.loads(content.decode("utf-8", "replace")))
        except ValueError:
            msg = f"JSON that breaks off on {path}"
            raise _TransientError(msg) from None
    if not isinstance(body, dict):
        msg = f"The shop answered with JSON that is no object on {path}."
        raise TapError(msg, "Check that api_url is the address of the API.")
    return body


def _server_time(response: requests.Response) -> datetime:
    """Return the server's clock, or ours where it does not tell the time."""
    try:
        return parsedate_to_datetime(response.headers["Date"])
    except (KeyError, TypeError, ValueError):
        return datetime.now(timezone.utc)


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds that the server asks to wait, in either form of the header."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isdigit():
        return min(float(value), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    seconds = (until - datetime.now(timezone.utc)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)
