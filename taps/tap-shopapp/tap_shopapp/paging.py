"""Pages by an opaque cursor, read to their end or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.http import JsonClient


def cursor_pages(
    client: JsonClient, path: str, params: dict[str, str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records of each page, following `next_cursor` while `has_more`.

    An empty page that has more behind it is no end. A cursor that comes a second time is a
    circle of any length, and would never end.

    Raises:
        TapError: If the server pages in a circle, or a page is not in the API's form.
    """
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        page = {**params, "cursor": cursor} if cursor else params
        body = client.get(path, page).body
        records, has_more = body.get("data"), body.get("has_more")
        if not isinstance(records, list) or not isinstance(has_more, bool):
            msg = f"A page of {path} has no data or does not say whether more follow."
            raise TapError(msg, "Have the shop's developer compare it with openapi.yaml.")
        yield records
        if not has_more:
            return
        cursor = body.get("next_cursor")
        if not isinstance(cursor, str) or not cursor:
            msg = f"A page of {path} says that more follow, but not where."
            raise TapError(msg, "Have the shop's developer compare it with openapi.yaml.")
        if cursor in seen:
            msg = f"The shop's pages of {path} go in a circle."
            raise TapError(msg, "Have the shop's developer compare it with openapi.yaml.")
        seen.add(cursor)
