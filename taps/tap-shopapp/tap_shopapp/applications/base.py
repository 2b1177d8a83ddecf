"""The interface of an application: everything that differs between shops.

An application is a folder with a subclass of `Application`. It reads an API and returns records
of the canonical contract. The tap does the rest: selection, stream maps, state, messages and
rejects.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from singer_sdk import typing as th

    from tap_shopapp.pages import (
        ChangedIds,
        DayTotal,
        IdPage,
        Page,
        SalesReport,
        ShopInfo,
        Window,
    )

CONNECT_BUDGET = 20.0
"""Seconds of retries when a run connects, so that a wrong address fails soon."""

NOTHING_YET = "1970-01-01T00:00:00.000000Z"
"""`Page.complete_until` of unsorted records, until the last page is read."""


class Application(ABC):
    """One kind of shop application.

    Attributes:
        name: The value of the setting `application`.
        label: The name of the software, for documentation.
        settings: Settings besides those of every application. Shared ones are in
            `tap_shopapp.applications.settings`.
        credential_groups: Groups of settings. Exactly one group must be set.
        lookback_seconds: Default number of seconds before the bookmark at which a run starts to
            read.
        page_size: Maximum number of records per page.
        full_lists: Streams without bookmark. Every run reads all records, and missing
            records count as deleted.
        secondary_lists: Names of other lists by stream. They report changes that do not move
            the time of change of a record, such as the refunds of an order.
        id_lists: Streams whose deletions leave no trace. Every run lists some of their ids, and
            the ids of the embedded streams that follow the name.
        is_incremental: Whether records have a time of change. If not, every run reads all.
        reports_totals: Whether the API reports totals by day.
        reports_sales: Whether the API has the shop's own sales report.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    settings: ClassVar[tuple[th.Property[Any], ...]]
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]]
    lookback_seconds: ClassVar[int]
    page_size: ClassVar[int]
    full_lists: frozenset[str] = frozenset()
    secondary_lists: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    id_lists: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    is_incremental: ClassVar[bool] = True
    reports_totals: ClassVar[bool] = False
    reports_sales: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Create the client; requests begin with `connect`."""

    @abstractmethod
    def connect(self, streams: Collection[str]) -> ShopInfo:
        """Check the credentials for the selected streams, and return the shop.

        Raises:
            TapError: The shop rejects the credentials, or a permission is missing.
        """

    @abstractmethod
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        """Yield the records that changed in a window, by page, in ascending order.

        Records follow `tap_shopapp.contract`, without `shop_id`, which the tap adds.
        """

    def changed_ids(self, stream: str, name: str, window: Window) -> Iterator[ChangedIds]:
        """Yield the ids of records whose entries in a secondary list changed in a window.

        Pages are in ascending order of `complete_until`. Only called for `secondary_lists`.
        """
        raise NotImplementedError

    def pages_by_id(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Yield the records with the ids, without deleted ones.

        Only called for streams with `secondary_lists`.
        """
        raise NotImplementedError

    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        """Yield pages of the list of a stream's ids, the highest id first.

        An id that a page skips counts as deleted. So a page continues without a gap from the
        page before, whatever was inserted or deleted since.

        Only called for streams with `id_lists`.

        Args:
            stream: The stream.
            below: Lower ids follow; null for a new list.
            listed: Number of ids of this list that earlier runs read.
        """
        raise NotImplementedError

    def totals(self, stream: str, window: Window) -> Mapping[str, DayTotal]:
        """Return the shop's own totals in a window, by UTC day of last change.

        Only called if `reports_totals` is true.
        """
        raise NotImplementedError

    def sales_report(self, first: date, last: date) -> SalesReport:
        """Return the shop's own sales report of a period, in days of the shop's time zone.

        Only called if `reports_sales` is true.
        """
        raise NotImplementedError

    @classmethod
    def records_per_page(cls, settings: Mapping[str, Any]) -> int:
        """Return the number of records per request: the setting, at most the maximum."""
        return min(int(settings.get("page_size") or cls.page_size), cls.page_size)
