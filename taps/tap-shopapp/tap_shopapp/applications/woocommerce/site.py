"""What a WordPress site says of its time zone, as the name of one."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tap_shopapp.errors import TapError

# Manual offsets that are no whole hours, in minutes: where clocks stay at them all year.
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
    """Return an IANA time zone's name; the warehouse could not count days without.

    Args:
        name: The city that the site's owner chose; empty where it was an offset.
        offset: Hours from UTC, as a number or a text.

    Raises:
        TapError: If neither makes a time zone.
    """
    try:
        if isinstance(name, str) and name:
            return ZoneInfo(name).key
        minutes = round(float(str(offset)) * 60)
        # Its sign is POSIX's: what is east of Greenwich is behind minus.
        hours = f"Etc/GMT{-minutes // 60:+d}" if minutes % 60 == 0 else ""
        return ZoneInfo(_NAMES.get(minutes) or hours).key
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        msg = "The site's time zone is an offset that no time zone keeps to."
        raise TapError(
            msg, "Choose a city in the site's Settings, General, Timezone."
        ) from None
