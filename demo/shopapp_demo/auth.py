"""Authentication of the demo shop: a token, or clients with an id and a secret."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from shopapp_demo.shop import COLLECTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_TOKEN_SECONDS = 3600
SCOPES = tuple(f"read_{collection}" for collection in COLLECTIONS)


class TokenError(Exception):
    """A rejected token request, with an error code of RFC 6749 §5.2."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass
class Auth:
    """Checks the credentials of requests.

    Attributes:
        token: A token that does not expire; empty for no such token.
        clients: Secrets by client id; clients get tokens that expire.
        scopes: Granted scopes.
    """

    token: str
    clients: Mapping[str, str] = field(default_factory=dict)
    scopes: Collection[str] = SCOPES
    _expires_at: dict[str, float] = field(default_factory=dict, repr=False)

    def admits(self, authorization: str) -> bool:
        """Return whether an Authorization header is valid."""
        scheme, _, received = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return False
        # Compared in constant time, so that the response time reveals nothing about the token.
        is_lasting = secrets.compare_digest(received.encode(), self.token.encode())
        if self.token and is_lasting:
            return True
        return self._expires_at.get(received, 0) > time.monotonic()

    def give_token(self, authorization: str, form: str) -> dict[str, str | int]:
        """Return a new token for a client (RFC 6749 §4.4).

        Raises:
            TokenError: The client is unknown, or the grant type is not supported.
        """
        client_id, client_secret = _basic(authorization)
        expected = self.clients.get(client_id)
        if expected is None or not secrets.compare_digest(
            client_secret.encode(), expected.encode()
        ):
            raise TokenError(401, "invalid_client")
        grant_types = parse_qs(form).get("grant_type", [])
        if len(grant_types) != 1:
            raise TokenError(400, "invalid_request")
        if grant_types != ["client_credentials"]:
            raise TokenError(400, "unsupported_grant_type")
        token = secrets.token_urlsafe(16)
        self._expires_at[token] = time.monotonic() + _TOKEN_SECONDS
        return {"access_token": token, "token_type": "Bearer", "expires_in": _TOKEN_SECONDS}

    def expire_tokens(self) -> None:
        """Let all tokens of clients expire immediately."""
        self._expires_at.clear()


def _basic(authorization: str) -> tuple[str, str]:
    """Return the user and password of an HTTP Basic header; empty for other headers."""
    scheme, _, received = authorization.partition(" ")
    try:
        decoded = base64.b64decode(received, validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    user, _, password = decoded.partition(":")
    return (user, password) if scheme.lower() == "basic" else ("", "")
