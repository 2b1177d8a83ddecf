"""Rows of a file of any type."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.errors import RecordError


class Form(Enum):
    """Form of a cell that is more than text in its file."""

    NUMBER = "a number"
    PERCENTAGE = "a percentage"
    TIME = "a date or time"
    BOOLEAN = "a truth value"
    ERROR = "an error of the spreadsheet"
    FORMULA = "a formula without a value"
    TOO_LONG = "a number with more than 15 digits"

    @property
    def is_readable(self) -> bool:
        """Whether the cell has the value that the user entered."""
        return self not in _UNREADABLE


_UNREADABLE = frozenset((Form.ERROR, Form.FORMULA, Form.TOO_LONG))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file.

    Attributes:
        line: Number of its first line, from 1; in a spreadsheet, of the row.
        cells: Cells by column, without empty ones.
        error: Error of a row that cannot be split into cells; `cells` may be incomplete then.
        text: Original text of a row that cannot be split into cells.
        typed: Forms of cells that are not text, by column. Numbers are plain numbers and times
            are ISO 8601, whatever the formats of texts are.
    """

    line: int
    cells: dict[str, str]
    error: RecordError | None = None
    text: str | None = None
    typed: Mapping[str, Form] = field(default_factory=dict)

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
        is_table: Whether each row has a cell for each column, so that a row with a single
            cell is remarkable.
    """

    columns: tuple[str, ...]
    rows: Iterator[Row]
    found: str
    is_table: bool = True
