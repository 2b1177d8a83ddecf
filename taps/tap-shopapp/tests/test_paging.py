"""Pages are read to the end, or the run fails with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.errors import TapError
from werkzeug import Response

if TYPE_CHECKING:
    from conftest import Scripted
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
        ({"errors": ["throttled"], "has_more": False}, "lacks the list data"),
        ({"data": None, "has_more": False}, "lacks the list data"),
        ({"data": []}, "the boolean has_more"),
        ({"data": [], "has_more": True}, "has no next_cursor"),
        ({"data": [], "has_more": True, "next_cursor": ""}, "although has_more is true"),
        (Response("[]", content_type="application/json"), "is not a JSON object"),
        (Response("<html>", content_type="text/html"), "text/html instead of JSON"),
        (
            Response('{"title": "x"}', content_type="application/problem+json"),
            "has status 200, but is an error",
        ),
    ],
)
def test_malformed_page_ends_the_run(scripted: Scripted, answer: object, reason: str) -> None:
    with pytest.raises(TapError, match=reason):
        scripted(answer)()


def test_page_size_is_the_setting_up_to_the_maximum_of_the_api(
    scripted: Scripted,
    httpserver: HTTPServer,
) -> None:
    scripted(_page())(page_size=1000)
    scripted(_page())(page_size=7)

    limits = [
        request.args["limit"]
        for request, _ in httpserver.log
        if request.path == "/v1/transactions"
    ]
    assert limits == ["250", "7"]
