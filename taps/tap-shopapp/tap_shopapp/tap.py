"""The tap: its settings, its streams, and what a run learns before it reads."""

from __future__ import annotations

import re
import signal
import sys
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import CapabilitiesEnum, PluginCapabilities
from typing_extensions import override

from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.contract import (
    ASIDE,
    CONTRACTS,
    DELETED_TRANSACTIONS,
    EMBEDDED,
    FULL_LISTS,
    REJECTED_RECORDS,
    SHOPS,
    TRANSACTIONS,
)
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Shop, Window
from tap_shopapp.records.timestamps import format_utc, parse_setting
from tap_shopapp.sync.messages import PageWriter
from tap_shopapp.sync.page_stream import PageStream
from tap_shopapp.sync.state import check_state
from tap_shopapp.sync.streams import (
    AsideStream,
    EmbeddedStream,
    ShopsStream,
    TransactionsStream,
)

if TYPE_CHECKING:
    from types import FrameType

    from tap_shopapp.applications.base import Application
    from tap_shopapp.pages import Record

_STREAM_TYPES: dict[str, type[PageStream]] = {
    SHOPS.name: ShopsStream,
    **dict.fromkeys(ASIDE, AsideStream),
    TRANSACTIONS.name: TransactionsStream,
    **dict.fromkeys(EMBEDDED, EmbeddedStream),
}

_DEFAULT_APPLICATION = "shopapp"

# Of all applications, each once: several ask for an address or a token.
_APPLICATION_SETTINGS = {
    setting.name: setting
    for application in APPLICATIONS.values()
    for setting in application.settings
}.values()

_SECONDS_TO_END = 5

_SETTING = re.compile(r"(?:^(?=')|(?<=in config\[))'(\w+)'(?= is a required|\])")


