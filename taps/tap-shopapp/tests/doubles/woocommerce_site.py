"""A WordPress site that tests fill as they like, and the tap that reads it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from doubles.woocommerce import KEY, SECRET, WordPress
from doubles.woocommerce_records import StoredSite

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Record
    from tap_shopapp.errors import TapError
    from werkzeug import Request, Response

MONTREAL = ZoneInfo("America/Montreal")
NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)
ABOUT = {"name": "Caf&#233; &amp; more", "home": "https://shop.example", "currency": "CAD"}


class Site:
    """A site that runs, and the tap that reads it.

    Attributes:
        stored: What it holds.
        wordpress: What it is like.
        happen: Called before each request is answered, with its number from 1.
    """

    def __init__(self, try_run: Attempt) -> None:
        self._try_run = try_run
        self.url = ""
        self.empty()

    def empty(self) -> None:
        """Take everything out of it."""
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
        """Run the tap, and return how it failed, if it did."""
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

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the queries of the requests for a path, but for the look whether it may."""
        return [
            request.args.to_dict()
            for request in self.requests
            if request.path == f"/wp-json/wc/v3{path}" and request.args.get("per_page") != "1"
        ]


def times(**moments: str | None) -> Record:
    """Return times as WordPress says them, given in GMT."""
    said: Record = {}
    for name, time in moments.items():
        moment = datetime.fromisoformat(f"{time}+00:00") if time else None
        local = moment.astimezone(MONTREAL).isoformat()[:19] if moment else None
        said |= {name: local, f"{name}_gmt": time}
    return said


def order(order_id: int, modified: str = "2026-03-01T12:00:00", **fields: Any) -> Record:
    """Return an order of one line, as the documentation shows orders."""
    return {
        "id": order_id,
        "parent_id": 0,
        "number": str(order_id),
        "status": "processing",
        "currency": "CAD",
        "prices_include_tax": False,
        **times(date_created="2026-03-01T11:00:00", date_modified=modified, date_paid=None),
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": "0.00",
        "shipping_tax": "0.00",
        "cart_tax": "0.00",
        "total": "20.00",
        "total_tax": "0.00",
        "customer_id": 0,
        "billing": {"email": "ann@example.com", "country": "CA"},
        "shipping": {"country": ""},
        "payment_method": "bacs",
        "created_via": "checkout",
        "meta_data": [],
        "line_items": [line()],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        **fields,
    }


def line(line_id: int = 1, **fields: Any) -> Record:
    """Return a line of an order."""
    return {
        "id": line_id,
        "name": "Woo Album",
        "product_id": 87,
        "variation_id": 0,
        "quantity": 2,
        "subtotal": "20.00",
        "subtotal_tax": "0.00",
        "total": "20.00",
        "total_tax": "0.00",
        "sku": "",
        "price": 10.000000000000002,
        "meta_data": [],
        **fields,
    }


def product(product_id: int = 7, **fields: Any) -> Record:
    """Return a product."""
    return {
        "id": product_id,
        "name": "Hat",
        "type": "simple",
        "status": "publish",
        "description": "",
        "sku": "",
        "price": "20.50",
        "permalink": "https://shop.example/hat",
        "images": [{"src": "https://shop.example/hat.png"}],
        "categories": [{"id": 3, "name": "Hats"}],
        "variations": [],
        **times(date_created="2026-03-01T11:00:00", date_modified="2026-03-01T12:00:00"),
        **fields,
    }


def meta(**values: object) -> list[Record]:
    return [{"id": 1, "key": name, "value": value} for name, value in values.items()]
