"""A fake Shopify: executes the published schema over a shop in the form of the ShopApp API.

Types, fields, arguments and scopes follow the schema. The rest follows the documentation:
errors come with status 200, queries have a cost, orders older than 60 days are silently
missing, categories belong to one taxonomy, and collections exist next to them. Fields that the
fake does not implement are errors, never null.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

import orjson
from graphql import execute_sync
from werkzeug import Request, Response
from werkzeug.http import http_date

from shop_fakes import shopify_access as access
from shop_fakes.base import FakeShop, unaltered
from shop_fakes.logical_shop import now, written
from shop_fakes.serving import serve_answers
from shop_fakes.shopify_bulk import BulkOperations
from shop_fakes.shopify_cost import LIMIT, Bucket, requested_cost
from shop_fakes.shopify_ids import gid
from shop_fakes.shopify_query import Answering, Root, resolve
from shop_fakes.shopify_schema import VERSIONS, checked, load, require_schemas

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from graphql import DocumentNode, ExecutionResult
    from shopapp_demo.shop import Record, Shop

    from shop_fakes.base import Alter


TOKEN = "canary-of-shopify"
CLIENT = {"client_id": "canary-of-an-app", "client_secret": "canary-of-an-apps-secret"}
_PATH = re.compile(r"/admin/api/([^/]+)/graphql\.json")
_SHOWN = timedelta(days=60)
_INVALID = "[API] Invalid API key or access token (unrecognized login or wrong password)"


class ShopifyServer:
    """The API over a shop. The server first arranges the categories as Shopify stores them.

    Attributes:
        shop: The shop.
        collections: Categories that are collections; the others belong to the taxonomy.
        tokens: Valid access tokens; an app that authenticates gets a new one.
        clients: Secrets of apps that may request a token, by client id.
        scopes: Scopes of all tokens.
        kept_from_app: Fields that the app cannot read, such as `Customer.firstName`.
        is_closed: Whether the shop is closed.
        bucket: Pays for queries.
        throttles_by_status: Whether an empty bucket is answered with status 429.
        events: Events of the shop, except the creation of its orders.
        bulk: The app's bulk operations.
        alter: Changes the records of a page of a list, to break a rule of the API.
        hidden: Stream and id of each record that lists count but no page contains.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.collections = _lay_out(shop)
        self.tokens = {TOKEN}
        self.clients = {CLIENT["client_id"]: CLIENT["client_secret"]}
        self.scopes = {"read_orders", "read_products", "read_customers"}
        self.kept_from_app: set[str] = set()
        self.is_closed = False
        self.bucket = Bucket()
        self.throttles_by_status = False
        self.events: list[dict[str, Any]] = []
        self.bulk = BulkOperations(self._read_to_the_end, now=lambda: now(shop))
        self.alter: Alter = unaltered
        self.hidden: Collection[tuple[str, str]] = ()
        self._token_count = 0

    def delete_order(self, order_id: str) -> None:
        """Delete an order as Shopify does: only the event remains."""
        moment = now(self.shop)
        gone = {"updated_at": moment, "deleted_at": moment}
        self.shop.put("transactions", self.shop.transactions[order_id] | gone)
        self.note("destroy", "Order", order_id, moment)

    def note(self, action: str, kind: str, plain: str, moment: str) -> None:
        """Add an event of a record."""
        event = {
            "__typename": "BasicEvent",
            "id": gid("BasicEvent", 70001 + len(self.events)),
            "action": action,
            "createdAt": moment,
            "subjectId": gid(kind, plain),
            "subjectType": kind.upper(),
        }
        self.events.append(event)

    def shown_orders(self) -> list[Record]:
        """Return the orders that the app can see."""
        is_all = "read_all_orders" in self.scopes
        shown_from = "" if is_all else written(self.shop.clock() - _SHOWN)
        return [
            order
            for order in list(self.shop.transactions.values())
            if order["created_at"] >= shown_from and not order.get("deleted_at")
        ]

    def answer(self, request: Request) -> Response:
        """Answer at the shop's time."""
        moment = self.shop.clock().astimezone(timezone.utc)
        response = self._answer(request)
        response.headers["Date"] = http_date(moment)
        return response

    def _answer(self, request: Request) -> Response:
        if request.path == "/admin/oauth/access_token" and request.method == "POST":
            return self._give_token(request)
        if (file := self.bulk.file(request.path)) is not None:
            return Response(file, content_type="application/jsonl")
        path = _PATH.fullmatch(request.path)
        version = path and _served(path[1])
        if not version or request.method != "POST":
            return _json({"errors": "Not Found"}, 404)
        if request.headers.get("X-Shopify-Access-Token") not in self.tokens:
            return _json({"errors": _INVALID}, 401)
        response = self._execute(version, request)
        response.headers["X-Shopify-API-Version"] = version
        return response

    def _give_token(self, request: Request) -> Response:
        form = request.form
        secret = self.clients.get(form.get("client_id", ""))
        if secret is None or secret != form.get("client_secret"):
            return _json({"error": "invalid_client"}, 400)
        if form.get("grant_type") != "client_credentials":
            return _json({"error": "unsupported_grant_type"}, 400)
        self._token_count += 1
        token = f"canary-of-shopify-{self._token_count}"
        self.tokens.add(token)
        scope = ",".join(sorted(self.scopes))
        return _json({"access_token": token, "scope": scope, "expires_in": 86399})

    def _execute(self, version: str, request: Request) -> Response:
        if self.is_closed:
            return _refusal("SHOP_INACTIVE", "The shop is closed.")
        payload = request.get_json()
        document, errors = checked(version, payload["query"])
        if document is None or errors:
            return _json({"errors": errors})
        variables = payload.get("variables") or {}
        cost = requested_cost(load(version).schema, document, variables)
        if cost > LIMIT:
            message = f"Query cost is {cost}, which exceeds the single query max cost limit."
            return _refusal("MAX_COST_EXCEEDED", message, cost=cost, maxCost=LIMIT)
        if cost > self.bucket.left:
            return self._throttled(cost)
        answering = Answering(self._access(version), version, request.host_url)
        result = self._resolve(document, answering, variables)
        self.bucket.take(answering.cost)
        return _json({**result.formatted, **self._cost(cost, answering.cost)})

    def _access(self, version: str) -> access.Access:
        return access.Access(load(version).scopes, self.scopes, self.kept_from_app)

    def _resolve(
        self, document: DocumentNode, answering: Answering, variables: Mapping[str, Any]
    ) -> ExecutionResult:
        return execute_sync(
            load(answering.version).schema,
            document,
            root_value=Root(self, answering),
            context_value=answering,
            variable_values=dict(variables),
            field_resolver=resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )

    def _read_to_the_end(self, version: str, document: DocumentNode) -> ExecutionResult:
        answering = Answering(self._access(version), version, is_bulk=True)
        return self._resolve(document, answering, {})

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        cost = {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.status(),
        }
        return {"extensions": {"cost": cost}}

    def _throttled(self, cost: int) -> Response:
        if self.throttles_by_status:
            response = _json({"errors": "Throttled"}, 429)
            response.headers["Retry-After"] = "2.0"
            return response
        return _refusal("THROTTLED", "Throttled", whole=self._cost(cost, None))


