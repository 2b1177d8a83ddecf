"""Pages by an opaque cursor, read to their end or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.api.http import JsonClient

ON_BAD_RESPONSE = "Have the shop's developer compare it with openapi.yaml."
_EMPTY_PAGES = 100


def cursor_pages(
    client: JsonClient, path: str, params: dict[str, str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records of each page, following `next_cursor` while `has_more`.

    An empty page that has more behind it is no end; a hundred of them in a row are none that
    will come. A cursor that comes a second time is a circle of any length.

    Raises:
        TapError: If the pages never end, or one is not in the API's form.
    """
    seen: set[str] = set()
    empty = 0
    page = params
    while True:
        body = client.get(path, page).body
        records, has_more = body.get("data"), body.get("has_more")
        if not isinstance(records, list) or not isinstance(has_more, bool):
            raise _bad_response(
                f"A page of {path} has no data or does not say whether more follow."
            )
        yield records
        if not has_more:
            return
        cursor = body.get("next_cursor")
        if not isinstance(cursor, str) or not cursor:
            raise _bad_response(f"A page of {path} says that more follow, but not where.")
        if cursor in seen:
            raise _bad_response(f"The shop's pages of {path} go in a circle.")
        empty = 0 if records else empty + 1
        if empty > _EMPTY_PAGES:
            raise _bad_response(
                f"The shop's pages of {path} stay empty, and say that more follow."
            )
        seen.add(cursor)
        page = {**params, "cursor": cursor}


def _bad_response(reason: str) -> TapError:
    return TapError(reason, ON_BAD_RESPONSE)
