"""A shop server that is faster than any tap, because all pages are rendered beforehand.

    python shop_server.py ORDERS

The program prints its address when it is ready. The demo shop's generator makes the orders.
"""

from __future__ import annotations

import socket
import sys
import threading
from email.utils import formatdate
from typing import TYPE_CHECKING

import orjson
from shopapp_demo.auth import SCOPES
from shopapp_demo.generate import generate_shop
from shopapp_demo.shop import COLLECTIONS, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = 250


def render(orders: int) -> dict[str, bytes]:
    """Return the bodies of all answers, by path and cursor."""
    shop = generate_shop(orders=orders)
    bodies = {"/v1/shop ": orjson.dumps({**shop.info, "scopes": SCOPES})}
    for collection in COLLECTIONS:
        records = sorted(
            getattr(shop, collection).values(),
            key=lambda record: (sort_key(record["updated_at"]), record["id"]),
        )
        for start in range(0, max(len(records), 1), _PAGE):
            more = start + _PAGE < len(records)
            page = {
                "data": records[start : start + _PAGE],
                "next_cursor": str(start + _PAGE) if more else None,
                "has_more": more,
            }
            bodies[f"/v1/{collection} {start or ''}"] = orjson.dumps(page)
        totals = shop.totals(collection, since="", before="")
        bodies[f"/v1/{collection}/totals "] = orjson.dumps({"data": totals})
    return bodies


def listen() -> tuple[socket.socket, str]:
    """Return a socket on a free port of the loopback, and its address."""
    server = socket.create_server(("127.0.0.1", 0))
    return server, f"http://127.0.0.1:{server.getsockname()[1]}"


def serve(server: socket.socket, reply: Callable[[str, bytes], bytes]) -> None:
    """Answer all connections until the process is stopped.

    Args:
        server: Listening socket.
        reply: Returns the complete answer to a request line and a body.
    """
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_answer, args=(connection, reply), daemon=True).start()


def _answer(connection: socket.socket, reply: Callable[[str, bytes], bytes]) -> None:
    """Answer the requests of one connection until it is closed."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    incoming = connection.makefile("rb")
    while line := incoming.readline():
        length = 0
        while header := incoming.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        connection.sendall(reply(line.strip().decode(), incoming.read(length)))


def main() -> None:
    """Serve a generated shop."""
    bodies = render(int(sys.argv[1]))

    def reply(request: str, _body: bytes) -> bytes:
        path, _, query = request.split()[1].partition("?")
        cursor = next((p[7:] for p in query.split("&") if p.startswith("cursor=")), "")
        body = bodies[f"{path} {cursor}"]
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: %b\r\n"
            b"Content-Length: %d\r\n\r\n" % (formatdate(usegmt=True).encode(), len(body))
        )
        return head + body

    server, url = listen()
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    serve(server, reply)


if __name__ == "__main__":
    main()
