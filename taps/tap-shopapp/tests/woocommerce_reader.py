"""The tap on a fake of WooCommerce."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from shop_fakes.woocommerce import KEY, SECRET, WordPress
from shop_fakes.woocommerce_records import StoredSite
from shop_fakes.woocommerce_rows import MONTREAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attempt, Messages
    from tap_shopapp.errors import TapError
    from werkzeug import Request, Response

NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)
ABOUT = {"name": "Caf&#233; &amp; more", "home": "https://shop.example", "currency": "CAD"}


class Site:
    """A running site, and the tap that reads it.

    Attributes:
        stored: Records of the site.
        wordpress: Behavior of the site.
        happen: Called before each answer, with the request's number from 1.
    """

    def __init__(self, try_run: Attempt) -> None:
        self._try_run = try_run
        self.url = ""
        self.empty()

    def empty(self) -> None:
        """Remove all records and requests."""
        self.stored = StoredSite(MONTREAL, ABOUT)
        self.wordpress = WordPress(self.stored, lambda: NOW)
        self.requests: list[Request] = []
        self.happen: Callable[[int], object] = lambda _: None

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        self.requests.append(request)
        self.happen(len(self.requests))
        return self.wordpress.answer(request)

    def attempt(
        self, *, state: dict[str, Any] | None = None, **settings: object
    ) -> tuple[Messages, TapError | None]:
        """Run the tap, and return its messages and its error, if any."""
        config = {
            "shop_id": "s",
            "application": "woocommerce",
            "api_url": self.url,
            "consumer_key": KEY,
            "consumer_secret": SECRET,
            **settings,
        }
        return self._try_run(config, state=state)

    def extract(self, **arguments: Any) -> Messages:
        """Run the tap."""
        messages, error = self.attempt(**arguments)
        assert error is None, error
        return messages

    def queries(self, path: str) -> list[dict[str, str]]:
        """Return the queries of the requests for a path, except permission checks."""
        return [
            request.args.to_dict()
            for request in self.requests
            if request.path == f"/wp-json/wc/v3{path}" and request.args.get("per_page") != "1"
        ]
