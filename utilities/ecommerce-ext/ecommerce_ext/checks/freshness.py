"""From when on a load is late, and from when on stale: as `dbt source freshness` says it."""

from __future__ import annotations

SHOP_LATE_HOURS, SHOP_STALE_HOURS = 6, 48
# Holidays included, the bank never paused for longer than a week.
RATES_LATE_DAYS, RATES_STALE_DAYS = 2, 7
