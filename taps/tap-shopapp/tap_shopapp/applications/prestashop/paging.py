"""Reads lists of the webservice without gaps, even if they change during the read.

A list is read along a key: the time of change and the id, or the id alone. One request cannot
ask for what follows such a pair, so two do: the records of the same second with a higher id,
then those of later seconds. A later second may have any id.

An unusable filter gives all records or none, with status 200. So the records of each page are
checked, and a list that ends is compared with the newest record.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from tap_shopapp.api.errors import PageError
from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.api.page_size import PAGE_BUDGET
from tap_shopapp.applications.prestashop.local_time import second_before
from tap_shopapp.applications.prestashop.unreadable import Rows, after_unreadable, of_one
from tap_shopapp.applications.prestashop.values import record_id
from tap_shopapp.applications.prestashop.walk import (
    UNCHANGED,
    Walk,
    incomplete,
    key_of,
    time_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.applications.prestashop.webservice import Webservice
    from tap_shopapp.pages import Record


_logger = logging.getLogger("tap-shopapp.prestashop")


class Lists:
    """Reads lists to their end.

    Args:
        webservice: Sends the requests.
        page_size: Records per request.

    Attributes:
        page_size: Records per request.
    """

    def __init__(self, webservice: Webservice, page_size: int) -> None:
        self._webservice = webservice
        self.page_size = page_size

    def changed(
        self, resource: str, since: str | None, end: str, display: str = ""
    ) -> Iterator[Rows]:
        """Yield the records that changed in a window of local time, by time of change and id.

        Args:
            resource: The resource.
            since: The first second; null for all records.
            end: The second after the last one.
            display: The fields, by default all that the tap may read.

        Raises:
            ListError: The list is not sorted, not filtered or not complete.
        """
        check: ListCheck[str] = ListCheck(f"/api/{resource}", "date_upd")
        walk = Walk(since and second_before(since))
        while True:
            params = walk.params()
            rows = self._readable(resource, params, display)
            is_filtered = not walk.is_in_second or all(
                time_of(row) == walk.second for row in rows.records
            )
            check.page(map(key_of, rows.records), begin=walk.begin(), is_filtered=is_filtered)
            walk.move(rows.places, is_last=rows.is_last)
            kept = [row for row in rows.records if time_of(row) < end]
            rows.is_last = len(kept) < len(rows.records)
            rows.records = kept
            if walk.is_at_end and not rows.is_last:
                rows.is_last = self._is_newest(resource, walk, end)
            yield rows
            if rows.is_last:
                return

    def by_id(self, resource: str) -> Iterator[Rows]:
        """Yield all records of a list, by id.

        Raises:
            ListError: The list is not sorted, not filtered or not complete.
        """
        check: ListCheck[int] = ListCheck(f"/api/{resource}", "id")
        last_id, went_back = 0, False
        while True:
            rows = self._readable(resource, {"filter[id]": f">[{last_id}]"}, "")
            check.page(map(record_id, rows.records), begin=last_id + 1)
            went_back = went_back and not rows.places
            last_id = max([last_id, *map(record_id, rows.places)])
            if rows.is_last and self._outermost(resource, "DESC") > last_id:
                if went_back:
                    raise incomplete(f"/api/{resource}")
                # A new record, or a filter that finds nothing: the rest is read again.
                went_back, rows.is_last = True, False
            yield rows
            if rows.is_last:
                return

    def ids_below(
        self, resource: str, below: str | None, size: int
    ) -> Iterator[tuple[list[str], bool]]:
        """Yield the ids of a list by page, highest first, and whether a page is the last one.

        Args:
            resource: The resource.
            below: Lower ids follow; null for the highest ones.
            size: Ids per request.

        Raises:
            ListError: The list is not sorted, not filtered or not complete.
        """
        check: ListCheck[int] = ListCheck(f"/api/{resource}", "id")
        while True:
            params = {"sort": "[id_DESC]", "limit": str(size)}
            if below:
                params["filter[id]"] = f"<[{below}]"
            try:
                rows = self._webservice.rows(
                    resource, params, display="[id]", page_budget=PAGE_BUDGET
                )
            except PageError:
                if size == 1:
                    self._webservice.wait()
                    _logger.warning(
                        "/api/%s: deletions of older records are not detected, since PHP fails"
                        " in the shop on a record.",
                        resource,
                    )
                    return
                size //= 2
                continue
            ids = list(map(record_id, rows))
            check.page((-each for each in ids), begin=1 - int(below) if below else None)
            is_last = len(ids) < size
            lowest = min([*ids, *([int(below)] if below else [])], default=sys.maxsize)
            if is_last and 0 < self._outermost(resource, "ASC") < lowest:
                raise incomplete(f"/api/{resource}")
            yield list(map(str, ids)), is_last
            if is_last:
                return
            below = str(ids[-1])

    def _outermost(self, resource: str, direction: str) -> int:
        """Return the highest or the lowest id of a list; 0 if it is unknown."""
        params = {"sort": f"[id_{direction}]", "limit": "1"}
        try:
            return max(
                map(record_id, self._webservice.rows(resource, params, display="[id]")),
                default=0,
            )
        except PageError:
            return 0

    def _readable(self, resource: str, params: Mapping[str, str], display: str) -> Rows:
        """Return the next records, fewer than a page if the shop cannot produce it."""
        size = self.page_size

        def read() -> list[Record]:
            limited = {**params, "limit": str(size)}
            return self._webservice.rows(
                resource, limited, display=display, page_budget=PAGE_BUDGET
            )

        while True:
            try:
                records: list[Record] | None = read()
            except PageError:
                if size > 1:
                    size //= 2
                    continue
                records = of_one(self._webservice, read)
            if records is None:
                return after_unreadable(self._webservice, resource, params)
            return Rows(records, is_last=len(records) < size)

    def _is_newest(self, resource: str, walk: Walk, end: str) -> bool:
        """Whether the list ends with the newest record of the shop.

        If not, the rest is read again: it may have changed just now.

        Raises:
            ListError: The shop has newer records, but its pages do not contain them.
        """
        newest_first = {"date": "1", "sort": "[date_upd_DESC,id_DESC]", "limit": "1"}
        try:
            newest = self._webservice.rows(resource, newest_first, display="[id,date_upd]")
        except PageError:
            return True
        if not newest:
            return True
        time = max(map(time_of, newest))
        if walk.last < max(map(key_of, newest)) and time < end:
            walk.go_back(f"/api/{resource}")
            return False
        if not walk.is_filter_proven and time > UNCHANGED:
            probe = {"date": "1", "filter[date_upd]": f">[{second_before(time)}]", "limit": "1"}
            if not self._webservice.rows(resource, probe, display="[id,date_upd]"):
                raise incomplete(f"/api/{resource}")
        return True
