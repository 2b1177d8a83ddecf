"""Authentication: headers that sign requests. Secrets never reach a message or a log."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from base64 import b64encode
from typing import TYPE_CHECKING

from requests.auth import AuthBase
from typing_extensions import override

from tap_shopapp.api.request import form_request
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from requests import PreparedRequest

    from tap_shopapp.api.request import Answer, Request

    Headers = Mapping[str, str]
    Flow = Generator[Request, Answer, Headers]

# A token that is about to expire may expire during its request.
_MARGIN_SECONDS = 30.0
# Characters that a header can carry (a superset of RFC 6750 §2.1).
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Auth(ABC):
    """Credentials of a client."""

    @abstractmethod
    def flow(self) -> Flow:
        """Yield the requests that get credentials, and return the headers of a request.

        The client sends each request and sends its answer back into the generator. The client
        repeats a request that fails for a while. Any other failure ends the run.
        """

    def renew(self) -> bool:
        """Drop rejected credentials. Return whether new ones can be requested."""
        return False

    def signature(self, method: str, url: str) -> Headers:
        """Return the headers that sign one request, in addition to those of `flow`."""
        del method, url
        return {}


class StaticHeaders(Auth):
    """Headers that never change: only the user can replace their secrets."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    @override
    def flow(self) -> Flow:
        yield from ()
        return self._headers


class BearerToken(StaticHeaders):
    """A token from the user (RFC 6750 §2.1)."""

    def __init__(self, token: str) -> None:
        super().__init__({"Authorization": f"Bearer {token}"})


class ClientCredentials(Auth):
    """Expiring tokens in exchange for the client's id and secret (RFC 6749 §4.4).

    Args:
        client_id: The client.
        client_secret: The client's secret.
        path: Path of the token endpoint, below the address of the API.
        in_form: Whether id and secret are sent in the form (§2.3.1) instead of a header.
        header: Name of the header that carries the token, and the prefix of the token.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        path: str,
        in_form: bool = False,
        header: tuple[str, str] = ("Authorization", "Bearer "),
    ) -> None:
        form = {"grant_type": "client_credentials"}
        credentials: dict[str, str] = {}
        if in_form:
            form |= {"client_id": client_id, "client_secret": client_secret}
        else:
            credentials = basic(client_id, client_secret)
        self._request = form_request(path, form, credentials=credentials)
        self._header, self._prefix = header
        self._headers: Headers | None = None
        self._expires_at = 0.0

    @override
    def flow(self) -> Flow:
        if self._headers is None or time.monotonic() > self._expires_at:
            body = (yield self._request).body
            token, seconds = body.get("access_token"), body.get("expires_in")
            if not isinstance(token, str) or not _TOKEN.fullmatch(token):
                msg = f"The shop's response to {self._request.path} has no access_token."
                raise TapError(
                    msg, "Ask the shop's developer to compare it with RFC 6749, section 5.1."
                )
            # Without `expires_in` the token is used until the server rejects it.
            lifetime = float(seconds) if isinstance(seconds, (int, float)) else float("inf")
            self._headers = {self._header: f"{self._prefix}{token}"}
            # A token that lives shorter than the margin is used for half of its life.
            self._expires_at = time.monotonic() + max(lifetime - _MARGIN_SECONDS, lifetime / 2)
        return self._headers

    @override
    def renew(self) -> bool:
        self._headers = None
        return True


def basic(user: str, password: str) -> dict[str, str]:
    """Return the header of HTTP basic authentication."""
    encoded = b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


class Signature(AuthBase):
    """Adds headers to a request, and the signature of its address."""

    def __init__(self, headers: Mapping[str, str], auth: Auth | None) -> None:
        self._headers = headers
        self._auth = auth

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self._headers)
        if self._auth:
            request.headers.update(self._auth.signature(str(request.method), str(request.url)))
        return request
