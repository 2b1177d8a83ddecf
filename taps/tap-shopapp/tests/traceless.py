"""A shop whose refunds do not move orders, and whose deleted orders leave no trace.

It is a ShopApp with two lists that it reads from the demo shop: the log of its refunds, and the
ids of its orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tap_shopapp.applications.shopapp.client import ShopApp
from tap_shopapp.pages import ChangedIds, IdPage, Page
from tap_shopapp.records.normalize import NormalizedRecord, collect
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shopapp_demo.shop import Shop
    from tap_shopapp.pages import Window

PAGE = 3


class TracelessShopApp(ShopApp):
    """A ShopApp with a list of refunds and a list of ids.

    Attributes:
        shop: The demo shop behind the server.
        refund_log: Time and order of each refund.
        requests: What was requested of the two lists and by id.
        changes: Called after each request of a page of ids.
    """

    secondary_lists: ClassVar[Mapping[str, tuple[str, ...]]] = {"transactions": ("refund_log",)}
    id_lists: ClassVar[Mapping[str, tuple[str, ...]]] = {"transactions": ("refunds",)}
    shop: ClassVar[Shop]
    refund_log: ClassVar[list[tuple[str, str]]]
    requests: ClassVar[list[tuple[str, object]]]
    changes: ClassVar[list[Callable[[], None]]]

    @override
    def changed_ids(self, stream: str, name: str, window: Window) -> Iterator[ChangedIds]:
        self.requests.append((name, window.since))
        log = sorted(
            entry
            for entry in self.refund_log
            if (window.since or "") <= entry[0] < window.before
        )
        for start in range(0, len(log), PAGE):
            entries = log[start : start + PAGE]
            yield ChangedIds([order_id for _, order_id in entries], entries[-1][0])

    @override
    def pages_by_id(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        self.requests.append(("by id", list(ids)))
        page = Page()
        orders = [
            self.shop.transactions[each] for each in ids if each in self.shop.transactions
        ]
        collect(stream, orders, page, normalize=NormalizedRecord, location="by id")
        yield page

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        while True:
            self.requests.append(("ids", below))
            ids = sorted(
                (
                    int(each)
                    for each in self.shop.transactions
                    if not below or int(each) < int(below)
                ),
                reverse=True,
            )
            shown = [str(each) for each in ids[:PAGE]]
            refunds = [
                refund["id"]
                for each in shown
                for refund in self.shop.transactions[each]["refunds"]
            ]
            for change in self.changes:
                change()
            is_last = len(ids) <= PAGE
            yield IdPage({"transactions": shown, "refunds": refunds}, is_last)
            if is_last:
                return
            below = shown[-1]
