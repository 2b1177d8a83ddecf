"""Authorization: what signs requests, and never shows itself."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from requests.auth import AuthBase, HTTPBasicAuth
from typing_extensions import override

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest

    from tap_shopapp.api.http import JsonClient

# A token that is about to expire would not outlive its request.
_MARGIN_SECONDS = 30.0
# What may stand in a header (RFC 6750 §2.1, and a little more).
_TOKEN = re.compile(r"[\x21-\x7e]+")


class Authorization(ABC):
    """What lets a client in."""

    @abstractmethod
    def signature(self, client: JsonClient, *, patience: float) -> AuthBase:
        """Return what signs the next request.

        Args:
            client: By which it may ask the server for it first.
            patience: For how many seconds, if the server fails.
        """

    def renew(self) -> bool:
        """Drop what was refused, and say whether there can be something better."""
        return False


class GivenHeaders(Authorization):
    """Headers that the user was given the secrets of, and that only the user can replace."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._signature = Headers(headers)

    @override
    def signature(self, client: JsonClient, *, patience: float) -> AuthBase:
        return self._signature


class BearerToken(GivenHeaders):
    """A token that the user was given (RFC 6750 §2.1)."""

    def __init__(self, token: str) -> None:
        super().__init__({"Authorization": f"Bearer {token}"})


class ClientCredentials(Authorization):
    """Tokens for a while, against the client's id and secret (RFC 6749 §4.4).

    Args:
        client_id: The client, as the server knows it.
        client_secret: What proves it.
        path: Where tokens are given, below the API's address.
        in_form: Whether the server wants id and secret in the form (§2.3.1), not in a header.
        header: The header that carries the token, and what stands before it.
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
        self._form = {"grant_type": "client_credentials"}
        self._client: AuthBase = Headers({})
        if in_form:
            self._form |= {"client_id": client_id, "client_secret": client_secret}
        else:
            self._client = HTTPBasicAuth(client_id.encode(), client_secret.encode())
        self._path = path
        self._header, self._before_token = header
        self._signature: AuthBase | None = None
        self._expires_at = 0.0

    @override
    def signature(self, client: JsonClient, *, patience: float) -> AuthBase:
        if self._signature is None or time.monotonic() > self._expires_at:
            answer = client.post_form(
                self._path, self._form, signature=self._client, patience=patience
            ).body
            token, seconds = answer.get("access_token"), answer.get("expires_in")
            if not isinstance(token, str) or not _TOKEN.fullmatch(token):
                msg = f"The shop's answer on {self._path} has no access_token."
                raise TapError(
                    msg, "Have the shop's developer compare it with RFC 6749, section 5.1."
                )
            # Without `expires_in` it is used until it is refused.
            lasts = float(seconds) if isinstance(seconds, (int, float)) else float("inf")
            self._signature = Headers({self._header: f"{self._before_token}{token}"})
            # One that lives shorter than the margin is still used for half of its life.
            self._expires_at = time.monotonic() + max(lasts - _MARGIN_SECONDS, lasts / 2)
        return self._signature

    @override
    def renew(self) -> bool:
        self._signature = None
        return True


class Headers(AuthBase):
    """Signs requests with headers."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self._headers)
        return request
