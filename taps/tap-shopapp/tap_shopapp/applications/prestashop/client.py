"""The PrestaShop webservice: connection, rights, and pages of each stream."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import typing as th
from typing_extensions import override

from tap_shopapp.api.auth import StaticHeaders, basic
from tap_shopapp.api.errors import PageError
from tap_shopapp.api.http import JsonClient
from tap_shopapp.api.response import Hints
from tap_shopapp.applications.base import CONNECT_BUDGET, NOTHING_YET, Application
from tap_shopapp.applications.prestashop.catalogue import (
    normalize_category,
    normalize_customer,
    normalize_product,
    read_combinations,
)
from tap_shopapp.applications.prestashop.changed_orders import slip_orders, voucher_orders
from tap_shopapp.applications.prestashop.errors import (
    ON_BAD_RESPONSE,
    ON_REFUSED,
    MissingRightError,
    exception_for,
)
from tap_shopapp.applications.prestashop.order_parts import MOST_IDS, readable_parts
from tap_shopapp.applications.prestashop.orders import normalize_order
from tap_shopapp.applications.prestashop.paging import Lists
from tap_shopapp.applications.prestashop.shop_facts import ShopFacts, is_technical
from tap_shopapp.applications.prestashop.unreadable import rows_with_ids
from tap_shopapp.applications.prestashop.values import flag
from tap_shopapp.applications.prestashop.webservice import Webservice, batches
from tap_shopapp.applications.settings import API_URL, TIME_ZONE, chosen, chosen_zone, required
from tap_shopapp.contract import EMBEDDED
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import ChangedIds, IdPage, Page, ShopInfo, Window
from tap_shopapp.records.normalize import collect
from tap_shopapp.records.timestamps import format_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from tap_shopapp.applications.prestashop.orders import Parts
    from tap_shopapp.applications.prestashop.unreadable import Rows
    from tap_shopapp.pages import Record
    from tap_shopapp.records.normalize import NormalizedRecord

WEBSERVICE_KEY: th.Property[str] = th.Property(
    "webservice_key",
    th.StringType,
    secret=True,
    title="Webservice key",
    description="PrestaShop: key of the webservice, with the permission View (GET).",
)
ID_SHOP: th.Property[str] = th.Property(
    "id_shop",
    th.StringType(pattern=r"^([1-9][0-9]*|all)$"),
    accepted="all or the id of a shop",
    default="all",
    title="Shop of a multistore",
    description="PrestaShop: id of one shop of a multistore, or all.",
)
VOUCHER_DAYS: th.Property[int] = th.Property(
    "voucher_days",
    th.IntegerType(minimum=0),
    default=90,
    title="Days for vouchers",
    description="PrestaShop: number of days after an order in which every run looks for a"
    " refund as a voucher, which moves no time of change. 0: never.",
)

_RESOURCES = {"transactions": "orders", "products": "products"}
_RESOURCES |= {"categories": "categories", "customers": "customers"}
_NEEDED = {
    "transactions": (
        *("orders", "order_details", "order_slip", "order_cart_rules", "cart_rules"),
        *("order_states", "customers", "currencies", "configurations"),
    ),
    "products": ("products", "combinations", "categories", "currencies", "configurations"),
    "categories": ("categories", "configurations", "currencies"),
    "customers": ("customers", "configurations", "currencies"),
}
_IDS_AT_ONCE = 1000
# Seconds of retries before a record counts as the cause of a failure.
_RIGHT_BUDGET = 5.0


class PrestaShop(Application):
    """A shop, or a multistore, with PrestaShop."""

    name: ClassVar[str] = "prestashop"
    label: ClassVar[str] = "PrestaShop"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        API_URL,
        WEBSERVICE_KEY,
        ID_SHOP,
        TIME_ZONE,
        VOUCHER_DAYS,
    )
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]] = (("webservice_key",),)
    # PHP sets the time of change before it saves an order, and modules may delay the saving
    # until the time limit of a request, which is a few minutes.
    lookback_seconds: ClassVar[int] = 300
    # The server needs about two milliseconds for each order, and the addresses of the requests
    # for their parts contain all their ids.
    page_size: ClassVar[int] = MOST_IDS
    full_lists = frozenset({"categories"})
    secondary_lists: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"transactions": ("order_slip", "vouchers")}
    )
    id_lists: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"transactions": (), "products": (), "customers": ()}
    )

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        credentials = chosen(settings, self.credential_groups)
        # The key is the user, and the password is empty. In an address it would be logged.
        address = required(settings, "api_url").rstrip("/").removesuffix("/api")
        client = JsonClient(
            address,
            auth=StaticHeaders(basic(credentials["webservice_key"], "")),
            user_agent=settings["user_agent"],
            timeout=settings["request_timeout"],
            hints=Hints(ON_REFUSED, ON_BAD_RESPONSE, exception_for=exception_for),
        )
        self._url = address
        self._zone = chosen_zone(settings)
        self._webservice = Webservice(client, str(settings["id_shop"]))
        self._lists = Lists(self._webservice, self.records_per_page(settings))
        self._voucher_days = int(settings["voucher_days"])

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        now = self._check_rights(streams)
        self._facts = ShopFacts(self._webservice, self._zone)
        record = {
            "name": self._facts.name,
            "url": self._url,
            "currency": self._facts.shop_currency,
            "time_zone": self._facts.clock.zone.key,
            "updated_at": format_utc(now),
        }
        return ShopInfo(record, now)

    def _check_rights(self, streams: Collection[str]) -> datetime:
        """Request one record of each resource, and return the shop's clock.

        Raises:
            TapError: The key may not read a resource. The message names all of them.
        """
        asked = {"transactions" if name in EMBEDDED else name for name in streams}
        of_streams = (its for name in sorted(asked) for its in _NEEDED.get(name, ()))
        needed = dict.fromkeys(["configurations", *of_streams])
        missing = []
        for resource in needed:
            # PHP checks the right before a record can make it fail. Settings never do.
            page_budget = None if resource == "configurations" else _RIGHT_BUDGET
            try:
                _, now = self._webservice.answer(
                    resource,
                    {"limit": "1"},
                    "[id]",
                    retry_budget=CONNECT_BUDGET,
                    page_budget=page_budget,
                )
            except MissingRightError:
                missing.append(resource)
            except PageError:
                continue
        if missing:
            msg = f"The key has no permission to read {', '.join(missing)}."
            raise TapError(
                msg,
                "Give the key the permission View (GET) for them in the shop (Advanced"
                " Parameters, Webservice), or deselect the streams that need them.",
            )
        return now

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        complete_until: str | None = None
        for number, rows in enumerate(self._read(stream, window), start=1):
            page = Page()
            if rows.places and stream not in self.full_lists:
                complete_until = self._reached(rows, complete_until)
                page.complete_until = complete_until or NOTHING_YET
            location = f"/api/{_RESOURCES[stream]}, page {number}"
            self._fill(stream, rows, page, location)
            yield page

    def _read(self, stream: str, window: Window) -> Iterator[Rows]:
        resource = _RESOURCES[stream]
        if stream in self.full_lists:
            return self._lists.by_id(resource)
        clock = self._facts.clock
        # Records without a time of change are before every time.
        is_new = window.since is None or window.since <= NOTHING_YET
        since = None if is_new else clock.first(window.since or "")
        return self._lists.changed(resource, since, clock.end(window.before))

    def _reached(self, rows: Rows, before: str | None) -> str | None:
        """Return the time of change until which a list is read; it never goes back."""
        times = []
        for row in rows.places:
            try:
                times.append(self._facts.clock.of(row, "date_upd"))
            except RecordError:
                continue
        return max(filter(None, [*times, before]), default=None)

    def _fill(self, stream: str, read: Rows, page: Page, location: str) -> None:
        """Add the records of a page, and rejects for those that the shop cannot produce."""
        normalize: Callable[[Record], NormalizedRecord]
        for place in read.unreadable:
            self._reject(stream, page, place, location)
        rows: Sequence[Record] = read.records
        if stream == "transactions":
            for orders, parts in readable_parts(self._webservice, rows):
                if parts is None:
                    self._reject(stream, page, orders[0], location)
                else:
                    self._collect_orders(orders, parts, page, location)
            return
        if stream == "products":
            combinations = read_combinations(self._webservice, rows)
            normalize = partial(normalize_product, combinations=combinations, facts=self._facts)
        elif stream == "categories":
            rows = [row for row in rows if not is_technical(row)]
            normalize = partial(normalize_category, facts=self._facts)
        else:
            # A guest has a row for each order. The row of a privacy module is not a person.
            rows = [
                row
                for row in rows
                if not flag(row.get("is_guest")) and not self._facts.is_anonymous(row)
            ]
            normalize = partial(normalize_customer, facts=self._facts)
        collect(stream, rows, page, normalize=normalize, location=location)

    def _collect_orders(
        self, orders: Sequence[Record], parts: Parts, page: Page, location: str
    ) -> None:
        normalize = partial(normalize_order, parts=parts, facts=self._facts)
        collect("transactions", orders, page, normalize=normalize, location=location)

    def _reject(self, stream: str, page: Page, place: Record, location: str) -> None:
        """Add a reject for a record that the shop cannot produce."""
        error = RecordError("unreadable", "PHP fails in the shop on the record.")
        known = {name: place[name] for name in ("id", "date_upd") if name in place}
        page.reject(stream, error, known, location=location, updated_at=None)

    @override
    def changed_ids(self, stream: str, name: str, window: Window) -> Iterator[ChangedIds]:
        if name == "order_slip":
            yield from slip_orders(self._lists, self._facts.clock, window)
        elif self._voucher_days:
            yield from voucher_orders(
                self._webservice, self._facts.clock, window, self._voucher_days
            )

    @override
    def pages_by_id(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        resource = _RESOURCES[stream]
        for batch in batches(ids, self._lists.page_size):
            rows, page = rows_with_ids(self._webservice, resource, batch), Page()
            self._fill(stream, rows, page, f"/api/{resource}, by id")
            yield page

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        for ids, is_last in self._lists.ids_below(_RESOURCES[stream], below, _IDS_AT_ONCE):
            yield IdPage({stream: ids}, is_last)
