"""A fake Vendure: executes its schema over a shop in the form of the ShopApp API.

It enforces the measured behaviour of a real Vendure:

- Errors come with status 200.
- The filter `after` excludes its bound.
- Answers have milliseconds but rows have finer times, so both are never equal.
- The parts of an order come in arbitrary sequence.
- Cancelled lines are removed from their order.
- Orders cannot be deleted.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zlib import crc32

import orjson
from graphql import DocumentNode, GraphQLError, build_schema, execute_sync, parse, validate
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from shop_fakes.base import FakeShop, unaltered
from shop_fakes.vendure_records import RECORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from graphql import GraphQLFormattedError, GraphQLResolveInfo, GraphQLSchema
    from shopapp_demo.shop import Shop

    from shop_fakes.base import Alter

    Info = GraphQLResolveInfo[Request]

KEY = "canary-of-vendure"
USER = {"username": "reader", "password": "canary-of-a-password"}
CHANNEL = "canary-of-a-channel"
SCHEMA = files("shop_fakes") / "vendure.graphql"


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text())


@cache
def _checked(query: str) -> tuple[DocumentNode, list[GraphQLFormattedError]]:
    """Return a query and its errors; cached, as the tap repeats its queries."""
    document = parse(query)
    return document, [error.formatted for error in validate(_schema(), document)]


def _json(content: object, status: int = 200) -> Response:
    return Response(
        orjson.dumps(content), status=status, content_type="application/json; charset=utf-8"
    )


class VendureServer:
    """The API over a shop.

    Attributes:
        shop: The shop.
        keys: Valid API keys.
        tokens: Valid session tokens; each login adds one.
        permissions: Permissions of all keys and tokens.
        own_fields: Whether orders have custom fields.
        largest_page: Maximum page size of the configuration.
        more: Further rows by stream, as the API answers them.
        lists: Number of list pages that were answered.
        alter: Changes the records of a page, to break a rule of the API.
        hidden: Stream and id of each record that lists count but no page contains.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.keys = {KEY}
        self.tokens: list[str] = []
        self.permissions = {"ReadOrder", "ReadCatalog", "ReadCustomer"}
        self.logins = 0
        self.own_fields = True
        self.largest_page = 1000
        self.more: dict[str, list[dict[str, Any]]] = {}
        self.lists = 0
        self.alter: Alter = unaltered
        self.hidden: Collection[tuple[str, str]] = ()

    def answer(self, request: Request) -> Response:
        """Answer as `/admin-api` does."""
        payload = request.get_json()
        document, errors = _checked(payload["query"])
        if errors:
            return _json({"errors": errors}, status=400)
        result = execute_sync(
            _schema(),
            document,
            root_value=self,
            context_value=request,
            variable_values=payload["variables"],
            type_resolver=lambda value, *_: value["__typename"],
        )
        response = _json(result.formatted)
        if "mutation Login" in payload["query"] and self.tokens:
            response.headers["vendure-auth-token"] = self.tokens[-1]
        return response

    # Resolvers of the schema's root fields, by their names.

    def login(self, _info: Info, **credentials: str) -> dict[str, str]:
        if credentials != USER:
            return {"__typename": "InvalidCredentialsError", "message": "Invalid credentials"}
        self.logins += 1
        self.tokens.append(f"canary-of-session-{self.logins}")
        return {"__typename": "CurrentUser", "identifier": "reader"}

    def activeChannel(self, info: Info) -> dict[str, Any]:  # noqa: N802 - Vendure's name
        self._authorize(info)
        return {
            "code": "__default_channel__",
            "defaultCurrencyCode": self.shop.info["currency"],
            "pricesIncludeTax": False,
            "seller": {"name": self.shop.info["name"]},
        }

    def globalSettings(self, info: Info) -> dict[str, Any]:  # noqa: N802 - Vendure's name
        self._authorize(info)
        fields = [
            {"__typename": "TextCustomFieldConfig", "name": "landingUrl", "type": "text"},
            {"__typename": "TextCustomFieldConfig", "name": "referrer", "type": "text"},
            {"__typename": "TextCustomFieldConfig", "name": "idSendLog", "type": "text"},
            {"__typename": "TextCustomFieldConfig", "name": "idBatch", "type": "text"},
            {"__typename": "RelationCustomFieldConfig", "name": "gift", "type": "relation"},
        ]
        config = [{**field, "list": False} for field in fields]
        listed = [{"entityName": "Order", "customFields": config}] if self.own_fields else []
        return {"serverConfig": {"moneyStrategyPrecision": 2, "entityCustomFields": listed}}

    def orders(self, info: Info, options: dict[str, Any]) -> dict[str, Any]:
        return self._list(info, "transactions", "ReadOrder", options)

    def products(self, info: Info, options: dict[str, Any]) -> dict[str, Any]:
        return self._list(info, "products", "ReadCatalog", options)

    def collections(self, info: Info, options: dict[str, Any]) -> dict[str, Any]:
        return self._list(info, "categories", "ReadCatalog", options)

    def customers(self, info: Info, options: dict[str, Any]) -> dict[str, Any]:
        return self._list(info, "customers", "ReadCustomer", options)

    def _authorize(self, info: Info, permission: str = "") -> None:
        headers = info.context.headers
        bearer = headers.get("Authorization", "").removeprefix("Bearer ")
        if headers.get("vendure-token", CHANNEL) != CHANNEL:
            raise GraphQLError("", extensions={"code": "CHANNEL_NOT_FOUND"})
        is_known = headers.get("vendure-api-key") in self.keys or bearer in self.tokens
        if not is_known or (permission and permission not in self.permissions):
            raise GraphQLError("", extensions={"code": "FORBIDDEN"})

    def _list(
        self, info: Info, stream: str, permission: str, options: dict[str, Any]
    ) -> dict[str, Any]:
        self._authorize(info, permission)
        if options["take"] > self.largest_page:
            raise GraphQLError("", extensions={"code": "USER_INPUT_ERROR"})
        held = [*RECORDS[stream](self.shop), *self.more.get(stream, ())]
        rows = [row for row in held if _meets(row, options.get("filter") or {})]
        total = len(rows)
        rows = [row for row in rows if (stream, row["id"]) not in self.hidden]
        # Rows with equal times come in another order with each request.
        self.lists += 1
        rows.sort(key=lambda row: crc32(f"{self.lists} {row['id']}".encode()))
        # Input objects have the order of the schema's fields, not of the query.
        for name in reversed(options.get("sort") or {}):
            rows.sort(key=lambda row: int(row[name]) if name == "id" else str(row[name]))
        return {"items": self.alter(stream, rows[: options["take"]]), "totalItems": total}


