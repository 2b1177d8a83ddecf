"""Pages are read to their end, or the run says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.errors import TapError
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Messages
    from pytest_httpserver import HTTPServer

    Odd = Callable[..., Callable[..., Messages]]


def _page(*days: int, cursor: str | None = None) -> dict[str, Any]:
    return {
        "data": [{"id": str(d), "updated_at": f"2024-01-0{d}T00:00:00Z"} for d in days],
        "next_cursor": cursor,
        "has_more": cursor is not None,
    }


def test_an_empty_page_that_has_more_behind_it_is_no_end(odd: Odd) -> None:
    extract = odd(_page(1, cursor="a"), _page(cursor="b"), _page(2))

    assert extract().ids() == ["1", "2"]


@pytest.mark.parametrize("cursors", ["a a", "a b a", "a b c d b"])
def test_pages_that_go_in_a_circle_end_the_run(odd: Odd, cursors: str) -> None:
    extract = odd(*(_page(1, cursor=cursor) for cursor in cursors.split()))

    with pytest.raises(TapError, match="pages of /v1/transactions go in a circle"):
        extract()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"errors": ["throttled"], "has_more": False}, "has no data"),
        ({"data": None, "has_more": False}, "has no data"),
        ({"data": []}, "does not say whether more follow"),
        ({"data": [], "has_more": True}, "says that more follow, but not where"),
        ({"data": [], "has_more": True, "next_cursor": ""}, "but not where"),
        (Response("[]", content_type="application/json"), "JSON that is no object"),
        (Response("<html>", content_type="text/html"), "text/html instead of JSON"),
        (
            Response('{"title": "x"}', content_type="application/problem+json"),
            "a problem under status 200",
        ),
    ],
)
def test_a_page_in_another_form_ends_the_run(odd: Odd, answer: object, reason: str) -> None:
    with pytest.raises(TapError, match=reason):
        odd(answer)()


def test_pages_are_asked_for_by_the_size_that_is_set_and_the_api_gives(
    odd: Odd,
    httpserver: HTTPServer,
) -> None:
    odd(_page())(page_size=1000)
    odd(_page())(page_size=7)

    limits = [
        request.args["limit"]
        for request, _ in httpserver.log
        if request.path == "/v1/transactions"
    ]
    assert limits == ["250", "7"]
