"""Rows, as any kind of file gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.applications.files.columns import Kind
    from tap_shopapp.errors import RecordError


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file.

    Attributes:
        line: The line on which it begins, from 1; of a spreadsheet, the row.
        cells: Its cells by column; empty ones are left out.
        error: Why it cannot be taken apart, if it cannot; `cells` are then what can be told.
        text: As it stands in the file, if it cannot be taken apart.
        typed: Cells that are numbers or times to the file itself, by column: however its texts
            write those, these are plain numbers and ISO 8601.
    """

    line: int
    cells: dict[str, str]
    error: RecordError | None = None
    text: str | None = None
    typed: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, str] | str:
        """What is to be kept of it where it is rejected: all of it."""
        return self.cells if self.text is None else self.text


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        columns: Its columns in order.
        rows: Its rows; to be read once.
        found: How it was read, in words.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    found: str
