"""A fake Adobe Commerce, which enforces what was measured on a Magento Open Source 2.4.7-p3.

`measured/adobe-commerce/` has recorded answers; a test compares the fake with them. The rest
follows the published schema, except where a docstring says otherwise.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from shop_fakes.adobe_commerce_access import TOKEN, Access
from shop_fakes.adobe_commerce_records import LogicalMagento
from shop_fakes.adobe_commerce_search import RefusalError, Search, selected
from shop_fakes.base import FakeShop, unaltered
from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from shopapp_demo.shop import Record, Shop

    from shop_fakes.adobe_commerce_records import Magento
    from shop_fakes.base import Alter

LACKS = {
    # The API has no processing time, test orders, or tax setting of an order. The reason of a
    # refund is in its comments, which are not read.
    "transactions": frozenset({"processed_at", "is_test", "prices_include_tax"}),
    "refunds": frozenset({"reason"}),
}
_SHARED = frozenset(("entity_id", "created_at", "updated_at"))
_OF_SALES = _SHARED | {"increment_id", "state", "store_id", "grand_total"}


@dataclass(frozen=True)
class _Route:
    """A list of the API: its records, permission, stream, and names for filters."""

    records: str
    permission: str
    stream: str
    fields: frozenset[str]
    key: str = "id"


_ROUTES = {
    "/orders": _Route(
        "orders",
        "Magento_Sales::actions_view",
        "transactions",
        _OF_SALES | {"status", "customer_id", "customer_email", "total_refunded"},
        "entity_id",
    ),
    "/creditmemos": _Route(
        "credit_memos",
        "Magento_Sales::sales_creditmemo",
        "credit_memos",
        _OF_SALES | {"order_id"},
        "entity_id",
    ),
    "/products": _Route(
        "products",
        "Magento_Catalog::products",
        "products",
        _SHARED | {"sku", "name", "price", "status", "type_id", "visibility"},
    ),
    "/categories/list": _Route(
        "categories",
        "Magento_Catalog::categories",
        "categories",
        _SHARED | {"parent_id", "name", "level", "path", "position", "is_active"},
    ),
    "/customers/search": _Route(
        "customers",
        "Magento_Customer::customer",
        "customers",
        _SHARED | {"email", "firstname", "lastname", "store_id", "website_id", "group_id"},
    ),
}
_STORE_CONFIGS = "/store/storeConfigs"
_LOGIN = "/integration/admin/token"
_GONE = "The entity that was requested doesn't exist. Verify the entity and try again."
_NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."


@dataclass
class AdobeCommerce:
    """Answers requests.

    Attributes:
        magento: Records of the installation.
        clock: Returns the shop's time.
        access: Credentials and permissions.
        search: Answers searches.
        store_codes: Codes of the store views. The path or a header names one.
        is_in_maintenance: Whether the shop is in maintenance mode.
        ignores_filters: Whether a proxy drops the filters of searches.
        broken: Ids of orders that make the shop fail: pages with one of them have status 500.
        broken_memos: The same for credit memos.
        largest_page: Number of records that the shop can load within its limits.
        alter: Changes the records of a page, to break a rule of the API.
        hidden: Stream and id of each record that lists count but no page contains.
    """

    magento: Magento
    clock: Callable[[], datetime]
    access: Access = field(init=False)
    search: Search = field(default_factory=Search)
    store_codes: tuple[str, ...] = ("all", "default", "us")
    is_in_maintenance: bool = False
    ignores_filters: bool = False
    broken: Collection[int] = ()
    broken_memos: Collection[int] = ()
    largest_page: int = 1000
    alter: Alter = unaltered
    hidden: Collection[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        self.access = Access(self.clock)

    def answer(self, request: Request) -> Response:
        """Answer a request as the shop would."""
        accepted = request.headers.get("Accept", "*/*")
        if self.is_in_maintenance:
            return self._dated(Response("<html>", 503, content_type="text/html"))
        if accepted == "text/html":
            return self._dated(Response("<html>", 500, content_type="text/html"))
        if accepted == "application/xml":
            xml = Response('<?xml version="1.0"?>', 200, content_type="application/xml")
            return self._dated(xml)
        try:
            body, status = self._body(request), 200
        except RefusalError as refusal:
            body, status = refusal.body, refusal.status
        text = json.dumps(body)
        return self._dated(
            Response(text, status, content_type="application/json; charset=utf-8")
        )

    def _dated(self, response: Response) -> Response:
        response.date = self.clock()
        return response

    def _body(self, request: Request) -> Any:
        if request.path == "/ims/token/v3":
            return self.access.ims_token(request)
        route = self._route(request)
        if route == _LOGIN and request.method == "POST":
            return self.access.login(request)
        if request.method != "GET":
            raise RefusalError(404, "Request does not match any route.")
        query = request.args.to_dict()
        body = self._found(request, route)
        return selected(body, query["fields"]) if "fields" in query else body

    def _route(self, request: Request) -> str:
        """Return the path below `/V1`; a store is in the path, or in a header of the cloud."""
        if self.access.is_cloud:
            match = re.fullmatch(r"(/tenant)()/V1(/.*)", request.path)
            code = request.headers.get("Store", "default")
        else:
            match = re.fullmatch(r"(/rest)(?:/([^/]+))?/V1(/.*)", request.path)
            code = (match and match[2]) or "default"
        if match is None:
            raise RefusalError(404, "Request does not match any route.")
        if code not in self.store_codes:
            raise RefusalError(400, "Specified request cannot be processed.")
        return match[3]

    def _found(self, request: Request, route: str) -> Any:
        if route == "/directory/currency":
            return {"base_currency_code": self.magento.store_configs[0]["base_currency_code"]}
        if route == _STORE_CONFIGS:
            self.access.check(request, "Magento_Backend::store")
            return self.magento.store_configs
        if match := re.fullmatch(r"(/orders|/products)/([^/]+)", route):
            listed = _ROUTES[match[1]]
            self.access.check(request, listed.permission)
            return self._single(listed, match[2])
        if route not in _ROUTES:
            raise RefusalError(404, "Request does not match any route.")
        listed = _ROUTES[route]
        self.access.check(request, listed.permission)
        return self._list(listed, request.args.to_dict())

    def _single(self, listed: _Route, key: str) -> Record:
        name = "sku" if listed.records == "products" else listed.key
        for row in getattr(self.magento, listed.records):
            if str(row[name]) == key:
                return row  # type: ignore[no-any-return]
        raise RefusalError(404, _NO_PRODUCT if name == "sku" else _GONE)

    def _list(self, listed: _Route, query: dict[str, str]) -> Record:
        rows: list[Record] = getattr(self.magento, listed.records)
        if self.ignores_filters:
            query = {name: its for name, its in query.items() if "filterGroups" not in name}

        def shown(page: list[Record]) -> list[Record]:
            broken = {"orders": self.broken, "credit_memos": self.broken_memos}
            is_broken = any(row[listed.key] in broken.get(listed.records, ()) for row in page)
            if is_broken or len(page) > self.largest_page:
                message = "Internal Error. Details are available in Magento log file."
                raise RefusalError(500, f"{message} Report ID: webapi-6b0ce99eb78ca")
            return self.alter(
                listed.stream,
                [
                    row
                    for row in page
                    if (listed.stream, str(row[listed.key])) not in self.hidden
                ],
            )

        return self.search.answer(rows, listed.key, listed.fields, query, shown)


@contextmanager
def serve_fake(shop: Shop) -> Iterator[FakeShop]:
    """Serve a shop; the lines of its cancelled orders are cancelled."""
    for order in list(shop.transactions.values()):
        if order["cancelled_at"]:
            lines = [{**line, "status": "cancelled"} for line in order["items"]]
            shop.put("transactions", {**order, "items": lines})
    server = AdobeCommerce(LogicalMagento(shop), lambda: shop.clock().astimezone(timezone.utc))
    fake = FakeShop(
        shop,
        {},
        lacks=LACKS,
        # An administrator cannot delete orders; this is a deletion in the database.
        delete_order=lambda order_id: shop.remove("transactions", order_id),
        tells_deletions=False,
        withdraw={
            "orders": lambda: server.access.permissions.remove("Magento_Sales::actions_view"),
            "stores": lambda: server.access.permissions.remove("Magento_Backend::store"),
            "all": lambda: setattr(server.access, "integration", ""),
            "bearer": lambda: setattr(server.access, "is_bearer", False),
            "maintenance": lambda: setattr(server, "is_in_maintenance", True),
        },
    )

    def answer(request: Request) -> Response:
        fake.count()
        server.alter, server.hidden = fake.alter, fake.hidden
        return server.answer(request)

    with serve_answers(answer) as url:
        fake.settings = {"api_url": url, "access_token": TOKEN}
        yield fake
