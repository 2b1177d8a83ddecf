"""Sales events of orders whose application only knows refunds: ShopApp and files.

The order has goods of 100.00 with 20.00 tax, and shipping of 10.00 with 2.00 tax: 132.00.
"""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sales_events import paid_back, short
from tap_shopapp.errors import RecordError
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import NormalizedRecord, add

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Attempt, Extract, Place

Row = dict[str, Any]
REFUNDED_AT = "2026-03-06T10:00:00Z"


def line(number: int, net: str, tax: str, **changed: Any) -> Row:
    return {
        "id": str(number),
        "quantity": "2",
        "line_gross_amount": net,
        "discount_amount": "0",
        "tax_amount": tax,
    } | changed


def refund(amount: str, refund_id: str = "r") -> Row:
    return {"id": refund_id, "amount": amount, "created_at": REFUNDED_AT}


def order(*lines: Row, **changed: Any) -> Row:
    refunds = changed.get("refunds", [])
    refunded = sum((Decimal(each["amount"]) for each in refunds), Decimal(0))
    return {
        "id": "1",
        "updated_at": "2026-03-07T10:00:00Z",
        "currency": "EUR",
        "gross_amount": "100.00",
        "discount_amount": "0",
        "shipping_amount": "10.00",
        "shipping_tax_amount": "2.00",
        "tax_amount": "22.00",
        "adjustment_amount": "0",
        "total_amount": "132.00",
        "refunded_amount": str(refunded),
        "items": list(lines or (line(1, "60.00", "12.00"), line(2, "40.00", "8.00"))),
        **changed,
    }


def events(raw: Row) -> list[Row]:
    page = Page()
    add("transactions", NormalizedRecord(raw), page)
    [record] = page.records
    found = page.embedded["sales_events"]
    assert record["sales_event_count"] == len(found)
    assert {event["transaction_version"] for event in found} <= {record["version"]}
    assert {event["currency"] for event in found} <= {"EUR"}
    return found


def test_order_without_changes_has_no_events() -> None:
    assert events(order()) == []


def test_partial_refund_of_a_line_returns_its_goods_and_tax() -> None:
    """One of two units of the first line: 30.00 and 6.00 tax."""
    lines = (
        line(1, "60.00", "12.00", refunded_quantity="1", refunded_amount="30.00"),
        line(2, "40.00", "8.00"),
    )

    [event] = events(order(*lines, refunds=[refund("36.00")]))

    assert short([event]) == [("return", "1", "-1", "-30", "0", "-6", "stated")]
    assert event["occurred_at"] == "2026-03-06T10:00:00.000000Z"
    assert event["event_id"] == "r:return:1"


def test_full_refund_without_lines_is_what_the_order_has() -> None:
    assert short(events(order(refunds=[refund("132.00")]))) == [
        ("return", None, None, "-100", "0", "-20", "derived"),
        ("shipping_refund", None, None, "-10", "0", "-2", "derived"),
    ]


def test_partial_refund_without_lines_is_split_pro_rata() -> None:
    """A quarter: 25.00 of goods with 5.00 tax, 2.50 of shipping with 0.50 tax."""
    assert short(events(order(refunds=[refund("33.00")]))) == [
        ("return", None, None, "-25", "0", "-5", "derived"),
        ("shipping_refund", None, None, "-2.5", "0", "-0.5", "derived"),
    ]


def test_split_of_an_odd_amount_sums_to_the_refund() -> None:
    """Running totals of 1.00 are 0.76, 0.91, 0.98 and 1.00; of 0.01, one part has all."""
    assert paid_back(events(order(refunds=[refund("0.01")]))) == Decimal("-0.01")
    assert short(events(order(refunds=[refund("1.00")]))) == [
        ("return", None, None, "-0.76", "0", "-0.15", "derived"),
        ("shipping_refund", None, None, "-0.07", "0", "-0.02", "derived"),
    ]


def test_second_refund_takes_what_the_first_left() -> None:
    """First one unit of the first line, then everything else."""
    lines = (
        line(1, "60.00", "12.00", refunded_quantity="1", refunded_amount="30.00"),
        line(2, "40.00", "8.00"),
    )
    later = refund("96.00", "s") | {"created_at": "2026-03-08T10:00:00Z"}

    found = events(order(*lines, refunds=[later, refund("36.00")]))

    assert short(found) == [
        ("return", "1", "-1", "-30", "0", "-6", "stated"),
        ("return", None, None, "-70", "0", "-14", "derived"),
        ("shipping_refund", None, None, "-10", "0", "-2", "derived"),
    ]
    assert {event["event_id"] for event in found} == {
        "r:return:1",
        "s:rest:return",
        "s:rest:shipping_refund",
    }


