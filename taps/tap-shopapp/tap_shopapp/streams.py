"""The streams that are not plain: the shop, its orders, what stands in them, rejects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_shopapp.applications.base import Page
from tap_shopapp.page_sync import PageStream

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShopsStream(PageStream):
    """The shop itself: one record, so that an empty shop is a valid one."""

    @override
    def read_pages(self) -> Iterator[Page]:
        record = {"application": self.tap.application.name, **self.tap.shop.record}
        yield Page(records=[record])


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
