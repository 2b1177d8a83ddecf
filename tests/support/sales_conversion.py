"""Exact reporting amounts of lines and charges: running totals at the order's rate.

The rows of one account are ordered by time. Their running total is converted and rounded, and a
row is the difference from the row before. A running total that is the whole amount of the line
or charge is the amount of the four tables, so that a full return leaves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sales_oracle import CANCELLED, rounded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sales_oracle import Entry

    Row = Mapping[str, Any]
    Key = tuple[str | None, str, str | None]
    Account = tuple[str | None, str]

_EARLIEST = datetime(1, 1, 1, tzinfo=timezone.utc)
_DIGITS = 2


def reporting_amounts(
    entries: list[Entry],
    additions: Collection[str],
    rate: Fraction,
    lines: Mapping[str, Row],
) -> dict[Key, Fraction]:
    """Return the amounts of lines and charges by line, event and source.

    Goods and tax of the whole order are left out: they have the rounding of the lines.

    Args:
        entries: Rows of the order before conversion.
        additions: Sales events whose amounts are part of the order's amounts.
        rate: Units of the reporting currency per unit of the order's currency.
        lines: Amounts of the lines in the four tables.
    """
    accounts: defaultdict[Account, list[Entry]] = defaultdict(list)
    for entry in entries:
        account = _account(entry, additions)
        if entry.item_id is not None or account not in {"placed", "returned", "tax"}:
            accounts[entry.item_id, account].append(entry)
    amounts: defaultdict[Key, Fraction] = defaultdict(Fraction)
    for (item_id, account), found in accounts.items():
        if item_id is None and account in {"tax_refund", "rounding", "discount"}:
            continue
        wholes = _wholes(account, lines[item_id]) if item_id is not None else {}
        total = before = Fraction(0)
        for entry in sorted(found, key=_order):
            total += entry.amount
            converted = wholes.get(total, rounded(total * rate, _DIGITS))
            amounts[entry.item_id, entry.event, entry.source] += converted - before
            before = converted
    return amounts


def _account(entry: Entry, additions: Collection[str]) -> str:
    if entry.event in {"sale", "gift_card_sale", "return"}:
        is_placed = entry.source is None or entry.source in additions
        return "placed" if is_placed else "returned"
    return entry.event


def _order(entry: Entry) -> tuple[int, datetime, str]:
    """Order the placement first, then events by time and id, then the cancellation."""
    stage = 0 if entry.source is None else 2 if entry.source == CANCELLED else 1
    return stage, entry.occurred_at or _EARLIEST, entry.source or ""


def _wholes(account: str, line: Row) -> dict[Fraction, Fraction]:
    """Return the whole amount of a line's account, and its amount in the tables."""
    revenue, discount, tax = (
        [Fraction(line[f"{side}{name}"]) for side in ("original", "")]
        for name in ("Revenue", "Discount", "Tax")
    )
    whole = {
        "placed": revenue,
        "discount": [-each for each in discount],
        "tax": tax,
        "returned": [less - more for less, more in zip(discount, revenue, strict=True)],
        "tax_refund": [-each for each in tax],
    }[account]
    return {whole[0]: whole[1]}
