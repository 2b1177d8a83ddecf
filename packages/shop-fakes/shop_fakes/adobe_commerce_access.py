"""Who may read what in Adobe Commerce's REST API.

A missing token, a wrong one, an expired one and a missing permission get the same status 401,
as measured. The token of an integration is a bearer token only if a setting allows it. OAuth
1.0a is verified with the formula of RFC 5849, independently of the library that signs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from shop_fakes.adobe_commerce_search import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from werkzeug import Request

TOKEN = "canary-of-an-integration"
OAUTH = {
    "consumer_key": "canary-of-a-consumer",
    "consumer_secret": "canary-of-a-consumer-secret",
    "access_token": TOKEN,
    "access_token_secret": "canary-of-a-token-secret",
}
ADMIN = {"username": "reader", "password": "canary-of-a-password"}
IMS = {
    "client_id": "canary-of-a-client",
    "client_secret": "canary-of-a-client-secret",
    "ims_org_id": "canary@AdobeOrg",
}
IMS_SCOPES = frozenset(
    (
        *("openid", "AdobeID", "email", "profile", "additional_info.roles"),
        *("additional_info.projectedProductContext", "commerce.accs"),
    )
)
PERMISSIONS = frozenset(
    (
        *("Magento_Sales::actions_view", "Magento_Sales::sales_creditmemo"),
        *("Magento_Catalog::products", "Magento_Catalog::categories"),
        *("Magento_Customer::customer", "Magento_Backend::store"),
    )
)
FAILURES_UNTIL_LOCKED = 6
_UNRESERVED = "-._~"


@dataclass
class Access:
    """Credentials and permissions of one user.

    Attributes:
        clock: Returns the shop's time.
        integration: The integration's token; empty after it was deactivated.
        is_bearer: The setting oauth/consumer/enable_integration_as_bearer.
        has_two_factor: Whether administrators need a second factor.
        is_cloud: Whether the shop is Adobe Commerce as a Cloud Service.
        permissions: What the credentials may read.
        lifetime: Seconds that the token of an administrator lives.
        logins: Time of each token of an administrator.
        failures: Number of wrong passwords in a row.
        nonces: Nonces of OAuth 1.0a that were used.
    """

    clock: Callable[[], datetime]
    integration: str = TOKEN
    is_bearer: bool = True
    has_two_factor: bool = False
    is_cloud: bool = False
    permissions: set[str] = field(default_factory=lambda: set(PERMISSIONS))
    lifetime: float = 4 * 3600
    logins: dict[str, datetime] = field(default_factory=dict)
    ims_tokens: list[str] = field(default_factory=list)
    failures: int = 0
    nonces: set[str] = field(default_factory=set)

    def login(self, request: Request) -> str:
        """Return a token for the name and password in a request."""
        given = request.get_json()
        if self.has_two_factor or self.is_cloud:
            raise RefusalError(401, "Please use the 2fa provider-specific endpoints.")
        if self.failures >= FAILURES_UNTIL_LOCKED or given != ADMIN:
            self.failures += 1
            raise RefusalError(
                401,
                "The account sign-in was incorrect or your account is disabled temporarily."
                " Please wait and try again later.",
            )
        self.failures = 0
        issued = self.clock()
        claims = {"uid": 1, "utypid": 2, "iat": int(issued.timestamp())}
        claims["exp"] = claims["iat"] + int(self.lifetime)
        parts = [{"kid": "1", "alg": "HS256"}, claims, len(self.logins)]
        token = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
        self.logins[token] = issued
        return token

    def ims_token(self, request: Request) -> dict[str, object]:
        """Return a token of Adobe's identity service."""
        form = request.form
        sent = {name: form.get(name) for name in ("client_id", "client_secret")}
        expected = {name: IMS[name] for name in sent}
        scopes = frozenset((form.get("scope") or "").split(","))
        if sent != expected or form.get("grant_type") != "client_credentials":
            raise RefusalError(400, "invalid_client")
        if scopes != IMS_SCOPES:
            raise RefusalError(400, "invalid_scope")
        self.ims_tokens.append(f"canary-of-ims-{len(self.ims_tokens)}")
        return {
            "access_token": self.ims_tokens[-1],
            "token_type": "bearer",
            "expires_in": 86399,
        }

    def check(self, request: Request, permission: str) -> None:
        """Check that a request may read something."""
        if not self._is_known(request) or permission not in self.permissions:
            raise RefusalError(
                401,
                "The consumer isn't authorized to access %resources.",
                {"resources": permission},
            )

    def _is_known(self, request: Request) -> bool:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if self.is_cloud:
            return (
                scheme == "Bearer"
                and value in self.ims_tokens
                and request.headers.get("x-api-key") == IMS["client_id"]
                and request.headers.get("x-gw-ims-org-id") == IMS["ims_org_id"]
            )
        if scheme == "OAuth":
            return bool(self.integration) and self._is_signed(request, value)
        if scheme != "Bearer":
            return False
        if value in self.logins:
            age = self.clock() - self.logins[value]
            return age.total_seconds() < self.lifetime
        return self.is_bearer and bool(value) and value == self.integration

    def _is_signed(self, request: Request, header: str) -> bool:
        """Return whether a request is signed with HMAC-SHA256 (RFC 5849, section 3.4)."""
        sent = {
            unquote(name.strip()): unquote(value.strip('"'))
            for name, _, value in (part.partition("=") for part in header.split(","))
        }
        signature = sent.pop("oauth_signature", "")
        if sent.pop("realm", None) is not None or sent["oauth_nonce"] in self.nonces:
            return False
        self.nonces.add(sent["oauth_nonce"])
        named = (sent["oauth_consumer_key"], sent["oauth_token"])
        if (
            named != (OAUTH["consumer_key"], OAUTH["access_token"])
            or sent["oauth_signature_method"] != "HMAC-SHA256"
        ):
            return False
        parts = urlsplit(request.url)
        query = request.query_string.decode("ascii")
        pairs = [*parse_qsl(query, keep_blank_values=True), *sent.items()]
        parameters = "&".join(
            f"{name}={value}"
            for name, value in sorted((_quoted(name), _quoted(value)) for name, value in pairs)
        )
        address = f"{parts.scheme}://{parts.netloc}{parts.path}"
        base = "&".join(map(_quoted, (request.method, address, parameters)))
        key = "&".join(
            _quoted(OAUTH[name]) for name in ("consumer_secret", "access_token_secret")
        )
        digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
        return hmac.compare_digest(base64.b64encode(digest).decode(), signature)


def _quoted(text: str) -> str:
    return quote(text, safe=_UNRESERVED)


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
