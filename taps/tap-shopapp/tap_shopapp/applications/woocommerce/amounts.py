"""Amounts and times as the WooCommerce API writes them, as drafts of records have them."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import decimal, text

if TYPE_CHECKING:
    from tap_shopapp.pages import Record

# A price that was worked out may have no end: so many digits that no sum shows it.
_DIGITS = Context(prec=24)


def amount(record: Record, name: str) -> str:
    """Return an amount of a record, zero where it is empty.

    Raises:
        RecordError: If it is a JSON number with a fraction.
    """
    return decimal(record.get(name) or None, name) or "0"


def quantity(record: Record) -> str:
    """Return how many; parts of a thing come as a JSON number, whose digits Python keeps."""
    value = record["quantity"] or None
    return decimal(repr(value) if isinstance(value, float) else value, "quantity") or "0"


@lru_cache(maxsize=8192)  # prices come again and again
def unit_price(subtotal: str, count: str) -> str:
    """Return the price of one, where the shop only says what all of a line cost.

    >>> unit_price("44.970000", "3")
    '14.99'
    >>> unit_price("10.00", "3")
    '3.33333333333333333333333'
    """
    if not Decimal(count):
        return subtotal
    return f"{_DIGITS.divide(Decimal(subtotal), Decimal(count)):f}"


def utc(record: Record, name: str) -> str | None:
    """Return a time of a record that is in GMT without saying so."""
    time = record.get(f"{name}_gmt")
    if not time:
        return None
    if not isinstance(time, str):
        raise RecordError("impossible_time", f"{name}_gmt is not a time.")
    return f"{time}Z"


def plain(value: object) -> str | None:
    """Return a name as people read it; WordPress keeps its & as &amp;."""
    return unescape(named) if (named := text(value)) else None


def reference(record: Record, name: str) -> str | None:
    """Return the id of another record; zero is none."""
    return text(record.get(name) or None)
