"""Who may enter the demo shop: bearers of its token, and clients with an id and a secret."""

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
    """A refusal to give a token, in the words of RFC 6749 §5.2."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass
class Auth:
    """What lets a request in.

    Attributes:
        token: The token that lasts; empty for none.
        clients: Secrets by client id; clients get tokens that expire.
        scopes: What whoever enters may read.
    """

    token: str
    clients: Mapping[str, str] = field(default_factory=dict)
    scopes: Collection[str] = SCOPES
    _expires_at: dict[str, float] = field(default_factory=dict, repr=False)

    def admits(self, authorization: str) -> bool:
        """Whether a request with this Authorization header may enter."""
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return False
        # Compared in full length, so that an answer's time says nothing of the token.
        is_lasting = secrets.compare_digest(given.encode(), self.token.encode())
        if self.token and is_lasting:
            return True
        return self._expires_at.get(given, 0) > time.monotonic()

    def give_token(self, authorization: str, form: str) -> dict[str, str | int]:
        """Return a new token for a client (RFC 6749 §4.4).

        Raises:
            TokenError: If the client is not known, or asks for something else.
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
        """Let all tokens of clients expire at once."""
        self._expires_at.clear()


def _basic(authorization: str) -> tuple[str, str]:
    """Return the user and password of an HTTP Basic header; two empty texts of any other."""
    scheme, _, given = authorization.partition(" ")
    try:
        decoded = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    user, _, password = decoded.partition(":")
    return (user, password) if scheme.lower() == "basic" else ("", "")
