"""A fake PrestaShop webservice, which enforces what was measured on a real one (9.1.4).

The recorded answers are in `measured/prestashop`; a test compares each with this server.
"""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from werkzeug import Request, Response

from shop_fakes.base import FakeShop, unaltered
from shop_fakes.logical_shop import now
from shop_fakes.prestashop_query import WebserviceError, alone, displayed, select
from shop_fakes.prestashop_records import RESOURCES, LogicalStore
from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from shopapp_demo.shop import Record, Shop

    from shop_fakes.base import Alter
    from shop_fakes.prestashop_records import Store

KEY = "canary7key7of7the7webservice7777"
LACKS = {
    # The core knows no visits, tests or displayed prices. Cart rules belong to whole orders.
    "transactions": frozenset(
        {"is_test", "prices_include_tax", "landing_url", "utm_source", "id_send_log"}
    ),
    "items": frozenset({"discount_amount"}),
    "refunds": frozenset({"reason"}),
}
_STREAMS = {
    "orders": "transactions",
    "products": "products",
    "categories": "categories",
    "customers": "customers",
}
# The name of a list and of a single record, where they are not the resource and without its s.
_LIST_NAMES = {"order_slip": "order_slips"}
_MESSAGES = {
    3: "[PHP Warning #2] canary in /var/www/html/classes/order/Order.php (line 1)",
    18: "Invalid authentication key format",
    20: "The key is not active",
    21: "No permission for this authentication key",
    22: "The PrestaShop webservice is disabled.",
    25: "Method is not allowed for the resource with this authentication key",
    26: "Resource is not allowed with this authentication key",
    27: "Resource does not exists.",
    32: "This filter does not exist.",
    35: "Unable to display this field.",
    38: "Unable to filter by this field.",
    132: "canary: no permission for this shop",
}
_EMPTY_HTML = "text/html; charset=utf-8"


