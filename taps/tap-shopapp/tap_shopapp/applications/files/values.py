"""Converts cells to values in the form of the ShopApp API."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.applications.files.columns import Kind
from tap_shopapp.errors import RecordError
from tap_shopapp.records.timestamps import parse_iso

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tap_shopapp.applications.files.entry import Entry, Target

_TRUE = {"true", "yes", "1", "t", "y"}
_FALSE = {"false", "no", "0", "f", "n"}
# Thousands are grouped by three or not at all: 12,50 is not 1250.
_AMOUNT = r"([+-]?)(\d+|\d{{1,3}}(?:[{group}]\d{{3}})+|)(?:[{point}](\d*))?"
_WITH_POINT = re.compile(_AMOUNT.format(group=" ,'\u00a0\u202f\u2019", point="."), re.ASCII)
_WITH_COMMA = re.compile(_AMOUNT.format(group=" .'\u00a0\u202f\u2019", point=","), re.ASCII)
# Maximum digits before and after the point. No real amount has more.
_MOST_DIGITS = 40
_WHOLE = re.compile(r"([+-]?\d+)\.0*", re.ASCII)


def value(
    cell: str, target: Target, entry: Entry, zone: ZoneInfo, typed: Kind | None = None
) -> str | bool | list[str]:
    """Return the value of a cell, by the type of its target column.

    Args:
        cell: The text of the cell.
        target: The column.
        entry: The formats of the file.
        zone: Time zone of times without offset.
        typed: Type of the cell in the file, null for text. Formats apply to text only.

    Raises:
        RecordError: The text is not valid. The message names the column, not the value.
    """
    kind = entry.table.columns[target.column].kind
    if kind is Kind.AMOUNT:
        is_number = typed is Kind.AMOUNT
        return number(cell) if is_number else amount(cell, decimal_comma=entry.decimal_comma)
    if kind is Kind.TIME:
        form = None if typed is Kind.TIME else target.format or entry.date_format
        return moment(cell, form, zone)
    if kind is Kind.BOOLEAN:
        return truth(cell)
    if kind is Kind.TEXTS:
        return [part.strip() for part in cell.split(",") if part.strip()]
    if target.format == "integer":
        return whole(cell)
    return cell


def amount(cell: str, *, decimal_comma: bool) -> str:
    """Return an amount as a decimal string, without thousands separators."""
    match = (_WITH_COMMA if decimal_comma else _WITH_POINT).fullmatch(cell.strip())
    if match is None or not (match[2] or match[3]):
        raise RecordError("inexact_amount", "The value is not an amount.")
    sign, grouped, fraction = match.groups()
    digits = sign + (re.sub(r"\D", "", grouped) or "0")
    return f"{digits}.{fraction}" if fraction else digits


def number(cell: str) -> str:
    """Return a number from a typed cell, which may have an exponent, in plain digits."""
    exact = Decimal(cell)
    if not exact.is_finite() or abs(exact.adjusted()) > _MOST_DIGITS:
        raise RecordError("inexact_amount", "The value is not an amount.")
    return f"{exact:f}"


def moment(cell: str, form: str | None, zone: ZoneInfo) -> str:
    """Return a time in RFC 3339: without offset it is in the zone, a day is its midnight."""
    text = cell.strip()
    try:
        parsed = datetime.strptime(text, form) if form else parse_iso(text)  # noqa: DTZ007
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)
        # The first and the last day of the calendar do not exist in every zone.
        moment_in_utc = aware.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise RecordError(
            "impossible_time", "The value is not a time in the expected format."
        ) from None
    return moment_in_utc.isoformat().replace("+00:00", "Z")


def truth(cell: str) -> bool:
    """Return a truth value."""
    text = cell.strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise RecordError("not_a_boolean", "The value is neither true nor false.")


def whole(cell: str) -> str:
    """Return a whole number without decimal zeros, which some programs add."""
    match = _WHOLE.fullmatch(cell.strip())
    return match[1] if match else cell.strip()
