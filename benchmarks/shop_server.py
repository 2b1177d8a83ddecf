"""A shop that is served faster than any tap can read it: every page is rendered beforehand.

    python shop_server.py ORDERS

prints its address when it is ready. The orders are those of the demo shop's generator.
"""

from __future__ import annotations

import socket
import sys
import threading
from email.utils import formatdate

import orjson
from shopapp_demo.door import SCOPES
from shopapp_demo.generate import generate_shop
from shopapp_demo.shop import COLLECTIONS, sort_key

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


def answer(connection: socket.socket, bodies: dict[str, bytes]) -> None:
    """Answer the requests of one connection until it is closed."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waiting = b""
    while True:
        while b"\r\n\r\n" not in waiting:
            received = connection.recv(1 << 16)
            if not received:
                return
            waiting += received
        head, _, waiting = waiting.partition(b"\r\n\r\n")
        path, _, query = head.split(b" ", 2)[1].decode().partition("?")
        cursor = next((p[7:] for p in query.split("&") if p.startswith("cursor=")), "")
        body = bodies[f"{path} {cursor}"]
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: %b\r\n"
            b"Content-Length: %d\r\n\r\n" % (formatdate(usegmt=True).encode(), len(body))
        )
        connection.sendall(body)


def main() -> None:
    """Serve on a free port of the loopback until the process is stopped."""
    bodies = render(int(sys.argv[1]))
    server = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"http://127.0.0.1:{server.getsockname()[1]}\n")
    sys.stdout.flush()
    while True:
        connection, _ = server.accept()
        threading.Thread(target=answer, args=(connection, bodies), daemon=True).start()


if __name__ == "__main__":
    main()