def test_refund_above_the_order_leaves_an_adjustment() -> None:
    found = events(order(refunds=[refund("140.00")]))

    assert short(found) == [
        ("adjustment", None, None, "-8", "0", "0", "derived"),
        ("return", None, None, "-100", "0", "-20", "derived"),
        ("shipping_refund", None, None, "-10", "0", "-2", "derived"),
    ]


def test_edit_that_removes_an_unpaid_line_is_a_removal() -> None:
    """The order still contains the line; nobody paid it back."""
    lines = (line(1, "60.00", "12.00"), line(2, "40.00", "8.00", status="cancelled"))

    [event] = events(order(*lines))

    assert short([event]) == [("removal", "2", "-2", "-40", "0", "-8", "stated")]
    assert event["occurred_at"] is None


def test_removed_line_that_was_refunded_counts_once() -> None:
    lines = (line(1, "60.00", "12.00"), line(2, "40.00", "8.00", status="cancelled"))

    [event] = events(order(*lines, refunds=[refund("48.00")]))

    assert short([event]) == [("removal", "2", "-2", "-40", "0", "-8", "stated")]
    assert event["occurred_at"] == "2026-03-06T10:00:00.000000Z"


def test_exchange_for_a_product_of_the_same_price_is_a_return() -> None:
    """The first line came back for the second one; no money moved."""
    lines = (line(1, "50.00", "10.00", status="returned"), line(2, "50.00", "10.00"))

    assert short(events(order(*lines))) == [
        ("return", "1", "-2", "-50", "0", "-10", "stated"),
    ]


def test_cancelled_order_with_cancelled_lines_removes_them_at_that_time() -> None:
    lines = (
        line(1, "60.00", "12.00", status="cancelled"),
        line(2, "40.00", "8.00", status="cancelled"),
    )
    cancelled_at = "2026-03-05T10:00:00Z"

    found = events(order(*lines, cancelled_at=cancelled_at, financial_status="voided"))

    assert short(found) == [
        ("removal", "1", "-2", "-60", "0", "-12", "stated"),
        ("removal", "2", "-2", "-40", "0", "-8", "stated"),
    ]
    assert {event["occurred_at"] for event in found} == {"2026-03-05T10:00:00.000000Z"}


def test_returned_line_loses_its_share_of_the_order_discount() -> None:
    """10.00 off the whole order: 6.00 of them are the first line's."""
    raw = order(
        line(1, "60.00", "12.00", status="returned"),
        line(2, "40.00", "8.00"),
        discount_amount="10.00",
        total_amount="122.00",
        refunds=[refund("66.00")],
    )

    assert short(events(raw)) == [("return", "1", "-2", "-60", "-6", "-12", "stated")]


def test_fees_tips_and_duties_are_refunded_with_the_order() -> None:
    raw = order(
        fee_amount="5.00",
        fee_tax_amount="1.00",
        tip_amount="3.00",
        duty_amount="4.00",
        tax_amount="23.00",
        adjustment_amount="0.02",
        total_amount="145.02",
        refunds=[refund("145.02")],
    )

    assert short(events(raw)) == [
        ("adjustment", None, None, "-0.02", "0", "0", "derived"),
        ("duty_refund", None, None, "-4", "0", "0", "derived"),
        ("fee_refund", None, None, "-5", "0", "-1", "derived"),
        ("return", None, None, "-100", "0", "-20", "derived"),
        ("shipping_refund", None, None, "-10", "0", "-2", "derived"),
        ("tip_refund", None, None, "-3", "0", "0", "derived"),
    ]


def test_gift_card_that_is_returned_names_its_line() -> None:
    raw = order(
        line(1, "60.00", "12.00"),
        line(2, "40.00", "8.00", is_gift_card=True, status="returned"),
        refunds=[refund("48.00")],
    )
    page = Page()
    add("transactions", NormalizedRecord(raw), page)

    assert [item["is_gift_card"] for item in page.embedded["items"]] == [None, True]
    assert short(page.embedded["sales_events"]) == [
        ("return", "2", "-2", "-40", "0", "-8", "stated"),
    ]


CENTS = st.integers(0, 9999).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
STATUSES = st.sampled_from(["sold", "cancelled", "returned"])


