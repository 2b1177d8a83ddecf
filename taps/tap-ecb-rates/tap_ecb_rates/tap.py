"""The tap and its settings."""

from __future__ import annotations

from singer_sdk import Stream, Tap
from singer_sdk import typing as th
from typing_extensions import override

from tap_ecb_rates.streams import ExchangeRatesStream


class TapEcbRates(Tap):
    """Extracts the euro reference exchange rates of the European Central Bank."""

    name = "tap-ecb-rates"
    config_jsonschema = th.PropertiesList(
        th.Property(
            "source",
            th.StringType(allowed_values=["auto", "bundled", "url", "file"]),
            default="auto",
            title="Source",
            description="auto: the bundled history, then the ECB's file for newer days."
            " bundled: no network. url or file: a file in the ECB's format.",
        ),
        th.Property(
            "url",
            th.StringType,
            default="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip",
            title="Address",
            description="Address of the history file, for auto and url.",
        ),
        th.Property(
            "file", th.StringType, title="File", description="Path of the file, for file."
        ),
        th.Property(
            "start_date",
            th.DateType,
            title="Start date",
            description="First day to extract. Default: all days since 1999-01-04.",
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1),
            default=30,
            title="Request timeout",
            description="Timeout in seconds for a connection and for each part of a response.",
        ),
        th.Property(
            "user_agent",
            th.StringType,
            default="tap-ecb-rates",
            title="User agent",
            description="User agent that the tap sends to the server.",
        ),
    ).to_dict()

    @override
    def discover_streams(self) -> list[Stream]:
        return [ExchangeRatesStream(self)]
