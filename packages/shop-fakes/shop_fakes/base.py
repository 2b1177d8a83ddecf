"""What a fake gives the suite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from shopapp_demo.shop import Shop

    Alter = Callable[[str, list[Any]], list[Any]]


def unaltered(stream: str, records: list[Any]) -> list[Any]:
    """Return the records of a page as they are."""
    del stream
    return records


@dataclass
class FakeShop:
    """A server that stands for an application.

    Attributes:
        shop: What it holds; may be changed between any two requests. What an order has in
            `attributes` is a note, custom field or attribute of it there.
        settings: What the tap needs to be let in.
        lacks: Fields that the API cannot say, by stream; they are not compared.
        before_request: Called before each request is answered, with its number from 1.
        delete_order: Deletes an order as the application does.
        tells_deletions: Whether a run learns of a deleted order.
        withdraw: What can be taken from whoever has the settings, by a name of it.
        alter: Given a stream and the records of a page of its list, returns those to answer;
            breaks a rule of the API, such as its order or its filter.
        hidden: Streams and ids of records that the lists count, but that no page shows.
        requests: How many came so far.
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
        """Where it is, as one of the settings says."""
        return next(
            its
            for its in self.settings.values()
            if isinstance(its, str) and its.startswith("http://127.0.0.1")
        )

    def settings_at(self, address: str) -> dict[str, Any]:
        """Return the settings with another address."""
        return {
            name: its.replace(self.address, address) if isinstance(its, str) else its
            for name, its in self.settings.items()
        }

    def count(self) -> None:
        """Count a request, and let happen what is to happen before its answer."""
        self.requests += 1
        self.before_request(self.requests)
