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


def time_zone(name: object, offset: object) -> str:
    """Return the name of an IANA time zone, which the warehouse needs to count days.

    Args:
        name: The zone in the settings of the site; empty if they have an offset.
        offset: Hours from UTC, as a number or a text.

    Raises:
        TapError: Neither is a time zone.
    """
    try:
        if isinstance(name, str) and name:
            return ZoneInfo(name).key
        minutes = round(float(str(offset)) * 60)
        # The sign is reversed, as in POSIX: zones east of Greenwich have a minus.
        hours = f"Etc/GMT{-minutes // 60:+d}" if minutes % 60 == 0 else ""
        return ZoneInfo(_NAMES.get(minutes) or hours).key
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        msg = "The site's time zone is an offset that matches no IANA time zone."
        raise TapError(
            msg, "Choose a city in the site's Settings, General, Timezone."
        ) from None
