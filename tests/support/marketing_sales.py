"""Expected sales of the two shops: the rows of the ledger in both currencies, without SQL.

The rates of the two shops convert every amount of an order or line to whole cents, so only
shares of a refund are rounded.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sales_oracle
from marketing import WORTH, ZONES
from marketing_raw import as_written
from sales_oracle import CANCELLED, entry_day, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from marketing import Order
    from sales_oracle import Entry

# Shops without an application have the default rules.
RULES = sales_oracle.Rules()
_EARLIEST = datetime(1, 1, 1, tzinfo=timezone.utc)
_NONE = Fraction(0)


@dataclass(frozen=True)
class Sale:
    """A row of the ledger.

    Attributes:
        order: Its order.
        product: The id of the line's product; null for amounts of the order.
        event: What happened.
        day: Its day in the shop's time zone.
        units: Signed units of the line.
        original: Signed amount in the order's currency.
        amount: Signed amount in the reporting currency; 0 without a rate.
    """

    order: Order
    product: str | None
    event: str
    day: date
    units: Fraction = _NONE
    original: Fraction = _NONE
    amount: Fraction = _NONE


def sales(orders: Iterable[Order]) -> list[Sale]:
    """Return the rows of the ledger of some orders."""
    of_shops: defaultdict[str, list[Order]] = defaultdict(list)
    for order in orders:
        of_shops[order.shop].append(order)
    return [sale for of_shop in of_shops.values() for sale in _sales_of_a_shop(of_shop)]


def figure(found: Iterable[Sale], *events: str) -> Fraction:
    """Return the sum of the amounts of some events in the reporting currency."""
    return sum((sale.amount for sale in found if sale.event in events), _NONE)


def _sales_of_a_shop(orders: list[Order]) -> Iterator[Sale]:
    page = as_written(orders)
    children: dict[str, defaultdict[str, list[Mapping[str, Any]]]] = {}
    for stream in ("items", "sales_events"):
        children[stream] = defaultdict(list)
        for child in page.embedded[stream]:
            children[stream][child["transaction_id"]].append(child)
    for order, record in zip(orders, page.records, strict=True):
        lines = children["items"][order.number]
        events = children["sales_events"][order.number]
        products = {line["item_id"]: line["product_id"] for line in lines}
        entries = sales_oracle.entries(record, lines, events, RULES)
        amounts = _reporting_amounts(entries, Fraction(WORTH[order.currency] or 0))
        for entry in entries:
            yield Sale(
                order,
                product=products[entry.item_id] if entry.item_id else None,
                event=entry.event,
                day=entry_day(entry, record, ZONES[order.shop].key, RULES),
                units=entry.quantity or _NONE,
                original=entry.amount,
                amount=amounts[entry],
            )
        if not lines:
            yield Sale(order, None, "sale", order.day)  # each order has at least one row


def _reporting_amounts(entries: list[Entry], rate: Fraction) -> dict[Entry, Fraction]:
    """Return each row's change of the converted running total of its line and kind.

    Rows without a line continue the total of all lines.
    """
    accounts: defaultdict[tuple[str, str | None], list[Entry]] = defaultdict(list)
    for entry in entries:
        is_placed = entry.source is None
        kind = entry.event
        if kind in {"sale", "return"}:
            kind = "placed" if is_placed else "returned"
        accounts[kind, entry.item_id].append(entry)
    amounts: dict[Entry, Fraction] = {}
    of_lines: defaultdict[str, list[Entry]] = defaultdict(list)
    for (kind, item_id), found in sorted(accounts.items(), key=lambda its: its[0][1] is None):
        before = of_lines[kind] if item_id is None else []
        original = sum((entry.amount for entry in before), _NONE)
        amount = sum((amounts[entry] for entry in before), _NONE)
        for entry in sorted(found, key=_age):
            original += entry.amount
            amounts[entry] = rounded(original * rate, 2) - amount
            amount += amounts[entry]
        if item_id is not None:
            of_lines[kind] += found
    return amounts


def _age(entry: Entry) -> tuple[int, datetime, str]:
    """Order the placement first, then events by time and id, then the cancellation."""
    stage = 0 if entry.source is None else 2 if entry.source == CANCELLED else 1
    return stage, entry.occurred_at or _EARLIEST, entry.source or ""
