"""Files as a shop: a bad row becomes a reject with its place, and good rows are loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from imports import loaded

if TYPE_CHECKING:
    from pathlib import Path

    from imports import Import


def test_invalid_row_is_rejected_with_location_and_reason(
    write: Any, import_files: Import
) -> None:
    write(
        "ECommerce_Transaction.csv",
        "idTransaction,Revenue,dtTransaction\n"
        "1,10,2026-01-05\n"
        "2,ten,2026-01-05\n"
        "3,10,2026-02-30\n"
        ",10,2026-01-05\n"
        "5,10\n"
        "6,10,2026-01-05\n",
    )

    messages, error = import_files()

    assert messages.ids() == ["1", "6"]
    assert [
        (r["location"], r["reason_code"], r["message"])
        for r in messages.records("rejected_records")
    ] == [
        (
            "ECommerce_Transaction.csv, line 3",
            "inexact_amount",
            (
                "The column 'Revenue' has text, but an amount such as 1,234.50 is expected."
                " Correct the cell, or list the column under ignore."
            ),
        ),
        (
            "ECommerce_Transaction.csv, line 4",
            "impossible_time",
            (
                "The column 'dtTransaction' has a time that does not exist, but a time such as"
                " 2026-01-31 14:00 is expected. Correct the cell, or list the column under"
                " ignore."
            ),
        ),
        (
            "ECommerce_Transaction.csv, line 5",
            "no_key",
            "The column 'idTransaction' is empty, but it is a key of the table.",
        ),
        (
            "ECommerce_Transaction.csv, line 6",
            "broken_row",
            "The row has 2 cells, but the file has 3 columns.",
        ),
    ]
    kept = json.loads(messages.records("rejected_records")[0]["payload"])
    assert kept["rows"] == [
        {"idTransaction": "2", "Revenue": "ten", "dtTransaction": "2026-01-05"}
    ]
    assert str(error).startswith("4 of 6 rows were rejected. The valid rows were loaded.")


def test_files_with_the_same_name_are_shown_with_folders(
    tmp_path: Path, import_files: Import
) -> None:
    for folder, text in (
        ("a", "idTransaction,Revenue,OrderName\n1,5,first\n2,x,first\n"),
        ("b", "OrderName,idTransaction,Revenue\nsecond,3,6\nsecond,4,x\n"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "l.csv").write_text(text)
    form = {"path": "*/l.csv", "table": "ECommerce_Transaction"}

    for one_row_per in ("order", "line"):
        messages, _ = import_files({**form, "one_row_per": one_row_per})

        assert [
            (o["transaction_id"], o["order_name"]) for o in messages.records("transactions")
        ] == [
            ("1", "first"),
            ("3", "second"),
        ]
        assert messages.ids("rejected_records", "location") == [
            "a/l.csv, line 3",
            "b/l.csv, line 3",
        ]


def test_unmatched_quote_rejects_only_its_own_row(write: Any, import_files: Import) -> None:
    rows = [f"{number},Disk,1" for number in range(1, 1001)]
    rows[19] = '20,"12 inch,1'
    rows[29] = '30,"Two\nlines, ""quoted""",1'
    rows[39] = '40,"8 inch,1'
    rows[49] = '50,14" screen,1'
    rows[99] = '100,"Disk",1'
    rows[199] = "200,Disk,1,surplus"
    write("ECommerce_Transaction.csv", "\n".join(["idTransaction,OrderName,Revenue", *rows]))

    messages = loaded(import_files)

    broken = {"20", "40", "200"}
    assert messages.ids() == [str(n) for n in range(1, 1001) if str(n) not in broken]
    names = dict(zip(messages.ids(), messages.ids(key="order_name"), strict=True))
    assert (names["30"], names["50"]) == ('Two\nlines, "quoted"', '14" screen')
    # Line 1 is the header, and row 30 has two lines, so later rows are two lines further down.
    assert [
        (r["location"].partition(", ")[2], r["message"], json.loads(r["payload"])["rows"])
        for r in messages.records("rejected_records")
    ] == [
        ("line 21", "The row has broken quotes.", ['20,"12 inch,1']),
        ("line 42", "The row has broken quotes.", ['40,"8 inch,1']),
        (
            "line 202",
            "The row has 4 cells, but the file has 3 columns.",
            ["200,Disk,1,surplus"],
        ),
    ]


