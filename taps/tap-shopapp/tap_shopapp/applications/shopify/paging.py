"""Connections of Shopify's API, page by page.

A cursor names the place of a row in its list (its value and its id), not its number: rows that
change while a list is read leave the window and shift no others. The list is ordered by what
the search index knows, and a row that has just been edited may be newer than its place; so the
times on a page say only from when on all is yet to be read, by the earliest of them, and only
those that are too old for an edit meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.applications.base import NOTHING_YET
from tap_shopapp.applications.shopify.errors import MISLED, TooCostlyError
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Window
from tap_shopapp.records.timestamps import utc_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.api.graphql import Document, GraphQLClient

    Row = dict[str, Any]


# Shopify's limits name 25,000 as the last object of a list that a page may show.
_DEEP = 20_000
# What fits into the thousand points that a query may cost, as Shopify counts them.
_ORDERS, _PRODUCTS = 14, 34


class GoneError(Exception):
    """What was to be read on is not there any more."""


class Connections:
    """Reads connections to their end.

    Args:
        client: Asks the shop.
        first: Records per page; fewer as soon as one page costs too much.
    """

    def __init__(self, client: GraphQLClient, first: int) -> None:
        self._client = client
        self._largest = first
        self._first = {"orders": min(first, _ORDERS), "products": min(first, _PRODUCTS)}

    def changed(
        self, document: Document, window: Window, settled_before: str, count: Document | None
    ) -> Iterator[tuple[list[Row], str]]:
        """Yield the pages of what changed in a window, and before when all was read by then.

        A row that was edited after it got its place is newer than what is yet to be read.
        Where a list is long, what is yet to be read is searched for again.

        Args:
            document: As for `pages`; its list is in the order of `updatedAt`.
            window: Of times of change.
            settled_before: What changed later may have been edited since it got its place.
            count: Asks how long the list is; null where Shopify does not say.

        Raises:
            ListError: If the list is not in that order or not filtered, or has more rows than
                its pages gave.
        """
        since, reached = window.since, window.since or NOTHING_YET
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
                reached = max(reached, min(settled, default=reached))
                yield rows, reached
                depth += len(rows)
                # A search knows whole seconds: one from the same second on would not end.
                if depth >= _DEEP and reached[:19] > (since or NOTHING_YET)[:19]:
                    break
            else:
                check.close(lambda: self._length(count, search))
                return
            since = reached

    def all(self, document: Document, count: Document) -> Iterator[list[Row]]:
        """Yield all pages of a list, however long.

        Args:
            document: As for `pages`; its list is in the order of ids.
            count: Asks how long the list is.

        Raises:
            ListError: If the list is not in that order, or has more rows than its pages gave.
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

    def _length(self, count: Document | None, query: str | None = None) -> int | None:
        """Return how many rows a list has; null where Shopify does not say exactly."""
        if count is None:
            return None
        answer = self._client.execute(count, {"query": query}).body.get(count.name)
        try:
            return int(answer["count"]) if answer["precision"] == "EXACT" else None
        except (KeyError, TypeError, ValueError):
            raise _unexpected(count.name) from None

    def pages(self, document: Document, query: str | None = None) -> Iterator[list[Row]]:
        """Yield the rows of each page of the list that a document's operation is named for.

        Args:
            document: It takes `first`, `after` and, if one is given, `query`.
            query: What rows have to meet, in Shopify's search syntax.
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
        """Return all rows of a connection that stands in a record.

        Args:
            connection: Its first page, as the record has it.
            more: Asks for the next one, as `more`.
            node_id: The record.

        Raises:
            GoneError: If the record was deleted before all was read.
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
    """Return the rows of a connection, and the cursor of the next page if there is one.

    Raises:
        TapError: If it is none.
    """
    try:
        rows = [edge["node"] for edge in connection["edges"]]  # type: ignore[index]
        info = connection["pageInfo"]  # type: ignore[index]
        return rows, str(info["endCursor"]) if info["hasNextPage"] else None
    except (KeyError, TypeError):
        raise _unexpected(name) from None


def _number(row: Row) -> int:
    """Return the number in a row's global id."""
    try:
        return int(row["id"].rpartition("/")[2])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _unexpected("a list along the id") from None


def _unexpected(name: str) -> TapError:
    return TapError(f"The answer to {name} is not in the form of Shopify's API.", MISLED)


def within(window: Window, field: str = "updated_at") -> str:
    """Return a window of times in Shopify's search syntax, which knows whole seconds.

    >>> from tap_shopapp.applications.base import Window
    >>> within(Window("2026-03-01T10:00:00.250000Z", "2026-03-02T00:00:00.500000Z"))
    "updated_at:>='2026-03-01T10:00:00Z' updated_at:<='2026-03-02T00:00:00Z'"
    """
    # What is of the last second is read, and once more by the next run.
    terms = [f"{field}:<='{window.before[:19]}Z'"]
    if window.since:
        terms.insert(0, f"{field}:>='{window.since[:19]}Z'")
    return " ".join(terms)