@settings(max_examples=200, deadline=None)
@given(
    refunds=st.lists(CENTS, min_size=1, max_size=4),
    amounts=st.lists(CENTS, min_size=2, max_size=2),
    statuses=st.lists(STATUSES, min_size=2, max_size=2),
)
def test_events_of_refunds_sum_to_them_for_any_amounts(
    refunds: list[str], amounts: list[str], statuses: list[str]
) -> None:
    """Events without a refund are those of lines that no refund covers."""
    lines = [
        line(place, "50.00", "10.00", status=status, refunded_amount=amount)
        for place, (status, amount) in enumerate(zip(statuses, amounts, strict=True), start=1)
    ]
    named = [refund(amount, f"r{place}") for place, amount in enumerate(refunds)]

    found = [
        event
        for event in events(order(*lines, refunds=named))
        if not event["event_id"].startswith("line:")
    ]

    for each in named:
        its = [event for event in found if event["event_id"].split(":")[0] == each["id"]]
        # A line may be covered within a cent; the difference is an adjustment.
        assert paid_back(its) == -Decimal(each["amount"])


STATED = {
    "id": "e1",
    "item_id": "2",
    "kind": "addition",
    "occurred_at": REFUNDED_AT,
    "quantity": "2",
    "goods_amount": "40.00",
    "discount_amount": "0",
    "tax_amount": "8.00",
}


def test_events_that_a_shop_states_replace_derived_ones() -> None:
    found = events(order(sales_events=[STATED], refunds=[refund("12.00")]))

    assert short(found) == [("addition", "2", "2", "40", "0", "8", "stated")]
    assert found[0]["shop_goods_amount"] is None


def test_unknown_kind_is_loaded_and_counted(
    extract: Extract, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place("1", sales_events=[STATED | {"kind": "donation"}])
    with caplog.at_level(logging.WARNING):
        messages = extract()

    [event] = messages.records("sales_events")
    assert (event["kind"], event["kind_raw"]) == ("unknown", "donation")
    assert event["goods_amount"] == "40.00"
    assert (
        "sales_events: 1 events have a kind that is not in the contract and are loaded with the"
        " kind unknown: 'donation' (1 times)."
    ) in caplog.text


def test_repeated_event_id_rejects_the_order() -> None:
    with pytest.raises(RecordError, match="Two sales events of the order have the same id"):
        events(order(sales_events=[STATED, STATED]))


def test_order_without_events_keeps_the_version_of_earlier_releases() -> None:
    """SHA-256 of the ids 1 and 2, and of no refunds, as releases without events wrote it."""
    page = Page()
    add("transactions", NormalizedRecord(order()), page)

    assert page.records[0]["version"] == "2026-03-07T10:00:00.000000Z-ec43e42162f1"


def imported(try_run: Attempt, folder: Path, text: str, mapping: str = "") -> Any:
    (folder / "ECommerce_Transaction.csv").write_text(text)
    settings = {"shop_id": "s", "application": "files"}
    settings["files_path"] = str(folder / "*.csv")
    if mapping:
        (folder / "mapping.yml").write_text(mapping)
        settings["files_mapping"] = str(folder / "mapping.yml")
        del settings["files_path"]
    messages, error = try_run(settings)
    assert error is None, error
    return messages


LINES = """
files:
  - path: "*.csv"
    table: ECommerce_Transaction
    one_row_per: line
"""


def test_file_of_orders_states_refunds_without_a_version(
    try_run: Attempt, tmp_path: Path
) -> None:
    """A half of 100.00 with 20.00 tax; the file does not state when."""
    text = "idTransaction,Revenue,Tax,Refund,Currency\n1,100,20,60,EUR\n2,100,20,0,EUR\n"

    messages = imported(try_run, tmp_path, text)

    found = messages.records("sales_events")
    assert short(found) == [("return", None, None, "-50", "0", "-10", "derived")]
    assert (found[0]["transaction_version"], found[0]["occurred_at"]) == (None, None)


def test_file_without_refunds_leaves_the_events_of_the_shop(
    try_run: Attempt, tmp_path: Path
) -> None:
    text = "idTransaction,idProduct,Quantity,Price\n1,7,1,10\n"

    messages = imported(try_run, tmp_path, text, LINES)

    assert messages.records("sales_events") == []
    [record] = messages.records("transactions")
    assert record["sales_event_count"] is None


def test_file_of_lines_states_refunds_with_its_version(
    try_run: Attempt, tmp_path: Path
) -> None:
    """One of two units of the line was refunded, and the file has no tax."""
    text = "idTransaction,idProduct,Quantity,Price,refundedQuantity,Refund\n1,7,2,10,1,10\n"

    messages = imported(try_run, tmp_path, text, LINES)

    found = messages.records("sales_events")
    assert short(found) == [("return", "1", "-1", "-10", "0", "0", "stated")]
    [record] = messages.records("transactions")
    assert record["sales_event_count"] == 1
    assert found[0]["transaction_version"] == record["version"]
