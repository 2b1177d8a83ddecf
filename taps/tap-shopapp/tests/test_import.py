"""Files as a shop: what they say is what is written, and a bad row stops no good one."""

from __future__ import annotations

import gzip
import json
import logging
import subprocess
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
import yaml
from tap_shopapp.applications.files.columns import TABLES
from tap_shopapp.applications.files.values import amount
from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Messages
    from tap_shopapp.errors import TapError

    Import = Callable[..., tuple[Messages, TapError | None]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], None]:
    """Write a file of text into the folder of files."""

    def write(name: str, text: str, encoding: str = "utf-8") -> None:
        (tmp_path / name).write_bytes(text.encode(encoding))

    return write


@pytest.fixture
def imported(tmp_path: Path, try_run: Import) -> Import:
    """Run the tap on the files, by a mapping if there is one."""

    def imported(
        *entries: dict[str, Any], shop: dict[str, str] | None = None, **settings: Any
    ) -> tuple[Messages, TapError | None]:
        if entries:
            mapping = tmp_path / "mapping.yml"
            mapping.write_text(yaml.safe_dump({"shop": shop or {}, "files": list(entries)}))
            settings["files_mapping"] = str(mapping)
        else:
            settings.setdefault("files_path", str(tmp_path / "ECommerce_*"))
        return try_run({"shop_id": "s", "application": "files", **settings})

    return imported


def taken(imported: Import, *arguments: Any, **settings: Any) -> Messages:
    messages, error = imported(*arguments, **settings)
    assert error is None
    return messages


def test_files_that_are_named_after_their_tables_need_no_mapping(
    write: Any, imported: Import
) -> None:
    write(
        "ECommerce_Transaction_2026.csv",
        "idTransaction,OrderName,customer_id,email,Currency,Revenue,Shipping,Tax,Total,"
        "dtTransaction,financialStatus,idSendLog,utmCampaign\r\n"
        '1,"#1, first",c1,Ann@Example.com,CAD,10.00,5,1.50,16.50,'
        "2026-01-05T10:00:00-05:00,paid,77,spring\r\n",
    )
    write(
        "ECommerce_Item.csv",
        "idTransaction,idItem,idProduct,ProductName,Quantity,Price\n"
        '1,a,p1,"Two\nlines",2,5.00\n',
    )
    write("ECommerce_Product.csv", "idProduct,ProductName,idProductCategory\np1,Pen,c1\n")
    write("ECommerce_ProductCategory.csv", "idProductCategory,CategoryName\nc1,Pens\n")

    messages = taken(imported)

    [order] = messages.records("transactions")
    assert order["transaction_id"] == "1"
    assert order["order_name"] == "#1, first"
    assert order["email_normalized"] == "ann@example.com"
    assert (order["gross_amount"], order["tax_amount"]) == ("10.00", "1.50")
    assert (order["discount_amount"], order["adjustment_amount"]) == ("0", "0")
    assert order["processed_at"] == "2026-01-05T15:00:00.000000Z"
    assert (order["id_send_log"], order["utm_campaign"]) == ("77", "spring")
    [line] = messages.records("items")
    assert (line["transaction_id"], line["item_id"], line["quantity"]) == ("1", "a", "2")
    assert line["product_name"] == "Two\nlines"
    assert messages.records("products")[0]["category_ids"] == ["c1"]
    assert messages.ids("categories", "category_id") == ["c1"]


