"""A place in a list that is sorted by time of change and id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.api.list_check import ListError
from tap_shopapp.applications.prestashop.values import record_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_shopapp.pages import Record

UNCHANGED = "0000-00-00 00:00:00"
"""The time of change of a record that has none; it sorts first."""
# Sorts after every id.
_ANY_ID = "9" * 20


class Walk:
    """A place in a list by time of change and id.

    Args:
        second: The second after which the list begins; null for its beginning.

    Attributes:
        second: Later seconds follow, or, if `last_id` is set, higher ids of this second.
        last: Key of the last record that was read.
        is_at_end: Whether no records follow.
    """

    def __init__(self, second: str | None) -> None:
        self.second = second
        self.last = "" if second is None else f"{second} {_ANY_ID}"
        self.is_at_end = False
        self._last_id: int | None = None
        self._was_filtered = self._was_proven = False
        self._went_back = False

    @property
    def is_in_second(self) -> bool:
        """Whether the next page has records of one second only."""
        return self._last_id is not None

    @property
    def is_filter_proven(self) -> bool:
        """Whether no page was filtered by time, or one had records."""
        return self._was_proven or not self._was_filtered

    def params(self) -> dict[str, str]:
        """Return sort and filter of the next page."""
        params = {"date": "1", "sort": "[date_upd_ASC,id_ASC]"}
        if self._last_id is not None:
            by_id = {
                "filter[date_upd]": f"[{self.second}]",
                "filter[id]": f">[{self._last_id}]",
            }
            return {**params, **by_id}
        return {**params, "filter[date_upd]": f">[{self.second}]"} if self.second else params

    def begin(self) -> str | None:
        """Return a key that the records of the next page are not below."""
        if self._last_id is not None:
            return f"{self.second} {self._last_id + 1:020}"
        return f"{self.second} {_ANY_ID}" if self.second else None

    def move(self, places: Sequence[Record], *, is_last: bool) -> None:
        """Move past the records of a page.

        Args:
            places: Records with their ids and times of change.
            is_last: Whether the list of the request ends with them.
        """
        keys = list(map(key_of, places))
        if not self.is_in_second and self.second:
            self._was_filtered = True
            self._was_proven |= bool(keys)
        if keys:
            self._went_back = False
            self.last = max(self.last, *keys)
        if is_last:
            self.is_at_end = not self.is_in_second
            self._last_id = None
        elif keys:
            second, _, last_id = max(keys).rpartition(" ")
            self.second, self._last_id = second, int(last_id)

    def go_back(self, name: str) -> None:
        """Read what follows the last record again, once.

        Raises:
            ListError: This was done already.
        """
        if self._went_back:
            raise incomplete(name)
        self._went_back, self.is_at_end = True, False
        second, _, last_id = self.last.rpartition(" ")
        if last_id not in ("", _ANY_ID):
            self.second, self._last_id = second, int(last_id)


def incomplete(name: str) -> ListError:
    """Return the error for a list whose end is missing."""
    return ListError(f"The shop's list of {name} has more records than its pages contained.")


def time_of(row: Record) -> str:
    """Return the time of change of a record, as the list sorts it."""
    return str(row.get("date_upd") or UNCHANGED)


def key_of(row: Record) -> str:
    """Return a text that sorts as the list does."""
    return f"{time_of(row)} {record_id(row):020}"
