"""Faults 18–51 of the catalogue: shops that change during a run, times, values, names.

`test_faults_in_the_warehouse.py` tests the same faults in the warehouse.
"""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attempt, Extract, Place, Scripted
    from shopapp_demo.shop import Record, Shop

X63 = "x" * 63


def fault(number: int, *values: Any, form: str = "") -> Any:
    """Return a parameter set that `pytest -k fault_07` finds."""
    return pytest.param(*values, id=f"fault_{number:02}{form and '_'}{form}")


def now(seconds_ago: float = 0) -> str:
    moment = datetime.now(timezone.utc) - timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def order(order_id: str, updated_at: object = "2024-01-05T10:00:00Z", **more: Any) -> Record:
    return {"id": order_id, "updated_at": updated_at, **more}


def page(*records: Any) -> dict[str, Any]:
    return {"data": list(records), "has_more": False}


# --- shops that change during a run ---


@pytest.fixture
def between_pages(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change the shop after each page of orders."""

    def between_pages(happen: Callable[[], object]) -> None:
        read = shop.page

        def changing(collection: str, **window: Any) -> tuple[list[Record], bool]:
            records, has_more = read(collection, **window)
            if collection == "transactions":
                happen()
            return list(records), has_more

        monkeypatch.setattr(shop, "page", changing)

    return between_pages


@pytest.mark.parametrize("size", [fault(18, 2), fault(18, 3, form="other_size")])
def test_changes_during_a_run_skip_no_order(
    place: Place, shop: Shop, extract: Extract, between_pages: Callable[..., None], size: int
) -> None:
    for number in range(10, 30):
        place(str(number), f"2024-01-05T10:00:{number}Z")
    leaving = iter(["10", "11", "20", "28"])

    def change() -> None:
        if gone := next(leaving, None):
            shop.remove("transactions", gone)
        place(f"new after {gone}", now())

    between_pages(change)
    stay = {str(number) for number in range(10, 30)} - {"10", "11", "20", "28"}

    assert stay <= set(extract(page_size=size).ids())


@pytest.mark.parametrize("size", [fault(19, 1), fault(19, 2, form="across_pages")])
def test_orders_with_the_same_time_are_all_read_by_both_runs(
    place: Place, extract: Extract, size: int
) -> None:
    for order_id in "dcba":
        place(order_id)
    first = extract(page_size=size)
    place("bb")

    assert first.ids() == ["a", "b", "c", "d"]
    assert extract(state=first.state, lookback_seconds=0).ids() == ["a", "b", "bb", "c", "d"]


@pytest.mark.parametrize("edited", [fault(20, "1"), fault(20, "3", form="before_its_page")])
def test_order_edited_during_a_run_is_read_by_the_next_run(
    place: Place, extract: Extract, between_pages: Callable[..., None], edited: str
) -> None:
    for number in "1234":
        place(number, f"2024-01-05T10:00:0{number}Z", total_amount="1.00")
    # After the start of the run, which is the end of its window.
    later = (datetime.now(timezone.utc) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    between_pages(lambda: place(edited, later, total_amount="2.00"))

    first = extract(page_size=2)
    while now(seconds_ago=1) < later:  # the shop's clock shows whole seconds
        time.sleep(0.1)
    second = extract(state=first.state, lookback_seconds=0)

    assert str(first.bookmark) < now()
    [found] = [r for r in second.records("transactions") if r["transaction_id"] == edited]
    assert found["total_amount"] == "2.00"


@pytest.mark.parametrize("late", [fault(21, 59)])
def test_order_committed_late_is_read_by_the_lookback(
    place: Place, extract: Extract, late: int
) -> None:
    place("last", "2024-01-05T10:01:00Z")
    first = extract()
    place("late", f"2024-01-05T10:00:{60 - late:02}Z")

    assert extract(state=first.state).ids() == ["late", "last"]


# --- times and bookmarks ---


@pytest.mark.parametrize(
    ("times", "written"),
    [
        fault(
            23,
            ["2024-01-05T10:00:00Z", "2024-01-05T10:00:00.5Z", "2024-01-05T10:00:01Z"],
            [
                "2024-01-05T10:00:00.000000Z",
                "2024-01-05T10:00:00.500000Z",
                "2024-01-05T10:00:01.000000Z",
            ],
        ),
        fault(
            24,
            ["2024-01-05T12:00:00+02:00", "2024-01-05T05:30:00-05:00"],
            ["2024-01-05T10:00:00.000000Z", "2024-01-05T10:30:00.000000Z"],
        ),
        fault(
            25,
            ["2024-11-03T01:30:00-04:00", "2024-11-03T01:30:00-05:00"],
            ["2024-11-03T05:30:00.000000Z", "2024-11-03T06:30:00.000000Z"],
        ),
    ],
)
def test_times_in_any_format_become_fixed_width_utc(
    scripted: Scripted, times: list[str], written: list[str]
) -> None:
    messages = scripted(page(*(order(str(n), time) for n, time in enumerate(times))))()

    assert [r["updated_at"] for r in messages.records("transactions")] == written
    assert messages.bookmark == written[-1]


@pytest.mark.parametrize("future", [fault(22, "2999-01-01T00:00:00Z")])
def test_bookmark_is_never_ahead_of_the_shops_clock(scripted: Scripted, future: str) -> None:
    messages = scripted(page(order("1", future)))()

    assert messages.ids() == ["1"]
    assert messages.bookmark == messages.records("shops")[0]["updated_at"] < future


@pytest.mark.parametrize(
    "bookmark",
    [
        fault(22, "2999-01-01T00:00:00Z", form="in_the_state"),
        fault(30, "yesterday", form="no_time"),
        fault(30, 5, form="no_text"),
        fault(30, ["2024-01-05"], form="a_list"),
    ],
)
def test_state_with_invalid_bookmark_is_rejected(attempt: Attempt, bookmark: object) -> None:
    value = {"replication_key": "updated_at", "replication_key_value": bookmark}

    _, error = attempt(state={"bookmarks": {"transactions": value}})

    assert "start without a state" in str(error)


@pytest.mark.parametrize(
    "position",
    [
        fault(30, {"secondary": {"refunds": "yesterday"}}, form="no_time_of_a_list"),
        fault(30, {"secondary": ["2024-01-05T00:00:00Z"]}, form="lists_without_names"),
        fault(30, {"id_list": {"page": 3}}, form="unknown_position"),
        fault(30, {"id_list": 3}, form="position_is_a_number"),
    ],
)
def test_state_with_invalid_position_of_a_list_is_rejected(
    attempt: Attempt, position: dict[str, object]
) -> None:
    _, error = attempt(state={"bookmarks": {"transactions": position}, "state_version": 2})

    assert "start without a state" in str(error)


@pytest.mark.parametrize("version", [fault(30, 3, form="newer"), fault(30, "x", form="other")])
def test_state_of_another_version_is_rejected(attempt: Attempt, version: object) -> None:
    _, error = attempt(state={"bookmarks": {}, "state_version": version})

    assert "The state was written by another version of the tap." in str(error)


@pytest.mark.parametrize("state", [fault(30, {"bookmarks": {}}, form="older")])
def test_state_without_version_is_accepted_and_gets_one(
    extract: Extract, place: Place, state: dict[str, Any]
) -> None:
    place("1")

    messages = extract(state=state)

    assert messages.ids() == ["1"]
    assert messages.state["state_version"] == 2


@pytest.mark.parametrize("last", [fault(26, "2024-01-03T00:00:00Z")])
def test_unsorted_pages_end_the_run_and_move_no_bookmark(scripted: Scripted, last: str) -> None:
    first = {**page(order("1", "2024-01-01T00:00:00Z")), "has_more": True, "next_cursor": "a"}
    second = page(order("4", "2024-01-04T00:00:00Z"), order("3", last))

    messages, error = scripted(first, second).attempt()

    assert "/v1/transactions is not sorted by updated_at" in str(error)
    assert messages.ids() == ["1"]
    assert "replication_key_value" not in messages.state["bookmarks"]["transactions"]


@pytest.mark.parametrize("updated_at", [fault(27, None)])
def test_order_without_updated_at_is_read_and_moves_no_bookmark(
    scripted: Scripted, updated_at: None
) -> None:
    messages = scripted(page(order("1", "2024-01-01T00:00:00Z"), order("2", updated_at)))()

    assert messages.ids() == ["1", "2"]
    assert messages.bookmark == "2024-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("size", [fault(29, 5)])
def test_run_without_records_keeps_the_bookmark(
    extract: Extract, place: Place, shop: Shop, size: int
) -> None:
    place("1")
    first = extract()
    shop.remove("transactions", "1")

    second = extract(state=first.state, page_size=size)

    assert second.ids() == []
    assert second.bookmark == first.bookmark == "2024-01-05T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("collection", "key"),
    [
        fault(31, "transactions", "transaction_id"),
        fault(31, "products", "product_id", form="products"),
        fault(31, "categories", "category_id", form="categories"),
        fault(31, "customers", "customer_id", form="customers"),
    ],
)
def test_deleted_record_is_written_as_tombstone(
    extract: Extract, shop: Shop, collection: str, key: str
) -> None:
    shop.put(collection, order("1", deleted_at="2024-01-05T10:00:00Z"))

    [record] = extract().records(collection)

    assert (record[key], record["deleted_at"]) == ("1", "2024-01-05T10:00:00.000000Z")


# --- values ---


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        fault(32, r'"order_name": "a\u0000b"', {"order_name": "a\ufffdb"}),
        fault(
            33,
            r'"attributes": {"deep": [{"\u0000": "x\u0000"}]}',
            {"attributes": {"deep": [{"\ufffd": "x\ufffd"}]}},
        ),
        fault(34, r'"order_name": "a\ud800b"', {"order_name": "a\ufffdb"}),
        fault(
            34,
            r'"attributes": {"deep": ["\udfff"]}',
            {"attributes": {"deep": ["\ufffd"]}},
            form="deep",
        ),
        fault(35, r'"order_name": "\ud83d\ude00"', {"order_name": "\N{GRINNING FACE}"}),
        fault(36, '"total_amount": 12', {"total_amount": "12"}, form="whole_number"),
        fault(36, '"total_amount": "0.10"', {"total_amount": "0.10"}, form="text"),
        fault(
            38,
            '"currency": "JPY", "total_amount": "100", "tax_amount": "1.234"',
            {"currency": "JPY", "total_amount": "100", "tax_amount": "1.234"},
        ),
        fault(
            39,
            '"customer_id": "98765432109876543210"',
            {"customer_id": "98765432109876543210"},
            form="as_text",
        ),
        fault(39, '"customer_id": 9223372036854775807', {"customer_id": "9223372036854775807"}),
        fault(40, f'"order_name": "{"é" * 1_000_000}"', {"order_name": "é" * 1_000_000}),
        fault(
            42,
            '"created_at": "2025-03-09T02:30:00-05:00"',
            {"created_at": "2025-03-09T07:30:00.000000Z"},
        ),
        fault(45, r'"order_name": "\t\\N \\. "', {"order_name": "\t\\N \\. "}),
        fault(45, '"order_name": ""', {"order_name": ""}, form="empty"),
        fault(47, '"order_name": 7', {"order_name": "7"}, form="number_as_text"),
        fault(48, '"order_name": "7"', {"order_name": "7"}),
        fault(
            50,
            f'"attributes": {{"{X63}1": 1, "{X63}2": 2}}',
            {"attributes": {f"{X63}1": 1, f"{X63}2": 2}},
        ),
        fault(
            51,
            r'"attributes": {"a\"; drop table x; --": 1}',
            {"attributes": {'a"; drop table x; --': 1}},
        ),
    ],
)
def test_valid_value_is_written_exactly(
    scripted: Scripted, sent: str, written: dict[str, Any]
) -> None:
    record = f'{{"id": "1", "updated_at": "2024-01-05T10:00:00Z", {sent}}}'
    body = f'{{"data": [{record}], "has_more": false}}'
    answer = Response(body, content_type="application/json")

    [found] = scripted(answer)().records("transactions")

    assert {name: found[name] for name in written} == written


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        fault(28, '"id": "1"', "no_updated_at"),
        fault(36, '"total_amount": 19.99', "inexact_amount"),
        fault(37, '"total_amount": 1e400', "inexact_amount", form="1e400"),
        fault(37, '"total_amount": NaN', "inexact_amount"),
        fault(37, '"total_amount": "NaN"', "inexact_amount", form="text"),
        fault(37, '"total_amount": "Infinity"', "inexact_amount", form="infinity"),
        fault(39, '"id": 98765432109876543210', "no_key", form="beyond_64_bits"),
        fault(
            39,
            '"items": [{"id": "1", "position": 9223372036854775808}]',
            "not_an_integer",
            form="position",
        ),
        fault(41, '"created_at": "2025-03-09T02:30:00"', "impossible_time"),
        fault(43, '"created_at": "2024-02-30T00:00:00Z"', "impossible_time"),
        fault(43, '"created_at": "0000-01-01T00:00:00Z"', "impossible_time", form="year_0000"),
        fault(43, '"created_at": 1704447600', "impossible_time", form="a_number"),
        fault(44, '"items": [{"id": "1", "position": "2"}]', "not_an_integer"),
        fault(44, '"total_amount": "19,99"', "inexact_amount", form="comma"),
        fault(47, '"is_test": "yes"', "not_a_boolean"),
    ],
)
def test_invalid_value_rejects_only_its_own_record(
    scripted: Scripted, sent: str, reason: str
) -> None:
    stamp = "" if reason == "no_updated_at" else '"updated_at": "2024-01-05T10:00:00Z", '
    bad = f'{{"id": "bad", {stamp}{sent}}}'  # the second of two ids counts
    good = json.dumps(order("good"))
    body = f'{{"data": [{bad}, {good}], "has_more": false}}'

    messages = scripted(Response(body, content_type="application/json"))()

    assert messages.ids() == ["good"]
    [rejected] = messages.records("rejected_records")
    assert rejected["reason_code"] == reason
    assert rejected["stream"] == "transactions"
    assert rejected["payload"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        fault(46, {"gift_note": "x"}, "'gift_note' (2 times)"),
        fault(49, {"items": [{"id": "1", "colour": "x"}]}, "'items.colour' (2 times)"),
        fault(49, {"x" * 99: 1}, f"'{'x' * 60}' (2 times)", form="long_name"),
    ],
)
def test_unknown_field_is_logged_once_per_run(
    extract: Extract,
    place: Place,
    caplog: pytest.LogCaptureFixture,
    fields: dict[str, Any],
    found: str,
) -> None:
    place("1", **fields)
    place("2", **fields)

    messages = extract(page_size=1)

    assert messages.ids() == ["1", "2"]
    logged = [entry.getMessage() for entry in caplog.records]
    [output] = [text for text in logged if "not in the contract" in text]
    assert output.startswith("transactions: 1 fields are not in the contract")
    assert found in output
