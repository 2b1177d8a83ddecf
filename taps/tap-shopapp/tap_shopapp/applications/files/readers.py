"""Reads rows of CSV, XLSX and JSON lines, one after the other.

Encoding and delimiter are detected and logged. Only spreadsheets, which have at most a million
rows, are read into memory.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
import zlib
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, cast

from tap_shopapp.applications.files.columns import Kind
from tap_shopapp.applications.files.csv_rows import CsvRows
from tap_shopapp.applications.files.encodings import NAME_IT, encoding_of
from tap_shopapp.applications.files.extras import extra
from tap_shopapp.applications.files.rows import Contents, Row
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.records.values import storable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DELIMITERS = (",", ";", "\t", "|")
# Significant digits of a spreadsheet's binary numbers, as spreadsheet programs show them.
_SPREADSHEET_DIGITS = 15

_logger = logging.getLogger("tap-shopapp.files")


@contextmanager
def opened(
    path: Path,
    name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    columns: tuple[str, ...] = (),
) -> Iterator[Contents]:
    """Open a file by its suffix: .csv, .tsv, .txt, .xlsx, .jsonl or .ndjson, all also .gz.

    Args:
        path: The file.
        name: The name of the file in messages.
        encoding: Encoding of the text; null to detect it.
        delimiter: Delimiter of cells; null to detect it.
        columns: Known columns of JSON lines; without them the file is read once more.

    Raises:
        TapError: The file cannot be read.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    is_packed = suffixes[-1:] == [".gz"]
    kind = (suffixes[:-1] if is_packed else suffixes)[-1:]
    try:
        with ExitStack() as stack:
            opener = gzip.open if is_packed else open
            file = cast("IO[bytes]", stack.enter_context(opener(path, "rb")))
            if kind == [".xlsx"]:
                contents = _spreadsheet(file, name)
            elif kind in ([".jsonl"], [".ndjson"]):
                columns = columns or _json_columns(file)
                found = f"JSON lines, {len(columns)} columns"
                contents = Contents(columns, _json_lines(file), found)
            else:
                encoding = encoding or encoding_of(file, name)
                text = io.TextIOWrapper(file, encoding=encoding, newline="")
                contents = _csv(stack.enter_context(text), name, delimiter)
            _logger.info("%s: %s.", name, contents.found)
            yield contents
    except OSError as error:
        msg = f"The file {name} cannot be read ({error.strerror or type(error).__name__})."
        raise TapError(msg, "Check its path, and whether it is complete.") from None
    except (EOFError, zlib.error):
        msg = f"The file {name} is truncated or damaged."
        raise TapError(msg, "Copy it again, then repeat the import.") from None
    except UnicodeError:
        msg = f"The file {name} is not encoded in {encoding}."
        raise TapError(msg, NAME_IT) from None


def _csv(text: io.TextIOWrapper, name: str, delimiter: str | None) -> Contents:
    first_line = text.readline()
    text.seek(0)
    delimiter = delimiter or max(_DELIMITERS, key=first_line.count)
    try:
        rows = CsvRows(text, delimiter)
    except csv.Error:
        msg = f"The first line of {name} has broken quotes."
        raise TapError(msg, "Correct it: it contains the column names.") from None
    found = f"CSV, {text.encoding}, delimiter {delimiter!r}, {len(rows.columns)} columns"
    return Contents(rows.columns, iter(rows), found)


def _spreadsheet(file: IO[bytes], name: str) -> Contents:
    calamine = extra("python_calamine")
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(file)
        sheet = workbook.get_sheet_by_index(0)
        rows = iter(sheet.iter_rows())
    except calamine.CalamineError:
        msg = f"The file {name} is not a spreadsheet, or is damaged."
        raise TapError(msg, "Save it as .xlsx in a spreadsheet program.") from None
    columns = tuple(str(cell).strip() for cell in next(rows, []))
    found = f"XLSX, sheet {sheet.name!r}, {len(columns)} columns"
    return Contents(columns, _spreadsheet_rows(rows, columns), found)


def _spreadsheet_rows(rows: Iterator[list[Any]], columns: tuple[str, ...]) -> Iterator[Row]:
    for line, cells in enumerate(rows, start=2):
        named = dict(zip(columns, cells, strict=False))
        written = {name: text for name, cell in named.items() if name and (text := _cell(cell))}
        if written:
            kinds = {name: _kind(named[name]) for name in written}
            typed = {name: kind for name, kind in kinds.items() if kind}
            yield Row(line, written, typed=typed)


def _kind(cell: object) -> Kind | None:
    """Return the type of a spreadsheet cell, null for text."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return Kind.AMOUNT
    return Kind.TIME if isinstance(cell, date) else None


def _cell(cell: object) -> str:
    """Return a spreadsheet cell as text, as a spreadsheet program shows it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # The file has a binary number, but the user typed a decimal one.
        rounded = Decimal(f"{cell:.{_SPREADSHEET_DIGITS}g}")
        return f"{rounded:f}".removesuffix(".0")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(storable(str(cell).strip()))


def _json_columns(file: IO[bytes]) -> tuple[str, ...]:
    """Return all names in a file of JSON lines, since lines may have different names."""
    names: dict[str, None] = {}
    for content in file:
        with suppress(ValueError, RecursionError):
            record = json.loads(content)
            names.update(dict.fromkeys(storable(record) if isinstance(record, dict) else ()))
    file.seek(0)
    return tuple(names)


def _json_lines(file: IO[bytes]) -> Iterator[Row]:
    for line, content in enumerate(file, start=1):
        if not content.strip():
            continue
        try:
            # Numbers stay text, so that they never become floats.
            record = json.loads(content, parse_float=_Number, parse_int=_Number)
        except (ValueError, RecursionError):
            yield _broken(line, content, "The line is not JSON.")
            continue
        if not isinstance(record, dict):
            yield _broken(line, content, "The line is not a JSON object.")
            continue
        cells = {
            name: _json_cell(value)
            for name, value in storable(record).items()
            if value not in (None, "", [])
        }
        typed = {n: Kind.AMOUNT for n, value in record.items() if isinstance(value, _Number)}
        yield Row(line, cells, typed=typed)


class _Number(str):
    """The text of a JSON number."""

    __slots__ = ()


def _broken(line: int, content: bytes, reason: str) -> Row:
    text = content.decode(errors="replace").rstrip("\r\n")
    return Row(line, {}, RecordError("broken_row", reason), text)


def _json_cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)
