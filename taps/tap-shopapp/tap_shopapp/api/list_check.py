"""Run-time checks of the lists that an application reads, the same for every application.

A list that comes in another order than the next page assumes, that ignores its filter, or that
ends early loses records without any error. So each reader of a list gives every page to a
`ListCheck`, and a violation ends the run before the bookmark moves past what was missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


K = TypeVar("K", str, int)

_INSTRUCTION = (
    "The bookmark was not moved, so that no record is lost. Run again; if the error stays,"
    " check that the shop runs a supported version and that no plugin or proxy alters its API,"
    " and report the error."
)


class ListError(TapError):
    """A list that breaks a rule on which complete reading depends."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, _INSTRUCTION)


class ListCheck(Generic[K]):
    """Checks the pages of one list: their order, their filter, and the list's length.

    Args:
        name: What errors call the list.
        along: What errors call the key along which the list is read.
        reported: How many records the shop says are in the list; null where it does not say.
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
        """Check the order of a page and the filter that it was asked for with.

        Args:
            keys: The key of each record, in the order of the page.
            begin: The smallest key that the filter lets through. Without one, the page
                continues from the last key of the page before.
            below: A key that is too large for the filter.
            is_filtered: Whether all records meet the other conditions of the filter.

        Raises:
            ListError: If the page breaks the order or the filter.
        """
        last = self._last if begin is None else begin
        for place, key in enumerate(keys):
            if last is not None and key < last:
                if place or begin is None:
                    msg = f"The shop's list of {self._name} is not in order of {self._along}."
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
        """Compare what was read with what the shop stated, when the list is at its end.

        Records may leave a list while it is read: they were changed after the run began, and
        the next run reads them, or they were deleted. So where less was read than the shop
        stated at first, the shop is asked again: what is in the list by then was in it all the
        time. Records that arrive are at the end of the list, and make it longer than stated.

        Args:
            recount: Asks how many records the list has now, without those that arrived behind
                its end.

        Raises:
            ListError: If the shop holds more records than were read.
        """
        if self.reported is None or self._read >= self.reported:
            return
        left = recount() if recount else self.reported
        if left is not None and self._read < left:
            msg = (
                f"The shop's list of {self._name} has {left} records, but its pages gave"
                f" {self._read}."
            )
            raise ListError(msg)
