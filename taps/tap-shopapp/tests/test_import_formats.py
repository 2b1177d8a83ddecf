"""Files as a shop: encodings, spreadsheets, JSON lines, numbers and times as written."""

from __future__ import annotations

import gzip
import logging
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
import yaml
from imports import loaded, peak_memory
from tap_shopapp.applications.files.values import amount
from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from pathlib import Path

    from imports import Import


@pytest.mark.parametrize("form", ["utf-8 ,", "utf-8-sig ;", "utf-16 \t", "cp1252 |"])
def test_encoding_and_delimiter_are_detected_and_logged(
    write: Any, import_files: Import, caplog: pytest.LogCaptureFixture, form: str
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
        messages = loaded(import_files)

    assert messages.ids("products", "name") == names
    # Several code pages may decode these texts to the same characters.
    assert f"CSV, {encoding[:5]}" in caplog.text
    assert f"delimiter {delimiter!r}" in caplog.text
    assert "ECommerce_Product.csv: 20 rows loaded, 0 rejected." in caplog.text


def test_spreadsheet_cells_are_read_as_displayed(tmp_path: Path, import_files: Import) -> None:
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

    [order] = loaded(import_files).records("transactions")

    assert (order["transaction_id"], order["gross_amount"]) == ("536365", "0.3")
    assert order["processed_at"] == "2026-01-05T00:00:00.000000Z"
    assert order["created_at"] == "2026-01-04T23:30:00.000000Z"
    assert order["is_test"] is True


def test_json_lines_in_gzip_keep_every_digit(tmp_path: Path, import_files: Import) -> None:
    lines = [
        '{"idTransaction": 12345678901234567890, "Revenue": 12345678901234567.89}',
        '{"idTransaction": "b", "Revenue": "1", "isTest": false}',
    ]
    with gzip.open(tmp_path / "ECommerce_Transaction.jsonl.gz", "wt") as file:
        file.write("\n".join([*lines, ""]))

    first, second = loaded(import_files).records("transactions")

    assert first["transaction_id"] == "12345678901234567890"
    assert first["gross_amount"] == "12345678901234567.89"
    assert second["is_test"] is False


def test_text_formats_do_not_apply_to_typed_cells(tmp_path: Path, import_files: Import) -> None:
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

    messages, _ = import_files(
        {"path": "orders.xlsx", **form}, {"path": "orders.jsonl", **form}
    )

    orders = messages.records("transactions")
    assert [(o["transaction_id"], o["gross_amount"], o["shipping_amount"]) for o in orders] == [
        ("1", "1.234", "12.5"),
        ("2", "1234", "12.5"),
        ("3", "1.234", "12.5"),
        ("4", "1234", "12.5"),
    ]
    assert {order["processed_at"] for order in orders[:2]} == {"2026-02-05T00:00:00.000000Z"}


def test_typed_cells_of_lines_keep_their_type_in_the_order(
    tmp_path: Path, import_files: Import
) -> None:
    (tmp_path / "lines.jsonl").write_text(
        '{"idTransaction": "1", "Quantity": 2, "Price": 1.234}\n'
        '{"idTransaction": "1", "Quantity": 1, "Price": "1.234"}\n'
    )

    [order] = loaded(
        import_files,
        {
            "path": "lines.jsonl",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "decimal_comma": True,
        },
    ).records("transactions")

    # 2 × 1.234 + 1 × 1234
    assert order["gross_amount"] == "1236.468"


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
def test_amounts_are_read_exactly_or_rejected(
    cell: str, *, decimal_comma: bool, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(RecordError):
            amount(cell, decimal_comma=decimal_comma)
    else:
        assert amount(cell, decimal_comma=decimal_comma).removeprefix("+") == expected


def test_json_lines_can_have_different_fields(tmp_path: Path, import_files: Import) -> None:
    (tmp_path / "orders.jsonl").write_text(
        '{"nr": 1, "mail": null}\n{"nr": 2, "mail": "b@example.com", "sum": 5}\n{"sum": 6}\n'
    )

    messages, _ = import_files(
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
    ("entry", "expected"),
    [
        (
            {"encoding": "latin-9x"},
            "There is no encoding 'latin-9x'. Set encoding to one such as utf-8 or cp1252.",
        ),
        ({"encoding": "base64"}, "There is no encoding 'base64'. Set encoding to"),
        (
            {"delimiter": "||"},
            "'||' is not a delimiter. Set delimiter to one character, such as",
        ),
        ({"columns": ["a"]}, "columns is not a list of names and values. Write each as"),
        ({"constants": "a"}, "constants is not a list of names and values. Write each as"),
        ({"ignore": "ab"}, "ignore is not a list. Write it as [one, another]."),
        ({"decimal_comma": "no"}, "decimal_comma cannot be 'no'. Set it to false or true."),
        ({"date_format": "%d%d"}, "'%d%d' is not a date format. Write one such as"),
        ({"path": ""}, "There is no file . Check the path."),
        ({"path": "no.xlsx"}, "The file no.xlsx is not a spreadsheet, or is damaged. Save it"),
        ({"path": "cut.csv.gz"}, "The file cut.csv.gz is truncated or damaged. Copy it again"),
        (
            {"path": "mixed.csv"},
            "mixed.csv, line 5, is not UTF-8, but most of the file is. Correct the line",
        ),
        (
            {"path": "late.csv", "encoding": "ascii"},
            (
                "The file late.csv is not encoded in ascii. Set the file's encoding in its"
                " entry of the mapping file."
            ),
        ),
    ],
)
def test_unreadable_file_or_entry_is_an_error_with_instruction(
    tmp_path: Path, write: Any, import_files: Import, entry: dict[str, Any], expected: str
) -> None:
    write("f.csv", "idProduct\n1\n")
    write("no.xlsx", "<html>Please log in</html>")
    packed = gzip.compress(b"idProduct\n" + b"".join(b"%d\n" % n for n in range(9999)))
    (tmp_path / "cut.csv.gz").write_bytes(packed[:-200])
    rows = ["idProduct,ProductName", "1,Café", "2,Pâté", "3,Gruyère"]
    (tmp_path / "mixed.csv").write_bytes("\n".join(rows).encode() + b"\n4,Caf\xe9\n")
    (tmp_path / "late.csv").write_bytes(b"idProduct\n" + b"1\n" * 99999 + b"Caf\xe9\n")

    messages, error = import_files({"path": "f.csv", "table": "ECommerce_Product", **entry})

    assert str(error).startswith(expected)
    assert "encoding" in entry or messages.records("shops") == []


def test_encoding_is_detected_from_the_last_line(tmp_path: Path, import_files: Import) -> None:
    rows = [f"{number},{'x' * 100}" for number in range(12_000)]
    late = "12000,Crème brûlée à l'échalote\n".encode("cp1252")
    text = "\n".join(["idProduct,ProductName", *rows, ""]).encode()
    (tmp_path / "ECommerce_Product.csv").write_bytes(text + late)

    names = loaded(import_files).ids("products", "name")

    assert (len(names), names[-1]) == (12_001, "Crème brûlée à l'échalote")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("has_lines", "are_orphans"), [(False, False), (True, False), (True, True)]
)
def test_large_file_is_read_in_limited_memory(
    tmp_path: Path, *, has_lines: bool, are_orphans: bool
) -> None:
    """Memory holds at most one page, and rows are sorted on disk."""
    with (tmp_path / "large.csv").open("w") as file:
        file.write("idTransaction,idProduct,Quantity,Price,OrderName\n")
        for number in range(120_000):
            order = "" if are_orphans and number > 0 else number // 3
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
    settings: dict[str, Any] = {"files_mapping": str(mapping)}

    assert peak_memory(tmp_path, files_max_rejected_percent=100, **settings) < 150 << 10
