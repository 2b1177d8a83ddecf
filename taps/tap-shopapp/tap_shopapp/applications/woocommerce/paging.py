"""Reads lists of the WooCommerce API without gaps, even if they change during the read.

A later page lacks records that moved to an earlier one. Lists with a time of change are
therefore read by that time, always the first page of the rest. Lists without it are read by id,
with pages that overlap by one record, which shows whether earlier records were deleted.
"""

from __future__ import annotations

import heapq
import logging
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import StatusError
from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.applications.woocommerce.page_reader import (
    ON_BAD_RESPONSE,
    ids_of,
    modified,
    total_of,
)
from tap_shopapp.errors import TapError
from tap_shopapp.records.timestamps import parse_iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.applications.woocommerce.page_reader import PageReader
    from tap_shopapp.pages import Record, Window

_BAD_REQUEST = 400
_SECOND = timedelta(seconds=1)
# Before WooCommerce existed. The API rejects the epoch as a date.
_EARLIEST = datetime(2000, 1, 1)  # noqa: DTZ001 - the API's times are UTC without offset

_logger = logging.getLogger("tap-shopapp.woocommerce")


class Lists:
    """Reads lists to their end.

    Args:
        pages: Requests pages of at least 2 records, since pages overlap by one record.

    Attributes:
        unreadable: Number of records that the shop counts but cannot load. The reader resets it
            to 0.
    """

    def __init__(self, pages: PageReader) -> None:
        self._pages = pages
        self.unreadable = 0

    def changed(
        self, path: str, window: Window, params: Mapping[str, str]
    ) -> Iterator[list[Record]]:
        """Yield the records that changed in a window by page, sorted by time of change.

        Moving a record to the trash is a change. Times have whole seconds, as in the shop.
        """
        since = None if window.since is None else _second(window.since)
        before = _second(window.before, up=True)
        kept = self._by_change(path, {**params, "status": "any"}, since, before)
        deleted = self._in_the_trash(path, {**params, "status": "trash"}, since, before)
        merged = heapq.merge(kept, deleted, key=modified)
        while page := list(islice(merged, self._pages.largest)):
            yield page

    def by_id(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        whole: ListCheck[str] | None = None,
    ) -> Iterator[list[Any]]:
        """Yield all records of a list by page, sorted by id.

        Args:
            path: The list.
            params: Its filter.
            whole: The check of the list that contains this one.

        Raises:
            ListError: The list is not sorted, or has more records than its pages had.
        """
        ordered = {**(params or {}), "orderby": "id", "order": "asc"}
        check: ListCheck[int] = ListCheck(path, "id")
        offset = last = total = 0
        overlaps = False
        while True:
            answer, size = self._pages.read(path, {**ordered, "offset": str(offset)})
            ids = ids_of(answer, path)
            check.page(ids, begin=0)
            total_before, total = total, total_of(answer, path)
            has_moved = (not ids or ids[0] > last) if overlaps else total < total_before
            if has_moved and offset:
                # Earlier records were deleted, so this page skips records.
                offset = max(0, offset - self._pages.largest)
                continue
            fresh = [record for record in answer.body if record["id"] > last]
            unreadable = self._count_unreadable(len(ids), size, total - offset)
            check.count(len(fresh) + unreadable)
            if whole:
                whole.count(unreadable)
            yield fresh
            if offset + size >= total:
                # Each page reports the current length of the list.
                check.reported = total
                check.close()
                return
            last = max([last, *ids])
            # A page lacks records that the shop counts but cannot load. The last record may be
            # further on than the number of records, and then the next page repeats it.
            overlaps = len(ids) > 1
            offset += len(ids) - 1 if overlaps else size

    def _by_change(
        self, path: str, params: dict[str, str], since: datetime | None, before: datetime
    ) -> Iterator[Record]:
        """Yield records by time of change: always the first page of the rest.

        Raises:
            ListError: The list is not sorted or not filtered, or has more records than its
                pages had.
        """
        ordered = {**params, "orderby": "modified", "order": "asc"}
        # `modified_after` excludes its second, which may contain records that are not read yet.
        first = after = None if since is None or since <= _EARLIEST else since - _SECOND
        seen: set[tuple[Any, str]] = set()
        check: ListCheck[str] | None = None
        while True:
            answer, size = self._pages.read(path, ordered | _between(after, before))
            records: list[Any] = answer.body
            total = total_of(answer, path)
            if check is None:
                check = ListCheck(path, "date_modified_gmt", total)
            times = [time for record in records if (time := modified(record))]
            check.page(
                times,
                begin=None if after is None else (after + _SECOND).isoformat(),
                below=before.isoformat(),
                is_filtered=all(_has_status(record, params["status"]) for record in records),
            )
            fresh = [record for record in records if _state(record) not in seen]
            check.count(len(fresh) + self._count_unreadable(len(records), size, total))
            yield from fresh
            if total <= size:
                break
            if not times:
                msg = f"The shop's list of {path} has records without a time of change."
                raise TapError(msg, ON_BAD_RESPONSE)
            last = _time(times[-1])
            if times[0] == times[-1]:
                seen |= {_state(record) for record in records}
                second = params | _between(last - _SECOND, last + _SECOND)
                for page in self.by_id(path, second, check):
                    fresh = [record for record in page if _state(record) not in seen]
                    check.count(len(fresh))
                    yield from fresh
                after, seen = last, set()
            else:
                after = last - _SECOND
                seen = {_state(record) for record in records if modified(record) == times[-1]}
        check.close(lambda: self._pages.length(path, params | _between(first, before)))

    def _count_unreadable(self, shown: int, size: int, left: int) -> int:
        """Count and return the records that a page lacks, since the shop cannot load them.

        Args:
            shown: Number of records on the page.
            size: Number of records that were requested.
            left: Number of records that the shop counts from the first record of the page on.
        """
        lacking = max(0, min(size, left) - shown)
        self.unreadable += lacking
        return lacking

    def _in_the_trash(
        self, path: str, params: dict[str, str], since: datetime | None, before: datetime
    ) -> Iterator[Record]:
        """Yield records in the trash. Earlier releases list only orders there."""
        try:
            yield from self._by_change(path, params, since, before)
        except StatusError as error:
            if error.status != _BAD_REQUEST:
                raise
            _logger.warning(
                "%s: the shop does not list its trash, so deletions are not detected.",
                path,
            )


def _between(after: datetime | None, before: datetime) -> dict[str, str]:
    """Return the filter for times of change, excluding both ends; GMT without offset."""
    bounds = {"modified_before": before.isoformat(), "dates_are_gmt": "true"}
    return bounds if after is None else {"modified_after": after.isoformat(), **bounds}


def _second(time: str, *, up: bool = False) -> datetime:
    """Return a time of the contract in the form of the shop: UTC in whole seconds."""
    moment = datetime.fromisoformat(time.rstrip("Z"))
    whole = moment.replace(microsecond=0)
    return whole + _SECOND if up and whole < moment else whole


def _has_status(record: Any, status: str) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a record has the requested status; "any" excludes the trash."""
    is_in_trash = isinstance(record, dict) and record.get("status") == "trash"
    return is_in_trash == (status == "trash")


def _time(time: str) -> datetime:
    try:
        return parse_iso(time).replace(tzinfo=None)
    except ValueError:
        msg = "The shop returned a time of change that is not a valid time."
        raise TapError(msg, ON_BAD_RESPONSE) from None


def _state(record: Any) -> tuple[Any, str]:  # noqa: ANN401 - any JSON value
    """Return id and time of change, which identify one state of a record."""
    return (record.get("id") if isinstance(record, dict) else None, modified(record))
