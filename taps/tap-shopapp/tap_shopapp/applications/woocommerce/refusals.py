"""Explains refusals of WooCommerce and WordPress by their error codes.

Recorded: an unknown key, no key, and a web server that removes the header `Authorization` have
the same code. A wrong secret and a key that may only write have the same code and different
texts, which are in English if the site is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tap_shopapp.api.response import Hints
from tap_shopapp.applications.woocommerce.page_reader import ON_BAD_RESPONSE

if TYPE_CHECKING:
    from tap_shopapp.api.response import Refusal

_UNAUTHORIZED = 401
_KEYS = "WooCommerce, Settings, Advanced, REST API"
_SET = "set consumer_key and consumer_secret with `meltano config set tap-shopapp …`."
_ON_REFUSED = f"Create a key with the permission Read for a shop manager ({_KEYS}), then {_SET}"
_ON_HTML = (
    "Check that api_url is the address of the WordPress site. If it is, a firewall, a security"
    " plugin, a password of the web server or a maintenance page answers instead of WordPress:"
    " let it pass requests of the tap to /wp-json/."
)
_NO_KEY = (
    "The shop does not know consumer_key, or its web server removed the header Authorization",
    (
        f"Compare consumer_key with the shop's keys ({_KEYS}), or create one with the"
        f" permission Read for a shop manager, then {_SET} If the key is right, let the web"
        " server pass the header Authorization to PHP (on Apache: `CGIPassAuth On`)."
    ),
)
_NO_KEY_OVER_HTTP = (
    "The shop does not know consumer_key, or ignores it because api_url begins with http",
    (
        "Set api_url to the site's https address. If a proxy behind this address ends TLS, let"
        " it send X-Forwarded-Proto and let WordPress trust it. If the site receives https,"
        f" compare consumer_key with the shop's keys ({_KEYS})."
    ),
)
_CANNOT_READ = (
    "The key has no permission to read",
    f"Change its permission to Read in the shop ({_KEYS}).",
)
_WRONG_SECRET = (
    "The shop knows consumer_key, but consumer_secret is wrong",
    (
        f"Create a new key with the permission Read for a shop manager ({_KEYS}), because the"
        f" shop shows a secret only once, then {_SET}"
    ),
)
_WRONG_SECRET_OR_CANNOT_READ = (
    "The shop knows consumer_key, but consumer_secret is wrong or the key may not read",
    (
        f"Check that the key has the permission Read ({_KEYS}). If it has, create a new key,"
        f" then {_SET}"
    ),
)
_BLOCKED = (
    "A plugin of the site refused the request",
    "Let the plugin allow requests with a WooCommerce key to /wp-json/wc/v3/.",
)


def key_hints(api_url: str) -> Hints:
    """Return the hints for requests with a key."""
    over_http = urlsplit(api_url).scheme == "http"

    def explain(refusal: Refusal) -> tuple[str, str] | None:
        if refusal.code == "woocommerce_rest_authentication_error":
            if b"have read permission" in refusal.content:
                return _CANNOT_READ
            if b"secret is invalid" in refusal.content:
                return _WRONG_SECRET
            return _WRONG_SECRET_OR_CANNOT_READ
        if refusal.code.startswith("woocommerce_rest_cannot"):
            is_unknown = refusal.status == _UNAUTHORIZED
            return (_NO_KEY_OVER_HTTP if over_http else _NO_KEY) if is_unknown else None
        return _BLOCKED if refusal.code else None

    return Hints(_ON_REFUSED, ON_BAD_RESPONSE, on_html=_ON_HTML, explain=explain)


SITE_HINTS = Hints(
    "Check that api_url is the address of the WordPress site. If it is, a plugin blocks"
    " /wp-json/: allow public access, because it contains the site's time zone.",
    ON_BAD_RESPONSE,
    refusal="The site refused a request without credentials",
    on_html=_ON_HTML,
)
