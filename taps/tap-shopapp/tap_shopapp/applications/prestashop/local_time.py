"""Times in the shop's time zone.

PrestaShop writes and compares times in the time zone of the shop, without offset, in whole
seconds. When clocks go back, an hour of local time occurs twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tap_shopapp.applications.prestashop.values import NO_TIME
from tap_shopapp.errors import RecordError
from tap_shopapp.records.timestamps import format_utc

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tap_shopapp.pages import Record

_FORMAT = "%Y-%m-%d %H:%M:%S"
_SECOND = timedelta(seconds=1)


class LocalTime:
    """Converts times of one shop.

    Args:
        zone: The time zone of the shop.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def of(self, record: Record, name: str) -> str | None:
        """Return a time of a record in fixed-width UTC; the time 0000-00-00 is null.

        A time that occurs twice is the first of the two.

        Raises:
            RecordError: The value is not a time.
        """
        value = record.get(name)
        if not value or value in NO_TIME:
            return None
        try:
            return self.utc(str(value))
        except (ValueError, OverflowError):
            raise RecordError("impossible_time", f"{name} is not a time.") from None

    def utc(self, local: str) -> str:
        """Return a local time in fixed-width UTC.

        Raises:
            ValueError: The text is not a time.
            OverflowError: In UTC the time is not in the years 1 to 9999.
        """
        moment = datetime.strptime(local, _FORMAT)  # noqa: DTZ007 - local
        return format_utc(moment.replace(tzinfo=self.zone).astimezone(timezone.utc))

    def first(self, since: str) -> str:
        """Return a local time so that every change since a time in UTC has it or a later one.

        In the hour that occurs twice, later changes may have earlier local times.
        """
        local = self._local(since)
        return f"{local - self._repeated(local):{_FORMAT}}"

    def end(self, before: str) -> str:
        """Return a local time so that every change before a time in UTC has an earlier one."""
        moment = self._local(before)
        local = moment.replace(microsecond=0) + (_SECOND if moment.microsecond else timedelta())
        return f"{local + self._repeated(local):{_FORMAT}}"

    def _local(self, utc: str) -> datetime:
        moment = datetime.fromisoformat(utc.replace("Z", "+00:00")).astimezone(self.zone)
        return moment.replace(tzinfo=None)

    def _repeated(self, local: datetime) -> timedelta:
        """Return by how much clocks go back, if a local time occurs twice."""
        offsets = [
            local.replace(tzinfo=self.zone, fold=fold).utcoffset() or timedelta()
            for fold in (0, 1)
        ]
        return max(offsets[0] - offsets[1], timedelta())


def second_before(local: str) -> str:
    """Return the second before a local time."""
    return f"{datetime.strptime(local, _FORMAT) - _SECOND:{_FORMAT}}"  # noqa: DTZ007 - local
