"""Run-time checks of lists, the same for every application.

A list that is not sorted, ignores its filter or ends early loses records without an error. So
each reader passes every page to a `ListCheck`, which ends the run before the bookmark moves
past missing records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


K = TypeVar("K", str, int)

_INSTRUCTION = (
    "The bookmark was not moved, so no record is lost. Run again. If the error persists, check"
    " that the shop runs a supported version and that no plugin or proxy changes its API, then"
    " report the error."
)


class ListError(TapError):
    """A list that is not sorted, not filtered or not complete."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, _INSTRUCTION)


class ListCheck(Generic[K]):
    """Checks the pages of one list: their order, their filter, and the list's length.

    Args:
        name: Name of the list in errors.
        along: Name of the sort key in errors.
        reported: Number of records that the shop reports; null if it is unknown.
    """

    def __init__(self, name: str, along: str, reported: int | None = None) -> None:
        self.reported = reported
        self._name = name
        self._along = along
        self._read = 0
        self._last: K | None = None

    def page(
        self,
        keys: Iterable[K],
        *,
        begin: K | None = None,
        below: K | None = None,
        is_filtered: bool = True,
    ) -> None:
        """Check the order and the filter of a page.

        Args:
            keys: The keys of the records, in the order of the page.
            begin: The smallest key that the filter allows. Without it, the page continues from
                the last key of the page before.
            below: The filter allows smaller keys only.
            is_filtered: Whether all records meet the other conditions of the filter.

        Raises:
            ListError: The page is not sorted or not filtered.
        """
        last = self._last if begin is None else begin
        for place, key in enumerate(keys):
            if last is not None and key < last:
                if place or begin is None:
                    msg = f"The shop's list of {self._name} is not sorted by {self._along}."
                    raise ListError(msg)
                is_filtered = False
            if below is not None and not key < below:
                is_filtered = False
            last = key
        if not is_filtered:
            msg = f"The shop's list of {self._name} has records that its filter excludes."
            raise ListError(msg)
        self._last = last

    def count(self, records: int) -> None:
        """Count records that were read, or that the shop counts but cannot give."""
        self._read += records

    def close(self, recount: Callable[[], int | None] | None = None) -> None:
        """Compare the number of records with the number that the shop reported, at the end.

        Records may leave a list during the read: they are deleted, or they change and the next
        run reads them. So if records are missing, the shop counts again. A record that is
        still in the list was in it during the whole read. New records only appear at its end.

        Args:
            recount: Returns the current number of records, without new ones at the end.

        Raises:
            ListError: The shop has more records than were read.
        """
        if self.reported is None or self._read >= self.reported:
            return
        left = recount() if recount else self.reported
        if left is not None and self._read < left:
            msg = (
                f"The shop's list of {self._name} has {left} records, but its pages contained"
                f" {self._read}."
            )
            raise ListError(msg)
