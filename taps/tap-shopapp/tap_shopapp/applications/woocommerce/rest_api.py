"""The addresses of the REST API of a WordPress site.

With permalinks other than *Plain*, the API is below `/wp-json`. With plain permalinks, the web
server redirects these addresses or does not know them, and the API is at `/?rest_route=/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.api.errors import StatusError
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.api.http import JsonClient
    from tap_shopapp.api.request import Answer

INDEX = "/wp-json/"
_FORBIDDEN = 403


class RestApi:
    """Reads the REST API of a site.

    Args:
        site: Sends requests without credentials.
        shop: Sends requests with the key of WooCommerce.
    """

    def __init__(self, site: JsonClient, shop: JsonClient) -> None:
        self._site = site
        self._shop = shop
        self._has_plain_permalinks = False

    def index(self, params: Mapping[str, str], retry_budget: float) -> Answer:
        """Return the public description of the site, and find out its kind of permalinks.

        Raises:
            StatusError: The site has no REST API at either address. The error is that of
                `/wp-json/`.
            TapError: The site refuses guests, or does not answer.
        """
        try:
            return self._site.get(INDEX, params, retry_budget=retry_budget)
        except StatusError as error:
            if error.status == _FORBIDDEN:
                raise
            self._has_plain_permalinks = True
            try:
                return self._site.get(self._located(INDEX), params, retry_budget=retry_budget)
            except TapError:
                self._has_plain_permalinks = False
                raise error from None

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        retry_budget: float | None = None,
    ) -> Answer:
        """Return the JSON object at a path below the site; see `JsonClient`."""
        return self._shop.get(self._located(path), params, retry_budget=retry_budget)

    def get_list(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        retry_budget: float | None = None,
        page_budget: float | None = None,
    ) -> Answer:
        """Return the JSON list at a path below the site; see `JsonClient`."""
        return self._shop.get_list(
            self._located(path), params, retry_budget=retry_budget, page_budget=page_budget
        )

    def _located(self, path: str) -> str:
        if not self._has_plain_permalinks:
            return path
        return f"/?rest_route={path.removeprefix('/wp-json')}"