def test_a_mapping_translates_a_file_of_lines_into_orders(write: Any, imported: Import) -> None:
    write(
        "export.csv",
        "\ufeffInvoice;Product;Pieces;Each;Day;Buyer;Note\n"
        "A;p1;2;1.234,50;05/01/2026 10:00;17850.0;x\n"
        "B;p2;1;3;06/01/2026 09:00;;x\n"
        "A;p2;-1;0,5;05/01/2026 10:00;17850.0;\n",
    )

    messages = taken(
        imported,
        {
            "path": "export.csv",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "columns": {
                "Invoice": "idTransaction",
                "Product": "idProduct",
                "Pieces": "Quantity",
                "Each": "Price",
                "Day": {"to": "dtTransaction", "format": "%d/%m/%Y %H:%M"},
                "Buyer": {"to": "customer_id", "format": "integer"},
            },
            "constants": {"financialStatus": "paid"},
            "ignore": ["Note"],
            "decimal_comma": True,
        },
        shop={"currency": "GBP", "time_zone": "America/Toronto"},
    )

    first, second = messages.records("transactions")
    assert (first["transaction_id"], first["customer_id"]) == ("A", "17850")
    # 2 × 1234.50 − 1 × 0.5
    assert (first["gross_amount"], first["total_amount"]) == ("2468.50", "2468.50")
    assert (first["currency"], first["financial_status"]) == ("GBP", "paid")
    assert first["processed_at"] == "2026-01-05T15:00:00.000000Z"
    assert (first["item_count"], second["item_count"]) == (2, 1)
    assert second["customer_id"] is None
    assert first["version"].startswith("file-")
    lines = messages.records("items")
    assert [(i["transaction_id"], i["item_id"], i["product_id"]) for i in lines] == [
        ("A", "1", "p1"),
        ("A", "2", "p2"),
        ("B", "1", "p2"),
    ]
    assert lines[0]["transaction_version"] == first["version"]
    assert messages.records("shops")[0]["time_zone"] == "America/Toronto"


def test_the_marketing_suites_own_header_is_understood(write: Any, imported: Import) -> None:
    write(
        "ECommerce_Transaction.csv",
        "key_idTransaction,key_f_EMail,f_Revenue,f_dttransaction\n"
        "1,a@example.com,5,2026-01-05\n",
    )

    [order] = taken(imported).records("transactions")

    assert (order["transaction_id"], order["email"]) == ("1", "a@example.com")
    assert (order["total_amount"], order["processed_at"]) == (
        "5",
        "2026-01-05T00:00:00.000000Z",
    )


@pytest.mark.parametrize("form", ["utf-8 ,", "utf-8-sig ;", "utf-16 \t", "cp1252 |"])
def test_encoding_and_delimiter_are_found_and_told(
    write: Any, imported: Import, caplog: pytest.LogCaptureFixture, form: str
) -> None:
    encoding, _, delimiter = form.partition(" ")
    names = ["Café crème", "Gruyère râpé", "Pâté de forêt", "Bœuf à l'échalote"] * 5
    rows = [["idProduct", "ProductName"], *([str(n), name] for n, name in enumerate(names))]
    write(
        "ECommerce_Product.csv",
        "".join(delimiter.join(row) + "\r\n" for row in rows),
        encoding,
    )

    with caplog.at_level(logging.INFO, "tap-shopapp.files"):
        messages = taken(imported)

    assert messages.ids("products", "name") == names
    # Of code pages that agree on what is there, any will do.
    assert f"CSV, {encoding[:5]}" in caplog.text
    assert f"delimiter {delimiter!r}" in caplog.text
    assert "ECommerce_Product.csv: 20 rows taken, 0 rejected." in caplog.text


def test_a_spreadsheet_says_what_people_read_in_it(tmp_path: Path, imported: Import) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "ECommerce_Transaction.xlsx")
    sheet = workbook.add_worksheet()
    as_day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    as_time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    header = ["idTransaction", "Revenue", "dtTransaction", "dtTransactionCreatedAt", "isTest"]
    sheet.write_row(0, 0, header)
    sheet.write_row(1, 0, [536365, 0.1 + 0.2])
    sheet.write_datetime(1, 2, date(2026, 1, 5), as_day)
    sheet.write_datetime(1, 3, datetime(2026, 1, 4, 23, 30), as_time)  # noqa: DTZ001 - as typed
    sheet.write_boolean(1, 4, boolean=True)
    workbook.close()

    [order] = taken(imported).records("transactions")

    assert (order["transaction_id"], order["gross_amount"]) == ("536365", "0.3")
    assert order["processed_at"] == "2026-01-05T00:00:00.000000Z"
    assert order["created_at"] == "2026-01-04T23:30:00.000000Z"
    assert order["is_test"] is True


