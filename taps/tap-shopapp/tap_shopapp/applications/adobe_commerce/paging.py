"""Reads lists of the Adobe Commerce API without gaps, even if they change during the read.

Every request is for the first page of what is left, so that no record moves to a page that was
read. The last second of a page may continue on the next one, so the next request begins with
it. If a page has records of one second only, its rest is read by id, and the next request
begins after it: groups of filters are an AND of ORs, so one request cannot ask for "later, or
equally late with a greater id".

`total_count` ends a list, never an empty page: releases up to 2.3.4 repeat the last page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.applications.adobe_commerce.page_reader import ASC, DESC, ID, TIME
from tap_shopapp.applications.adobe_commerce.search import ON_BAD_RESPONSE, Filter, SearchList
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_shopapp.applications.adobe_commerce.page_reader import PageReader
    from tap_shopapp.pages import Record, Window

_BY_TIME = ((TIME, ASC), (ID, ASC))
_SECOND = timedelta(seconds=1)


class Lists:
    """Reads lists to their end.

    Args:
        pages: Requests pages.
    """

    def __init__(self, pages: PageReader) -> None:
        self._pages = pages

    def changed(self, listed: SearchList, window: Window) -> Iterator[list[Record]]:
        """Yield the records that changed in a window by page, sorted by time of change.

        A page has all records of each of its seconds.

        Raises:
            ListError: The list is not sorted or not filtered, or has more records than its
                pages had.
        """
        before: Filter = (TIME, "lt", _second(window.before, up=True))
        begin = [] if window.since is None else [(TIME, "gteq", _second(window.since))]
        after, lowest = begin, begin[0][2] if begin else ""
        check: ListCheck[str] | None = None
        while True:
            rows, total = self._pages.read(listed, [*after, before], _BY_TIME)
            times = _times(rows, listed)
            if check is None:
                check = ListCheck(listed.path, TIME, total)
            check.page(times, begin=lowest, below=before[2])
            if not rows or total <= len(rows):
                check.count(len(rows))
                yield rows
                break
            last = times[-1]
            if times[0] < last:
                whole = [row for row, time in zip(rows, times, strict=True) if time < last]
                after, lowest = [(TIME, "gteq", last)], last
            else:
                whole = rows + self._rest_of_second(listed, last, _ids(rows, listed)[-1])
                after, lowest = [(TIME, "gt", last)], _next(last)
            check.count(len(whole))
            yield whole
        check.close(lambda: self._pages.length(listed, [*begin, before]))

    def _rest_of_second(self, listed: SearchList, time: str, after: int) -> list[Record]:
        """Return the records of one second that follow an id."""
        found: list[Record] = []
        check: ListCheck[int] = ListCheck(listed.path, ID)
        while True:
            filters = [(TIME, "eq", time), (ID, "gt", str(after))]
            rows, total = self._pages.read(listed, filters, ((ID, ASC),))
            ids = _ids(rows, listed)
            is_of_second = all(its == time for its in _times(rows, listed))
            check.page(ids, begin=after + 1, is_filtered=is_of_second)
            found += rows
            if not rows or total <= len(rows):
                return found
            after = ids[-1]

    def by_id(self, listed: SearchList) -> Iterator[list[Record]]:
        """Yield all records of a list by page, sorted by id.

        Raises:
            ListError: The list is not sorted, or has more records than its pages had.
        """
        after = 0
        check: ListCheck[int] | None = None
        while True:
            rows, total = self._pages.read(listed, [(ID, "gt", str(after))], ((ID, ASC),))
            if check is None:
                check = ListCheck(listed.path, ID, total)
            ids = _ids(rows, listed)
            check.page(ids, begin=after + 1)
            check.count(len(rows))
            yield rows
            if not rows or total <= len(rows):
                break
            after = ids[-1]
        check.close(lambda: self._pages.length(listed, []))

    def having(
        self, listed: SearchList, field: str, values: Sequence[str]
    ) -> Iterator[list[Record]]:
        """Yield the records whose field has one of some values, sorted by id.

        Raises:
            ListError: The list is not sorted or not filtered, or has more records than its
                pages had.
        """
        wanted = set(values)
        key = listed.key if field == ID else field
        for start in range(0, len(values), self._pages.largest):
            among = (field, "in", ",".join(values[start : start + self._pages.largest]))
            after = 0
            check: ListCheck[int] | None = None
            while True:
                filters = [among, (ID, "gt", str(after))]
                rows, total = self._pages.read(listed, filters, ((ID, ASC),))
                if check is None:
                    check = ListCheck(listed.path, ID, total)
                ids = _ids(rows, listed)
                is_wanted = all(str(row.get(key)) in wanted for row in rows)
                check.page(ids, begin=after + 1, is_filtered=is_wanted)
                check.count(len(rows))
                yield rows
                if not rows or total <= len(rows):
                    break
                after = ids[-1]
            check.close(lambda among=among: self._pages.length(listed, [among]))  # type: ignore[misc]

    def ids_below(
        self, listed: SearchList, below: str | None, page_size: int
    ) -> tuple[list[str], bool]:
        """Return the ids of one page, highest first, and whether the list ends.

        Raises:
            ListError: The list is not sorted or not filtered.
        """
        filters = [] if below is None else [(ID, "lt", below)]
        rows, total = self._pages.read(
            listed, filters, ((ID, DESC),), fields=listed.key, largest=page_size
        )
        ids = _ids(rows, listed)
        # A descending list is an ascending one of negative numbers.
        check: ListCheck[int] = ListCheck(listed.path, f"{ID}, descending", total)
        check.page([-its for its in ids], begin=-int(below) + 1 if below else None)
        check.count(len(ids))
        is_last = total <= len(rows)
        if not rows and total:
            check.close()
        # Failing records exist.
        lowest = 0 if is_last else ids[-1]
        highest = int(below) - 1 if below else float("inf")
        ids += [its for its in self._pages.excluded(listed) if lowest < its <= highest]
        return [str(its) for its in sorted(ids, reverse=True)], is_last


def _second(time: str, *, up: bool = False) -> str:
    """Return a time of the contract in the form of the API: UTC in whole seconds.

    The API takes this form only, and ignores a filter with another one.
    """
    moment = datetime.fromisoformat(time.rstrip("Z"))
    whole = moment.replace(microsecond=0)
    return f"{whole + _SECOND if up and whole < moment else whole:%Y-%m-%d %H:%M:%S}"


def _next(time: str) -> str:
    return _second((datetime.fromisoformat(time) + _SECOND).isoformat())


def _times(rows: Sequence[Any], listed: SearchList) -> list[str]:
    """Return the times of change of records.

    Raises:
        TapError: A record has no valid time of change.
    """
    try:
        # Only whole seconds compare as text.
        return [f"{datetime.strptime(row[TIME], '%Y-%m-%d %H:%M:%S')}" for row in rows]  # noqa: DTZ007 - UTC without zone
    except (KeyError, TypeError, ValueError):
        msg = f"The shop's list of {listed.path} has records without a time of change."
        raise TapError(msg, ON_BAD_RESPONSE) from None


def _ids(rows: Sequence[Any], listed: SearchList) -> list[int]:
    """Return the ids of records.

    Raises:
        TapError: A record has no id.
    """
    try:
        ids = [row[listed.key] for row in rows]
    except (KeyError, TypeError):
        ids = [-1]
    if any(type(its) is not int or its < 0 for its in ids):
        msg = f"The shop's list of {listed.path} has records without an id."
        raise TapError(msg, ON_BAD_RESPONSE)
    return ids