def _json(content: object, status: int = 200) -> Response:
    return Response(
        orjson.dumps(content), status=status, content_type="application/json; charset=utf-8"
    )


def _refusal(
    code: str, message: str, *, whole: Mapping[str, Any] | None = None, **extensions: object
) -> Response:
    """Return an error that rejects the whole query."""
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return _json({"errors": [error], **(whole or {})})


def _served(version: str) -> str | None:
    """Return the version that answers: the oldest supported one for a retired version."""
    if version in VERSIONS:
        return version
    is_retired = re.fullmatch(r"\d{4}-\d{2}", version) and version < VERSIONS[0]
    return VERSIONS[0] if is_retired else None


def _lay_out(shop: Shop) -> set[str]:
    """Convert a shop to Shopify's categories, and return the categories that are collections.

    The tree becomes the taxonomy, whose categories have no times. A product keeps one of its
    categories. Its other categories become collections, which have no parents.
    """
    collections: dict[str, Record] = {}
    for product in list(shop.products.values()):
        first, *others = product["category_ids"] or [None]
        for key in others:
            of_it = {"id": f"900{key}", "parent_id": None}
            collections[key] = shop.categories[key] | of_it
        filed = [*filter(None, [first]), *sorted(collections[key]["id"] for key in others)]
        shop.put("products", product | {"category_ids": filed})
    for category in list(shop.categories.values()):
        shop.put("categories", category | {"updated_at": None})
    for category in collections.values():
        shop.put("categories", category)
    return {category["id"] for category in collections.values()}


@contextmanager
def serve(server: ShopifyServer) -> Iterator[FakeShop]:
    """Serve a shop as Shopify does."""
    fake = FakeShop(
        server.shop,
        {},
        lacks={},
        delete_order=server.delete_order,
        tells_deletions=True,
        withdraw={
            "all": server.tokens.clear,
            "orders": lambda: server.scopes.discard("read_orders"),
            "products": lambda: server.scopes.discard("read_products"),
            "customers": lambda: server.scopes.discard("read_customers"),
            "personal": lambda: server.kept_from_app.update(access.PERSONAL),
            "shop": lambda: setattr(server, "is_closed", True),
            "client": server.clients.clear,
        },
    )

    def answer(request: Request) -> Response:
        fake.count()
        server.alter, server.hidden = fake.alter, fake.hidden
        return server.answer(request)

    with serve_answers(answer) as url:
        fake.settings = {"api_url": url, "access_token": TOKEN}
        yield fake


@contextmanager
def serve_fake(shop: Shop) -> Iterator[FakeShop]:
    """Serve a shop without a limit on query cost."""
    require_schemas()
    server = ShopifyServer(shop)
    server.bucket = Bucket(size=1e9)
    server.scopes.add("read_all_orders")
    with serve(server) as fake:
        yield fake
