"""Vendure's Admin API: connection, permissions, and pages of each stream."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import urlsplit

from typing_extensions import override

from tap_shopapp.api.graphql import Document, GraphQLClient, read_document
from tap_shopapp.api.http import JsonClient
from tap_shopapp.api.response import Hints
from tap_shopapp.applications.base import CONNECT_BUDGET, Application
from tap_shopapp.applications.settings import (
    ACCESS_TOKEN,
    API_URL,
    PASSWORD,
    TIME_ZONE,
    USERNAME,
    chosen,
    chosen_zone,
    required,
)
from tap_shopapp.applications.vendure.catalogue import (
    normalize_category,
    normalize_customer,
    normalize_product,
    rank,
)
from tap_shopapp.applications.vendure.errors import (
    ON_REFUSED_KEY,
    ON_REFUSED_LOGIN,
    exception_for,
    lacking,
)
from tap_shopapp.applications.vendure.orders import DEFAULT_CHANNEL, normalize_order
from tap_shopapp.applications.vendure.own_fields import with_own_fields
from tap_shopapp.applications.vendure.paging import just_before, list_pages
from tap_shopapp.applications.vendure.settings import (
    CHANNEL_TOKEN,
    make_auth,
)
from tap_shopapp.contract import EMBEDDED
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import Page, ShopInfo, Window
from tap_shopapp.records.money import minor_units
from tap_shopapp.records.normalize import collect
from tap_shopapp.records.timestamps import fixed_width, format_utc, utc_timestamp
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from singer_sdk import typing as th

    from tap_shopapp.records.normalize import NormalizedRecord

_SHOP, _ORDERS, _PRODUCTS, _COLLECTIONS, _CUSTOMERS = (
    read_document("vendure", name)
    for name in ("shop", "orders", "products", "collections", "customers")
)
_NEEDED = {
    "transactions": (_ORDERS, "ReadOrder"),
    "products": (_PRODUCTS, "ReadCatalog"),
    "categories": (_COLLECTIONS, "ReadCatalog"),
    "customers": (_CUSTOMERS, "ReadCustomer"),
}


class Vendure(Application):
    """A channel of a Vendure server."""

    name: ClassVar[str] = "vendure"
    label: ClassVar[str] = "Vendure"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        API_URL,
        ACCESS_TOKEN,
        USERNAME,
        PASSWORD,
        CHANNEL_TOKEN,
        TIME_ZONE,
    )
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("access_token",),
        ("username", "password"),
    )
    # Payments, refunds and shipments do not change the time of their order, so every run reads
    # recently placed orders again. Thirty days include the right of withdrawal (14 days in the
    # European Union), longer voluntary periods, and delivery.
    lookback_seconds: ClassVar[int] = 30 * 24 * 3600
    # Vendure's own limit is 1000, but each record costs several database queries.
    page_size: ClassVar[int] = 250
    full_lists = frozenset({"products", "categories"})

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        credentials = chosen(settings, self.credential_groups)
        address = required(settings, "api_url").rstrip("/")
        # The path is the default unless api_url contains one.
        path = urlsplit(address).path or "/admin-api"
        client = JsonClient(
            address.removesuffix(path),
            auth=make_auth(credentials, settings.get("channel_token"), path),
            user_agent=settings["user_agent"],
            timeout=settings["request_timeout"],
            hints=Hints(ON_REFUSED_KEY if "access_token" in credentials else ON_REFUSED_LOGIN),
        )
        self._take = self.records_per_page(settings)
        self._url = address.removesuffix(path)
        zone = chosen_zone(settings)
        self._time_zone = zone.key if zone else "UTC"
        self._client = GraphQLClient(client, path, exception_for=exception_for)
        self._prober = partial(GraphQLClient, client, path)

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        answer = self._client.execute(_SHOP, retry_budget=CONNECT_BUDGET)
        try:
            channel = answer.body["activeChannel"]
            server = answer.body["globalSettings"]["serverConfig"]
            self._channel = str(channel["code"])
            self._money = minor_units(int(server["moneyStrategyPrecision"]))
            self._orders = with_own_fields(_ORDERS, server, "Order")
            currency = text(channel["defaultCurrencyCode"])
        except (KeyError, TypeError, ValueError):
            msg = "The shop's response lacks its channel or its configuration."
            raise TapError(msg, "Check api_url, and that the shop runs Vendure 3.") from None
        self._check_permissions(streams)
        seller = (channel.get("seller") or {}).get("name")
        record = {
            "name": text(seller if self._channel == DEFAULT_CHANNEL else self._channel),
            "url": self._url,
            "currency": currency,
            "time_zone": self._time_zone,
            "updated_at": format_utc(answer.server_time),
        }
        return ShopInfo(record, answer.server_time)

    def _check_permissions(self, streams: Collection[str]) -> None:
        """Request one record of each type, since an API key cannot read its permissions."""
        asked = {"transactions" if name in EMBEDDED else name for name in streams}
        for stream, (document, permission) in _NEEDED.items():
            if stream in asked:
                self._prober(exception_for=lacking(permission)).execute(
                    self._orders if document is _ORDERS else document,
                    {"options": {"take": 1}},
                    retry_budget=CONNECT_BUDGET,
                )

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        normalize: Callable[[Any], NormalizedRecord]
        if stream == "transactions":
            lists, normalize = self._placed(window), partial(normalize_order, money=self._money)
        elif stream == "customers":
            lists, normalize = self._customers(window), normalize_customer
        elif stream == "products":
            lists = self._list(_PRODUCTS, "createdAt")
            normalize = partial(normalize_product, money=self._money, ranks=self._ranks)
        else:
            lists, normalize = iter(self._collections), normalize_category
        complete_until: str | None = None
        for number, rows in enumerate(lists, start=1):
            page = Page()
            if rows and stream not in self.full_lists:
                # The list is sorted by the record's own time; parts of an order change later. A
                # page may begin a millisecond before the end of the page before.
                last = utc_timestamp(rows[-1]["updatedAt"], "updatedAt") or ""
                complete_until = page.complete_until = max(last, complete_until or last)
            # Guests are customers without an account.
            taken = [row for row in rows if stream != "customers" or row.get("user")]
            location = f"{stream}, page {number}"
            collect(stream, taken, page, normalize=normalize, location=location)
            yield page

    def _placed(self, window: Window) -> Iterator[list[dict[str, Any]]]:
        """Yield orders that changed or were placed in a window, without carts."""
        filters: list[dict[str, Any]] = [
            {"orderPlacedAt": {"isNull": False}},
            {"updatedAt": {"before": window.before}},
        ]
        if window.since:
            since = {"after": just_before(window.since)}
            filters.append({"_or": [{"updatedAt": since}, {"orderPlacedAt": since}]})
        if self._channel == DEFAULT_CHANNEL:
            # The default channel also contains the sellers' parts of orders.
            filters.append({"type": {"notEq": "Seller"}})

        def is_asked_for(row: dict[str, Any]) -> bool:
            times = row["updatedAt"], row.get("orderPlacedAt")
            return (
                row.get("orderPlacedAt") is not None
                and any(_is_since(window, time) for time in times)
                and _is_before(window, row["updatedAt"])
                and not (self._channel == DEFAULT_CHANNEL and row.get("type") == "Seller")
            )

        return self._list(self._orders, "updatedAt", filters, is_asked_for)

    def _customers(self, window: Window) -> Iterator[list[dict[str, Any]]]:
        filters: list[dict[str, Any]] = [{"updatedAt": {"before": window.before}}]
        if window.since:
            filters.append({"updatedAt": {"after": just_before(window.since)}})

        def is_asked_for(row: dict[str, Any]) -> bool:
            time = row["updatedAt"]
            return _is_since(window, time) and _is_before(window, time)

        return self._list(_CUSTOMERS, "updatedAt", filters, is_asked_for)

    @cached_property
    def _collections(self) -> list[list[dict[str, Any]]]:
        """Pages of all collections; products need them to find their primary collection."""
        return list(self._list(_COLLECTIONS, "createdAt"))

    @cached_property
    def _ranks(self) -> dict[str, Any]:
        return {row["id"]: rank(row) for rows in self._collections for row in rows}

    def _list(
        self,
        document: Document,
        along: Literal["createdAt", "updatedAt"],
        filters: Sequence[dict[str, Any]] = (),
        is_asked_for: Callable[[dict[str, Any]], bool] = lambda _: True,
    ) -> Iterator[list[dict[str, Any]]]:
        return list_pages(
            self._client,
            document,
            along=along,
            filters=filters,
            is_asked_for=is_asked_for,
            take=self._take,
        )


def _is_since(window: Window, time: object) -> bool:
    """Whether a time is in a window; requests begin one millisecond before the window."""
    moment = _moment(time)
    if window.since is None or moment is None:
        return True
    return moment >= fixed_width(just_before(window.since))


def _is_before(window: Window, time: object) -> bool:
    moment = _moment(time)
    return moment is None or moment < window.before


def _moment(time: object) -> str | None:
    """Return a time in fixed width; null for an invalid time, which makes a reject."""
    try:
        return utc_timestamp(time, "time")
    except RecordError:
        return None
