"""The window of a run: its bookmark minus the lookback, to the shop's clock at its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from conftest import Extract, Place
    from shopapp_demo.shop import Shop


def test_first_run_reads_all_and_bookmarks_the_last_change(
    extract: Extract, place: Place
) -> None:
    place("1", "2024-01-05T10:00:00Z")
    place("2", "2024-01-05T10:00:00.25Z")

    messages = extract()

    assert messages.ids() == ["1", "2"]
    assert messages.bookmark == "2024-01-05T10:00:00.250000Z"


def test_run_uses_the_default_lookback_unless_it_is_set(extract: Extract, place: Place) -> None:
    place("last", "2024-01-05T10:01:00Z")
    state = extract().state
    place("late", "2024-01-05T10:00:00Z")
    place("older", "2024-01-05T09:59:59Z")

    assert extract(state=state).ids() == ["late", "last"]
    assert extract(state=state, lookback_seconds=0).ids() == ["last"]
    assert extract(state=state, lookback_seconds=61).ids() == ["older", "late", "last"]


def test_repeated_reads_never_move_the_bookmark_back(
    extract: Extract, place: Place, shop: Shop
) -> None:
    for second in range(6):
        place(str(second), f"2024-01-05T10:00:0{second}Z")
    state = extract().state

    by_page = extract(state=state, page_size=2)
    shop.remove("transactions", "5")
    without_the_last = extract(state=state)

    assert by_page.ids() == ["0", "1", "2", "3", "4", "5"]
    for messages in (by_page, without_the_last):
        bookmarks = [s["bookmarks"]["transactions"] for s in messages.states()]
        assert {r["replication_key_value"] for r in bookmarks} == {
            "2024-01-05T10:00:05.000000Z"
        }


def test_start_date_limits_the_lookback_too(extract: Extract, place: Place) -> None:
    place("before", "2024-01-04T23:59:59Z")
    place("after", "2024-01-05T00:00:00Z")

    first = extract(start_date="2024-01-05")
    second = extract(start_date="2024-01-05", state=first.state)

    assert first.ids() == second.ids() == ["after"]


@pytest.mark.parametrize(
    "text",
    ["2024-01-05", "2024-01-05T00:00:00", "2024-01-05T00:00:00Z", "2024-01-04T19:00:00-05:00"],
)
def test_start_date_can_be_a_day_or_a_time(extract: Extract, place: Place, text: str) -> None:
    place("before", "2024-01-04T23:59:59Z")
    place("after", "2024-01-05T00:00:00Z")

    assert extract(start_date=text).ids() == ["after"]


def test_backfill_reads_its_window_and_keeps_the_bookmark(
    extract: Extract, place: Place
) -> None:
    for day in range(1, 6):
        place(str(day), f"2024-01-0{day}T00:00:00Z")
    state = extract().state

    messages = extract(state=state, backfill_since="2024-01-02", backfill_before="2024-01-04")

    assert messages.ids() == ["2", "3"]
    assert messages.state == state
    assert messages.bookmark == "2024-01-05T00:00:00.000000Z"


def test_backfill_without_state_sets_no_bookmark(extract: Extract, place: Place) -> None:
    place("1")

    messages = extract(backfill_since="2024-01-01", backfill_before="2025-01-01")

    assert messages.ids() == ["1"]
    assert messages.bookmark is None


def test_backfill_with_one_end_is_an_error(extract: Extract) -> None:
    with pytest.raises(TapError, match="Only one end of the backfill window is set"):
        extract(backfill_since="2024-01-01")


def test_run_reads_no_change_after_its_start(extract: Extract, place: Place) -> None:
    place("1")
    place("to come", "2999-01-01T00:00:00Z")

    messages = extract()

    assert messages.ids() == ["1"]
    assert messages.bookmark == "2024-01-05T10:00:00.000000Z"


def test_empty_shop_is_valid(extract: Extract) -> None:
    messages = extract()

    assert [shop["name"] for shop in messages.records("shops")] == ["A shop"]
    assert messages.ids() == []
    assert messages.bookmark is None
