"""An entry of the mapping file: files of one form, and where their columns go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.columns import Kind
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tap_shopapp.applications.files.columns import Table

# Column names of the marketing suite's own imports: key_ for key columns, f_ for others.
_PREFIX = re.compile(r"^(?:key_f_|key_|f_)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """The column of the table that a column of a file fills.

    Attributes:
        column: The column of the table.
        format: Format of its texts, null for the format of the file.
        values: Words of the file → words of the table, null for an empty cell. The words of
            the file are folded; other words are kept.
    """

    column: str
    format: str | None = None
    values: Mapping[str, str | None] = field(default_factory=dict)

    def value_of(self, cell: str) -> str | None:
        """Return the word of the table for a cell; null if the cell counts as empty."""
        return self.values.get(folded(cell), cell) if self.values else cell


def folded(word: str) -> str:
    """Return a word without differences in case and spaces."""
    return " ".join(word.split()).casefold()


@dataclass(frozen=True, slots=True)
class Entry:
    """Files of one form, and the table that they fill.

    Attributes:
        paths: The files.
        table: The table.
        has_lines: Whether a row is a line of an order. Its cells fill the order too.
        replaces: Whether records that the files do not have are deleted.
        columns: Targets of the columns of the files; one column may have several.
        constants: Values that are the same for every row, by column of the table.
        ignored: Columns of the files without a target.
        summed: Columns of the table that are the sum of all columns and constants that fill
            them.
        carry_down: Columns of the files whose empty cells have the value of the row above.
        date_format: Format of times for `strptime`; null for ISO 8601.
        decimal_comma: Whether amounts are written as 1.234,56.
        encoding: Encoding of the text; null to detect it.
        delimiter: Delimiter of cells; null to detect it.
        skip_lines: Number of lines before the one with the column names.
        currency_sign: Currency sign or code that amounts may have; null for none.
        fills_empty: Whether a column has a word of the table for empty cells.
    """

    paths: tuple[Path, ...]
    table: Table
    has_lines: bool = False
    replaces: bool = False
    columns: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    summed: frozenset[str] = frozenset()
    carry_down: tuple[str, ...] = ()
    date_format: str | None = None
    decimal_comma: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    skip_lines: int = 0
    currency_sign: str | None = None
    fills_empty: bool = False

    def targets(self, header: Sequence[str], file: str) -> dict[str, tuple[Target, ...]]:
        """Return the targets of each column of a file.

        Raises:
            TapError: The mapping names a column that the file does not have, a column of the
                file has no target, or two columns have the same target. The message suggests
                the most similar name.
        """
        if repeated := sorted({name for name in header if header.count(name) > 1}):
            raise TapError(
                f"{file} has the column {repeated[0]!r} twice.", "Rename one of them."
            )
        for name in (*self.columns, *self.ignored, *self.carry_down):
            if name not in header:
                raise TapError(
                    f"The mapping names the column {name!r}, but {file} does not have it.",
                    f"{closest(name, header)}The columns of the file are {', '.join(header)}.",
                )
        targets = {}
        for name in header:
            if name in self.ignored or not name:
                continue
            filled_by_it = self.columns.get(name) or self._by_name(name)
            if not filled_by_it:
                raise TapError(
                    f"The column {name!r} of {file} is not a column of {self.table.name}.",
                    f"{closest(name, self.table.columns)}Map it under columns, or list it"
                    " under ignore.",
                )
            targets[name] = filled_by_it
        filled = self._check_once(targets, file)
        for key in self.table.keys:
            if key not in filled:
                raise TapError(
                    f"No column of {file} fills {key} of {self.table.name}.",
                    "Map a column to it under columns, or set it under constants.",
                )
        return targets

    def _check_once(self, targets: Mapping[str, tuple[Target, ...]], file: str) -> set[str]:
        """Check that only one column or constant fills a column, and return all filled ones."""
        fillers: dict[str, list[str]] = {}
        for name, its in targets.items():
            for target in its:
                fillers.setdefault(target.column, []).append(f"the column {name!r}")
        for column in self.constants:
            fillers.setdefault(column, []).append("a constant")
        for column, names in fillers.items():
            if len(names) > 1 and column not in self.summed:
                is_amount = self.table.columns[column].kind is Kind.AMOUNT
                add = f", or add {column} to sum, so that they are added" if is_amount else ""
                raise TapError(
                    f"In {file}, {' and '.join(names)} fill {column} of {self.table.name}.",
                    f"Keep one of them, and list other columns under ignore{add}.",
                )
        return set(fillers)

    def _by_name(self, name: str) -> tuple[Target, ...]:
        wanted = _PREFIX.sub("", name).lower()
        for column in self.table.columns:
            if column.lower() == wanted:
                return (Target(column),)
        return ()


def closest(name: str, names: Iterable[str]) -> str:
    """Return a question that suggests the most similar name; empty if none is similar."""
    by_lower = {known.lower(): known for known in names}
    close = get_close_matches(name.lower(), by_lower, n=1)
    return f"Did you mean {by_lower[close[0]]!r}? " if close else ""
