"""The demo shop's own server: the real implementation of the ShopApp API."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson
from shopapp_demo.server import serve
from shopapp_demo.shop import COLLECTIONS

from shop_fakes.base import FakeShop
from shop_fakes.logical_shop import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.shop import Shop
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "canary-of-shopapp"
ORDERS = "read_transactions"
OK = 200


@contextmanager
def serve_fake(shop: Shop) -> Iterator[FakeShop]:
    """Serve a shop by the ShopApp API."""

    def delete_order(order_id: str) -> None:
        moment = now(shop)
        gone = {"updated_at": moment, "deleted_at": moment}
        shop.put("transactions", shop.transactions[order_id] | gone)

    def counted(app: ASGIApp) -> ASGIApp:
        async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
            fake.count()
            stream = scope["path"].removeprefix("/v1/")
            if stream not in COLLECTIONS:
                await app(scope, receive, send)
                return
            start: Message = {}
            body = b""

            async def keep(message: Message) -> None:
                nonlocal start, body
                if message["type"] == "http.response.start":
                    start = message
                else:
                    body += message.get("body", b"")

            await app(scope, receive, keep)
            body = _altered(body, stream, fake) if start["status"] == OK else body
            headers = [(n, v) for n, v in start["headers"] if n != b"content-length"]
            length = (b"content-length", str(len(body)).encode())
            await send({**start, "headers": [*headers, length]})
            await send({"type": "http.response.body", "body": body})

        return serve_one

    fake = FakeShop(shop, {}, lacks={}, delete_order=delete_order, tells_deletions=True)
    with serve(shop, token=TOKEN, around=counted) as running:
        fake.settings = {"api_url": running.url, "access_token": TOKEN}
        auth = running.auth
        fake.withdraw = {
            "orders": lambda: setattr(auth, "scopes", set(auth.scopes) - {ORDERS}),
            "all": lambda: setattr(auth, "token", ""),
        }
        yield fake


def _altered(body: bytes, stream: str, fake: FakeShop) -> bytes:
    """Return a page of a list with the changes of `alter` and `hidden`."""
    page = orjson.loads(body)
    shown = [record for record in page["data"] if (stream, record["id"]) not in fake.hidden]
    return orjson.dumps({**page, "data": fake.alter(stream, shown)})
