"""Adobe Commerce: pages and records that make the shop fail.

A module may stop PHP on one record. Every answer with it then has status 500, also one that
selects only its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from adobe_commerce_reader import NOW, Shop
from shop_fakes.adobe_commerce_rows import credit_memo, order
from shop_fakes.clock import Clock
from shop_fakes.serving import serve_answers
from tap_shopapp.api import http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt, Messages


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "time", Clock())


@pytest.fixture
def shop(try_run: Attempt) -> Iterator[Shop]:
    """A shop with nine orders, three per second."""
    shop = Shop(try_run)
    shop.stored.orders = [
        order(key, updated_at=f"2026-03-01 12:00:0{key // 3}") for key in range(1, 10)
    ]
    with serve_answers(shop.answer) as shop.url:
        yield shop


def rejects(messages: Messages) -> list[tuple[str, str, Any]]:
    """Return stream, reason and payload of the rejects."""
    return [
        (its["stream"], its["reason_code"], its["payload"])
        for its in messages.records("rejected_records")
    ]


def failing(path: str, record_id: int) -> tuple[str, str, str]:
    return ("transactions", "unreadable", f'{{"id":"{record_id}","location":"{path}"}}')


@pytest.mark.parametrize("size", [1, 2, 4, 100])
@pytest.mark.parametrize("broken", [{1}, {5}, {9}, {3, 4, 5}, {2, 6, 8}])
def test_orders_on_which_the_shop_fails_are_rejected(
    shop: Shop, broken: set[int], size: int
) -> None:
    shop.server.broken = broken

    messages = shop.extract(page_size=size)

    read = {str(key) for key in range(1, 10) if key not in broken}
    assert set(messages.ids()) == read
    assert sorted(rejects(messages)) == [failing("/orders", key) for key in sorted(broken)]
    bookmark = messages.state["bookmarks"]["transactions"]["replication_key_value"]
    assert bookmark >= "2026-03-01T12:00:02"


def test_page_that_is_too_large_is_halved(shop: Shop) -> None:
    """The shop can load four orders within its limits."""
    shop.server.largest_page = 4

    messages = shop.extract()

    assert len(messages.ids()) == 9
    assert rejects(messages) == []


def test_failing_order_exists_in_the_list_of_ids(shop: Shop) -> None:
    """An order that the shop cannot load is not deleted."""
    first = shop.extract()
    shop.server.broken = {5}
    shop.server.clock = lambda: NOW.replace(hour=1)

    second = shop.extract(state=first.state, page_size=1)

    ranges = [its for its in second.records("id_ranges") if its["stream"] == "transactions"]
    assert sorted(key for its in ranges for key in its["ids"]) == [str(k) for k in range(1, 10)]


def test_failing_credit_memo_leaves_its_order_readable(shop: Shop) -> None:
    shop.stored.orders = [order(1, total_refunded=5), order(2, total_refunded=3)]
    shop.stored.credit_memos = [
        credit_memo(1, 1, grand_total=5),
        credit_memo(2, 2, grand_total=3),
    ]
    shop.server.broken_memos = {1}

    messages = shop.extract()

    assert [its["refund_id"] for its in messages.records("refunds")] == ["2"]
    refunded = {
        its["transaction_id"]: its["refunded_amount"]
        for its in messages.records("transactions")
    }
    # The order states how much was refunded.
    assert refunded == {"1": "5", "2": "3"}
    assert failing("/creditmemos", 1) in rejects(messages)
