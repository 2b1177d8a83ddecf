"""Resolvers of the fields of Shopify's API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from shop_fakes import shopify_records as records
from shop_fakes.shopify_connections import Connection
from shop_fakes.shopify_cost import own_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from graphql import GraphQLResolveInfo

    from shop_fakes.shopify import ShopifyServer
    from shop_fakes.shopify_access import Access

    Row = dict[str, Any]


@dataclass
class Answering:
    """One query during its execution.

    Attributes:
        access: Permissions of the app.
        version: Version of the API that answers.
        address: Address of the shop.
        is_bulk: Whether connections are read to their end.
        cost: Cost so far.
    """

    access: Access
    version: str
    address: str = ""
    is_bulk: bool = False
    cost: int = 0


def resolve(source: Any, info: GraphQLResolveInfo[Answering], **arguments: Any) -> Any:
    """Return the value of any field.

    Raises:
        GraphQLError: If the app cannot read the field, or the fake does not implement it.
    """
    info.context.access.check_field(info)
    missing = object()
    if isinstance(source, dict):
        value = source.get(info.field_name, missing)
    else:
        value = getattr(source, info.field_name, missing)
    if value is missing:
        name = f"{info.parent_type.name}.{info.field_name}"
        raise GraphQLError(f"The fake does not implement {name}.")
    if info.context.is_bulk and isinstance(value, Connection):
        value = value.whole(**arguments)
    elif callable(value):
        value = value(**arguments)
        info.context.access.check_node(value, info)
    elif arguments.keys() - {"first"}:
        raise GraphQLError(f"The fake does not implement arguments of {info.field_name}.")
    elif "first" in arguments:
        value = value[: arguments["first"]]
    if value is not None:
        many = len(value) if info.field_name == "nodes" else 1
        info.context.cost += many * own_cost(info.return_type)
    return value


class Root:
    """Root fields of queries and mutations, by their names in the schema."""

    def __init__(self, server: ShopifyServer, answering: Answering) -> None:
        self._server = server
        self._shop = server.shop
        self._answering = answering

    def bulkOperationRunQuery(self, query: str, *, groupObjects: bool) -> Row:  # noqa: N802, N803 - Shopify's name
        return self._server.bulk.run(self._answering.version, query, is_grouped=groupObjects)

    def shop(self) -> Row:
        about = self._shop.info
        return {
            "name": about["name"],
            "currencyCode": about["currency"],
            "ianaTimezone": about["time_zone"],
            "taxesIncluded": bool(about.get("prices_include_tax")),
            "primaryDomain": {"url": about["url"]},
            "allProductCategoriesList": self._used_categories,
        }

    def currentAppInstallation(self) -> Row:  # noqa: N802 - Shopify's name
        return {"accessScopes": [{"handle": each} for each in sorted(self._server.scopes)]}

    @property
    def orders(self) -> Any:
        return self._connection("transactions", self._orders)

    @property
    def products(self) -> Any:
        return self._connection("products", self._products)

    @property
    def customers(self) -> Any:
        return self._connection(
            "customers", lambda: map(records.customer, _left(self._shop.customers))
        )

    @property
    def collections(self) -> Any:
        return self._connection("categories", self._collections)

    @property
    def ordersCount(self) -> Any:  # noqa: N802 - Shopify's name
        return self.orders.count

    @property
    def productsCount(self) -> Any:  # noqa: N802 - Shopify's name
        return self.products.count

    @property
    def customersCount(self) -> Any:  # noqa: N802 - Shopify's name
        return self.customers.count

    @property
    def collectionsCount(self) -> Any:  # noqa: N802 - Shopify's name
        return self.collections.count

    @property
    def events(self) -> Any:
        return Connection(lambda: self._server.events)

    @property
    def bulkOperations(self) -> Any:  # noqa: N802 - Shopify's name
        return Connection(self._server.bulk.all, is_newest_first=True)

    def _connection(self, stream: str, rows: Callable[[], Iterable[Row]]) -> Connection:
        def altered(page: list[Row]) -> list[Row]:
            hidden = self._server.hidden
            shown = [
                row for row in page if (stream, row["id"].rpartition("/")[2]) not in hidden
            ]
            return self._server.alter(stream, shown)

        return Connection(rows, alter=altered)

    def node(self, id: str) -> Row | None:  # noqa: A002 - Shopify's name
        return self.nodes([id])[0]

    def nodes(self, ids: list[str]) -> list[Row | None]:
        kinds = {each.split("/")[3] for each in ids}
        rows = [row for kind in kinds for row in self._of_kind(kind, ids)]
        found = {row["id"]: row for row in rows}
        return [found.get(each) for each in ids]

    def _of_kind(self, kind: str, ids: list[str]) -> Iterator[Row]:
        if kind == "Order":
            yield from self._orders()
        elif kind == "Refund":
            for order in self._orders():
                yield from order["refunds"]
        elif kind == "Product":
            yield from self._products()
        elif kind == "TaxonomyCategory":
            yield from self._taxonomy()
        elif kind == "BulkOperation":
            looked = (self._server.bulk.look(each, self._answering.address) for each in ids)
            yield from filter(None, looked)
        else:
            raise GraphQLError(f"The fake finds no {kind} by its id.")

    def _orders(self) -> Iterator[Row]:
        for order in self._server.shown_orders():
            yield records.order(order, self._shop)

    def _products(self) -> Iterator[Row]:
        for product in _left(self._shop.products):
            yield records.product(product, self._shop, self._server.collections)

    def _collections(self) -> Iterator[Row]:
        for category in _left(self._shop.categories):
            if category["id"] in self._server.collections:
                yield records.collection(category)

    def _taxonomy(self) -> Iterator[Row]:
        for category in _left(self._shop.categories):
            if category["id"] not in self._server.collections:
                yield records.taxonomy_category(category, self._shop)

    def _used_categories(self) -> list[Row]:
        used = {
            product["category"]["id"] for product in self._products() if product["category"]
        }
        return [row for row in self._taxonomy() if row["id"] in used]


def _left(held: dict[str, Row]) -> Iterator[Row]:
    """Yield the records that were not deleted."""
    return (record for record in list(held.values()) if not record.get("deleted_at"))
