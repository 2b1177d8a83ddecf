"""JSON over HTTP: bounded, polite, and silent about what it carries."""

from __future__ import annotations

import json
import logging
import math
import random
import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import requests
from urllib3.exceptions import HTTPError

from tap_shopapp.errors import TapError
from tap_shopapp.records.values import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests.auth import AuthBase

    from tap_shopapp.api.auth import Authorization

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_RETRY_SECONDS = 300.0
_LONGEST_WAIT = 60.0
_LARGEST_ANSWER = 64 << 20
_PART = 256 << 10
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")  # Shopify writes them with a fraction
_WORDS: dict[type, str] = {dict: "object", list: "list"}
_UNTRUSTED = (
    "Have the server send a certificate of a known authority, or name the file of yours in the"
    " environment variable REQUESTS_CA_BUNDLE."
)

_logger = logging.getLogger("tap-shopapp.http")


@dataclass(frozen=True, slots=True)
class Answer:
    """Decoded JSON, an object unless a list was asked for, and what came with it.

    Attributes:
        body: The JSON.
        server_time: The server's clock when it gave it.
        headers: The answer's headers, by name in any case.
    """

    body: Any
    server_time: datetime
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do when a server gives no answer that can be used.

    Attributes:
        refused: Where it refuses the authorization.
        misled: Where its answers are not what the API's should be.
    """

    refused: str
    misled: str = "Check api_url, and that the application that is set is the shop's."


@dataclass(frozen=True, slots=True)
class _Request:
    """One request, as often as it is attempted.

    Attributes:
        method: GET or POST.
        path: Where, below the API's address.
        parts: Its further parts, as requests takes them.
        label: What errors call it, beside the path.
        kind: What the answer's JSON is: dict or list.
        check: What else has to be right about the answer.
    """

    method: str
    path: str
    parts: Mapping[str, Any]
    label: str = ""
    kind: type = dict
    check: Callable[[Answer], None] | None = None

    @property
    def named(self) -> str:
        return f"{self.path} ({self.label})" if self.label else self.path


class TransientError(Exception):
    """An attempt that may succeed when it is made again.

    Args:
        reason: What happened, in a few words; nothing of what the server said.
        wait: Seconds that the server wants to be left alone, if it says so.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class StatusError(TapError):
    """A status that ends the run, unless whoever asked knows better what it means.

    Args:
        status: The answer's status.
        reason: One sentence of what happened.
        instruction: One sentence of what to do.
    """

    def __init__(self, status: int, reason: str, instruction: str) -> None:
        super().__init__(reason, instruction)
        self.status = status


class UnauthorizedError(Exception):
    """A refusal that another token may mend; its text names status and path."""


