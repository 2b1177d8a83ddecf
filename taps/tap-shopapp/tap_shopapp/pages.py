"""Data from applications for a sync: the shop's record, pages of records, totals by day."""

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

# Enough digits that no sum is rounded.
_EXACT = Context(prec=400)


@dataclass(frozen=True, slots=True)
class ShopInfo:
    """The shop, as a run sees it when it connects.

    Attributes:
        record: The record of `shops` without `shop_id`, which the tap adds.
        server_time: The time of the shop's clock.
        is_partial: Whether the record has only some fields. The warehouse keeps the others.
    """

    record: Record
    server_time: datetime
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Times of last change to read, from `since` until before `before`; fixed-width UTC."""

    since: str | None
    before: str


@dataclass(slots=True)
class Page:
    """Records of one page in ascending order of last change.

    Attributes:
        complete_until: All changes until this time are read with this page. Null if the
            records show it themselves, with `updated_at`.
        records: Records of the stream.
        embedded: Records inside the records, by stream.
        deleted: Records of `deleted_transactions`: deleted orders that the API does not
            return.
        rejected: Records of `rejected_records`.
        rejected_times: Time of last change of each reject, null if it is unknown.
        unknown: Number of fields that are not in the contract, by name.
        unknown_kinds: Number of sales events whose kind is not in the contract, by kind.
        fields_present: The fields that records have besides their keys, by stream. Records
            of other streams have all fields. The warehouse keeps fields that are not present.
    """

    complete_until: str | None = None
    records: list[Record] = field(default_factory=list)
    embedded: defaultdict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    deleted: list[Record] = field(default_factory=list)
    rejected: list[Record] = field(default_factory=list)
    rejected_times: list[str | None] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    unknown_kinds: Counter[str] = field(default_factory=Counter)
    fields_present: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def reject(
        self,
        stream: str,
        error: RecordError,
        record: object,
        *,
        location: str,
        updated_at: str | None,
    ) -> None:
        """Add a reject: the whole record, with the reason."""
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


@dataclass(frozen=True, slots=True)
class ChangedIds:
    """Ids of records that changed, although their own time of change may not have moved.

    Attributes:
        ids: Ids of records of the stream, as text.
        complete_until: All changes until this time are read with this page; fixed-width UTC.
    """

    ids: list[str]
    complete_until: str


@dataclass(frozen=True, slots=True)
class IdPage:
    """One page of a list of ids, the highest id first.

    Attributes:
        ids: Ids as text: those of the stream in descending order, and those of embedded
            records, by stream.
        is_last: Whether there are no lower ids.
        pages: Fields of the listed records that change without a new time of change. Records
            with other fields are on another page.
    """

    ids: Mapping[str, list[str]]
    is_last: bool
    pages: tuple[Page, ...] = ()


@dataclass(slots=True)
class DayTotal:
    """Totals of the records that were last changed on one UTC day.

    Attributes:
        count: Number of records.
        amounts: Sums of `total_amount` by currency; empty for records without amounts.
    """

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add_amount(self, currency: str, amount: str) -> None:
        """Add an amount to the sum of its currency."""
        sum_so_far = self.amounts.get(currency, Decimal(0))
        self.amounts[currency] = _EXACT.add(sum_so_far, Decimal(amount))


@dataclass(frozen=True, slots=True)
class ReportedDay:
    """Figures of one day in the shop's own sales report, as decimal strings.

    Sales, returns, net and shipping are before tax. Amounts are in the currencies of the
    orders.

    Attributes:
        day: The day in the shop's time zone, as YYYY-MM-DD.
        sales_amount: Sales after discounts and before returns.
        return_amount: What returns took from net sales, as a positive number.
        net_amount: Sales less returns.
        shipping_amount: Shipping after refunds.
        tax_amount: Taxes after refunds.
        total_amount: Net, shipping and taxes.
    """

    day: str
    sales_amount: str
    return_amount: str
    net_amount: str
    shipping_amount: str
    tax_amount: str
    total_amount: str


@dataclass(frozen=True, slots=True)
class SalesReport:
    """The shop's own sales report.

    Attributes:
        days: One row per day.
        sale_day: The time of an order that counts its sale, in the shop's word.
        excluded_statuses: Statuses whose orders are not in the report.
    """

    days: list[ReportedDay]
    sale_day: str
    excluded_statuses: list[str]
