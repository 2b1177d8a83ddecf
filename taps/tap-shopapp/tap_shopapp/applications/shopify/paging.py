"""Connections of Shopify's API, page by page.

A cursor names the place of a row in its list (its value and its id), not its number: rows that
change while a list is read leave the window and shift no others. The list is ordered by what
the search index knows, and a row that has just been edited may be newer than its place; so the
times on a page say only from when on all is yet to be read, by the earliest of them, and only
those that are too old for an edit meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.base import NOTHING_YET, Window
from tap_shopapp.applications.shopify.faults import MISLED, TooCostlyError
from tap_shopapp.errors import TapError
from tap_shopapp.timestamps import utc_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.graphql import Document, GraphQLClient

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
        self, document: Document, window: Window, settled_before: str
    ) -> Iterator[tuple[list[Row], str]]:
        """Yield the pages of what changed in a window, and before when all was read by then.

        A row that was edited after it got its place is newer than what is yet to be read.
        Where a list is long, what is yet to be read is searched for anew.

        Args:
            document: As for `pages`; its list is in the order of `updatedAt`.
            window: Of times of change.
            settled_before: What changed later may have been edited since it got its place.
        """
        since, reached = window.since, window.since or NOTHING_YET
        while True:
            depth = 0
            search = within(Window(since, window.before))
            for rows in self.pages(document, search):
                times = [utc_timestamp(row["updatedAt"], "updatedAt") or "" for row in rows]
                settled = [moment for moment in times if moment < settled_before]
                reached = max(reached, min(settled, default=reached))
                yield rows, reached
                depth += len(rows)
                # A search knows whole seconds: one from the same second on would not end.
                if depth >= _DEEP and reached[:19] > (since or NOTHING_YET)[:19]:
                    break
            else:
                return
            since = reached

    def all(self, document: Document) -> Iterator[list[Row]]:
        """Yield all pages of a list, however long.

        Args:
            document: As for `pages`; its list is in the order of ids.
        """
        search: str | None = None
        while True:
            depth = 0
            for rows in self.pages(document, search):
                yield rows
                depth += len(rows)
                if depth >= _DEEP:
                    last = int(rows[-1]["id"].rpartition("/")[2])
                    search = f"id:>={last + 1}"
                    break
            else:
                return

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
        msg = f"A page of {name} is not as Shopify's API gives it."
        raise TapError(msg, MISLED) from None


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
