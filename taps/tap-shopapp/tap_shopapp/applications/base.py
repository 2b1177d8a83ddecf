"""What an application must give: all that differs between shops, on one page.

An application is a folder here with a class that fills in `Application`. It reads its API as
it is, and gives records of the canonical contract; the tap does the rest: selection, stream
maps, state, messages, rejected records.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from singer_sdk import typing as th

    from tap_shopapp.pages import DayTotal, Page, Shop, Window

PATIENCE_TO_OPEN = 20.0
"""Seconds to wait for a shop before a run: a mistyped address is to be named soon."""

NOTHING_YET = "1970-01-01T00:00:00.000000Z"
"""What a page has reached whose records are in no order: until all are read, no time tells."""


class Application(ABC):
    """One kind of shop application, set up with the tap's settings.

    Attributes:
        name: The value of the setting `application`.
        settings: The settings that it reads beside those of every application; those that
            several share are in `tap_shopapp.applications.settings`.
        authorizations: Groups of settings, one of which lets in.
        lookback_seconds: How far before the bookmark a run reads again, by default.
        page_size: The largest page that the API gives.
        full_lists: Streams whose deletions only show in that a full list lacks them: they
            are read whole by every run, and have no bookmark.
        is_incremental: Whether its records tell when they changed; else every run reads all.
        states_totals: Whether its API says what it holds, by day.
    """

    name: ClassVar[str]
    settings: ClassVar[tuple[th.Property[Any], ...]]
    authorizations: ClassVar[tuple[tuple[str, ...], ...]]
    lookback_seconds: ClassVar[int]
    page_size: ClassVar[int]
    full_lists: frozenset[str] = frozenset()
    is_incremental: ClassVar[bool] = True
    states_totals: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Set up the client; no request is made yet."""

    @abstractmethod
    def open(self, streams: Collection[str]) -> Shop:
        """Check the authorization for the selected streams, and return the shop.

        Raises:
            TapError: If the shop refuses, or grants too little.
        """

    @abstractmethod
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        """Yield the records that changed in a window, by page, in ascending order.

        Records are as in `tap_shopapp.contract`, but for `shop_id`, which the tap adds.
        """

    def totals(self, stream: str, window: Window) -> Mapping[str, DayTotal]:
        """Return what the shop itself counts in a window, by UTC day of last change.

        It is asked only where `states_totals` says so.
        """
        raise NotImplementedError

    @classmethod
    def records_per_page(cls, settings: Mapping[str, Any]) -> int:
        """Return how many records to ask for at once: what is set, else all that can be."""
        return min(int(settings.get("page_size") or cls.page_size), cls.page_size)
