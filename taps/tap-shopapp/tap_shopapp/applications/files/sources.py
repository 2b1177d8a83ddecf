"""The files of a mapping: their short names, their headers, and where their columns go."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.paths import short_names
from tap_shopapp.applications.files.readers import opened

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

    Attributes:
        names: The short name of each file.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self.names = short_names(path for entry in entries for path in entry.paths)
        self._headers: dict[str, tuple[str, ...]] = {}
        self._known_targets: dict[tuple[int, tuple[str, ...]], Targets] = {}

    @contextmanager
    def opened(self, entry: Entry, path: Path) -> Iterator[Iterator[tuple[Row, Targets]]]:
        """Open a file of an entry, and return its rows with the targets of their cells."""
        name = self.names[path]
        columns = self._headers.get(name, ())
        with opened(path, name, entry.encoding, entry.delimiter, columns) as contents:
            self._headers[name] = contents.columns
            targets = self.targets(entry, name)
            yield ((row, targets) for row in contents.rows)

    def targets(self, entry: Entry, name: str) -> Targets:
        """Return the targets of the columns of a file that was opened before."""
        header = self._headers[name]
        known = (id(entry), header)
        if known not in self._known_targets:
            self._known_targets[known] = entry.targets(header, name)
        return self._known_targets[known]

    def check_headers(self) -> None:
        """Check the header of every file before anything is written."""
        for entry in self._entries:
            for path in entry.paths:
                with self.opened(entry, path) as rows:
                    next(rows, None)
