"""Shopify's Admin API: what to ask it, and in which order."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import typing as th
from typing_extensions import override

from tap_shopapp.api.auth import Authorization, ClientCredentials, GivenHeaders
from tap_shopapp.api.graphql import GraphQLClient
from tap_shopapp.api.http import Advice, JsonClient
from tap_shopapp.applications.base import NOTHING_YET, PATIENCE_TO_OPEN, Application
from tap_shopapp.applications.settings import (
    ACCESS_TOKEN,
    API_URL,
    CLIENT_ID,
    CLIENT_SECRET,
    chosen,
    required,
)
from tap_shopapp.applications.shopify import catalogue, documents
from tap_shopapp.applications.shopify.bulk import BulkOperations, Operation
from tap_shopapp.applications.shopify.errors import MISLED, REFUSED, fault
from tap_shopapp.applications.shopify.orders import (
    draft_deleted_order,
    draft_order,
    is_deletion,
)
from tap_shopapp.applications.shopify.paging import Connections, GoneError, within
from tap_shopapp.contract import DELETED_TRANSACTIONS, EMBEDDED
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Page, Shop, Window
from tap_shopapp.records import normalize
from tap_shopapp.records.timestamps import format_utc, parse_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tap_shopapp.records.normalize import Draft

    Row = dict[str, Any]
    _Batch = tuple[list[Row], Callable[[Any], Draft], str | None]

API_VERSION: th.Property[str] = th.Property(
    "api_version",
    th.StringType(pattern=r"^(\d{4}-\d{2}|unstable)$"),
    default="2026-10",
    title="API version",
    description="Shopify: the version of its Admin API, from 2025-10 on.",
)
BULK: th.Property[bool] = th.Property(
    "bulk",
    th.BooleanType,
    default=False,
    title="Bulk operations",
    description="Shopify: read orders by a bulk operation where a run goes back more than a"
    " week, such as the first.",
)
_TOKEN_HEADER = "X-Shopify-Access-Token"  # noqa: S105 - its name
_SCOPES = {
    "transactions": ("read_orders", "read_customers", "read_products"),
    "products": ("read_products",),
    "categories": ("read_products",),
    "customers": ("read_customers",),
}
# As a query of so many costs half of what a single one may.
_REFUNDS_AT_ONCE = 20
_LONG_AGO = timedelta(days=7)
# What changed so recently may have been edited since it got its place in the list.
_SETTLED_AFTER = timedelta(days=1)

_logger = logging.getLogger("tap-shopapp.shopify")


class Shopify(Application):
    """A shop on Shopify."""

    name: ClassVar[str] = "shopify"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        API_URL,
        ACCESS_TOKEN,
        CLIENT_ID,
        CLIENT_SECRET,
        API_VERSION,
        BULK,
    )
    authorizations: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("access_token",),
        ("client_id", "client_secret"),
    )
    # By which visit an order came is found out later, and moves no time of the order; the
    # search index, too, is a little behind what was changed.
    lookback_seconds: ClassVar[int] = 24 * 3600
    # More would be allowed; but a query may cost no more than that of so many customers.
    page_size: ClassVar[int] = 50
    full_lists = frozenset({"products", "categories"})

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        given = chosen(settings, self.authorizations)
        client = JsonClient(
            required(settings, "api_url"),
            authorization=_authorization(given),
            user_agent=settings["user_agent"],
            timeout=settings["request_timeout"],
            advice=Advice(REFUSED, MISLED),
        )
        self._version = settings["api_version"]
        path = f"/admin/api/{self._version}/graphql.json"
        self._client = GraphQLClient(client, path, fault=fault)
        self._bulk = BulkOperations(self._client, settings) if settings["bulk"] else None
        self._connections = Connections(self._client, self.records_per_page(settings))

    @override
    def open(self, streams: Collection[str]) -> Shop:
        answer = self._client.execute(documents.SHOP, patience=PATIENCE_TO_OPEN)
        try:
            shop = answer.body["shop"]
            granted = answer.body["currentAppInstallation"]["accessScopes"]
            self._scopes = {each["handle"] for each in granted}
            self._currency = str(shop["currencyCode"])
            self._tax_included = bool(shop["taxesIncluded"])
            record = {
                "name": shop["name"],
                "url": shop["primaryDomain"]["url"],
                "currency": self._currency,
                "time_zone": shop["ianaTimezone"],
                "updated_at": format_utc(answer.server_time),
            }
        except (KeyError, TypeError):
            msg = "The shop does not tell its currency and the app's scopes."
            raise TapError(msg, MISLED) from None
        self._check_scopes(streams)
        served = answer.headers.get("X-Shopify-API-Version", self._version)
        if served != self._version:
            _logger.warning(
                "Shopify answers in another version of its API than %s, which it has retired:"
                " set api_version to one of this year.",
                self._version,
            )
        self._opened_at = answer.server_time
        self._settled_before = format_utc(self._opened_at - _SETTLED_AFTER)
        return Shop(record, answer.server_time)

    def _check_scopes(self, streams: Collection[str]) -> None:
        # Whoever may write may read.
        may = self._scopes | {scope.replace("write_", "read_", 1) for scope in self._scopes}
        asked = {"transactions" if name in EMBEDDED else name for name in streams}
        needed = {scope for name in asked for scope in _SCOPES.get(name, ())}
        if missing := sorted(needed - may):
            msg = f"The app lacks the scopes {', '.join(missing)}."
            raise TapError(
                msg, "Grant them and install it anew, or deselect the streams that need them."
            )

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        if stream == "transactions":
            # First, as the orders move the bookmark: after a run that broke off among them,
            # the next would not go back as far.
            yield from self._deletions(window)
        for number, (rows, draft, reached) in enumerate(self._read(stream, window), start=1):
            page = Page(reached=reached)
            location = f"{stream}, page {number}"
            normalize.collect(stream, rows, page, draft=draft, location=location)
            yield page

    def _deletions(self, window: Window) -> Iterator[Page]:
        """Yield which orders were deleted in a window; Shopify remembers a year."""
        stream = DELETED_TRANSACTIONS.name
        search = f"subject_type:ORDER action:destroy {within(window, 'created_at')}"
        found = self._connections.pages(documents.DELETED_ORDERS, search)
        for number, rows in enumerate(found, start=1):
            page = Page()
            gone = [row for row in rows if is_deletion(row)]
            location = f"{stream}, page {number}"
            normalize.collect(stream, gone, page, draft=draft_deleted_order, location=location)
            yield page

    def _read(self, stream: str, window: Window) -> Iterator[_Batch]:
        """Yield by page what a stream is made of, how, and up to when all is read by then."""
        if stream == "transactions":
            yield from self._orders(window)
        elif stream == "customers":
            lists = self._connections.changed(
                documents.CUSTOMERS, window, self._settled_before, documents.CUSTOMERS_COUNT
            )
            for rows, reached in lists:
                yield rows, catalogue.draft_customer, reached
            yield [], catalogue.draft_customer, window.before
        elif stream == "products":
            draft = partial(
                catalogue.draft_product,
                currency=self._currency,
                tax_included=self._tax_included,
            )
            for rows in self._connections.all(documents.PRODUCTS, documents.PRODUCTS_COUNT):
                yield self._whole_products(rows), draft, None
        else:
            yield self._taxonomy(), catalogue.draft_taxonomy_category, None
            found = self._connections.all(documents.COLLECTIONS, documents.COLLECTIONS_COUNT)
            for rows in found:
                yield rows, catalogue.draft_collection, None

    def _orders(self, window: Window) -> Iterator[_Batch]:
        self._warn_of_hidden_orders()
        goes_far_back = (window.since or "") < format_utc(self._opened_at - _LONG_AGO)
        rest: Window | None = window
        if self._bulk and goes_far_back:
            operation = self._bulk.begin(window)
            for rows in self._bulk.orders(operation):
                yield self._with_refunds(rows), draft_order, window.since or NOTHING_YET
            rest = self._left_after(operation, window)
        if rest:
            # Whether Shopify counts orders that it hides from an app is documented nowhere.
            count = documents.ORDERS_COUNT if self._sees_all_orders else None
            lists = self._connections.changed(
                documents.ORDERS, rest, self._settled_before, count
            )
            for rows, reached in lists:
                yield self._with_refunds(self._whole_orders(rows)), draft_order, reached
        yield [], draft_order, window.before

    def _left_after(self, operation: Operation, window: Window) -> Window | None:
        """Return what of a window is left to be read after an operation, if anything is."""
        if operation.before == window.before:
            return None
        # As the next run would: what is seen or found out late is so after an operation, too.
        lookback = timedelta(seconds=self.lookback_seconds)
        since = format_utc(parse_utc(operation.before) - lookback)
        return Window(max(since, window.since or since), window.before)

    def _whole_orders(self, rows: list[Row]) -> list[Row]:
        """Return orders with all of their lines, but for those deleted meanwhile."""
        orders = []
        for row in rows:
            order = dict(row)
            try:
                order["lines"] = self._connections.whole(
                    order.pop("lineItems"), documents.MORE_LINES, row["id"]
                )
                order["shipping"] = self._connections.whole(
                    order.pop("shippingLines"), documents.MORE_SHIPPING, row["id"]
                )
            except GoneError:
                continue
            orders.append(order)
        return orders

    def _with_refunds(self, rows: list[Row]) -> list[Row]:
        """Return orders with what each of their refunds took back."""
        found = self._refunded_lines([its["id"] for row in rows for its in row["refunds"]])
        for row in rows:
            for refund in row["refunds"]:
                refund["lines"] = found.get(refund["id"], [])
        return rows

    def _refunded_lines(self, refund_ids: list[str]) -> dict[str, list[Row]]:
        """Return what refunds took back; in the orders' own query it would cost all of them."""
        found = {}
        for start in range(0, len(refund_ids), _REFUNDS_AT_ONCE):
            ids = refund_ids[start : start + _REFUNDS_AT_ONCE]
            for node in self._client.execute(documents.REFUNDS, {"ids": ids}).body["nodes"]:
                # Those of an order that was deleted meanwhile are not there.
                with suppress(GoneError):
                    if node:
                        found[node["id"]] = self._connections.whole(
                            node["refundLineItems"], documents.MORE_REFUND_LINES, node["id"]
                        )
        return found

    def _whole_products(self, rows: list[Row]) -> list[Row]:
        products = []
        for row in rows:
            product = dict(row)
            try:
                for name, more in (
                    ("variants", documents.MORE_VARIANTS),
                    ("collections", documents.MORE_COLLECTIONS),
                ):
                    product[name] = self._connections.whole(row[name], more, row["id"])
            except GoneError:
                continue
            products.append(product)
        return products

    def _taxonomy(self) -> list[Row]:
        """Return the categories that products are in, and all that stand above them."""
        body = self._client.execute(documents.TAXONOMY).body
        found = {row["id"]: row for row in body["shop"]["allProductCategoriesList"]}
        above = {its for row in found.values() for its in row["ancestorIds"]} - found.keys()
        ids = sorted(above)
        for start in range(0, len(ids), self.page_size):
            asked = {"ids": ids[start : start + self.page_size]}
            nodes = self._client.execute(documents.ANCESTORS, asked).body["nodes"]
            found.update({node["id"]: node for node in nodes if node})
        return list(found.values())

    @property
    def _sees_all_orders(self) -> bool:
        return "read_all_orders" in self._scopes

    def _warn_of_hidden_orders(self) -> None:
        if not self._sees_all_orders:
            _logger.warning(
                "Shopify shows this app the orders of the last 60 days only, and says nothing"
                " of older ones, nor of what changes in them: for all of them, ask Shopify for"
                " the scope read_all_orders."
            )


def _authorization(given: Mapping[str, str]) -> Authorization:
    if "access_token" in given:
        return GivenHeaders({_TOKEN_HEADER: given["access_token"]})
    return ClientCredentials(
        given["client_id"],
        given["client_secret"],
        path="/admin/oauth/access_token",
        in_form=True,
        header=(_TOKEN_HEADER, ""),
    )
