"""The files of a mapping: their short names, their headers, and where their columns go."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.carry_down import carried_down
from tap_shopapp.applications.files.paths import short_names
from tap_shopapp.applications.files.readers import opened
from tap_shopapp.applications.files.row_checks import RowChecks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tap_shopapp.applications.files.entry import Entry, Target
    from tap_shopapp.applications.files.rows import Row

    Targets = Mapping[str, tuple[Target, ...]]


class Sources:
    """Opens the files of entries.

    Args:
        entries: All entries of a mapping.
        has_currency: Whether rows without a currency have the shop's.

    Attributes:
        names: The short name of each file.
        filled_cells: Number of cells of each file that were filled from the row above.
    """

    def __init__(self, entries: Sequence[Entry], *, has_currency: bool = False) -> None:
        self._entries = entries
        self._has_currency = has_currency
        self.names = short_names(path for entry in entries for path in entry.paths)
        self.filled_cells: Counter[str] = Counter()
        self._headers: dict[str, tuple[str, ...]] = {}
        self._known_targets: dict[tuple[int, tuple[str, ...]], Targets] = {}
        self._checks: dict[tuple[int, str], RowChecks] = {}

    @contextmanager
    def opened(self, entry: Entry, path: Path) -> Iterator[Iterator[tuple[Row, Targets]]]:
        """Open a file of an entry, and return its rows with the targets of their cells."""
        name = self.names[path]
        with opened(path, name, entry, self._headers[name]) as contents:
            targets = self.targets(entry, name)
            rows = contents.rows
            if entry.carry_down:
                rows = carried_down(
                    rows,
                    entry.carry_down,
                    self.checks(entry, name),
                    count=lambda: self.filled_cells.update((name,)),
                )
            yield ((row, targets) for row in rows)

    def targets(self, entry: Entry, name: str) -> Targets:
        """Return the targets of the columns of a file."""
        header = self._headers[name]
        known = (id(entry), header)
        if known not in self._known_targets:
            self._known_targets[known] = entry.targets(header, name)
        return self._known_targets[known]

    def checks(self, entry: Entry, name: str) -> RowChecks:
        """Return the checks of the rows of a file."""
        return self._checks[id(entry), name]

    def check_headers(self) -> None:
        """Check the header and the first rows of every file before anything is written."""
        for entry in self._entries:
            for path in entry.paths:
                name = self.names[path]
                with opened(path, name, entry, self._headers.get(name, ())) as contents:
                    self._headers[name] = contents.columns
                    checks = RowChecks(
                        entry,
                        self.targets(entry, name),
                        is_table=contents.is_table,
                        has_currency=self._has_currency,
                    )
                    checks.compare_with(contents)
                    self._checks[id(entry), name] = checks
