"""Lists of Vendure's Admin API, page by page, sorted by a time that only increases.

Lists are sorted by one key: Vendure orders several keys by its schema, so that `id` would come
before any time. Records with the same time are unsorted. So a page begins at the last time of
the page before, and excludes the records that were already read. Answers have milliseconds,
while the database may have finer times.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.errors import TapError
from tap_shopapp.records.timestamps import fixed_width, parse_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_shopapp.api.graphql import Document, GraphQLClient

    Row = dict[str, Any]
    Filters = Sequence[dict[str, Any]]

_MILLISECOND = timedelta(milliseconds=1)


def list_pages(  # noqa: PLR0913 - all but two by name
    client: GraphQLClient,
    document: Document,
    *,
    along: Literal["createdAt", "updatedAt"],
    filters: Filters = (),
    is_asked_for: Callable[[Row], bool] = lambda _: True,
    take: int,
) -> Iterator[list[Row]]:
    """Yield the records of each page of a list, in order of a time, each once.

    Args:
        client: Sends the queries.
        document: The query; its root field has its name.
        along: The time. `createdAt` never changes, so that no record leaves the rest of a list
            that is sorted by it.
        filters: Conditions of the list, in the form of the API.
        is_asked_for: Whether a record meets these conditions.
        take: Records per page.

    Raises:
        TapError: A page does not have the form of the API.
        ListError: The list is not sorted or not filtered, or has more records than its pages
            had.
    """
    check: ListCheck[str] | None = None
    begin: str | None = None
    read: dict[str, str] = {}  # the times of the records that the next page would repeat, by id
    until: Filters = ()
    while True:
        rows, total = _list(
            client, document, along, [*filters, *_place(along, begin, read)], take
        )
        times = {row["id"]: fixed_width(row[along]) for row in rows}
        if check is None:
            check = ListCheck(document.name, along, total)
        check.page(
            times.values(),
            begin=begin and fixed_width(begin),
            is_filtered=read.keys().isdisjoint(times) and all(map(is_asked_for, rows)),
        )
        check.count(len(times))
        yield rows
        if rows:
            until = [{along: {"before": _just_after(rows[-1][along])}}]
        if len(rows) < take:
            break
        begin = just_before(rows[-1][along])
        read |= times
        read = {key: time for key, time in read.items() if time >= fixed_width(begin)}
    check.close(lambda: _list(client, document, along, [*filters, *until], 1)[1])


def _place(
    along: str, begin: str | None, read: dict[str, str]
) -> list[dict[str, dict[str, Any]]]:
    """Return the conditions of a page, besides those of the list."""
    if begin is None:
        return []
    return [{along: {"after": begin}}, {"id": {"notIn": sorted(read)}}]


def _list(
    client: GraphQLClient, document: Document, along: str, filters: Filters, take: int
) -> tuple[list[Row], int]:
    """Return the records of a page, each with an id and the time, and the length of the list.

    Raises:
        TapError: The answer does not have the form of the API.
    """
    options = {"take": take, "sort": {along: "ASC"}, "filter": {"_and": list(filters)}}
    body = client.execute(document, {"options": options}).body
    try:
        rows: list[Row] = body[document.name]["items"]
        for row in rows:
            row["id"].encode()
            fixed_width(row[along])
        return rows, int(body[document.name]["totalItems"])
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise TapError(
            f"A page of {document.name} does not have the format of Vendure's API.",
            "Check api_url, and that the shop runs Vendure 3.",
        ) from None


def just_before(moment: str) -> str:
    """Return the millisecond before a time: the API's `after` excludes the time itself."""
    return _milliseconds(moment, -_MILLISECOND)


def _just_after(moment: str) -> str:
    return _milliseconds(moment, _MILLISECOND)


def _milliseconds(moment: str, later: timedelta) -> str:
    text = (parse_utc(moment) + later).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
