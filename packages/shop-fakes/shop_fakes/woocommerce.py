"""A fake WordPress site with WooCommerce, which enforces what was measured on real ones.

Releases 11.0.1 and 8.9.3 were recorded (`measured/woocommerce-live`), 9.4.2 was measured.
`test_woocommerce_recorded.py` compares the fake with the recordings. The rest follows the
published documentation of the REST API, and the source for the revenue report.
"""

from __future__ import annotations

import base64
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from werkzeug import Request, Response

from shop_fakes.base import FakeShop, unaltered
from shop_fakes.logical_shop import now
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_analytics import ROUTE, InvalidQueryError, revenue_stats
from shop_fakes.woocommerce_answers import (
    RefusalError,
    with_fields,
)
from shop_fakes.woocommerce_logical import LogicalSite
from shop_fakes.woocommerce_pages import read_page
from shop_fakes.woocommerce_releases import NEWEST
from shop_fakes.woocommerce_report import EXCLUDED_STATUSES, stats_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from shopapp_demo.shop import Record, Shop

    from shop_fakes.base import Alter
    from shop_fakes.woocommerce_records import Site
    from shop_fakes.woocommerce_releases import Release

ENGLISH = {
    "secret": "Consumer secret is invalid.",
    "read": "The API key provided does not have read permissions.",
}
"""Recorded texts of refusals that have the same code."""
KEY, SECRET = "ck_canary", "cs_canary"
LACKS = {
    # The API has no processing time, test orders, or modification time of categories.
    "transactions": frozenset({"processed_at", "is_test"}),
    "categories": frozenset({"updated_at"}),
}
_LISTS = {
    "/orders": ("orders", {"date", "id", "include", "title", "slug", "modified"}),
    "/refunds": ("refunds", {"date", "id", "include", "title", "slug", "modified"}),
    "/products": ("products", {"date", "id", "include", "title", "slug", "modified"}),
    "/products/categories": ("categories", {"id", "include", "name", "slug"}),
    "/customers": ("customers", {"id", "include", "name", "registered_date"}),
}
_STREAMS = {
    "/orders": "transactions",
    "/products": "products",
    "/products/categories": "categories",
    "/customers": "customers",
}


