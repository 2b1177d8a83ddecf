"""Rows of an XLSX file, which are read one after the other.

A single formatted cell at the end of a sheet makes a table of 17 billion cells, so a sheet is
never read whole. Texts that several cells share are the only part that is kept in memory.
"""

from __future__ import annotations

import warnings
import zlib
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from tap_shopapp.applications.files.extras import extra
from tap_shopapp.applications.files.rows import Contents, Form, Row
from tap_shopapp.errors import TapError
from tap_shopapp.records.values import storable

if TYPE_CHECKING:
    from collections.abc import Iterator

    Cells = tuple[Any, ...]

# Significant digits of a spreadsheet's binary numbers, as spreadsheet programs show them.
_DIGITS = 15
_MOST_ROWS = 1 << 20
# Maximum size of the parts of a workbook that are read into memory: shared texts and styles.
_LARGEST_PARTS = 256 << 20
_PIECE = 1 << 20
# Types of cells in the library that have no value.
_FORMS = {"e": Form.ERROR, "f": Form.FORMULA}
# Errors that the library raises for damaged workbooks.
_DAMAGED = (
    *(BadZipFile, ParseError, zlib.error, EOFError, RuntimeError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)


def spreadsheet(file: IO[bytes], name: str, skip_lines: int) -> Contents:
    """Return the content of the first sheet of a workbook.

    Args:
        file: The workbook, open at least until all rows are read.
        name: The name of the file in messages.
        skip_lines: Number of rows before the row with the names of the columns. Empty rows
            before it are skipped too.

    Raises:
        TapError: The file is not a workbook, is damaged, or is too large.
    """
    with _readable(name):
        _check_size(file, name)
        title, rows = _first_sheet(file)
        columns: tuple[str, ...] = ()
        first = 0
        for first, cells in enumerate(rows, start=1):
            columns = tuple(text.strip() for text, _ in map(_read, cells))
            if first > skip_lines and any(columns):
                break
            columns = ()
    while columns and not columns[-1]:
        columns = columns[:-1]
    found = f"XLSX, sheet {title!r}, {len(columns)} columns"
    return Contents(columns, _rows(rows, columns, first + 1, name), found)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED:
        msg = f"The file {name} is not a spreadsheet, or is damaged."
        raise TapError(msg, "Save it as .xlsx in a spreadsheet program.") from None


def _check_size(file: IO[bytes], name: str) -> None:
    with ZipFile(file) as workbook:
        parts = workbook.infolist()
    in_memory = sum(part.file_size for part in parts if "/worksheets/" not in part.filename)
    if in_memory > _LARGEST_PARTS:
        msg = f"The texts of {name} need more than {_LARGEST_PARTS >> 20} MiB."
        raise TapError(msg, "Save the sheet as .csv, and import that file.")


def _first_sheet(file: IO[bytes]) -> tuple[str, Iterator[Cells]]:
    """Return the title of the first sheet, and its rows."""
    values = _sheet(file, with_values=True)
    rows = values.iter_rows()
    if _has_formulas(file):
        return values.title, _with_formulas(rows, _sheet(file, with_values=False).iter_rows())
    return values.title, rows


def _sheet(file: IO[bytes], *, with_values: bool) -> Any:  # noqa: ANN401 - a class of openpyxl
    """Return the first sheet, with the values or the texts of its formulas."""
    openpyxl = extra("openpyxl")
    # Warnings are about parts that do not matter here, such as styles and validations.
    warnings.filterwarnings("ignore", module="openpyxl")
    sheet = openpyxl.load_workbook(file, read_only=True, data_only=with_values).worksheets[0]
    # The size that a file states may be too small.
    sheet.reset_dimensions()
    return sheet


def _has_formulas(file: IO[bytes]) -> bool:
    """Whether a sheet may have formulas, whose texts need a second reading."""
    with ZipFile(file) as workbook:
        sheets = [name for name in workbook.namelist() if "/worksheets/" in name]
        return any(_has_formula(workbook, sheet) for sheet in sheets)


def _has_formula(workbook: ZipFile, sheet: str) -> bool:
    end = b""
    with workbook.open(sheet) as source:
        while piece := source.read(_PIECE):
            if b"<f" in end + piece or b":f" in end + piece:
                return True
            end = piece[-1:]
    return False


def _with_formulas(values: Iterator[Cells], formulas: Iterator[Cells]) -> Iterator[Cells]:
    """Yield the rows with their values; formulas without one stay formulas."""
    for its_values, its_formulas in zip_longest(values, formulas, fillvalue=()):
        # Without a value, an empty text has the type of a text.
        yield tuple(
            formula if formula.data_type == "f" and _has_no_value(cell) else cell
            for cell, formula in zip(its_values, its_formulas, strict=True)
        )


def _has_no_value(cell: Any) -> bool:  # noqa: ANN401 - a class of openpyxl
    return cell.value is None and cell.data_type != "str"


def _rows(
    rows: Iterator[Cells], columns: tuple[str, ...], first: int, name: str
) -> Iterator[Row]:
    with _readable(name):
        for line, cells in enumerate(rows, start=first):
            if line > _MOST_ROWS:
                msg = f"The file {name} has more rows than a spreadsheet can have."
                raise TapError(msg, "Save it again in a spreadsheet program.")
            written: dict[str, str] = {}
            typed: dict[str, Form] = {}
            for column, cell in zip(columns, cells, strict=False):
                text, form = _read(cell) if column else ("", None)
                if text:
                    written[column] = text
                    if form:
                        typed[column] = form
            if written:
                yield Row(line, written, typed=typed)


def _read(cell: Any) -> tuple[str, Form | None]:  # noqa: ANN401 - a class of openpyxl
    """Return a cell as text, as a spreadsheet program shows it, and its form."""
    value = cell.value
    if cell.data_type in _FORMS and value is not None:
        return str(value), _FORMS[cell.data_type]
    if isinstance(value, bool):
        return str(value).lower(), Form.BOOLEAN
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format)
    if isinstance(value, (date, time, timedelta)):
        return _time(value, cell.number_format), Form.TIME
    return "" if value is None else str(storable(str(value).strip())), None


def _number(value: float, number_format: str) -> tuple[str, Form]:
    if abs(value) >= 10**_DIGITS:
        return f"{value:.{_DIGITS}g}", Form.TOO_LONG
    # The file has a binary number, but the user typed a decimal one.
    exact = Decimal(f"{value:.{_DIGITS}g}")
    if "%" in number_format:
        return f"{(exact * 100).normalize():f}%", Form.PERCENTAGE
    text = f"{exact:f}".removesuffix(".0")
    # A format such as 00000 shows the zeros of an id.
    width = len(number_format) if set(number_format) == {"0"} else 0
    return text.zfill(width), Form.NUMBER


def _time(value: date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, datetime):
        is_day = value.time() == time() and "h" not in number_format.lower()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    return value.isoformat()
