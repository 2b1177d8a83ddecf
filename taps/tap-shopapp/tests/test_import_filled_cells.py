"""Files as a shop: cells from the row above, words of a column, and the closing line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from imports import loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Messages
    from imports import Import

ORDERS = {"path": "f.csv", "table": "ECommerce_Transaction"}
LINES = {**ORDERS, "one_row_per": "line"}


@pytest.fixture
def carry_down(
    write: Any, import_files: Import, caplog: pytest.LogCaptureFixture
) -> Callable[[str, list[str]], tuple[Messages, str]]:
    """Import lines with cells to fill, and return the messages and the end of the summary."""

    def carry_down(rows: str, columns: list[str]) -> tuple[Messages, str]:
        write("f.csv", f"idTransaction,email,ProductName\n{rows}")
        with caplog.at_level(logging.INFO):
            messages, _ = import_files({**LINES, "carry_down": columns})
        [closing] = [r.getMessage() for r in caplog.records if " rejected. " in r.getMessage()]
        return messages, closing.rpartition(", ")[2]

    return carry_down


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        ("1,a@b.example,Pen\n,,Ink\n2,,Nib\n", ["idTransaction"], ({"1": 2, "2": 1}, 1)),
        ("1,a@b.example,Pen\n,,Ink\n,,Pad\n2,,Nib\n", ["idTransaction"], ({"1": 3, "2": 1}, 2)),
        ("1,a@b.example,Pen\n ,,Ink\n", ["idTransaction"], ({"1": 2}, 1)),
        ("1,a@b.example,\n,,Pen\n,,Ink\n", ["idTransaction"], ({"1": 2}, 2)),
        ("1,a@b.example,Pen\n,,Ink\n", ["idTransaction", "email"], ({"1": 2}, 2)),
        ("1,a@b.example,Pen\n1,,Ink\n", ["email"], ({"1": 2}, 1)),
        (",,Pen\n1,,Ink\n", ["idTransaction"], ({}, 0)),
        ("1,,Pen\n,,\n,,Ink\n", ["idTransaction"], ({"1": 2}, 1)),
        # A broken row may be the first of another order.
        ("1,,Pen\nx\n,,Ink\n2,,Nib\n", ["idTransaction"], ({"1": 1, "2": 1}, 1)),
        ('1,,Pen\n"2",x,"Ink,\n,,Nib\n', ["idTransaction"], ({"1": 1}, 1)),
        # The sum is not a line of the last order.
        ("1,,Pen\n,,Ink\n,Sum of 2,\n", ["idTransaction"], ({"1": 2}, 1)),
        # Nor are the names of the columns the id of an order.
        (
            "1,,Pen\nidTransaction,email,ProductName\n,,Ink\n",
            ["idTransaction"],
            ({"1": 2}, 1),
        ),
    ],
)
def test_carry_down_fills_cells_from_the_row_above(
    carry_down: Any, rows: str, columns: list[str], expected: tuple[dict[str, int], int]
) -> None:
    messages, closing_line = carry_down(rows, columns)

    counts = {o["transaction_id"]: o["item_count"] for o in messages.records("transactions")}
    assert (counts, closing_line) == (
        expected[0],
        f"{expected[1]} cells filled from the row above.",
    )


def test_carry_down_works_for_each_table(write: Any, import_files: Import) -> None:
    """Lines of their own file, and orders with one date per day."""
    write("i.csv", "idTransaction,idItem,ProductName\n1,a,Pen\n,b,Ink\n2,c,Nib\n")
    write("o.csv", "dtTransaction,idTransaction,Total\n2026-03-05,1,1\n,2,5\nx,Total,6\n")

    messages, _ = import_files(
        {"path": "i.csv", "table": "ECommerce_Item", "carry_down": ["idTransaction"]},
        {"path": "o.csv", "table": "ECommerce_Transaction", "carry_down": ["dtTransaction"]},
    )

    assert messages.ids("items") == ["1", "1", "2"]
    assert messages.ids(key="processed_at") == ["2026-03-05T00:00:00.000000Z"] * 2


WORDS = {
    "Bezahlt": "paid",
    "Erstattet": "refunded",
    "Teilweise  erstattet": "partially_refunded",
}


@pytest.mark.parametrize(
    ("cell", "values", "status"),
    [
        ("Bezahlt", WORDS, "paid"),
        ("BEZAHLT", WORDS, "paid"),
        (" bezahlt ", WORDS, "paid"),
        ("\u00a0bezahlt", WORDS, "paid"),
        ("teilweise erstattet", WORDS, "partially_refunded"),
        ("Teilweise\u00a0erstattet", WORDS, "partially_refunded"),
        ("refunded", WORDS, "refunded"),
        ("Storniert", WORDS, "unknown"),
        ("1", {1: "paid"}, "paid"),
        ("007", {"007": "paid"}, "paid"),
        ("Yes", {True: "paid"}, "unknown"),
        ("", {"": "pending"}, "pending"),
        ("n/a", {"N/A": None, "": "pending"}, "unknown"),
        ("STRASSE", {"straße": "paid"}, "paid"),
        ("paid", {"x": "Partially refunded"}, "paid"),
    ],
)
def test_values_map_words_of_a_column(
    write: Any, import_files: Import, cell: str, values: dict[Any, Any], status: str
) -> None:
    write("f.csv", f"idTransaction,Total,State\n1,10,{cell}\n")

    [order] = loaded(
        import_files,
        {**ORDERS, "columns": {"State": {"to": "financialStatus", "values": values}}},
    ).records("transactions")

    assert order["financial_status"] == status


def test_values_map_words_before_they_are_read(write: Any, import_files: Import) -> None:
    write("f.csv", "idTransaction,Total,T,At\n1,free,echt,n/a\n2,5,Probe,2026-03-05\n")

    orders = loaded(
        import_files,
        {
            **ORDERS,
            "columns": {
                "Total": {"to": "Total", "values": {"free": 0}},
                "T": {"to": "isTest", "values": {"Probe": "true", "echt": "false"}},
                "At": {"to": "dtCancelled", "values": {"n/a": None}},
            },
        },
    ).records("transactions")

    assert [(o["total_amount"], o["is_test"], o["cancelled_at"]) for o in orders] == [
        ("0", False, None),
        ("5", True, "2026-03-05T00:00:00.000000Z"),
    ]


def test_closing_line_counts_rows_words_and_cells(
    write: Any, import_files: Import, caplog: pytest.LogCaptureFixture
) -> None:
    write(
        "f.csv",
        "idTransaction,ProductName,Price,financialStatus,fulfillmentStatus\n"
        "1,Pen,1,Paid,shipped\n,Ink,2,,\n2,Pad,x,paid,\n3,Nib,1,bezahlt,gone\n4,Pen,1,unknown,\n",
    )

    with caplog.at_level(logging.INFO):
        import_files({**LINES, "carry_down": ["idTransaction"]})

    assert (
        "f.csv: 4 rows loaded, 1 rejected. 4 statuses unknown, 1 cells filled from the row"
        " above." in caplog.text
    )
