"""Opens files of rows: CSV, XLSX and JSON lines.

Encoding and delimiter are detected and logged. Rows are read one after the other.
"""

from __future__ import annotations

import csv
import gzip
import io
import logging
import shutil
import tempfile
import zlib
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, cast

from tap_shopapp.applications.files.csv_head import past_head
from tap_shopapp.applications.files.csv_rows import CsvRows
from tap_shopapp.applications.files.encodings import (
    NAME_IT,
    UTF_8_WITH_MARK,
    encoding_of,
    marked_encoding,
)
from tap_shopapp.applications.files.json_lines import json_lines
from tap_shopapp.applications.files.rows import Contents
from tap_shopapp.applications.files.spreadsheets import spreadsheet
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tap_shopapp.applications.files.entry import Entry

_DELIMITERS = (",", ";", "\t", "|")

_logger = logging.getLogger("tap-shopapp.files")


@contextmanager
def opened(
    path: Path, name: str, entry: Entry, columns: tuple[str, ...] = ()
) -> Iterator[Contents]:
    """Open a file by its suffix: .csv, .tsv, .txt, .xlsx, .jsonl or .ndjson, all also .gz.

    Args:
        path: The file.
        name: The name of the file in messages.
        entry: Encoding and delimiter of the file, and the number of lines before its header.
        columns: Known columns of JSON lines; without them the file is read once more.

    Raises:
        TapError: The file cannot be read.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    is_packed = suffixes[-1:] == [".gz"]
    kind = (suffixes[:-1] if is_packed else suffixes)[-1:]
    encoding = entry.encoding
    try:
        with ExitStack() as stack:
            opener = gzip.open if is_packed else open
            file = cast("IO[bytes]", stack.enter_context(opener(path, "rb")))
            if kind == [".xlsx"]:
                if is_packed:
                    # The parts of a workbook are not read in their order.
                    copy = stack.enter_context(tempfile.TemporaryFile())
                    shutil.copyfileobj(file, copy)
                    file = copy
                contents = spreadsheet(file, name, entry.skip_lines)
            elif kind in ([".jsonl"], [".ndjson"]):
                if entry.skip_lines:
                    msg = f"skip_lines does not apply to {name}: JSON lines have no header."
                    raise TapError(msg, "Remove it from the entry of the file.")
                encoding = marked_encoding(file) or UTF_8_WITH_MARK
                if encoding != UTF_8_WITH_MARK:
                    copy = stack.enter_context(tempfile.TemporaryFile())
                    text = stack.enter_context(io.TextIOWrapper(file, encoding, newline=""))
                    copy.writelines(line.encode() for line in text)
                    copy.seek(0)
                    file = copy
                contents = json_lines(file, columns)
            else:
                encoding = encoding_of(file, name, entry.encoding)
                text = stack.enter_context(io.TextIOWrapper(file, encoding, newline=""))
                contents = _csv(text, name, entry)
            if not contents.columns and entry.skip_lines:
                msg = f"{name} has no column names after {entry.skip_lines} lines."
                raise TapError(msg, "Correct skip_lines in the entry of the file.")
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


def _csv(text: io.TextIOWrapper, name: str, entry: Entry) -> Contents:
    head = past_head(text, entry.skip_lines)
    delimiter = entry.delimiter or head.delimiter or max(_DELIMITERS, key=head.names.count)
    try:
        rows = CsvRows(head.lines, delimiter, head.skipped)
    except csv.Error:
        place = f"Line {head.skipped + 1}" if head.skipped else "The first line"
        msg = f"{place} of {name} has broken quotes."
        raise TapError(msg, "Correct it: it contains the column names.") from None
    found = f"CSV, {text.encoding}, delimiter {delimiter!r}, {len(rows.columns)} columns"
    return Contents(rows.columns, iter(rows), found)