def _meets(row: dict[str, Any], conditions: dict[str, Any]) -> bool:
    """Return whether a row meets all conditions of a filter."""
    return all(_meets_one(row, name, condition) for name, condition in conditions.items())


def _meets_one(row: dict[str, Any], name: str, condition: Any) -> bool:
    if name in ("_and", "_or"):
        return (all if name == "_and" else any)(_meets(row, each) for each in condition)
    value = row[name]
    [(operator, operand)] = condition.items()
    if operator == "isNull":
        return bool((value is None) == operand)
    if operator == "notIn":
        return value not in operand
    if operator == "notEq":
        return bool(value != operand)
    # A time that is written without microseconds has 456 of them.
    finer = f"{value.removesuffix('Z')}456" if value else ""
    limit = f"{operand.removesuffix('Z')[:23]}000"
    return bool(value) and (finer > limit if operator == "after" else finer < limit)


@contextmanager
def serve_fake(shop: Shop) -> Iterator[FakeShop]:
    """Serve a shop; its cancelled orders are as Vendure leaves them."""
    for order in list(shop.transactions.values()):
        if order["cancelled_at"]:
            shop.put("transactions", _cancelled(order))
    server = VendureServer(shop)
    fake = FakeShop(
        shop,
        {},
        lacks={},
        # The API cannot delete orders; this is a deletion in the database.
        delete_order=lambda order_id: shop.remove("transactions", order_id),
        tells_deletions=False,
        withdraw={
            "all": server.keys.clear,
            "orders": lambda: server.permissions.remove("ReadOrder"),
        },
    )

    def answer(request: Request) -> Response:
        fake.count()
        server.alter, server.hidden = fake.alter, fake.hidden
        return server.answer(request)

    with HTTPServer(host="127.0.0.1", threaded=True) as http:
        http.expect_request("/admin-api", method="POST").respond_with_handler(answer)
        fake.settings = {"api_url": http.url_for("").rstrip("/"), "access_token": KEY}
        yield fake


def _cancelled(order: dict[str, Any]) -> dict[str, Any]:
    """Return a cancelled order: only the shipping remains."""
    nothing = {
        "quantity": "0",
        "discount_amount": "0",
        "tax_amount": "0",
        "status": "cancelled",
    }
    left = {
        "gross_amount": "0",
        "discount_amount": "0",
        "tax_amount": order["shipping_tax_amount"],
        "total_amount": "5.50" if order["currency"] != "JPY" else "550",
    }
    return {**order, **left, "items": [{**line, **nothing} for line in order["items"]]}
