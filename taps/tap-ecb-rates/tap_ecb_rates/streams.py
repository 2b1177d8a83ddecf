"""The stream exchange_rates: one rate per currency and day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream
from singer_sdk import typing as th
from singer_sdk.helpers.conform import TypeConformanceLevel
from typing_extensions import override

from tap_ecb_rates.contract import FIELDS, PRIMARY_KEYS, REPLICATION_KEY
from tap_ecb_rates.sources import read_rates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

_LOOKBACK = timedelta(days=7)


class ExchangeRatesStream(Stream):
    """Euro reference rates, ordered by day."""

    name = "exchange_rates"
    primary_keys = PRIMARY_KEYS
    replication_key = REPLICATION_KEY
    is_sorted = True
    check_sorted = False  # the lookback starts before the bookmark
    # The records have the right types. Conforming 200,000 records would take most of the run.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE
    schema = th.PropertiesList(
        *(
            th.Property(name, kind, required=name in PRIMARY_KEYS, description=description)
            for name, kind, description in FIELDS
        )
    ).to_dict()

    @override
    def get_records(self, context: Context | None) -> Iterator[dict[str, Any]]:
        since = self._first_day(context)
        for rate in read_rates(self.config, self.logger):
            if rate.rate_on >= since:
                yield {
                    "base_currency": "EUR",
                    "currency": rate.currency,
                    "rate_on": rate.rate_on,
                    "rate": rate.rate,
                    "source": rate.source,
                }

    def _first_day(self, context: Context | None) -> str:
        """Return the first day to read, in ISO 8601.

        The lookback of a week before the bookmark reads corrections, which the ECB has
        published within days.
        """
        bookmark = self.get_starting_replication_key_value(context)
        start_date = str(self.config.get("start_date") or "1999-01-01")[:10]
        if bookmark is None:
            return start_date
        first = date.fromisoformat(str(bookmark)[:10]) - _LOOKBACK
        return max(first.isoformat(), start_date)