class TapShopApp(Tap):
    """Extracts one shop's orders, lines, refunds, products, categories and customers."""

    name = "tap-shopapp"
    message_writer_class = PageWriter
    message_writer: PageWriter
    # Without BATCH: a page is written whole, with what stands inside its records.
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        capability
        for capability in Tap.capabilities
        if capability is not PluginCapabilities.BATCH
    ]
    config_jsonschema = th.PropertiesList(
        th.Property(
            "application",
            th.StringType(allowed_values=sorted(APPLICATIONS)),
            default=_DEFAULT_APPLICATION,
            title="Application",
            description="The shop application to read.",
        ),
        th.Property(
            "shop_id",
            th.StringType(pattern=r"^[A-Za-z0-9_.-]{1,64}$"),
            required=True,
            title="Shop",
            description="A name of yours for the shop; it begins every key, so keep it.",
        ),
        *_APPLICATION_SETTINGS,
        th.Property(
            "start_date",
            th.DateTimeType,
            title="Start date",
            description="The first run reads what changed from here on; default: all.",
        ),
        th.Property(
            "lookback_seconds",
            th.IntegerType(minimum=0),
            title="Lookback",
            description="How far before its bookmark a run reads again; the default is the"
            " application's (ShopApp: 60, for orders stamped before they were committed).",
        ),
        th.Property(
            "backfill_since",
            th.DateTimeType,
            title="Back-fill from",
            description="With backfill_before: read this window of changes again, and"
            " leave the bookmarks where they are.",
        ),
        th.Property(
            "backfill_before",
            th.DateTimeType,
            title="Back-fill to",
            description="The end of the back-fill window, itself outside it.",
        ),
        th.Property(
            "page_size",
            th.IntegerType(minimum=1),
            title="Page size",
            description="Records per request; by default, and at most, what the application's"
            " API gives.",
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1),
            default=60,
            title="Request timeout",
            description="Seconds to wait for a connection, and for each part of an answer; a"
            " whole answer may take twice as long.",
        ),
        th.Property(
            "user_agent",
            th.StringType,
            default="tap-shopapp",
            title="User agent",
            description="How the tap names itself to the shop.",
        ),
    ).to_dict()

    @override
    def __init__(self, **arguments: Any) -> None:
        try:
            super().__init__(**arguments)
        except ConfigValidationError as error:
            # The SDK's own sentences quote values, and one of them may be the token.
            names = sorted({name for text in error.errors for name in _SETTING.findall(text)})
            msg = f"Settings of {self.name} are missing or wrong: {', '.join(names)}."
            raise TapError(
                msg, f"Set each with `meltano config set {self.name} <setting> <value>`."
            ) from None

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        # What is set for other applications does not matter, whatever it is.
        application = self._config.get("application", _DEFAULT_APPLICATION)
        foreign = {its.name for its in _APPLICATION_SETTINGS} - {
            setting.name
            for its in APPLICATIONS.values()
            if its.name == application
            for setting in its.settings
        }
        self._config = {
            name: value for name, value in self._config.items() if name not in foreign
        }
        return super()._validate_config(raise_errors=raise_errors)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        # The run ends by an exception, which may leave a lock taken that is needed on the way
        # out, such as that of the connections. What waits for it is ended by the system.
        if sys.platform != "win32":
            signal.alarm(_SECONDS_TO_END)
        super()._handle_termination(signum, frame)

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        check_state(state)
        super().load_state(state)

    @override
    def discover_streams(self) -> list[Stream]:
        return [_STREAM_TYPES.get(name, PageStream)(self, name) for name in CONTRACTS]

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        # The shop first, and before any other stream those that they write aside to.
        streams = super().streams
        first = (SHOPS.name, *ASIDE)
        return {
            name: streams[name]
            for name in sorted(CONTRACTS, key=lambda name: name not in first)
        }

    @property
    def application_type(self) -> type[Application]:
        """The shop's application, as it is for every shop."""
        return APPLICATIONS[self.config["application"]]

    @cached_property
    def application(self) -> Application:
        """The shop's application, set up with the tap's settings."""
        return self.application_type(self.config)

    @cached_property
    def shop(self) -> Shop:
        """The shop, read once a run, when its settings are found right."""
        _ = self.start_date, self.back_fill
        selected = [name for name, stream in self.streams.items() if stream.selected]
        return self.application.open(selected)

    @property
    def shop_id(self) -> str:
        """The shop's name in every key."""
        return str(self.config["shop_id"])

    @property
    def lookback_seconds(self) -> int:
        """How far before its bookmark a run reads again."""
        seconds = self.config.get("lookback_seconds")
        return self.application.lookback_seconds if seconds is None else int(seconds)

    @cached_property
    def start_date(self) -> datetime | None:
        """The time before which nothing is read, if one is set."""
        return self._time_setting("start_date")

    @cached_property
    def back_fill(self) -> Window | None:
        """The window to read again without moving a bookmark, if one is set."""
        since, before = map(self._time_setting, ("backfill_since", "backfill_before"))
        if since is None and before is None:
            return None
        if since is None or before is None:
            msg = "Only one end of the back-fill window is set."
            raise TapError(msg, "Set both backfill_since and backfill_before, or neither.")
        return Window(format_utc(since), format_utc(before))

    def _time_setting(self, name: str) -> datetime | None:
        text = self.config.get(name)
        try:
            return parse_setting(text) if text else None
        except ValueError:
            msg = f"The setting {name} is not a time."
            raise TapError(msg, "Set it to one such as 2026-01-31T00:00:00Z.") from None

    def now(self) -> str:
        """The time, as messages write it."""
        return format_utc(datetime.now(timezone.utc))

    def write_rejected(self, records: list[Record]) -> None:
        """Write what no stream could take, and say so once a page."""
        if not records:
            return
        for record in records:
            record["seen_at"] = self.now()
        stream = self._aside(REJECTED_RECORDS.name)
        reasons = sorted({f"{record['stream']}: {record['message']}" for record in records})
        self.logger.warning(
            "%d records could not be taken and are %s: %s",
            len(records),
            "kept in rejected_records" if stream.selected else "left out",
            " ".join(reasons),
        )
        stream.write_records(records)

    def write_deleted(self, records: list[Record]) -> None:
        """Write which orders are gone, of which the shop tells no more."""
        self._aside(DELETED_TRANSACTIONS.name).write_records(records)

    def write_full_list(self, name: str, listed_at: str) -> None:
        """Write that all of a stream was listed, by the run that began at this time."""
        record = {"shop_id": self.shop_id, "stream": name, "listed_at": listed_at}
        self._aside(FULL_LISTS.name).write_records([record])

    def _aside(self, name: str) -> PageStream:
        return cast("PageStream", self.streams[name])
