"""Record the tap's requests to the fake of an application and serve its answers from memory.

    python recorded.py APPLICATION ORDERS FOLDER

The program prints its address when it is ready. The folder then has the tap's settings
(`config.json`) and the requests in order (`requests.json`).
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import orjson
from shop_fakes import shopify_records
from shop_fakes.logical_shop import BEGINNING, make_shop, place_order
from shop_fakes.proxy import passed_on
from shop_fakes.registry import FAKES
from shop_fakes.serving import serve_answers
from shop_server import listen, serve

if TYPE_CHECKING:
    from shopapp_demo.shop import Shop
    from werkzeug import Request, Response

# The server of some fakes logs each request.
logging.getLogger("werkzeug").setLevel(logging.ERROR)

TAP = Path(sys.executable).parent / "tap-shopapp"
_SAID_EVERY = 50


def fill(orders: int) -> Shop:
    """Return the shop of the common suite with a number of orders."""
    shop = make_shop()
    for order_id in list(shop.transactions):
        shop.remove("transactions", order_id)
    for number in range(1, orders + 1):
        place_order(shop, number, at=BEGINNING + timedelta(seconds=number))
    return shop


class Recording:
    """Requests to a fake, and its answers.

    Attributes:
        requests: Method, path with query, headers and body, in order.
        answers: Complete answers by request line and body.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.requests: list[tuple[str, str, dict[str, str], str]] = []
        self.answers: dict[tuple[str, bytes], bytes] = {}

    def answer(self, request: Request) -> Response:
        """Answer as the fake does, and record the answer."""
        body, path = request.get_data(), request.environ["RAW_URI"]
        response = passed_on(self._url, request)
        response.content_length = len(response.data)
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        self.requests.append((request.method, path, headers, body.decode()))
        if len(self.requests) % _SAID_EVERY == 0:
            sys.stderr.write(f"  {len(self.requests)} requests …\n")
        head = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
        whole = f"HTTP/1.1 {response.status}\r\n{head}\r\n".encode() + response.data
        self.answers.setdefault((f"{request.method} {path} HTTP/1.1", body), whole)
        return response


def record(application: str, shop: Shop, folder: Path, url: str) -> Recording:
    """Let the tap read the shop, and write requests and settings for a URL into the folder."""
    config = folder / "config.json"
    # The fake of Shopify builds all orders for each page; the cache builds each order once.
    lay_out = shopify_records.order
    once = cache(lambda order_id: lay_out(shop.transactions[order_id], shop))
    laid_out_once = patch.object(shopify_records, "order", lambda value, _: once(value["id"]))
    with laid_out_once, FAKES[application](shop) as fake:
        recording = Recording(fake.address)
        common = {"shop_id": "s", "application": application}
        with serve_answers(recording.answer) as recorder:
            config.write_bytes(orjson.dumps(common | fake.settings_at(recorder)))
            ran = subprocess.run([TAP, "--config", config], capture_output=True, check=False)
        config.write_bytes(orjson.dumps(common | fake.settings_at(url)))
    messages = map(orjson.loads, ran.stdout.splitlines())
    records = Counter(value["stream"] for value in messages if value["type"] == "RECORD")
    if ran.returncode or records["transactions"] != len(shop.transactions):
        sys.stderr.write(ran.stderr.decode())
        message = f"The tap read only a part of {application}: {dict(records)}."
        raise SystemExit(message)
    (folder / "requests.json").write_bytes(orjson.dumps(recording.requests))
    return recording


def main() -> None:
    """Record, then answer from memory until the process is stopped."""
    application, orders, folder = sys.argv[1:]
    server, url = listen()
    answers = record(application, fill(int(orders)), Path(folder), url).answers
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    serve(server, lambda line, body: answers[line, body])


if __name__ == "__main__":
    main()
