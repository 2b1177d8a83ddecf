"""The WooCommerce REST API, version 3: connection, permissions, and pages of each stream."""

from __future__ import annotations

from html import unescape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_shopapp.api.auth import StaticHeaders, basic
from tap_shopapp.api.errors import StatusError
from tap_shopapp.api.http import JsonClient
from tap_shopapp.applications.base import CONNECT_BUDGET, NOTHING_YET, Application
from tap_shopapp.applications.settings import (
    API_URL,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    chosen,
    required,
)
from tap_shopapp.applications.woocommerce.catalogue import (
    Catalogue,
    normalize_category,
    normalize_customer,
)
from tap_shopapp.applications.woocommerce.id_lists import order_ids, product_ids
from tap_shopapp.applications.woocommerce.orders import is_order, normalize_order
from tap_shopapp.applications.woocommerce.page_reader import ON_BAD_RESPONSE, PageReader
from tap_shopapp.applications.woocommerce.paging import Lists
from tap_shopapp.applications.woocommerce.refunds import Refunds
from tap_shopapp.applications.woocommerce.refusals import SITE_HINTS, key_hints
from tap_shopapp.applications.woocommerce.rest_api import INDEX, RestApi
from tap_shopapp.applications.woocommerce.sales_report import read_sales_report
from tap_shopapp.applications.woocommerce.site import time_zone
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import Page, ShopInfo, Window
from tap_shopapp.records.normalize import NormalizedRecord, collect
from tap_shopapp.records.timestamps import format_utc
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import date

    from singer_sdk import typing as th

    from tap_shopapp.api.request import Answer
    from tap_shopapp.api.response import Hints
    from tap_shopapp.pages import IdPage, Record, SalesReport

_API = "/wp-json/wc/v3"
_PATHS = {
    "transactions": f"{_API}/orders",
    "items": f"{_API}/orders",
    "refunds": f"{_API}/orders",
    "sales_events": f"{_API}/orders",
    "products": f"{_API}/products",
    "categories": f"{_API}/products/categories",
    "customers": f"{_API}/customers",
}
_SETTINGS = f"{_API}/settings"
# WooCommerce stores six decimals, and returns them only on request.
_EXACTLY = {"dp": "6"}
# Accounts of all roles may have orders, not only the role "customer".
_EVERYBODY = {"role": "all"}

_FAILS = RecordError(
    "unreadable",
    "The shop fails on this record. The tap reads it again when it changes, or in a run with"
    " backfill_since and backfill_before.",
)
_ELSEWHERE = "Set api_url to the address of the WordPress site that WooCommerce runs on."


