"""Pages that a server cannot produce: halved, until the record that is the cause is known.

A server may stop on one record, run out of memory or exceed its time limit. Each of them makes
the whole page fail, so the reader requests smaller pages. A record that fails alone is left
out, so that the run continues.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from tap_shopapp.api.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_BUDGET = 15.0
"""Seconds of retries before a page is halved: enough for at least three."""

T = TypeVar("T")
R = TypeVar("R")

_logger = logging.getLogger("tap-shopapp.http")


class PageSize:
    """The number of records per page of one list.

    Args:
        largest: Maximum number of records.

    Attributes:
        current: Number of records that the next page requests. A page that fails halves it.
            It returns to the largest once the cause is gone: a record, or a server that was
            down.
    """

    def __init__(self, largest: int) -> None:
        self.current = largest
        self._largest = largest

    def read(
        self,
        fetch: Callable[[int], T],
        identify: Callable[[], R | None],
        skip: Callable[[R], object],
    ) -> T:
        """Return the next page, without the records that the server cannot produce.

        Args:
            fetch: Requests a page of a number of records, with `page_budget`.
            identify: Returns the first record of the page, by a request for its id alone;
                null if there is none. It waits until the server answers, so that a server that
                is down ends the run.
            skip: Leaves a record out of this page and of all later pages.

        Raises:
            PageError: The server fails on a page without records.
            TapError: The server is down.
        """
        suspects: list[R | None] = []
        while True:
            try:
                page = self.read_largest(fetch)
            except PageError:
                record = identify()
                # Requested once more after the server has answered: it may have been down.
                if record in suspects:
                    if record is None:
                        raise
                    skip(record)
                    self.current = self._largest
                suspects = [record]
                continue
            if suspects:
                self.current = self._largest
            return page

    def read_largest(self, fetch: Callable[[int], T]) -> T:
        """Return the largest page that the server can produce.

        Args:
            fetch: Requests a page of a number of records, with `page_budget`.

        Raises:
            PageError: The server cannot produce a page of one record.
        """
        while True:
            try:
                return fetch(self.current)
            except PageError as error:
                if self.current == 1:
                    raise
                self.current //= 2
                _logger.warning("%s The next page has %d records.", error.reason, self.current)
