"""The streams that are not plain: the shop, its orders, what stands in them, rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_shopapp.contract import SHOPS
from tap_shopapp.pages import Page
from tap_shopapp.sync.page_stream import PageStream

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShopsStream(PageStream):
    """The shop itself: one record, so that an empty shop is a valid one."""

    @override
    def read_pages(self) -> Iterator[Page]:
        shop = self.tap.shop
        if shop.is_partial:
            whole = dict.fromkeys(SHOPS.fields) | shop.record
            yield Page(records=[whole], stated={self.name: frozenset(shop.record)})
        else:
            yield Page(records=[{"application": self.tap.application.name, **shop.record}])


class AsideStream(PageStream):
    """Records that other streams write as they go: what none could take, which lists end."""

    @override
    def read_pages(self) -> Iterator[Page]:
        yield from ()


class TransactionsStream(PageStream):
    """Orders, with their lines and refunds on the same page."""


class EmbeddedStream(PageStream):
    """Records that stand inside an order; never asked for by themselves."""

    parent_stream_type = TransactionsStream
    state_partitioning_keys = ()
