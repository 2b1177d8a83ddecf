"""The random sales histories contain every case that the sales ledger handles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import sales_histories
from sales_checks import expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sales_histories import SalesHistory
    from sales_orders import Record

HISTORIES = 200
STEPS = 4


def lived(seed: int) -> SalesHistory:
    """Return a history after its last step."""
    history = sales_histories.make(seed)
    for _ in range(1, STEPS):
        history.step()
    return history


def cases(history: SalesHistory) -> Iterator[str]:
    """Yield the cases that a history contains."""
    order = history.records["transactions"][0]
    events = history.records["sales_events"]
    kinds = {event["kind"] for event in events}
    yield from kinds
    yield from {f"{event['refund_split']} events" for event in events}
    yield from {
        f"{event['kind']} without a line"
        for event in events
        if event["kind"] == "return" and event["item_id"] is None
    }
    if {"return", "addition"} <= kinds:
        yield "exchange"
    if order["cancelled_at"]:
        is_paid = order["paid_at"] and order["paid_at"] < order["cancelled_at"]
        yield "cancelled after payment" if is_paid else "cancelled before payment"
    if history.records["refunds"] and order["refunded_amount"] == order["total_amount"]:
        yield "full refund"
    for name in ("is_test", "deleted_at", "shop_currency", "processed_at"):
        if order[name]:
            yield name
    if order["financial_status"] in {"failed", "voided"}:
        yield "void"
    yield order["currency"]
    yield from line_cases(history.records["items"])


def line_cases(items: list[Record]) -> Iterator[str]:
    """Yield the cases that the lines of an order contain."""
    yield "lines" if items else "no lines"
    for item in items:
        if item["is_gift_card"]:
            yield "gift card"
        if item["quantity"].startswith("-"):
            yield "negative line"
        if item["unit_price_amount"] == "0":
            yield "free line"


def test_histories_contain_every_case_several_times() -> None:
    found = Counter(case for seed in range(HISTORIES) for case in {*cases(lived(seed))})

    wanted = {
        *("addition", "removal", "return", "price_change", "adjustment", "exchange"),
        *("shipping", "fee", "tip", "duty"),
        *("shipping_refund", "fee_refund", "tip_refund", "duty_refund"),
        *("stated events", "derived events", "return without a line", "full refund"),
        *("cancelled before payment", "cancelled after payment", "void", "is_test"),
        *("deleted_at", "shop_currency", "processed_at", "CAD", "USD", "JPY", "GBP"),
        *("lines", "no lines", "gift card", "negative line", "free line"),
    }
    rare = {case: found[case] for case in wanted if found[case] < 3}
    assert not rare


def test_history_of_a_seed_is_always_the_same() -> None:
    assert lived(3).records == lived(3).records


def test_order_without_rate_has_no_reporting_amounts() -> None:
    order = next(
        history
        for history in map(sales_histories.make, range(HISTORIES))
        if history.records["transactions"][0]["currency"] == "GBP"
    )

    assert not expected(order, {}).is_converted
