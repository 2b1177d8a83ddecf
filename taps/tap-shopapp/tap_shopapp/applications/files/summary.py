"""Counts of an import: rows that were loaded or rejected, and cells that need a look."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.columns import VOCABULARIES
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.pages import Record

_HUNDRED = 100

_logger = logging.getLogger("tap-shopapp.files")


class Summary:
    """Counts by file.

    Attributes:
        taken: Rows that were loaded.
        rejected: Rows that were rejected.
        unknown: Cells whose word the contract does not know.
    """

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()

    def add_unknown(self, file: str, record: Record) -> None:
        """Count the words of a record that are not in their vocabulary."""
        for name in VOCABULARIES:
            if record.get(name) == "unknown" and record.get(f"{name}_raw"):
                self.unknown[file] += 1

    def log(self, filled_cells: Mapping[str, int]) -> None:
        """Log the counts of each file."""
        for file in sorted(self.taken.keys() | self.rejected.keys()):
            _logger.info(
                "%s: %d rows loaded, %d rejected. %d statuses unknown, %d cells filled from the"
                " row above.",
                file,
                self.taken[file],
                self.rejected[file],
                self.unknown[file],
                filled_cells.get(file, 0),
            )

    def check(self, max_percent: int) -> None:
        """Check the share of rejected rows.

        Raises:
            TapError: More rows were rejected than the settings allow.
        """
        rejected = self.rejected.total()
        rows = self.taken.total() + rejected
        if rejected * _HUNDRED > rows * max_percent:
            msg = f"{rejected} of {rows} rows were rejected."
            raise TapError(
                msg,
                "The valid rows were loaded. Find the reasons in ecommerce_rejects, correct"
                " the files or the mapping, and import them again.",
            )
