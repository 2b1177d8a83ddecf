"""Requests pages of lists, without records that make the shop fail.

The shop loads whole records even if a query selects one field. So a failing record is found by
counting: a page past the end loads no record, and has the number of records that meet the
filters.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tap_shopapp.api.page_size import PAGE_BUDGET, PageSize
from tap_shopapp.applications.adobe_commerce.search import criteria, search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_shopapp.api.http import JsonClient
    from tap_shopapp.applications.adobe_commerce.search import Filter, SearchList
    from tap_shopapp.pages import Record

    Sort = Sequence[tuple[str, str]]

TIME, ID = "updated_at", "entity_id"
ASC, DESC = "ASC", "DESC"
_FAR = 1_000_000_000
_LARGEST_ID = (1 << 32) - 1
# Before Magento existed.
_EARLIEST = datetime(2007, 1, 1)  # noqa: DTZ001 - the API's times are UTC without zone
_SECONDS = 1 << 32

_logger = logging.getLogger("tap-shopapp.adobe_commerce")


@dataclass(frozen=True, slots=True)
class FailingRecord:
    """A record that makes the shop fail.

    Attributes:
        record_id: Its id.
        changed_at: Its time of change as the API writes it; null if the list has no times.
    """

    record_id: int
    changed_at: str | None


class PageReader:
    """Requests pages.

    Args:
        client: Sends the requests.
        root: Path of the API, such as `/rest/all/V1`.
        largest: Maximum number of records per page.

    Attributes:
        largest: Maximum number of records per page.
        failing: Records that make the shop fail, with their paths. The reader of the lists
            removes them. Later requests exclude them.
    """

    def __init__(self, client: JsonClient, root: str, largest: int) -> None:
        self.largest = largest
        self.failing: list[tuple[str, FailingRecord]] = []
        self._client = client
        self._root = root
        self._sizes: dict[tuple[str, int], PageSize] = {}
        self._excluded: dict[str, list[int]] = {}

    def read(
        self,
        listed: SearchList,
        filters: Sequence[Filter],
        sort: Sort,
        *,
        fields: str = "",
        largest: int = 0,
    ) -> tuple[list[Record], int]:
        """Return the records of a page, and the number of records that meet the filters.

        Args:
            listed: The list.
            filters: Its filters.
            sort: Its sort orders.
            fields: The fields to read, by default those of the list.
            largest: Maximum number of records, by default that of the reader.
        """

        def fetch(count: int) -> tuple[list[Record], int]:
            query = criteria(
                self._filters(listed, filters), sort, count, fields or listed.fields
            )
            path = f"{self._root}{listed.path}"
            return search(self._client, path, query, page_budget=PAGE_BUDGET)

        most = largest or self.largest
        size = self._sizes.setdefault((listed.path, most), PageSize(most))
        return size.read(
            fetch, partial(self._first, listed, filters, sort), partial(self._skip, listed)
        )

    def excluded(self, listed: SearchList) -> Sequence[int]:
        """Return the ids of the records of a list that make the shop fail."""
        return self._excluded.get(listed.path, ())

    def length(
        self, listed: SearchList, filters: Sequence[Filter], retry_budget: float | None = None
    ) -> int:
        """Return the number of records that meet filters, without loading any."""
        query = criteria(self._filters(listed, filters), (), 1, listed.key)
        query["searchCriteria[currentPage]"] = str(_FAR)
        path = f"{self._root}{listed.path}"
        return search(self._client, path, query, retry_budget=retry_budget)[1]

    def _filters(self, listed: SearchList, filters: Sequence[Filter]) -> list[Filter]:
        return [*filters, *((ID, "neq", str(its)) for its in self.excluded(listed))]

    def _first(
        self, listed: SearchList, filters: Sequence[Filter], sort: Sort
    ) -> FailingRecord | None:
        """Return the first record of a page, null if the page is empty."""
        if not self.length(listed, filters):
            return None
        narrowed = list(filters)
        found, changed_at = 0, None
        for field, direction in sort:
            write = _time if field == TIME else str
            most = _SECONDS if field == TIME else _LARGEST_ID

            def has_any(bound: int, condition: str, field: str = field) -> bool:
                within = (field, condition, write(bound))  # noqa: B023 - called in this pass
                return bool(self.length(listed, [*narrowed, within]))

            is_ascending = direction == ASC
            found = _lowest(has_any, most) if is_ascending else _highest(has_any, most)
            narrowed.append((field, "eq", write(found)))
            changed_at = write(found) if field == TIME else changed_at
        return FailingRecord(found, changed_at)

    def _skip(self, listed: SearchList, record: FailingRecord) -> None:
        """Leave a record out of all later requests for a list."""
        _logger.warning("%s: the shop fails on record %d.", listed.path, record.record_id)
        self._excluded.setdefault(listed.path, []).append(record.record_id)
        self.failing.append((listed.path, record))


def _lowest(has_any: Callable[[int, str], bool], most: int) -> int:
    """Return the lowest value of records, given whether any are at most a value."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if has_any(middle, "lteq"):
            high = middle
        else:
            low = middle + 1
    return low


def _highest(has_any: Callable[[int, str], bool], most: int) -> int:
    """Return the highest value of records, given whether any are at least a value."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if has_any(middle, "gteq"):
            low = middle
        else:
            high = middle - 1
    return low


def _time(seconds: int) -> str:
    return f"{_EARLIEST + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"
