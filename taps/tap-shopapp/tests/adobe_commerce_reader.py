"""The tap on a fake of Adobe Commerce, and the records of single orders."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from shop_fakes.adobe_commerce import AdobeCommerce
from shop_fakes.adobe_commerce_access import TOKEN
from shop_fakes.adobe_commerce_records import StoredMagento
from shop_fakes.measured import read_measured
from tap_shopapp.applications.adobe_commerce.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import collect

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attempt, Messages
    from tap_shopapp.errors import TapError
    from werkzeug import Request, Response

Row = dict[str, Any]
MEASURED = "adobe-commerce"
NOW = datetime(2026, 12, 1, tzinfo=timezone.utc)
AMOUNTS = (
    *("gross", "discount", "shipping", "shipping_tax"),
    *("tax", "fee", "fee_tax", "adjustment", "total", "refunded"),
)


class Shop:
    """A running shop, and the tap that reads it.

    Attributes:
        stored: Records of the shop.
        server: Behavior of the shop.
        happen: Called before each answer, with the request's number from 1.
        requests: The requests so far.
    """

    def __init__(self, try_run: Attempt) -> None:
        self._try_run = try_run
        self.url = ""
        self.stored = StoredMagento(read_measured(MEASURED, "store-configs"))
        self.server = AdobeCommerce(self.stored, lambda: NOW)
        self.requests: list[Request] = []
        self.happen: Callable[[int], object] = lambda _: None

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        self.requests.append(request)
        self.happen(len(self.requests))
        return self.server.answer(request)

    def attempt(
        self, *, state: Any = None, **settings: object
    ) -> tuple[Messages, TapError | None]:
        """Run the tap, and return its messages and its error, if any."""
        config = {
            "shop_id": "s",
            "application": "adobe_commerce",
            "api_url": self.url,
            "access_token": TOKEN,
            **settings,
        }
        return self._try_run(config, state=state)

    def extract(self, **arguments: Any) -> Messages:
        """Run the tap."""
        messages, error = self.attempt(**arguments)
        assert error is None, error
        return messages

    def queries(self, path: str) -> list[dict[str, str]]:
        """Return the queries of the requests for a list, without permission checks."""
        return [
            request.args.to_dict()
            for request in self.requests
            if request.path == f"/rest/all/V1{path}"
            and request.args.get("searchCriteria[pageSize]") != "1"
        ]


def filters(query: Row) -> list[tuple[str, str, str]]:
    """Return field, condition and value of each filter of a query."""
    found = []
    for group in range(10):
        within = f"searchCriteria[filterGroups][{group}][filters][0]"
        if f"{within}[field]" not in query:
            break
        parts = (query[f"{within}[{name}]"] for name in ("field", "conditionType", "value"))
        found.append(tuple(parts))
    return found


def sorting(query: Row) -> list[tuple[str, str]]:
    """Return field and direction of each sort order of a query."""
    found = []
    for place in range(10):
        within = f"searchCriteria[sortOrders][{place}]"
        if f"{within}[field]" not in query:
            break
        found.append((query[f"{within}[field]"], query[f"{within}[direction]"]))
    return found


def output(order: Row, *memos: Row) -> Page:
    """Return an order with its embedded records in the form of the contract."""
    page = Page()
    # As received: numbers of JSON.
    raw, *its_memos = json.loads(json.dumps([order, *memos]))
    normalize = normalize_order({raw["entity_id"]: its_memos})
    collect("transactions", [raw], page, normalize=normalize, location="")
    assert page.rejected == []
    return page


def lines_of(page: Page, *names: str) -> list[tuple[Any, ...]]:
    """Return fields of each line."""
    return [tuple(item[name] for name in names) for item in page.embedded["items"]]


def amounts(record: Row, side: str = "") -> dict[str, str]:
    """Return the amounts of an order by name; `shop_` for those in the base currency."""
    return {name: record[f"{side}{name}_amount"] for name in AMOUNTS}
