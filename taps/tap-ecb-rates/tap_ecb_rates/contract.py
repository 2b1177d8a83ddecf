"""Keys and fields of the stream exchange_rates.

Generated from contract/*.yml by `make contract`; do not edit.
"""

from __future__ import annotations

from singer_sdk import typing as th

PRIMARY_KEYS = ("currency", "rate_on")
REPLICATION_KEY = "rate_on"
FIELDS = (
    ("base_currency", th.StringType, "The base of the rate: always EUR."),
    ("currency", th.StringType, "ISO 4217 code of the currency."),
    ("rate_on", th.DateType, "The day of publication."),
    (
        "rate",
        th.SingerDecimalType,
        "Units of the currency per euro, with the ECB's own digits.",
    ),
    (
        "source",
        th.StringType,
        "Source of the rate: bundled, ecb (newer than the bundled rates), url or file.",
    ),
)
