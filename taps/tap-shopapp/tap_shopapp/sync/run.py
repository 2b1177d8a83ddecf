"""One run of the tap: the shared state of its streams."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from tap_shopapp.contract import (
    DELETED_TRANSACTIONS,
    FULL_LISTS,
    ID_RANGES,
    REJECTED_RECORDS,
)
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Record, ShopInfo, Window
from tap_shopapp.records.timestamps import format_utc, parse_setting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tap_shopapp.applications.base import Application
    from tap_shopapp.sync.messages import PageWriter

CLOCK_SKEW = timedelta(hours=1)
"""Maximum difference between the clocks of servers behind one address."""

_logger = logging.getLogger("tap-shopapp")


class RecordWriter(Protocol):
    """A stream that other streams write to."""

    @property
    def selected(self) -> bool:
        """Whether the catalog selects the stream."""

    def write_records(self, records: list[Record]) -> None:
        """Write RECORD messages if the stream is selected."""


class SyncRun:
    """The application, the shop, the settings and the writers of one run.

    Args:
        settings: The settings of the tap.
        application_type: The application of the shop.
        message_writer: Writes Singer messages.
        selected_streams: Returns the names of the selected streams.

    Attributes:
        application_type: The application of the shop, not connected.
        message_writer: Writes Singer messages.
        system_streams: The system streams by name. They add themselves.
        deletions_are_confirmed: Whether lists of ids may delete any number of records.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        application_type: type[Application],
        message_writer: PageWriter,
        selected_streams: Callable[[], Collection[str]],
    ) -> None:
        self.application_type = application_type
        self.message_writer = message_writer
        self.system_streams: dict[str, RecordWriter] = {}
        self._id_list_requests = int(settings["id_list_requests"])
        self.deletions_are_confirmed = bool(settings["confirm_deletions"])
        self._settings = settings
        self._selected_streams = selected_streams

    @property
    def shop_id(self) -> str:
        """The shop's name, which is part of every key."""
        return str(self._settings["shop_id"])

    @cached_property
    def application(self) -> Application:
        """The application, created with the settings of the tap."""
        return self.application_type(self._settings)

    @cached_property
    def shop(self) -> ShopInfo:
        """The shop. The first access checks the settings and connects to the shop.

        Raises:
            TapError: A setting is invalid, or the connection fails.
        """
        start_date, _ = self.start_date, self.backfill
        shop = self.application.connect(self._selected_streams())
        if start_date and start_date > shop.server_time + CLOCK_SKEW:
            msg = "The setting start_date is later than the shop's clock."
            raise TapError(msg, "Set an earlier time.")
        return shop

    @property
    def lookback_seconds(self) -> int:
        """Number of seconds before the bookmark at which a run starts to read."""
        seconds = self._settings.get("lookback_seconds")
        return self.application.lookback_seconds if seconds is None else int(seconds)

    @cached_property
    def start_date(self) -> datetime | None:
        """Nothing that changed before this time is read; null if it is not set."""
        return self._time_setting("start_date")

    @cached_property
    def backfill(self) -> Window | None:
        """The window to read again without moving bookmarks; null if it is not set."""
        since, before = map(self._time_setting, ("backfill_since", "backfill_before"))
        if since is None and before is None:
            return None
        if since is None or before is None:
            msg = "Only one end of the backfill window is set."
            raise TapError(msg, "Set both backfill_since and backfill_before, or neither.")
        return Window(format_utc(since), format_utc(before))

    def _time_setting(self, name: str) -> datetime | None:
        text = self._settings.get(name)
        try:
            return parse_setting(text) if text else None
        except ValueError:
            msg = f"The setting {name} is not a time."
            raise TapError(msg, "Set it to one such as 2026-01-31T00:00:00Z.") from None

    def now(self) -> str:
        """Return the current time in the format of messages."""
        return format_utc(datetime.now(timezone.utc))

    def write_rejected(self, records: list[Record]) -> None:
        """Write the rejects of a page, and log one warning for the page."""
        if not records:
            return
        for record in records:
            record["seen_at"] = self.now()
        stream = self.system_streams[REJECTED_RECORDS.name]
        reasons = sorted({f"{record['stream']}: {record['message']}" for record in records})
        _logger.warning(
            "%d records could not be loaded and are %s: %s",
            len(records),
            "kept in rejected_records" if stream.selected else "omitted",
            " ".join(reasons),
        )
        stream.write_records(records)

    def write_deleted(self, records: list[Record]) -> None:
        """Write deleted orders that the shop's API no longer returns."""
        self.system_streams[DELETED_TRANSACTIONS.name].write_records(records)

    def take_id_list_requests(self) -> int:
        """Return how many requests the next list of ids may use: a share of what is left.

        Without shares, a list that ends in every run would leave nothing for the others.
        """
        share = -(-self._id_list_requests // max(1, self._id_lists_left))
        self._id_list_requests -= share
        self._id_lists_left -= 1
        return share

    @cached_property
    def _id_lists_left(self) -> int:
        """Number of lists of ids that this run has not begun."""
        return len(self.application_type.id_lists.keys() & set(self._selected_streams()))

    def return_id_list_requests(self, unused: int) -> None:
        """Return requests that a list did not use, for the lists after it."""
        self._id_list_requests += unused

    def write_id_range(self, record: Record) -> None:
        """Write a record of `id_ranges`, without its shop."""
        record["shop_id"] = self.shop_id
        record["is_confirmed"] = self.deletions_are_confirmed
        self.system_streams[ID_RANGES.name].write_records([record])

    def write_full_list(self, name: str, listed_at: str) -> None:
        """Write a record of `full_lists`: the run listed all records of a stream.

        Args:
            name: The stream.
            listed_at: When the run began.
        """
        record = {"shop_id": self.shop_id, "stream": name, "listed_at": listed_at}
        self.system_streams[FULL_LISTS.name].write_records([record])
