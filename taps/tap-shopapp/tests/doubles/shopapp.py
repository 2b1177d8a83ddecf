"""The demo shop's own server, which is no double: the ShopApp API is ours."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from shopapp_demo.server import serve

from doubles.base import Double
from doubles.logical_shop import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.shop import Shop
    from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN = "canary-of-shopapp"
ORDERS = "read_transactions"


@contextmanager
def serve_double(shop: Shop) -> Iterator[Double]:
    """Serve a shop by the ShopApp API."""

    def delete_order(order_id: str) -> None:
        moment = now(shop)
        gone = {"updated_at": moment, "deleted_at": moment}
        shop.put("transactions", shop.transactions[order_id] | gone)

    def counted(app: ASGIApp) -> ASGIApp:
        async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
            double.count()
            await app(scope, receive, send)

        return serve_one

    double = Double(shop, {}, lacks={}, delete_order=delete_order, tells_deletions=True)
    with serve(shop, token=TOKEN, around=counted) as running:
        double.settings = {"api_url": running.url, "access_token": TOKEN}
        door = running.door
        double.withdraw = {
            "orders": lambda: setattr(door, "scopes", set(door.scopes) - {ORDERS}),
            "all": lambda: setattr(door, "token", ""),
        }
        yield double
