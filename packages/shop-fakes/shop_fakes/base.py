"""The interface of every fake for the common test suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from shopapp_demo.shop import Shop

    Alter = Callable[[str, list[Any]], list[Any]]


def unaltered(stream: str, records: list[Any]) -> list[Any]:
    """Return the records of a page unchanged."""
    del stream
    return records


@dataclass
class FakeShop:
    """A running fake server of an application.

    Attributes:
        shop: The served shop. A test can change it between any two requests. The
            API shows an order's `attributes` as notes, custom fields or attributes.
        settings: The tap's settings that connect to the server.
        lacks: Fields that the API cannot express, by stream; tests do not compare them.
        before_request: Called before each answer, with the request's number from 1.
        delete_order: Deletes an order as the application does.
        tells_deletions: Whether the API reports deleted orders.
        withdraw: Functions that each revoke a permission of the settings, by name.
        alter: Returns the records to answer, given a stream and the records of a page;
            breaks a rule of the API, such as its order or its filter.
        hidden: Stream and id of each record that lists count but no page contains.
        requests: Number of requests so far.
    """

    shop: Shop
    settings: Mapping[str, Any]
    lacks: Mapping[str, frozenset[str]]
    delete_order: Callable[[str], None]
    tells_deletions: bool
    withdraw: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    before_request: Callable[[int], object] = lambda _: None
    alter: Alter = unaltered
    hidden: Collection[tuple[str, str]] = ()
    requests: int = 0

    @property
    def address(self) -> str:
        """The server's address, from the settings."""
        return next(
            value
            for value in self.settings.values()
            if isinstance(value, str) and value.startswith("http://127.0.0.1")
        )

    def settings_at(self, address: str) -> dict[str, Any]:
        """Return the settings with another address."""
        return {
            name: value.replace(self.address, address) if isinstance(value, str) else value
            for name, value in self.settings.items()
        }

    def count(self) -> None:
        """Count a request and call `before_request`."""
        self.requests += 1
        self.before_request(self.requests)
