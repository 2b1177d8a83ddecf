"""The tap on a fake of Shopify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.clock import Clock
from shop_fakes.logical_shop import make_shop
from shop_fakes.shopify import ShopifyServer, serve
from shop_fakes.shopify_cost import Bucket
from shop_fakes.shopify_schema import require_schemas
from tap_shopapp.api import http
from tap_shopapp.applications.shopify import bulk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt, Messages
    from shop_fakes.base import FakeShop
    from tap_shopapp.errors import TapError


class Shopify:
    """A server over the common shop, and the tap that reads it.

    Attributes:
        server: The server; its bucket is never empty.
        fake: The running fake.
        clock: The clock of the tap.
    """

    def __init__(
        self, server: ShopifyServer, fake: FakeShop, clock: Clock, attempt: Attempt
    ) -> None:
        self.server = server
        self.fake = fake
        self.clock = clock
        self._attempt = attempt

    def read(self, state: dict[str, Any] | None = None, /, **settings: Any) -> Messages:
        """Run the tap with more settings. Null removes a setting."""
        messages, error = self.attempt(state, **settings)
        if error:
            raise error
        return messages

    def attempt(
        self,
        state: dict[str, Any] | None = None,
        catalog: dict[str, Any] | None = None,
        /,
        **settings: Any,
    ) -> tuple[Messages, TapError | None]:
        """Run the tap like `read`, and return its messages and its error, if any."""
        config = {"shop_id": "s", "application": "shopify", **self.fake.settings, **settings}
        set_ones = {name: value for name, value in config.items() if value is not None}
        return self._attempt(set_ones, state=state, catalog=catalog)

    def interrupted(
        self, number: int, state: dict[str, Any] | None = None, /, **settings: Any
    ) -> tuple[Messages, TapError | None]:
        """Run the tap on a shop that closes at a request, and open the shop again."""
        self.fake.requests = 0
        self.fake.before_request = lambda n: setattr(self.server, "is_closed", n >= number)
        broken = self.attempt(state, **settings)
        self.fake.before_request = lambda _: None
        self.server.is_closed = False
        return broken


@pytest.fixture
def shopify(try_run: Attempt, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shopify]:
    """A separate Shopify for each test."""
    require_schemas()
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    monkeypatch.setattr(bulk, "time", clock)
    server = ShopifyServer(make_shop())
    server.bucket = Bucket(size=1e9)
    with serve(server) as fake:
        yield Shopify(server, fake, clock, try_run)
