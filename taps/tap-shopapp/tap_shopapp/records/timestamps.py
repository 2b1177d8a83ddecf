"""Times of the contract: fixed-width UTC, so that they sort as text."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from functools import lru_cache

from tap_shopapp.errors import RecordError

_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ]"
    r"((?:[01]\d|2[0-3]):\d{2}:\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)


def format_utc(moment: datetime) -> str:
    """Return an aware time as `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    utc = moment.astimezone(timezone.utc)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """Return a time written by `format_utc`, or any RFC 3339 time, as a datetime in UTC.

    Raises:
        ValueError: The text is not an RFC 3339 time with offset, or the time does not exist.
    """
    local, zone = _split(text)
    offset = "+00:00" if zone in "Zz" else zone
    return datetime.fromisoformat(local + offset).astimezone(timezone.utc)


def _split(text: str) -> tuple[str, str]:
    match = _RFC3339.fullmatch(text)
    if match is None:
        msg = "not an RFC 3339 time with offset"
        raise ValueError(msg)
    day, time, fraction, zone = match.groups()
    # Digits after microseconds are cut, since rounding could move a time past midnight.
    micros = fraction[:6].ljust(6, "0") if fraction else "000000"
    return f"{day}T{time}.{micros}", zone


def utc_timestamp(value: object, field: str, within: str = "") -> str | None:
    """Return an RFC 3339 time as fixed-width UTC; null stays null.

    Args:
        value: The time from the shop.
        field: Name of the field.
        within: Prefix of the name in errors.

    Raises:
        RecordError: The value is not a time, or the time does not exist.

    >>> utc_timestamp("2025-03-09T02:30:00-05:00", "created_at")
    '2025-03-09T07:30:00.000000Z'
    """
    if value is None:
        return None
    try:
        return fixed_width(value)
    except (TypeError, ValueError, OverflowError):
        raise RecordError(
            "impossible_time", f"{within}{field} is not a valid RFC 3339 time."
        ) from None


# Records repeat times, for example when an order is created and paid in the same second.
@lru_cache(maxsize=1024)
def fixed_width(text: str) -> str:
    """Return an RFC 3339 time as fixed-width UTC.

    Raises:
        ValueError: The text is not an RFC 3339 time with offset, or the time does not exist.
        OverflowError: In UTC the time is not in the years 1 to 9999.
    """
    local, zone = _split(text)
    if zone in "Zz":  # the usual case: check the time without converting it
        datetime.fromisoformat(local)
        return f"{local}Z"
    return format_utc(parse_utc(text))


def parse_setting(text: str) -> datetime:
    """Return the time of a setting: a day is its midnight, and the default offset is UTC.

    Raises:
        ValueError: The text is not a time.
    """
    for implied in ("", "Z"):
        try:
            return parse_utc(text + implied)
        except ValueError:
            continue
    return parse_utc(f"{text}T00:00:00Z")


_ISO_8601 = re.compile(
    r"(\d{4})(-?)(\d{2})\2(\d{2})"
    r"(?:[Tt ]([01]\d|2[0-3])(?:(:?)(\d{2})(?:\6(\d{2})(?:[.,](\d+))?)?)?"
    r"([Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)


def parse_iso(text: str) -> datetime:
    """Return an ISO 8601 calendar date or time; without offset it is naive.

    Use this function for text from outside: `datetime.fromisoformat` accepts different texts in
    Python 3.10, 3.11 and 3.14.

    Raises:
        ValueError: The text is not such a date or time, or the time does not exist.

    >>> parse_iso("20250309T0230Z").isoformat()
    '2025-03-09T02:30:00+00:00'
    """
    match = _ISO_8601.fullmatch(text)
    if match is None:
        msg = "not an ISO 8601 date or time"
        raise ValueError(msg)
    year, month, day, hour, minute, second = match.group(1, 3, 4, 5, 7, 8)
    micros = (match[9] or "")[:6].ljust(6, "0")
    zone = match[10] or ""
    if zone in ("Z", "z"):
        zone = "+00:00"
    elif zone:
        zone = f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    time = f"{hour or '00'}:{minute or '00'}:{second or '00'}.{micros}{zone}"
    return datetime.fromisoformat(f"{year}-{month}-{day}T{time}")
