"""Ages at which a load is late or stale: also the thresholds of `dbt source freshness`."""

from __future__ import annotations

SHOP_LATE_HOURS, SHOP_STALE_HOURS = 6, 48
# Even around holidays, the bank has never paused for more than a week.
RATES_LATE_DAYS, RATES_STALE_DAYS = 2, 7
