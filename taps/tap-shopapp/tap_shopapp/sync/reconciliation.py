"""Compares the records of a run with the shop's own totals, by UTC day of last change.

Pages may lose records without an error: a cursor skips, a filter moves, or a page comes from an
outdated replica.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tap_shopapp.pages import DayTotal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tap_shopapp.pages import Page


class Tally:
    """Totals of the records that a run received of one stream, by day.

    Args:
        before: Later changes are not compared, since they may not be readable yet;
            fixed-width UTC.
    """

    def __init__(self, before: str) -> None:
        self._before = before
        self._days: defaultdict[str, DayTotal] = defaultdict(DayTotal)
        self._undated = 0
        self._unsummed: set[str] = set()  # days with rejects, whose amounts are unknown

    def add(self, page: Page) -> None:
        """Add the records of a page and their amounts."""
        for record in page.records:
            updated_at = record["updated_at"]
            if updated_at is None:
                self._undated += 1
            elif updated_at < self._before:
                day = self._days[updated_at[:10]]
                day.count += 1
                amount, currency = record.get("total_amount"), record.get("currency")
                if amount is not None and currency is not None:
                    day.add_amount(currency, amount)
        for updated_at in page.rejected_times:
            if updated_at is None:
                self._undated += 1
            elif updated_at < self._before:
                self._days[updated_at[:10]].count += 1
                self._unsummed.add(updated_at[:10])

    def first_gap(self, reported: Mapping[str, DayTotal]) -> str | None:
        """Return the first day with more records in the shop than in the run, or other amounts.

        A day with fewer records in the shop is valid: records that changed during the run have
        another day now, and the next run reads them. Records without a time may have any day.
        """
        excused = self._undated
        for day, total in sorted(reported.items()):
            received = self._days[day]
            missing = total.count - received.count
            if missing > excused:
                return day
            excused -= max(missing, 0)
            is_comparable = missing == 0 and not self._undated and day not in self._unsummed
            if is_comparable and _nonzero(total) != _nonzero(received):
                return day
        return None


def _nonzero(total: DayTotal) -> dict[str, Decimal]:
    return {currency: amount for currency, amount in total.amounts.items() if amount}