def test_unclosed_quote_in_a_long_file_rejects_one_row(
    write: Any, import_files: Import
) -> None:
    rows = [f"{number},{'x' * 1000}" for number in range(5000)]
    rows[7] = '7,"x'
    write("ECommerce_Transaction.csv", "\n".join(["idTransaction,OrderName", *rows]))

    messages = loaded(import_files)

    assert len(messages.ids()) == 4999
    [rejected] = messages.records("rejected_records")
    assert json.loads(rejected["payload"])["rows"] == ['7,"x']


def test_both_lines_of_a_row_with_too_many_cells_are_rejected(
    write: Any, import_files: Import
) -> None:
    write(
        "ECommerce_Transaction.csv",
        'idTransaction,OrderName,Revenue\n1,"two\nlines",5,6\n2,one,7\n',
    )

    messages, _ = import_files()

    assert messages.ids() == ["2"]
    assert [json.loads(r["payload"])["rows"] for r in messages.records("rejected_records")] == [
        ['1,"two'],
        ['lines",5,6'],
    ]


def test_line_with_broken_quote_rejects_its_order(write: Any, import_files: Import) -> None:
    write(
        "lines.csv",
        'idTransaction,ProductName,Quantity,Price\n1,Pen,1,1\n1,"Ink,1,1\n2,Nib,1,1\n',
    )

    messages, _ = import_files(
        {"path": "lines.csv", "table": "ECommerce_Transaction", "one_row_per": "line"}
    )

    assert messages.ids() == ["2"]
    [rejected] = messages.records("rejected_records")
    assert json.loads(rejected["payload"])["rows"] == [
        {"idTransaction": "1", "ProductName": "Pen", "Quantity": "1", "Price": "1"},
        '1,"Ink,1,1',
    ]


def test_row_without_key_names_the_column_of_the_file(write: Any, import_files: Import) -> None:
    write("f.csv", "Order;Line\n1;a\n2;\n;c\n")

    messages, _ = import_files(
        {
            "path": "f.csv",
            "table": "ECommerce_Item",
            "columns": {"Order": "idTransaction", "Line": "idItem"},
        }
    )

    assert messages.ids("items", "item_id") == ["a"]
    assert messages.ids("rejected_records", "message") == [
        "The column 'Line' is empty, but it is a key of the table.",
        "The column 'Order' is empty, but it is a key of the table.",
    ]


def test_order_with_invalid_line_is_rejected_with_all_rows(
    write: Any, import_files: Import
) -> None:
    write(
        "lines.csv",
        "idTransaction,idProduct,Quantity,Price\n1,p,1,1\n2,p,1,1\n1,p,one,1\n,p,1,1\n",
    )

    messages, error = import_files(
        {"path": "lines.csv", "table": "ECommerce_Transaction", "one_row_per": "line"},
        files_max_rejected_percent=75,
    )

    assert error is None
    assert messages.ids() == ["2"]
    orphan, bad = messages.records("rejected_records")
    assert (orphan["location"], orphan["message"]) == (
        "lines.csv, line 5",
        "The column 'idTransaction' is empty, but it is a key of the table.",
    )
    assert bad["location"] == "lines.csv, line 4"
    assert [row["Quantity"] for row in json.loads(bad["payload"])["rows"]] == ["1", "one"]


def test_import_fails_above_the_maximum_share_of_rejects(
    write: Any, import_files: Import
) -> None:
    rows = [f"{number},{'x' if number == 7 else 1}" for number in range(10)]
    write("ECommerce_Transaction.csv", "\n".join(["idTransaction,Revenue", *rows, ""]))

    assert import_files(files_max_rejected_percent=10)[1] is None
    assert import_files(files_max_rejected_percent=9)[1] is not None


def test_time_outside_the_calendar_rejects_only_its_row(
    write: Any, import_files: Import
) -> None:
    write("f.csv", "idTransaction,dtTransaction\n1,0001-01-01 00:00:00\n2,2026-01-05\n")

    messages, _ = import_files(
        {"path": "f.csv", "table": "ECommerce_Transaction"},
        shop={"time_zone": "Europe/Paris"},
    )

    assert messages.ids() == ["2"]
    assert messages.ids("rejected_records", "reason_code") == ["impossible_time"]
