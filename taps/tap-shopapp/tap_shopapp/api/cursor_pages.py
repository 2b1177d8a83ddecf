"""Pages with an opaque cursor, read to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.api.http import JsonClient

ON_BAD_RESPONSE = "Ask the shop's developer to compare it with openapi.yaml."
_EMPTY_PAGES = 100


def cursor_pages(
    client: JsonClient, path: str, params: dict[str, str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records of each page, following `next_cursor` while `has_more`.

    Up to a hundred empty pages in a row may precede more records. A repeated cursor means that
    the pages would never end.

    Raises:
        TapError: The pages never end, or a page does not have the form of the API.
    """
    seen: set[str] = set()
    empty = 0
    page = params
    while True:
        body = client.get(path, page).body
        records, has_more = body.get("data"), body.get("has_more")
        if not isinstance(records, list) or not isinstance(has_more, bool):
            raise _bad_response(
                f"A page of {path} lacks the list data or the boolean has_more."
            )
        yield records
        if not has_more:
            return
        cursor = body.get("next_cursor")
        if not isinstance(cursor, str) or not cursor:
            raise _bad_response(
                f"A page of {path} has no next_cursor, although has_more is true."
            )
        if cursor in seen:
            raise _bad_response(f"The pages of {path} never end: a cursor is repeated.")
        empty = 0 if records else empty + 1
        if empty > _EMPTY_PAGES:
            raise _bad_response(
                f"More than {_EMPTY_PAGES} empty pages of {path} follow each other."
            )
        seen.add(cursor)
        page = {**params, "cursor": cursor}


def _bad_response(reason: str) -> TapError:
    return TapError(reason, ON_BAD_RESPONSE)
