"""JSON HTTP client with size and time limits, retries, and no payloads in logs."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ProtocolError

from tap_shopapp.api.auth import Signature
from tap_shopapp.api.errors import (
    PageError,
    RefusedError,
    TransientError,
    UnauthorizedError,
)
from tap_shopapp.api.request import Answer, Request, json_request
from tap_shopapp.api.response import check_status, decode, server_time
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_shopapp.api.auth import Auth
    from tap_shopapp.api.response import Hints

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_RETRY_SECONDS = 300.0
_LARGEST_ANSWER = 64 << 20
_LARGEST_ERROR = 64 << 10
_CHUNK = 256 << 10
_CHECK = "Check api_url and whether the shop is up"
_CHECK_MAINTENANCE = f"{_CHECK} and not in maintenance mode"
_UNTRUSTED = (
    "Install a certificate from a known authority on the server, or set the environment"
    " variable REQUESTS_CA_BUNDLE to the file of your own authority."
)

_logger = logging.getLogger("tap-shopapp.http")


class JsonClient:
    """Reads JSON from one server.

    Args:
        base_url: Address of the API: https, or http on the loopback interface.
        auth: Signs each request.
        user_agent: The User-Agent header.
        timeout: Seconds to wait for a connection, and for each part of an answer; a whole
            answer may take twice as long.
        hints: Instructions for users when requests fail.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth,
        user_agent: str,
        timeout: float,
        hints: Hints,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in _LOOPBACK
        ):
            msg = "The address of the shop's API does not begin with https."
            raise TapError(msg, "Set api_url to its https address.")
        self._base_url = base_url.rstrip("/")
        self._auth = auth
        self._timeout = timeout
        self._hints = hints
        self._has_data = False
        self._has_warned = False
        self._session = requests.Session()
        # Proxies and certificate authorities of the environment apply, but plain http never
        # leaves the loopback interface, whatever proxy is set.
        self._session.trust_env = parts.scheme == "https"
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        retry_budget: float | None = None,
        page_budget: float | None = None,
        kind: type | tuple[type, ...] = dict,
    ) -> Answer:
        """Return the JSON object at a path. Temporary failures are retried.

        Args:
            path: Path below the address of the API.
            params: The query.
            retry_budget: Seconds of retries after which the run ends.
            page_budget: Seconds of retries after which the page counts as the cause, if it can
                be; see `PageSize`.
            kind: Expected type of the JSON, see `Request`.

        Raises:
            PageError: The server may be unable to produce this page.
            TapError: The server rejects the request, does not answer with such JSON, or
                does not recover within the retry budget.
        """
        request = Request("GET", path, {"params": params}, kind=kind)
        return self._send(request, retry_budget, page_budget)

    def get_list(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        retry_budget: float | None = None,
        page_budget: float | None = None,
    ) -> Answer:
        """Return the JSON array at a path, otherwise like `get`."""
        return self.get(
            path, params, retry_budget=retry_budget, page_budget=page_budget, kind=list
        )

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        label: str,
        check: Callable[[Answer], None],
        retry_budget: float | None = None,
    ) -> Answer:
        """Send a JSON object and return the JSON object of the answer, otherwise like `get`.

        Args:
            path: Path below the address of the API.
            body: The object to send.
            label: Shown after the path in errors.
            check: Checks an answer with status 200, see `Request`.
            retry_budget: Seconds of retries after which the run ends.
        """
        return self._send(json_request(path, body, label=label, check=check), retry_budget)

    def _send(
        self,
        request: Request,
        retry_budget: float | None,
        page_budget: float | None = None,
    ) -> Answer:
        started_at = time.monotonic()
        give_up_at = started_at + (_RETRY_SECONDS if retry_budget is None else retry_budget)
        may_renew = request.credentials is None
        attempt = 0
        while True:
            try:
                answer = self._attempt(request, give_up_at)
                if request.check:
                    request.check(answer)
            except UnauthorizedError as rejection:
                # A token may expire during a run; renew once per request.
                if may_renew and self._auth.renew():
                    may_renew = False
                    continue
                reason, instruction = rejection.explanation or (
                    self._hints.refusal,
                    self._hints.on_refused,
                )
                msg = f"{reason} ({rejection})."
                raise RefusedError(rejection, msg, instruction) from None
            except TransientError as fault:
                attempt += 1
                # Full jitter spreads the clients of a server that has just recovered.
                backoff = random.uniform(0.1, min(2.0**attempt, 30.0))  # noqa: S311
                wait = backoff if fault.wait is None else fault.wait + backoff / 10
                tried_until = time.monotonic() + wait
                if (
                    page_budget is not None
                    and fault.is_of_page
                    and tried_until > started_at + page_budget
                ):
                    raise self._gave_up(PageError, request, fault) from None
                if tried_until > give_up_at:
                    raise self._gave_up(TapError, request, fault) from None
                _logger.warning("%s: retrying in %.1f s (%s).", request.name, wait, fault)
                time.sleep(wait)
            else:
                # Requests with a budget of their own only connect.
                self._has_data = self._has_data or retry_budget is None
                return answer

    def _gave_up(
        self, kind: type[TapError], request: Request, fault: TransientError
    ) -> TapError:
        """Return the error after the last retry."""
        kept = ": records written so far are kept" if self._has_data else ""
        check = _CHECK_MAINTENANCE if str(fault).startswith("503 ") else _CHECK
        instruction = fault.instruction or f"{check}, then run again{kept}."
        return kind(f"The shop kept failing on {request.name} ({fault}).", instruction)

    def _attempt(self, request: Request, give_up_at: float) -> Answer:
        headers = request.credentials
        if headers is None:
            headers = self._authenticate(give_up_at)
        deadline = time.monotonic() + 2 * self._timeout
        try:
            with self._session.request(
                request.method,
                f"{request.base_url or self._base_url}{request.path}",
                # Always set: otherwise requests looks for a password in the user's netrc file.
                auth=Signature(headers, self._auth if request.credentials is None else None),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                **request.parts,
            ) as response:
                if response.status_code != requests.codes.ok:
                    beginning = _beginning(response, deadline)
                    if error := self._hints.exception_for(response, beginning):
                        raise error
                    check_status(response, beginning, request, self._hints)
                content = _read(response, request, deadline)
        except requests.exceptions.SSLError as error:
            if "CERTIFICATE_VERIFY_FAILED" not in str(error):
                raise TransientError(type(error).__name__) from None
            msg = "The certificate of the shop's server is not trusted."
            raise TapError(msg, _UNTRUSTED) from None
        except (requests.RequestException, HTTPError) as error:
            is_of_page = _is_of_page(error)
            raise TransientError(type(error).__name__, is_of_page=is_of_page) from None
        body, is_after_text = decode(content, response, request, self._hints)
        if is_after_text and not self._has_warned:
            self._has_warned = True
            _logger.warning(
                "%s: the answer has other text before the JSON, such as a PHP notice. The tap"
                " skips it. Turn off the display of errors in the shop's PHP.",
                request.name,
            )
        return Answer(body, server_time(response, request, self._hints), response.headers)

    def _authenticate(self, give_up_at: float) -> Mapping[str, str]:
        """Send the requests that get credentials, and return the headers for other requests."""
        flow = self._auth.flow()
        try:
            request = next(flow)
            while True:
                retry_budget = max(give_up_at - time.monotonic(), 0.0)
                request = flow.send(self._send(request, retry_budget))
        except StopIteration as end:
            headers: Mapping[str, str] = end.value
            return headers


