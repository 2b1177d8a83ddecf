"""One run after any number of faults leaves the content of the shop: nothing lost or doubled.

`make chaos` runs 1,000 seeds; `FAULT_SEEDS=17-17` runs one seed.
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
    "sales_events": ("transaction_id", "event_id"),
    "products": ("product_id",),
    "categories": ("category_id",),
    "customers": ("customer_id",),
}


class Warehouse:
    """The result of a loader: the last record of each key, and the last state."""

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
        """Return lines or refunds of the current versions of orders, like staging models."""
        orders = self.tables["transactions"]
        return [
            child
            for child in self.tables[stream].values()
            if orders[(child["transaction_id"],)]["version"] == child["transaction_version"]
        ]


class Skipped:
    """A clock that advances instead of waiting."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Skip the waits between attempts; the fault tests check their length."""
    with monkeypatch.context() as patched:
        patched.setattr(http, "time", Skipped())
        yield


def run_with_faults(seed: int, attempt: Any) -> tuple[Shop, Warehouse, Counter[str]]:
    """Run the tap with faults, then once without, and return the shop and the warehouse."""
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
    assert error is None, f"The run after the faults of seed {seed} failed: {error}"
    outcomes.update(injector.injected)
    return shop, warehouse, outcomes


def time(text: str | None) -> str | None:
    """Return a time of the shop in the form of the contract."""
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


def test_run_after_faults_leaves_the_content_of_the_shop(attempt: Any) -> None:
    outcomes_of_all: Counter[str] = Counter()
    for seed in range(FIRST, LAST + 1):
        shop, warehouse, outcomes = run_with_faults(seed, attempt)
        assert_same(shop, warehouse, seed)
        outcomes_of_all += outcomes
        if seed % 100 == 0:
            print(f"{seed} seeds done: {dict(outcomes_of_all)}")  # noqa: T201 - long work
    if LAST - FIRST >= 40:
        # Each fault was injected, some runs failed, and some succeeded.
        faults = {"throttle", "fail", "cut", "truncate", "garble", "drip", "detour", "expire"}
        assert faults | {"log_in", "complain", "send_away", "failed", "done"} <= {
            *outcomes_of_all
        }
