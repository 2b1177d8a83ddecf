"""Lists of Vendure's API, page by page, along a time that only grows.

A list can be sorted by id, but not filtered by those behind one; an offset would lose a row as
soon as an earlier one changes. So the next page begins at the last row's time, without the rows
of that time that were read. Vendure writes milliseconds where its database has finer ones.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from tap_shopapp.errors import TapError
from tap_shopapp.timestamps import fixed_width, parse_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_shopapp.graphql import Document, GraphQLClient

_MILLISECOND = timedelta(milliseconds=1)


def list_pages(
    client: GraphQLClient,
    document: Document,
    *,
    along: Literal["createdAt", "updatedAt"],
    filters: Sequence[dict[str, Any]] = (),
    take: int,
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each page of a list, in order of a time, each once.

    Args:
        client: What asks for them.
        document: What to ask for; its root field has its name.
        along: The time. What is created is not created again, so that along `createdAt` no row
            can leave the way of a list that is being read.
        filters: Conditions that all rows have to meet, as the API takes them.
        take: Rows per page.

    Raises:
        TapError: If a page is not in the API's form.
    """
    place: list[dict[str, Any]] = []
    while True:
        options = {
            "take": take,
            "sort": {along: "ASC", "id": "ASC"},
            "filter": {"_and": [*filters, *place]},
        }
        rows = _rows(client.execute(document, {"options": options}).body, document.name, along)
        yield rows
        if len(rows) < take:
            return
        last = rows[-1][along]
        read = {row["id"] for row in rows if row[along] == last}
        after: dict[str, Any] = {along: {"after": just_before(last)}}
        if place and place[0] == after:
            read.update(place[1]["id"]["notIn"])
        place = [after, {"id": {"notIn": sorted(read)}}]


def _rows(body: dict[str, Any], name: str, along: str) -> list[dict[str, Any]]:
    """Return the rows of a page, each with an id and the time.

    Raises:
        TapError: If they are none.
    """
    try:
        rows: list[dict[str, Any]] = body[name]["items"]
        for row in rows:
            row["id"].encode()
            fixed_width(row[along])
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        raise TapError(
            f"A page of {name} is not as Vendure's API gives it.",
            "Check api_url, and that the shop is a Vendure 3.",
        ) from None
    return rows


def just_before(moment: str) -> str:
    """Return the last time before one: the API's `after` leaves out the time itself."""
    before = parse_utc(moment) - _MILLISECOND
    return before.isoformat(timespec="milliseconds").replace("+00:00", "Z")
