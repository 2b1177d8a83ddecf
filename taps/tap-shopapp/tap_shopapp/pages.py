"""What applications give to a sync: the shop's record, pages of records, and totals by day."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tap_shopapp.errors import RecordError

Record = dict[str, Any]

# Sums are compared to the last digit, of whatever length.
_EXACT = Context(prec=400)


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


@dataclass(slots=True)
class DayTotal:
    """What was last changed on one UTC day.

    Attributes:
        count: Records.
        amounts: Sums of `total_amount` by currency; empty for records without amounts.
    """

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add_amount(self, currency: str, amount: str) -> None:
        """Add an amount to the sum of its currency."""
        sum_so_far = self.amounts.get(currency, Decimal(0))
        self.amounts[currency] = _EXACT.add(sum_so_far, Decimal(amount))
