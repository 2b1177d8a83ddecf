"""Fault injection for the demo shop: failures of servers and networks, chosen at random.

The middleware runs between the shop and its clients. Meanwhile the shop changes: orders are
added, edited and deleted between two pages. A seed causes the same faults for equal requests.

    injector = FaultInjector(shop, auth, seed=7)
    with serve(shop, auth=auth, around=injector) as running:
        …                # a client reads everything, or reports a failure
        injector.is_over = True
        …                # one more run reads exactly the content of the shop
"""

from __future__ import annotations

import asyncio
import copy
import json
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from shopapp_demo.generate import edit_order
from shopapp_demo.server import http_date

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from shopapp_demo.auth import Auth
    from shopapp_demo.shop import Record, Shop

_BEGINNING = datetime(2026, 9, 1, tzinfo=timezone.utc)
_AGAIN = "again"
# Share of requests with a fault.
_SHARE = 0.3
_JSON = (b"content-type", b"application/json")


class FaultInjector:
    """ASGI middleware that injects faults, and changes the shop between requests.

    Attributes:
        is_over: Whether requests pass without faults, and the shop does not change.
        injected: Number of injected faults by name.
    """

    def __init__(self, shop: Shop, auth: Auth, *, seed: int) -> None:
        self.is_over = False
        self.injected: dict[str, int] = {}
        self._shop = shop
        self._auth = auth
        self._random = Random(seed)  # noqa: S311 - the same for the same seed
        self._now = _BEGINNING
        self._detours = 0
        # Every request advances the shop's clock, so that no test has to wait.
        shop.clock = lambda: self._now

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Return the application with injected faults."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            scope = _without_detour(scope)
            self._now += timedelta(seconds=self._random.randint(1, 40), microseconds=137)
            if self.is_over:
                await app(scope, receive, send)
                return
            self._live()
            if self._random.random() >= _SHARE:
                await app(scope, receive, send)
                return
            fault = self._random.choices(list(_FAULTS), list(_FAULTS.values()))[0]
            self.injected[fault.__name__] = self.injected.get(fault.__name__, 0) + 1
            await fault(self, app, scope, receive, send)

        return faulty

    # --- changes of the shop ---

    def _live(self) -> None:
        """Change a few orders, products and customers, all with the same time of change."""
        for _ in range(self._random.choice((0, 0, 1, 2, 5))):
            change = self._random.choice(
                (self._edit, self._order_again, self._delete, self._drop_line, self._rename)
            )
            change()

    def _save(self, collection: str, record: Record) -> None:
        record["updated_at"] = self._now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._shop.put(collection, record)

    def _some(self, collection: str) -> Record:
        records = getattr(self._shop, collection)
        return copy.deepcopy(records[self._random.choice(list(records))])

    def _edit(self) -> None:
        order = self._some("transactions")
        order["order_name"] = f"#{self._random.randint(1, 9999)}"
        self._save("transactions", order)

    def _order_again(self) -> None:
        order = self._some("transactions")
        order["id"] = f"new-{len(self._shop.transactions)}"
        self._save("transactions", order)

    def _delete(self) -> None:
        collection = self._random.choice(("transactions", "products", "customers"))
        record = self._some(collection)
        record["deleted_at"] = self._now.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._save(collection, record)

    def _drop_line(self) -> None:
        order = self._some("transactions")
        if len(order["items"]) > 1:
            edit_order(order, kept_lines=len(order["items"]) - 1)
            self._save("transactions", order)

    def _rename(self) -> None:
        collection = self._random.choice(("products", "categories"))
        record = self._some(collection)
        record["name"] = f"Renamed {self._random.randint(1, 9999)}"
        self._save(collection, record)

    # --- temporary faults ---

    async def throttle(self, _app: ASGIApp, _s: Scope, _r: Receive, send: Send) -> None:
        """429 with different forms of Retry-After."""
        forms = ("0", "1", http_date(self._now - timedelta(days=1)), "soon")
        header = (b"retry-after", self._random.choice(forms).encode())
        await _answer(send, 429, b"{}", header)

    async def fail(self, _app: ASGIApp, _s: Scope, _r: Receive, send: Send) -> None:
        """5xx."""
        await _answer(send, self._random.choice((500, 502, 503, 504)), b"oh no")

    async def cut(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """A connection that closes before the end of the body."""
        start, body = await _taken(app, scope, receive)
        await send(start)
        part = body[: self._random.randint(0, max(len(body) - 1, 0))]
        await send({"type": "http.response.body", "body": part, "more_body": True})

    async def truncate(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Incomplete JSON with the correct length."""
        _, body = await _taken(app, scope, receive)
        await _answer(send, 200, body[: len(body) // 2] or b"{", self._date())

    async def garble(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """A body that is not gzip, with a header for gzip."""
        _, body = await _taken(app, scope, receive)
        await _answer(send, 200, body, (b"content-encoding", b"gzip"), self._date())

    async def drip(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """The correct answer in small delayed parts."""
        start, body = await _taken(app, scope, receive)
        await send(start)
        size = len(body) // 4 + 1
        for place in range(0, len(body), size):
            part = body[place : place + size]
            more = place + size < len(body)
            await send({"type": "http.response.body", "body": part, "more_body": more})
            await asyncio.sleep(0.001)

    async def detour(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """An empty page before the requested page."""
        if scope["path"].count("/") != 2 or scope["path"] in {"/v1/shop", "/oauth/token"}:
            await app(scope, receive, send)
            return
        self._detours += 1
        asked = dict(parse_qsl(scope["query_string"].decode())).get("cursor", "")
        cursor = f"{_AGAIN}-{self._detours}-{asked}"
        page = {"data": [], "has_more": True, "next_cursor": cursor}
        await _answer(send, 200, json.dumps(page).encode(), self._date())

    async def expire(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """An expired token."""
        self._auth.expire_tokens()
        await app(scope, receive, send)

    # --- permanent faults ---

    async def log_in(self, _app: ASGIApp, _s: Scope, _r: Receive, send: Send) -> None:
        """An HTML login page."""
        page = (b"content-type", b"text/html")
        await _answer(send, 200, b"<html>Please log in", page, self._date())

    async def complain(self, _app: ASGIApp, _s: Scope, _r: Receive, send: Send) -> None:
        """Errors with status 200."""
        await _answer(send, 200, b'{"errors": ["no"]}', self._date())

    async def send_away(self, _app: ASGIApp, _s: Scope, _r: Receive, send: Send) -> None:
        """A redirect to another host."""
        await _answer(send, 302, b"", (b"location", b"https://elsewhere.example/"))

    def _date(self) -> tuple[bytes, bytes]:
        return b"date", http_date(self._now).encode()


# Faults with their relative frequency.
_FAULTS: dict[Callable[..., Awaitable[None]], int] = {
    FaultInjector.throttle: 6,
    FaultInjector.fail: 6,
    FaultInjector.cut: 4,
    FaultInjector.truncate: 4,
    FaultInjector.garble: 2,
    FaultInjector.drip: 4,
    FaultInjector.detour: 6,
    FaultInjector.expire: 4,
    FaultInjector.log_in: 1,
    FaultInjector.complain: 1,
    FaultInjector.send_away: 1,
}


async def _answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    kinds = [] if any(n == b"content-type" for n, _ in headers) else [_JSON]
    length = (b"content-length", str(len(body)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*kinds, length, *headers],
        }
    )
    await send({"type": "http.response.body", "body": body})


async def _taken(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """Return what the shop would have answered: the start of it, and the body."""
    start: dict[str, Any] = {}
    body = bytearray()

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, take)
    return start, bytes(body)


def _without_detour(scope: Scope) -> Scope:
    """Return a request with the cursor that it would have but for an empty page."""
    query = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    while query.get("cursor", "").startswith(f"{_AGAIN}-"):
        query["cursor"] = query["cursor"].split("-", 2)[2]
        if not query["cursor"]:
            del query["cursor"]
    return {**scope, "query_string": urlencode(query).encode()}