def test_json_lines_are_read_to_the_last_digit_packed_or_not(
    tmp_path: Path, imported: Import
) -> None:
    lines = [
        '{"idTransaction": 12345678901234567890, "Revenue": 12345678901234567.89}',
        '{"idTransaction": "b", "Revenue": "1", "isTest": false}',
    ]
    with gzip.open(tmp_path / "ECommerce_Transaction.jsonl.gz", "wt") as file:
        file.write("\n".join([*lines, ""]))

    first, second = taken(imported).records("transactions")

    assert first["transaction_id"] == "12345678901234567890"
    assert first["gross_amount"] == "12345678901234567.89"
    assert second["is_test"] is False


def test_the_formats_of_texts_are_not_those_of_numbers_and_times(
    tmp_path: Path, imported: Import
) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "orders.xlsx")
    sheet = workbook.add_worksheet()
    as_day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["idTransaction", "Revenue", "Shipping", "dtTransaction"])
    sheet.write_row(1, 0, ["1", 1.234, 12.5])
    sheet.write_datetime(1, 3, date(2026, 2, 5), as_day)
    sheet.write_row(2, 0, ["2", "1.234", "12,5", "05/02/2026"])
    workbook.close()
    (tmp_path / "orders.jsonl").write_text(
        '{"idTransaction": "3", "Revenue": 1.234, "Shipping": 125e-1}\n'
        '{"idTransaction": "4", "Revenue": "1.234", "Shipping": "12,5"}\n'
        '{"idTransaction": "5", "Revenue": 1e999999999, "Shipping": 1}\n'
    )
    form = {
        "table": "ECommerce_Transaction",
        "decimal_comma": True,
        "date_format": "%d/%m/%Y",
    }

    messages, _ = imported({"path": "orders.xlsx", **form}, {"path": "orders.jsonl", **form})

    orders = messages.records("transactions")
    assert [(o["transaction_id"], o["gross_amount"], o["shipping_amount"]) for o in orders] == [
        ("1", "1.234", "12.5"),
        ("2", "1234", "12.5"),
        ("3", "1.234", "12.5"),
        ("4", "1234", "12.5"),
    ]
    assert {order["processed_at"] for order in orders[:2]} == {"2026-02-05T00:00:00.000000Z"}


def test_a_line_that_is_a_number_is_one_when_its_order_is_put_together(
    tmp_path: Path, imported: Import
) -> None:
    (tmp_path / "lines.jsonl").write_text(
        '{"idTransaction": "1", "Quantity": 2, "Price": 1.234}\n'
        '{"idTransaction": "1", "Quantity": 1, "Price": "1.234"}\n'
    )

    [order] = taken(
        imported,
        {
            "path": "lines.jsonl",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "decimal_comma": True,
        },
    ).records("transactions")

    # 2 × 1.234 + 1 × 1234
    assert order["gross_amount"] == "1236.468"


def test_an_order_is_one_however_its_rows_write_its_number(
    write: Any, imported: Import
) -> None:
    write("lines.csv", "Order,Quantity,Price\n7,1,2\n8,1,1\n7.0,1,3\n")

    orders = taken(
        imported,
        {
            "path": "lines.csv",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "columns": {"Order": {"to": "idTransaction", "format": "integer"}},
        },
    ).records("transactions")

    assert [(order["transaction_id"], order["gross_amount"]) for order in orders] == [
        ("7", "5"),
        ("8", "1"),
    ]