class JsonClient:
    """Reads JSON objects of one origin.

    Args:
        base_url: The API's address, https; plain http on the loopback only.
        authorization: What signs each request.
        user_agent: The User-Agent header.
        timeout: Seconds to wait for a connection, and for each part of an answer; a whole
            answer may take twice as long.
        advice: What to do when it refuses or misleads.
    """

    def __init__(
        self,
        base_url: str,
        *,
        authorization: Authorization,
        user_agent: str,
        timeout: float,
        advice: Advice,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in _LOOPBACK
        ):
            msg = "The address of the shop's API does not begin with https."
            raise TapError(msg, "Set api_url to its https address.")
        self._base_url = base_url.rstrip("/")
        self._authorization = authorization
        self._timeout = timeout
        self._advice = advice
        self._session = requests.Session()
        # The user's proxies and authorities hold, as for any program; but what is not encrypted
        # stays on the loopback, whatever proxy is named.
        self._session.trust_env = parts.scheme == "https"
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        patience: float | None = None,
    ) -> Answer:
        """Return the JSON object at a path, tried again while the fault may pass.

        Args:
            path: Where, below the API's address.
            params: The query.
            patience: Seconds after which a fault that does not pass ends the run.

        Raises:
            TapError: If the server refuses, answers something else than a JSON object,
                or does not recover in time.
        """
        return self._persist(_Request("GET", path, {"params": params}), patience)

    def get_list(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        patience: float | None = None,
    ) -> Answer:
        """Return the JSON array at a path, otherwise as `get` does."""
        return self._persist(_Request("GET", path, {"params": params}, kind=list), patience)

    def post(  # noqa: PLR0913 - all but two by name
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        check: Callable[[Answer], None],
        label: str,
        signature: AuthBase | None = None,
        patience: float | None = None,
    ) -> Answer:
        """Return the JSON object that a JSON object is answered with, otherwise as `get`.

        Args:
            path: Where, below the API's address.
            body: What to ask.
            check: Looks at an answer of status 200, and raises what it finds wrong:
                `TransientError` to be asked again, `UnauthorizedError`, or a `TapError`.
            label: What errors call the request, beside the path.
            signature: What signs it, if not the authorization: by which that asks to be let in.
            patience: Seconds after which a fault that does not pass ends the run.
        """
        parts = {
            "data": orjson.dumps(body),
            "headers": {"Content-Type": "application/json"},
            **({"auth": signature} if signature else {}),
        }
        return self._persist(_Request("POST", path, parts, label, check=check), patience)

    def post_form(
        self, path: str, form: Mapping[str, str], *, signature: AuthBase, patience: float
    ) -> Answer:
        """Return the JSON object that a form is answered with, otherwise as `get` does."""
        parts = {"data": form, "auth": signature}
        return self._persist(_Request("POST", path, parts), patience)

    def _persist(self, request: _Request, patience: float | None) -> Answer:
        give_up_at = time.monotonic() + (_RETRY_SECONDS if patience is None else patience)
        may_renew = "auth" not in request.parts
        attempt = 0
        while True:
            try:
                answer = self._attempt(request, give_up_at)
                if request.check:
                    request.check(answer)
            except UnauthorizedError as refusal:
                # A token may expire in the middle of a run: once a request.
                if may_renew and self._authorization.renew():
                    may_renew = False
                    continue
                msg = f"The shop refused the authorization ({refusal})."
                raise TapError(msg, self._advice.refused) from None
            except TransientError as fault:
                attempt += 1
                # Full jitter spreads the clients of a server that has just come back.
                backoff = random.uniform(0.1, min(2.0**attempt, 30.0))  # noqa: S311
                wait = backoff if fault.wait is None else fault.wait + backoff / 10
                if time.monotonic() + wait > give_up_at:
                    msg = f"The shop kept failing on {request.named} ({fault})."
                    raise TapError(
                        msg,
                        "Check that api_url is right and the shop up, and run again: what"
                        " was written so far is kept.",
                    ) from None
                _logger.warning("%s: trying again in %.1f s (%s).", request.named, wait, fault)
                time.sleep(wait)
            else:
                return answer

    def _attempt(self, request: _Request, give_up_at: float) -> Answer:
        named, parts = request.named, request.parts
        # Always signed here: requests would else look for a password in the user's netrc.
        signature = parts.get("auth") or self._authorization.signature(
            self, patience=max(give_up_at - time.monotonic(), 0.0)
        )
        deadline = time.monotonic() + 2 * self._timeout
        try:
            with self._session.request(
                request.method,
                f"{self._base_url}{request.path}",
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                **{**parts, "auth": signature},
            ) as response:
                self._check_status(response, named, is_token_request="auth" in parts)
                content = _read(response, named, deadline)
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" not in str(error):
                raise TransientError(type(error).__name__) from None
            msg = "The certificate of the shop's server is not trusted."
            raise TapError(msg, _UNTRUSTED) from None
        except (requests.RequestException, HTTPError) as error:
            raise TransientError(type(error).__name__) from None
        body = self._decode(content, response, named, request.kind)
        return Answer(body, self._server_time(response, named), response.headers)

    def _check_status(
        self, response: requests.Response, path: str, *, is_token_request: bool
    ) -> None:
        status = response.status_code
        if status == requests.codes.ok:
            return
        request_id = response.headers.get("X-Request-Id")
        said = f"{status} on {path}" + (f", request {request_id}" if request_id else "")
        if status == requests.codes.unauthorized:
            raise UnauthorizedError(said)
        # Where tokens are given, 400 refuses the client too (RFC 6749 §5.2).
        if status == requests.codes.forbidden or (
            status == requests.codes.bad_request and is_token_request
        ):
            msg = f"The shop refused the authorization ({said})."
            raise StatusError(status, msg, self._advice.refused)
        if status in _TRANSIENT:
            raise TransientError(said, _retry_after(response))
        if response.is_redirect:
            msg = f"The shop's API points elsewhere ({said})."
            raise TapError(msg, "Set api_url to the address of the API itself.")
        msg = f"The shop did not understand the request ({said})."
        raise StatusError(status, msg, "Check api_url and the application that is set.")

    def _decode(
        self, content: bytearray, response: requests.Response, path: str, kind: type
    ) -> Any:  # noqa: ANN401 - an object or a list
        """Return the answer's JSON, with nothing in it that cannot be stored."""
        media_type = response.headers.get("Content-Type", "no content type")
        if "json" not in media_type.lower():
            msg = f"The shop answered with {media_type} instead of JSON on {path}."
            raise TapError(msg, "Check that api_url is the address of the API.")
        if "problem" in media_type.lower():
            msg = f"The shop answered with a problem under status 200 on {path}."
            raise TapError(msg, self._advice.misled)
        try:
            body = _loads(content)
        except ValueError:
            raise TransientError("JSON that breaks off") from None
        if not isinstance(body, kind):
            msg = f"The shop answered with JSON that is no {_WORDS[kind]} on {path}."
            raise TapError(msg, "Check that api_url is the address of the API.")
        return body

    def _server_time(self, response: requests.Response, path: str) -> datetime:
        """Return the server's clock, which bounds what a run reads; ours may be ahead of it."""
        try:
            moment = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, TypeError, ValueError):
            msg = f"The shop's answer on {path} has no Date."
            raise TapError(msg, self._advice.misled) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _read(response: requests.Response, path: str, deadline: float) -> bytearray:
    """Return an answer's body; bounded in time and, once it is decompressed, in size."""
    content = bytearray()
    # As it comes: what waits for a full buffer would wait for each drop of a slow answer.
    while part := response.raw.read1(_PART, decode_content=True):
        content += part
        if len(content) > _LARGEST_ANSWER:
            msg = f"The shop's answer on {path} is larger than {_LARGEST_ANSWER >> 20} MiB."
            raise TapError(msg, "Set page_size to fewer records a page.")
        if time.monotonic() > deadline:
            raise TransientError("an answer that takes too long")
    return content


def _loads(content: bytearray) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with nothing in it that cannot be stored."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        # orjson refuses lone surrogates, which JSON allows, and numbers without end, which
        # stay text here: no record may lose its page. It reads what is left of them, so
        # that every page has numbers of the same types.
        text = content.decode("utf-8", "replace")
        lenient = json.loads(text, parse_constant=str, parse_float=_finite)
        return orjson.loads(json.dumps(storable(lenient)))
    # Rare, and cheap to see in the raw page: most pages are never walked.
    return storable(value) if b"\\u0000" in content else value


def _finite(digits: str) -> float | str:
    return value if math.isfinite(value := float(digits)) else digits


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds that the server asks to wait, in either form of the header."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    if _SECONDS.fullmatch(value):
        return min(float(value), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    seconds = (until - datetime.now(timezone.utc)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)
