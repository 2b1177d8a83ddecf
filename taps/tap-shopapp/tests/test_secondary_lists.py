"""Secondary lists: changes that do not move an order's time of change."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from conftest import Messages
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.pages import ChangedIds
from tap_shopapp.sync import catch_up_stream
from traceless import TracelessShopApp
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt, Extract, Place
    from shopapp_demo.shop import Shop
    from tap_shopapp.pages import Window

LONG_AGO = "2024-01-05T10:00:00Z"


@pytest.fixture(autouse=True)
def _traceless(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    monkeypatch.setitem(APPLICATIONS, "shopapp", TracelessShopApp)
    for name, value in {
        "shop": shop,
        "refund_log": [],
        "requests": [],
        "changes": [],
    }.items():
        monkeypatch.setattr(TracelessShopApp, name, value, raising=False)


def refund(shop: Shop, order_id: str, at: str) -> None:
    """Refund an order without a new time of change."""
    shop.transactions[order_id]["refunded_amount"] = "4.00"
    TracelessShopApp.refund_log.append((at, order_id))


def with_bookmark(state: dict[str, Any], value: str) -> dict[str, Any]:
    """Return a state whose secondary list has a bookmark."""
    state = deepcopy(state)
    state["bookmarks"]["transactions"]["secondary"] = {"refund_log": value}
    return state


def refunded(messages: Messages) -> dict[str, str | None]:
    """Return what was refunded of each order, by the last record of the order."""
    records = messages.records("transactions")
    return {record["transaction_id"]: record["refunded_amount"] for record in records}


def bookmark(state: dict[str, Any]) -> str:
    return str(state["bookmarks"]["transactions"]["secondary"]["refund_log"])


def test_refund_that_does_not_move_its_order_is_read_by_the_next_run(
    extract: Extract, place: Place, shop: Shop
) -> None:
    place("1", LONG_AGO)
    place("2", "2024-03-05T10:00:00Z")
    first = extract()
    state = with_bookmark(first.state, "2024-06-01T00:00:00.000000Z")
    refund(shop, "1", "2024-06-02T00:00:00.000000Z")

    second = extract(state=state)

    assert first.ids() == ["1", "2"]
    assert {
        r["transaction_id"]: r["refunded_amount"] for r in second.records("transactions")
    } == {
        "2": None,  # within the lookback of the bookmark
        "1": "4.00",
    }
    assert second.bookmark == first.bookmark
    assert bookmark(second.state) > "2024-06-02"


def test_first_run_reads_no_order_twice(extract: Extract, place: Place, shop: Shop) -> None:
    place("1", LONG_AGO)
    refund(shop, "1", "2024-06-02T00:00:00.000000Z")

    first = extract()
    requested = list(TracelessShopApp.requests)
    extract(state=first.state)

    assert first.ids() == ["1"]
    assert [name for name, _ in requested] == ["refund_log"]
    assert ("by id", ["1"]) not in TracelessShopApp.requests


def test_first_run_with_a_start_date_reads_refunds_since_that_date(
    extract: Extract, place: Place, shop: Shop
) -> None:
    place("1", LONG_AGO)
    refund(shop, "1", "2024-06-02T00:00:00.000000Z")

    assert extract(start_date="2024-06-01").ids() == ["1"]
    assert extract(start_date="2024-07-01").ids() == []


def test_state_of_version_1_begins_at_the_bookmark_less_the_lookback(
    extract: Extract, place: Place, shop: Shop
) -> None:
    place("1", LONG_AGO)
    place("2", "2024-03-05T10:00:00Z")
    state = deepcopy(extract().state)
    state["state_version"] = 1
    del state["bookmarks"]["transactions"]["secondary"]
    refund(shop, "1", "2024-03-05T09:59:30.000000Z")  # the lookback is 60 seconds

    second = extract(state=state)

    assert second.ids() == ["2", "1"]
    assert second.state["state_version"] == 2


def test_run_that_is_killed_after_any_state_loses_no_refund(
    extract: Extract, place: Place, shop: Shop
) -> None:
    for number in range(1, 9):
        place(str(number), f"2024-01-05T10:00:0{number}Z")
    state = with_bookmark(extract().state, "2024-06-01T00:00:00.000000Z")
    for number in range(1, 9):
        refund(shop, str(number), f"2024-06-02T00:00:0{number}.000000Z")
    before = deepcopy(state)  # a run changes its state
    whole = extract(state=state, page_size=2, lookback_seconds=0)
    everything = dict.fromkeys(map(str, range(1, 9)), "4.00")

    for killed_with in [before, *whole.states()]:
        seen = Messages(whole.all[: _place_of(whole.all, killed_with)])
        rest = extract(state=killed_with, lookback_seconds=0)
        assert refunded(Messages(seen.all + rest.all)) == everything


def _place_of(messages: list[dict[str, Any]], state: dict[str, Any]) -> int:
    return next((n for n, m in enumerate(messages) if m.get("value") == state), 0)


def test_first_run_that_is_killed_loses_no_refund_of_an_order_that_it_read(
    extract: Extract, place: Place, shop: Shop
) -> None:
    for number in range(1, 5):
        place(str(number), f"2024-01-05T10:00:0{number}Z")
    first = extract(page_size=1)
    killed_with = next(s for s in first.states() if "transactions" in s["bookmarks"])
    # The refund is later than the first run, whose clock is the bookmark.
    TracelessShopApp.refund_log.append((bookmark(killed_with), "1"))
    shop.transactions["1"]["refunded_amount"] = "4.00"

    rest = extract(state=killed_with, lookback_seconds=0)

    assert refunded(rest)["1"] == "4.00"


class UnsortedShopApp(TracelessShopApp):
    """A shop whose list of refunds is not sorted."""

    @override
    def changed_ids(self, stream: str, name: str, window: Window) -> Iterator[ChangedIds]:
        yield ChangedIds(["1"], "2024-06-03T00:00:00.000000Z")
        yield ChangedIds(["2"], "2024-06-02T00:00:00.000000Z")


def test_list_that_is_not_sorted_ends_the_run_and_keeps_its_bookmark(
    attempt: Attempt, extract: Extract, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place("1", LONG_AGO)
    state = with_bookmark(extract().state, "2024-06-01T00:00:00.000000Z")
    monkeypatch.setitem(APPLICATIONS, "shopapp", UnsortedShopApp)

    messages, error = attempt(state=state)

    assert "refund_log is not sorted by its time of change" in str(error)
    assert bookmark(messages.state) == "2024-06-01T00:00:00.000000Z"


def test_order_that_was_deleted_since_its_refund_is_left_out(
    extract: Extract, place: Place, shop: Shop
) -> None:
    place("1", LONG_AGO)
    place("2", "2024-03-05T10:00:00Z")
    state = with_bookmark(extract().state, "2024-06-01T00:00:00.000000Z")
    refund(shop, "1", "2024-06-02T00:00:00.000000Z")
    shop.remove("transactions", "1")

    assert extract(state=state, lookback_seconds=0).ids() == ["2"]


def test_backfill_reads_no_secondary_list(extract: Extract, place: Place) -> None:
    place("1", LONG_AGO)
    state = extract().state
    TracelessShopApp.requests.clear()

    extract(state=state, backfill_since="2024-01-01", backfill_before="2024-02-01")

    assert TracelessShopApp.requests == []


def test_number_of_remembered_ids_is_limited(
    extract: Extract, place: Place, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_up_stream, "_MOST_REMEMBERED", 2)
    for number in range(1, 6):
        place(str(number), f"2024-01-05T10:00:0{number}Z")
    for number in range(1, 6):
        refund(shop, str(number), "2024-06-02T00:00:00.000000Z")

    first = extract(page_size=1, start_date="2024-01-01")

    # The other orders are read twice, which costs requests only.
    assert first.ids() == ["1", "2", "3", "4", "5", "3", "4", "5"]
