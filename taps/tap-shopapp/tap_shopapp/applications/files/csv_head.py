"""Lines of a CSV file before the column names: empty ones, `sep=;`, and lines to skip."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Excel reads and writes this line, which sets the delimiter of the lines after it.
_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_WITHOUT_TEXT = re.compile(r'[\s,;|"]*')


class Head(NamedTuple):
    """A CSV file from the line with its column names.

    Attributes:
        names: The line with the column names, or its first line; empty in an empty file.
        lines: All lines, from that line.
        skipped: Number of lines before it.
        delimiter: The delimiter that `sep=` sets, null without such a line.
    """

    names: str
    lines: Iterator[str]
    skipped: int
    delimiter: str | None


def past_head(lines: Iterator[str], skip_lines: int) -> Head:
    """Skip the lines before the column names.

    Args:
        lines: All lines of the file.
        skip_lines: Number of lines to skip, whatever they contain.
    """
    skipped = 0
    delimiter = None
    for line in lines:
        separator = _SEPARATOR.fullmatch(line.rstrip("\r\n")) if delimiter is None else None
        if separator:
            delimiter = separator[1]
        elif skipped >= skip_lines and not _WITHOUT_TEXT.fullmatch(line):
            return Head(line, chain((line,), lines), skipped, delimiter)
        skipped += 1
    return Head("", iter(()), skipped, delimiter)
