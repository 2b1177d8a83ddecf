"""Rows of a CSV file (RFC 4180), of which one that is broken takes no other with it."""

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

# A cell of the largest that a database takes.
_LARGEST_CELL = 64 << 20
# How many characters a row of several lines may have: so far the end of a quote is looked for.
_LONGEST_ROW = 1 << 20


class CsvRows:
    """The rows of a CSV file, by the columns that its first one names.

    A quote that is not closed would make one row of all that follows. So a row of several lines
    that turns out broken is its first line alone, and what follows is read again, line by line.
    """

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        csv.field_size_limit(_LARGEST_CELL)
        self._lines = _Lines(lines)
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
            if not any(cells):
                continue
            if len(cells) != len(self.columns):
                count = f"{len(cells)} cells, and the file {len(self.columns)} columns"
                yield self._broken(f"The row has {count}.", is_quoted_well=True)
            elif self._lines.are_doubted and not self._is_well_quoted():
                yield self._broken("The row has broken quotes.")
            else:
                yield Row(self._lines.first, self._named(cells))

    def _is_well_quoted(self) -> bool:
        """Whether no quote stands within a cell that has none around it.

        Elsewhere that is an inch mark; here, the end of what the broken row before began.
        """
        text = "".join(self._lines.taken).rstrip("\r\n")
        return '"' not in text or self._well_quoted.fullmatch(text) is not None

    def _broken(self, reason: str, *, is_quoted_well: bool = False) -> Row:
        """Return the first line of a row that cannot be one, and give back the others."""
        line = self._lines.give_back_all_but_first(are_doubted=is_quoted_well)
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
    """The lines of a text, of which some can be given back.

    Attributes:
        taken: The lines of the row that is being read.
        first: The number of the first of them, from 1.
        are_doubted: Whether that one may be a part of the row before, which was broken.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._given_back: deque[tuple[str, bool]] = deque()
        self._length = 0
        self.taken: list[str] = []
        self.first = 1
        self.are_doubted = False

    def begin(self) -> None:
        """Begin a row."""
        self.first += len(self.taken)
        self.taken = []
        self._length = 0
        self.are_doubted = bool(self._given_back) and self._given_back[0][1]

    def give_back_all_but_first(self, *, are_doubted: bool) -> str:
        """Give back the lines of a row but for its first, and return that one."""
        first, *others = self.taken
        self._given_back.extendleft((line, are_doubted) for line in reversed(others))
        self.taken = [first]
        return first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._length > _LONGEST_ROW and self.taken:
            raise StopIteration
        if self._given_back:
            line, _ = self._given_back.popleft()
        else:
            line = str(storable(next(self._lines)))
        self.taken.append(line)
        self._length += len(line)
        return line