@pytest.mark.parametrize(
    ("cell", "decimal_comma", "expected"),
    [
        ("1,234.50", False, "1234.50"),
        ("1.234,50", True, "1234.50"),
        ("-12,5", True, "-12.5"),
        ("1 234,5", True, "1234.5"),
        ("1'234'567.8", False, "1234567.8"),
        (".5", False, "0.5"),
        ("5.", False, "5"),
        ("+7", False, "7"),
        ("12,50", False, None),
        ("12.50", True, None),
        ("1e5", False, None),
        ("NaN", False, None),
        ("-", False, None),
        ("1.2.3", False, None),
    ],
)
def test_amounts_are_read_as_they_are_written_or_not_at_all(
    cell: str, *, decimal_comma: bool, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(RecordError):
            amount(cell, decimal_comma=decimal_comma)
    else:
        assert amount(cell, decimal_comma=decimal_comma).removeprefix("+") == expected


def test_each_bad_row_is_kept_with_file_line_column_and_reason(
    write: Any, imported: Import
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

    messages, error = imported()

    assert messages.ids() == ["1", "6"]
    assert [
        (r["location"], r["reason_code"], r["message"])
        for r in messages.records("rejected_records")
    ] == [
        (
            "ECommerce_Transaction.csv, line 3",
            "inexact_amount",
            "The column 'Revenue' cannot be read. It is no amount.",
        ),
        (
            "ECommerce_Transaction.csv, line 4",
            "impossible_time",
            "The column 'dtTransaction' cannot be read. It is no time in the form expected.",
        ),
        (
            "ECommerce_Transaction.csv, line 5",
            "no_key",
            "The column 'idTransaction' is empty, and without it there is no row.",
        ),
        (
            "ECommerce_Transaction.csv, line 6",
            "broken_row",
            "The row has 2 cells, and the file 3 columns.",
        ),
    ]
    kept = json.loads(messages.records("rejected_records")[0]["payload"])
    assert kept["rows"] == [
        {"idTransaction": "2", "Revenue": "ten", "dtTransaction": "2026-01-05"}
    ]
    assert str(error).startswith("Of 6 rows 4 were rejected. The others were written.")


def test_files_of_one_name_are_told_apart_by_their_folders(
    tmp_path: Path, imported: Import
) -> None:
    for folder, text in (
        ("a", "idTransaction,Revenue,OrderName\n1,5,first\n2,x,first\n"),
        ("b", "OrderName,idTransaction,Revenue\nsecond,3,6\nsecond,4,x\n"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "l.csv").write_text(text)
    form = {"path": "*/l.csv", "table": "ECommerce_Transaction"}

    for one_row_per in ("order", "line"):
        messages, _ = imported({**form, "one_row_per": one_row_per})

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


def test_a_stray_quote_takes_no_row_with_it_but_its_own(write: Any, imported: Import) -> None:
    rows = [f"{number},Disk,1" for number in range(1, 1001)]
    rows[19] = '20,"12 inch,1'
    rows[29] = '30,"Two\nlines, ""quoted""",1'
    rows[39] = '40,"8 inch,1'
    rows[49] = '50,14" screen,1'
    rows[99] = '100,"Disk",1'
    rows[199] = "200,Disk,1,surplus"
    write("ECommerce_Transaction.csv", "\n".join(["idTransaction,OrderName,Revenue", *rows]))

    messages = taken(imported)

    broken = {"20", "40", "200"}
    assert messages.ids() == [str(n) for n in range(1, 1001) if str(n) not in broken]
    names = dict(zip(messages.ids(), messages.ids(key="order_name"), strict=True))
    assert (names["30"], names["50"]) == ('Two\nlines, "quoted"', '14" screen')
    # From row 30 on the lines are one more than the rows: it has two, and there is a header.
    assert [
        (r["location"].partition(", ")[2], r["message"], json.loads(r["payload"])["rows"])
        for r in messages.records("rejected_records")
    ] == [
        ("line 21", "The row has broken quotes.", ['20,"12 inch,1']),
        ("line 42", "The row has broken quotes.", ['40,"8 inch,1']),
        (
            "line 202",
            "The row has 4 cells, and the file 3 columns.",
            ["200,Disk,1,surplus"],
        ),
    ]


def test_a_quote_that_nothing_closes_is_looked_for_in_little_memory(
    write: Any, imported: Import
) -> None:
    rows = [f"{number},{'x' * 1000}" for number in range(5000)]
    rows[7] = '7,"x'
    write("ECommerce_Transaction.csv", "\n".join(["idTransaction,OrderName", *rows]))

    messages = taken(imported)

    assert len(messages.ids()) == 4999
    [rejected] = messages.records("rejected_records")
    assert json.loads(rejected["payload"])["rows"] == ['7,"x']


def test_the_end_of_a_row_that_is_too_long_is_no_row_of_its_own(
    write: Any, imported: Import
) -> None:
    write(
        "ECommerce_Transaction.csv",
        'idTransaction,OrderName,Revenue\n1,"two\nlines",5,6\n2,one,7\n',
    )

    messages, _ = imported()

    assert messages.ids() == ["2"]
    assert [json.loads(r["payload"])["rows"] for r in messages.records("rejected_records")] == [
        ['1,"two'],
        ['lines",5,6'],
    ]


def test_a_line_with_a_broken_quote_keeps_its_order_out(write: Any, imported: Import) -> None:
    write(
        "lines.csv",
        'idTransaction,ProductName,Quantity,Price\n1,Pen,1,1\n1,"Ink,1,1\n2,Nib,1,1\n',
    )

    messages, _ = imported(
        {"path": "lines.csv", "table": "ECommerce_Transaction", "one_row_per": "line"}
    )

    assert messages.ids() == ["2"]
    [rejected] = messages.records("rejected_records")
    assert json.loads(rejected["payload"])["rows"] == [
        {"idTransaction": "1", "ProductName": "Pen", "Quantity": "1", "Price": "1"},
        '1,"Ink,1,1',
    ]


def test_columns_that_cannot_be_told_apart_are_one_sentence(
    write: Any, imported: Import
) -> None:
    write("ECommerce_Transaction.csv", '"idTransaction,Revenue\n1,2\n')

    messages, error = imported()

    assert str(error) == (
        "The first line of ECommerce_Transaction.csv has broken quotes. Mend it: it names the"
        " columns."
    )
    assert messages.records("shops") == []


def test_a_row_without_a_key_is_told_by_the_files_own_column(
    write: Any, imported: Import
) -> None:
    write("f.csv", "Order;Line\n1;a\n2;\n;c\n")

    messages, _ = imported(
        {
            "path": "f.csv",
            "table": "ECommerce_Item",
            "columns": {"Order": "idTransaction", "Line": "idItem"},
        }
    )

    assert messages.ids("items", "item_id") == ["a"]
    assert messages.ids("rejected_records", "message") == [
        "The column 'Line' is empty, and without it there is no row.",
        "The column 'Order' is empty, and without it there is no row.",
    ]


def test_an_order_with_a_bad_line_is_kept_whole(write: Any, imported: Import) -> None:
    write(
        "lines.csv",
        "idTransaction,idProduct,Quantity,Price\n1,p,1,1\n2,p,1,1\n1,p,one,1\n,p,1,1\n",
    )

    messages, error = imported(
        {"path": "lines.csv", "table": "ECommerce_Transaction", "one_row_per": "line"},
        files_max_rejected_percent=75,
    )

    assert error is None
    assert messages.ids() == ["2"]
    stray, bad = messages.records("rejected_records")
    assert (stray["location"], stray["message"]) == (
        "lines.csv, line 5",
        "The column 'idTransaction' is empty, and without it there is no row.",
    )
    assert bad["location"] == "lines.csv, line 4"
    assert [row["Quantity"] for row in json.loads(bad["payload"])["rows"]] == ["1", "one"]


def test_an_import_fails_past_the_share_of_bad_rows_that_is_set(
    write: Any, imported: Import
) -> None:
    rows = [f"{number},{'x' if number == 7 else 1}" for number in range(10)]
    write("ECommerce_Transaction.csv", "\n".join(["idTransaction,Revenue", *rows, ""]))

    assert imported(files_max_rejected_percent=10)[1] is None
    assert imported(files_max_rejected_percent=9)[1] is not None


def test_what_a_replacing_file_lacks_is_gone(write: Any, imported: Import) -> None:
    write("products.csv", "idProduct\np1\n")
    write("items.csv", "idTransaction,idItem\n1,1\n")

    messages = taken(
        imported,
        {"path": "products.csv", "table": "ECommerce_Product", "mode": "replace"},
        {"path": "items.csv", "table": "ECommerce_Item", "mode": "replace"},
    )

    [listed_at] = {r["listed_at"] for r in messages.records("full_lists")}
    assert sorted(messages.ids("full_lists", "stream")) == ["items", "products"]
    assert messages.ids("products", "listed_at") == messages.ids("items", "listed_at")
    assert messages.ids("items", "listed_at") == [listed_at]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"path": "f.csv", "table": "ECommerce_Products"},
            (
                "'ECommerce_Products' is none of the tables. Is it 'ECommerce_Product'? They"
                " are ECommerce_Transaction, ECommerce_Item, ECommerce_Product,"
                " ECommerce_ProductCategory."
            ),
        ),
        (
            {
                "path": "f.csv",
                "table": "ECommerce_Product",
                "columns": {"Tital": "ProductName"},
            },
            (
                "The mapping names the column 'Tital', which f.csv lacks. Is it 'Title'? Its"
                " columns are Id, Title, colour."
            ),
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Product", "columns": {"Id": "idProdukt"}},
            (
                "ECommerce_Product has no column 'idProdukt'. Is it 'idProduct'? It has"
                " idProduct, ProductName, Description, Sku, Brand, idProductCategory, Price,"
                " Currency, Url, ImageUrl, Status, dtProductCreatedAt, dtProductUpdatedAt,"
                " dtDeleted."
            ),
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Product", "columns": {"Id": "idProduct"}},
            (
                "The column 'Title' of f.csv is none of ECommerce_Product. Map it under"
                " columns, or list it under ignore."
            ),
        ),
        (
            {
                "path": "f.csv",
                "table": "ECommerce_Product",
                "ignore": ["Id", "Title", "colour"],
            },
            "No column of f.csv fills idProduct of ECommerce_Product. Map the one that does.",
        ),
        (
            {"path": "g.csv", "table": "ECommerce_Product"},
            "There is no file g.csv. Check the path.",
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Product", "colums": {}},
            (
                "An entry of files has no 'colums'. Is it 'columns'? There is columns,"
                " constants, date_format, decimal_comma, delimiter, encoding, ignore, mode,"
                " one_row_per, path, table."
            ),
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Transaction", "mode": "replace"},
            (
                "ECommerce_Transaction is never replaced. Replace ECommerce_Item, products or"
                " categories; orders are added and updated."
            ),
        ),
    ],
)
def test_a_mapping_that_misses_says_what_is_closest(
    write: Any, imported: Import, entry: dict[str, Any], said: str
) -> None:
    write("f.csv", "Id,Title,colour\n1,a,red\n")

    messages, error = imported(entry)

    assert str(error) == said
    assert messages.records("shops") == []


