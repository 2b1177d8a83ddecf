"""Connections of Shopify's API, page by page.

A cursor contains the sort value and id of a row, not its number: rows that change during a read
leave the window, and other rows do not shift. The search index sorts the list, and a recent
edit may be newer than the row's place. So `complete_until` of a page ignores recent changes: it
is the earliest of the other times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.applications.base import NOTHING_YET
from tap_shopapp.applications.shopify.errors import ON_BAD_RESPONSE, TooCostlyError
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Window
from tap_shopapp.records.timestamps import utc_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.api.graphql import Document, GraphQLClient

    Row = dict[str, Any]


# Shopify's limit of paging is 25,000 objects per list.
_DEEP = 20_000
# Records per page that fit into the maximum query cost of 1,000 points.
_ORDERS, _PRODUCTS = 13, 34
# The largest page of any list. Ids alone cost little.
_IDS = 250


class GoneError(Exception):
    """A record was deleted before all of its rows were read."""


class Connections:
    """Reads connections to their end.

    Args:
        client: Sends the queries.
        first: Records per page; halved when a page costs too much.
    """

    def __init__(self, client: GraphQLClient, first: int) -> None:
        self._client = client
        self._largest = first
        self._first = {"orders": min(first, _ORDERS), "products": min(first, _PRODUCTS)}

    def changed(
        self, document: Document, window: Window, settled_before: str, count: Document | None
    ) -> Iterator[tuple[list[Row], str]]:
        """Yield rows that changed in a window by page, and until when all are read.

        A new search continues a long list before it reaches the limit of paging.

        Args:
            document: Document for `pages`; its list is sorted by `updatedAt`.
            window: Times of change.
            settled_before: Later changes may be newer than their place in the list.
            count: Document that counts the list; null if the count is unknown.

        Raises:
            ListError: The list is not sorted or not filtered, or has more rows than its pages
                had.
        """
        since, complete_until = window.since, window.since or NOTHING_YET
        search = within(window)
        check: ListCheck[str] = ListCheck(
            document.name, "updatedAt", self._length(count, search)
        )
        while True:
            depth = 0
            for rows in self.pages(document, within(Window(since, window.before))):
                times = [utc_timestamp(row["updatedAt"], "updatedAt") or "" for row in rows]
                settled = [moment for moment in times if moment < settled_before]
                check.page(
                    [min(settled)] if settled else [],
                    is_filtered=all(moment[:19] >= (since or "")[:19] for moment in times),
                )
                check.count(len(rows))
                complete_until = max(complete_until, min(settled, default=complete_until))
                yield rows, complete_until
                depth += len(rows)
                # A search has whole seconds; from the same second it would not progress.
                if depth >= _DEEP and complete_until[:19] > (since or NOTHING_YET)[:19]:
                    break
            else:
                check.close(lambda: self._length(count, search))
                return
            since = complete_until

    def all(self, document: Document, count: Document) -> Iterator[list[Row]]:
        """Yield all pages of a list, however long.

        Args:
            document: Document for `pages`; its list is sorted by id.
            count: Document that counts the list.

        Raises:
            ListError: The list is not sorted, or has more rows than its pages had.
        """
        search: str | None = None
        check: ListCheck[int] = ListCheck(document.name, "id", self._length(count))
        begin = 0
        while True:
            depth = 0
            for rows in self.pages(document, search):
                ids = [_number(row) for row in rows]
                check.page(ids, begin=begin)
                check.count(len(rows))
                begin = max([begin, *(number + 1 for number in ids)])
                yield rows
                depth += len(rows)
                if depth >= _DEEP:
                    search = f"id:>={begin}"
                    break
            else:
                check.close(lambda: self._length(count))
                return

    def ids(
        self, document: Document, count: Document, name: str, below: str | None
    ) -> Iterator[tuple[list[str], bool]]:
        """Yield the ids of a list by page, and whether the list ends with the page.

        Each page is the first one of a search for lower ids, so no id is skipped.

        Args:
            document: Its list is sorted by id, the highest first.
            count: Document that counts the list.
            name: Name of the list.
            below: Lower ids follow; null for all.

        Raises:
            ListError: The list ends, but the shop counts lower ids.
        """
        while True:
            search = None if below is None else f"id:<={int(below) - 1}"
            body = self._client.execute(document, {"first": _IDS, "query": search}).body
            rows, after = unfold(body.get(name), name)
            numbers = [str(_number(row)) for row in rows]
            lowest = numbers[-1] if numbers else below
            if after is None and lowest is not None:
                rest = self._length(count, f"id:<={int(lowest) - 1}")
                ListCheck[int](name, "id", rest).close()
            yield numbers, after is None
            if after is None:
                return
            below = numbers[-1]

    def _length(self, count: Document | None, query: str | None = None) -> int | None:
        """Return the number of rows of a list; null if it is unknown or not exact."""
        if count is None:
            return None
        answer = self._client.execute(count, {"query": query}).body.get(count.name)
        try:
            return int(answer["count"]) if answer["precision"] == "EXACT" else None
        except (KeyError, TypeError, ValueError):
            raise _unexpected(count.name) from None

    def pages(self, document: Document, query: str | None = None) -> Iterator[list[Row]]:
        """Yield the rows of each page of a list.

        Args:
            document: Its operation has the name of the list and takes `first`, `after` and, if
                it is set, `query`.
            query: Filter in Shopify's search syntax.
        """
        after: str | None = None
        searched = {} if query is None else {"query": query}
        while True:
            first = self._first.get(document.name, self._largest)
            variables = {"first": first, "after": after, **searched}
            try:
                body = self._client.execute(document, variables).body
            except TooCostlyError:
                if first == 1:
                    raise
                self._first[document.name] = first // 2
                continue
            rows, after = unfold(body.get(document.name), document.name)
            yield rows
            if after is None:
                return

    def whole(self, connection: object, more: Document, node_id: str) -> list[Row]:
        """Return all rows of a connection inside a record.

        Args:
            connection: The first page, from the record.
            more: Document that returns the next page as `more`.
            node_id: The id of the record.

        Raises:
            GoneError: The record was deleted before all rows were read.
        """
        rows, after = unfold(connection, more.name)
        while after is not None:
            body = self._client.execute(more, {"id": node_id, "after": after}).body
            if body.get("node") is None:
                raise GoneError
            further, after = unfold(body["node"].get("more"), more.name)
            rows += further
        return rows


def unfold(connection: object, name: str) -> tuple[list[Row], str | None]:
    """Return the rows of a connection, and the cursor of the next page if it has one.

    Raises:
        TapError: The value is not a connection.
    """
    try:
        rows = [edge["node"] for edge in connection["edges"]]  # type: ignore[index]
        info = connection["pageInfo"]  # type: ignore[index]
        return rows, str(info["endCursor"]) if info["hasNextPage"] else None
    except (KeyError, TypeError):
        raise _unexpected(name) from None


def _number(row: Row) -> int:
    """Return the number in the global id of a row."""
    try:
        return int(row["id"].rpartition("/")[2])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _unexpected("a list sorted by id") from None


def _unexpected(name: str) -> TapError:
    return TapError(
        f"The response to {name} does not have the format of Shopify's API.", ON_BAD_RESPONSE
    )


def within(window: Window, field: str = "updated_at") -> str:
    """Return a window of times in Shopify's search syntax, which has whole seconds.

    >>> from tap_shopapp.pages import Window
    >>> within(Window("2026-03-01T10:00:00.250000Z", "2026-03-02T00:00:00.500000Z"))
    "updated_at:>='2026-03-01T10:00:00Z' updated_at:<='2026-03-02T00:00:00Z'"
    """
    # The last second is included; the next run reads it again.
    terms = [f"{field}:<='{window.before[:19]}Z'"]
    if window.since:
        terms.insert(0, f"{field}:>='{window.since[:19]}Z'")
    return " ".join(terms)
