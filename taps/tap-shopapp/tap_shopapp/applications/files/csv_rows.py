"""Rows of a CSV file (RFC 4180). A broken row does not affect the rows after it."""

from __future__ import annotations

import csv
import re
from collections import deque
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.rows import Row
from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The largest cell that a database accepts.
_LARGEST_CELL = 64 << 20
# Maximum characters of a row with several lines: the end of a quote is searched up to there.
_LONGEST_ROW = 1 << 20


class CsvRows:
    """The rows of a CSV file, by the column names of the first row.

    A quote that is not closed would join all following lines into one row. If a row of several
    lines is broken, only its first line is rejected, and the other lines are read again.

    Args:
        lines: The lines from the one with the column names.
        delimiter: Delimiter of cells.
        skipped: Number of lines of the file before them.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, skipped: int = 0) -> None:
        csv.field_size_limit(_LARGEST_CELL)
        self._lines = _Lines(lines, skipped)
        self._reader = csv.reader(self._lines, delimiter=delimiter, strict=True)
        self._delimiter = delimiter
        cell = rf'(?:"(?:[^"]|"")*"|[^"{re.escape(delimiter)}]*)'
        self._well_quoted = re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*")
        self.columns = tuple(name.strip() for name in next(self._reader, []))

    def __iter__(self) -> Iterator[Row]:
        while True:
            self._lines.begin()
            try:
                cells = next(self._reader, None)
            except csv.Error:
                yield self._broken("The row has broken quotes.")
                continue
            if cells is None:
                return
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(self.columns):
                count = f"{len(cells)} cells, but the file has {len(self.columns)} columns"
                yield self._broken(f"The row has {count}.", is_quoted_well=True)
            elif self._lines.are_doubted and not self._is_well_quoted():
                yield self._broken("The row has broken quotes.")
            else:
                yield Row(self._lines.first, self._named(cells))

    def _is_well_quoted(self) -> bool:
        """Whether no unquoted cell contains a quote.

        Usually such a quote is an inch mark. After a broken row, it ends the broken cell.
        """
        text = "".join(self._lines.taken).rstrip("\r\n")
        return '"' not in text or self._well_quoted.fullmatch(text) is not None

    def _broken(self, reason: str, *, is_quoted_well: bool = False) -> Row:
        """Return the first line of a broken row, and push back its other lines."""
        line = self._lines.push_back_all_but_first(are_doubted=is_quoted_well)
        text = line.rstrip("\r\n")
        try:
            cells = next(csv.reader([text], delimiter=self._delimiter), [])
        except csv.Error:
            cells = []
        error = RecordError("broken_row", reason)
        return Row(self._lines.first, self._named(cells), error, text)

    def _named(self, cells: list[str]) -> dict[str, str]:
        named = zip(self.columns, cells, strict=False)
        return {name: cell for name, cell in named if cell.strip()}


class _Lines:
    """The lines of a text. Lines can be pushed back and are then read again.

    Attributes:
        taken: The lines of the current row.
        first: The number of its first line, from 1.
        are_doubted: Whether its first line may belong to the broken row before.
    """

    def __init__(self, lines: Iterable[str], skipped: int) -> None:
        self._lines = iter(lines)
        self._pushed_back: deque[tuple[str, bool]] = deque()
        self._length = 0
        self.taken: list[str] = []
        self.first = skipped + 1
        self.are_doubted = False

    def begin(self) -> None:
        """Begin a row."""
        self.first += len(self.taken)
        self.taken = []
        self._length = 0
        self.are_doubted = bool(self._pushed_back) and self._pushed_back[0][1]

    def push_back_all_but_first(self, *, are_doubted: bool) -> str:
        """Push back all lines of a row except the first, and return the first."""
        first, *others = self.taken
        self._pushed_back.extendleft((line, are_doubted) for line in reversed(others))
        self.taken = [first]
        return first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._length > _LONGEST_ROW and self.taken:
            raise StopIteration
        if self._pushed_back:
            line, _ = self._pushed_back.popleft()
        else:
            line = str(storable(next(self._lines)))
        self.taken.append(line)
        self._length += len(line)
        return line
