"""Converts amounts, times and names of the WooCommerce API for normalized records."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import decimal, text

if TYPE_CHECKING:
    from tap_shopapp.pages import Record

# Enough digits that a computed price, which may be a repeating decimal, sums exactly.
_DIGITS = Context(prec=24)


def amount(record: Record, name: str) -> str:
    """Return an amount of a record; empty is 0.

    Raises:
        RecordError: The amount is a JSON number with a fraction.
    """
    return decimal(record.get(name) or None, name) or "0"


def quantity(record: Record) -> str:
    """Return a quantity. Fractions are JSON numbers, and `repr` keeps their digits."""
    value = record["quantity"] or None
    return decimal(repr(value) if isinstance(value, float) else value, "quantity") or "0"


@lru_cache(maxsize=8192)  # prices repeat
def unit_price(subtotal: str, count: str) -> str:
    """Return the price of one unit from the subtotal of a line.

    >>> unit_price("44.970000", "3")
    '14.99'
    >>> unit_price("10.00", "3")
    '3.33333333333333333333333'
    """
    if not Decimal(count):
        return subtotal
    return f"{_DIGITS.divide(Decimal(subtotal), Decimal(count)):f}"


def utc(record: Record, name: str) -> str | None:
    """Return a time of a record in GMT, which the API writes without offset."""
    time = record.get(f"{name}_gmt")
    if not time:
        return None
    if not isinstance(time, str):
        raise RecordError("impossible_time", f"{name}_gmt is not a time.")
    return f"{time}Z"


def plain(value: object) -> str | None:
    """Return a name without HTML entities: WordPress stores & as &amp;."""
    return unescape(named) if (named := text(value)) else None


def reference(record: Record, name: str) -> str | None:
    """Return the id of another record; 0 means no record."""
    return text(record.get(name) or None)
