"""Files as a shop: cells of spreadsheets."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from imports import HEADER, TABLE, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from imports import Import


def reasons(import_files: Import) -> tuple[list[str], list[str]]:
    """Import the sheet, and return the ids of the orders and the reasons of the rejects."""
    messages, _ = import_files(files_max_rejected_percent=100)
    return messages.ids(), messages.ids("rejected_records", "message")


ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]


@pytest.mark.parametrize("column", range(6))
@pytest.mark.parametrize("error", ERRORS)
def test_error_cell_rejects_its_row(
    write_sheet: Any, import_files: Import, column: int, error: str
) -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write_row(2, 0, ["2", "B", 20, "2026-03-05", "no", "Shop"])
        sheet.write_formula(2, column, "=A1", value=error)

    write_sheet(fill)

    ids, messages = reasons(import_files)

    assert ids == ["1"]
    assert messages == [
        (
            f"The column {HEADER[column]!r} has the error {error}, but a value is expected."
            " Correct the formula, and save the file again."
        )
    ]


@pytest.mark.parametrize("formula", ["=1+1", "=SUM(C2:C2)", '="a"', '=IF(TRUE,"","")'])
def test_formula_without_a_value_rejects_its_row(
    tmp_path: Path, import_files: Import, formula: str
) -> None:
    """The library openpyxl writes formulas without values, as other programs do."""
    book = openpyxl.Workbook()
    for row in (["idTransaction", "Total"], ["1", 10], ["2", formula]):
        book.active.append(row)
    book.save(tmp_path / TABLE)

    assert reasons(import_files) == (
        ["1"],
        [
            (
                "The column 'Total' has a formula without a value, but a value is expected."
                " Open the file in a spreadsheet program and save it, so that it has values."
            )
        ],
    )


def test_formula_with_a_value_has_its_value(write_sheet: Any, import_files: Import) -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write_formula(2, 0, '="o"&2', value="o2")
        sheet.write_formula(2, 1, '=""', value="")
        sheet.write_formula(2, 2, "=10+0.5", value=10.5)
        sheet.write_formula(2, 3, '="2026-03-05"', value="2026-03-05")
        sheet.write_formula(2, 4, "=1=1", value=True)

    # Excel marks the empty text as a text.
    write_sheet(fill, (r'<c r="B3">', '<c r="B3" t="str">'))

    order = loaded(import_files).records("transactions")[1]

    assert (order["transaction_id"], order["order_name"]) == ("o2", None)
    assert (order["total_amount"], order["is_test"]) == ("10.5", True)


@pytest.mark.parametrize(
    "number",
    [
        *(1234567890123456, 576461413038785752, -1234567890123456, 10**15, 10**30),
        *(1.23456789012346e17, 5e300, 1e15),
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_number_with_more_than_15_digits_is_rejected(
    write_sheet: Any, import_files: Import, number: float, column: int
) -> None:
    def fill(sheet: Any, _: Any) -> None:
        sheet.write_row(2, 0, ["2", "B", 20, "2026-03-05"])
        sheet.write_number(2, column, number)

    write_sheet(fill)

    assert reasons(import_files) == (
        ["1"],
        [
            (
                f"The column {HEADER[column]!r} has a number with more than 15 digits, but a"
                " value is expected. A spreadsheet keeps 15 digits of a number. Format the"
                " column as text, and enter the values again."
            )
        ],
    )


@pytest.mark.parametrize(
    ("cell", "number_format", "shown"),
    [
        (123456789012345, "General", "123456789012345"),
        (17850.0, "General", "17850"),
        (42, "00000", "00042"),
        (42, "0", "42"),
        (1234.5, "#,##0.00 €", "1234.5"),
        (0.19, "0%", "19%"),
        (0.075, "0.0%", "7.5%"),
        (True, "General", "true"),
        (datetime(2026, 3, 5, 14, 30), "yyyy-mm-dd hh:mm", "2026-03-05 14:30:00"),  # noqa: DTZ001
        (date(2026, 3, 5), "d. mmm yy", "2026-03-05"),
        (" \u00a0Shop ", "General", "Shop"),
    ],
)
def test_cell_of_a_text_column_is_read_as_displayed(
    write_sheet: Any, import_files: Import, cell: Any, number_format: str, shown: str
) -> None:
    def fill(sheet: Any, book: Any) -> None:
        form = book.add_format({"num_format": number_format})
        sheet.write(1, 5, cell, form)
        if isinstance(cell, date):
            sheet.write_datetime(1, 5, cell, form)

    write_sheet(fill)

    assert loaded(import_files).ids(key="affiliation") == [shown]


@pytest.mark.parametrize(
    ("column", "cell", "formats"),
    [
        (0, date(2026, 5, 3), ("d-mmm", "a date or time")),
        (1, date(2026, 5, 3), ("d-mmm", "a date or time")),
        (0, time(10, 30), ("hh:mm", "a date or time")),
        (0, timedelta(hours=30), ("[h]:mm", "a date or time")),
        (0, True, ("General", "a truth value")),
        (0, 0.5, ("0%", "a percentage")),
        (2, 0.5, ("0%", "a percentage")),
        (2, True, ("General", "a truth value")),
        (2, date(2026, 5, 3), ("d-mmm", "a date or time")),
        (3, 46086, ("General", "a number")),
        (3, 0.5, ("0%", "a percentage")),
        (3, True, ("General", "a truth value")),
    ],
)
def test_cell_that_a_program_changed_is_rejected_with_its_form(
    write_sheet: Any, import_files: Import, column: int, cell: Any, formats: tuple[str, str]
) -> None:
    number_format, form = formats

    def fill(sheet: Any, book: Any) -> None:
        sheet.write_row(2, 0, ["2", "B", 20, "2026-03-05"])
        style = book.add_format({"num_format": number_format})
        if isinstance(cell, (date, time, timedelta)):
            sheet.write_datetime(2, column, cell, style)
        else:
            sheet.write(2, column, cell, style)

    write_sheet(fill)

    ids, [message] = reasons(import_files)

    assert ids == ["1"]
    assert message.startswith(f"The column {HEADER[column]!r} has {form}, but ")


def test_dates_counted_from_1904_are_read(tmp_path: Path, import_files: Import) -> None:
    """Workbooks of old Macs count days from 1904."""
    with xlsxwriter.Workbook(tmp_path / TABLE, {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["idTransaction", "dtTransaction"])
        sheet.write(1, 0, "1")
        form = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_datetime(1, 1, date(2026, 3, 5), form)

    [order] = loaded(import_files).records("transactions")

    assert order["processed_at"] == "2026-03-05T00:00:00.000000Z"
