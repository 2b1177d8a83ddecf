"""Numbers, times and names of fields of the Adobe Commerce API."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import decimal

if TYPE_CHECKING:
    from tap_shopapp.pages import Record

ZERO = Decimal(0)
# The database keeps four decimals. Further ones are noise of binary fractions.
_PLACES = Decimal("0.0001")
# From here on, a binary fraction may not hold four decimals.
_LARGEST = Decimal(10**11)

ORDER, BASE = "", "base_"
"""Prefixes of the two amounts of each kind: in the order's and in the base currency."""

_SHIPPING_COMPENSATION = "shipping_discount_tax_compensation_amount"
_FIXED_TAX = "weee_tax_applied_row_amount"
_IRREGULAR = {
    # The API's own abbreviations.
    _SHIPPING_COMPENSATION: "base_shipping_discount_tax_compensation_amnt",
    _FIXED_TAX: "base_weee_tax_applied_row_amnt",
    **{
        f"{name}{part}": f"{name}base_{part}"
        for name in ("gw_", "gw_items_", "gw_card_")
        for part in ("price", "tax_amount")
    },
}


def amount(record: Record, name: str, side: str = ORDER) -> Decimal:
    """Return a number of a record; absent and null are 0.

    Args:
        record: The record.
        name: Name of the field in the order's currency.
        side: `ORDER` or `BASE`.

    Raises:
        RecordError: The value is not a number, or too large to be exact.

    >>> amount({"grand_total": 25.649999999999999}, "grand_total")
    Decimal('25.65')
    """
    if side:
        name = _IRREGULAR.get(name, f"{side}{name}")
    value: Any = record.get(name)
    if value is None or value == "":
        return ZERO
    try:
        return _exact(value)
    except (TypeError, ValueError):  # lists and objects have no hash
        raise RecordError("inexact_amount", f"{name} is not an exact amount.") from None


# Prices, quantities and zeros repeat.
@lru_cache(maxsize=8192, typed=True)
def _exact(value: object) -> Decimal:
    """Return a number.

    Raises:
        ValueError: The value is not a number, or too large to be exact.
    """
    if type(value) is not float:
        try:
            return Decimal(decimal(value, "") or "0").quantize(_PLACES).normalize()
        except RecordError:
            raise ValueError from None
    # `repr` is the shortest text of a binary fraction, so it has the digits that were sent.
    exact = Decimal(repr(value))
    if abs(exact) >= _LARGEST:
        raise ValueError
    return exact.quantize(_PLACES).normalize()


# The same amounts are written in both currencies, for lines and for their order.
@lru_cache(maxsize=8192)
def written(number: Decimal) -> str:
    """Return a number as text, without trailing zeros.

    >>> written(Decimal("25.6500"))
    '25.65'
    """
    return f"{number.normalize() + 0:f}"


def utc(record: Record, name: str) -> str | None:
    """Return a time of a record, which the API writes in UTC without a zone."""
    time = record.get(name)
    if not time:
        return None
    if not isinstance(time, str):
        raise RecordError("impossible_time", f"{name} is not a time.")
    return f"{time}Z"


def custom_attributes(record: Record) -> dict[str, Any]:
    """Return the custom attributes of a record by code. Values are text or lists."""
    return {
        attribute["attribute_code"]: attribute["value"]
        for attribute in record.get("custom_attributes") or ()
    }


def extension_attributes(record: Record) -> dict[str, Any]:
    """Return the extension attributes of a record; the API leaves out empty ones."""
    attributes = record.get("extension_attributes")
    return attributes if isinstance(attributes, dict) else {}
