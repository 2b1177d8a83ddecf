"""An entry of the mapping file: files of one form, and where their columns go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tap_shopapp.applications.files.columns import Table

# Column names of the marketing suite's own imports: key_ for key columns, f_ for others.
_PREFIX = re.compile(r"^(?:key_f_|key_|f_)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """The column of the table that a column of a file fills, and its format if there is one."""

    column: str
    format: str | None = None


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
        date_format: Format of times for `strptime`; null for ISO 8601.
        decimal_comma: Whether amounts are written as 1.234,56.
        encoding: Encoding of the text; null to detect it.
        delimiter: Delimiter of cells; null to detect it.
    """

    paths: tuple[Path, ...]
    table: Table
    has_lines: bool = False
    replaces: bool = False
    columns: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    date_format: str | None = None
    decimal_comma: bool = False
    encoding: str | None = None
    delimiter: str | None = None

    def targets(self, header: Sequence[str], file: str) -> dict[str, tuple[Target, ...]]:
        """Return the targets of each column of a file.

        Raises:
            TapError: The mapping names a column that the file does not have, or a column of
                the file has no target. The message suggests the most similar name.
        """
        if repeated := sorted({name for name in header if header.count(name) > 1}):
            raise TapError(
                f"{file} has the column {repeated[0]!r} twice.", "Rename one of them."
            )
        for name in (*self.columns, *self.ignored):
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
        filled = {target.column for its in targets.values() for target in its}
        filled.update(self.constants)
        for key in self.table.keys:
            if key not in filled:
                raise TapError(
                    f"No column of {file} fills {key} of {self.table.name}.",
                    "Map a column to it under columns, or set it under constants.",
                )
        return targets

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