@dataclass
class PrestaShopServer:
    """Answers requests.

    Attributes:
        store: The records of each resource.
        clock: Returns the shop's time.
        key: The key; empty if no key is active.
        resources: Resources of this release.
        may_read: Resources that the key may GET.
        is_on: Whether the webservice is on.
        passes_key_on: Whether the web server passes the header Authorization on to PHP.
        main_address: Address of the shop, if requests for other addresses are redirected.
        shops: Ids of the shops of a multistore; the first one has the address.
        key_shops: Ids of the shops that the key may read.
        broken: Resource and id of each record that makes PHP give a warning.
        breaks_ids: Whether this also happens to lists of ids.
        fatal: Resource and id of each record that makes PHP end without an answer.
        is_fatal: Whether PHP ends every request without an answer.
        before_json: Text that a module prints before each answer.
        requests: Number of requests so far.
        alter: Changes the records of a page, to break a rule of the API.
    """

    store: Store
    clock: Callable[[], datetime]
    key: str = KEY
    resources: set[str] = field(default_factory=lambda: set(RESOURCES))
    may_read: set[str] = field(default_factory=lambda: set(RESOURCES))
    is_on: bool = True
    passes_key_on: bool = True
    main_address: str = ""
    shops: tuple[int, ...] = (1,)
    key_shops: tuple[int, ...] = (1,)
    broken: Collection[tuple[str, int]] = ()
    breaks_ids: bool = True
    fatal: Collection[tuple[str, int]] = ()
    is_fatal: bool = False
    before_json: str = ""
    requests: int = 0
    alter: Alter = unaltered

    def answer(self, request: Request) -> Response:
        """Answer a request as PrestaShop would."""
        self.requests += 1
        response = self._response(request)
        moment = self.clock()
        response.date = moment
        response.headers["Access-Time"] = str(int(moment.timestamp()))
        response.headers["PSWS-Version"] = "9.1.4"
        return response

    def _response(self, request: Request) -> Response:
        query = request.args.to_dict()
        assert "ws_key" not in query
        shop = query.get("id_shop", "")
        is_elsewhere = self.main_address and not request.url.startswith(self.main_address)
        is_unknown = shop not in ("", "all") and shop not in map(str, self.shops)
        if is_elsewhere or is_unknown:
            address = self.main_address or request.host_url.rstrip("/")
            resource = request.path.removeprefix("/api/")
            return Response(
                "",
                302,
                {"Location": f"{address}/index.php?output_format=JSON&url={resource}"},
                content_type=_EMPTY_HTML,
            )
        try:
            self._check_key(request.headers.get("Authorization"))
            body = self._body(request, query)
        except _PlainError as error:
            return Response(error.text, error.status, content_type=error.content_type)
        except WebserviceError as error:
            if not error.codes:
                return Response("", error.status, content_type="")
            body = {
                "errors": [{"code": code, "message": _MESSAGES[code]} for code in error.codes]
            }
            content = "" if request.method == "HEAD" else json.dumps(body)
            return Response(content, error.status, content_type="application/json")
        return Response(self.before_json + json.dumps(body), content_type="application/json")

    def _check_key(self, authorization: str | None) -> None:
        if authorization is None or not self.passes_key_on:
            raise _PlainError(401, "401 Unauthorized")
        key = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")[0]
        if self.is_fatal:
            raise _PlainError(500, "")
        if not self.is_on:
            raise WebserviceError(503, 22)
        if len(key) != len(KEY):
            raise WebserviceError(401, 18)
        if key != self.key:
            raise WebserviceError(401, 20, 21)

    def _body(self, request: Request, query: Mapping[str, str]) -> Any:
        assert query.get("output_format") == "JSON"
        resource, _, record_id = request.path.removeprefix("/api/").partition("/")
        if not resource:
            raise _PlainError(500, "")  # the index cannot be written as JSON
        if resource not in self.resources:
            raise WebserviceError(400, 27)
        if resource not in self.may_read:
            raise WebserviceError(401, 26)
        if request.method != "GET":
            raise WebserviceError(405, 25)
        shop = query.get("id_shop", "")
        if shop and shop != "all" and int(shop) not in self.key_shops:
            raise WebserviceError(403, 132)
        rows = self._rows(resource, shop)
        if record_id:
            found = [row for row in rows if str(row["id"]) == record_id]
            if not found:
                raise WebserviceError(404)
            return {resource.removesuffix("s"): alone(displayed(found[0], "full", ""))}
        return self._list(resource, rows, query)

    def _rows(self, resource: str, shop: str) -> list[Record]:
        """Return the rows of the requested shops: without `id_shop`, those of the address."""
        rows = self.store.rows(resource)
        if shop == "all":
            return rows
        wanted = int(shop or self.shops[0])
        return [row for row in rows if int(row.get("id_shop") or wanted) == wanted]

    def _list(self, resource: str, rows: list[Record], query: Mapping[str, str]) -> Any:
        chosen = select(rows, query, self.requests)
        display = query.get("display")
        for row in chosen:
            place = (resource, int(row.get("id", 0)))
            if place in self.fatal:
                raise _PlainError(500, "")
            if place in self.broken and (self.breaks_ids or display == "full"):
                raise WebserviceError(500, 3)
        chosen = self.alter(_STREAMS.get(resource, resource), chosen)
        language = query.get("language", "")
        shown = [displayed(row, display, language) for row in chosen]
        return {_LIST_NAMES.get(resource, resource): shown} if shown else []


class _PlainError(Exception):
    """An answer without JSON."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status)
        self.status = status
        self.text = text
        self.content_type = _EMPTY_HTML


@contextmanager
def serve_fake(shop: Shop) -> Iterator[FakeShop]:
    """Serve a shop as a PrestaShop in Montreal."""

    def delete_order(order_id: str) -> None:
        moment = now(shop)
        gone = {"updated_at": moment, "deleted_at": moment}
        shop.put("transactions", shop.transactions[order_id] | gone)

    store = LogicalStore(shop, ZoneInfo("America/Montreal"))
    server = PrestaShopServer(store, lambda: shop.clock().astimezone(timezone.utc))
    fake = FakeShop(shop, {}, lacks=LACKS, delete_order=delete_order, tells_deletions=False)
    fake.withdraw = {
        "orders": lambda: server.may_read.difference_update({"orders", "order_slip"}),
        "all": lambda: setattr(server, "key", ""),
        "key": lambda: setattr(server, "passes_key_on", False),
        "webservice": lambda: setattr(server, "is_on", False),
        "address": lambda: setattr(server, "main_address", "https://shop.example/boutique"),
        "shop": lambda: setattr(server, "key_shops", ()),
        "resource": lambda: server.resources.remove("order_slip"),
    }

    def answer(request: Request) -> Response:
        fake.count()
        server.alter = fake.alter
        resources = {stream: resource for resource, stream in _STREAMS.items()}
        server.broken = {(resources[stream], int(each)) for stream, each in fake.hidden}
        return server.answer(request)

    with serve_answers(answer) as url:
        fake.settings = {"api_url": url, "webservice_key": KEY}
        yield fake
