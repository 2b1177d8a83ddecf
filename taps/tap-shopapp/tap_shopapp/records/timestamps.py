"""Times as the contract writes them: fixed-width UTC, so that text order is time order."""

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
        ValueError: If `text` is no RFC 3339 time with offset, or one that cannot exist.
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
    # Beyond microseconds there is nothing to keep: cut, as rounding could pass midnight.
    micros = fraction[:6].ljust(6, "0") if fraction else "000000"
    return f"{day}T{time}.{micros}", zone


def utc_timestamp(value: object, field: str, within: str = "") -> str | None:
    """Return an RFC 3339 time as fixed-width UTC; null stays null.

    Args:
        value: The time as the shop wrote it.
        field: Its name.
        within: What stands before the name where an error names it.

    Raises:
        RecordError: If the value is no time that exists.

    >>> utc_timestamp("2025-03-09T02:30:00-05:00", "created_at")
    '2025-03-09T07:30:00.000000Z'
    """
    if value is None:
        return None
    try:
        return fixed_width(value)
    except (TypeError, ValueError, OverflowError):
        raise RecordError(
            "impossible_time", f"{within}{field} is not an RFC 3339 time that exists."
        ) from None


# One record tells the same time again and again: made, paid and changed at once.
@lru_cache(maxsize=1024)
def fixed_width(text: str) -> str:
    """Return an RFC 3339 time as fixed-width UTC.

    Raises:
        ValueError: If `text` is no RFC 3339 time with offset, or one that cannot exist.
        OverflowError: If it exists, but not in UTC's years 1 to 9999.
    """
    local, zone = _split(text)
    if zone in "Zz":  # most often: there is nothing to convert, only a time to check
        datetime.fromisoformat(local)
        return f"{local}Z"
    return format_utc(parse_utc(text))


def parse_setting(text: str) -> datetime:
    """Return a time as people write settings: a day is its midnight, no offset is UTC.

    Raises:
        ValueError: If `text` is no such time.
    """
    for implied in ("", "Z"):
        try:
            return parse_utc(text + implied)
        except ValueError:
            continue
    return parse_utc(f"{text}T00:00:00Z")