def test_what_a_file_does_not_have_is_not_said(write: Any, imported: Import) -> None:
    write("ECommerce_Transaction_1.csv", "idTransaction,idContact,email\n1,7,Ann@Example.com\n")
    write("ECommerce_Transaction_2.csv", "idTransaction,Shipping,idBatch\n1,5,8\n")
    write("ECommerce_Item.csv", "idTransaction,idItem,Quantity\n1,a,2\n")
    write("ECommerce_Product.csv", "idProduct,ProductName\np,Pen\n")

    messages = taken(imported)

    order = {"shop_id": "s", "transaction_id": "1"}
    first, second = messages.records("transactions")
    assert first == order | {
        "id_contact": "7",
        "email": "Ann@Example.com",
        "email_normalized": "ann@example.com",
    }
    # What the shop made of the amounts in its own currency is of others than these.
    assert {name for name, value in second.items() if value is not None} == {
        *("shop_id", "transaction_id", "shipping_amount", "id_batch")
    }
    assert {name[:5] for name, value in second.items() if value is None} == {"shop_"}
    assert messages.records("items") == [
        order | {"item_id": "a", "quantity": "2", "listed_at": None}
    ]
    assert messages.records("products") == [
        {"shop_id": "s", "product_id": "p", "name": "Pen", "listed_at": None}
    ]
    assert messages.records("shops") == [{"shop_id": "s"}]
    for message in messages.all:
        if message["type"] == "SCHEMA":
            schema = message
        elif message["type"] == "RECORD" and message["stream"] == schema["stream"]:
            assert message["record"].keys() == schema["schema"]["properties"].keys()


