"""Refunds of orders, requested for a page of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import StatusError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.api.http import JsonClient
    from tap_shopapp.applications.woocommerce.paging import Lists
    from tap_shopapp.pages import Record

_API = "/wp-json/wc/v3"
_AT_ONCE = 100
_NOT_FOUND = 404


class Refunds:
    """Reads refunds: with one request per page of orders since WooCommerce 9.0.

    Args:
        client: Sends the requests.
        lists: Reads lists to their end.
    """

    def __init__(self, client: JsonClient, lists: Lists) -> None:
        self._client = client
        self._lists = lists
        self._is_listed = True

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
        for start in range(0, len(ids), _AT_ONCE):
            included = ",".join(map(str, ids[start : start + _AT_ONCE]))
            params = {"include": included, "per_page": str(_AT_ONCE), "dp": "6"}
            yield from self._client.get_list(f"{_API}/refunds", params).body

    def _by_order(self, order_ids: Mapping[int, object]) -> Iterator[Record]:
        for order_id in order_ids:
            path = f"{_API}/orders/{order_id}/refunds"
            for page in self._lists.by_id(path, {"dp": "6"}):
                yield from page


def _refund_ids(order: Any) -> list[int]:  # noqa: ANN401 - any JSON value
    """Return the ids of the refunds of an order; empty for other values."""
    refunds = order.get("refunds") if isinstance(order, dict) else None
    if not isinstance(refunds, list) or not isinstance(order.get("id"), int):
        return []
    ids = (refund.get("id") for refund in refunds if isinstance(refund, dict))
    return [refund_id for refund_id in ids if isinstance(refund_id, int)]