@dataclass
class WordPress:
    """Answers requests.

    Attributes:
        site: Records of the site.
        clock: Returns the site's time.
        release: The release of WooCommerce.
        zone_name: City of the time zone; empty if the owner chose an offset.
        gmt_offset: Hours from UTC.
        decimals: The setting woocommerce_price_num_decimals.
        namespaces: APIs of the site.
        secret: Consumer secret; empty if no key exists.
        admits_guests: Whether the site describes itself without credentials.
        passes_authorization: Whether the web server passes the header Authorization to PHP.
        has_plain_permalinks: Whether the REST API is only at `/?rest_route=/`.
        may_not_read: Paths that the key's user cannot read.
        may_read: Whether the key has the permission Read.
        heeds_times_of_change: Whether it supports modified_after (release 5.8 and later).
        lists_trash: Paths whose lists include the trash.
        unreadable: Ids of records that lists count but no page contains, as they cannot load.
        failing: Ids of records that stop PHP, unless only ids and times are requested.
        largest_page: Maximum number of whole records before PHP reaches its memory limit.
        taxes: The settings woocommerce_calc_taxes and woocommerce_prices_include_tax.
        has_analytics: Whether the feature Analytics is on.
        excluded_statuses: The setting woocommerce_excluded_report_order_statuses.
        date_type: The setting woocommerce_date_type; empty if it was never set.
        texts: Texts of refusals in the site's language.
        lists: Number of list pages that were answered.
        alter: Changes the records of a page, to break a rule of the API.
        hidden: Stream and id of each record that lists count but no page contains.
    """

    site: Site
    clock: Callable[[], datetime]
    release: Release = NEWEST
    zone_name: str = "America/Montreal"
    gmt_offset: float | str = -5
    decimals: int = 2
    namespaces: tuple[str, ...] = ("wp/v2", "wc/v3")
    secret: str = SECRET
    admits_guests: bool = True
    passes_authorization: bool = True
    has_plain_permalinks: bool = False
    may_not_read: set[str] = field(default_factory=set)
    may_read: bool = True
    heeds_times_of_change: bool = True
    lists_trash: tuple[str, ...] = ("/orders", "/products")
    unreadable: set[int] = field(default_factory=set)
    failing: set[int] = field(default_factory=set)
    largest_page: int = 100
    taxes: tuple[str, str] = ("no", "yes")
    has_analytics: bool = True
    excluded_statuses: tuple[str, ...] = EXCLUDED_STATUSES
    date_type: str = ""
    texts: Mapping[str, str] = field(default_factory=lambda: ENGLISH)
    lists: int = 0
    alter: Alter = unaltered
    hidden: Collection[tuple[str, str]] = ()

    def answer(self, request: Request) -> Response:
        """Answer a request as WordPress would."""
        query = request.args.to_dict()
        route = query.pop("rest_route", "") if request.path == "/" else ""
        path = f"/wp-json{route}" if route else request.path
        if self.has_plain_permalinks and not route:
            return Response(status=301, headers={"Location": "http://shop.example/canary"})
        try:
            body, headers = self._body(path, query, request.headers.get("Authorization"))
            status = 200
        except RefusalError as refusal:
            status, headers, body = refusal.status, {}, refusal.body()
        content_type = "application/json; charset=UTF-8"
        response = Response(json.dumps(body), status, content_type=content_type)
        response.headers.update(headers)
        response.date = self.clock()
        return response

    def _body(
        self, path: str, query: dict[str, str], authorization: str | None
    ) -> tuple[Any, dict[str, str]]:
        assert "consumer_key" not in query
        if not self.passes_authorization:
            authorization = None
        if path == "/wp-json/":
            # Before 11.0.1, WordPress takes the key for an application password.
            is_refused = authorization and not self.release.accepts_keys_on_the_index
            if is_refused or not self.admits_guests:
                raise RefusalError(
                    401, "invalid_username" if is_refused else "rest_not_logged_in"
                )
            about = {**self.site.about, "timezone_string": self.zone_name}
            about |= {"gmt_offset": self.gmt_offset, "namespaces": list(self.namespaces)}
            return with_fields([about], query)[0], {"Allow": "GET"}
        if path == ROUTE and self.has_analytics:
            self._check_key(authorization, path)
            return self._revenue(query)
        route = path.removeprefix("/wp-json/wc/v3")
        if route == path or "wc/v3" not in self.namespaces:
            raise RefusalError(404, "rest_no_route")
        records, orders = self._list(route)
        self._check_key(authorization, route)
        if query.get("status") == "trash" and route not in self.lists_trash:
            raise RefusalError(400, "rest_invalid_param", "status", "rest_not_in_enum")
        if not orders:
            return with_fields(records, query), {"Allow": "GET, POST"}
        page, headers = read_page(self, _STREAMS.get(route, route), records, query, orders)
        return page, {**headers, "Allow": "GET" if route == "/refunds" else "GET, POST"}

    def _check_key(self, authorization: str | None, route: str) -> None:
        """Check the key as recorded: an unknown key and no key have the same answer."""
        encoded = (authorization or "").removeprefix("Basic ")
        key, _, secret = base64.b64decode(encoded).decode().partition(":")
        if key != KEY or not self.secret:
            raise RefusalError(401, "woocommerce_rest_cannot_view")
        code = "woocommerce_rest_authentication_error"
        if secret != self.secret:
            raise RefusalError(401, code, text=self.texts["secret"])
        if not self.may_read:
            raise RefusalError(401, code, text=self.texts["read"])
        if route in self.may_not_read:
            raise RefusalError(403, "woocommerce_rest_cannot_view")

    def _revenue(self, query: Mapping[str, str]) -> tuple[Record, dict[str, str]]:
        try:
            return revenue_stats(
                stats_rows(self.site.orders, self.site.refunds),
                query,
                self.site.zone,
                excluded_statuses=self.excluded_statuses,
                date_type=self.date_type,
            )
        except InvalidQueryError:
            raise RefusalError(400, "rest_invalid_param", "interval") from None

    def _list(self, route: str) -> tuple[list[Record], set[str]]:
        """Return the records at a path, and the possible values of `orderby`."""
        if options := self._options(route.removeprefix("/settings/")):
            return [{"id": name, "value": value} for name, value in options.items()], set()
        ordered_by = _LISTS["/orders"][1]
        if match := re.fullmatch(r"/orders/(\d+)/refunds", route):
            of_order = [
                {name: value for name, value in record.items() if name != "parent_id"}
                for record in self.site.refunds
                if record["parent_id"] == int(match[1])
            ]
            return of_order, ordered_by
        if match := re.fullmatch(r"/products/(\d+)/variations", route):
            return self.site.variations(int(match[1])), ordered_by
        if route not in _LISTS or (route == "/refunds" and not self.release.lists_refunds):
            raise RefusalError(404, "rest_no_route")
        name, ordered_by = _LISTS[route]
        return getattr(self.site, name), ordered_by

    def _options(self, group: str) -> dict[str, Any]:
        """Return a group of settings; empty for another path."""
        if group == "general":
            return {
                "woocommerce_currency": self.site.about["currency"],
                "woocommerce_calc_taxes": self.taxes[0],
            }
        if group == "tax":
            return {"woocommerce_prices_include_tax": self.taxes[1]}
        if group == "wc_admin" and self.has_analytics:
            return {
                "woocommerce_excluded_report_order_statuses": list(self.excluded_statuses),
                "woocommerce_date_type": self.date_type,
            }
        return {}


@contextmanager
def serve_fake(shop: Shop) -> Iterator[FakeShop]:
    """Serve a shop as a site in Montreal."""

    def delete_order(order_id: str) -> None:
        moment = now(shop)
        gone = {"updated_at": moment, "deleted_at": moment}
        shop.put("transactions", shop.transactions[order_id] | gone)

    site = LogicalSite(shop, ZoneInfo("America/Montreal"))
    wordpress = WordPress(site, lambda: shop.clock().astimezone(timezone.utc))
    fake = FakeShop(shop, {}, lacks=LACKS, delete_order=delete_order, tells_deletions=True)
    fake.withdraw = {
        "authorization": lambda: setattr(wordpress, "passes_authorization", False),
        "orders": lambda: wordpress.may_not_read.add("/orders"),
        "reading": lambda: setattr(wordpress, "may_read", False),
        "all": lambda: setattr(wordpress, "secret", ""),
        "woocommerce": lambda: setattr(wordpress, "namespaces", ("wp/v2",)),
        "guests": lambda: setattr(wordpress, "admits_guests", False),
    }

    def answer(request: Request) -> Response:
        fake.count()
        wordpress.alter, wordpress.hidden = fake.alter, fake.hidden
        return wordpress.answer(request)

    with serve_answers(answer) as url:
        fake.settings = {"api_url": url, "consumer_key": KEY, "consumer_secret": SECRET}
        yield fake
