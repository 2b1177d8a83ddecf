"""Streams with special behavior: the shop, orders, embedded and system streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_shopapp.contract import EMBEDDED, SHOPS, SYSTEM_STREAMS, TRANSACTIONS
from tap_shopapp.pages import Page
from tap_shopapp.sync.catch_up_stream import CatchUpStream
from tap_shopapp.sync.page_stream import PageStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Tap

    from tap_shopapp.sync.run import SyncRun


class ShopsStream(PageStream):
    """The shop itself: one record, so that an empty shop is valid too."""

    @override
    def read_pages(self) -> Iterator[Page]:
        shop = self.run.shop
        if shop.is_partial:
            record = dict.fromkeys(SHOPS.fields) | shop.record
            yield Page(records=[record], fields_present={self.name: frozenset(shop.record)})
        else:
            yield Page(records=[{"application": self.run.application.name, **shop.record}])


class SystemStream(PageStream):
    """Records that other streams write, such as rejects, deleted orders and lists of ids."""

    def __init__(self, tap: Tap, name: str, run: SyncRun) -> None:
        super().__init__(tap, name, run)
        run.system_streams[name] = self

    @override
    def read_pages(self) -> Iterator[Page]:
        yield from ()


class TransactionsStream(CatchUpStream):
    """Orders. Their items and refunds come with the same page."""


class EmbeddedStream(PageStream):
    """Records inside an order. They are never requested separately."""

    parent_stream_type = TransactionsStream
    state_partitioning_keys = ()


STREAM_TYPES: dict[str, type[PageStream]] = {
    SHOPS.name: ShopsStream,
    **dict.fromkeys(SYSTEM_STREAMS, SystemStream),
    TRANSACTIONS.name: TransactionsStream,
    **dict.fromkeys(EMBEDDED, EmbeddedStream),
}
"""The class of each stream; streams that are not in it are plain `CatchUpStream`s."""
