"""Adobe Commerce: connection, permissions, and pages of each stream."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from singer_sdk import typing as th
from typing_extensions import override

from tap_shopapp.api.http import JsonClient
from tap_shopapp.applications.adobe_commerce.auth import hints, make_auth, root_path
from tap_shopapp.applications.adobe_commerce.catalogue import (
    is_category,
    normalize_category,
    normalize_customer,
    normalize_product,
    variants_of,
)
from tap_shopapp.applications.adobe_commerce.orders import normalize_order
from tap_shopapp.applications.adobe_commerce.page_reader import PageReader
from tap_shopapp.applications.adobe_commerce.paging import Lists
from tap_shopapp.applications.adobe_commerce.permissions import Permissions
from tap_shopapp.applications.adobe_commerce.search import (
    CATEGORIES,
    CREDIT_MEMOS,
    CUSTOMERS,
    ON_BAD_RESPONSE,
    ORDERS,
    PRODUCTS,
    STORE_CONFIGS,
)
from tap_shopapp.applications.base import Application
from tap_shopapp.applications.settings import (
    ACCESS_TOKEN,
    API_URL,
    CLIENT_ID,
    CLIENT_SECRET,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    PASSWORD,
    USERNAME,
    chosen,
    required,
)
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import ChangedIds, IdPage, Page, ShopInfo
from tap_shopapp.records.normalize import collect
from tap_shopapp.records.timestamps import fixed_width, format_utc
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tap_shopapp.pages import Record, Window

ACCESS_TOKEN_SECRET: th.Property[str] = th.Property(
    "access_token_secret",
    th.StringType,
    secret=True,
    title="Access token secret",
    description="Adobe Commerce: access token secret of the integration, for OAuth 1.0a.",
)
IMS_ORG_ID: th.Property[str] = th.Property(
    "ims_org_id",
    th.StringType,
    title="IMS organization",
    description="Adobe Commerce as a Cloud Service: id of the organization, with client_id and"
    " client_secret of a project in the Adobe Developer Console.",
)

_LISTS = {
    "transactions": (ORDERS, CREDIT_MEMOS),
    "products": (PRODUCTS,),
    "categories": (CATEGORIES,),
    "customers": (CUSTOMERS,),
}
_FAILS = RecordError(
    "unreadable",
    "The shop fails on this record. The tap reads it again when it changes, or in a run with"
    " backfill_since and backfill_before.",
)
_CREDIT_MEMOS = "credit_memos"
# Ids are short, so a page of them can be longer. The shop may limit pages to 300 records.
_IDS_PER_RECORD = 3


class AdobeCommerce(Application):
    """A shop with Adobe Commerce or Magento Open Source."""

    name: ClassVar[str] = "adobe_commerce"
    label: ClassVar[str] = "Adobe Commerce"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        API_URL,
        ACCESS_TOKEN,
        CONSUMER_KEY,
        CONSUMER_SECRET,
        ACCESS_TOKEN_SECRET,
        USERNAME,
        PASSWORD,
        CLIENT_ID,
        CLIENT_SECRET,
        IMS_ORG_ID,
    )
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("access_token",),
        ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
        ("username", "password"),
        ("client_id", "client_secret", "ims_org_id"),
    )
    # PHP sets the time of change before it commits an order. Observers may delay the commit
    # until the time limit of a request, which is a few minutes.
    lookback_seconds: ClassVar[int] = 300
    page_size: ClassVar[int] = 100
    full_lists = frozenset({"categories"})
    # A module may save a credit memo without its order.
    secondary_lists: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"transactions": (_CREDIT_MEMOS,)}
    )
    id_lists: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {"transactions": (), "products": (), "customers": ()}
    )

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        credentials = chosen(settings, self.credential_groups)
        self._client = JsonClient(
            required(settings, "api_url"),
            auth=make_auth(credentials),
            user_agent=settings["user_agent"],
            timeout=settings["request_timeout"],
            hints=hints(credentials),
        )
        self._root = root_path(credentials)
        self._pages = PageReader(self._client, self._root, self.records_per_page(settings))
        self._lists = Lists(self._pages)
        self._permissions = Permissions(
            self._client, self._root, self._pages, has_login="access_token" not in credentials
        )
        self._currency: str | None = None
        self._images: str | None = None

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        lists = [its for stream, lists in _LISTS.items() if stream in streams for its in lists]
        answer = self._permissions.check(lists)
        # The first store view is that of the installation.
        try:
            store: Record = min(answer.body, key=lambda its: its["id"])
            url = text(store.get("secure_base_url")) or store["base_url"]
            self._currency = text(store["base_currency_code"])
            zone = text(store["timezone"])
        except (KeyError, TypeError, ValueError, AttributeError):
            msg = f"The shop's response to {STORE_CONFIGS} has no store view."
            raise TapError(msg, ON_BAD_RESPONSE) from None
        media = text(store.get("secure_base_media_url"))
        self._images = f"{media.rstrip('/')}/catalog/product" if media else None
        record = {
            "name": urlsplit(url).hostname or "",
            "url": url,
            "currency": self._currency,
            "time_zone": zone,
            "updated_at": format_utc(answer.server_time),
        }
        return ShopInfo(record, answer.server_time)

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        listed = _LISTS[stream][0]
        pages = (
            self._lists.changed(listed, window)
            if listed.has_times
            else self._lists.by_id(listed)
        )
        for number, rows in enumerate(pages, start=1):
            yield self._page(stream, rows, f"{listed.path}, page {number}")

    def _page(
        self, stream: str, rows: list[Record], location: str, *, are_refunded: bool = False
    ) -> Page:
        page = Page()
        add = partial(collect, stream, page=page, location=location)
        if stream == "transactions":
            refunded = rows if are_refunded else list(filter(_may_be_refunded, rows))
            add(rows, normalize=normalize_order(self._credit_memos(refunded)))
        elif stream == "products":
            variants = variants_of(self._lists, rows)
            add(rows, normalize=normalize_product(variants, self._currency, self._images))
        elif stream == "categories":
            add([row for row in rows if is_category(row)], normalize=normalize_category)
        else:
            add(rows, normalize=normalize_customer)
        self._reject_failing(stream, page)
        return page

    def _reject_failing(self, stream: str, page: Page) -> None:
        """Add rejects for the records since the last page that make the shop fail.

        A full list with a reject does not detect deletions.
        """
        for path, record in self._pages.failing:
            failing = {"location": path, "id": str(record.record_id)}
            changed_at = record.changed_at and fixed_width(f"{record.changed_at}Z")
            page.reject(stream, _FAILS, failing, location=path, updated_at=changed_at)
        self._pages.failing.clear()

    def _credit_memos(self, orders: Sequence[Record]) -> Mapping[int, list[Record]]:
        """Return the credit memos of orders by order."""
        ids = [str(order["entity_id"]) for order in orders]
        memos: defaultdict[int, list[Record]] = defaultdict(list)
        for page in self._lists.having(CREDIT_MEMOS, "order_id", ids):
            for memo in page:
                memos[memo["order_id"]].append(memo)
        return memos

    @override
    def changed_ids(self, stream: str, name: str, window: Window) -> Iterator[ChangedIds]:
        for memos in self._lists.changed(CREDIT_MEMOS, window):
            if memos:
                # A page has all credit memos of its seconds.
                until = fixed_width(f"{memos[-1]['updated_at']}Z")
                yield ChangedIds([str(memo["order_id"]) for memo in memos], until)

    @override
    def pages_by_id(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        listed = _LISTS[stream][0]
        # A module may save a credit memo without any change of its order.
        for rows in self._lists.having(listed, "entity_id", ids):
            yield self._page(stream, rows, listed.path, are_refunded=True)

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        source = _LISTS[stream][0]
        while True:
            ids, is_last = self._lists.ids_below(
                source, below, _IDS_PER_RECORD * self._pages.largest
            )
            failing = Page()
            self._reject_failing(stream, failing)
            yield IdPage({stream: ids}, is_last, (failing,) if failing.rejected else ())
            if is_last:
                return
            below = ids[-1]


def _may_be_refunded(order: Record) -> bool:
    """Return whether an order may have credit memos. They may be over an amount of 0."""
    items = order.get("items")
    return order.get("total_refunded") is not None or any(
        item.get("qty_refunded")
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict)
    )
