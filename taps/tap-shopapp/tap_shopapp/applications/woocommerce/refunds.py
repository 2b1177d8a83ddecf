"""Refunds of orders, requested for a page of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import StatusError
from tap_shopapp.api.page_size import PAGE_BUDGET, PageSize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.applications.woocommerce.page_reader import PageReader
    from tap_shopapp.applications.woocommerce.paging import Lists
    from tap_shopapp.applications.woocommerce.rest_api import RestApi
    from tap_shopapp.pages import Record

_API = "/wp-json/wc/v3"
_AT_ONCE = 100
_NOT_FOUND = 404


class Refunds:
    """Reads refunds: with one request per page of orders since WooCommerce 9.0.

    Args:
        client: Sends the requests.
        pages: Requests the pages of the lists.
        lists: Reads lists to their end.

    Attributes:
        failing: Ids of refunds that make the shop fail.
    """

    def __init__(self, client: RestApi, pages: PageReader, lists: Lists) -> None:
        self._client = client
        self._pages = pages
        self._lists = lists
        self._is_listed = True
        self._size = PageSize(_AT_ONCE)
        self.failing: set[int] = set()

    def of(self, orders: list[Any]) -> Mapping[int, Record]:
        """Return the refunds of orders by id, without refunds that were deleted meanwhile."""
        named = {order["id"]: ids for order in orders if (ids := _refund_ids(order))}
        if self._is_listed and named:
            try:
                refunds = self._listed(
                    [refund_id for ids in named.values() for refund_id in ids]
                )
                return {refund["id"]: refund for refund in refunds}
            except StatusError as error:
                if error.status != _NOT_FOUND:
                    raise
                self._is_listed = False
        return {refund["id"]: refund for refund in self._by_order(named)}

    def _listed(self, ids: list[int]) -> Iterator[Record]:
        """Yield refunds, by pages of ids that the shop can produce."""

        def fetch(count: int) -> tuple[list[Any], int]:
            if not ids:
                return [], 0
            params = _included(ids[:count]) | {"dp": "6"}
            path = f"{_API}/refunds"
            return self._client.get_list(path, params, page_budget=PAGE_BUDGET).body, count

        def identify() -> int:
            params = _included(ids[:1]) | {"_fields": "id"}
            self._client.get_list(f"{_API}/refunds", params)
            return ids[0]

        def skip(refund_id: int) -> None:
            self.failing.add(refund_id)
            ids.remove(refund_id)

        while ids:
            found, count = self._size.read(fetch, identify, skip)
            yield from found
            del ids[:count]

    def _by_order(self, order_ids: Mapping[int, object]) -> Iterator[Record]:
        for order_id in order_ids:
            path = f"{_API}/orders/{order_id}/refunds"
            for page in self._lists.by_id(path, {"dp": "6"}):
                yield from page
            self.failing |= {its.record_id for its in self._pages.failing.pop(path, ())}


def _included(ids: list[int]) -> dict[str, str]:
    return {"include": ",".join(map(str, ids)), "per_page": str(_AT_ONCE)}


def _refund_ids(order: Any) -> list[int]:  # noqa: ANN401 - any JSON value
    """Return the ids of the refunds of an order; empty for other values."""
    refunds = order.get("refunds") if isinstance(order, dict) else None
    if not isinstance(refunds, list) or not isinstance(order.get("id"), int):
        return []
    ids = (refund.get("id") for refund in refunds if isinstance(refund, dict))
    return [refund_id for refund_id in ids if isinstance(refund_id, int)]
