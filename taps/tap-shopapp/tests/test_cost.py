"""The cost of a run: requests, messages, parsed pages, memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from tap_shopapp.api import json_body
from tap_shopapp.contract import SYSTEM_STREAMS
from tap_shopapp.sync import messages

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Extract, Place
    from shopapp_demo.server import RunningShop

TOKEN = "canary-of-the-shop"
ORDERS = ("transactions", "items", "refunds", "sales_events")


@pytest.mark.parametrize(("orders", "pages"), [(0, 1), (250, 1), (251, 2), (501, 3)])
def test_orders_with_lines_take_one_request_per_page(
    extract: Extract, place: Place, running: RunningShop, orders: int, pages: int
) -> None:
    for number in range(orders):
        place(str(number))

    extract()

    collections = ["/v1/products", "/v1/categories", "/v1/customers"]
    totals = [f"{path}/totals" for path in ("/v1/transactions", *collections)]
    assert Counter(path for _, path in running.requests) == Counter(
        ["/v1/shop", *collections, *totals, *pages * ["/v1/transactions"]]
    )


def test_schema_and_state_messages_do_not_grow_with_orders(
    extract: Extract, place: Place
) -> None:
    for number in range(40):
        place(str(number), refunds=[{"id": "r", "amount": "1"}])

    written = extract(page_size=4)

    assert Counter(m["stream"] for m in written.schemas()) == Counter(
        ["shops", *SYSTEM_STREAMS, "categories", "products", "customers", *ORDERS]
    )
    # One per page of orders, one for each other stream, and the last one.
    assert len(written.states()) <= 10 + 7


def test_pages_are_parsed_once_and_records_written_once(
    extract: Extract, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()

    class Counting:
        JSONDecodeError = orjson.JSONDecodeError

        @staticmethod
        def loads(content: bytes) -> Any:
            calls["loads"] += 1
            return orjson.loads(content)

        @staticmethod
        def dumps(value: object, **options: Any) -> bytes:
            calls["dumps"] += 1
            return orjson.dumps(value, **options)

    for number in range(20):
        place(str(number))
    monkeypatch.setattr(json_body, "orjson", Counting)
    monkeypatch.setattr(messages, "orjson", Counting)

    written = extract(page_size=5)

    # The shop, four collections with their totals, and three more pages of orders.
    assert calls["loads"] == 1 + 2 * 4 + 3
    records = [m for m in written.all if m["type"] == "RECORD"]
    # And for each page, the beginning that its messages share.
    assert calls["dumps"] == len(records) + 1 + 2 * 4


# VmHWM is the peak memory of the process itself; getrusage would include its parent.
PEAK = """
import atexit, sys
from tap_shopapp.cli import main
lines = lambda: open("/proc/self/status").read().splitlines()
atexit.register(lambda: print(*[l for l in lines() if l.startswith("VmHWM")], file=sys.stderr))
sys.argv = ["tap-shopapp", "--config", sys.argv[1]]
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_stays_below_80_mb_with_any_number_of_orders(
    place: Place, running: RunningShop, tmp_path: Path
) -> None:
    config = tmp_path / "config.json"
    settings = {"shop_id": "s", "api_url": running.url, "access_token": TOKEN}
    config.write_text(json.dumps(settings))
    peaks = []
    for orders in (250, 5000):
        for number in range(orders):
            place(str(number), f"2024-01-05T{number // 3600:02}:00:00.{number:06}Z")
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
        )
        peaks.append(int(done.stderr.split()[-2]) / 1024)

    assert peaks[1] < 80
    assert peaks[1] < peaks[0] + 6


@pytest.mark.parametrize("name", ["conformance", "sqlalchemy", "pandas"])
def test_run_imports_no_heavy_unused_module(name: str) -> None:
    code = "import sys, tap_shopapp.tap; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert name not in done.stdout
