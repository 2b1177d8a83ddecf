"""Lists of ids: deletions that leave no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.pages import IdPage
from traceless import TracelessShopApp
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conftest import Attempt, Extract, Messages, Place
    from shopapp_demo.shop import Shop


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


def ranges(messages: Messages, stream: str = "transactions") -> list[dict[str, Any]]:
    return [r for r in messages.records("id_ranges") if r["stream"] == stream]


def spans(messages: Messages) -> list[tuple[int, int, int, int | None, list[str]]]:
    return [
        (r["list_number"], r["place"], r["from_id"], r["to_id"], r["ids"])
        for r in ranges(messages)
    ]


def put(place: Place, *numbers: int) -> None:
    for number in numbers:
        place(str(number), "2024-01-05T10:00:00Z")


def test_run_lists_ids_in_ranges_that_leave_no_gap(extract: Extract, place: Place) -> None:
    put(place, 2, 5, 6, 9, 11, 20, 100)
    first = extract()

    second = extract(state=first.state)

    assert ranges(first) == []  # the first run has read every order
    assert spans(second) == [
        (0, 0, 11, None, ["100", "20", "11"]),
        (0, 1, 5, 10, ["9", "6", "5"]),
        (0, 2, 0, 4, ["2"]),
    ]
    assert second.state["bookmarks"]["transactions"]["id_list"] == {
        "list_number": 1,
        "place": 0,
        "below": None,
        "listed": 0,
    }
    assert {r["shop_id"] for r in ranges(second)} == {"s"}
    assert {r["is_confirmed"] for r in ranges(second)} == {False}


def test_next_list_has_the_other_number(extract: Extract, place: Place) -> None:
    put(place, 1)
    state = extract().state

    numbers = []
    for _ in range(3):
        run = extract(state=state)
        numbers += [r["list_number"] for r in ranges(run)]
        state = run.state

    assert numbers == [0, 1, 0]


def test_list_continues_in_the_next_run_after_its_requests_are_used(
    extract: Extract, place: Place
) -> None:
    put(place, *range(1, 9))
    state = extract().state

    runs = [extract(state=state, id_list_requests=1)]
    put(place, 9)
    while runs[-1].state["bookmarks"]["transactions"]["id_list"]["below"] is not None:
        runs.append(extract(state=runs[-1].state, id_list_requests=1))

    assert [span for run in runs for span in spans(run)] == [
        (0, 0, 6, None, ["8", "7", "6"]),
        (0, 1, 3, 5, ["5", "4", "3"]),
        (0, 2, 0, 2, ["2", "1"]),
    ]


def test_zero_requests_turn_lists_of_ids_off(extract: Extract, place: Place) -> None:
    put(place, 1)

    assert ranges(extract(state=extract().state, id_list_requests=0)) == []


def test_refunds_are_listed_in_the_ranges_of_their_orders(
    extract: Extract, place: Place
) -> None:
    refund = {"id": "r1", "amount": "1.00", "created_at": "2024-01-05T10:00:00Z"}
    place("1", refunds=[refund, {**refund, "id": "r2"}], refunded_amount="2.00")
    place("2")

    run = extract(state=extract().state)

    [listed] = ranges(run, "refunds")
    assert listed["ids"] == ["r1", "r2"]
    assert (listed["from_id"], listed["to_id"]) == (0, None)


def test_listed_at_is_before_the_request_and_after_the_pages(
    extract: Extract, place: Place
) -> None:
    put(place, 1)
    run = extract(state=extract().state)

    read = [m for m in run.all if m.get("stream") == "transactions" and m["type"] == "RECORD"]
    listed = [m for m in run.all if m.get("stream") == "id_ranges" and m["type"] == "RECORD"]

    for each in listed:
        written = (read[0]["time_extracted"], each["time_extracted"])
        assert written[0] <= each["record"]["listed_at"] < written[1]


@pytest.mark.parametrize("deleted", range(1, 10))
def test_orders_deleted_or_added_between_pages_are_never_in_a_gap(
    extract: Extract, place: Place, shop: Shop, monkeypatch: pytest.MonkeyPatch, deleted: int
) -> None:
    put(place, *range(1, 10))
    state = extract().state

    def change() -> None:
        shop.transactions.pop(str(deleted), None)
        put(place, max(map(int, shop.transactions)) + 1)

    monkeypatch.setattr(TracelessShopApp, "changes", [change])
    found = spans(extract(state=state))

    # The ranges are next to each other, and every order that stayed is in its range.
    assert [to for _, _, _, to, _ in found] == [
        None,
        *(low - 1 for _, _, low, _, _ in found[:-1]),
    ]
    assert found[-1][2] == 0
    listed = {each for *_, ids in found for each in ids}
    assert {str(n) for n in range(1, 10)} - listed <= {str(deleted)}


def test_run_that_is_killed_after_any_state_lists_the_rest_of_the_ids(
    extract: Extract, place: Place
) -> None:
    put(place, *range(1, 12))
    whole = extract(state=extract().state)
    expected = spans(whole)
    states = [s for s in whole.states() if "id_list" in s["bookmarks"]["transactions"]]

    for number, killed_with in enumerate(states[: len(expected)], start=1):
        rest = spans(extract(state=killed_with))
        known = expected[:number]
        if number < len(expected):
            assert known + rest == expected


class UnsortedShopApp(TracelessShopApp):
    """A shop whose list of ids is not sorted."""

    found: list[str]

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        yield IdPage({"transactions": self.found, "refunds": []}, is_last=True)


@pytest.mark.parametrize(
    "found", [["1", "2"], ["2", "2"], ["7", "7a"], ["-1"], ["1.5"]], ids=" ".join
)
def test_ids_that_are_not_in_descending_order_end_the_run(
    attempt: Attempt,
    extract: Extract,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    found: list[str],
) -> None:
    put(place, 1)
    state = extract().state
    monkeypatch.setitem(APPLICATIONS, "shopapp", UnsortedShopApp)
    monkeypatch.setattr(UnsortedShopApp, "found", found, raising=False)

    messages, error = attempt(state=state)

    assert "list of transactions is not sorted by id" in str(error)
    assert ranges(messages) == []


def test_ids_above_the_position_end_the_run(
    attempt: Attempt, extract: Extract, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(place, *range(1, 8))
    state = extract(state=extract().state, id_list_requests=1).state
    monkeypatch.setitem(APPLICATIONS, "shopapp", UnsortedShopApp)
    monkeypatch.setattr(UnsortedShopApp, "found", ["5", "4"], raising=False)

    _, error = attempt(state=state)

    assert "list of transactions is not sorted by id" in str(error)


def test_confirmed_deletions_begin_a_new_list_of_confirmed_ranges(
    extract: Extract, place: Place
) -> None:
    put(place, *range(1, 8))
    state = extract(state=extract().state, id_list_requests=1).state

    run = extract(state=state, confirm_deletions=True)

    assert [r["place"] for r in ranges(run)] == [0, 1, 2]
    assert {r["list_number"] for r in ranges(run)} == {1}
    assert {r["is_confirmed"] for r in ranges(run)} == {True}


def test_backfill_lists_no_ids(extract: Extract, place: Place) -> None:
    put(place, 1)
    state = extract().state

    run = extract(state=state, backfill_since="2024-01-01", backfill_before="2024-02-01")

    assert ranges(run) == []


class EndlessShopApp(TracelessShopApp):
    """A shop with a record that ends its list of ids early, such as one that cannot be read."""

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        for page in super().id_pages(stream, below, listed):
            if "4" in page.ids["transactions"]:
                return
            yield page


def test_list_that_ends_early_begins_again_at_the_top(
    extract: Extract, place: Place, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run lists the ids above the record, so that their deletions are detected."""
    monkeypatch.setitem(APPLICATIONS, "shopapp", EndlessShopApp)
    put(place, *range(1, 10))
    runs = [extract(state=extract().state)]
    shop.remove("transactions", "8")
    for _ in range(2):
        runs.append(extract(state=runs[-1].state))

    top = [ids for run in runs for _, _, _, to, ids in spans(run) if to is None]
    assert top == [["9", "8", "7"], ["9", "7", "6"]]