def _beginning(response: requests.Response, deadline: float) -> bytes:
    """Return the beginning of the body of an error, as far as it can be read."""
    content = bytearray()
    try:
        while len(content) < _LARGEST_ERROR and time.monotonic() < deadline:
            chunk = response.raw.read1(_LARGEST_ERROR, decode_content=True)
            if not chunk:
                break
            content += chunk
    except (requests.RequestException, HTTPError):
        pass  # the status is the error
    return bytes(content)


def _is_of_page(error: Exception) -> bool:
    """Whether the server accepted a request and then failed to answer it in full."""
    if isinstance(error, requests.ConnectionError):
        # Without an answer, a process of the server may have crashed.
        return bool(error.args) and isinstance(error.args[0], ProtocolError)
    return True


def _read(response: requests.Response, request: Request, deadline: float) -> bytearray:
    """Return the body of a response, limited in time and in decompressed size."""
    content = bytearray()
    # Read what has arrived: waiting for a full buffer would hide a slow trickle.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        content += chunk
        if len(content) > _LARGEST_ANSWER:
            size = _LARGEST_ANSWER >> 20
            msg = f"The shop's response to {request.name} is larger than {size} MiB."
            raise TapError(msg, "Set page_size to a smaller number.")
        if time.monotonic() > deadline:
            raise TransientError("a response that takes too long", is_of_page=True)
    return content
