"""Completes records of Shopify: all rows of their connections, refunds, parent categories.

A page shows only the first rows of a connection inside a record. Records that were deleted
since their page was read are left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.shopify import documents
from tap_shopapp.applications.shopify.agreements import is_placement, may_have_changed
from tap_shopapp.applications.shopify.paging import Connections, GoneError, unfold

if TYPE_CHECKING:
    from tap_shopapp.api.graphql import Document, GraphQLClient

    Row = dict[str, Any]

# A query for this many refunds costs half of the maximum of one query.
_REFUNDS_AT_ONCE = 20
# A query for the agreements of this many orders stays below the maximum cost.
_CHANGED_ORDERS_AT_ONCE = 15
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

    def with_agreements(self, rows: list[Row]) -> list[Row]:
        """Return orders with their `agreements`, each with its `sales`.

        Only orders that changed after their placement are requested. A bulk operation cannot
        read sales, since they are nested too deeply.
        """
        changed = [row["id"] for row in rows if may_have_changed(row)]
        found: dict[str, list[Row]] = {}
        for start in range(0, len(changed), _CHANGED_ORDERS_AT_ONCE):
            ids = changed[start : start + _CHANGED_ORDERS_AT_ONCE]
            body = self._client.execute(documents.AGREEMENTS, {"ids": ids}).body
            # An order that was deleted in the meantime is null.
            for node in filter(None, body["nodes"]):
                with suppress(GoneError):
                    found[node["id"]] = self._agreements(node["id"], node["agreements"])
        for row in rows:
            row["agreements"] = found.get(row["id"], [])
        return rows

    def _agreements(self, order_id: str, connection: Row) -> list[Row]:
        agreements: list[Row] = []
        before: str | None = None
        while True:
            _, after = unfold(connection, documents.AGREEMENTS.name)
            for edge in connection["edges"]:
                agreement = edge["node"]
                sales, after_sale = unfold(agreement["sales"], documents.AGREEMENTS.name)
                while after_sale is not None and not is_placement(agreement):
                    [same] = self._more_agreements(order_id, before, after_sale)["edges"]
                    further, after_sale = unfold(
                        same["node"]["sales"], documents.MORE_AGREEMENTS.name
                    )
                    sales += further
                agreements.append({**agreement, "sales": sales})
                before = edge["cursor"]
            if after is None:
                return agreements
            connection = self._more_agreements(order_id, after)

    def _more_agreements(
        self, order_id: str, after: str | None, after_sale: str | None = None
    ) -> Row:
        """Return a page of one agreement after a cursor, with its sales after another one.

        Raises:
            GoneError: The order was deleted before all agreements were read.
        """
        variables = {"id": order_id, "after": after, "afterSale": after_sale}
        node = self._client.execute(documents.MORE_AGREEMENTS, variables).body.get("node")
        if node is None:
            raise GoneError
        connection: Row = node["agreements"]
        if not connection["edges"]:
            raise GoneError
        return connection

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
