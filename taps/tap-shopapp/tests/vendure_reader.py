"""The tap on a fake of Vendure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import ABOUT
from shop_fakes.vendure import KEY, VendureServer
from shopapp_demo.shop import Shop
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Messages
    from pytest_httpserver import HTTPServer
    from werkzeug import Request, Response


class Vendure:
    """A server over an empty shop, and the tap that reads it.

    Attributes:
        server: The server.
        url: Its address.
        before: Called before each answer, with the number of the request from 1.
        requests: Number of requests so far.
    """

    def __init__(self, http: HTTPServer, run: Callable[..., Messages]) -> None:
        self.server = VendureServer(Shop(ABOUT))
        self.url = http.url_for("").rstrip("/")
        self.before: Callable[[int], object] = lambda _: None
        self.requests = 0
        self._run = run
        http.expect_request("/admin-api", method="POST").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests += 1
        self.before(self.requests)
        return self.server.answer(request)

    def read(self, state: dict[str, Any] | None = None, **settings: Any) -> Messages:
        """Run the tap with more settings. Null removes a setting."""
        config = {"api_url": self.url, "access_token": KEY, **settings}
        config |= {"shop_id": "s", "application": "vendure"}
        set_ones = {name: value for name, value in config.items() if value is not None}
        return self._run(set_ones, state=state)

    def error_message(self, **settings: Any) -> str:
        """Return the error message of a run, empty for success."""
        try:
            self.read(**settings)
        except TapError as error:
            return str(error)
        return ""


@pytest.fixture
def vendure(httpserver: HTTPServer, run: Callable[..., Messages]) -> Vendure:
    """A separate Vendure for each test."""
    return Vendure(httpserver, run)
