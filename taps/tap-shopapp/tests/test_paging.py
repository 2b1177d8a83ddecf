"""Pages are read to their end, or the run says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.errors import TapError
from werkzeug import Response

if TYPE_CHECKING:
    from conftest import Odd
    from pytest_httpserver import HTTPServer


def _page(*days: int, cursor: str | None = None) -> dict[str, Any]:
    return {
        "data": [{"id": str(d), "updated_at": f"2024-01-0{d}T00:00:00Z"} for d in days],
        "next_cursor": cursor,
        "has_more": cursor is not None,
    }


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"errors": ["throttled"], "has_more": False}, "has no data"),
        ({"data": None, "has_more": False}, "has no data"),
        ({"data": []}, "does not say whether more follow"),
        ({"data": [], "has_more": True}, "says that more follow, but not where"),
        ({"data": [], "has_more": True, "next_cursor": ""}, "but not where"),
        (Response("[]", content_type="application/json"), "is not a JSON object"),
        (Response("<html>", content_type="text/html"), "text/html instead of JSON"),
        (
            Response('{"title": "x"}', content_type="application/problem+json"),
            "has status 200, but is an error",
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