def test_what_a_file_does_not_have_is_not_in_the_schema_of_a_mapped_stream(
    write: Any, imported: Import
) -> None:
    write("ECommerce_Transaction.csv", "idTransaction,idContact\n1,7\n")
    maps = {"transactions": {"__alias__": "orders", "loud": "id_contact + '!'"}}

    messages = taken(imported, stream_maps=maps)

    *_, schema = (m for m in messages.schemas() if m["stream"] == "orders")
    assert schema["schema"]["properties"].keys() == {
        *("shop_id", "transaction_id", "id_contact", "loud")
    }
    [order] = messages.records("orders")
    assert (order["id_contact"], order["loud"]) == ("7", "7!")


def test_of_an_amount_that_is_said_all_parts_are(write: Any, imported: Import) -> None:
    write("ECommerce_Transaction.csv", "idTransaction,Revenue\n1,5\n")

    [order] = taken(imported).records("transactions")

    assert {name: value for name, value in order.items() if value} == {
        "shop_id": "s",
        "transaction_id": "1",
        "gross_amount": "5",
        "total_amount": "5",
        **dict.fromkeys(
            ("discount_amount", "shipping_amount", "shipping_tax_amount", "tax_amount"), "0"
        ),
        "adjustment_amount": "0",
    }


def test_lines_of_json_may_lack_what_others_have(tmp_path: Path, imported: Import) -> None:
    (tmp_path / "orders.jsonl").write_text(
        '{"nr": 1, "mail": null}\n{"nr": 2, "mail": "b@example.com", "sum": 5}\n{"sum": 6}\n'
    )

    messages, _ = imported(
        {
            "path": "orders.jsonl",
            "table": "ECommerce_Transaction",
            "columns": {"nr": "idTransaction", "mail": "email", "sum": "Revenue"},
        }
    )

    assert [(o["email"], o["gross_amount"]) for o in messages.records("transactions")] == [
        (None, None),
        ("b@example.com", "5"),
    ]
    assert len(messages.records("rejected_records")) == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"encoding": "latin-9x"},
            "There is no encoding 'latin-9x'. Set encoding to one such as utf-8 or cp1252.",
        ),
        ({"encoding": "base64"}, "There is no encoding 'base64'. Set encoding to"),
        ({"delimiter": "||"}, "'||' is no delimiter. Set delimiter to one character, such as"),
        ({"columns": ["a"]}, "columns is no list of names and values. Write each as"),
        ({"constants": "a"}, "constants is no list of names and values. Write each as"),
        ({"ignore": "ab"}, "ignore is no list. Write it as [one, another]."),
        ({"decimal_comma": "no"}, "decimal_comma is 'no'. Set it to false or true."),
        ({"date_format": "%d%d"}, "'%d%d' is no form of times. Write one such as"),
        ({"path": ""}, "There is no file . Check the path."),
        ({"path": "no.xlsx"}, "The file no.xlsx is no spreadsheet, or is damaged. Save it"),
        ({"path": "cut.csv.gz"}, "The file cut.csv.gz breaks off, or is damaged. Copy it anew"),
        (
            {"path": "mixed.csv"},
            "mixed.csv, line 5, is not UTF-8, as the file is elsewhere. Mend it and save",
        ),
        (
            {"path": "late.csv", "encoding": "ascii"},
            (
                "The file late.csv is not in the encoding ascii, which was named for it. Name"
                " its encoding in the mapping file, as encoding of the file's entry."
            ),
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_what_to_do(
    tmp_path: Path, write: Any, imported: Import, entry: dict[str, Any], said: str
) -> None:
    write("f.csv", "idProduct\n1\n")
    write("no.xlsx", "<html>Please log in</html>")
    packed = gzip.compress(b"idProduct\n" + b"".join(b"%d\n" % n for n in range(9999)))
    (tmp_path / "cut.csv.gz").write_bytes(packed[:-200])
    rows = ["idProduct,ProductName", "1,Café", "2,Pâté", "3,Gruyère"]
    (tmp_path / "mixed.csv").write_bytes("\n".join(rows).encode() + b"\n4,Caf\xe9\n")
    (tmp_path / "late.csv").write_bytes(b"idProduct\n" + b"1\n" * 99999 + b"Caf\xe9\n")

    messages, error = imported({"path": "f.csv", "table": "ECommerce_Product", **entry})

    assert str(error).startswith(said)
    assert "encoding" in entry or messages.records("shops") == []


def test_an_encoding_that_shows_late_is_found(tmp_path: Path, imported: Import) -> None:
    rows = [f"{number},{'x' * 100}" for number in range(12_000)]
    late = "12000,Crème brûlée à l'échalote\n".encode("cp1252")
    text = "\n".join(["idProduct,ProductName", *rows, ""]).encode()
    (tmp_path / "ECommerce_Product.csv").write_bytes(text + late)

    names = taken(imported).ids("products", "name")

    assert (len(names), names[-1]) == (12_001, "Crème brûlée à l'échalote")


def test_a_time_at_the_edge_of_the_calendar_is_one_reject(write: Any, imported: Import) -> None:
    write("f.csv", "idTransaction,dtTransaction\n1,0001-01-01 00:00:00\n2,2026-01-05\n")

    messages, _ = imported(
        {"path": "f.csv", "table": "ECommerce_Transaction"},
        shop={"time_zone": "Europe/Paris"},
    )

    assert messages.ids() == ["2"]
    assert messages.ids("rejected_records", "reason_code") == ["impossible_time"]


def test_the_same_file_twice_gives_the_same_records(write: Any, imported: Import) -> None:
    write("ECommerce_Transaction.csv", "idTransaction,Revenue,dtTransaction\n1,5,2026-01-05\n")

    first, second = taken(imported), taken(imported)

    assert first.records("transactions") == second.records("transactions")


def test_the_columns_are_those_that_the_tables_have(request: pytest.FixtureRequest) -> None:
    root = request.config.rootpath
    extra = {"email", "landingUrl"}
    for name, table in TABLES.items():
        text = (root / "models" / "ecommerce" / "tables" / f"{name}.yml").read_text()
        [model] = [m for m in yaml.safe_load(text)["models"] if m["name"] == name]
        assert set(table.columns) - extra <= {column["name"] for column in model["columns"]}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the peak")
@pytest.mark.parametrize(
    ("has_lines", "are_strays"), [(False, False), (True, False), (True, True)]
)
def test_a_large_file_is_read_in_little_memory(
    tmp_path: Path, *, has_lines: bool, are_strays: bool
) -> None:
    """The peak is that of any size: a page at most is held, and what is sorted is on disk."""
    with (tmp_path / "large.csv").open("w") as file:
        file.write("idTransaction,idProduct,Quantity,Price,OrderName\n")
        for number in range(120_000):
            order = "" if are_strays and number > 0 else number // 3
            file.write(f"{order},p{number % 1000},1,9.99,{'x' * 80}\n")
    entry: dict[str, Any] = {
        "path": "large.csv",
        "table": "ECommerce_Transaction",
        "one_row_per": "line",
    }
    if not has_lines:
        entry |= {"one_row_per": "order", "ignore": ["idProduct", "Quantity", "Price"]}
    mapping = tmp_path / "mapping.yml"
    mapping.write_text(yaml.safe_dump({"files": [entry]}))
    config = tmp_path / "config.json"
    settings: dict[str, Any] = {"application": "files", "files_mapping": str(mapping)}
    settings |= {"shop_id": "s", "files_max_rejected_percent": 100}
    config.write_text(json.dumps(settings))
    script = (
        "import sys; sys.argv[1:] = ['--config', sys.argv[1]]\n"
        "from tap_shopapp.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as done: assert not done.code, done.code\n"
        "print(*[l for l in open('/proc/self/status') if 'VmHWM' in l], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, config],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )

    kib = int(done.stderr.split("VmHWM:")[1].split()[0])
    assert kib < 150 << 10