class WooCommerce(Application):
    """A shop with WooCommerce."""

    name: ClassVar[str] = "woocommerce"
    label: ClassVar[str] = "WooCommerce"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        API_URL,
        CONSUMER_KEY,
        CONSUMER_SECRET,
    )
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("consumer_key", "consumer_secret"),
    )
    # PHP sets the time of change before it saves an order. Hooks may delay the saving until the
    # time limit of a request, which is a few minutes.
    lookback_seconds: ClassVar[int] = 300
    page_size: ClassVar[int] = 100
    full_lists = frozenset({"categories"})
    id_lists = MappingProxyType({"transactions": ("refunds",), "products": ()})
    reports_sales: ClassVar[bool] = True

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        credentials = chosen(settings, self.credential_groups)
        headers = basic(credentials["consumer_key"], credentials["consumer_secret"])
        hints = key_hints(required(settings, "api_url"))
        # Earlier releases treat a key on the index as a password of WordPress and reject it.
        site = _client(settings, {}, SITE_HINTS)
        self._client = RestApi(site, _client(settings, headers, hints))
        self._pages = PageReader(self._client, max(2, self.records_per_page(settings)))
        self._lists = Lists(self._pages)
        self._refunds = Refunds(self._client, self._pages, self._lists)
        self._catalogue = Catalogue(self._lists)

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        answer = self._about_the_site()
        self._check_rights(streams)
        options = self._options("general")
        self._catalogue.currency = text(options.get("woocommerce_currency"))
        self._catalogue.prices_include_tax = (
            options.get("woocommerce_calc_taxes") == "yes"
            and self._options("tax").get("woocommerce_prices_include_tax") == "yes"
        )
        site = answer.body
        record = {
            "name": unescape(text(site.get("name")) or ""),
            "url": text(site.get("home")),
            "currency": self._catalogue.currency,
            "time_zone": time_zone(site.get("timezone_string"), site.get("gmt_offset")),
            "updated_at": format_utc(answer.server_time),
        }
        return ShopInfo(record, answer.server_time)

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        path = _PATHS[stream]
        for number, (raw, normalize, complete_until) in enumerate(
            self._read(stream, window), start=1
        ):
            page = Page(complete_until=complete_until)
            location = f"{path}, page {number}"
            collect(stream, raw, page, normalize=normalize, location=location)
            self._reject_unreadable(stream, page, location)
            yield page
        rest = Page()
        self._reject_unreadable(stream, rest, path)
        if rest.rejected:
            yield rest

    def _reject_unreadable(self, stream: str, page: Page, location: str) -> None:
        """Add rejects for the records since the last page that the shop does not return.

        It counts some of them without returning them, and it fails on others. A full list with
        a reject does not detect deletions.
        """
        for path, records in self._pages.failing.items():
            for record in records:
                failing = {"location": path, "id": str(record.record_id)}
                modified = f"{record.modified}.000000Z" if record.modified else None
                page.reject(stream, _FAILS, failing, location=path, updated_at=modified)
        self._pages.failing.clear()
        if self._lists.unreadable:
            payload = {"location": location, "records": self._lists.unreadable}
            error = RecordError("unreadable", "The shop counts records that it cannot load.")
            page.reject(stream, error, payload, location=location, updated_at=None)
            self._lists.unreadable = 0

    def _read(
        self, stream: str, window: Window
    ) -> Iterator[tuple[list[Any], Callable[[Any], NormalizedRecord], str | None]]:
        """Yield rows, their normalization and `complete_until` for each page."""
        path = _PATHS[stream]
        if stream == "transactions":
            for raw in self._lists.changed(path, window, _EXACTLY):
                orders = [order for order in raw if is_order(order)]
                refunds = self._refunds.of(orders)
                yield orders, normalize_order(refunds, self._refunds.failing), None
        elif stream == "products":
            for raw in self._lists.changed(path, window, {}):
                yield raw, self._catalogue.normalize_product, None
        elif stream == "categories":
            for raw in self._lists.by_id(path):
                yield raw, normalize_category, None
        else:
            not_yet = window.since or NOTHING_YET
            is_whole = True
            for raw in self._lists.by_id(path, _EVERYBODY):
                is_whole &= not (self._lists.unreadable or self._pages.failing)
                changed = [customer for customer in raw if _is_within(window, customer)]
                yield changed, normalize_customer, not_yet
            # A customer that cannot be loaded is read by the first run that can.
            yield [], normalize_customer, window.before if is_whole else not_yet

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        path = _PATHS[stream]
        if stream == "transactions":
            return order_ids(self._pages, path, below, listed)
        return product_ids(self._pages, path, self._catalogue, below, listed)

    @override
    def sales_report(self, first: date, last: date) -> SalesReport:
        return read_sales_report(self._client, lambda: self._options("wc_admin"), first, last)

    def _about_the_site(self) -> Answer:
        """Return the public description of the site."""
        fields = "name,home,timezone_string,gmt_offset,namespaces"
        try:
            answer = self._client.index({"_fields": fields}, CONNECT_BUDGET)
        except StatusError as error:
            # A redirect, a page of a firewall and a refusal have their own messages.
            if error.status < 400 or error.status == 403:  # noqa: PLR2004 - HTTP statuses
                raise
            msg = f"There is no WordPress site at api_url ({error.status} on {INDEX})."
            raise TapError(msg, _ELSEWHERE) from None
        if "wc/v3" not in (answer.body.get("namespaces") or ()):
            msg = "The site at api_url has no WooCommerce."
            raise TapError(msg, _ELSEWHERE)
        return answer

    def _check_rights(self, streams: Collection[str]) -> None:
        """Request one record of each list.

        Raises:
            TapError: The key may not read a list. The message names the lists.
        """
        paths = {path for stream, path in _PATHS.items() if stream in streams}
        missing = []
        for path in sorted(paths):
            try:
                self._client.get_list(
                    path, {"per_page": "1", "_fields": "id"}, retry_budget=CONNECT_BUDGET
                )
            except StatusError as error:
                if not error.code.startswith("woocommerce_rest_cannot"):
                    raise
                missing.append(path.removeprefix(f"{_API}/"))
        if missing:
            msg = f"The user of the key has no permission to read {', '.join(missing)}."
            raise TapError(
                msg, "Make the user a shop manager, or deselect the streams that need them."
            )

    def _options(self, group: str) -> Mapping[str, object]:
        """Return a group of settings of the shop."""
        answer = self._client.get_list(
            f"{_SETTINGS}/{group}", {"_fields": "id,value"}, retry_budget=CONNECT_BUDGET
        )
        try:
            return {option["id"]: option["value"] for option in answer.body}
        except (KeyError, TypeError):
            msg = f"The shop's settings under {_SETTINGS}/{group} have no values."
            raise TapError(msg, ON_BAD_RESPONSE) from None


def _client(settings: Mapping[str, Any], headers: dict[str, str], hints: Hints) -> JsonClient:
    return JsonClient(
        required(settings, "api_url"),
        auth=StaticHeaders(headers),
        user_agent=settings["user_agent"],
        timeout=settings["request_timeout"],
        hints=hints,
    )


def _is_within(window: Window, customer: Record) -> bool:
    """Return whether a customer changed in a window, or has no time of change."""
    time = customer.get("date_modified_gmt") or customer.get("date_created_gmt")
    if not isinstance(time, str):
        return True
    return (window.since or "") <= f"{time}.000000Z" < window.before
