"""Rows of a file of any type."""

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
        line: Number of its first line, from 1; in a spreadsheet, of the row.
        cells: Cells by column, without empty ones.
        error: Error of a row that cannot be split into cells; `cells` may be incomplete then.
        text: Original text of a row that cannot be split into cells.
        typed: Cells that the file itself stores as numbers or times, by column. They are plain
            numbers and ISO 8601 times, whatever the formats of texts are.
    """

    line: int
    cells: dict[str, str]
    error: RecordError | None = None
    text: str | None = None
    typed: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, str] | str:
        """The content of a reject: the text, or all cells."""
        return self.cells if self.text is None else self.text


@dataclass(frozen=True, slots=True)
class Contents:
    """The content of a file.

    Attributes:
        columns: The columns in order.
        rows: The rows, which can be read once.
        found: Detected format, for the log.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    found: str
