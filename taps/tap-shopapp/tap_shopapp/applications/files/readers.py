"""Rows of a file, one after the other: CSV, XLSX or JSON lines, as they are found.

What a file is made of is detected and told: encoding and delimiter. Nothing is read whole but
spreadsheets, which have a million rows at most.
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
# Digits that survive in a spreadsheet's binary numbers, as spreadsheets show them.
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
        name: How to call it.
        encoding: Of its text, if it is not to be detected.
        delimiter: Between its cells, if it is not to be detected.
        columns: Of JSON lines, where they are known; else the file is read for them.

    Raises:
        TapError: If it cannot be read.
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
        raise TapError(msg, "Check its path, and that it is whole.") from None
    except (EOFError, zlib.error):
        msg = f"The file {name} breaks off, or is damaged."
        raise TapError(msg, "Copy it anew, and import it again.") from None
    except UnicodeError:
        msg = f"The file {name} is not in the encoding {encoding}, which was named for it."
        raise TapError(msg, NAME_IT) from None


def _csv(text: io.TextIOWrapper, name: str, delimiter: str | None) -> Contents:
    first_line = text.readline()
    text.seek(0)
    delimiter = delimiter or max(_DELIMITERS, key=first_line.count)
    try:
        rows = CsvRows(text, delimiter)
    except csv.Error:
        msg = f"The first line of {name} has broken quotes."
        raise TapError(msg, "Mend it: it names the columns.") from None
    found = f"CSV, {text.encoding}, delimiter {delimiter!r}, {len(rows.columns)} columns"
    return Contents(rows.columns, iter(rows), found)


def _spreadsheet(file: IO[bytes], name: str) -> Contents:
    calamine = extra("python_calamine")
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(file)
        sheet = workbook.get_sheet_by_index(0)
        rows = iter(sheet.iter_rows())
    except calamine.CalamineError:
        msg = f"The file {name} is no spreadsheet, or is damaged."
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
    """Return what a spreadsheet's cell is, if it is not text."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return Kind.AMOUNT
    return Kind.TIME if isinstance(cell, date) else None


def _cell(cell: object) -> str:
    """Return a spreadsheet's cell as people read it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Binary in the file, decimal to whoever typed it.
        rounded = Decimal(f"{cell:.{_SPREADSHEET_DIGITS}g}")
        return f"{rounded:f}".removesuffix(".0")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(storable(str(cell).strip()))


def _json_columns(file: IO[bytes]) -> tuple[str, ...]:
    """Return all names in a file of JSON lines: each line may lack some."""
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
            # Numbers stay the text that they are written in: no float ever holds them.
            record = json.loads(content, parse_float=_Number, parse_int=_Number)
        except (ValueError, RecursionError):
            yield _broken(line, content, "The line is not JSON.")
            continue
        if not isinstance(record, dict):
            yield _broken(line, content, "The line is no JSON object.")
            continue
        cells = {
            name: _json_cell(value)
            for name, value in storable(record).items()
            if value not in (None, "", [])
        }
        typed = {n: Kind.AMOUNT for n, value in record.items() if isinstance(value, _Number)}
        yield Row(line, cells, typed=typed)


class _Number(str):
    """A number as a line of JSON writes it, and no text."""

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
