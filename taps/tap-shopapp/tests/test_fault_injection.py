"""After any storm one clean run leaves what the shop holds: nothing lost, nothing doubled.

`make chaos` weathers a thousand of them; `FAULT_SEEDS=17-17` just that one.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.auth import Auth
from shopapp_demo.fault_injection import FaultInjector
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve
from tap_shopapp.api import http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Messages
    from shopapp_demo.shop import Shop

FIRST, LAST = map(int, os.environ.get("FAULT_SEEDS", "1-50").split("-"))
RUNS = 4
KEYS = {
    "transactions": ("transaction_id",),
    "items": ("transaction_id", "item_id"),
    "refunds": ("transaction_id", "refund_id"),
    "products": ("product_id",),
    "categories": ("category_id",),
    "customers": ("customer_id",),
}


class Warehouse:
    """What a loader would have written: the last record of each key, and the last state."""

    def __init__(self) -> None:
        self.state: dict[str, Any] | None = None
        self.tables: dict[str, dict[tuple[str, ...], dict[str, Any]]] = defaultdict(dict)

    def load(self, messages: Messages) -> None:
        for message in messages.all:
            if message["type"] == "STATE":
                self.state = message["value"]
            elif message["type"] == "RECORD" and message["stream"] in KEYS:
                record = message["record"]
                key = tuple(record[name] for name in KEYS[message["stream"]])
                self.tables[message["stream"]][key] = record

    def current(self, stream: str) -> list[dict[str, Any]]:
        """Return the lines or refunds of their orders' present versions, as staging does."""
        orders = self.tables["transactions"]
        return [
            child
            for child in self.tables[stream].values()
            if orders[(child["transaction_id"],)]["version"] == child["transaction_version"]
        ]


class Skipped:
    """Time that passes where it would be waited for."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Skip the waits between attempts; how long they are is shown by the fault tests."""
    with monkeypatch.context() as patched:
        patched.setattr(http, "time", Skipped())
        yield


def run_with_faults(seed: int, attempt: Any) -> tuple[Shop, Warehouse, Counter[str]]:
    """Run the tap through a storm, then once in calm, and return what both sides hold."""
    shop = generate_shop(seed, orders=40)
    auth = Auth("", clients={"me": "secret"})
    injector = FaultInjector(shop, auth, seed=seed)
    warehouse = Warehouse()
    outcomes: Counter[str] = Counter()
    with serve(shop, auth=auth, around=injector) as running:
        for run in range(RUNS + 1):
            injector.is_over = run == RUNS
            messages, error = attempt(
                state=warehouse.state,
                api_url=running.url,
                access_token="",
                client_id="me",
                client_secret="secret",
                page_size=8,
            )
            warehouse.load(messages)
            outcomes["failed" if error else "done"] += 1
    assert error is None, f"The run after storm {seed} failed: {error}"
    outcomes.update(injector.harmed)
    return shop, warehouse, outcomes


def time(text: str | None) -> str | None:
    """Return a time of the shop as the contract writes it."""
    if text is None:
        return None
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<6}Z"


def assert_same(shop: Shop, warehouse: Warehouse, seed: int) -> None:
    for collection, (key, *more) in {
        "transactions": ("transaction_id", "order_name", "total_amount"),
        "products": ("product_id", "name"),
        "categories": ("category_id", "name"),
        "customers": ("customer_id", "email"),
    }.items():
        expected = {
            r["id"]: [time(r["updated_at"]), time(r["deleted_at"]), *(r[name] for name in more)]
            for r in getattr(shop, collection).values()
        }
        found = {
            r[key]: [r["updated_at"], r["deleted_at"], *(r[name] for name in more)]
            for r in warehouse.tables[collection].values()
        }
        assert found == expected, f"{collection}, seed {seed}"
    lines = Counter(
        (order["id"], line["id"], line["product_id"], line["quantity"])
        for order in shop.transactions.values()
        for line in order["items"]
    )
    assert lines == Counter(
        (r["transaction_id"], r["item_id"], r["product_id"], r["quantity"])
        for r in warehouse.current("items")
    ), f"items, seed {seed}"
    refunds = Counter(
        (order["id"], refund["id"], refund["amount"])
        for order in shop.transactions.values()
        for refund in order["refunds"]
    )
    assert refunds == Counter(
        (r["transaction_id"], r["refund_id"], r["amount"]) for r in warehouse.current("refunds")
    ), f"refunds, seed {seed}"


def test_nothing_is_lost_and_nothing_doubled_after_any_storm(attempt: Any) -> None:
    outcomes_of_all: Counter[str] = Counter()
    for seed in range(FIRST, LAST + 1):
        shop, warehouse, outcomes = run_with_faults(seed, attempt)
        assert_same(shop, warehouse, seed)
        outcomes_of_all += outcomes
        if seed % 100 == 0:
            print(f"{seed} storms weathered: {dict(outcomes_of_all)}")  # noqa: T201 - long work
    if LAST - FIRST >= 40:
        # The storms were storms: each fault came, runs failed, and runs got through.
        faults = {"throttle", "fail", "cut", "truncate", "garble", "drip", "detour", "expire"}
        assert faults | {"log_in", "complain", "send_away", "failed", "done"} <= {
            *outcomes_of_all
        }
