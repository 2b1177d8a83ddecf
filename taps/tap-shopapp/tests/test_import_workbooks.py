"""Files as a shop: workbooks with a wrong size, titles and damage."""

from __future__ import annotations

import gzip
import logging
import sys
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from imports import TABLE, loaded, peak_memory

if TYPE_CHECKING:
    from pathlib import Path

    from imports import Import


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("row", "column"), [(1048575, 16383), (1048575, 0), (0, 16383), (1, 16383), (500_000, 9000)]
)
def test_blank_cell_far_away_does_not_cost_memory(
    tmp_path: Path, write_sheet: Any, import_files: Import, row: int, column: int
) -> None:
    """A sheet as a table would have 17 billion cells."""
    write_sheet(
        lambda sheet, book: sheet.write_blank(
            row, column, None, book.add_format({"bold": True})
        )
    )

    assert loaded(import_files).ids() == ["1"]
    assert peak_memory(tmp_path, files_path=str(tmp_path / TABLE)) < 150 << 10


@pytest.mark.parametrize(
    "dimension", ["", '<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>']
)
def test_size_that_a_sheet_states_does_not_matter(
    write_sheet: Any, import_files: Import, dimension: str
) -> None:
    write_sheet(
        lambda sheet, _: sheet.write_row(2, 0, ["2", "B", 20, "2026-03-05"]),
        (r"<dimension [^>]*/>", dimension),
    )

    assert loaded(import_files).ids() == ["1", "2"]


def test_row_number_beyond_the_end_of_a_sheet_is_an_error(
    write_sheet: Any, import_files: Import
) -> None:
    write_sheet(
        lambda sheet, _: sheet.write_row(2, 0, ["2", "B", 20, "2026-03-05"]),
        (r'<row r="3"', '<row r="99999999999"'),
    )

    _, error = import_files()

    assert str(error) == (
        f"The file {TABLE} has more rows than a spreadsheet can have. Save it again in a"
        " spreadsheet program."
    )


def test_workbook_with_huge_texts_is_refused(
    tmp_path: Path, write_sheet: Any, import_files: Import
) -> None:
    """300 MiB of the same character are packed into less than a MiB."""
    write_sheet(lambda *_: None)
    with (
        zipfile.ZipFile(tmp_path / TABLE, "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/media/image1.xml", "w") as part,
    ):
        for _ in range(300):
            part.write(b" " * (1 << 20))

    _, error = import_files()

    assert str(error) == (
        f"The texts of {TABLE} need more than 256 MiB. Save the sheet as .csv, and import that"
        " file."
    )


def test_title_rows_of_a_sheet_are_skipped(
    tmp_path: Path, import_files: Import, caplog: pytest.LogCaptureFixture
) -> None:
    with xlsxwriter.Workbook(tmp_path / "orders.xlsx") as book:
        sheet = book.add_worksheet("March")
        sheet.write(1, 0, "Orders of March")
        sheet.write_row(4, 0, ["idTransaction", "Total"])
        sheet.write_row(5, 0, ["1", 10])
        sheet.write_row(6, 0, ["2", "ten"])

    with caplog.at_level(logging.INFO):
        messages, _ = import_files(
            {"path": "orders.xlsx", "table": "ECommerce_Transaction", "skip_lines": 2}
        )

    assert messages.ids() == ["1"]
    assert messages.ids("rejected_records", "location") == ["orders.xlsx, line 7"]
    assert "XLSX, sheet 'March', 2 columns" in caplog.text


@pytest.mark.parametrize(
    ("cell", "loaded_ids"),
    [("#N/A", ["2"]), ("#REF!", ["2"]), (10**17, ["2"]), ("", ["2"]), ("1", ["1", "2"])],
)
def test_line_with_an_unreadable_order_id_keeps_its_order_out(
    tmp_path: Path, import_files: Import, cell: Any, loaded_ids: list[str]
) -> None:
    with xlsxwriter.Workbook(tmp_path / "lines.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["idTransaction", "ProductName", "Price"])
        for row, key in enumerate(["1", cell, "2"], start=1):
            sheet.write_row(row, 0, [key, "Pen", 1])
            if str(key).startswith("#"):
                sheet.write_formula(row, 0, "=A1", value=key)

    messages, _ = import_files(
        {"path": "lines.xlsx", "table": "ECommerce_Transaction", "one_row_per": "line"},
        files_max_rejected_percent=100,
    )

    assert messages.ids() == loaded_ids
    assert len(messages.records("rejected_records")) == (2 if len(loaded_ids) == 1 else 0)


def test_merged_cells_are_filled_from_the_row_above(
    tmp_path: Path, import_files: Import
) -> None:
    with xlsxwriter.Workbook(tmp_path / "lines.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["idTransaction", "dtTransaction", "Sku", "Price", "Quantity"])
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.merge_range(1, 0, 2, 0, 71)
        sheet.merge_range(1, 1, 2, 1, "")
        sheet.write_datetime(1, 1, date(2026, 3, 5), day)
        sheet.write_row(1, 2, ["Pen", 2, 1])
        sheet.write_row(2, 2, ["Ink", 3, 1])

    [order] = loaded(
        import_files,
        {
            "path": "lines.xlsx",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "date_format": "%d/%m/%Y",
            "carry_down": ["idTransaction", "dtTransaction"],
        },
    ).records("transactions")

    assert (order["transaction_id"], order["gross_amount"]) == ("71", "5")
    assert order["processed_at"] == "2026-03-05T00:00:00.000000Z"


def test_packed_spreadsheet_is_read(
    tmp_path: Path, write_sheet: Any, import_files: Import
) -> None:
    write_sheet(lambda *_: None)
    packed = gzip.compress((tmp_path / TABLE).read_bytes())
    (tmp_path / TABLE).unlink()
    (tmp_path / f"{TABLE}.gz").write_bytes(packed)

    assert loaded(import_files).ids() == ["1"]


def test_damaged_sheet_is_an_error(write_sheet: Any, import_files: Import) -> None:
    write_sheet(lambda sheet, _: sheet.write_row(2, 0, ["2"]), (r'<row r="3"', '<row r="3" <<'))

    _, error = import_files()

    assert str(error) == (
        f"The file {TABLE} is not a spreadsheet, or is damaged. Save it as .xlsx in a"
        " spreadsheet program."
    )
