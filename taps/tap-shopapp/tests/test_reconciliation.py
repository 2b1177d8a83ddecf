"""The shop's own totals are compared with the records of a run, day by day."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attempt, Place
    from shopapp_demo.shop import Record, Shop


class Leak:
    """Pages that leave out an order that the totals count."""

    def __init__(self, shop: Shop) -> None:
        self._page = shop.page
        self.left_out: str | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def page(self, collection: str, **window: Any) -> tuple[list[Record], bool]:
        records, has_more = self._page(collection, **window)
        kept = [record for record in records if record["id"] != self.left_out]
        if collection == "transactions":
            self.meanwhile()
        return kept, has_more


@pytest.fixture
def leak(shop: Shop, place: Place, monkeypatch: pytest.MonkeyPatch) -> Leak:
    """Two orders on each of three days, and pages that can lose one of them."""
    for day in ("2024-01-04", "2024-01-05", "2024-01-06"):
        for number in (1, 2):
            place(f"{day}-{number}", f"{day}T1{number}:00:00Z")
    leak = Leak(shop)
    monkeypatch.setattr(shop, "page", leak.page)
    return leak


def test_order_missing_from_pages_fails_the_run_and_names_the_day(
    leak: Leak,
    attempt: Attempt,
) -> None:
    leak.left_out = "2024-01-05-1"

    _, error = attempt()

    assert str(error) == (
        "The shop's totals of transactions for 2024-01-05 do not match its pages. Run again."
        " If the error persists, ask the shop's developer to compare the pages of transactions"
        " with their totals."
    )


def test_run_after_a_gap_reads_the_day_again(leak: Leak, attempt: Attempt) -> None:
    leak.left_out = "2024-01-05-1"
    broken, _ = attempt()
    leak.left_out = None

    repaired, error = attempt(state=broken.state)

    assert broken.bookmark == "2024-01-05T00:00:00.000000Z"
    assert error is None
    assert repaired.ids() == ["2024-01-05-1", "2024-01-05-2", "2024-01-06-1", "2024-01-06-2"]


def test_bookmark_after_a_gap_stays_within_the_window(
    leak: Leak,
    attempt: Attempt,
) -> None:
    state = {"bookmarks": {"transactions": bookmark("2024-01-05T10:30:00.000000Z")}}
    leak.left_out = "2024-01-05-1"

    broken, error = attempt(state=state, lookback_seconds=0)

    assert error is not None
    assert broken.bookmark == "2024-01-05T10:30:00.000000Z"


def test_backfill_is_compared_too_and_moves_no_bookmark(leak: Leak, attempt: Attempt) -> None:
    state = {"bookmarks": {"transactions": bookmark("2024-01-06T12:00:00.000000Z")}}
    leak.left_out = "2024-01-05-1"

    outside, no_error = attempt(
        state=state, backfill_since="2024-01-04", backfill_before="2024-01-05"
    )
    inside, error = attempt(
        state=state, backfill_since="2024-01-04", backfill_before="2024-01-06"
    )

    assert no_error is None
    assert "2024-01-05" in str(error)
    assert outside.bookmark == inside.bookmark == "2024-01-06T12:00:00.000000Z"


def test_order_edited_during_the_run_is_not_a_gap(
    leak: Leak, attempt: Attempt, place: Place
) -> None:
    leak.meanwhile = lambda: place("2024-01-05-2", now())

    messages, error = attempt()

    assert error is None
    assert "2024-01-05-2" in messages.ids()


def test_gap_hidden_by_an_edit_is_found_by_the_amounts(
    leak: Leak, attempt: Attempt, place: Place
) -> None:
    place("2024-01-05-2", "2024-01-05T12:00:00Z", total_amount="20.00")
    leak.left_out = "2024-01-05-1"
    # The order moves to another day after it was read, so the counts agree again.
    leak.meanwhile = lambda: place("2024-01-05-2", now(), total_amount="20.00")

    _, error = attempt()

    assert "2024-01-05" in str(error)


def test_changes_of_the_last_minute_are_not_compared(
    leak: Leak, attempt: Attempt, place: Place
) -> None:
    place("late", now(seconds_ago=30))
    leak.left_out = "late"

    _, error = attempt()

    assert error is None


@pytest.mark.parametrize(
    "fields",
    [
        {"total_amount": 10.1},
        {"created_at": "2024-02-30T00:00:00Z"},
        {"total_amount": None},
        {"currency": "cad"},
        {"total_amount": "1234567890123456789012345678.0000000000000000001"},
        {"total_amount": "-10.10"},
        {"total_amount": "0.00", "currency": "JPY"},
    ],
)
def test_unusual_and_rejected_orders_match_the_shops_totals(
    leak: Leak, attempt: Attempt, place: Place, fields: dict[str, Any]
) -> None:
    assert leak.left_out is None
    place("unusual", "2024-01-05T10:00:00Z", **fields)

    messages, error = attempt()

    assert error is None
    assert len(messages.ids()) + len(messages.records("rejected_records")) == 7


@pytest.mark.parametrize("collection", ["products", "categories", "customers"])
def test_every_collection_is_compared(
    leak: Leak, attempt: Attempt, shop: Shop, collection: str
) -> None:
    shop.put(collection, {"id": "gone", "updated_at": "2024-01-05T10:00:00Z"})
    leak.left_out = "gone"

    _, error = attempt()

    assert f"The shop's totals of {collection} for 2024-01-05" in str(error)


def bookmark(value: str) -> dict[str, str]:
    return {"replication_key": "updated_at", "replication_key_value": value}


def now(seconds_ago: int = 0) -> str:
    moment = datetime.now(timezone.utc) - timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
