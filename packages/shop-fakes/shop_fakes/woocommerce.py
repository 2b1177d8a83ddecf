"""A fake WordPress site with WooCommerce, which enforces what was measured on a real one.

The comment or docstring of each rule says what was measured (release 9.4.2). The rest follows
the published documentation of the REST API, and the source for the revenue report.
"""

from __future__ import annotations

import base64
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zlib import crc32
from zoneinfo import ZoneInfo

from werkzeug import Request, Response

from shop_fakes.base import FakeShop, unaltered
from shop_fakes.logical_shop import now
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_analytics import ROUTE, InvalidQueryError, revenue_stats
from shop_fakes.woocommerce_records import LogicalSite, with_decimals, with_fields
from shop_fakes.woocommerce_report import EXCLUDED_STATUSES, stats_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from shopapp_demo.shop import Record, Shop

    from shop_fakes.base import Alter
    from shop_fakes.woocommerce_records import Site

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
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?")


class RefusalError(Exception):
    """An answer other than 200, in the form of WordPress."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status


@dataclass
class WordPress:
    """Answers requests.

    Attributes:
        site: Records of the site.
        clock: Returns the site's time.
        zone_name: City of the time zone; empty if the owner chose an offset.
        gmt_offset: Hours from UTC.
        namespaces: APIs of the site.
        secret: Consumer secret; empty if no key exists.
        admits_guests: Whether the site describes itself without credentials.
        may_not_read: Paths that the key's user cannot read.
        may_read: Whether the key has the permission Read.
        heeds_times_of_change: Whether it supports modified_after (release 5.8 and later).
        lists_refunds: Whether it has a list of all refunds (release 9.0 and later).
        lists_trash: Paths whose lists include the trash.
        unreadable: Ids of records that lists count but no page contains, as they cannot load.
        taxes: The settings woocommerce_calc_taxes and woocommerce_prices_include_tax.
        has_analytics: Whether the feature Analytics is on.
        excluded_statuses: The setting woocommerce_excluded_report_order_statuses.
        date_type: The setting woocommerce_date_type; empty if it was never set.
        lists: Number of list pages that were answered.
        alter: Changes the records of a page, to break a rule of the API.
        hidden: Stream and id of each record that lists count but no page contains.
    """

    site: Site
    clock: Callable[[], datetime]
    zone_name: str = "America/Montreal"
    gmt_offset: float | str = -5
    namespaces: tuple[str, ...] = ("wp/v2", "wc/v3")
    secret: str = SECRET
    admits_guests: bool = True
    may_not_read: set[str] = field(default_factory=set)
    may_read: bool = True
    heeds_times_of_change: bool = True
    lists_refunds: bool = True
    lists_trash: tuple[str, ...] = ("/orders", "/products")
    unreadable: set[int] = field(default_factory=set)
    taxes: tuple[str, str] = ("no", "yes")
    has_analytics: bool = True
    excluded_statuses: tuple[str, ...] = EXCLUDED_STATUSES
    date_type: str = ""
    lists: int = 0
    alter: Alter = unaltered
    hidden: Collection[tuple[str, str]] = ()

    def answer(self, request: Request) -> Response:
        """Answer a request as WordPress would."""
        try:
            body, headers = self._body(request)
            status = 200
        except RefusalError as refusal:
            status, headers = refusal.status, {}
            body = {"code": str(refusal), "message": "canary", "data": {"status": status}}
        response = Response(json.dumps(body), status, content_type="application/json")
        response.headers.update(headers)
        response.date = self.clock()
        return response

    def _body(self, request: Request) -> tuple[Any, dict[str, str]]:
        path, query = request.path, request.args.to_dict()
        assert "consumer_key" not in query
        authorization = request.headers.get("Authorization")
        if path == "/wp-json/":
            # WordPress takes the key for an application password, which it is not.
            if authorization or not self.admits_guests:
                raise RefusalError(401, "invalid_username")
            about = {**self.site.about, "timezone_string": self.zone_name}
            about |= {"gmt_offset": self.gmt_offset, "namespaces": list(self.namespaces)}
            return with_fields([about], query)[0], {}
        if path == ROUTE and self.has_analytics:
            self._check_key(authorization, path)
            return self._revenue(query)
        route = path.removeprefix("/wp-json/wc/v3")
        if route == path or "wc/v3" not in self.namespaces:
            raise RefusalError(404, "rest_no_route")
        records, orders = self._list(route)
        self._check_key(authorization, route)
        if query.get("status") == "trash" and route not in self.lists_trash:
            raise RefusalError(400, "rest_invalid_param")
        if not orders:
            return with_fields(records, query), {}
        return self._page(_STREAMS.get(route, route), records, query, orders)

    def _check_key(self, authorization: str | None, route: str) -> None:
        key = base64.b64encode(f"{KEY}:{self.secret}".encode()).decode()
        if authorization != f"Basic {key}":
            raise RefusalError(401, "woocommerce_rest_cannot_view")
        if not self.may_read:
            raise RefusalError(401, "woocommerce_rest_authentication_error")
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
            raise RefusalError(400, "rest_invalid_param") from None

    def _list(self, route: str) -> tuple[list[Record], set[str]]:
        """Return the records at a path, and the possible values of `orderby`."""
        if route == "/settings/general":
            currency = self.site.about["currency"]
            options = {
                "woocommerce_currency": currency,
                "woocommerce_calc_taxes": self.taxes[0],
            }
            return [{"id": name, "value": value} for name, value in options.items()], set()
        if route == "/settings/tax":
            value = self.taxes[1]
            return [{"id": "woocommerce_prices_include_tax", "value": value}], set()
        if route == "/settings/wc_admin" and self.has_analytics:
            options = {
                "woocommerce_excluded_report_order_statuses": list(self.excluded_statuses),
                "woocommerce_date_type": self.date_type,
            }
            return [{"id": name, "value": value} for name, value in options.items()], set()
        ordered_by = _LISTS["/orders"][1]
        if match := re.fullmatch(r"/orders/(\d+)/refunds", route):
            of_order = [
                record for record in self.site.refunds if record["parent_id"] == int(match[1])
            ]
            return of_order, ordered_by
        if match := re.fullmatch(r"/products/(\d+)/variations", route):
            return self.site.variations(int(match[1])), ordered_by
        if route not in _LISTS or (route == "/refunds" and not self.lists_refunds):
            raise RefusalError(404, "rest_no_route")
        name, ordered_by = _LISTS[route]
        return getattr(self.site, name), ordered_by

    def _page(
        self, stream: str, records: list[Record], query: Mapping[str, str], ordered_by: set[str]
    ) -> tuple[list[Record], dict[str, str]]:
        per_page = int(query.get("per_page", "10"))
        order_by = query.get("orderby", next(iter({"date"} & ordered_by), "id"))
        if not 1 <= per_page <= 100 or order_by not in ordered_by:
            raise RefusalError(400, "rest_invalid_param")
        kept = [record for record in records if self._is_requested(record, query)]
        key = {"modified": "date_modified_gmt", "date": "date_created_gmt"}.get(order_by, "id")
        is_descending = query.get("order", "desc") == "desc"
        # Records of the same second come in another order with each request.
        self.lists += 1
        kept.sort(key=lambda record: crc32(f"{self.lists} {record['id']}".encode()))
        kept.sort(key=lambda record: record[key], reverse=is_descending)
        total = len(kept)
        kept = [record for record in kept if (stream, str(record["id"])) not in self.hidden]
        offset = int(query.get("offset", (int(query.get("page", "1")) - 1) * per_page))
        pages = -(-total // per_page)
        headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
        shown = [
            record for record in kept[offset:][:per_page] if record["id"] not in self.unreadable
        ]
        page = with_decimals(self.alter(stream, shown), int(query.get("dp", "2")))
        return with_fields(page, query), headers

    def _is_requested(self, record: Record, query: Mapping[str, str]) -> bool:
        if "include" in query and str(record["id"]) not in query["include"].split(","):
            return False
        # `any` excludes the trash.
        status = query.get("status", "any")
        is_in_trash = record.get("status") == "trash"
        if "status" in record and (
            is_in_trash if status == "any" else record["status"] != status
        ):
            return False
        column = (
            "date_modified_gmt" if query.get("dates_are_gmt") == "true" else "date_modified"
        )
        after, before = (
            self._compared(query.get(name)) for name in ("modified_after", "modified_before")
        )
        if not self.heeds_times_of_change:
            return True
        # Both bounds are exclusive.
        is_after = after is None or record[column] > after
        return is_after and (before is None or record[column] < before)

    def _compared(self, time: str | None) -> str | None:
        """Return the bound for modification times, from a time in a request.

        A time with an offset is converted to the site's time zone, even if the request compares
        times in GMT. A client that sends an offset and `dates_are_gmt` misses by the offset of
        the zone.
        """
        if time is None:
            return None
        if not _DATE_TIME.fullmatch(time):
            raise RefusalError(400, "rest_invalid_param")
        moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
        if moment.replace(tzinfo=None) <= datetime(1970, 1, 1):  # noqa: DTZ001 - of any zone
            raise RefusalError(400, "rest_invalid_param")  # "Invalid date."
        if moment.tzinfo:
            moment = moment.astimezone(self.site.zone)
        return f"{moment:%Y-%m-%dT%H:%M:%S}"


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
