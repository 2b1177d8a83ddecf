"""The four ways to sign requests to Adobe Commerce."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client
from typing_extensions import override

from tap_shopapp.api.auth import Auth, BearerToken, ClientCredentials, StaticHeaders
from tap_shopapp.api.request import Request
from tap_shopapp.api.response import Hints
from tap_shopapp.applications.adobe_commerce.search import ON_BAD_RESPONSE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.api.auth import Flow, Headers

IMS_URL = "https://ims-na1.adobelogin.com"
"""Adobe's identity service, which issues the tokens of Adobe Commerce as a Cloud Service."""

_IMS_PATH = "/ims/token/v3"
_IMS_SCOPE = ",".join(
    (
        *("openid", "AdobeID", "email", "profile", "additional_info.roles"),
        *("additional_info.projectedProductContext", "commerce.accs"),
    )
)
# The store view that has the values without translations, and the records of all views.
_STORE = "all"
_TOKEN_PATH = "/rest/V1/integration/admin/token"  # noqa: S105 - a path
# The default of oauth/access_token_lifetime/admin.
_TOKEN_SECONDS = 4 * 3600.0
# A page may take minutes, and its request is retried with the same token.
_MARGIN_SECONDS = 600.0

_INTEGRATION = (
    "create an integration (System, Extensions, Integrations) and set access_token, or with its"
    " other secrets consumer_key, consumer_secret, access_token and access_token_secret"
)
_HINTS = {
    "access_token": (
        "Check access_token, or that the setting oauth/consumer/enable_integration_as_bearer of"
        " the shop is 1, without which releases from 2.4.4 on reject the token of an"
        " integration: otherwise also set consumer_key, consumer_secret and"
        " access_token_secret."
    ),
    "consumer_key": (
        "Check that the integration is active (System, Extensions, Integrations), then set"
        " consumer_key, consumer_secret, access_token and access_token_secret with"
        " `meltano config set tap-shopapp …`."
    ),
    "username": (
        "Check username and password. The shop locks an account after six wrong passwords and"
        f" refuses users with two-factor authentication: then {_INTEGRATION}."
    ),
    "client_id": (
        "Check client_id, client_secret and ims_org_id, and that the project in the Adobe"
        " Developer Console has the Adobe Commerce API with this tenant."
    ),
}


class AdminToken(Auth):
    """Tokens of an administrator, which are replaced before they expire.

    Args:
        username: Name of the administrator.
        password: Password of the administrator.
    """

    def __init__(self, username: str, password: str) -> None:
        login = {"username": username, "password": password}
        self._request = Request("POST", _TOKEN_PATH, {"json": login}, kind=str, credentials={})
        self._headers: Headers | None = None
        self._expires_at = 0.0

    @override
    def flow(self) -> Flow:
        if self._headers is None or time.monotonic() > self._expires_at:
            token: str = (yield self._request).body
            lifetime = _lifetime(token)
            self._headers = {"Authorization": f"Bearer {token}"}
            # A token that lives shorter than the margin is used for half of its life.
            self._expires_at = time.monotonic() + max(lifetime - _MARGIN_SECONDS, lifetime / 2)
        return self._headers

    @override
    def renew(self) -> bool:
        self._headers = None
        return True


class OAuth1(StaticHeaders):
    """OAuth 1.0a with HMAC-SHA256 (RFC 5849), with the secrets of an integration."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        super().__init__({})
        self._client = Client(
            credentials["consumer_key"],
            client_secret=credentials["consumer_secret"],
            resource_owner_key=credentials["access_token"],
            resource_owner_secret=credentials["access_token_secret"],
            signature_method=SIGNATURE_HMAC_SHA256,
        )

    @override
    def signature(self, method: str, url: str) -> Headers:
        headers: Headers = self._client.sign(url, method)[1]  # type: ignore[arg-type]
        return headers


class ImsToken(ClientCredentials):
    """Tokens of Adobe's identity service, and the headers that the cloud service needs.

    Args:
        client_id: The client of a project in the Adobe Developer Console.
        client_secret: The client's secret.
        organization: The id of the organization.
    """

    def __init__(self, client_id: str, client_secret: str, organization: str) -> None:
        super().__init__(client_id, client_secret, path=_IMS_PATH, in_form=True)
        form = {**self._request.parts["data"], "scope": _IMS_SCOPE}
        self._request = replace(self._request, parts={"data": form}, base_url=IMS_URL)
        self._others = {
            "x-api-key": client_id,
            "x-gw-ims-org-id": organization,
            "Store": _STORE,
        }

    @override
    def flow(self) -> Flow:
        headers = yield from super().flow()
        return {**headers, **self._others}


def make_auth(credentials: Mapping[str, str]) -> Auth:
    """Return the authentication for the credentials in the settings."""
    if "consumer_key" in credentials:
        return OAuth1(credentials)
    if "username" in credentials:
        return AdminToken(credentials["username"], credentials["password"])
    if "client_id" in credentials:
        return ImsToken(
            credentials["client_id"], credentials["client_secret"], credentials["ims_org_id"]
        )
    return BearerToken(credentials["access_token"])


def root_path(credentials: Mapping[str, str]) -> str:
    """Return the path of the API: the cloud service has neither `/rest` nor a store in it."""
    return "/V1" if "client_id" in credentials else f"/rest/{_STORE}/V1"


def hints(credentials: Mapping[str, str]) -> Hints:
    """Return the instructions for rejected credentials."""
    kind = next(
        name
        for name in ("consumer_key", "username", "client_id", "access_token")
        if name in credentials
    )
    return Hints(_HINTS[kind], ON_BAD_RESPONSE)


def _lifetime(token: str) -> float:
    """Return the seconds that a JWT lives, from its own times; the default if it has none."""
    try:
        claims = token.split(".")[1]
        times: Any = orjson.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return float(times["exp"] - times["iat"])
    except (IndexError, KeyError, TypeError, ValueError):
        return _TOKEN_SECONDS
