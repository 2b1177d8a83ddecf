"""The time zone of a WordPress site."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tap_shopapp.errors import TapError

# Offsets in minutes that are not whole hours, with a zone that has them all year.
_NAMES = {
    -570: "Pacific/Marquesas",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
}


# The offsets that the site's settings offer, in minutes: UTC-12 to UTC+14.
_OFFSETS = range(-12 * 60, 14 * 60 + 1)


def time_zone(name: object, offset: object) -> str:
    """Return the time zone that the warehouse counts days in.

    Args:
        name: The zone in the settings of the site; empty if they have an offset.
        offset: Hours from UTC, as a number or a text.

    Returns:
        The name of an IANA zone, or an offset that no IANA zone has all year, such as
        `UTC-03:30`.

    Raises:
        TapError: Neither is a time zone.
    """
    try:
        if isinstance(name, str) and name:
            return ZoneInfo(name).key
        minutes = round(float(str(offset)) * 60)
        _OFFSETS.index(minutes)  # raises ValueError for other offsets
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        msg = "The site's time zone is neither an IANA time zone nor an offset from UTC."
        raise TapError(
            msg, "Choose a city in the site's Settings, General, Timezone."
        ) from None
    hours, rest = divmod(abs(minutes), 60)
    if not rest:
        # The sign is reversed, as in POSIX: zones east of Greenwich have a minus.
        return f"Etc/GMT{-minutes // 60:+d}"
    return _NAMES.get(minutes) or f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