def test_empty_list_of_ids_deletes_nothing(
    extract: Extract, place: Place, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    put(place, 1)
    state = extract().state
    shop.remove("transactions", "1")

    run = extract(state=state)

    assert ranges(run) == []
    assert "the shop's list of ids is empty, so no deletions are detected" in caplog.text


class TwoListsShopApp(TracelessShopApp):
    """A shop with lists of ids of products and orders."""

    id_lists: ClassVar[Mapping[str, tuple[str, ...]]] = {"products": (), "transactions": ()}

    @override
    def id_pages(self, stream: str, below: str | None, listed: int) -> Iterator[IdPage]:
        pages = 4
        for number in range(pages, 0, -1):
            if below is None or number < int(below):
                yield IdPage({stream: [str(number)]}, is_last=number == 1)


@pytest.mark.parametrize("found", [(4, 2, 2), (5, 3, 2), (7, 4, 3), (100, 4, 4), (0, 0, 0)])
def test_requests_are_shared_among_the_lists(
    extract: Extract,
    place: Place,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    found: tuple[int, int, int],
) -> None:
    """There are four pages of products and of orders."""
    requests, *expected = found
    monkeypatch.setitem(APPLICATIONS, "shopapp", TwoListsShopApp)
    put(place, 1)
    shop.put("products", {"id": "1", "name": "Hat", "updated_at": "2024-01-05T10:00:00Z"})

    run = extract(state=extract().state, id_list_requests=requests)

    assert [len(ranges(run, "products")), len(ranges(run))] == expected
