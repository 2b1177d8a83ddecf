"""The tap: its settings, its streams, and overrides of the SDK."""

from __future__ import annotations

import json
import signal
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import (
    CapabilitiesEnum,
    PluginCapabilities,
    TapCapabilities,
)
from typing_extensions import override

from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.contract import CONTRACTS, SHOPS, SYSTEM_STREAMS
from tap_shopapp.errors import TapError, extractor
from tap_shopapp.invalid_settings import setting_problems
from tap_shopapp.sales_report import PERIOD, sales_report
from tap_shopapp.sync.catch_up_stream import CatchUpStream
from tap_shopapp.sync.messages import PageWriter
from tap_shopapp.sync.run import SyncRun
from tap_shopapp.sync.state import check_state
from tap_shopapp.sync.streams import STREAM_TYPES

if TYPE_CHECKING:
    from types import FrameType

_DEFAULT_APPLICATION = "shopapp"

# The settings of all applications. Several applications share some of them.
_APPLICATION_SETTINGS = {
    setting.name: setting
    for application in APPLICATIONS.values()
    for setting in application.settings
}.values()

LOOKBACK = "Number of seconds before the bookmark that a run reads again."
"""Description of `lookback_seconds`, without the default, which differs by application."""

_SECONDS_TO_END = 5


class TapShopApp(Tap):
    """Extracts one shop's orders, lines, refunds, products, categories and customers."""

    name = "tap-shopapp"
    message_writer_class = PageWriter
    message_writer: PageWriter
    # Without BATCH: such files would not contain the records that are embedded in orders.
    # Without ACTIVATE_VERSION: it would delete the rows of other shops.
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        capability
        for capability in Tap.capabilities
        if capability not in (PluginCapabilities.BATCH, TapCapabilities.ACTIVATE_VERSION)
    ]
    config_jsonschema = th.PropertiesList(
        th.Property(
            "application",
            th.StringType(allowed_values=sorted(APPLICATIONS)),
            default=_DEFAULT_APPLICATION,
            title="Application",
            description="Shop application to read.",
        ),
        th.Property(
            "shop_id",
            th.StringType(pattern=r"^[A-Za-z0-9_.-]{1,64}$"),
            accepted="1 to 64 letters, digits, dots, hyphens and underscores",
            required=True,
            title="Shop",
            description="Your name for the shop. It is part of every key: do not change it.",
        ),
        *_APPLICATION_SETTINGS,
        th.Property(
            "start_date",
            th.DateTimeType,
            title="Start date",
            description="Day or time (UTC) from which the first run reads changes. Default:"
            " all.",
        ),
        th.Property(
            "lookback_seconds",
            th.IntegerType(minimum=0),
            title="Lookback",
            description=f"{LOOKBACK} The default depends on the application (ShopApp: 60, for"
            " orders stamped before they were committed).",
        ),
        th.Property(
            "backfill_since",
            th.DateTimeType,
            title="Backfill start",
            description="Start of the backfill window, with backfill_before. The run reads the"
            " changes in the window again and does not move the bookmarks.",
        ),
        th.Property(
            "backfill_before",
            th.DateTimeType,
            title="Backfill end",
            description="End of the backfill window, exclusive.",
        ),
        th.Property(
            "id_list_requests",
            th.IntegerType(minimum=0),
            default=100,
            title="Requests for lists of ids",
            description="Number of requests per run for lists of ids, which show deletions that"
            " the shop does not report. The next run continues the list. 0 turns it off.",
        ),
        th.Property(
            "confirm_deletions",
            th.BooleanType,
            default=False,
            title="Confirm deletions",
            description="Set it for one run if a warning says that the shop's list of ids lacks"
            " many records, and the shop really deleted them.",
        ),
        th.Property(
            "page_size",
            th.IntegerType(minimum=1),
            title="Page size",
            description="Records per request, at most the maximum of the application's API,"
            " which is the default.",
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1),
            default=60,
            title="Request timeout",
            description="Timeout in seconds for a connection and for each part of a response. A"
            " whole response may take twice as long.",
        ),
        th.Property(
            "user_agent",
            th.StringType,
            default="tap-shopapp",
            title="User agent",
            description="User agent that the tap sends to the shop.",
        ),
    ).to_dict()

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        command = super().get_singer_command()
        command.params.append(
            click.Option(
                ["--sales-report"],
                metavar=PERIOD,
                help="Print the shop's own sales report of these days as JSON.",
                callback=cls._print_sales_report,
                expose_value=False,
            )
        )
        return command

    @classmethod
    def _print_sales_report(
        cls, context: click.Context, _: click.Parameter, period: str | None
    ) -> None:
        if period is None:
            return
        given = context.params["config"]
        try:
            tap = cls(config=given.config, parse_env_config=given.parse_env, setup_mapper=False)
            click.echo(json.dumps(sales_report(tap.config, period)))
        except TapError as error:
            # The utility reads standard output only, as Meltano logs the other.
            click.echo(json.dumps({"reason": error.reason, "instruction": error.instruction}))
            raise
        context.exit()

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        # Settings of other applications are ignored, even if they are invalid.
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
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            # Messages of the SDK quote values, and a value may be a token.
            problems = "; ".join(setting_problems(error.schema or {}, self._config))
            msg = f"Settings of {extractor()} are missing or invalid: {problems}."
            raise TapError(
                msg, f"Set each with `meltano config set {self.name} <setting> <value>`."
            ) from None

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        # The exception that ends the run may leave a lock taken that the shutdown needs, such
        # as the lock of the connection pool. The alarm ends a shutdown that hangs.
        if sys.platform != "win32":
            signal.alarm(_SECONDS_TO_END)
        super()._handle_termination(signum, frame)

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        check_state(state)
        super().load_state(state)

    @cached_property
    def run(self) -> SyncRun:
        """The shared state of this run's streams."""
        return SyncRun(
            self.config,
            APPLICATIONS[self.config["application"]],
            self.message_writer,
            lambda: [name for name, stream in self.streams.items() if stream.selected],
        )

    @override
    def discover_streams(self) -> list[Stream]:
        return [
            STREAM_TYPES.get(name, CatchUpStream)(self, name, self.run) for name in CONTRACTS
        ]

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        # The shop and the system streams are first, since other streams write to them.
        streams = super().streams
        first = (SHOPS.name, *SYSTEM_STREAMS)
        return {
            name: streams[name]
            for name in sorted(CONTRACTS, key=lambda name: name not in first)
        }
