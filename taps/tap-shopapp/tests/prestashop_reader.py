"""The tap on a fake of PrestaShop."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from shop_fakes.prestashop import KEY, PrestaShopServer
from shop_fakes.prestashop_recorded import recorded_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Record
    from tap_shopapp.errors import TapError
    from werkzeug import Request, Response

NOW = datetime(2026, 11, 30, 2, 46, 25, tzinfo=timezone.utc)


class Site:
    """A running shop with the recorded records, and the tap that reads it.

    Attributes:
        server: Behavior of the shop.
        now: The shop's clock.
        happen: Called before each answer, with the request's number from 1.
        requests: All requests.
    """

    def __init__(self, try_run: Attempt) -> None:
        self._try_run = try_run
        self.url = ""
        self.now = NOW
        self.server = PrestaShopServer(recorded_store(), lambda: self.now)
        self.requests: list[Request] = []
        self.happen: Callable[[int], object] = lambda _: None

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        self.requests.append(request)
        self.happen(len(self.requests))
        return self.server.answer(request)

    def rows(self, resource: str) -> list[Record]:
        """Return the rows of a resource, to be changed."""
        return self.server.store.rows(resource)

    def row(self, resource: str, record_id: int) -> Record:
        """Return one row of a resource, to be changed."""
        return next(row for row in self.rows(resource) if row["id"] == record_id)

    def keep(self, resource: str, *ids: int) -> None:
        """Remove the other rows of a resource."""
        self.rows(resource)[:] = [row for row in self.rows(resource) if row["id"] in ids]

    def attempt(
        self, *, state: dict[str, Any] | None = None, **settings: object
    ) -> tuple[Messages, TapError | None]:
        """Run the tap, and return its messages and its error, if any."""
        config = {
            "shop_id": "s",
            "application": "prestashop",
            "api_url": self.url,
            "webservice_key": KEY,
            **settings,
        }
        return self._try_run(config, state=state)

    def extract(self, **arguments: Any) -> Messages:
        """Run the tap."""
        messages, error = self.attempt(**arguments)
        assert error is None, error
        return messages

    def queries(self, resource: str) -> list[dict[str, str]]:
        """Return the queries of the requests for a resource, except the check of rights."""
        found = [
            request.args.to_dict()
            for request in self.requests
            if request.path == f"/api/{resource}"
        ]
        return found[1:]


def bookmarked(time: str, **bookmarks: Any) -> dict[str, Any]:
    """Return the state of a run that read all orders until a time."""
    stream = {"replication_key": "updated_at", "replication_key_value": time, **bookmarks}
    return {"bookmarks": {"transactions": stream}}
