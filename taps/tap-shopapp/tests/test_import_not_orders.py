"""Files as a shop: rows that are not records are rejected with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from imports import Import

ORDERS = {"path": "f.csv", "table": "ECommerce_Transaction"}
LINES = {**ORDERS, "one_row_per": "line"}
SHOP = {"currency": "CAD"}
# An order of 10 and an order of 20.
TIMES = "idTransaction,Total,dtTransaction\n1,10,2026-03-05\n2,20,2026-03-06\n"
NAMES = "idTransaction,Total,email\n1,10,a@example.com\n2,20,b@example.com\n"
CODES = "idTransaction,Total,Currency\n1,10,CAD\n2,20,CAD\n"
PLAIN = "idTransaction,Total\n1,10\n2,20\n"


def read(
    import_files: Import, entry: dict[str, Any], shop: dict[str, str] | None = None
) -> tuple[Any, list[str]]:
    """Import a file, and return the messages and the reasons of the rejects."""
    messages, _ = import_files(entry, shop=shop, files_max_rejected_percent=100)
    return messages, messages.ids("rejected_records", "message")


@pytest.mark.parametrize(
    "file",
    [
        (TIMES, "Total,30,", "The row has no time"),
        (TIMES, "Summe,30,", "The row has no time"),
        (TIMES, "Итого,30,", "The row has no time"),
        (TIMES, "合計,30,", "The row has no time"),
        (TIMES, "Total général (2),30,", "The row has no time"),
        (TIMES, "3,15,", "The row has no time"),
        (TIMES, "3,,2026-03-07", "The row has no amount"),
        (TIMES, ",30,", "The column 'idTransaction' is empty"),
        (TIMES, "2 rows exported,,", "The row has a value in the column 'idTransaction' only"),
        (TIMES, "2 rows exported", "The row has 1 cells, but the file has 3 columns."),
        (TIMES, "idTransaction,Total,dtTransaction", "The row repeats the names"),
        (TIMES, " IDTRANSACTION ,total, dtTransaction", "The row repeats the names"),
        (CODES, "Total,30,", "The row has no currency"),
        (PLAIN, "2 rows,", "The row has no amount"),
        (PLAIN, "idTransaction,Total", "The row repeats the names"),
    ],
)
@pytest.mark.parametrize("place", [-1, 1, 2], ids=["last", "first", "middle"])
def test_row_that_is_not_an_order_is_rejected_with_a_reason(
    write: Any, import_files: Import, file: tuple[str, str, str], place: int
) -> None:
    rows, extra, reason = file
    lines = rows.splitlines()
    lines.insert(len(lines) if place < 0 else place, extra)
    write("f.csv", "\n".join([*lines, ""]))

    messages, reasons = read(import_files, ORDERS)

    assert messages.ids() == ["1", "2"]
    assert [found[: len(reason)] for found in reasons] == [reason]


@pytest.mark.parametrize(
    ("rows", "extra"),
    [
        (CODES, "Total,30,CAD"),
        (NAMES, "Gesamt,30,"),
        (PLAIN, "Total,30"),
        (PLAIN, "Total,30.00"),
        (PLAIN, "Total 2026,30"),
        ("idTransaction,Total,Tax\n1,10,1\n2,20,2\n", "Total,30,3"),
        ("idTransaction,Total,Tax\n1,10,1\n2,20,2\n", "Total,30,"),
        ("idTransaction,Revenue,Discount\n1,10,1\n2,20,2\n", "Total,30,3"),
        (PLAIN, "2 rows,30"),
        (PLAIN, "Σ,30"),
    ],
)
def test_row_with_the_sum_of_the_rows_above_is_rejected(
    write: Any, import_files: Import, rows: str, extra: str
) -> None:
    write("f.csv", f"{rows}{extra}\n")

    messages, reasons = read(import_files, ORDERS, SHOP)

    assert messages.ids() == ["1", "2"]
    assert reasons == ["The amounts are the sums of the rows above. It is not a record."]


def test_sums_of_lines_without_products_are_rejected(write: Any, import_files: Import) -> None:
    """The sums of the columns are 3 pieces and 15, though 3 × 15 is not 20."""
    write("f.csv", "idTransaction,Quantity,Price\n1,1,10\n2,2,5\nTotal,3,15\n")

    messages, reasons = read(import_files, LINES)

    assert messages.ids() == ["1", "2"]
    assert len(reasons) == 1


def test_subtotals_and_grand_total_are_not_orders(write: Any, import_files: Import) -> None:
    """Two days of 10 + 20 and 5 + 7: 30, 12 and 42."""
    write(
        "f.csv",
        "idTransaction,Total\n1,10\n2,20\nMonday,30\n3,5\n4,7\nTuesday,12\nBoth days,42\n",
    )

    messages, reasons = read(import_files, ORDERS, SHOP)

    assert messages.ids() == ["1", "2", "3", "4"]
    assert len(reasons) == 3


@pytest.mark.parametrize(
    "rows",
    [
        "idTransaction,Total\n1,10\n2,20\n3,30\n",
        "idTransaction,Total\nA1,10\nA2,20\nB3,30\n",
        "idTransaction,Total,Tax\n1,10,1\n2,20,2\nX3,30,4\n",
        "idTransaction,Total\nTotal,10\n2,20\n3,5\n",
        "idTransaction,Total,dtTransaction\n1,10,\n2,20,\n3,30,\n",
        "idTransaction,Total,dtCancelled\n1,10,\n2,20,2026-03-05\n3,5,\n",
        "idTransaction,Total,Currency\n1,10,\n2,20,\n3,30,\n",
        "idTransaction,dtTransaction,dtTransactionCreatedAt\n1,,2026-03-05\n2,2026-03-05,\n3,,20260305\n",
        "idTransaction,Refund,dtTransaction\n1,,2026-03-05\n2,20,2026-03-05\n3,,2026-03-05\n",
        "idTransaction,Total,email\n1,10,\n2,20,b@example.com\n3,5,\n",
        "idTransaction,email\n1,\n2,b@example.com\n3,\n",
    ],
)
def test_order_that_lacks_a_value_still_loads(
    write: Any, import_files: Import, rows: str
) -> None:
    write("f.csv", rows)

    messages, reasons = read(import_files, ORDERS, SHOP)

    assert (len(messages.ids()), reasons) == (3, [])


def test_order_without_currency_has_the_currency_of_the_shop(
    write: Any, import_files: Import
) -> None:
    write("f.csv", "idTransaction,Total,Currency\n1,10,USD\n2,20,\n")

    messages, reasons = read(import_files, ORDERS, SHOP)

    assert messages.ids(key="currency") == ["USD", "CAD"]
    assert reasons == []


@pytest.mark.parametrize("extra", ["3 products,,", "idProduct,ProductName,Price"])
def test_trailer_of_products_is_rejected(write: Any, import_files: Import, extra: str) -> None:
    write("f.csv", f"idProduct,ProductName,Price\np1,Pen,1\np2,Ink,\n{extra}\n")

    messages, reasons = read(import_files, {**ORDERS, "table": "ECommerce_Product"})

    assert messages.ids("products", "product_id") == ["p1", "p2"]
    assert len(reasons) == 1


def test_line_without_product_and_price_is_rejected(write: Any, import_files: Import) -> None:
    """Exports of eBay begin an order of several lines with a row of the order."""
    write(
        "f.csv",
        "idTransaction,idItem,ProductName,Quantity,Price\n"
        "1,a,,3,\n1,b,Pen,1,2\n1,c,Ink,2,4\n1,d,Free,1,\n1,e,,1,5\n",
    )

    messages, reasons = read(import_files, {**ORDERS, "table": "ECommerce_Item"})

    assert messages.ids("items", "item_id") == ["b", "c", "d", "e"]
    assert [reason[:35] for reason in reasons] == ["The row has no product and no price"]


SUMMARY = "Order,Product,Pieces,Each,Sum,Day\n"
MAPPED = {
    "columns": {
        "Order": "idTransaction",
        "Product": "ProductName",
        "Pieces": "Quantity",
        "Each": "Price",
        "Sum": "Total",
        "Day": "dtTransaction",
    }
}


@pytest.mark.parametrize("header", ["1,,3,,12,2026-03-05", "1,,3,6,12,2026-03-05"])
def test_row_of_the_whole_order_is_not_a_line(
    write: Any, import_files: Import, header: str
) -> None:
    """1 × 2 + 2 × 4 = 10, and 2 of shipping. The prices of one piece are 2 + 4 = 6."""
    write("f.csv", f"{SUMMARY}{header}\n1,Pen,1,2,,\n1,Ink,2,4,,\n")

    messages, reasons = read(import_files, {**LINES, **MAPPED})

    [order] = messages.records("transactions")
    assert (order["total_amount"], order["item_count"]) == ("12", 2)
    assert messages.ids("items", "product_name") == ["Pen", "Ink"]
    assert reasons == []


@pytest.mark.parametrize(
    "extra",
    [
        "Total,,3,12,12,",
        ",,3,12,12,",
        "2,,3,,12,2026-03-05",
        "Summe,,3,12,12,2026-03-05",
        "Order,Product,Pieces,Each,Sum,Day",
        "2 rows,,,,,",
        "2 rows",
    ],
)
def test_extra_row_of_a_file_of_lines_keeps_no_order_out(
    write: Any, import_files: Import, extra: str
) -> None:
    write("f.csv", f"{SUMMARY}1,Pen,1,2,10,2026-03-05\n1,Ink,2,4,,\n{extra}\n")

    messages, reasons = read(import_files, {**LINES, **MAPPED})

    assert (messages.ids(), messages.records("transactions")[0]["item_count"]) == (["1"], 2)
    assert len(reasons) == 1


@pytest.mark.parametrize(
    ("rows", "loaded", "rejected"),
    [
        ("1,Pen\n,Ink\n2,Nib\n", ["2"], [(2, "3"), (2, "3")]),
        ("1,Pen\n  ,Ink\n2,Nib\n", ["2"], None),
        ("1,Pen\n\u00a0,Ink\n2,Nib\n", ["2"], None),
        (",Ink\n1,Pen\n2,Nib\n", ["2"], None),
        ("1,Pen\n2,Nib\n,Ink\n", ["1"], None),
        ("1,Pen\n2,Nib\n,Ink\n1,Pad\n", ["1"], None),
        ("2,Pad\n1,Pen\n2,Nib\n,Ink\n3,Pen\n", ["1", "3"], None),
        ("1,Pen\n,Ink\n,Pad\n2,Nib\n", ["2"], None),
        (",Ink\n,Pad\n", [], None),
        ("1,Pen\n,\n2,Nib\n", ["1", "2"], None),
        ("1,Pen\n,\n,Ink\n2,Nib\n", ["2"], None),
    ],
)
def test_line_without_order_id_keeps_its_order_out(
    write: Any, import_files: Import, rows: str, loaded: list[str], rejected: Any
) -> None:
    """The order is the one of the row above: files have the lines of an order together."""
    write("f.csv", f"idTransaction,ProductName,Price\n{rows.replace(chr(10), ',1' + chr(10))}")

    messages, reasons = read(import_files, LINES)

    assert messages.ids() == loaded
    assert set(messages.ids("items")) == set(loaded)
    if rejected:
        assert reasons == [
            "The column 'idTransaction' is empty, but it is a key of the table.",
            (
                "Line 3, which has no order id, may belong to the order. Fill its cell, or list"
                " the column under carry_down."
            ),
        ]
