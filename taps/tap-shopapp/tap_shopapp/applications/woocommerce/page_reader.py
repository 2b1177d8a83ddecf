"""Requests pages of lists of the WooCommerce API, without records that make the shop fail."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.page_size import PAGE_BUDGET, PageSize
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.api.request import Answer
    from tap_shopapp.applications.woocommerce.rest_api import RestApi

ON_BAD_RESPONSE = (
    "Check that the shop runs WooCommerce 5.8 or later, and that no plugin changes its API."
)

_logger = logging.getLogger("tap-shopapp.woocommerce")


@dataclass(frozen=True, slots=True)
class FailingRecord:
    """A record that makes the shop fail.

    Attributes:
        record_id: Its id.
        modified: Its time of change as the API writes it; empty if it has none.
    """

    record_id: int
    modified: str


class PageReader:
    """Requests pages.

    Args:
        client: Sends the requests.
        largest: Maximum number of records per page.

    Attributes:
        largest: Maximum number of records per page.
        failing: Records that make the shop fail, by path. The reader of the lists removes them.
            Later requests exclude them.
    """

    def __init__(self, client: RestApi, largest: int) -> None:
        self.largest = largest
        self.failing: dict[str, list[FailingRecord]] = {}
        self._client = client
        self._sizes: dict[str, PageSize] = {}
        self._whole: dict[str, PageSize] = {}
        self._excluded: dict[str, list[str]] = {}

    def read_whole(self, path: str, params: Mapping[str, str]) -> tuple[Answer, int]:
        """Return a page with all records, also those on which the shop failed before.

        Raises:
            PageError: The shop fails on a record of the page.
        """

        def fetch(count: int) -> tuple[Answer, int]:
            query = {**params, "per_page": str(count)}
            return self._client.get_list(path, query, page_budget=PAGE_BUDGET), count

        return self._whole.setdefault(path, PageSize(self.largest)).read_largest(fetch)

    def read(self, path: str, params: Mapping[str, str]) -> tuple[Answer, int]:
        """Return a page that the shop can produce, and the number of requested records."""

        def fetch(count: int) -> tuple[Answer, int]:
            query = self._query(path, params, count)
            return self._client.get_list(path, query, page_budget=PAGE_BUDGET), count

        size = self._sizes.setdefault(path, PageSize(self.largest))
        return size.read(fetch, partial(self._first, path, params), partial(self._skip, path))

    def _query(self, path: str, params: Mapping[str, str], count: int) -> dict[str, str]:
        query = {**params, "per_page": str(count)}
        if excluded := self._excluded.get(path):
            query["exclude"] = ",".join(excluded)
        return query

    def _first(self, path: str, params: Mapping[str, str]) -> FailingRecord | None:
        """Return the first record of a page, by a request that loads little else of it.

        Raises:
            TapError: The shop returns records that the request excludes.
        """
        query = {**self._query(path, params, 1), "_fields": "id,date_modified_gmt"}
        answer = self._client.get_list(path, query)
        if not answer.body:
            return None
        [record_id] = ids_of(answer, path)
        if str(record_id) in self._excluded.get(path, ()):
            msg = f"The shop's list of {path} has records that its filter excludes."
            raise TapError(msg, ON_BAD_RESPONSE)
        return FailingRecord(record_id, modified(answer.body[0]))

    def _skip(self, path: str, record: FailingRecord) -> None:
        """Leave a record out of all later requests for a list."""
        _logger.warning("%s: the shop fails on record %d.", path, record.record_id)
        self._excluded.setdefault(path, []).append(str(record.record_id))
        self.failing.setdefault(path, []).append(record)

    def length(self, path: str, params: Mapping[str, str]) -> int:
        """Return the number of records in a list."""
        answer = self._client.get_list(path, {**self._query(path, params, 1), "_fields": "id"})
        return total_of(answer, path)


def modified(record: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the time of change of a record; empty if it has none."""
    time = record.get("date_modified_gmt") if isinstance(record, dict) else None
    return time if isinstance(time, str) else ""


def ids_of(answer: Answer, path: str) -> list[int]:
    """Return the ids of the records on a page.

    Raises:
        TapError: A record has no id.
    """
    try:
        ids: list[int] = [record["id"] for record in answer.body]
    except (KeyError, TypeError):
        ids = [-1]
    if any(type(record_id) is not int or record_id < 0 for record_id in ids):
        msg = f"The shop's list of {path} has records without an id."
        raise TapError(msg, ON_BAD_RESPONSE)
    return ids


def total_of(answer: Answer, path: str) -> int:
    """Return the number of records on all pages."""
    try:
        return int(answer.headers["X-WP-Total"])
    except (KeyError, ValueError):
        msg = f"The shop's response to {path} has no X-WP-Total header."
        raise TapError(msg, ON_BAD_RESPONSE) from None
