"""Completes records of Shopify: all rows of their connections, refunds, parent categories.

A page shows only the first rows of a connection inside a record. Records that were deleted
since their page was read are left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.shopify import documents
from tap_shopapp.applications.shopify.paging import Connections, GoneError

if TYPE_CHECKING:
    from tap_shopapp.api.graphql import Document, GraphQLClient

    Row = dict[str, Any]

# A query for this many refunds costs half of the maximum of one query.
_REFUNDS_AT_ONCE = 20
_CATEGORIES_AT_ONCE = 50
_ORDER_CONNECTIONS = (
    ("lines", "lineItems", documents.MORE_LINES),
    ("shipping", "shippingLines", documents.MORE_SHIPPING),
)
_PRODUCT_CONNECTIONS = (
    ("variants", "variants", documents.MORE_VARIANTS),
    ("collections", "collections", documents.MORE_COLLECTIONS),
)


class Completion:
    """Requests what a page of records does not contain.

    Args:
        client: Sends the queries.
        connections: Reads connections to their end.
    """

    def __init__(self, client: GraphQLClient, connections: Connections) -> None:
        self._client = client
        self._connections = connections

    def orders(self, rows: list[Row]) -> list[Row]:
        """Return orders with all of their `lines` and `shipping` lines."""
        return self._completed(rows, _ORDER_CONNECTIONS)

    def products(self, rows: list[Row]) -> list[Row]:
        """Return products with all of their `variants` and `collections`."""
        return self._completed(rows, _PRODUCT_CONNECTIONS)

    def _completed(
        self, rows: list[Row], connections: tuple[tuple[str, str, Document], ...]
    ) -> list[Row]:
        completed = []
        for row in rows:
            record = dict(row)
            try:
                for name, connection, more in connections:
                    record[name] = self._connections.whole(
                        record.pop(connection), more, row["id"]
                    )
            except GoneError:
                continue
            completed.append(record)
        return completed

    def with_refunds(self, rows: list[Row]) -> list[Row]:
        """Return orders with the `lines` of each refund."""
        found = self._refunded_lines([its["id"] for row in rows for its in row["refunds"]])
        for row in rows:
            for refund in row["refunds"]:
                refund["lines"] = found.get(refund["id"], [])
        return rows

    def _refunded_lines(self, refund_ids: list[str]) -> dict[str, list[Row]]:
        """Return the lines of refunds by refund. In the query of orders they cost too much."""
        found = {}
        for start in range(0, len(refund_ids), _REFUNDS_AT_ONCE):
            ids = refund_ids[start : start + _REFUNDS_AT_ONCE]
            for node in self._client.execute(documents.REFUNDS, {"ids": ids}).body["nodes"]:
                # A refund of an order that was deleted in the meantime is missing.
                with suppress(GoneError):
                    if node:
                        found[node["id"]] = self._connections.whole(
                            node["refundLineItems"], documents.MORE_REFUND_LINES, node["id"]
                        )
        return found

    def taxonomy(self) -> list[Row]:
        """Return the taxonomy categories of products, and all categories above them."""
        body = self._client.execute(documents.TAXONOMY).body
        found = {row["id"]: row for row in body["shop"]["allProductCategoriesList"]}
        above = {its for row in found.values() for its in row["ancestorIds"]} - found.keys()
        ids = sorted(above)
        for start in range(0, len(ids), _CATEGORIES_AT_ONCE):
            variables = {"ids": ids[start : start + _CATEGORIES_AT_ONCE]}
            nodes = self._client.execute(documents.ANCESTORS, variables).body["nodes"]
            found.update({node["id"]: node for node in nodes if node})
        return list(found.values())
