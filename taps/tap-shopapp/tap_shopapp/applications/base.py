"""What an application must give: all that differs between shops, on one page.

An application is a folder here with a class that fills in `Application`. It reads its API as
it is, and gives records of the canonical contract; the tap does the rest: selection, stream
maps, state, messages, rejected records.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from singer_sdk import typing as th

    from tap_shopapp.errors import RecordError
    from tap_shopapp.reconciliation import DayTotal

Record = dict[str, Any]

PATIENCE_TO_OPEN = 20.0
"""Seconds to wait for a shop before a run: a mistyped address is to be named soon."""

NOTHING_YET = "1970-01-01T00:00:00.000000Z"
"""What a page has reached whose records are in no order: until all are read, no time tells."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What a run learns before it reads: the `shops` record, and the shop's clock.

    Attributes:
        record: The record, but for `shop_id`, which the tap adds.
        server_time: What the shop's clock says.
        is_partial: Whether what the record leaves out is not known here, and stays in the
            warehouse as it is.
    """

    record: Record
    server_time: datetime
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Times of last change to read, `since` included, `before` not; fixed-width UTC."""

    since: str | None
    before: str


@dataclass(slots=True)
class Page:
    """Records of one page in ascending order of last change.

    Attributes:
        reached: Up to which time of change all is read once the page is; null where the
            records say it themselves, by `updated_at`.
        records: Records of the stream itself.
        embedded: Records that stood inside them, by stream.
        deleted: Records of `deleted_transactions`: orders of which the API tells no more.
        rejected: Records of `rejected_records`.
        rejected_times: When each of them was last changed, null where it does not say.
        unknown: How often a field was left out that the contract does not know, by name.
        stated: Which fields its records state, by stream, beside their keys; all, where a
            stream is not named. Others stay in the warehouse as they are.
    """

    reached: str | None = None
    records: list[Record] = field(default_factory=list)
    embedded: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    deleted: list[Record] = field(default_factory=list)
    rejected: list[Record] = field(default_factory=list)
    rejected_times: list[str | None] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    stated: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def reject(
        self,
        stream: str,
        error: RecordError,
        record: object,
        *,
        location: str,
        updated_at: str | None,
    ) -> None:
        """Keep a record that cannot be one of its stream, whole, with the reason."""
        self.rejected_times.append(updated_at)
        payload = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        self.rejected.append(
            {
                "stream": stream,
                "record_hash": hashlib.sha256(payload).hexdigest(),
                "reason_code": error.code,
                "message": error.message,
                "location": location,
                "payload": payload.decode(),
            }
        )


class Application(ABC):
    """One kind of shop application, set up with the tap's settings.

    Attributes:
        name: The value of the setting `application`.
        label: The name of the software, for documentation.
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
    label: ClassVar[str]
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
